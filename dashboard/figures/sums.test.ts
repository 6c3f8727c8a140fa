import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { martOf } from '../data/mart.fixture.ts';
import { dailySums, groupsOf, isTold, sumsOf, together } from './sums.ts';

const rows = fc.array(
  fc.record({
    day: fc.integer({ min: 0, max: 12 }),
    channel: fc.constantFrom('Email', 'Display', 'Direct'),
    is_new_customer: fc.constantFrom(0, 1),
    orders: fc.integer({ min: 0, max: 9 }),
  }),
  { minLength: 1, maxLength: 40 },
);
const inOrder = fc.tuple(rows, fc.boolean()).map(([all, isPublished]) =>
  // As they are published, or as no reader may rely on.
  isPublished ? all.toSorted((a, b) => a.day - b.day) : all,
);

test('sums over some days are those of the rows of these days, in whatever order the rows lie', () => {
  fc.assert(
    fc.property(inOrder, fc.integer({ min: -1, max: 13 }), fc.nat({ max: 8 }), (all, from, more) => {
      const mart = martOf(all);
      const days = { from, to: from + more };
      const wanted = all.filter(
        ({ day, channel, is_new_customer: isNew }) =>
          day >= days.from && day <= days.to && channel === 'Email' && isNew === 1,
      );
      const where = { days, texts: { channel: 'Email' }, flags: { is_new_customer: true } };
      const sum = (of: typeof all) => of.reduce((orders, row) => orders + row.orders, 0);
      expect(sumsOf(mart, ['orders'], where)).toEqual({ orders: sum(wanted) });
      const daily = dailySums(mart, ['orders'], where);
      expect(daily.map(({ orders }) => orders)).toEqual(
        Array.from({ length: more + 1 }, (_, i) => sum(wanted.filter(({ day }) => day === from + i))),
      );
      expect(together(daily, ['orders'])).toEqual({ orders: sum(wanted) });
      const byChannel = new Map(
        groupsOf(mart, ['orders'], ['channel'], { days }).map((g) => [g.keys[0], g.sums.orders]),
      );
      for (const channel of ['Email', 'Display', 'Direct'])
        expect(byChannel.get(channel) ?? 0).toBe(
          sum(all.filter((row) => row.channel === channel && row.day >= days.from && row.day <= days.to)),
        );
    }),
  );
});

test('what no row that counts has is not told, and 0 is', () => {
  const mart = martOf([
    { day: 1, platform: 'google_ads', claimed: 0 },
    { day: 1, platform: 'tiktok_ads', claimed: null },
    { day: 2, platform: 'tiktok_ads', claimed: null },
    { day: 3, platform: 'meta_ads', claimed: null },
    { day: 4, platform: 'meta_ads', claimed: 2 },
  ]);
  const told = (platform: string, days?: { from: number; to: number }) =>
    isTold(mart, 'claimed', { days, texts: { platform } });
  expect(['google_ads', 'tiktok_ads', 'meta_ads', 'other'].map((name) => told(name))).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect([told('meta_ads', { from: 3, to: 3 }), isTold(mart, 'claimed')]).toEqual([false, true]);
});
