import { addDays, daysBetween, type Day } from '../../shared/days.ts';
import { coolDownDays } from '../../shared/shop/experiments.ts';
import type { Estimate } from '../estimate.ts';
import type { Unknown } from './difference.ts';
import { areDisjoint, measuredIncrementality, lossOf, none, percent, type Loss } from './loss.ts';
import { panelOf, sumIn, wholeOf, type Measure, type Panel, type PanelRow, type Window } from './panel.ts';
import { stretchBefore, pauseEffect } from './pause.ts';
import { didOf, placebosInTime, preTrend, type Windows } from './placebos.ts';
import { syntheticControl } from './synthetic-control.ts';

/** What of an experiment decides how it is read. */
export interface Question {
  readonly from: Day;
  readonly to: Day;
  /** Areas in which the channel was withheld; undefined for a pause everywhere. */
  readonly areas: readonly string[] | undefined;
  /** The last day on which buyers are missing that the channel would have brought; `to` where it is not given. */
  readonly until?: Day;
  /** No later reading has more days than these: something else is withheld from then on. */
  readonly isEnded?: boolean;
  /** Days before that tell nothing of its areas. */
  readonly without?: ReadonlySet<Day>;
}

/** What the lake knows besides the orders: of the channel, by day. */
export interface ChannelDay {
  readonly day: Day;
  readonly spend: number;
  /** Orders that attribution credits the channel with, in areas that were not held out. */
  readonly attributed: number;
  /** The same in the held-out areas. */
  readonly attributedThere?: number;
}

export interface Reading {
  readonly before: { readonly from: Day; readonly to: Day; readonly days: number };
  /** The last day that counts. */
  readonly until: Day;
  /** The main method's answer by measure; a word where there is none. */
  readonly losses: Readonly<Record<Measure, Loss>>;
  /** The second method's, for the orders. */
  readonly second: Loss | undefined;
  readonly placebosInSpace: { readonly groups: number; readonly asFar: number } | undefined;
  readonly placebosInTime: { readonly stretches: number; readonly seen: number };
  /** Whether the held-out areas moved as the others did, in the days before. */
  readonly preTrend: 'alike' | 'apart' | 'unknown';
  /** EUR; null where no spend is known, or nothing tells what the held-out areas would have cost. */
  readonly withheldSpend: number | null;
  readonly iroas: Estimate;
  /** Incremental ÷ attributed orders. */
  readonly incrementality: Estimate;
  /** In words, what the data cannot say. */
  readonly remarks: readonly string[];
}

/** How an experiment over some regions is read. */
export const ofRegions = 'difference in differences';

/** At most so many weeks before count: what was long ago says little of now. */
export const mostWeeksBefore = 12;

/** An experiment in the days that count. */
interface Setting extends Windows {
  readonly question: Question;
  readonly begin: Day;
  readonly until: Day;
  /** The days on which the channel was withheld; `during` has those after them, too. */
  readonly withheld: Window;
  readonly isHeldOut: (area: string) => boolean;
}

function settingOf(question: Question, firstDay: Day): Setting {
  const { from, to, areas, until = to, without = new Set() } = question;
  const length = daysBetween(from, to) + 1;
  const known = Math.max(0, daysBetween(firstDay, from));
  // A pause has no other areas to hold it against: all earlier weeks tell how orders move.
  const reach = areas === undefined ? known : Math.min(known, 7 * mostWeeksBefore);
  const begin = addDays(from, -reach);
  const days = reach - [...without].filter((day) => day >= begin && day < from).length;
  return {
    question,
    begin,
    until,
    before: { from: 0, to: days },
    withheld: { from: days, to: days + length },
    during: { from: days, to: days + length + daysBetween(to, until) },
    isHeldOut: (area) => areas === undefined || areas.includes(area),
  };
}

/** Of what a channel cost just before a pause, the part that may still be charged in it. */
const chargedLate = 0.1;

/** Credited orders that would have been usual in the held-out areas, from which it is told whether they went on. */
const fewestUsual = 15;
/**
 * Of the credited orders that would have been usual there, the part from which the channel cannot have been withheld,
 * and the part from which it is odd: who had clicked before still buys for some days.
 */
const [wentOnFrom, oddFrom] = [0.8, 0.5];

/**
 * Whether the channel went on in the held-out areas: what it was credited with there, against what would have been usual
 * by the days before and by how the other areas went on.
 */
