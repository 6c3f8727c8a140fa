import type { Days } from '../../lambdas/shared/day-numbers.ts';

/** Numbers, of which NaN is null; a day is a number of days since 1970, a time one of milliseconds, true 1. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
}
/** Texts, each kept once; the code -1 is null. */
export interface TextColumn {
  readonly kind: 'text';
  readonly codes: Int32Array;
  readonly words: readonly string[];
}
export type Column = NumberColumn | TextColumn;

/** A mart, or the part of it that was asked for, column by column. */
export interface Mart {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Column>>;
}
export type Marts = Readonly<Record<string, Mart>>;

/** @throws Error where the mart has no such column of numbers: the manifest was checked, so it is a mistake of ours */
export function numbersOf(mart: Mart, name: string): Float64Array {
  const column = mart.columns[name];
  if (column?.kind !== 'number') throw new Error(`There is no column of numbers named ${name}.`);
  return column.values;
}

/** @throws Error where the mart has no such column of texts */
export function textsOf(mart: Mart, name: string): TextColumn {
  const column = mart.columns[name];
  if (column?.kind !== 'text') throw new Error(`There is no column of texts named ${name}.`);
  return column;
}

/** Columns of days that are known to rise from row to row, or not to. */
const rising = new WeakMap<Float64Array, boolean>();

/** The first row of a column that rises whose day is at least this one. */
function rowFrom(values: Float64Array, day: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The rows among which those of some days are, from the first to before the last. Marts are published in the order of
 * their days, so that a month is not looked for in a year.
 */
export function rangeOf(mart: Mart, days: Days | undefined): readonly [from: number, to: number] {
  if (days === undefined) return [0, mart.rows];
  const values = numbersOf(mart, 'day');
  const isRising = rising.get(values) ?? values.every((day, row) => row === 0 || day >= (values[row - 1] ?? 0));
  rising.set(values, isRising);
  return isRising ? [rowFrom(values, days.from), rowFrom(values, days.to + 1)] : [0, mart.rows];
}

/** The texts that a column has, each once, in order; within some days where they are given. */
export function distinct(mart: Mart, name: string, days?: Days): string[] {
  const { codes, words } = textsOf(mart, name);
  const day = days && numbersOf(mart, 'day');
  const seen = new Uint8Array(words.length);
  const [from, to] = rangeOf(mart, days);
  for (let row = from; row < to; row++) {
    const at = day?.[row] ?? 0;
    if (days && (at < days.from || at > days.to)) continue;
    // What is null has the code -1, which no array of bytes keeps.
    seen[codes[row] ?? -1] = 1;
  }
  return words.filter((_, code) => seen[code] === 1).toSorted();
}

/** The rows of a mart that are wanted. */
export function picked(mart: Mart, isWanted: (row: number) => boolean): Mart {
  const rows = Array.from({ length: mart.rows }, (_, row) => row).filter(isWanted);
  const of = (column: Column): Column =>
    column.kind === 'number'
      ? { kind: 'number', values: Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN) }
      : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] ?? -1) };
  return {
    rows: rows.length,
    columns: Object.fromEntries(Object.entries(mart.columns).map(([name, column]) => [name, of(column)])),
  };
}

function joinedTexts(parts: readonly TextColumn[], rows: number): TextColumn {
  const known = new Map<string, number>();
  const codes = new Int32Array(rows);
  let start = 0;
  for (const part of parts) {
    const of = part.words.map((word) => {
      const code = known.get(word) ?? known.size;
      known.set(word, code);
      return code;
    });
    for (let row = 0; row < part.codes.length; row++) codes[start + row] = of[part.codes[row] ?? -1] ?? -1;
    start += part.codes.length;
  }
  return { kind: 'text', codes, words: [...known.keys()] };
}

function joinedNumbers(parts: readonly NumberColumn[], rows: number): NumberColumn {
  const values = new Float64Array(rows);
  let start = 0;
  for (const part of parts) {
    values.set(part.values, start);
    start += part.values.length;
  }
  return { kind: 'number', values };
}

/** One mart of its files, in their order. */
export function joined(
  parts: readonly Mart[],
  names: readonly { readonly name: string; readonly isText: boolean }[],
): Mart {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const columns: Record<string, Column> = {};
  for (const { name, isText } of names)
    columns[name] = isText
      ? joinedTexts(
          parts.map((part) => textsOf(part, name)),
          rows,
        )
      : joinedNumbers(
          parts.map((part) => ({ kind: 'number', values: numbersOf(part, name) })),
          rows,
        );
  return { rows, columns };
}
