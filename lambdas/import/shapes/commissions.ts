import { Amounts, fromMicros, micros } from '../amounts.ts';
import { Refused } from '../refused.ts';
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';

const oneWhole = 1_000_000n;
const namesPercent = /%|\b(?:pct|percent(?:age)?|pour ?cent(?:age)?)\b/;

/** Reads the commissions of a sheet. */
export interface Commissions {
  /** A cell's share of one, in millionths; undefined where it is none. */
  readonly shareOf: (text: string) => bigint | undefined;
  /** A cell as it is landed: a share, or what says itself that it is per cent. */
  readonly landed: (text: string) => string;
  readonly notes: readonly string[];
}

/**
 * How a column of commissions is written. `10 %` says it itself; of `10` and `0,1` the heading and the other cells
 * tell. A workbook keeps a cell that it shows as 10 % as 0.1.
 * @throws Refused where 1 may be one per cent, or all; where one row is in per cent, and another may be a share
 */
export function commissionsOf(table: Table, cells: readonly string[]): Commissions {
  const amounts = new Amounts(table.language);
  for (const text of cells) amounts.learn(text, 'share');
  const numberOf = (text: string) => (text.includes('%') ? undefined : micros(amounts.read(text, 'share')));
  const plain = cells.flatMap((text) => {
    const number = text === '' ? undefined : numberOf(text);
    return number === undefined || number === 0n ? [] : [{ text, number }];
  });
  const heading = table.headingOf('commission');
  const isNamed = namesPercent.test(folded(heading));
  const isWorkbook = table.name !== undefined;
  const isOfPoints = plain.some(({ number }) => number > oneWhole) || (isNamed && !isWorkbook);
  const one = plain.find(({ number }) => number === oneWhole);
  if (one !== undefined && !isOfPoints)
    throw new Refused(
      `“${heading}” is “${one.text}”, which may be one per cent, or all that was sold. Write “1 %” or “100 %”.`,
    );
  const [point, share] = [plain.find(({ number }) => number > oneWhole), plain.find(({ number }) => number < oneWhole)];
  if (point !== undefined && share !== undefined && !(isNamed && !isWorkbook))
    throw new Refused(
      `“${heading}” is “${point.text}” in one row and “${share.text}” in another: ${fromMicros(share.number, 0)} per ` +
        'cent, or a share, cannot be known. Write each with its sign, as “10 %”.',
    );
  const shareOf = (text: string): bigint | undefined => {
    const number = numberOf(text);
    if (number === undefined) return micros(amounts.read(text, 'share'));
    return isOfPoints ? number / 100n : number;
  };
  const first = plain[0];
  const isRead = ({ text }: { readonly text: string }) => `“${text}” is read as ${fromMicros((shareOf(text) ?? 0n) * 100n, 0)} %`; // prettier-ignore
  const notes =
    point !== undefined && share !== undefined
      ? [`The commission ${isRead(share)}, as its heading is in per cent: write 10 where a tenth is meant.`]
      : first === undefined || (isNamed && isOfPoints)
        ? []
        : [`The commission ${isRead(first)}, and all of its column so.`];
  const landed = (text: string): string => {
    const number = isOfPoints ? numberOf(text) : undefined;
    return number === undefined ? text : fromMicros(number / 100n);
  };
  return { shareOf, landed, notes };
}
