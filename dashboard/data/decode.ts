import { parquetMetadata, parquetRead } from 'hyparquet';
import { hexOf } from './hex.ts';
import type { Column, Mart } from './mart.ts';
import { DataProblem } from './problem.ts';

export interface ColumnToRead {
  readonly name: string;
  readonly type: string;
}

/** What the manifest says of a file and of its columns. */
export interface FileToRead {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly ColumnToRead[];
}

export const isText = (type: string) => type === 'string';

const asNumber = (value: unknown): number => (value === null || value === undefined ? Number.NaN : Number(value));

function column(values: ArrayLike<unknown>, text: boolean): Column {
  if (!text) return { kind: 'number', values: Float64Array.from(values, asNumber) };
  const known = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (typeof value !== 'string') return -1;
    const code = known.get(value) ?? known.size;
    known.set(value, code);
    return code;
  });
  return { kind: 'text', codes, words: [...known.keys()] };
}

/** Days and times stay numbers: an object a cell would cost more than all the rest. */
const parsers = {
  dateFromDays: (days: number) => days,
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: (micros: bigint) => Number(micros) / 1000,
};

/**
 * Decodes one SNAPPY Parquet file of a mart.
 * @throws DataProblem where its length, its digest, its rows or its columns are not those that the manifest says
 */
export async function decode(bytes: ArrayBuffer, file: FileToRead): Promise<Mart> {
  const digest = hexOf(await crypto.subtle.digest('SHA-256', bytes)).slice(0, 16);
  if (bytes.byteLength !== file.bytes || !file.name.endsWith(`-${digest}.parquet`))
    throw new DataProblem('damaged', file.name);
  const columns: Record<string, Column> = {};
  try {
    const metadata = parquetMetadata(bytes);
    const parts = new Map<string, unknown[]>(file.columns.map(({ name }) => [name, []]));
    await parquetRead({
      file: bytes,
      metadata,
      columns: [...parts.keys()],
      parsers,
      onChunk({ columnName, columnData, rowStart }) {
        const all = parts.get(columnName);
        if (all !== undefined)
          for (const [i, value] of Array.from<unknown>(columnData).entries()) all[rowStart + i] = value;
      },
    });
    for (const { name, type } of file.columns) {
      const values = parts.get(name) ?? [];
      if (values.length !== file.rows) throw new DataProblem('damaged', file.name);
      columns[name] = column(values, isText(type));
    }
  } catch (error) {
    throw error instanceof DataProblem ? error : new DataProblem('damaged', file.name);
  }
  return { rows: file.rows, columns };
}
