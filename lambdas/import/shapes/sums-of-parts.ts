/** Rows that stand above the rows of their parts: a campaign's day, and the same again by country, age or device. */
import { fromMicros, saysNothing } from '../amounts.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { beginsAsTotal, isTotal } from '../totals.ts';
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';
import { numbers } from './report-row.ts';

/** What a row is of, whatever it is broken down by. */
const ofWhat = [
  'day,start,end,account,account_id,account_number,currency',
  'campaign,campaign_id,ad_group,ad_group_id,ad,ad_id,keyword,match_type,search_term',
].flatMap((names) => names.split(','));

/** What stands in place of a part where a row is of all of them. */
const ofAll = /^(?:(?:(?:grand )?total|all|overall|tou(?:te)?s|ensemble|alle|gesamt|insgesamt)\b.*)?$/;
const isOfAll = (cell: string | undefined) => ofAll.test(folded(cell ?? ''));

/** What a row may be of as a whole, the widest first, and the id beside each. */
const levels = ['campaign', 'ad_group', 'ad', 'keyword', 'search_term'] as const;
/** A name that a subtotal of a report has in place of one, as Meta's “All”; a campaign may be called “All products”. */
const ofEach = /^(?:grand total|total|all|overall|tou(?:te)?s|ensemble|alle|gesamt|insgesamt|todos|todas)$/;

/** Its figures in millionths. */
export interface Figures {
  readonly spend: bigint;
  /** How often it was seen and clicked. */
  readonly counts: readonly bigint[];
  /** What its platform claims. */
  readonly claims: readonly bigint[];
}

const addedIn = (all: readonly Figures[], field: 'counts' | 'claims') =>
  (all[0]?.[field] ?? []).map((_, at) => all.reduce((sum, one) => sum + (one[field][at] ?? 0n), 0n));
const added = (all: readonly Figures[]): Figures => ({
  spend: all.reduce((sum, { spend }) => sum + spend, 0n),
  counts: addedIn(all, 'counts'),
  claims: addedIn(all, 'claims'),
});

const apart = (a: bigint, b: bigint) => (a > b ? a - b : b - a);
/** Each part is rounded to a cent. */
const cent = 10_000n;
const isSum = (whole: Figures, sum: Figures, parts: number) =>
  apart(whole.spend, sum.spend) <= cent * BigInt(parts) && whole.counts.every((count, at) => count === sum.counts[at]);
/** As where a platform keeps back parts that are too small. */
const isNear = (whole: Figures, sum: Figures) => whole.spend > 0n && apart(whole.spend, sum.spend) * 20n <= whole.spend;

/** Parts of what is claimed alone, as by device of the purchase: of what was spent no part is known. */
const areOfClaims = (whole: Figures, sum: Figures) =>
  sum.spend === 0n &&
  sum.counts.every((count) => count === 0n) &&
  sum.claims.some((claim) => claim > 0n) &&
  sum.claims.every((claim, at) => claim === whole.claims[at]);

/** What names a part: a word, or a range as ages are. */
const isName = (cell: string) =>
  /\p{L}|^\d+ ?(?:[-–] ?\d+|\+)$/u.test(cell) &&
  !/^(?:\p{Sc}|\p{Lu}{3})? ?\d[\d.,]* ?(?:\p{Sc}|\p{Lu}{3}|[km])?$/iu.test(cell);

/** The columns by which rows of one thing are told apart in words. */
function partedBy(table: Table, rows: readonly Row[]): number[] {
  const read = new Set([...ofWhat, ...Object.keys(numbers)].map((field) => table.heading.columns.get(field)));
  return table.heading.written.flatMap((heading, at) => {
    const cells = rows.map((row) => row.cells[at]?.trim() ?? '');
    const isParted = heading !== '' && !read.has(at) && cells.some((cell) => cell !== cells[0]);
    return isParted && cells.some(isName) ? [at] : [];
  });
}

/** What a row has in some fields, as one text. */
const keyOf = (table: Table, row: Row, fields: readonly string[]): string =>
  JSON.stringify(fields.map((field) => table.cell(row, field)));

/** Rows by what they have in some fields. */
function groupedBy(table: Table, rows: readonly Row[], fields: readonly string[]): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(table, row, fields);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** Finds the rows that have what a sum of them has in some fields: by a few sets of fields, of many sums. */
function partsAmong(table: Table, rows: readonly Row[]): (sum: Row, fields: readonly string[]) => readonly Row[] {
  const indexes = new Map<string, ReadonlyMap<string, Row[]>>();
  return (sum, fields) => {
    const index = indexes.get(fields.join(' ')) ?? groupedBy(table, rows, fields);
    indexes.set(fields.join(' '), index);
    return index.get(keyOf(table, sum, fields)) ?? [];
  };
}

/**
 * Rows that would count twice: those whose figures are the sum of rows that tell of its parts, or, where parts tell of
 * claims alone, these; each with why. Where one is nearly the sum, that is noted.
 */
