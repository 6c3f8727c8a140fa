import { join } from 'node:path';
import type { Engine, Session } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed, type Catalog, type Table } from '../shared/schema/catalog.ts';
import type { Inputs } from '../shared/slices/inputs.ts';
import type { Plan, SliceMaker } from '../shared/slices/slice-maker.ts';
import { buildBatch, type BuiltRecords } from './batch.ts';
import { loadNames, read } from './names.ts';
import { planTable, type PlanOptions, type TransformBatch } from './plan.ts';
import type { PseudonymKey } from './pseudonyms.ts';
import { RawObjects, trusting, type BatchFile } from './raw-objects.ts';
import type { BatchContext } from './staging.ts';

/** All that the transform of a table needs. */
export interface TransformContext extends PlanOptions {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly engine: Engine;
  readonly inputs: Inputs;
  readonly key: PseudonymKey;
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
  /** Sessions that know the names of the SELECTs and are not at work, each with a folder of its own. */
  readonly #idle: BatchContext[] = [];
  #sessions: Session[] = [];

  constructor(context: TransformContext, table: Table) {
    this.#context = context;
    this.#table = table;
    this.#select = read(`${table.name}.sql`);
    this.#scratch = join(context.scratch, table.name);
    this.#raw = new RawObjects(context.lake, this.#scratch);
  }

  async plan(): Promise<Plan<TransformBatch>> {
    return this.#atWork(async (context) => {
      const plan = await planTable(context, this.#context, this.#table, this.#select, this.#raw);
      // An object may feed several batches: its plain file goes when the last of them has read it.
      for (const { objects } of plan.batches) this.#raw.expect(objects.map(({ key }) => key));
      return plan;
    });
  }

  /** @throws Error naming the table and the slices, where a record is not accounted for or the engine refuses the SELECT */
  async build({ slices, objects }: TransformBatch): Promise<readonly BuiltRecords[]> {
    await this.#context.inputs.verify(slices.flatMap(({ inputs }) => inputs));
    const load = async (trust: boolean): Promise<BatchFile[]> => {
      const files: BatchFile[] = [];
      for (const { key, feed, rows, singleDay } of objects)
        files.push({
          ...(await this.#raw.file(key, tableNamed(this.#context.catalog, feed), rows, trust)),
          singleDay,
        });
      return files;
    };
    return this.#atWork(async (context) => {
      const built = await trusting(load, (files) => buildBatch(context, this.#table, this.#select, slices, files));
      await this.#raw.release(objects.map(({ key }) => key));
      return built;
    });
  }

  close(): void {
    for (const session of this.#sessions) session.close();
    this.#sessions = [];
  }

  /** Lends a session to some work; what failed in one may have left anything in it, so it is not lent again. */
  async #atWork<T>(work: (context: BatchContext) => Promise<T>): Promise<T> {
    const context = this.#idle.pop() ?? (await this.#open());
    const result = await work(context);
    this.#idle.push(context);
    return result;
  }

  async #open(): Promise<BatchContext> {
    const { lake, catalog, engine, profile, key } = this.#context;
    const session = await engine.connect();
    const scratch = join(this.#scratch, `session-${this.#sessions.push(session)}`);
    await loadNames(session, profile, key.pseudonym('sillage: masks'));
    return { lake, catalog, session, key, scratch };
  }
}
