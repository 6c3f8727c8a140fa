/** For the tests of this folder: a model's slice or a view's answer over tables that stand in the test. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sliceRelation, sliceStatement } from '../lambdas/model/model.ts';
import { narrowedOf } from '../lambdas/model/narrowed.ts';
import { athenaSql, relationOf } from '../lambdas/model/relations.ts';
import { isShopTable, shopDays, shopSelect } from '../lambdas/model/shop-tables.ts';
import { literal, openEngine, type Session } from '../lambdas/shared/duckdb.ts';
import type { Day } from '../lambdas/shared/days.ts';
import type { AnswerValue, Relation } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog, tableNamed } from '../lambdas/shared/schema/catalog.ts';
import type { Table } from '../lambdas/shared/schema/table.ts';
import { duckdbType } from '../lambdas/shared/schema/types.ts';
import { defaultProfile } from '../lambdas/shared/shop/profile.ts';
import { duckdbWarehouse } from '../localstack/embedded/warehouse/duckdb-warehouse.ts';

export const catalog = loadCatalog();

export type Row = Readonly<Record<string, AnswerValue>>;

/** Rows by table; a table that is left out is empty, a column that is left out is null. */
export type Tables = Readonly<Record<string, readonly Row[]>>;

/** Columns from which a row's `dt` follows where the test does not give it. */
const datedBy = [
  'event_at',
  'processed_at',
  'reported_at',
  'refunded_at',
  'converted_at',
  'started_at',
  'contract_date',
  'posted_on',
  'signed_on',
  'created_at',
  'rate_date',
  'slice',
];

function dated(row: Row): Row {
  const at = datedBy.map((name) => row[name]).find((value) => typeof value === 'string');
  return { dt: typeof at === 'string' ? at.slice(0, 10) : '2026-03-10', ...row };
}

export interface Workshop {
  /** The rows of one slice of a model. The caller gives just what stands in its windows. */
  model(name: string, day: Day, tables: Tables): Promise<Row[]>;
  /** What a view answers; `select` instead of all of it. */
  view(name: string, tables: Tables, select?: string): Promise<Row[]>;
  /** Writes a table's rows as one Parquet file, as the pipeline would. */
  write(table: Table, rows: readonly Row[], path: string): Promise<void>;
  close(): Promise<void>;
}

async function writeRows(session: Session, table: Table, rows: readonly Row[], path: string): Promise<void> {
  const known = new Set([...table.columns.map(({ name }) => name), 'dt']);
  const stray = rows.flatMap((row) => Object.keys(row)).find((name) => !known.has(name));
  if (stray !== undefined) throw new Error(`${table.name} has no column ${stray}.`);
  const lines = `${path}.jsonl`;
  // Backwards: tests give rows in the order in which they are to win, and where a tie-break is missing the first of
  // them would.
  await writeFile(
    lines,
    rows
      .toReversed()
      .map((row) => JSON.stringify(dated(row)))
      .join('\n'),
  );
  const columns = [
    ...table.columns.map(({ name, type }) => ({ name, type: duckdbType(type) })),
    { name: 'dt', type: 'DATE' },
  ];
  const read = columns.map(({ name, type }) => `${name}: ${literal(type.endsWith(']') ? type : 'VARCHAR')}`).join(', ');
  await session.run(`COPY (SELECT ${columns.map(({ name, type }) => `CAST(${name} AS ${type}) AS ${name}`).join(', ')}
    FROM read_json(${literal(lines)}, format = 'newline_delimited', columns = { ${read} })) TO ${literal(path)} (FORMAT parquet)`);
}

