import * as z from 'zod';
import { dayBefore, isoOf } from '../../../lambdas/shared/day-numbers.ts';
import { addDays, daysBetween, type Day } from '../../../lambdas/shared/days.ts';
import { failedChecksSql } from '../../../lambdas/shared/failed-checks.ts';
import {
  endedSpendSql,
  firstSpendSql,
  lateSpendSql,
  uncreditedSql,
  unknownSpendSql,
} from '../../../lambdas/shared/known-spend.ts';
import { refusedSql } from '../../../lambdas/shared/refused-records.ts';
import { seenDaysSql, soldSql } from '../../../lambdas/shared/seen-days.ts';
import type { Json, LakeReader } from '../reader/reader.ts';

/** Some of the shop's days, the last one included. */
export interface Period {
  readonly from: Day;
  readonly to: Day;
}

/**
 * A line of figures by their names: money in EUR, shares and ratios as they are; null where a figure is unknown or
 * divides by 0.
 */
export type Figures = Readonly<Record<string, Json>>;

/** Asks one statement within the limits of the door. */
export type Ask = (sql: string) => Promise<Figures[]>;

export const within = ({ from, to }: Period) => `day BETWEEN DATE '${from}' AND DATE '${to}'`;

/** As many days, just before. */
export function previous({ from, to }: Period): Period {
  return { from: addDays(from, -(daysBetween(from, to) + 1)), to: addDays(from, -1) };
}

/** Decimals come as texts, and figures of sums have more digits than anybody reads. */
function rounded(value: Json, type: string): Json {
  if (value === null || !/^(?:double|decimal|bigint)/.test(type)) return value;
  const number = Number(value);
  return Number.isFinite(number) ? Number(number.toFixed(4)) : value;
}

/** A reader whose notes are heard: answers that are made of several queries tell each of them once. */
export function heard(reader: Pick<LakeReader, 'query'>, notes: Set<string>): Pick<LakeReader, 'query'> {
  return {
    async query(sql, limits) {
      const answer = await reader.query(sql, limits);
      for (const note of answer.notes) notes.add(note);
      return answer;
    },
  };
}

/** Asks through a reader. A ready answer is short: one that is cut would be a wrong sum. @throws Error */
export function asking(reader: Pick<LakeReader, 'query'>, timeoutMs: number, signal: AbortSignal): Ask {
  return async (sql) => {
    const { columns, rows, isCut } = await reader.query(sql, { timeoutMs, maxRows: 10_000, signal });
    if (isCut) throw new Error('The answer has more lines than can be sent: ask for a shorter period.');
    return rows.map((row) =>
      Object.fromEntries(columns.map(({ name, type }, i) => [name, rounded(row[i] ?? null, type)])),
    );
  };
}

const Failed = z.object({ check_name: z.string() });
const Shop = z.object({ time_zone: z.string().default('UTC') });
const Days = z.object({ first: z.string(), last: z.string(), whole: z.string() });

/** The days that the shop has seen, and the last one that is over where it is. */
export interface DaysOfData {
  readonly first: Day | null;
  readonly last: Day | null;
  readonly over: Day;
  /** The last day is known in part, since its export was made on it. */
  readonly isExportedInPart?: boolean;
  /** There is no order in the lake at all: visits alone. */
  readonly isWithoutOrders?: boolean;
  /** Checks that the last run found broken. */
  readonly failedChecks?: readonly string[];
}

/** What a period is held against. */
export async function daysOfData(ask: Ask, now = new Date()): Promise<DaysOfData> {
  const [shop] = await ask('SELECT time_zone FROM shop');
  const { time_zone: zone } = Shop.parse(shop ?? {});
  const over = isoOf(dayBefore(now, zone));
  const [seen] = await ask(seenDaysSql);
  if (seen === undefined) return { first: null, last: null, over };
  const { first, last, whole } = Days.parse(seen);
  const sold = await ask(soldSql);
  return {
    first,
    last,
    over: whole < over ? whole : over,
    // A day that still goes on is told as such.
    isExportedInPart: whole < last && last <= over,
    isWithoutOrders: sold.length === 0,
    failedChecks: (await ask(failedChecksSql)).map((line) => Failed.parse(line).check_name),
  };
}

/** The last day that is seen and over. */
export const lastWhole = ({ last, over }: DaysOfData): Day | null => (last === null || last < over ? last : over);

/** Whether all days of a period are known, and over: a part of it beside a whole one is no comparison. */
export function areWhole({ from, to }: Period, days: DaysOfData): boolean {
  const end = lastWhole(days);
  return days.first !== null && end !== null && from >= days.first && to <= end;
}

