import { expect, test } from '@jest/globals';
import { addDays, type Day } from '../../shared/days.ts';
import { parseExperiments, type Experiment } from '../../shared/shop/experiments.ts';
import { beside } from './other-experiments.ts';

const day = (n: number): Day => addDays('2026-01-01', n);

interface Written {
  readonly channel?: string;
  readonly days: readonly [number, number];
  /** Everywhere where there are none. */
  readonly regions?: readonly string[];
}
const logOf = (all: Readonly<Record<string, Written>>): readonly Experiment[] =>
  parseExperiments(
    JSON.stringify({
      experiments: Object.entries(all).map(
        ([
          id,
          {
            channel = 'Display',
            days: [from, to],
            regions,
          },
        ]) => ({
          id,
          channel,
          from: day(from),
          to: day(to),
          held_out: regions === undefined ? { everywhere: true } : { regions },
        }),
      ),
    }),
  );

const own: Written = { days: [100, 127], regions: ['13', '69'] };
const lastDay = day(200);
/** What is left of it, experiments by their ids. */
const read = (all: Readonly<Record<string, Written>>, last = lastDay) => {
  const log = logOf({ own, ...all });
  const one = log.find(({ id }) => id === 'own');
  if (one === undefined) throw new Error('It is in the log.');
  const { without, meanwhile, before, after, ...rest } = beside(one, log, last);
  const ids = (experiments: readonly Experiment[]) => experiments.map(({ id }) => id);
  return {
    ...rest,
    without: [...without].toSorted(),
    meanwhile: ids(meanwhile),
    before: ids(before),
    after: ids(after),
  };
};
const alone = { areas: ['13', '69'], until: day(148), without: [], apart: [], meanwhile: [], before: [], after: [] };
const daysOf = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => day(from + n));

test.each<[string, Readonly<Record<string, Written>>, object]>([
  ['alone', {}, alone],
  [
    'of other regions long ago',
    { other: { days: [-40, -30], regions: ['75', '13'] } },
    { ...alone, without: daysOf(-40, -9) },
  ],
  [
    'of other regions in the weeks before',
    { other: { channel: 'Paid Social', days: [50, 63], regions: ['75', '13'] } },
    { ...alone, apart: ['75'], without: daysOf(50, 84), before: ['other'] },
  ],
  [
    'of which buyers are still missing in the weeks before',
    { other: { channel: 'Paid Social', days: [0, 10], regions: ['75'] } },
    { ...alone, apart: ['75'] },
  ],
  [
    'of the same channel and regions before: it is tested again',
    { other: { days: [40, 60], regions: ['13'] } },
    { ...alone, without: daysOf(40, 81), before: ['other'] },
  ],
  [
    'of its regions just before, of which something is missing until it begins',
    { other: { channel: 'Email', days: [80, 95], regions: ['69'] } },
    { ...alone, without: daysOf(80, 99), before: ['other'] },
  ],
  [
    'of some of its regions at the same time',
    { other: { channel: 'Paid Social', days: [127, 140], regions: ['69', '75'] } },
    { ...alone, areas: ['13'], apart: ['69', '75'], meanwhile: ['other'] },
  ],
  [
    'of all its regions at the same time',
    { other: { channel: 'Paid Social', days: [127, 140], regions: ['13', '69'] } },
    { ...alone, areas: [], apart: ['13', '69'], meanwhile: ['other'] },
  ],
  [
    'of its regions, which are left out already, before',
    {
      meanwhile: { channel: 'Paid Social', days: [100, 127], regions: ['69'] },
      other: { channel: 'Email', days: [60, 70], regions: ['69'] },
    },
    { ...alone, areas: ['13'], apart: ['69'], meanwhile: ['meanwhile'] },
  ],
  [
    'of its regions soon after',
    { other: { channel: 'Paid Social', days: [135, 150], regions: ['69'] } },
    { ...alone, until: day(134), after: ['other'] },
  ],
  [
    'of its own channel everywhere soon after: the controls lack it, too',
    { other: { days: [135, 150] } },
    { ...alone, until: day(134), after: ['other'] },
  ],
  ['of another channel everywhere soon after', { other: { channel: 'Email', days: [135, 150] } }, alone],
  [
    'of other regions soon after',
    { other: { channel: 'Paid Social', days: [135, 150], regions: ['75'] } },
    { ...alone, apart: ['75'] },
  ],
  ['of its regions long after', { other: { days: [149, 160], regions: ['69'] } }, alone],
  [
    'of another channel everywhere: all regions lack it alike',
    { other: { channel: 'Email', days: [100, 127] } },
    alone,
  ],
])('an experiment beside one %s', (_, others, expected) => {
  expect(read(others)).toEqual(expected);
});

test('what the lake does not have yet does not count', () => {
  expect(read({}, day(130)).until).toBe(day(130));
});

test('a pause everywhere is confused with what was withheld in it, or in the days that it is held against', () => {
  const all = (days: readonly [number, number]) => ({
    own: { days: [100, 127] as const },
    other: { channel: 'Email', days, regions: ['75'] },
  });
  const told = ([from, to]: readonly [number, number]) => read(all([from, to])).meanwhile;
  expect(
    [
      [120, 125],
      [72, 75],
      [40, 51],
      [40, 50],
      [128, 130],
    ].map(([from = 0, to = 0]) => told([from, to])),
  ).toEqual([['other'], ['other'], ['other'], [], []]);
  expect(read({ own: { days: [100, 127] } }).until).toBe(day(127));
});
