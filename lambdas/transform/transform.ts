import { join } from 'node:path';
import type { Day } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import type { ShopProfile } from '../shared/shop/profile.ts';
import type { Inputs } from '../shared/slices/inputs.ts';
import type { Plan, PlanOptions, SliceMaker } from '../shared/slices/slice-maker.ts';
import { buildBatch, type BuiltRecords } from './batch.ts';
import type { NamedSessions } from './named-sessions.ts';
import { read } from './names.ts';
import { readStanding, type Standing } from './grow-slice.ts';
import type { TransformSlice } from './grown.ts';
import { planTable, type RawInput, type TransformBatch } from './plan.ts';
import type { PseudonymKey } from './pseudonyms.ts';
import { RawObjects, trusting, type BatchFile } from './raw-objects.ts';
import type { BatchContext } from './staging.ts';

/** All that the transform of a table needs. */
export interface TransformContext {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly sessions: NamedSessions;
  readonly inputs: Inputs;
  readonly key: PseudonymKey;
  readonly profile: ShopProfile;
  /** Folder for plain files and spills, removed by the caller. */
  readonly scratch: string;
}

/** The transform of one curated table: raw objects to slices, by the SELECT that bears the table's name. */
export class TransformStep implements SliceMaker<TransformBatch, BuiltRecords> {
  readonly #context: TransformContext;
  readonly #table: Table;
  readonly #select: string;
  readonly #scratch: string;
  readonly #raw: RawObjects;

  constructor(context: TransformContext, table: Table) {
    this.#context = context;
    this.#table = table;
    this.#select = read(`${table.name}.sql`);
    this.#scratch = join(context.scratch, table.name);
    const { lake, inputs } = context;
    this.#raw = new RawObjects(
      { head: (key) => lake.head(key), localPath: (key, folder) => inputs.localPath(key, folder) },
      this.#scratch,
    );
  }

  async plan(options: PlanOptions): Promise<Plan<TransformBatch>> {
    const { lake, catalog, key, profile, sessions } = this.#context;
    const { described } = sessions;
    const plan = await planTable(
      { lake, catalog, key, profile, described, atWork: (work) => this.#atWork(work) },
      options,
      this.#table,
      this.#select,
      this.#raw,
    );
    // An object may feed several batches: its plain file goes when the last of them has read it.
    for (const { objects } of plan.batches) this.#raw.expect(objects.map(({ key: object }) => object));
    return plan;
  }

  /**
   * @throws Error naming the table and the slices, where a record is not accounted for or the engine refuses the SELECT
   */
  async build({ slices, objects }: TransformBatch): Promise<readonly BuiltRecords[]> {
    await this.#context.inputs.verify(slices.flatMap(({ inputs }) => inputs));
    return this.#atWork(async (context) => {
      const grown = await this.#grow(context, slices, objects);
      const others = slices.filter((slice) => !grown.some(({ day, part }) => day === slice.day && part === slice.part));
      const keys = new Set(others.flatMap(({ inputs }) => inputs.map(({ key }) => key)));
      const ofOthers = objects.filter(({ key }) => keys.has(key));
      const built =
        others.length === 0
          ? []
          : await trusting(this.#load(ofOthers), (files) =>
              buildBatch(context, this.#table, this.#select, others, files),
            );
      await this.#raw.release(objects.map(({ key }) => key));
      return [...grown, ...built];
    });
  }

  /** Builds those of the slices that have only grown, and can be made of what was added and of what stands of them. */
  async #grow(
    context: BatchContext,
    slices: readonly TransformSlice[],
    objects: readonly RawInput[],
  ): Promise<BuiltRecords[]> {
    const added = new Set(slices.flatMap(({ grown }) => grown?.added ?? []));
    if (added.size === 0) return [];
    return trusting(this.#load(objects.filter(({ key }) => added.has(key))), async (files) => {
      // Looked at anew where the work is done again: what was written meanwhile has its records already.
      const standing = new Map<Day, Standing>();
      for (const slice of slices) {
        const stands = await readStanding(context, this.#table, slice);
        if (stands !== undefined) standing.set(slice.day, stands);
      }
      const grown = slices.filter(({ day }) => standing.has(day));
      return grown.length === 0 ? [] : buildBatch(context, this.#table, this.#select, grown, files, standing);
    });
  }

  #load(objects: readonly RawInput[]): (trust: boolean) => Promise<BatchFile[]> {
    const { catalog } = this.#context;
    return this.#raw.load(
      objects.map(({ key, feed, rows, singleDay }) => ({ key, feed: tableNamed(catalog, feed), rows, singleDay })),
    );
  }

  /** A session for some work, with a folder that no other work of this table uses at the time. */
  #atWork<T>(work: (context: BatchContext) => Promise<T>): Promise<T> {
    const { lake, catalog, inputs, key, sessions } = this.#context;
    const { described } = sessions;
    return sessions.lend(({ session, number }) =>
      work({ lake, inputs, catalog, session, described, key, scratch: join(this.#scratch, `session-${number}`) }),
    );
  }
}
