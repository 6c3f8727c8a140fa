import type { Column, Mart } from './mart.ts';

/** A mart of rows: a column is of numbers where some row has one, and of texts else. */
export function martOf(rows: readonly Readonly<Record<string, string | number | null>>[]): Mart {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columnOf = (name: string): Column => {
    const values = rows.map((row) => row[name] ?? null);
    if (values.some((value) => typeof value === 'number'))
      return {
        kind: 'number',
        values: Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))),
      };
    const words = [...new Set(values.flatMap((value) => (value === null ? [] : [String(value)])))];
    return { kind: 'text', words, codes: Int32Array.from(values, (value) => words.indexOf(String(value))) };
  };
  return { rows: rows.length, columns: Object.fromEntries(names.map((name) => [name, columnOf(name)])) };
}