/** A folder, an engine that writes Parquet, and the house's own warehouse that reads it. */
export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'athena-'));
  const engine = await openEngine({ threads: 1, memoryMb: 512, spill: folder });
  const session = await engine.connect();
  let files = 0;

  async function tableOf(table: Table, rows: readonly Row[]): Promise<Relation> {
    if (rows.length === 0) return relationOf(table, []);
    const key = `${String(files++)}-${table.name}.parquet`;
    await writeRows(session, table, rows, join(folder, key));
    return relationOf(table, [key]);
  }

  async function answer(relations: readonly Relation[], select: string): Promise<Row[]> {
    const warehouse = await duckdbWarehouse({ relations, resolve: (key) => join(folder, key), threads: 1 });
    try {
      const { columns, rows } = await warehouse.query(select);
      return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
    } finally {
      await warehouse.close();
    }
  }

  /** @throws Error where slices that share what they read, and hold but a part of it, have other rows than one alone */
  async function sameNarrowed(table: Table, select: string, relations: readonly Relation[]): Promise<void> {
    const narrowed = narrowedOf(table);
    if (narrowed === undefined) return;
    const warehouse = await duckdbWarehouse({ relations: [], resolve: (key) => join(folder, key), threads: 1 });
    const copies = ['alone', 'first', 'second'].map((name) => ({ relations, path: join(folder, name) }));
    const written: Buffer[] = [];
    try {
      for (const together of [copies.slice(0, 1), copies.slice(1)])
        for await (const { path } of warehouse.copyEach(select, together, { orderBy: table.sort, narrowed }))
          written.push(await readFile(path));
    } finally {
      await warehouse.close();
    }
    const [alone, first, second] = written;
    if (alone === undefined || !first?.equals(alone) || !second?.equals(alone))
      throw new Error(`${table.name} has other rows where ${narrowed.relation} is narrowed.`);
  }

  return {
    async model(name, day, tables) {
      const table = tableNamed(catalog, name);
      const relations = await Promise.all(
        table.reads.map((input) => tableOf(tableNamed(catalog, input.table), tables[input.table] ?? [])),
      );
      const [seen, select] = [[sliceRelation(day), ...relations], sliceStatement(table, athenaSql(name))];
      await sameNarrowed(table, select, seen);
      return answer(seen, select);
    },
    async view(name, tables, select = `SELECT * FROM ${name}`) {
      const relations: Relation[] = [];
      for (const table of catalog.values()) {
        if (table.zone === 'raw') continue;
        const rows = tables[table.name];
        // Where the test says nothing of the shop, it is the one of the defaults.
        const isDefault = rows === undefined && isShopTable(table) && shopDays(table, defaultProfile).length > 0;
        if (table.isView) relations.push({ name: table.name, kind: 'view', sql: athenaSql(table.name) });
        else if (isDefault) relations.push({ name: table.name, kind: 'view', sql: shopSelect(table, defaultProfile) });
        else relations.push(await tableOf(table, rows ?? []));
      }
      return answer(relations, select);
    },
    write: (table, rows, path) => writeRows(session, table, rows, path),
    async close() {
      session.close();
      engine.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The tables where each order of which the test names no line has one, of goods that are known to cost nothing. */
export function withGoods(tables: Tables): Tables {
  const named = new Set((tables['order_items'] ?? []).map((row) => row['order_id']));
  const bare = (tables['orders'] ?? []).filter((row) => !named.has(row['order_id'] ?? null));
  if (bare.length === 0) return tables;
  return {
    ...tables,
    order_items: [
      ...(tables['order_items'] ?? []),
      ...bare.map((row) => ({
        line_item_id: `free-${text(row, 'order_id')}`,
        order_id: text(row, 'order_id'),
        variant_id: 'FREE',
        shipped_quantity: 1,
        dt: '2026-03-10',
      })),
    ],
    product_costs: [
      ...(tables['product_costs'] ?? []),
      {
        variant_id: 'FREE',
        reported_at: '2023-01-01 00:00:00.000',
        seen_on: '2023-01-01',
        local_date: '2023-01-01',
        cost_eur: '0.00',
      },
    ],
  };
}

/** A row's number. @throws Error where there is none */
export function number(row: Row | undefined, name: string): number {
  const value = row?.[name];
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  throw new Error(`${name} is no number: ${JSON.stringify(value)}`);
}

/** A row's text. @throws Error where there is none */
export function text(row: Row | undefined, name: string): string {
  const value = row?.[name];
  if (typeof value === 'string') return value;
  throw new Error(`${name} is no text: ${JSON.stringify(value)}`);
}

/** A row's text, or null where there is none. */
export const told = (row: Row | undefined, name: string): string | null =>
  (row?.[name] ?? null) === null ? null : text(row, name);

/** These columns of the rows, in the order of the first of them. */
export function pick(rows: readonly Row[], ...names: readonly string[]): AnswerValue[][] {
  return rows
    .map((row) => names.map((name) => row[name] ?? null))
    .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b), 'en'));
}

/** What stands under each key, in its order. */
export function grouped<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}
