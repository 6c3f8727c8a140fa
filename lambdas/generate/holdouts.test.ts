/** Experiments: advertisements are withheld from some people, and from nobody else. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { experimentsKey, experimentsSchema } from '../shared/shop/experiments.ts';
import { inhabitants } from './market/departments.ts';
import { dayOf, isoDay } from './market/calendar.ts';
import type { Holdout } from './market/holdout.ts';
import { marketOf } from './market/market.ts';
import { emptyTruth, mergeTruth, type Effect, type Truth } from './market/truth.ts';
import { worldDefaults, type World } from './market/world.ts';
import { contactOf } from './crm/contact.ts';
import { generate } from './generate.ts';
import { generated } from './generated.ts';
import { studiesOf } from './lift-study.ts';
import { regionOf } from './people/home.ts';
import type { Visit } from './people/journey.ts';
import type { Person } from './people/population.ts';
import { scan } from './people/scan.ts';
import { renderLane } from './render-lane.ts';

const opens = '2026-03-02';
const days = 14;
const base: World = { seed: 3, opens, eventsPerDay: 2500, initialCustomers: 200, dirt: 0, ...worldDefaults };
const held = ['75', '59', '13', '69', '33', 'BE'];
const social: Holdout = { channel: 'Paid Social', from: '2026-03-06', to: '2026-03-11', regions: held };
const display: Holdout = { channel: 'Display', from: '2026-03-09', to: '2026-03-12' };

interface Made {
  readonly person: Person;
  readonly visit: Visit;
}

const dates = Array.from({ length: days }, (_, n) => isoDay(dayOf(opens) + n));

function visitsOf(world: World): Made[] {
  const made: Made[] = [];
  for (const date of dates)
    scan(marketOf(world), dayOf(date), { lane: 0, of: 1 }, (person, visits) => {
      const visit = visits.at(-1);
      if (visit?.day === dayOf(date)) made.push({ person, visit });
    });
  return made;
}

async function truthOf(world: World): Promise<Truth> {
  const parts = await Promise.all(dates.map((day) => renderLane({ world, sources: [], day, lane: 0 })));
  return mergeTruth(
    world,
    parts.map(({ truth }) => truth),
  );
}

/** Exposures of a channel on the days of a holdout, clicked or only seen. */
const exposed = (made: readonly Made[], { channel, from, to }: Holdout): Made[] =>
  made.filter(({ visit }) =>
    [visit.arrival.clicked, visit.arrival.seen].some(
      (exposure) =>
        exposure?.ad !== undefined &&
        exposure.channel === channel &&
        exposure.day >= dayOf(from) &&
        exposure.day <= dayOf(to),
    ),
  );

const lives = ({ person }: Made): boolean => held.includes(regionOf(person));

describe('held out', () => {
  const world: World = { ...base, holdouts: [social, display] };
  let [free, with2]: [Made[], Made[]] = [[], []];
  beforeAll(() => {
    [free, with2] = [visitsOf(base), visitsOf(world)];
  });

  test('nobody there meets the channel in these days; before and after they do', () => {
    expect(exposed(free.filter(lives), social).length).toBeGreaterThan(10);
    expect(exposed(with2.filter(lives), social)).toEqual([]);
    expect(exposed(free, display).length).toBeGreaterThan(5);
    expect(exposed(with2, display)).toEqual([]);
    for (const around of [
      { ...social, from: opens, to: '2026-03-05' },
      { ...social, from: '2026-03-12', to: '2026-03-15' },
    ])
      expect(exposed(with2.filter(lives), around).length).toBeGreaterThan(3);
  });

  test('everybody else makes the same visits', () => {
    const only = visitsOf({ ...base, holdouts: [social] });
    const elsewhere = (made: readonly Made[]): Made[] => made.filter((one) => !lives(one));
    expect(elsewhere(only).length).toBeGreaterThan(2000);
    expect(elsewhere(only)).toEqual(elsewhere(free));
    expect(only.filter(lives).length).toBeLessThan(free.filter(lives).length);
  });
});

