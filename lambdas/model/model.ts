import { bareSql } from '../shared/bare-sql.ts';
import { inRange, type Day } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { Narrowed, Relation } from '../shared/ports/warehouse.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import type { ShopProfile } from '../shared/shop/profile.ts';
import type { Inputs } from '../shared/slices/inputs.ts';
import { partInput } from '../shared/slices/profile-inputs.ts';
import { groups } from '../shared/slices/groups.ts';
import { martSlices, planMart, shapeOf } from '../shared/slices/mart-plan.ts';
import { codeVersion, windowBytes, type Slice, type StaleSlice } from '../shared/slices/staleness.ts';
import type { Batch, Built, Plan, PlanOptions, SliceMaker } from '../shared/slices/slice-maker.ts';
import { narrowedOf, narrowedPart } from './narrowed.ts';
import { athenaSql, relationOf } from './relations.ts';
import { isShopTable, shopCode, shopDays, shopSelect } from './shop-tables.ts';

/** The rows of a slice, wherever the engine left them: in a file, or in objects. */
export interface Materialised {
  readonly day: Day;
  readonly rows: number;
  /** Puts them in place as one Parquet object, by one atomic write, and gives back what they took till then. */
  readonly putAs: (lake: Lake, key: string) => Promise<{ readonly etag: string; readonly bytes: number }>;
}

/** The statement of some slices of a table, and what each of them sees. */
export interface SliceQuery {
  readonly table: Table;
  /** A SELECT of the portable subset, with the table's columns and `dt`. */
  readonly select: string;
  readonly narrowed?: Narrowed | undefined;
  readonly slices: readonly { readonly day: Day; readonly relations: readonly Relation[] }[];
}

/**
 * Runs the statement of some slices, each over just its relations, and holds their rows, sorted as the table is: in the
 * order of the slices.
 */
export type Materialise = (query: SliceQuery) => AsyncIterable<Materialised>;

/** A batch of a mart. */
export interface ModelBatch extends Batch {
  /** What its slices read is more than one machine should hold: a distributed engine computes them. */
  readonly isOutgrown?: boolean | undefined;
}

export interface ModelContext {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly inputs: Inputs;
  readonly profile: ShopProfile;
  readonly materialise: Materialise;
  /** The same on a distributed engine, where there is one. */
  readonly materialiseApart?: Materialise | undefined;
  /** Whether a slice of a table that reads so many bytes is for the distributed engine. None is where undefined. */
  readonly outgrows?: ((table: string, bytes: number) => boolean) | undefined;
  /** Version of whatever `materialise` runs on. */
  readonly engineVersion: string;
}

/**
 * Bytes of Parquet that are held for the slices of one batch: in the engine they take some ten times as much, and each
 * worker has a batch.
 */
const batchBytes = 16 * 2 ** 20;
const fewBytes = 2 ** 18;
/** Days of a window from which on many slices see one object, so that it is worth holding. */
const longWindow = 7;

/** The model's text with `dt` beside its columns, in the order of the schema. `slice` has one row: the day. */
export function sliceStatement(table: Table, sql: string): string {
  return (
    `SELECT ${table.columns.map((column) => `m.${column.name}`).join(', ')}, slice.dt FROM (\n${sql}\n) AS m ` +
    'CROSS JOIN slice'
  );
}

/** The relation that tells a model its day. */
export function sliceRelation(day: Day): Relation {
  return { name: 'slice', kind: 'view', sql: `SELECT DATE '${day}' AS dt` };
}

/**
 * The slices of a model. Those of a table of the shop's profile are few, hold beyond their day, and are looked at
 * whatever days are asked for.
 */
function slicesOf({ catalog, profile }: ModelContext, options: PlanOptions, table: Table): Slice[] {
  const parts = table.shop.map((part) => partInput(profile, part));
  return isShopTable(table)
    ? shopDays(table, profile).map((day) => ({ table: table.name, day, inputs: parts }))
    : martSlices(catalog, table, options, parts);
}

/**
 * The making of one model. A slice sees only the objects of its declared windows: nothing outside them can change it,
 * so nothing outside them makes it stale.
 */
export class ModelStep implements SliceMaker<ModelBatch> {
  readonly #context: ModelContext;
  readonly #table: Table;

  constructor(context: ModelContext, table: Table) {
    this.#context = context;
    this.#table = table;
  }

