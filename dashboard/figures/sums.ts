import type { Days } from '../../lambdas/shared/day-numbers.ts';
import { numbersOf, rangeOf, textsOf, type Mart, type TextColumn } from '../data/mart.ts';

/**
 * Which rows are added up: of those days, with those texts. A text that is undefined is any; null is a row that has
 * none.
 */
export interface Where {
  readonly days?: Days | undefined;
  readonly texts?: Readonly<Record<string, string | null | undefined>>;
  /** Columns of booleans that must be so. */
  readonly flags?: Readonly<Record<string, boolean>>;
  /** A measure that is known: not of rows that have none. */
  readonly told?: string;
}
export type Sums<M extends string> = Readonly<Record<M, number>>;

/** A group of rows: what they have in common, and the sums over them. */
export interface Group<M extends string> {
  readonly keys: readonly (string | null)[];
  /** What the group was called last: texts that may change from day to day, and are no part of what it is. */
  readonly names: readonly (string | null)[];
  readonly sums: Sums<M>;
}

/** The code of a text that no row of the column has. */
const nowhere = -2;

/** Tells of each row whether it is to be counted. */
function filterOf(mart: Mart, { days, texts = {}, flags = {}, told }: Where): (row: number) => boolean {
  const day = days && numbersOf(mart, 'day');
  const tests = Object.entries(texts).flatMap(([name, text]) => {
    if (text === undefined) return [];
    const { codes, words } = textsOf(mart, name);
    const code = text === null ? -1 : words.indexOf(text);
    return [{ codes, code: text !== null && code < 0 ? nowhere : code }];
  });
  const known = told === undefined ? undefined : numbersOf(mart, told);
  const marks = Object.entries(flags).map(([name, flag]) => ({ values: numbersOf(mart, name), wanted: flag ? 1 : 0 }));
  return (row) => {
    const at = day?.[row] ?? 0;
    if (days && (at < days.from || at > days.to)) return false;
    if (known && Number.isNaN(known[row])) return false;
    for (const { codes, code } of tests) if (codes[row] !== code) return false;
    for (const { values, wanted } of marks) if (values[row] !== wanted) return false;
    return true;
  };
}

const zeros = (measures: readonly string[]): number[] => measures.map(() => 0);

function add(sums: number[], values: readonly Float64Array[], row: number): void {
  for (let i = 0; i < values.length; i++) sums[i] = (sums[i] ?? 0) + (values[i]?.[row] || 0);
}

function named<M extends string>(measures: readonly M[], sums: readonly number[]): Sums<M> {
  const entries = measures.map((name, i) => [name, sums[i] ?? 0] as const);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry a measure, by the line above
  return Object.fromEntries(entries) as Sums<M>;
}

/**
 * The sums of some measures, a group for each combination of the texts in `by`, in the order in which they are met.
 * What is null adds nothing.
 * @param called columns of names, of which each group has those of its last day
 */
export function groupsOf<M extends string>(
  mart: Mart,
  measures: readonly M[],
  by: readonly string[],
  where: Where = {},
  called: readonly string[] = [],
): Group<M>[] {
  const isCounted = filterOf(mart, where);
  const values = measures.map((name) => numbersOf(mart, name));
  const texts = by.map((name) => textsOf(mart, name));
  const names = called.map((name) => textsOf(mart, name));
  const day = called.length > 0 ? numbersOf(mart, 'day') : undefined;
  // A group is one number, of the codes of its texts: a text for each row would be most of the work.
  const groups = new Map<number, { keys: readonly (string | null)[]; sums: number[]; last: number; row: number }>();
  const textAt = ({ codes, words }: TextColumn, row: number) => words[codes[row] ?? -1] ?? null;
  const [from, to] = rangeOf(mart, where.days);
  for (let row = from; row < to; row++) {
    if (!isCounted(row)) continue;
    let key = 0;
    for (const { codes, words } of texts) key = key * (words.length + 1) + (codes[row] ?? -1) + 1;
    let group = groups.get(key);
    if (group === undefined) {
      group = { keys: texts.map((text) => textAt(text, row)), sums: zeros(measures), last: day?.[row] ?? 0, row };
      groups.set(key, group);
    } else if (day !== undefined && (day[row] ?? 0) > group.last) {
      group.last = day[row] ?? 0;
      group.row = row;
    }
    add(group.sums, values, row);
  }
  return [...groups.values()].map(({ keys, sums, row }) => ({
    keys,
    names: names.map((text) => textAt(text, row)),
    sums: named(measures, sums),
  }));
}

/** The sums of some measures over all rows that count. */
export function sumsOf<M extends string>(mart: Mart, measures: readonly M[], where: Where = {}): Sums<M> {
  return groupsOf(mart, measures, [], where)[0]?.sums ?? named(measures, zeros(measures));
}

/** Whether a row that counts has a figure: what none has is not known, and its sum is no 0. */
export function isTold(mart: Mart, measure: string, where: Where = {}): boolean {
  const isCounted = filterOf(mart, { ...where, told: measure });
  return numbersOf(mart, measure).some((_, row) => isCounted(row));
}

/** The sums of some measures of each day, one entry a day, in order; a day without rows has zeros. */
export function dailySums<M extends string>(
  mart: Mart,
  measures: readonly M[],
  where: Where & { readonly days: Days },
): Sums<M>[] {
  const isCounted = filterOf(mart, where);
  const values = measures.map((name) => numbersOf(mart, name));
  const day = numbersOf(mart, 'day');
  const sums = Array.from({ length: where.days.to - where.days.from + 1 }, () => zeros(measures));
  const [from, to] = rangeOf(mart, where.days);
  for (let row = from; row < to; row++) {
    if (!isCounted(row)) continue;
    const of = sums[(day[row] ?? 0) - where.days.from];
    if (of !== undefined) add(of, values, row);
  }
  return sums.map((of) => named(measures, of));
}

/** The sums of several days as one. */
export function together<M extends string>(daily: readonly Sums<M>[], measures: readonly M[]): Sums<M> {
  return named(
    measures,
    measures.map((name) => daily.reduce((sum, of) => sum + of[name], 0)),
  );
}