function wentOnThere(channel: readonly ChannelDay[], { question, begin }: Setting) {
  const { from, to, without } = question;
  const sum = (of: (one: ChannelDay) => number | undefined, isIn: (day: Day) => boolean) =>
    channel.reduce((all, one) => (isIn(one.day) ? all + (of(one) ?? 0) : all), 0);
  const isBefore = (day: Day) => day >= begin && day < from && without?.has(day) !== true;
  const isDuring = (day: Day) => day >= from && day <= to;
  const there = (one: ChannelDay) => one.attributedThere;
  const elsewhere = (one: ChannelDay) => one.attributed;
  const usual = (sum(there, isBefore) * sum(elsewhere, isDuring)) / sum(elsewhere, isBefore);
  const seen = sum(there, isDuring);
  if (!(usual >= fewestUsual) || seen < oddFrom * usual) return {};
  const credited =
    `attribution credits it with ${seen.toFixed(0)} orders of the held-out areas from ${from} to ${to}, where ` +
    `${usual.toFixed(0)} would have been usual`;
  return seen < wentOnFrom * usual
    ? { odd: `It may not have been withheld on all days or in all areas: ${credited}.` }
    : { wentOn: `It was not withheld: ${credited}. Were the ads off there, and are the days and the areas right?` };
}

/** The sum of some areas over some days. */
const sumOf = ({ series, days }: Panel, isIn: (area: string) => boolean, window: Window): number =>
  sumIn(
    wholeOf(
      series.filter(({ area }) => isIn(area)),
      days,
    ),
    window,
  ).value;

/** What the main method says of one measure. */
function mainLoss(panel: Panel, { question, before, withheld, during, isHeldOut }: Setting): Loss {
  const there = sumOf(panel, isHeldOut, during);
  if (question.areas === undefined)
    return lossOf(there, pauseEffect(wholeOf(panel.series, panel.days), during), 'the weeks before');
  const days = before.to - before.from;
  const tooShort: Unknown = {
    unknown:
      `The lake has ${days} days before the ` +
      `experiment${(question.without?.size ?? 0) > 0 ? ' on which nothing else was missing in its regions' : ''}: ` +
      'as many as it lasted, and 14 at least, are needed.',
  };
  const isShort = days < Math.max(14, withheld.to - withheld.from);
  return lossOf(there, isShort ? tooShort : didOf(panel.series, isHeldOut, { before, during }), ofRegions);
}

/** The channel where it ran, and whether it went on where it should not. */
interface Ran {
  readonly orders: number;
  readonly part: number;
  readonly attributed: number;
  readonly withheldSpend: number | null;
  /** Why it was not withheld at all, or may have been in part; in words. */
  readonly wentOn?: string;
  readonly odd?: string;
}

/**
 * What attribution credits the channel with and what it cost where it ran: in the other areas meanwhile, or everywhere
 * just before the pause.
 */
function ranOf(panel: Panel, channel: readonly ChannelDay[], setting: Setting): Ran {
  const { question, before, withheld, during, isHeldOut } = setting;
  const isPause = question.areas === undefined;
  const there = (area: string) => isPause || !isHeldOut(area);
  const ran = isPause ? stretchBefore(withheld) : withheld;
  const totalIn = (window: Window, of: (one: ChannelDay) => number) => {
    // Days that are left out lie before those that are asked for here.
    const [from, to] = [window.from, window.to - 1].map((at) => addDays(question.from, at - withheld.from));
    if (from === undefined || to === undefined) return 0;
    return channel.reduce((sum, one) => (one.day >= from && one.day <= to ? sum + of(one) : sum), 0);
  };
  const spent = totalIn(ran, (one) => one.spend);
  const meanwhile = totalIn(withheld, (one) => one.spend);
  const others = isPause ? 0 : sumOf(panel, there, before);
  const orders = sumOf(panel, there, ran);
  return {
    orders,
    part: isPause ? 1 : orders / sumOf(panel, there, during),
    attributed: totalIn(ran, (one) => one.attributed),
    // What the other areas cost, for as many orders as the held-out ones had before.
    withheldSpend:
      spent <= 0
        ? null
        : isPause
          ? Math.max(0, spent - meanwhile)
          : others > 0
            ? spent * (sumOf(panel, isHeldOut, before) / others)
            : null,
    // What was not withheld tells nothing of what it causes, however the orders went.
    ...(isPause
      ? spent > 0 &&
        meanwhile > chargedLate * spent && {
          wentOn:
            `It was not withheld: it cost ${meanwhile.toFixed(0)} EUR from ${question.from} to ${question.to}, ` +
            `and ${spent.toFixed(0)} EUR on as many days just before. Are the days of the experiment right?`,
        }
      : wentOnThere(channel, setting)),
  };
}