  async plan(options: PlanOptions): Promise<Plan<ModelBatch>> {
    const table = this.#table;
    const text = isShopTable(table) ? shopCode(table) : bareSql(this.#statementOf());
    const held = bareSql(narrowedOf(table)?.values ?? '');
    const code = codeVersion(text + held, shapeOf(table), this.#context.engineVersion);
    const slices = slicesOf(this.#context, options, table);
    const outgrown = new Set<Day>();
    const plan = await planMart({ step: 'model', code, table, slices }, options, (stale) => {
      for (const { day } of stale) if (this.#outgrows(options.ledger, day)) outgrown.add(day);
      return this.#grouped(options, stale, outgrown);
    });
    return {
      ...plan,
      // Another engine gives the same rows: neither the code nor the inputs of the slice are others by that.
      batches: plan.batches.map((batch) =>
        batch.slices.some(({ day }) => outgrown.has(day)) ? { ...batch, isOutgrown: true } : batch,
      ),
      orphans: plan.orphans.filter((day) => isShopTable(table) || inRange(options.days, day)),
    };
  }

  /** @throws UnportableSql or QueryFailed, naming the model, where the SQL is refused */
  async build({ slices, isOutgrown = false }: ModelBatch): Promise<readonly Built[]> {
    const { inputs, materialise, materialiseApart } = this.#context;
    if (isOutgrown && materialiseApart === undefined)
      throw new Error(`${this.#table.name} was planned for a distributed engine, and there is none here.`);
    await inputs.verify(slices.flatMap((slice) => slice.inputs));
    const made = isOutgrown && materialiseApart ? materialiseApart : materialise;
    const query = {
      table: this.#table,
      select: this.#statementOf(),
      narrowed: narrowedOf(this.#table),
      slices: slices.map((one) => this.#seenBy(one)),
    };
    const built: Built[] = [];
    let startedAt = new Date().toISOString();
    for await (const held of made(query)) {
      built.push(await this.#put(held, startedAt));
      startedAt = new Date().toISOString();
    }
    return built;
  }

  /** Slices that share what they read: planned once, and read once. One that is for the distributed engine is alone. */
  #grouped({ ledger, workers }: PlanOptions, stale: readonly StaleSlice[], outgrown: ReadonlySet<Day>): StaleSlice[][] {
    const sizes = stale.length > 1 ? this.#sizes(ledger) : new Map<string, number>();
    return groups(stale, {
      sizeOf: (key) => sizes.get(key) ?? 0,
      workers,
      bytes: batchBytes,
      fewBytes,
      isAlone: ({ day }) => outgrown.has(day),
    });
  }

  /** The bytes that are held of the objects that the table's slices are made from. */
  #sizes(ledger: PlanOptions['ledger']): Map<string, number> {
    const words = new Set(this.#statementOf().match(/\w+/g));
    const narrowed = narrowedOf(this.#table)?.relation;
    return new Map(
      this.#table.reads.flatMap(({ table: name, from, to }) => {
        const source = tableNamed(this.#context.catalog, name);
        const named = source.columns.filter((column) => words.has(column.name)).length / source.columns.length;
        // What few slices see is read as fast by each of them, and then only the rows that each needs.
        const held = (to - from < longWindow ? 1 : named) * (name === narrowed ? narrowedPart : 1);
        return ledger
          .days(name)
          .flatMap((day) =>
            ledger
              .entries(name, day)
              .map(({ part, bytesOut }): [string, number] => [sliceKey(source, day, part), bytesOut * held]),
          );
      }),
    );
  }

  /** Whether what the slice reads is more than one machine should hold. */
  #outgrows(ledger: PlanOptions['ledger'], day: Day): boolean {
    const { catalog, outgrows } = this.#context;
    const { name, reads } = this.#table;
    if (outgrows === undefined || isShopTable(this.#table)) return false;
    const bytes = reads.reduce(
      (sum, input) => sum + windowBytes(ledger, tableNamed(catalog, input.table), day, input.from, input.to),
      0,
    );
    return outgrows(name, bytes);
  }

  /** What a slice sees: its day, and the objects of its windows. */
  #seenBy({ day, inputs }: Slice): SliceQuery['slices'][number] {
    const keys = inputs.map(({ key }) => key);
    const tables = this.#table.reads.map((input) => {
      const source = tableNamed(this.#context.catalog, input.table);
      return relationOf(
        source,
        keys.filter((key) => key.startsWith(source.prefix)),
      );
    });
    return { day, relations: [sliceRelation(day), ...tables] };
  }

  /** Puts the rows of a slice in their place. */
  async #put({ day, rows, putAs }: Materialised, startedAt: string): Promise<Built> {
    const { etag, bytes } = await putAs(this.#context.lake, sliceKey(this.#table, day));
    return {
      day,
      etag,
      bytesOut: bytes,
      rowsOut: rows,
      rowsIn: null,
      rejected: null,
      duplicates: null,
      startedAt,
      finishedAt: new Date().toISOString(),
    };
  }

  #statementOf(): string {
    const table = this.#table;
    return sliceStatement(table, isShopTable(table) ? shopSelect(table, this.#context.profile) : athenaSql(table.name));
  }
}
