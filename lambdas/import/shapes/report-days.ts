import { dayAt } from '../../shared/day-numbers.ts';
import type { Day } from '../../shared/days.ts';
import { Dates, instantOf, isDayAlone } from '../dates.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import type { ImportContext } from '../shape.ts';
import { learnPeriod, statedPeriod, type StatedPeriod } from '../stated-period.ts';
import type { Table } from '../table.ts';
import type { Platform } from './report-platform.ts';
import { refuseLonger } from './report-periods.ts';

/** The period that a report states of itself, above its heading or in a row that adds up all days. */
function periodOf(table: Table, totals: readonly Row[], dates: Dates): StatedPeriod | undefined {
  const above = statedPeriod(table.heading.above, dates);
  if (above !== undefined || !table.has('start') || !table.has('end')) return above;
  const periods = totals.flatMap((row) => {
    const [from, to] = [dates.read(table.cell(row, 'start')), dates.read(table.cell(row, 'end'))];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  const [first] = periods;
  return (
    first &&
    periods.reduce(
      (all, { from, to }) => ({ from: from < all.from ? from : all.from, to: to > all.to ? to : all.to }),
      first,
    )
  );
}

/** @throws Refused where nobody can say which days these are */
function assertReadable(dates: Dates): void {
  if (dates.ambiguous !== undefined)
    throw new Refused(
      `“${dates.ambiguous}” may be two days, and no day of the file shows which: say --dates dmy where the ` +
        'day stands first, or --dates mdy where the month does.',
    );
  if (dates.isMixed)
    throw new Refused(
      'Its days are written in two orders, day first and month first. Export it again, or say --dates dmy or ' +
        '--dates mdy.',
    );
}

/** Days of which none shows their order, where the report's stated period does: in one order alone all lie within. */
function byPeriod(table: Table, texts: readonly string[], learned: Dates, notes: Set<string>): Dates | undefined {
  const open = learned.ambiguous ?? learned.guess;
  if (open === undefined) return undefined;
  const fitting = (['dmy', 'mdy'] as const).flatMap((order) => {
    const dates = new Dates(order, table.language);
    const period = statedPeriod(table.heading.above, dates);
    const isWithin = (day: Day | undefined) => period !== undefined && day !== undefined && day >= period.from && day <= period.to; // prettier-ignore
    return texts.every((text) => text === '' || isWithin(dates.read(text))) ? [dates] : [];
  });
  const [only] = fitting;
  if (only === undefined || fitting.length > 1) return undefined;
  notes.add(`“${open}” is read as ${only.read(open)}: only so are its days of the period that it states.`);
  return only;
}

/** Two days with a sign or a word between them: `2025-03-03 - 2025-03-09`. */
const between = /\s+(?:[-–—~]|to|au|bis)\s+/u;

/** @throws Refused where a cell is of several days */
function refuseSpan(text: string, row: Row, dates: Dates, byDay: string): void {
  const ends = text.split(between).map((end) => dates.read(end));
  const [from, to] = ends;
  if (ends.length === 2 && from !== undefined && to !== undefined && from !== to)
    throw new Refused(
      `It adds up days: row ${row.row} is of ${from} to ${to}, so nothing can be said of one of them. ${byDay}`,
    );
  const isSame = ends.length === 2 && from !== undefined && from === to;
  if (dates.read(text) !== undefined && !isSame && !isDayAlone(text))
    throw new Refused(
      `It adds up days: row ${row.row} is of “${text}”, which is more than a day, so nothing can be said of ` +
        `one of them. ${byDay}`,
    );
}

/** What a spreadsheet writes for a day and no platform does: a year of two digits, the number of a day, or too narrow a cell. */
const isOfSpreadsheet = (text: string) =>
  /^(?:\d{1,2}[/. -](?:\d{1,2}|\p{L}{3,5}\.?)[/. -]\d{2}|\d{5}|#+)$/u.test(text);

const moment = /^\d{4}-\d{2}-\d{2}[T ](?<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(?<offset>Z|UTC|[+-]\d{2}:?\d{2})$/u;

/**
 * The shop's day of a moment that tells its offset from UTC: a spreadsheet's script writes the midnight of a day in Paris
 * as 23:00 of the day before. Midnight itself, but of what was sent then, is the day that is written.
 */
function dayOfMoment(text: string, timeZone: string, isOfMoments: boolean): Day | undefined {
  const { clock, offset } = moment.exec(text)?.groups ?? {};
  if (clock === undefined || offset === undefined || (!isOfMoments && /^[0:.]+$/.test(clock))) return undefined;
  const time = instantOf(`${text.slice(0, 10)}T${clock}${offset === 'UTC' ? 'Z' : offset}`);
  return time === undefined ? undefined : dayAt(time, timeZone);
}

/**
 * Reads the days of a report.
 * @throws Refused where it has none, where nobody can say which they are, or where one is not of the period that the
 * report states
 */
export function dayReader(
  table: Table,
  { rows, besides, totals }: Readonly<Record<'rows' | 'besides' | 'totals', readonly Row[]>>,
  { byDay, isOfMoments = false }: Pick<Platform, 'byDay' | 'isOfMoments'>,
  { options, shop }: ImportContext,
  notes: Set<string>,
): (row: Row) => Day {
  const field = table.has('day') ? 'day' : 'start';
  if (!table.has(field))
    throw new Refused(`It adds up days: it has no column with a day, so nothing can be said of one. ${byDay}`);
  const learned = new Dates(options.dates, table.language);
  const all = [...rows, ...besides];
  const texts = all.flatMap((row) => [field, 'start', 'end'].map((one) => table.cell(row, one)));
  for (const text of texts) learned.learn(text);
  if (learned.halfTurned !== undefined)
    throw new Refused(`${learned.halfTurned} Download it again, and import it as it came.`);
  learnPeriod(table.heading.above, learned);
  const dates = byPeriod(table, texts, learned, notes) ?? learned;
  assertReadable(dates);
  for (const note of dates.notes) notes.add(note);
  const period = periodOf(table, totals, dates);
  const read = (text: string) => dayOfMoment(text, shop.timeZone, isOfMoments) ?? dates.read(text);
  if (!isOfMoments)
    refuseLonger(
      { above: table.heading.above, heading: table.headingOf(field), period, byDay },
      new Set(all.flatMap((row) => read(table.cell(row, field)) ?? [])),
      notes,
    );
  return (row) => {
    if (!isOfMoments) refuseSpan(table.cell(row, field), row, dates, byDay);
    const written = table.cell(row, field);
    const day = read(written);
    if (day === undefined)
      throw new Refused(
        `In row ${row.row}, “${table.headingOf(field)}” is “${written}”, which is no day. ` +
          (isOfSpreadsheet(written) ? 'A spreadsheet wrote it: download it again, and import it as it came.' : byDay),
      );
    const ofRow = (one: 'start' | 'end') => (table.cell(row, one) === '' ? day : read(table.cell(row, one)));
    const [from, to] = [ofRow('start'), ofRow('end')];
    if (from === undefined || to === undefined)
      throw new Refused(
        `Row ${row.row} is of “${table.cell(row, 'start')}” to “${table.cell(row, 'end')}”, which are no days.`,
      );
    if (!table.has('day') && to !== day)
      throw new Refused(
        `It adds up days: row ${row.row} is of ${day} to ${to}, so nothing can be said of one of them. ${byDay}`,
      );
    const own = day < from || day > to ? { from, to } : undefined;
    const stated = own ?? (period !== undefined && (day < period.from || day > period.to) ? period : undefined);
    if (stated !== undefined)
      throw new Refused(
        `Row ${row.row} is of ${day}, and the report says itself that it is of ${stated.from} to ` +
          `${stated.to}. Was a row added, or its day changed? Download it again.`,
      );
    return day;
  };
}
