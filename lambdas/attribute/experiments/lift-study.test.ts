import { describe, expect, test } from '@jest/globals';
import { randomPoisson } from 'd3-random';
import type { Counts } from '../../shared/shop/experiments.ts';
import { seededRandom } from '../random.ts';
import { readStudy } from './lift-study.ts';

const asked = { to: '2026-02-28', held_out: { people: 50 } } as const;
const study = (shown: Counts['shown'], withheld: Counts['shown'], until = '2026-03-21'): Counts => ({
  shown,
  withheld,
  until,
});
const credits = (attributed: number) => ({ attributed, revenue: 50 * attributed, spend: 1000 });

test('orders caused, by hand: 130 of 1,000 shown, 50 of 500 withheld, 40 attributed', () => {
  const third = { ...asked, held_out: { people: 33 } };
  const read = readStudy(third, study({ people: 1000, orders: 130 }, { people: 500, orders: 50 }), credits(40));
  // 130 − 2 × 50, and √(130 + 4 × 50); a quarter less than credited, and √(330 − 40 × 0.75 × 1.25) ÷ 40.
  expect(read.incremental.value).toBe(30);
  expect(read.incremental.high).toBeCloseTo(30 + 1.96 * Math.sqrt(330), 2);
  expect(read.share.value).toBeCloseTo(30 / 130, 12);
  expect(read.incrementality.value).toBe(0.75);
  expect(read.incrementality.low).toBeCloseTo(0.75 - (1.96 * Math.sqrt(292.5)) / 40, 4);
  // 40 orders of 50 EUR, three quarters of them, for 1,000 EUR.
  expect(read.iroas.value).toBeCloseTo(1.5, 12);
  expect(read.remarks).toEqual(['No effect can be told from chance.']);
});

test('a platform that shows no groups says the difference and its interval itself', () => {
  const said = {
    incremental: 60,
    low: 60 - 1.644854 * 20,
    high: 60 + 1.644854 * 20,
    confidence: 90,
    until: '2026-03-21',
  } as const;
  const read = readStudy(asked, said, credits(40));
  expect(read.incremental.low).toBeCloseTo(60 - 1.96 * 20, 2);
  expect(read.share.value).toBeNull();
  // Its own interval over the credits.
  expect(read.incrementality.value).toBe(1.5);
  expect(read.incrementality.high).toBeCloseTo(1.5 + (1.96 * 20) / 40, 4);
  // Beyond 2 chance in the credits makes it wider: √(20² + 20 × 3 × 1) ÷ 20.
  expect(readStudy(asked, said, credits(20)).incrementality.high).toBeCloseTo(3 + (1.96 * Math.sqrt(460)) / 20, 4);
  // An interval narrower than chance in the credits alone allows is taken as it is, and not for certainty.
  const sure = { incremental: 40, low: 39, high: 41, confidence: 95, until: '2026-03-21' } as const;
  const { value, low, high } = readStudy(asked, sure, credits(40)).incrementality;
  expect([value, low, high].map((one) => one?.toFixed(4))).toEqual(['1.0000', '0.9750', '1.0250']);
});

test('no order of those without ads, and all others credited: the share is not known for certain', () => {
  const tenth = { ...asked, held_out: { people: 10 } };
  const read = readStudy(tenth, study({ people: 900, orders: 30 }, { people: 100, orders: 0 }), credits(30));
  expect(read.incrementality.value).toBe(1);
  // One order there would have been 9: √(30 + 81 − 30) ÷ 30.
  expect(read.incrementality.low).toBeCloseTo(1 - (1.96 * 9) / 30, 4);
});

test.each<[string, Counts, number, RegExp]>([
  [
    'too few orders',
    study({ people: 900, orders: 12 }, { people: 900, orders: 7 }),
    5,
    /has 19 orders in its two groups/,
  ],
  [
    'groups in the wrong places, or not drawn by lot',
    study({ people: 2000, orders: 90 }, { people: 8000, orders: 300 }),
    50,
    /^80\.0 % of the people are in the group without ads, and held_out says 50\.0 %/,
  ],
  [
    'more credits than orders that the platform has seen',
    study({ people: 9000, orders: 60 }, { people: 9000, orders: 50 }),
    61,
    /credits the channel with 61 orders on these days, and the study counts 60/,
  ],
])('%s: no figure, and why', (_, counts, attributed, words) => {
  const read = readStudy(asked, counts, credits(attributed));
  expect([read.incremental.value, read.incrementality.value, read.iroas.value, read.share.value]).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(read.incrementality.remark).toMatch(words);
  expect(read.remarks[0]).toMatch(words);
});

