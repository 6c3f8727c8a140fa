import type { Candidate, Design } from '../lambdas/attribute/experiments/design.ts';
import type { StudyReading } from '../lambdas/attribute/experiments/lift-study.ts';
import { percent, type Loss } from '../lambdas/attribute/experiments/loss.ts';
import type { Reading } from '../lambdas/attribute/experiments/reading.ts';
import type { Estimate } from '../lambdas/attribute/estimate.ts';
import { daysBetween } from '../lambdas/shared/days.ts';
import {
  isChangedSince,
  isOld,
  peopleOf,
  regionsOf,
  type Counts,
  type Experiment,
} from '../lambdas/shared/shop/experiments.ts';
import { paragraph } from './cut.ts';
import { ratio } from './figures.ts';
import { terminalWidth } from './output.ts';
import { table } from './table.ts';

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const named = (one: Estimate, shown: (value: number) => string) =>
  one.value === null || one.low === null || one.high === null
    ? ['–', '–']
    : [shown(one.value), `${shown(one.low)} to ${shown(one.high)}`];

/** A figure with its interval as a part of a sentence, or why there is none. */
const inWords = (one: Estimate): string =>
  one.value === null || one.low === null || one.high === null
    ? `not known. ${one.remark ?? ''}`.trim()
    : `${ratio(one.value)}, 95 %: ${ratio(one.low)} to ${ratio(one.high)}.`;

/** So many are named: a plan may hold out half of a country. */
const mostNamed = 6;
const areasIn = (regions: readonly string[]): string =>
  regions.length <= mostNamed
    ? `in ${regions.join(', ')}`
    : `in ${regions.length} regions (${regions.slice(0, mostNamed).join(', ')}…)`;

/** What was withheld, in words. */
export function withheld(experiment: Experiment): string {
  const { channel, campaign, from, to } = experiment;
  const [regions, people] = [regionsOf(experiment), peopleOf(experiment)];
  const where =
    regions !== undefined ? areasIn(regions) : people === undefined ? 'everywhere' : `from ${people} % of the people`;
  return `${campaign == null ? channel : `${channel}, campaign ${campaign}`} withheld ${where} from ${from} to ${to}`;
}

function candidateRow({ areas, share, detectable, falseAlarms, withheldSpend, ordersAtRisk }: Candidate): string[] {
  return [
    percent(share),
    detectable === null ? 'more than 60 %' : percent(detectable),
    percent(falseAlarms),
    whole.format(withheldSpend),
    whole.format(ordersAtRisk),
    areas.join(' '),
  ];
}

/** What an experiment found, and what is to be known of that. */
export const foundBy = (one: Experiment, now = new Date()): string[] => [
  ...(one.result === undefined
    ? one.no_result === undefined
      ? []
      : [`no result: ${one.no_result}`]
    : [
        `caused ${ratio(one.result.incrementality)} of its attributed orders ` +
          `(95 %: ${ratio(one.result.low)} to ${ratio(one.result.high)})`,
      ]),
  ...(isChangedSince(one) ? ['changed after it was read, so that does not count'] : []),
  ...(isOld(one, now) ? ['more than a year ago'] : []),
];

/** A plan in words. */
export function designText(channel: string, design: Design): string {
  const { weeks, power, attributedShare, candidates, pause, stretches } = design;
  const least = Math.min(...candidates.flatMap(({ detectable }) => (detectable === null ? [] : [detectable])));
  const best = candidates.find(({ detectable }) => detectable === least);
  const width = terminalWidth();
  return [
    paragraph(
      `An experiment on ${channel}: ${weeks} weeks, seen with a probability of ${percent(power)} (95 % ` +
        `level), tried on ${stretches} ${stretches === 1 ? 'stretch' : 'stretches'} of the lake's own past`,
      width,
    ),
    '',
    table(
      ['share of orders', 'smallest loss seen', 'false alarms', 'spend withheld €', 'orders at risk', 'hold out'],
      candidates.map(candidateRow),
      { rightAligned: [true, true, true, true, true, false], width, wrapsLast: true },
    ),
    '',
    ...[
      'unknown' in pause
        ? pause.unknown
        : `A pause everywhere for as long would show a loss of ${percent(pause.detectable)} of all orders.`,
      `Attribution credits ${channel} with ${percent(attributedShare)} of the orders: about that is lost, if ` +
        'it causes all of them.',
      best === undefined || least > attributedShare
        ? 'So no such experiment can tell all of it from nothing: take more weeks (--weeks), or several ' +
          'channels at once.'
        : `So the areas of the row with ${percent(best.share)} can tell it from nothing; write them into ` +
          'experiments.json, and withhold the channel there and nowhere else.',
      'Where the platform offers a lift study by people, take that: it needs no regions, and tells more of as ' +
        'many orders (docs/experiments.md).',
    ].map((sentence) => paragraph(sentence, width)),
    '',
  ].join('\n');
}

