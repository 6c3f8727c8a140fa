/** Rows that take something back: a credit or an adjustment that a connector, or a person, wrote into a report. */
import { fromMicros } from '../amounts.ts';
import type { Row } from '../rows.ts';

/** What a row came to, in millionths. */
interface Figures {
  readonly spend: bigint;
  readonly counts: readonly bigint[];
}

/**
 * The rows that come to less than nothing; none where most of what was spent is below it, for then a sign is turned.
 * Platforms correct the day itself, and give credits on the invoice, so no figure of a day is lost with such a row.
 */
export function correctionsIn(rows: readonly Row[], figuresOf: (row: Row) => Figures): ReadonlySet<Row> {
  const found = rows.filter((row) => {
    const { spend, counts } = figuresOf(row);
    return spend < 0n || (spend === 0n && counts.some((count) => count < 0n));
  });
  const spent = rows.filter((row) => figuresOf(row).spend > 0n);
  return new Set(found.length > spent.length ? [] : found);
}

/** What is told of them. */
export function correctionNotes(corrections: ReadonlySet<Row>, spendOf: (row: Row) => bigint): string[] {
  const [first] = corrections;
  if (first === undefined) return [];
  const sum = [...corrections].reduce((all, row) => all + spendOf(row), 0n);
  const rows = corrections.size;
  return [
    `${rows} ${rows === 1 ? 'row comes' : 'rows come'} to less than nothing (row ` +
      `${first.row}${sum < 0n ? `; ${fromMicros(sum)} was spent in ${rows === 1 ? 'it' : 'them'}` : ''}): a ` +
      'credit or a correction is left out, and what was spent is read without it. Platforms correct the day ' +
      'itself, and give credits on the invoice: if it is your own row, lower the cost of its day in its place.',
  ];
}
