import { expect, test } from '@jest/globals';
import { adviceOf } from '../../../lambdas/attribute/response/advice.ts';
import { readBudgetHistory } from '../../../lambdas/attribute/response/history.ts';
import { knownResponse } from '../../../lambdas/attribute/response/know-response.ts';
import { onePays, shopOf } from '../../../lambdas/attribute/response/response.samples.ts';
import type { Json, LakeReader } from '../reader/reader.ts';
import { budgetOf } from './budget-answer.ts';

/** A lake of that market, with an open day at its end: orders that came, and no spend that was reported. */
function lakeOf(days: number, covered = 1) {
  const shop = shopOf(onePays, { seed: 11, days, noise: 40 });
  const sold = [
    ...shop.days.map((day, at) => [day, '1000', `${1000 * covered}`, `${(shop.margin[at] ?? 0) * covered}`]),
    ['2999-01-01', '9', '9', '9'],
  ];
  const spent = shop.channels.flatMap(({ channel, spend }) =>
    spend.map((eur, at) => [shop.days[at] ?? '', channel, eur]),
  );
  const priors = onePays.map(({ channel }) => [
    channel,
    0.5,
    3,
    'prior',
    0,
    200 * days * covered,
    (1 - covered) * 1000 * days,
  ]);
  return {
    async query(sql: string) {
      const rows: Json[][] = sql.includes('FROM order_days')
        ? [[shop.days[0] ?? '', shop.days.at(-1) ?? '']]
        : sql.includes('FROM ad_spend')
          ? spent
          : sql.includes('FROM orders_daily')
            ? sold
            : priors;
      return { columns: [], rows, isCut: false, notes: [] };
    },
  };
}
const readerOf = (days: number): LakeReader => ({
  ...lakeOf(days),
  tables: async () => [],
  pipeline: async () => Promise.reject(new Error('It is not asked.')),
  close: async () => undefined,
});

test('a budget is what the fitted response advises, without the day whose spend is not reported yet', async () => {
  const known = knownResponse(await readBudgetHistory(lakeOf(60)));
  expect(known.days.count).toBe(60);
  const asked = { change: [{ channel: 'Display', part: 0.5 }] };
  const advice = adviceOf(known, asked);
  const answer = await budgetOf(readerOf(60), { timeoutMs: 1000 }, asked);
  expect(answer.lines.map(({ channel, advised_eur }) => [channel, advised_eur])).toEqual(
    advice.channels.map(({ channel, advised }) => [channel, advised === null ? null : Number(advised.toFixed(2))]),
  );
  expect(answer.plan?.['gain_eur_low']).toBe(advice.plan && Number(advice.plan.gain.low.toFixed(2)));
  expect(answer.what_if?.['gain_eur']).toBeCloseTo(advice.whatIf?.gain.middle ?? Number.NaN, 2);
  expect(answer.notes.join(' ')).not.toContain('ever seen');
  const wild = await budgetOf(readerOf(60), { timeoutMs: 1000 }, { change: [{ channel: 'Display', part: 10 }] });
  expect(wild.notes).toContainEqual(expect.stringMatching(/^Display: so far from today's spend .* a guess/u));
});

test('where the cost of goods is known of a part of the revenue, the history and what is believed are of all orders', async () => {
  const [whole, part] = await Promise.all([readBudgetHistory(lakeOf(60)), readBudgetHistory(lakeOf(60, 0.8))]);
  expect([whole.covered, part.covered]).toEqual([1, 0.8]);
  const mean = whole.margin.reduce((sum, eur) => sum + eur, 0) / 60;
  expect(part.margin.reduce((sum, eur) => sum + eur, 0) / 60).toBeCloseTo(mean, 6);
  // Half of 160 a day, and of what the 200 a day without a cost leave at the shop's rate.
  expect(part.channels.map(({ prior }) => prior.margin)).toEqual([
    expect.closeTo(0.5 * (160 + 0.2 * mean), 6),
    expect.closeTo(0.5 * (160 + 0.2 * mean), 6),
  ]);
});

test('a channel that is not there, and too few days, are told in words', async () => {
  await expect(
    budgetOf(readerOf(60), { timeoutMs: 1000 }, { change: [{ channel: 'Radio', part: 2 }] }),
  ).rejects.toThrow('No advertising channel “Radio” has spend in the lake: Display, Paid Search.');
  await expect(budgetOf(readerOf(20), { timeoutMs: 1000 }, {})).rejects.toThrow(/^20 days are too few: 56 at least/u);
});