function lossRow(name: string, loss: Loss): string[] {
  return [name, ...named(loss, (value) => whole.format(value)), ...named(loss.share, percent), loss.method];
}

/** A reading in words. */
export function readingText(experiment: Experiment, reading: Reading): string {
  const { losses, second, placebosInSpace, placebosInTime, preTrend, before, until } = reading;
  const width = terminalWidth();
  return [
    paragraph(`${experiment.id}: ${withheld(experiment)}`, width),
    paragraph(
      'Held against ' +
        `${before.days === daysBetween(before.from, before.to) + 1 ? '' : `${before.days} days of `}${before.from} ` +
        `to ${before.to}${until > experiment.to ? `, and counted until ${until}` : ''}`,
      width,
    ),
    '',
    table(
      ['lost without it', 'estimate', '95 %', 'share', '95 %', 'by'],
      [
        lossRow('orders', losses.orders),
        ...(second === undefined ? [] : [lossRow('orders', second)]),
        lossRow('revenue €', losses.revenue),
        lossRow('margin €', losses.margin),
      ],
      { rightAligned: [false, true, true, true, true, false], width, wrapsLast: true },
    ),
    '',
    ...[
      `Spend withheld: ${reading.withheldSpend === null ? 'not known' : `${whole.format(reading.withheldSpend)} €`}. Incremental revenue for each euro (iROAS): ${inWords(reading.iroas)}`,
      `Incremental ÷ attributed orders: ${inWords(reading.incrementality)}`,
      ...(placebosInSpace === undefined
        ? []
        : [
            `Placebos in space: of ${placebosInSpace.groups} groups of other areas and the held-out one, ` +
              `${placebosInSpace.asFar} came out as far from 0.`,
          ]),
      ...(placebosInTime.stretches === 0
        ? []
        : [
            `Placebos in time: an effect was seen in ${placebosInTime.seen} of ${placebosInTime.stretches} ` +
              'earlier stretches, where there was none.',
          ]),
      ...(preTrend === 'unknown'
        ? []
        : [
            'Before the experiment the held-out areas moved ' +
              `${preTrend === 'alike' ? 'as the others did' : 'apart from the others'}.`,
          ]),
      ...reading.remarks,
      ...[losses.revenue, losses.margin].flatMap(({ remark }, n) =>
        remark === undefined || reading.remarks.includes(remark)
          ? []
          : [`No ${n === 0 ? 'revenue' : 'margin'}: ${remark}`],
      ),
    ].map((sentence) => paragraph(sentence, width)),
    '',
  ].join('\n');
}

const groupRow = (name: string, { people, orders }: Counts['shown']): string[] => [
  name,
  whole.format(people),
  whole.format(orders),
  (orders / people).toFixed(4),
];

/** A lift study in words. */
export function studyText(experiment: Experiment, reading: StudyReading): string {
  const { study } = experiment;
  const counts = study !== undefined && 'shown' in study ? study : undefined;
  const width = terminalWidth();
  // Why a study is refused is told once, by its first figure.
  const why = reading.incremental.remark;
  const further = (one: Estimate) => (why !== undefined && one.remark === why ? 'not known.' : inWords(one));
  return [
    paragraph(`${experiment.id}: ${withheld(experiment)}`, width),
    paragraph(`The platform drew by lot who was shown its ads, and counts orders until ${reading.until}`, width),
    '',
    ...(counts === undefined
      ? []
      : [
          table(
            ['group', 'people', 'orders', 'orders a person'],
            [groupRow('shown', counts.shown), groupRow('withheld', counts.withheld)],
            { rightAligned: [false, true, true, true], width },
          ),
          '',
        ]),
    ...[
      `Orders caused among those who were shown the ads: ${inWords(reading.incremental)}`,
      ...(reading.share.value === null
        ? []
        : [`As a share of all of their orders: ${named(reading.share, percent).join(', 95 %: ')}`]),
      `Attribution credits the channel with ${whole.format(reading.attributed)} orders. Incremental ÷ attributed orders: ${further(reading.incrementality)}`,
      `Spend: ${whole.format(reading.spend)} €. Incremental revenue for each euro (iROAS): ${further(reading.iroas)}`,
      ...reading.remarks.filter((remark) => remark !== why),
    ].map((sentence) => paragraph(sentence, width)),
    '',
  ].join('\n');
}
