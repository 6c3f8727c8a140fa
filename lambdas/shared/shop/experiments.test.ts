import { expect, test } from '@jest/globals';
import { loadCatalog, tableNamed } from '../schema/catalog.ts';
import { memoryLake } from '../ports/memory-lake.ts';
import { experimentsKey, InvalidExperiments, parseExperiments, testable } from './experiments.ts';
import { incrementalityOf } from './incrementality.ts';
import { priors } from './incrementality-priors.ts';
import { readProfile } from './profile.ts';

const one = {
  id: 'display-regions-1',
  channel: 'Display',
  from: '2026-09-01',
  to: '2026-09-28',
  held_out: { regions: ['13', '2A', 'BE'] },
};
const log = (...experiments: object[]) => JSON.stringify({ experiments });
const result = {
  incrementality: 0.1,
  low: -0.2,
  high: 0.4,
  attribution_model: 'last_non_direct',
  lookback_days: 30,
  method: 'difference in differences',
  read_on: '2026-10-01',
};

const study = { shown: { people: 900, orders: 40 }, withheld: { people: 130, orders: 4 }, until: '2026-10-19' };

test('an experiment in regions, a pause everywhere, a lift study by people, and what was found', () => {
  const pause = { ...one, id: 'pause', channel: 'Email', held_out: { everywhere: true }, campaign: 'news', result };
  expect(parseExperiments(`\uFEFF${log(one, pause)}`)).toEqual([one, pause]);
  const people = { ...one, id: 'people', channel: 'Paid Video', held_out: { people: 12.5 }, study };
  const said = { ...people, id: 'said', channel: 'Email', study: { incremental: 5, low: -1, high: 9, confidence: 90 } };
  expect(parseExperiments(log(one, people, said))).toEqual([one, people, said]);
  expect(parseExperiments(log(one, { ...one, id: 'next', from: '2026-09-29', to: '2026-10-26' }))).toHaveLength(2);
});

test.each<[string, string, RegExp]>([
  ['no JSON', '{', /no JSON/],
  ['another document', '[]', /expected object/],
  [
    'a channel that there is not',
    log({ ...one, channel: 'display' }),
    /is no channel that can be withheld; there are: Affil/,
  ],
  ['a channel that costs nothing', log({ ...one, channel: 'Direct' }), /no channel that can be withheld/],
  ['a day that there is not', log({ ...one, to: '2026-09-31' }), /experiments\.0\.to: is not a day/],
  ['an end before the beginning', log({ ...one, to: '2026-08-01' }), /from: is after to/],
  ['nowhere', log({ ...one, held_out: { regions: [] } }), /held_out/],
  [
    'regions in words',
    log({ ...one, held_out: { regions: ['Provence'] } }),
    /"PROVENCE" is no region: write the département/,
  ],
  ['regions by ISO', log({ ...one, held_out: { regions: ['FR-13'] } }), /"FR-13" is no region/],
  ['regions and everywhere', log({ ...one, held_out: { regions: ['13'], everywhere: true } }), /is none of/],
  ['people and regions', log({ ...one, held_out: { regions: ['13'], people: 50 } }), /is none of .*"people": 50/],
  ['a part of the people as a share', log({ ...one, held_out: { people: 0.5 } }), /held_out/],
  ['counts of people where regions were held out', log({ ...one, study }), /study: has the counts of a lift study/],
  [
    'counts that end before the study',
    log({ ...one, held_out: { people: 50 }, study: { ...study, until: '2026-09-27' } }),
    /study\.until: is before to/,
  ],
  [
    'half a person',
    log({ ...one, held_out: { people: 50 }, study: { ...study, shown: { people: 10.5, orders: 1 } } }),
    /study: shown\.people is no count; write a whole number/,
  ],
  [
    'a study of which a share is said for percent',
    log({ ...one, held_out: { people: 50 }, study: { incremental: 5, low: 1, high: 9, confidence: 0.9 } }),
    /study: confidence must be 80, 90 or 95/,
  ],
  ['a study of neither form', log({ ...one, held_out: { people: 50 }, study: { lift: 5 } }), /study: is neither /],
  [
    'a share of the people',
    log({ ...one, held_out: { people: 0.5 } }),
    /people: is in percent: half of the people is 50/,
  ],
  [
    'a study whose interval is upside down',
    log({ ...one, held_out: { people: 50 }, study: { incremental: 5, low: 6, high: 9, confidence: 90 } }),
    /study\.incremental: low, incremental and high are not in this order/,
  ],
  ['a part that there is not', log({ ...one, region: '13' }), /region/],
  ['one name twice', log(one, { ...one, channel: 'Email' }), /two experiments display-regions-1/],
  [
    'one channel twice at once',
    log(one, { ...one, id: 'b', from: '2026-09-28', to: '2026-10-05' }),
    /b and display-regions-1 withhold Display on the same days/,
  ],
  ['an interval upside down', log({ ...one, result: { ...result, low: 0.3 } }), /not in this order/],
])('%s is refused in words', (_, text, words) => {
  expect(() => parseExperiments(text)).toThrow(InvalidExperiments);
  expect(() => parseExperiments(text)).toThrow(words);
});

test('the log is read with the profile, and a broken one stops everything', async () => {
  const lake = memoryLake('a');
  expect((await readProfile(lake)).profile.experiments).toEqual([]);
  await lake.put(experimentsKey, log(one));
  expect(await readProfile(lake)).toMatchObject({ profile: { experiments: [one] }, isThere: false });
  await lake.put(experimentsKey, '{}');
  await expect(readProfile(lake)).rejects.toThrow(/experiments\.json in .* cannot be used: .*Nothing was done/);
});

test('every channel that can be withheld is one of the lake, and has a prior that is wide', () => {
  const accepted = tableNamed(loadCatalog(), 'sessions').columns.find(({ name }) => name === 'channel')?.accepted;
  expect(testable.filter((channel) => accepted?.includes(channel) !== true)).toEqual([]);
  for (const { incrementality, low, high } of Object.values(priors)) {
    expect(low).toBeLessThan(incrementality);
    expect(high - low).toBeGreaterThan(incrementality);
  }
});

test('a region in small letters is the same region', () => {
  const [read] = parseExperiments(log({ ...one, held_out: { regions: ['2a', ' be '] } }));
  expect(read?.held_out).toEqual({ regions: ['2A', 'BE'] });
});

test('experiments that contradict each other say less together than those that agree', () => {
  const widthOf = (...shares: number[]) => {
    const read = shares.map((share, n) => ({
      ...one,
      id: `e${n}`,
      from: `2026-0${n + 1}-01`,
      to: `2026-0${n + 1}-28`,
      result: { ...result, incrementality: share, low: share - 0.1, high: share + 0.1 },
    }));
    const { low, high } = incrementalityOf('Display', parseExperiments(log(...read)), 30);
    return high - low;
  };
  expect(widthOf(0.5, 0.5)).toBeCloseTo(0.2 / Math.sqrt(2), 2);
  expect(widthOf(0.2, 0.8)).toBeGreaterThan(0.5);
});