export function sumsOfParts(
  table: Table,
  rows: readonly Row[],
  figuresOf: (row: Row) => Figures,
  notes: Set<string>,
): ReadonlyMap<Row, string> {
  const twice = new Map<Row, string>();
  for (const group of groupedBy(table, rows, ofWhat).values()) {
    if (group.length < 2) continue;
    const columns = partedBy(table, group);
    const namedIn = (row: Row) => columns.filter((at) => !isOfAll(row.cells[at]));
    const deepest = Math.max(...group.map((row) => namedIn(row).length));
    const finest = group.filter((row) => namedIn(row).length === deepest);
    for (const row of group) {
      const named = namedIn(row);
      if (named.length === deepest) continue;
      const parts = finest.filter((part) => named.every((at) => part.cells[at]?.trim() === row.cells[at]?.trim()));
      if (parts.length === 0) continue;
      const [whole, sum] = [figuresOf(row), added(parts.map(figuresOf))];
      const by = table.heading.written[columns.find((at) => !named.includes(at)) ?? -1] ?? '';
      if (isSum(whole, sum, parts.length)) twice.set(row, 'adds up the rows of its parts, which are here too');
      else if (areOfClaims(whole, sum))
        for (const part of parts) twice.set(part, 'tells by what its campaign sold, which another row has whole');
      else if (isNear(whole, sum))
        notes.add(
          `Row ${row.row} names no “${by}”, and what it spent (${fromMicros(whole.spend)}) is nearly the sum ` +
            `of the rows that do (${fromMicros(sum.spend)}): all count. If it adds them up, take the file out ` +
            `again (sillage import --undo FILE), and export it without “${by}”.`,
        );
    }
  }
  return twice;
}

/** Rows of a report's subtotals, which have a word for all in place of a campaign, an ad set or an ad, and add up those. */
export function subtotalsIn(
  table: Table,
  rows: readonly Row[],
  figuresOf: (row: Row) => Figures,
  notes: Set<string>,
): ReadonlyMap<Row, string> {
  // “Total campaigns” of a day adds them up, where its figures say so: a campaign may be called “Total Look”.
  const saysAll = (row: Row, field: string) => {
    const text = table.cell(row, field);
    return ofEach.test(folded(text)) || (levels.some((level) => level === field) && beginsAsTotal(text));
  };
  const isOfEach = (row: Row) =>
    levels.some(
      (level) => saysAll(row, level) && (table.cell(row, `${level}_id`) === '' || saysAll(row, `${level}_id`)),
    );
  const subtotals = rows.filter(isOfEach);
  if (subtotals.length === 0) return new Map();
  const single = rows.filter((row) => !isOfEach(row));
  const twice = new Map<Row, string>();
  const partsOf = partsAmong(table, single);
  for (const row of subtotals) {
    const isOfDay = table.cell(row, 'day') !== '' && !saysAll(row, 'day');
    const own = ofWhat.filter(
      (field) =>
        table.cell(row, field) !== '' &&
        !saysAll(row, field) &&
        (isOfDay || !table.has('day') || (field !== 'start' && field !== 'end')),
    );
    const parts = partsOf(row, own);
    if (parts.length === 0) continue;
    const [whole, sum] = [figuresOf(row), added(parts.map(figuresOf))];
    if (isSum(whole, sum, parts.length))
      twice.set(row, 'a subtotal of its report: the rows that it adds up are here too');
    else if (isNear(whole, sum))
      notes.add(
        `Row ${row.row} has a word for all in place of a name, and what it spent (${fromMicros(whole.spend)}) ` +
          `is nearly the sum of the rows that it may add up (${fromMicros(sum.spend)}): all count. If it is a ` +
          'subtotal, take the file out again (sillage import --undo FILE), and export it without subtotals.',
      );
  }
  return twice;
}

/**
 * Rows without a campaign add up others. In a table whose rows are grouped, as people print them, the name stands in the
 * first row of each group alone.
 * @throws Refused where such a row is of one day, and comes to something else than the rows of that day
 */
export function refuseNameless(
  table: Table,
  rows: readonly Row[],
  totals: readonly Row[],
  figuresOf: (row: Row) => Figures,
): void {
  const day = table.has('day') ? 'day' : 'start';
  const isOfOneDay = (row: Row) =>
    !saysNothing(table.cell(row, day)) &&
    (day === 'day' || table.cell(row, 'start') === table.cell(row, 'end')) &&
    // A report of one day may say so of its total, too.
    rows.some((one) => table.cell(one, day) !== table.cell(row, day));
  const nameless = totals.filter((row) => !isTotal(row) && isOfOneDay(row));
  const partsOf = partsAmong(table, rows);
  for (const row of nameless) {
    const own = ofWhat.filter((field) => !saysNothing(table.cell(row, field)));
    const parts = partsOf(row, own);
    const [whole, sum] = [figuresOf(row), added(parts.map(figuresOf))];
    if (whole.spend > 0n && !isSum(whole, sum, parts.length) && !isNear(whole, sum))
      throw new Refused(
        `Row ${row.row} names no “${table.headingOf('campaign')}”, and is no sum of the rows of its day: it ` +
          `spent ${fromMicros(whole.spend)}, and they ${fromMicros(sum.spend)}. In a table whose rows are ` +
          'grouped, a name stands in the first row of its group alone. Export it without groups (raw data), or ' +
          'write the name in each row.',
      );
  }
}
