import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  type FileMetaData,
  type SchemaElement,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import type { Table } from '../lambdas/shared/schema/table.ts';
import type { ColumnType } from '../lambdas/shared/schema/types.ts';
import { done, ended, filesUnder, folder } from './support-sillage.ts';

/**
 * DuckDB writes the lake's Parquet and reads it back in every other test, so a mistake that it makes twice would go
 * unseen. Here hyparquet, which shares no line with it, reads every object of every table: schema, statistics and rows.
 */
const lake = folder('second-reader');
const tables = [...loadCatalog().values()].filter((table) => !table.isView && table.zone !== 'raw');
const written = new Map<string, string[]>();
let duckdb: DuckDBConnection;

beforeAll(async () => {
  await done([
    'generate',
    'all',
    '--start-date',
    '2025-01-01',
    '--end-date',
    '2025-01-05',
    '--events-per-day',
    '600',
    '--initial-customers',
    '60',
    '--lake',
    lake,
  ]);
  await done(['run', '--lake', lake]);
  for (const { name, prefix } of tables)
    written.set(
      name,
      filesUnder(join(lake, prefix))
        .filter((path) => path.endsWith('.parquet'))
        .toSorted(),
    );
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  await duckdb.run("SET TimeZone = 'UTC'");
});
afterAll(() => duckdb.closeSync());

const filesOf = (table: Table) => written.get(table.name) ?? [];
const metadataOf = async (path: string): Promise<FileMetaData> => parquetMetadataAsync(await asyncBufferFromFile(path));

/** A date or a time, of whichever engine, in ISO 8601. */
function instant(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  const iso = z.string().parse(value).replace(' ', 'T').replace(/Z$/u, '');
  return new Date(iso.includes('T') ? `${iso}Z` : iso).toISOString();
}

/** A value in words that both engines' values can be put in: what is equal is written alike. */
function plain(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'date':
      return instant(value).slice(0, 10);
    case 'timestamp':
      return instant(value);
    case 'decimal':
      return Number(value).toFixed(type.scale);
    case 'bigint':
    case 'int':
    case 'double':
      return Number(value);
    case 'array':
      return Array.isArray(value) ? value.map((element: unknown) => plain(element, type.element)) : value;
    case 'struct':
      return Object.fromEntries(
        type.fields.map((field) => [
          field.name,
          plain(typeof value === 'object' ? Reflect.get(value, field.name) : undefined, field.type),
        ]),
      );
    case 'string':
    case 'boolean':
    case 'map':
      return value;
  }
}

const columnsOf = (table: Table) => [...table.columns, { name: 'dt', type: { kind: 'date' } as const }];

async function byHyparquet(table: Table): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const path of filesOf(table)) {
    for (const row of await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors })) {
      rows.push(Object.fromEntries(columnsOf(table).map(({ name, type }) => [name, plain(row[name], type)])));
    }
  }
  return rows;
}

async function byDuckdb(table: Table): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const path of filesOf(table)) {
    const answer = await duckdb.runAndReadAll(`SELECT * FROM read_parquet('${path}', hive_partitioning = false)`);
    rows.push(
      ...answer
        .getRowObjectsJson()
        .map((row) => Object.fromEntries(columnsOf(table).map(({ name, type }) => [name, plain(row[name], type)]))),
    );
  }
  return rows;
}

/**
 * What a column of the type must be in the file, by the Parquet specification, so that Athena and Spark read it as the
 * catalogue says.
 */
