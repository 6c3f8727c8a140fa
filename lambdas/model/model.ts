import { bareSql } from '../shared/bare-sql.ts';
import { inRange, type Day } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { Relation } from '../shared/ports/warehouse.ts';
import { sliceKey, tableNamed, type Catalog, type Table } from '../shared/schema/catalog.ts';
import type { ShopProfile } from '../shared/shop/profile.ts';
import type { Inputs } from '../shared/slices/inputs.ts';
import { partInput } from '../shared/slices/profile-inputs.ts';
import { martSlices, planMart, shapeOf } from '../shared/slices/mart-plan.ts';
import { codeVersion, windowBytes, type Slice } from '../shared/slices/staleness.ts';
import type { Batch, Built, Plan, PlanOptions, SliceMaker } from '../shared/slices/slice-maker.ts';
import { athenaSql, relationOf } from './relations.ts';
import { isShopTable, shopCode, shopDays, shopSelect } from './shop-tables.ts';

/** The rows of a SELECT, wherever the engine left them: in a file, or in objects. */
export interface Materialised {
  readonly rows: number;
  /** Puts them in place as one Parquet object, by one atomic write, and gives back what they took till then. */
  putAs(lake: Lake, key: string): Promise<{ readonly etag: string; readonly bytes: number }>;
}

/** The statement of one slice, and what it sees. */
export interface SliceQuery {
  readonly table: Table;
  readonly day: Day;
  /** A SELECT of the portable subset, with the table's columns and `dt`. */
  readonly select: string;
  readonly relations: readonly Relation[];
}

/** Runs the statement of a slice over just its relations and holds its rows, sorted as the table is. */
export type Materialise = (query: SliceQuery) => Promise<Materialised>;

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

/** The model's text with `dt` beside its columns, in the order of the schema. `slice` has one row: the day. */
export function sliceStatement(table: Table, sql: string): string {
  return `SELECT ${table.columns.map((column) => `m.${column.name}`).join(', ')}, slice.dt FROM (\n${sql}\n) AS m CROSS JOIN slice`;
}

/** The relation that tells a model its day. */
export function sliceRelation(day: Day): Relation {
  return { name: 'slice', kind: 'view', sql: `SELECT DATE '${day}' AS dt` };
}

/** The slices of a model. Those of a table of the shop's profile are few, hold beyond their day, and are looked at whatever days are asked for. */
function slicesOf({ catalog, profile }: ModelContext, options: PlanOptions, table: Table): Slice[] {
  const parts = table.shop.map((part) => partInput(profile, part));
  return isShopTable(table)
    ? shopDays(table, profile).map((day) => ({ table: table.name, day, inputs: parts }))
    : martSlices(catalog, table, options, parts);
}

/**
 * The making of one model. A slice sees only the objects of its declared windows: nothing outside them can change it, so nothing
 * outside them makes it stale.
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
    const code = codeVersion(text, shapeOf(table), this.#context.engineVersion);
    const slices = slicesOf(this.#context, options, table);
    const plan = await planMart({ step: 'model', code, table, slices }, options);
    return {
      ...plan,
      // Another engine gives the same rows: neither the code nor the inputs of the slice are others by that.
      batches: plan.batches.map((batch) =>
        batch.slices.some(({ day }) => this.#outgrows(options.ledger, day)) ? { ...batch, isOutgrown: true } : batch,
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
    const built: Built[] = [];
    for (const slice of slices)
      built.push(await this.#buildSlice(slice, isOutgrown && materialiseApart ? materialiseApart : materialise));
    return built;
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

  async #buildSlice({ day, inputs }: Slice, materialise: Materialise): Promise<Built> {
    const { lake, catalog } = this.#context;
    const table = this.#table;
    const startedAt = new Date().toISOString();
    const relations: Relation[] = [
      sliceRelation(day),
      ...table.reads.map((input) => {
        const source = tableNamed(catalog, input.table);
        return relationOf(
          source,
          inputs.map(({ key }) => key).filter((key) => key.startsWith(source.prefix)),
        );
      }),
    ];
    const result = await materialise({ table, day, select: this.#statementOf(), relations });
    const { etag, bytes } = await result.putAs(lake, sliceKey(table, day));
    return {
      day,
      etag,
      bytesOut: bytes,
      rowsOut: result.rows,
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