describe('held out by lot', () => {
  const halves: World = {
    ...base,
    holdouts: [
      { channel: 'Paid Social', from: '2026-03-06', to: '2026-03-11', people: 40 },
      { channel: 'Paid Search', from: '2026-03-06', to: '2026-03-11', people: 40 },
    ],
  };
  const [first = social] = halves.holdouts;
  const market = marketOf(halves);
  const numbersOf = ({ person }: Made): number[] => market.holdouts.concerning(person);
  let [free, held2]: [Made[], Made[]] = [[], []];
  beforeAll(() => {
    [free, held2] = [visitsOf(base), visitsOf(halves)];
  });

  test('two people of five do not meet the channel, wherever they live; each study draws its own', () => {
    const drawn = free.filter((one) => numbersOf(one).includes(0));
    expect(drawn.length / free.length).toBeCloseTo(0.4, 1);
    expect(drawn.filter((one) => numbersOf(one).includes(1)).length / drawn.length).toBeCloseTo(0.4, 1);
    expect(exposed(drawn, first).length).toBeGreaterThan(10);
    expect(
      exposed(
        held2.filter((one) => numbersOf(one).includes(0)),
        first,
      ),
    ).toEqual([]);
  });

  test('of whom nothing is withheld makes the same visits', () => {
    const spared = (made: readonly Made[]): Made[] => made.filter((one) => numbersOf(one).length === 0);
    expect(spared(held2).length).toBeGreaterThan(500);
    expect(spared(held2)).toEqual(spared(free));
  });

  test('the platform counts whom its ads reached, or would have, and what they ordered from then on', () => {
    const study = studiesOf(market, dayOf('2026-03-15')).get(0);
    // Who met the channel in the world without a study, from which visit on.
    const met = new Map<string, number>();
    const keyOf = ({ person }: Made): string => `${person.key.high} ${person.key.low}`;
    for (const one of exposed(free, first)) if (!met.has(keyOf(one))) met.set(keyOf(one), one.visit.day);
    const people = (isWithheld: boolean): number =>
      new Set(free.filter((one) => met.has(keyOf(one)) && numbersOf(one).includes(0) === isWithheld).map(keyOf)).size;
    const orders = (isWithheld: boolean): number =>
      held2.filter(
        (one) =>
          one.visit.outcome === 'bought' &&
          one.visit.day >= (met.get(keyOf(one)) ?? Infinity) &&
          numbersOf(one).includes(0) === isWithheld,
      ).length;
    expect(study).toEqual({
      shown: { people: people(false), orders: orders(false) },
      withheld: { people: people(true), orders: orders(true) },
      until: '2026-03-15',
    });
    expect(orders(false)).toBeGreaterThan(5);
    expect(people(true)).toBeGreaterThan(100);
  });

  test('it counts for three weeks after its ads are back, and is not there before its end', () => {
    expect(studiesOf(market, dayOf('2026-04-20')).get(1)?.until).toBe('2026-04-01');
    expect(studiesOf(market, dayOf('2026-03-10')).size).toBe(0);
    expect(studiesOf(marketOf(base), dayOf('2026-04-20')).size).toBe(0);
  });
});

test('what a holdout lost is the difference of the two worlds', async () => {
  const [free, one] = [await truthOf(base), await truthOf({ ...base, holdouts: [social] })];
  const less = (a: Effect, b: Effect): Effect => ({
    orders: a.orders - b.orders,
    netCents: a.netCents - b.netCents,
    marginCents: a.marginCents - b.marginCents,
  });
  expect(one.withheld).toEqual([less(free.all, one.all)]);
  expect(one.withheld[0]?.orders).toBeGreaterThan(0);
  expect(emptyTruth(base).withheld).toEqual([]);
});

test('the loss of one of two holdouts is what its absence would bring', async () => {
  const both: World = { ...base, holdouts: [social, display] };
  const [all, withoutDisplay] = [await truthOf(both), await truthOf({ ...base, holdouts: [social] })];
  expect(all.withheld[1]?.orders).toBe(withoutDisplay.all.orders - all.all.orders);
});

test('people live where the French do, and their post arrives there', () => {
  const { population } = marketOf({ ...base, eventsPerDay: 100_000 });
  const people = Array.from({ length: 40_000 }, (_, index) =>
    population.person({ day: 0, regulars: 0, browsers: 0, passersBy: 40_000, firstOrdinal: 0 }, index),
  );
  const french = people.map(regionOf).filter((region) => region in inhabitants);
  const all = Object.values(inhabitants).reduce((sum, count) => sum + count, 0);
  for (const [department, count] of Object.entries(inhabitants)) {
    const expected = (french.length * count) / all;
    const found = french.filter((region) => region === department).length;
    expect([department, Math.abs(found - expected) < 5 * Math.sqrt(expected)]).toEqual([department, true]);
  }
  // About 68 millions.
  expect(all).toBeGreaterThan(67_000);
  expect(all).toBeLessThan(69_000);
  for (const person of people.slice(0, 300)) {
    const { country, postcode } = contactOf(person);
    expect(country === 'FR' ? postcode : `${country}…`).toMatch(
      country === 'FR' ? new RegExp(`^${regionOf(person)}\\d{3}$`) : regionOf(person),
    );
  }
});