function stored(type: ColumnType): Partial<SchemaElement> {
  switch (type.kind) {
    case 'string':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    case 'bigint':
      return { type: 'INT64' };
    case 'int':
      return { type: 'INT32' };
    case 'double':
      return { type: 'DOUBLE' };
    case 'boolean':
      return { type: 'BOOLEAN' };
    case 'date':
      return { type: 'INT32', converted_type: 'DATE' };
    case 'timestamp':
      return { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' };
    case 'decimal':
      return { converted_type: 'DECIMAL', precision: type.precision, scale: type.scale };
    case 'array':
      return { converted_type: 'LIST' };
    case 'map':
      return { converted_type: 'MAP' };
    case 'struct':
      return {};
  }
}

/**
 * The others (ledger, rejects, weights) are written without a native library: gzip, no statistics, few rows an object.
 */
const isByDuckdb = (table: Table): boolean => table.zone !== 'ops' && table.madeBy === undefined;

describe.each(tables.map((table) => ({ name: table.name, zone: table.zone, table })))('$zone/$name', ({ table }) => {
  const columns = columnsOf(table);

  test('has its declared columns in their order and types', async () => {
    for (const path of filesOf(table)) {
      const { schema } = await metadataOf(path);
      // The elements of a list and the fields of a struct come after theirs: only the top is looked at.
      const top: SchemaElement[] = [];
      for (let i = 1; i < schema.length; i = after(schema, i)) top.push(...schema.slice(i, i + 1));
      expect(top.map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
      columns.forEach(({ type }, i) => expect(top[i]).toMatchObject(stored(type)));
    }
  });

  test('is compressed, and every column has its least and greatest value, the true ones, and its count of nulls', async () => {
    for (const path of filesOf(table)) {
      const { row_groups: groups } = await metadataOf(path);
      for (const { meta_data: data } of groups.flatMap((group) => group.columns)) {
        expect(data?.codec).toBe(isByDuckdb(table) ? 'ZSTD' : 'GZIP');
        const { statistics: found, num_values: count = 0n, path_in_schema: [name = '', ...inner] = [] } = data ?? {};
        if (!isByDuckdb(table) || inner.length > 0) continue;
        expect([name, found?.null_count]).toEqual([name, expect.anything()]);
        const isEmpty = Number(found?.null_count) === Number(count);
        expect([name, found?.min_value !== undefined, found?.max_value !== undefined]).toEqual([
          name,
          !isEmpty,
          !isEmpty,
        ]);
        const { type } = columns.find((column) => column.name === name) ?? { type: { kind: 'string' } as const };
        if (
          isEmpty ||
          groups.length > 1 ||
          !['date', 'timestamp', 'int', 'bigint', 'double', 'decimal'].includes(type.kind)
        )
          continue;
        const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors, columns: [name] });
        const values = rows.flatMap((row) =>
          row[name] === null
            ? []
            : [type.kind === 'date' || type.kind === 'timestamp' ? String(plain(row[name], type)) : Number(row[name])],
        );
        const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect([path, name, plain(found?.min_value, type), plain(found?.max_value, type)]).toEqual([
          path,
          name,
          plain(sorted[0], type),
          plain(sorted.at(-1), type),
        ]);
      }
    }
  });

  test('has the same rows in a second implementation', async () => {
    const mine = await byHyparquet(table);
    expect(mine).toEqual(await byDuckdb(table));
  });

  test('has the sums and the nulls that DuckDB counts', async () => {
    const rows = await byHyparquet(table);
    const values = (name: string) =>
      rows.map((row) => (typeof row === 'object' && row !== null ? (Reflect.get(row, name) as unknown) : undefined));
    if (filesOf(table).length === 0) return;
    for (const { name, type } of columns) {
      const isNumber = ['bigint', 'int', 'double', 'decimal'].includes(type.kind);
      const [counted] = (
        await duckdb.runAndReadAll(`SELECT count(*) AS n, count("${name}") AS present, ${isNumber ? `CAST(sum("${name}") AS DOUBLE)` : 'NULL'} AS sum
        FROM read_parquet([${filesOf(table)
          .map((path) => `'${path}'`)
          .join(', ')}], hive_partitioning = false)`)
      ).getRowObjectsJson();
      const present = values(name).filter((value) => value !== null);
      expect({ name, n: rows.length, present: present.length }).toEqual({
        name,
        n: Number(counted?.['n']),
        present: Number(counted?.['present']),
      });
      const sum = isNumber ? present.reduce<number>((total, value) => total + Number(value), 0) : 0;
      expect({
        name,
        off: Math.abs(sum - Number(counted?.['sum'] ?? 0)) < 1e-9 * Math.max(1, Math.abs(sum)) ? 0 : [sum, counted],
      }).toEqual({ name, off: 0 });
    }
  });
});