test('groups in each other’s places are asked about, where only the sign tells', () => {
  const counts = study({ people: 5000, orders: 70 }, { people: 5000, orders: 110 });
  const { incrementality, remarks } = readStudy(asked, counts, credits(60));
  expect(incrementality.value).toBeCloseTo(-40 / 60, 12);
  expect(remarks).toEqual([
    expect.stringMatching(/ordered less than the others, by more than chance: are the two groups/),
  ]);
  // Less, and no more so than by chance.
  const near = study({ people: 5000, orders: 100 }, { people: 5000, orders: 110 });
  expect(readStudy(asked, near, credits(60)).remarks).toEqual(['No effect can be told from chance.']);
});

test('groups that chance alone moved apart are read', () => {
  const counts = study({ people: 130, orders: 30 }, { people: 100, orders: 12 });
  expect(readStudy(asked, counts, credits(10)).incremental.value).toBeCloseTo(30 - 1.3 * 12, 9);
});

test('without credits, without spend: what is not known has no figure', () => {
  const counts = study({ people: 500, orders: 40 }, { people: 500, orders: 30 });
  const read = readStudy(asked, counts, { attributed: 0, revenue: 0, spend: 0 });
  expect(read.incremental.value).toBe(10);
  expect(read.incrementality).toMatchObject({ value: null, remark: expect.stringContaining('no order') as unknown });
  expect(read.iroas).toMatchObject({ value: null, remark: 'No spend is known of these days.' });
});

test('a study that stops counting with its ads lacks who buys later', () => {
  const { shown, withheld } = study({ people: 500, orders: 90 }, { people: 500, orders: 30 });
  const of = (until?: string) => readStudy(asked, { shown, withheld, ...(until && { until }) }, credits(50));
  expect(of('2026-03-21').remarks).toEqual([]);
  for (const [until, day] of [
    [undefined, '2026-02-28'],
    ['2026-03-20', '2026-03-20'],
  ] as const)
    expect([of(until).until, of(until).remarks]).toEqual([
      day,
      [
        `Orders count until ${day}: who bought later for these ads is missing. Let the platform count until ` +
          '2026-03-21 where it can.',
      ],
    ]);
});

describe('simulated studies', () => {
  /** A study of a planted share: orders after a click, orders of others who were shown the ads, and those without. */
  function simulated(seed: number, planted: number, heldOut: number) {
    const poisson = randomPoisson.source(seededRandom(seed));
    const [clicked, others] = [120, 260];
    const scale = (1 - heldOut) / heldOut;
    const attributed = poisson(clicked)();
    const people = 20_000;
    return readStudy(
      { to: asked.to, held_out: { people: 100 * heldOut } },
      study(
        { people: Math.round(people * (1 - heldOut)), orders: attributed + poisson(others)() },
        { people: Math.round(people * heldOut), orders: poisson((clicked + others - planted * clicked) / scale)() },
      ),
      credits(attributed),
    );
  }
  const seeds = Array.from({ length: 400 }, (_, n) => n + 1);

  test.each([
    [0, 0.5],
    [0.4, 0.5],
    [1.3, 0.5],
    [1.3, 0.2],
    [2.5, 0.1],
  ])(
    'what is planted (%d of the credits, %d withheld) is inside the interval in 92 to 98 of 100',
    (planted, heldOut) => {
      const inside = seeds.filter((seed) => {
        const { low, high } = simulated(seed, planted, heldOut).incrementality;
        return low !== null && high !== null && low <= planted && planted <= high;
      });
      expect(inside.length / seeds.length).toBeGreaterThan(0.92);
      expect(inside.length / seeds.length).toBeLessThan(0.98);
    },
  );

  test('a placebo is seen as an effect in at most 8 of 100', () => {
    const seen = seeds.filter((seed) => {
      const { low, high } = simulated(seed, 0, 0.5).incremental;
      return low !== null && high !== null && (low > 0 || high < 0);
    });
    expect(seen.length / seeds.length).toBeLessThan(0.08);
  });
});
