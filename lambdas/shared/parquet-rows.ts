import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ParquetSchema } from '@dsnp/parquetjs';
import type { Table } from './schema/table.ts';
import type { ColumnType } from './schema/types.ts';

type Field = NonNullable<ConstructorParameters<typeof ParquetSchema>[0]>[string];

/** The column as parquetjs writes it. Decimals are refused: its 1.8.9 rounds them down (19.99 → 19.98). */
function field(type: ColumnType): Field {
  const common = { optional: true, compression: 'GZIP' } as const;
  switch (type.kind) {
    case 'string':
      return { ...common, type: 'UTF8' };
    case 'bigint':
      return { ...common, type: 'INT64' };
    case 'int':
      return { ...common, type: 'INT32' };
    case 'double':
      return { ...common, type: 'DOUBLE' };
    case 'boolean':
      return { ...common, type: 'BOOLEAN' };
    case 'date':
      return { ...common, type: 'DATE' };
    case 'timestamp':
      return { ...common, type: 'TIMESTAMP_MILLIS' };
    case 'array':
      return {
        type: 'LIST',
        optional: true,
        fields: { list: { repeated: true, fields: { element: { ...field(type.element), optional: true } } } },
      };
    case 'decimal':
    case 'map':
    case 'struct':
      throw new Error(`parquetjs does not write ${type.kind} correctly; let SQL write this table.`);
  }
}

/** A row for parquetjs: nulls are left out, a list has its wrappers. */
function wrapped(row: object, table: Table): Record<string, unknown> {
  const values = table.columns.map((column): readonly [string, unknown] => {
    const value: unknown = Reflect.get(row, column.name);
    return [column.name, Array.isArray(value) ? { list: value.map((element: unknown) => ({ element })) } : value];
  });
  const dt: unknown = Reflect.get(row, 'dt');
  return Object.fromEntries(
    [...values, ['dt', dt] as const].filter(([, value]) => value !== null && value !== undefined),
  );
}

/**
 * Small tables that TypeScript computes (the ledger, rejects, check results) as one Parquet object, without a native
 * library. Each row also carries its partition `dt`.
 */
export async function parquetRows(table: Table, rows: readonly object[]): Promise<Buffer> {
  // With its own dependencies it takes longer to load than most commands take, and few of them write anything.
  const { ParquetSchema, ParquetWriter } = await import('@dsnp/parquetjs');
  const schema = new ParquetSchema({
    ...Object.fromEntries(table.columns.map((column) => [column.name, field(column.type)])),
    dt: field({ kind: 'date' }),
  });
  const folder = await mkdtemp(join(tmpdir(), 'sillage-rows-'));
  try {
    const path = join(folder, 'rows.parquet');
    // Its page index is malformed beyond 8,192 rows a row group, and nobody needs it here.
    const writer = await ParquetWriter.openFile(schema, path, { pageIndex: false, rowGroupSize: 4096 });
    for (const row of rows) await writer.appendRow(wrapped(row, table));
    await writer.close();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