/** The place after an element and all that is in it. */
function after(schema: readonly SchemaElement[], i: number): number {
  let next = i + 1;
  for (let child = 0; child < (schema[i]?.num_children ?? 0); child += 1) next = after(schema, next);
  return next;
}

test('no table of these but those of refused or refunded things is empty, or nothing was compared', () => {
  const empty = tables.filter((table) => filesOf(table).length === 0).map(({ name }) => name);
  // The profile of the simulated shop names no costs or campaigns of its own.
  expect(empty.filter((name) => !['refunds', 'shop_marketing_costs', 'shop_campaign_names'].includes(name))).toEqual(
    [],
  );
});

/**
 * Reads files by @dsnp/parquetjs in a process of its own: jest on Node 20 cannot load the ES modules that it requires.
 */
async function byParquetjs(paths: readonly string[]) {
  const program = `
    import parquetjs from '@dsnp/parquetjs';
    const found = [];
    for (const path of ${JSON.stringify(paths)}) {
      const reader = await parquetjs.ParquetReader.openFile(path);
      const rows = [];
      let failure = '';
      try {
        const cursor = reader.getCursor();
        for (let row = await cursor.next(); row; row = await cursor.next()) rows.push(row);
      } catch (error) {
        failure = error.message;
      }
      found.push({ path, count: Number(reader.getRowCount()), columns: reader.schema.fieldList.filter((field) => field.path.length === 1).map((field) => field.name), rows, failure });
      await reader.close();
    }
    process.stdout.write(JSON.stringify(found, (key, value) => (typeof value === 'bigint' ? String(value) : value)));`;
  const { code, stdout, stderr } = await ended(
    spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: join(import.meta.dirname, '..'),
      stdio: 'pipe',
    }),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return z
    .array(
      z.object({
        path: z.string(),
        count: z.number(),
        columns: z.array(z.string()),
        rows: z.array(z.record(z.string(), z.unknown())),
        failure: z.string(),
      }),
    )
    .parse(JSON.parse(stdout));
}

describe('a third implementation, @dsnp/parquetjs', () => {
  test('counts the rows of every object that DuckDB wrote, and knows its columns; what is in them it cannot read, for it has no ZSTD', async () => {
    const read = await byParquetjs(tables.filter(isByDuckdb).flatMap(filesOf));
    for (const { path, count, columns, rows, failure } of read) {
      const { num_rows: expected, schema } = await metadataOf(path);
      expect({
        path,
        count,
        failure: count === 0 || /ZSTD|compression method/iu.test(failure) ? '' : failure,
        rows,
      }).toEqual({ path, count: Number(expected), failure: '', rows: [] });
      for (const name of columns) expect(schema.map((element) => element.name)).toContain(name);
    }
    expect(read.length).toBeGreaterThan(tables.length);
  });

  test('reads what it wrote itself as the others do', async () => {
    for (const table of tables.filter((one) => !isByDuckdb(one))) {
      const rows = (await byParquetjs(filesOf(table))).flatMap((one) => one.rows);
      const plainRows = rows.map((row) =>
        Object.fromEntries(columnsOf(table).map(({ name, type }) => [name, plain(unwrapped(row[name]), type)])),
      );
      expect(plainRows).toEqual(await byHyparquet(table));
    }
  });
});

/** A list as parquetjs shows it, as the list that it is. */
function unwrapped(value: unknown): unknown {
  const wrapped = z.object({ list: z.array(z.object({ element: z.unknown() })).nullable() }).safeParse(value);
  return wrapped.success ? (wrapped.data.list ?? []).map(({ element }) => element) : value;
}