/** Days without orders and visits have costs all the same. */
const feesLie = " Costs may lie outside: fees of influencers' deals are spread over all days of a deal.";

/** What should be known of a period before its figures are believed. */
export function notesOn({ from, to }: Period, days: DaysOfData): string[] {
  const { first, last, over, isExportedInPart = false, isWithoutOrders = false, failedChecks = [] } = days;
  if (first === null || last === null) return ['The lake has no orders and no visits yet.'];
  if (to < first || from > last)
    return [
      `There are no orders and no visits of ${from} to ${to}: the lake has them from ${first} to ${last}.${feesLie}`,
    ];
  return [
    ...(failedChecks.length > 0
      ? [
          `The last run found something wrong in the data (${failedChecks.join(', ')}), so these figures may ` +
            'be wrong: data_quality says more.',
        ]
      : []),
    ...(isWithoutOrders
      ? ['There are no orders in the lake: what marketing brought back is not known, and is not 0.']
      : []),
    ...(from < first || to > last
      ? [
          `Only a part of ${from} to ${to} has orders and visits: the lake has them from ${first} to ${last}. ` +
            'What was spent on the other days counts all the same, so that returns look too low: ask for days ' +
            'that have both.',
        ]
      : []),
    ...(to > over && last > over
      ? [
          `${last} ${isExportedInPart ? 'was not over when it was exported, and a part of it is missing' : "is not over in the shop's time zone, and its figures still grow"}: ` +
            `against whole days it looks worse than it is. The last whole day is ${over}.`,
        ]
      : []),
  ];
}

const Late = z.object({ channel: z.string(), first: z.string() });
const Unknown = z.object({ channel: z.string() });
const Uncredited = z.object({ share: z.number() });
const RefusedLine = z.object({ table_name: z.string(), records: z.number() });
const Ended = z.object({ platform: z.string(), last: z.string() });

/** What should be known where records of a period were refused: they are missing, and leave no other trace. */
export async function refusedOf(ask: Ask, { from, to }: Period): Promise<string[]> {
  const refused = (await ask(refusedSql(from, to))).map((line) => RefusedLine.parse(line));
  return refused.length === 0
    ? []
    : [
        `Records of ${from} to ${to} were refused, and are missing in these figures ` +
          `(${refused.map((one) => `${one.table_name}: ${one.records}`).join(', ')}): data_quality says why.`,
      ];
}

/** What should be known of channels where nothing tells what brought many of the orders. */
export async function uncreditedOf(ask: Ask, period: Period): Promise<string[]> {
  return (await ask(uncreditedSql(within(period)))).map(
    (line) =>
      `Nothing tells what brought ${Math.round(100 * Uncredited.parse(line).share)} % of the orders (channel ` +
      'Unassigned): no visit, landing page or code of theirs is known. What they brought is missing from ' +
      'every other channel: roas and roi are too low, and -1 may be no loss.',
  );
}

/** Whether reports tell what was spent on all days of a period, and what should be known where they do not. */
export async function spendOf(
  ask: Ask,
  period: Period,
): Promise<{ readonly isKnown: boolean; readonly notes: readonly string[] }> {
  const [known] = await ask(firstSpendSql);
  const first = known?.['first'];
  const isKnown = typeof first !== 'string' || period.from >= first;
  const late = (await ask(lateSpendSql(within(period)))).map((line) => Late.parse(line));
  const unknown = (await ask(unknownSpendSql(within(period)))).map((line) => Unknown.parse(line).channel);
  const ended = (await ask(endedSpendSql(period.from, period.to))).map((line) => Ended.parse(line));
  return {
    isKnown,
    notes: [
      ...(isKnown
        ? []
        : [
            `The advertising reports begin on ${first}: of days of ${period.from} to ${period.to} it is not ` +
              'known what was spent, which is not 0.',
          ]),
      ...late.map(
        (one) =>
          `${one.channel} is credited with orders of days before ${one.first}, the first day on which spend ` +
          'of it is known: its ROAS and ROI are too high.',
      ),
      ...(unknown.length > 0
        ? [
            `Nothing is known of what these paid channels cost: ${unknown.join(', ')}. No report of theirs ` +
              'was imported: total spend and CAC are too low, ROAS and ROI of the whole too high.',
          ]
        : []),
      ...ended.map(
        ({ platform, last }) =>
          `The reports of ${platform} end on ${last}: what it cost after that day is not known, and missing ` +
          'here. Spend may be too low, and returns too high.',
      ),
    ],
  };
}