/** What the data cannot say, in words. */
function remarksOf(
  orders: Loss,
  second: Loss | undefined,
  trend: Reading['preTrend'],
  { question, until }: Setting,
): string[] {
  const counted = daysBetween(question.to, until);
  return [
    ...(orders.value !== null && question.areas !== undefined && counted < coolDownDays
      ? [
          `Of the ${coolDownDays} days after it ${counted} are counted: buyers that it would have brought ` +
            'later are missing from the ' +
            `loss.${question.isEnded === true ? '' : ` Read it again after ${addDays(question.to, coolDownDays)}, if nothing else is withheld there until then.`}`,
        ]
      : []),
    ...(trend === 'apart'
      ? [
          'The held-out areas moved apart from the others before the experiment began: what came after may be ' +
            'more of that.',
        ]
      : []),
    ...(orders.remark !== undefined
      ? [orders.remark]
      : (orders.low ?? 0) <= 0
        ? [
            `No loss can be told from chance; one of more than ${percent(orders.share.high)} of the orders is ` +
              'ruled out (95 %).',
          ]
        : []),
    ...(second?.remark !== undefined
      ? [`No synthetic control: ${second.remark}`]
      : second !== undefined && areDisjoint(orders, second)
        ? ['The two methods contradict each other: trust neither, and look for what happened in the held-out areas.']
        : []),
  ];
}

const ratio = (one: Loss, by: number | null): Estimate =>
  one.value === null || by === null || by <= 0
    ? none(
        one.remark ??
          (by === null ? 'No spend is known of these days.' : 'Nothing was withheld, so there is no return on it.'),
      )
    : { value: one.value / by, low: (one.low ?? 0) / by, high: (one.high ?? 0) / by };

/**
 * Reads an experiment: what was lost where the channel was withheld, by difference in differences and a synthetic
 * control (a pause: by the weeks before), with placebos and a check of the days before.
 */
export function readExperiment(
  question: Question,
  {
    rows,
    channel,
    firstDay,
  }: {
    readonly rows: readonly PanelRow[];
    /** The channel by day. */
    readonly channel: readonly ChannelDay[];
    /** The first day of the lake's orders. */
    readonly firstDay: Day;
  },
): Reading {
  const setting = settingOf(question, firstDay);
  const { begin, until, before, during, isHeldOut } = setting;
  const panel = (measure: Measure) => panelOf(rows, measure, { from: begin, to: until, without: question.without });
  const losses = {
    orders: mainLoss(panel('orders'), setting),
    revenue: mainLoss(panel('revenue'), setting),
    margin: mainLoss(panel('margin'), setting),
  };
  const orders = panel('orders');
  const isPause = question.areas === undefined;
  const synthetic = isPause
    ? undefined
    : syntheticControl(
        orders.series.filter(({ area }) => isHeldOut(area)),
        orders.series.filter(({ area }) => !isHeldOut(area)),
        { before, during },
      );
  const second = synthetic && lossOf(sumOf(orders, isHeldOut, during), synthetic, 'synthetic control');
  const trend = isPause ? 'unknown' : preTrend(orders.series, isHeldOut, { before, during });
  const ran = ranOf(orders, channel, setting);
  return {
    before: { from: begin, to: addDays(question.from, -1), days: before.to },
    until,
    losses,
    second,
    placebosInSpace:
      synthetic && !('unknown' in synthetic) ? { groups: synthetic.placebos, asFar: synthetic.asFar } : undefined,
    placebosInTime: isPause ? { stretches: 0, seen: 0 } : placebosInTime(orders.series, isHeldOut, { before, during }),
    preTrend: trend,
    withheldSpend: ran.withheldSpend,
    iroas: ran.wentOn === undefined ? ratio(losses.revenue, ran.withheldSpend) : none(ran.wentOn),
    incrementality: ran.wentOn === undefined ? measuredIncrementality(losses.orders, ran) : none(ran.wentOn),
    remarks: [
      ...[ran.wentOn, ran.odd].flatMap((one) => one ?? []),
      ...remarksOf(losses.orders, second, trend, setting),
    ],
  };
}
