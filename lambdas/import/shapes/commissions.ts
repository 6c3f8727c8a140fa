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
 * @throws Refused where 1 may be one per cent, or all
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
  const shareOf = (text: string): bigint | undefined => {
    const number = numberOf(text);
    if (number === undefined) return micros(amounts.read(text, 'share'));
    return isOfPoints ? number / 100n : number;
  };
  const first = plain[0];
  const notes =
    first === undefined || (isNamed && isOfPoints)
      ? []
      : [
          `The commission “${first.text}” is read as ${fromMicros((shareOf(first.text) ?? 0n) * 100n, 0)} %, ` +
            'and all of its column so.',
        ];
  const landed = (text: string): string => {
    const number = isOfPoints ? numberOf(text) : undefined;
    return number === undefined ? text : fromMicros(number / 100n);
  };
  return { shareOf, landed, notes };
}
