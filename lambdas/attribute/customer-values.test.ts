import { describe, expect, test } from '@jest/globals';
import { channelValues, customersOf, type Purchase } from './customer-values.ts';
import { seededRandom } from './random.ts';

const bought = (buyer: string, day: string, margin: number | null = 10, channel = 'Email'): Purchase => ({
  buyer,
  channel,
  day,
  margin,
});

describe('the history of a customer', () => {
  const cases: readonly (readonly [name: string, purchases: readonly Purchase[], expected: Record<string, unknown>])[] =
    [
      ['one purchase', [bought('a', '2026-01-01')], { repeats: 0, recency: 0, age: 4, observed: 10 }],
      [
        'later purchases, whatever order they are told in; the first is not of their worth',
        [bought('a', '2026-01-22', 8), bought('a', '2026-01-01', 50), bought('a', '2026-01-15', 4)],
        { repeats: 2, recency: 3, age: 4, observed: 62, spend: { purchases: 2, mean: 6 } },
      ],
      [
        'orders of one day are one purchase',
        [
          bought('a', '2026-01-01', 1),
          bought('a', '2026-01-01', 2),
          bought('a', '2026-01-08', 3),
          bought('a', '2026-01-08', 4),
        ],
        { repeats: 1, recency: 1, age: 4, observed: 10, spend: { purchases: 1, mean: 7 } },
      ],
      [
        'what is not known, or a loss, is no worth of a purchase, and the purchase counts',
        [
          bought('a', '2026-01-01'),
          bought('a', '2026-01-08', null),
          bought('a', '2026-01-15', -3),
          bought('a', '2026-01-22', 9),
        ],
        { repeats: 3, recency: 3, age: 4, observed: 16, spend: { purchases: 1, mean: 9 } },
      ],
      [
        'a part that is not known makes the day unknown',
        [bought('a', '2026-01-01'), bought('a', '2026-01-08', null), bought('a', '2026-01-08', 5)],
        { repeats: 1, recency: 1, age: 4, observed: 15 },
      ],
    ];
  test.each(cases)('%s', (_, purchases, expected) => {
    expect(customersOf(purchases, '2026-01-29')).toEqual([{ channel: 'Email', ...expected }]);
  });
});

/** Some 150 customers of two channels over a year; `loyal` come back. */
function shop(seed: number): Purchase[] {
  const random = seededRandom(seed);
  const dayOf = (number: number) => new Date(Date.UTC(2025, 0, 1 + number)).toISOString().slice(0, 10);
  return Array.from({ length: 150 }, (_, i) => i).flatMap((i) => {
    const first = Math.floor(random() * 200);
    const times = random() < 0.5 ? Math.floor(random() * 5) : 0;
    return Array.from({ length: times + 1 }, (__, n) =>
      bought(
        `b${i}`,
        dayOf(first + Math.floor(n * 30 * (0.5 + random()))),
        5 + 20 * random(),
        i % 3 === 0 ? 'Email' : 'Paid Social',
      ),
    );
  });
}

describe('what the customers of a channel are worth', () => {
  const options = { lastDay: '2025-12-31', weeks: 52, rate: 0 };
  test.each([1])('those of all channels are those of the shop (seed %i)', (seed) => {
    const values = channelValues(shop(seed), options);
    const all = values.at(-1);
    const parts = values.slice(0, -1);
    expect(parts.map(({ channel }) => channel)).toEqual(['Email', 'Paid Social']);
    expect(all).toMatchObject({ channel: 'all', customers: 150 });
    const total = (of: (value: (typeof parts)[number]) => number) =>
      parts.reduce((sum, value) => sum + value.customers * of(value), 0);
    const margins = shop(seed).reduce((sum, { margin }) => sum + (margin ?? 0), 0);
    expect(150 * (all?.observed ?? 0)).toBeCloseTo(margins, 6);
    expect(total(({ observed }) => observed ?? 0)).toBeCloseTo(margins, 6);
    expect(total(({ ahead }) => ahead.value ?? 0)).toBeCloseTo(150 * (all?.ahead.value ?? 0), 6);
    expect(total(({ purchases }) => purchases.value ?? 0)).toBeCloseTo(150 * (all?.purchases.value ?? 0), 6);
  });

  test('is more for a longer time, and less where later money is worth less', () => {
    const ahead = (more: Partial<typeof options>) =>
      channelValues(shop(1), { ...options, ...more }).at(-1)?.ahead.value ?? 0;
    const [year, half, discounted] = [ahead({}), ahead({ weeks: 26 }), ahead({ rate: 0.5 })];
    expect(half).toBeLessThan(year);
    expect(half).toBeGreaterThan(year / 4);
    expect(discounted).toBeLessThan(year);
    // A year's discount of a half, of purchases that are spread over it: between all of it and none.
    expect(discounted).toBeGreaterThan(year / 1.5);
  });

  test('a time ahead that is longer than the time seen is a guess, and told as one', () => {
    const remark = (weeks: number, lastDay: string) =>
      channelValues(
        shop(1).filter(({ day }) => day <= lastDay),
        { ...options, weeks, lastDay },
      ).at(-1)?.purchases.remark;
    expect(remark(52, '2025-03-31')).toMatch(
      /^The orders span \d\d days, and 12 months ahead are told of them: that is a guess\. .*\(--months 2\)\.$/,
    );
    for (const seen of [remark(8, '2025-03-31'), remark(52, '2025-12-31')]) expect(seen ?? '').not.toMatch(/guess/);
    const fewDays = shop(1).map((one) => ({
      ...one,
      day: `2025-01-${one.day.slice(8) < '13' ? one.day.slice(8) : '12'}`,
    }));
    expect(() => channelValues(fewDays, { ...options, lastDay: '2025-01-12' })).toThrow(
      'the orders span 12 days, and 30 at least are needed',
    );
  });

  test('of customers who never came back nothing can be said', () => {
    expect(() => channelValues([bought('a', '2025-01-01'), bought('b', '2025-02-01')], options)).toThrow(
      'No customer came back',
    );
  });
});