describe('the log of experiments', () => {
  const small = { seed: 3, eventsPerDay: 200, initialCustomers: 10, sources: ['influencers' as const] };
  const first = { ...small, from: '2026-03-02', to: '2026-03-05' };
  const held3 = { channel: 'Display', from: '2026-03-03', to: '2026-03-06', regions: ['13', '69'] };
  const read = async (lake: Awaited<ReturnType<typeof generated>>): Promise<unknown> =>
    JSON.parse((await lake.get(experimentsKey)).toString('utf8'));

  test('has an experiment when it is over, in the form that a person writes', async () => {
    const lake = await generated({ ...first, holdouts: [held3] });
    expect(await lake.head(experimentsKey)).toBeUndefined();
    await generate(lake, { ...small, from: '2026-03-06', to: '2026-03-06' });
    expect(await read(lake)).toEqual({
      experiments: [
        {
          id: 'display-regions-1',
          channel: 'Display',
          from: '2026-03-03',
          to: '2026-03-06',
          held_out: { regions: ['13', '69'] },
          note: expect.any(String),
        },
      ],
    });
    const later = { channel: 'Display', from: '2026-03-08', to: '2026-03-09' };
    const islands = { channel: 'Paid Video', from: '2026-03-08', to: '2026-03-09', regions: ['20', '97', 'BE'] };
    await generate(lake, { ...small, from: '2026-03-07', to: '2026-03-09', holdouts: [later, islands] });
    expect(experimentsSchema.parse(await read(lake))).toMatchObject({
      experiments: [
        { id: 'display-regions-1' },
        { id: 'display-pause-1', held_out: { everywhere: true } },
        { id: 'paid-video-regions-1', held_out: { regions: ['2A', '2B', '971', '972', '973', '974', '976', 'BE'] } },
      ],
    });
  });

  test('has the counts of a lift study by people, as of its last day', async () => {
    const lot = { channel: 'Paid Social', from: '2026-03-03', to: '2026-03-04', people: 50 };
    const lake = await generated({ ...first, eventsPerDay: 1000, holdouts: [lot] });
    const counted = async () => {
      const [one] = experimentsSchema.parse(await read(lake)).experiments;
      expect(one).toMatchObject({ id: 'paid-social-people-1', held_out: { people: 50 } });
      if (one?.study === undefined || !('shown' in one.study)) throw new Error('there are no counts');
      return one.study;
    };
    const early = await counted();
    expect(early.until).toBe('2026-03-05');
    await generate(lake, { ...small, eventsPerDay: 1000, from: '2026-03-06', to: '2026-03-07' });
    const late = await counted();
    expect(late).toMatchObject({ until: '2026-03-07', shown: { people: early.shown.people } });
    expect(late.withheld.orders).toBeGreaterThanOrEqual(early.withheld.orders);
  });

  test('has no counts of a study that reached nobody', async () => {
    const lot = { channel: 'Display', from: '2026-03-03', to: '2026-03-03', people: 50 };
    const { experiments } = experimentsSchema.parse(await read(await generated({ ...first, holdouts: [lot] })));
    expect(experiments).toMatchObject([{ id: 'display-people-1', held_out: { people: 50 } }]);
    expect(experiments[0]).not.toHaveProperty('study');
  });

  test.each([
    ['of a person', '{"experiments":[{"id":"mine","note":"of us"}]}'],
    [
      'with a result',
      '{"experiments":[{"id":"a","channel":"Email","from":"2026-03-01","to":"2026-03-02",' +
        '"held_out":{"everywhere":true},"result":{"incrementality":0.5,"low":0.1,"high":0.9,' +
        '"attribution_model":"linear","lookback_days":30,"method":"a study","read_on":"2026-03-05"}}]}',
    ],
    ['that is no JSON', 'see the wiki'],
    ['of another shape', '[]'],
  ])('%s is never overwritten, and the answer says what it lacks', async (_, text) => {
    const lake = memoryLake();
    await lake.put(experimentsKey, text, { contentType: 'application/json' });
    const { unlogged } = await generate(lake, { ...first, to: '2026-03-06', holdouts: [held3] });
    expect((await lake.get(experimentsKey)).toString('utf8')).toBe(text);
    expect(unlogged).toMatchObject([{ id: 'display-regions-1' }]);
  });

  test.each([
    [{ channel: 'Email' }, /"Email" cannot be held out: choose among Cross-network, Display/],
    [{ regions: ['ARA'] }, /"ARA" is no region: write the first two characters/],
    [{ people: 50 }, /hold out regions or a part of the people, not both/],
    [{ regions: [] }, /name at least one region/],
    [{ to: '2026-03-01' }, /ends before it begins/],
    [{ from: '2026-02-01' }, /begins on 2026-02-01, and the market opens on 2026-03-02/],
    [{ channel: 'Paid Social', from: '2026-03-04' }, /has days from 2026-03-04 on already/],
    [{ from: '2026-03-06', to: '2026-03-08' }, /overlap/],
  ])('%j is refused', async (over, message) => {
    const lake = await generated({ ...first, holdouts: [{ ...held3, from: '2026-03-05', to: '2026-03-07' }] });
    await expect(
      generate(lake, {
        ...small,
        from: '2026-03-06',
        to: '2026-03-06',
        holdouts: [{ ...held3, to: '2026-03-09', ...over }],
      }),
    ).rejects.toThrow(message);
  });

  test('a day that was written before a later holdout was planned has the same truth after it', async () => {
    const lake = await generated(first);
    const key = 'truth/incremental/dt=2026-03-05/truth.json';
    const before = (await lake.get(key)).toString('utf8');
    await generate(lake, { ...first, holdouts: [{ channel: 'Display', from: '2026-03-06', to: '2026-03-09' }] });
    expect((await lake.get(key)).toString('utf8')).toBe(before);
    expect(z.object({ withheld: z.array(z.unknown()) }).parse(JSON.parse(before)).withheld).toEqual([]);
  });
});
