import type { Day } from '../shared/days.ts';
import type { Dates } from './dates.ts';

/** The days of which a report says itself that it is. */
export interface StatedPeriod {
  readonly from: Day;
  readonly to: Day;
}

/** What stands before the days: `Report Time: 3/1/2025,3/31/2025`. */
const label =
  /^(?:(?:report(?:ing)? )?(?:time|period|dates?|date range)|periode(?: du rapport)?|dates|zeitraum|berichtszeit(?:raum)?)\s*:\s*/iu;
const between = /\s+[-–—]\s+|\s+(?:to|au|bis|until)\s+|(?<=\d{4}),\s*(?=\d)/iu;
/** Of a line that is one day and no more: longer ones tell something else on a day. */
const mostWords = 4;

const sides = (line: string): readonly string[] => {
  const parts = line
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replace(label, '')
    .split(between)
    .map((part) => part.trim());
  return parts.length <= 2 && parts.every((part) => /\d{4}/.test(part) && part.split(/\s+/u).length <= mostWords)
    ? parts
    : [];
};

/** LinkedIn's two lines: `Report Start: March 1, 2025, 12:00 AM`. */
const atTime = String.raw`(?:,?\s*(?:à|um)?\s*\d{1,2}:\d{2}(?:\s*[ap]m|\s*uhr)?)?$`;
const startLine = new RegExp(
  String.raw`^(?:report start|d[ée]but du rapport|(?:berichtsbeginn|beginn des berichts|berichtsstart))\s*:\s*(?<day>.*?)${atTime}`,
  'iu',
);
const endLine = new RegExp(
  String.raw`^(?:report end|fin du rapport|(?:berichtsende|ende des berichts))\s*:\s*(?<day>.*?)${atTime}`,
  'iu',
);

function startAndEnd(above: readonly string[], dates: Dates): StatedPeriod | undefined {
  const dayIn = (line: RegExp) =>
    above.flatMap((one) => {
      const text = line.exec(one)?.groups?.['day'];
      return text === undefined ? [] : (dates.read(text) ?? []);
    })[0];
  const [from, to] = [dayIn(startLine), dayIn(endLine)];
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** Has the days above a heading say in which order days are written. */
export function learnPeriod(above: readonly string[], dates: Dates): void {
  for (const line of above) for (const side of sides(line)) dates.learn(side);
}

/** The period that a line above the heading is; undefined where none is one. */
export function statedPeriod(above: readonly string[], dates: Dates): StatedPeriod | undefined {
  const lines = startAndEnd(above, dates);
  if (lines !== undefined) return lines;
  for (const line of above) {
    const [from, to] = sides(line).map((side) => dates.read(side));
    if (from !== undefined && (to !== undefined || sides(line).length === 1)) return { from, to: to ?? from };
  }
  return undefined;
}
