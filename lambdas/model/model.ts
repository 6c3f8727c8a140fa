import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bareSql } from '../shared/bare-sql.ts';
import { inRange, type Day, type DayRange } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { Relation } from '../shared/ports/warehouse.ts';
import { sliceKey, tableNamed, type Catalog, type Table } from '../shared/schema/catalog.ts';
import type { Inputs } from '../shared/slices/inputs.ts';
import type { Ledger } from '../shared/slices/ledger.ts';
import {
  codeVersion,
  inputsHash,
  inputKeys,
  orphanDays,
  staleReason,
  windowInputs,
  type Slice,
} from '../shared/slices/staleness.ts';
import type { ShopProfile } from '../shared/shop/profile.ts';
import { partInput } from '../shared/slices/profile-inputs.ts';
import { athenaSql, relationOf } from './relations.ts';
import { isShopTable, shopCode, shopDays, shopSelect } from './shop-tables.ts';

/** Runs one SELECT of the portable subset over just these relations and leaves its rows, sorted, as one Parquet file. */
export type Materialise = (
  select: string,
  relations: readonly Relation[],
  orderBy: readonly string[],
  path: string,
) => Promise<{ readonly rows: number }>;

export interface ModelContext {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly ledger: Ledger;
  readonly inputs: Inputs;
  readonly profile: ShopProfile;
  readonly materialise: Materialise;
  /** Version of whatever `materialise` runs on. */
  readonly engineVersion: string;
  readonly scratch: string;
  /** Slices worked on at a time. */
  readonly workers: number;
  readonly days?: DayRange | undefined;
  readonly onProgress?: ((table: string, done: number, of: number) => void) | undefined;
}

export interface ModelSummary {
  readonly table: string;
  readonly slices: number;
  readonly built: readonly { readonly slice: Slice; readonly rowsOut: number; readonly reason: string }[];
  readonly removed: readonly Day[];
}

/** What of a table's schema decides the content of its objects: not what is said or promised of it. */
const shapeOf = ({ columns, sort, reads }: Table) =>
  JSON.stringify({ columns: columns.map(({ name, glueType }) => [name, glueType]), sort, reads });

/** The model's text with `dt` beside its columns, in the order of the schema. `slice` has one row: the day. */
export function sliceStatement(table: Table, sql: string): string {
  return `SELECT ${table.columns.map((column) => `m.${column.name}`).join(', ')}, slice.dt FROM (\n${sql}\n) AS m CROSS JOIN slice`;
}

/** The relation that tells a model its day. */
export function sliceRelation(day: Day): Relation {
  return { name: 'slice', kind: 'view', sql: `SELECT DATE '${day}' AS dt` };
}

/**
 * The slices of a model: the days on which its first input stands (or one of those of `sillage.days`), each with what stands in its declared windows. Those of a table of
 * the shop's profile are few, hold beyond their day, and are looked at whatever days are asked for.
 */
function slicesOf({ ledger, catalog, days, profile }: ModelContext, table: Table): Slice[] {
  const parts = table.shop.map((part) => partInput(profile, part));
  if (isShopTable(table)) return shopDays(table, profile).map((day) => ({ table: table.name, day, inputs: parts }));
  if (table.days.length === 0)
    throw new Error(`The schema of ${table.name} does not say what it reads (sillage.reads).`);
  return [...new Set(table.days.flatMap((name) => ledger.days(name)))]
    .toSorted()
    .filter((day) => inRange(days, day))
    .map((day) => ({
      table: table.name,
      day,
      inputs: [
        ...parts,
        ...table.reads.flatMap((input) =>
          windowInputs(ledger, tableNamed(catalog, input.table), day, input.from, input.to),
        ),
      ],
    }));
}

/**
 * Brings every slice of one model up to date. A slice sees only the objects of its declared windows: nothing outside them can
 * change it, so nothing outside them makes it stale.
 * @throws UnportableSql or QueryFailed, naming the model, where the SQL is refused
 */
export async function modelTable(context: ModelContext, table: Table): Promise<ModelSummary> {
  const { lake, catalog, ledger, workers } = context;
  const statementOf = (day: Day) =>
    sliceStatement(table, isShopTable(table) ? shopSelect(table, context.profile, day) : athenaSql(table.name));
  const code = codeVersion(
    isShopTable(table) ? shopCode(table) : bareSql(statementOf('1970-01-01')),
    shapeOf(table),
    context.engineVersion,
  );
  const slices = slicesOf(context, table);
  const outputs = new Map<string, string>();
  for await (const object of lake.list(table.prefix)) outputs.set(object.key, object.etag);
  const stale = slices.flatMap((slice) => {
    const reason = staleReason(
      slice,
      code,
      ledger.entry(table.name, slice.day),
      outputs.get(sliceKey(table, slice.day)),
    );
    return reason === undefined ? [] : [{ slice, reason }];
  });
  const removed = await removeOrphans(context, table, slices, outputs.keys());
  await context.inputs.verify(stale.flatMap(({ slice }) => slice.inputs));
  await mkdir(context.scratch, { recursive: true });
  const built: { slice: Slice; rowsOut: number; reason: string }[] = [];
  let next = 0;
  const worker = async () => {
    for (let one = stale[next++]; one; one = stale[next++]) {
      const { slice, reason } = one;
      const startedAt = new Date();
      const path = join(context.scratch, `${table.name}-${slice.day}.parquet`);
      const relations: Relation[] = [
        sliceRelation(slice.day),
        ...table.reads.map((input) => {
          const source = tableNamed(catalog, input.table);
          return relationOf(
            source,
            slice.inputs.map(({ key }) => key).filter((key) => key.startsWith(source.prefix)),
          );
        }),
      ];
      const { rows } = await context.materialise(statementOf(slice.day), relations, table.sort, path);
      const bytes = (await stat(path)).size;
      const { etag } = await lake.putFile(sliceKey(table, slice.day), path, {
        contentType: 'application/vnd.apache.parquet',
        metadata: { rows: String(rows) },
      });
      context.inputs.made(sliceKey(table, slice.day), etag);
      await ledger.add({
        step: 'model',
        table_name: table.name,
        slice: slice.day,
        action: 'built',
        reason,
        code,
        inputs: inputsHash(slice.inputs),
        input_keys: inputKeys(slice.inputs),
        rows_in: null,
        rows_out: rows,
        rejected: null,
        duplicates: null,
        bytes_out: bytes,
        output_etag: etag,
        started_at: startedAt,
        finished_at: new Date(),
      });
      built.push({ slice, rowsOut: rows, reason });
      context.onProgress?.(table.name, built.length, stale.length);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return { table: table.name, slices: slices.filter(({ day }) => inRange(context.days, day)).length, built, removed };
}

/** Removes the slices of days on which the first input no longer stands. */
async function removeOrphans(
  { lake, ledger, days }: ModelContext,
  table: Table,
  slices: readonly Slice[],
  outputs: Iterable<string>,
): Promise<Day[]> {
  const orphans = orphanDays(table, slices, ledger.days(table.name), outputs).filter(
    (day) => isShopTable(table) || inRange(days, day),
  );
  for (const day of orphans) await ledger.remove(lake, 'model', table, day, 'the day has no input any more');
  return orphans;
}
