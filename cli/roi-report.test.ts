import { expect, test } from '@jest/globals';
import { openWorkshop } from '../athena/fixture.ts';
import { reportFigures } from '../dashboard/report/figures.ts';
import { dayNumber } from '../lambdas/shared/day-numbers.ts';
import type { AnswerValue, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { roiReport } from './roi-report.ts';

type Row = readonly AnswerValue[];

/**
 * Channel, spend, orders, revenue, ROAS, margin, ROI, revenue whose costs are known, first and last day with spend or
 * orders, last day of which anything but an influencer's fee is known; squares of margins.
 */
const report = (...channels: readonly Row[]) => reportWith({}, channels);
const reportWith = (squares: Readonly<Record<string, number>>, channels: readonly Row[], hasOrders = true) => {
  const warehouse: Pick<Warehouse, 'query'> = {
    query: (sql) =>
      Promise.resolve({
        columns: [],
        rows: sql.includes('FROM roi_by_channel_daily')
          ? channels
          : sql.includes('AS squares') && sql.startsWith('SELECT channel, sum')
            ? Object.entries(squares)
            : sql.endsWith('FROM shop')
              ? [['Europe/Paris', 'last_non_direct', 30]]
              : sql.endsWith('FROM order_days') && hasOrders
                ? [['2025-01-01']]
                : [],
      }),
  };
  return roiReport(warehouse);
};
const line = (text: string, name: string) =>
  text
    .split('\n')
    .find((one) => one.trim().startsWith(name))
    ?.trim()
    .split(/ {2,}/u);

test('what was spent is measured by the orders of the channels that it went to; the others only add to the whole', async () => {
  const text = await report(
    ['Paid Social', '100.00', 10, 300, 3, 150, 0.5, 300, '2025-01-01', '2025-03-31'],
    ['Display', '100.00', 1, 60, 0.6, 30, -0.7, 60, '2025-01-02', '2025-03-30'],
    ['Direct', '0.00', 20, 900, null, 600, null, 900, '2025-01-01', '2025-04-01'],
    ['Referral', '0.00', 0, 0, null, 0, null, 0, null, null],
  );
  expect(line(text, 'all with spend')).toEqual(['all with spend', '200', '11', '360', '1.80', '180', '-10 %']);
  expect(line(text, 'all channels')).toEqual(['all channels', '200', '31', '1,260', '–', '780', '–']);
  expect(text).not.toContain('no cost of goods is known');
  expect(text.split('\n')[0]).toBe(
    "What each euro brought back, 2025-01-01 to 2025-04-01 (the shop's days in Europe/Paris that have spend or orders)",
  );
});

test.each([
  [
    'of deals alone, all days of their fees',
    [['Influencer', '2026-09-03', '2026-11-17', null]],
    "2026-09-03 to 2026-11-17 (the shop's days in Europe/Paris that have spend or orders)",
  ],
  [
    'of orders, and deals that run on',
    [
      ['Influencer', '2026-09-03', '2026-11-17', '2026-09-08'],
      ['Direct', '2026-09-01', '2026-09-10', '2026-09-10'],
    ],
    "2026-09-01 to 2026-09-10 (the shop's days in Europe/Paris that have orders, visits or ads), with the " +
      "fees of influencers' deals to 2026-11-17",
  ],
  [
    'of deals that begin after the last visit',
    [
      ['Influencer', '2026-09-03', '2026-11-17', null],
      ['Direct', null, null, '2026-09-01'],
    ],
    "2026-09-03 to 2026-11-17 (the shop's days in Europe/Paris that have spend or orders)",
  ],
  [
    'of ads and orders, whoever came later without an order',
    [
      ['Paid Search', '2026-09-01', '2026-09-05', '2026-09-05'],
      ['Direct', '2026-09-02', '2026-09-04', '2026-09-09'],
    ],
    "2026-09-01 to 2026-09-05 (the shop's days in Europe/Paris that have spend or orders)",
  ],
] as const)('the period is that of the figures: %s', async (_, channels, expected) => {
  const text = await report(...channels.map(([name, ...days]): Row => [name, '10.00', 1, 50, 5, 30, 2, 50, ...days]));
  expect(text.slice(0, text.indexOf('Attribution:')).trim().replaceAll(/\s+/gu, ' ')).toBe(
    `What each euro brought back, ${expected}`,
  );
});

test('what is of days that the lake has not seen is told, and why: deals that run on, or reports that go further', async () => {
  const days = ['2026-09-01', '2026-09-12', '2026-09-12', '40.00', '2026-09-08'];
  const told = (
    await report(
      ['Influencer', '100.00', 20, 300, 3, 90, -0.1, 300, ...days],
      ['Paid Search', '100.00', 20, 300, 3, 90, -0.1, 300, ...days],
      ['Email', '100.00', 20, 300, 3, 90, -0.1, 300, '2026-09-01', '2026-09-08', '2026-09-08', '0.00', '2026-09-08'],
    )
  )
    .replaceAll(/\s+/gu, ' ')
    .match(/Of what .*? Without them its ROI is \S+ %\./gu);
  expect(told).toEqual(
    [
      ['Influencer', 'fees of deals that run on'],
      ['Paid Search', 'its reports go further than orders and visits, and what came back of these days is not known'],
    ].map(
      ([channel, why]) =>
        `Of what ${channel} cost, 40 € are of days after 2026-09-08, the last that the lake has seen: ${why}. ` +
        'Without them its ROI is 50 %.',
    ),
  );
});

test('nothing spent has no ratio, and an empty lake no days', async () => {
  expect(
    line(await report(['Direct', '0.00', 1, 50, null, 30, null, 50, '2025-01-01', '2025-01-01']), 'all with spend'),
  ).toEqual(['all with spend', '0', '0', '0', '–', '0', '–']);
  expect((await report()).split('\n')[0]).toMatch(/^What each euro brought back, – to –/u);
});

test('the model is named as people write it', async () => {
  expect(await report()).toContain('Attribution: last non-direct touch, 30 days of look-back.');
});

test('a margin that is known of no order is unknown, in the sums too; one that is known of some counts', async () => {
  const unknown = ['Paid Social', '46.62', 1, 45.58, 0.98, null, null, 0, '2025-03-10', '2025-03-12'] as const;
  expect(line(await report(unknown), 'all with spend')?.slice(-2)).toEqual(['–', '–']);
  expect(line(await report(unknown), 'all channels')?.slice(-2)).toEqual(['–', '–']);
  const known = ['Display', '10.00', 1, 60, 6, 30, 2, 60, '2025-03-10', '2025-03-12'] as const;
  expect(line(await report(unknown, known), 'all with spend')?.slice(-2)).toEqual(['30', '-47 %']);
  // 60.00 of 105.58.
  expect(await report(unknown, known)).toContain('Margin and ROI are of 57 % of the revenue');
});

test('an ROI has the interval of its orders, and words where there are too few of them', async () => {
  const days = ['2025-03-10', '2025-03-12'] as const;
  // 16 orders with a margin of 10 each: the square root of 1600 is 40, and 1.96 times that is 78 % of the spend of 100.
  const text = await reportWith({ 'Paid Social': 1600, Display: 900 }, [
    ['Paid Social', '100.00', 16, 400, 4, 160, 0.6, 400, ...days],
    ['Display', '100.00', 9, 200, 2, 90, -0.1, 200, ...days],
    ['Direct', '0.00', 16, 400, null, 160, null, 400, ...days],
    ['Email', '5.00', 0, 0, 0, 0, -1, 0, ...days],
    ['Paid Search', '5.00', 20, 400, 80, null, null, 0, ...days],
  ]);
  const last = (name: string) => line(text, name)?.slice(-2);
  expect(last('Paid Social')).toEqual(['60 %', '-18 to 138']);
  expect(last('Display')).toEqual(['-10 %', 'few orders']);
  expect(last('Direct')).toEqual(['160', '–']);
  expect(last('Email')).toEqual(['-100 %', 'few orders']);
  expect(last('Paid Search')).toEqual(['–', '–']);
});

test('what a channel caused stands beside its credits, where an experiment was read', async () => {
  const caused: Row = ['Display', 'd1', '500.00', 63, 6.3, 2.13, -0.69, -1.6, 0.25];
  const warehouse: Pick<Warehouse, 'query'> = {
    query: (sql) => Promise.resolve({ columns: [], rows: sql.includes('FROM roi_incremental') ? [caused] : [] }),
  };
  expect(line(await roiReport(warehouse), 'Display')).toEqual([
    'Display',
    '500',
    '63',
    '6',
    '213 %',
    '-69 %',
    '-160 to 25',
    'd1',
  ]);
  expect(await report()).not.toContain('What channels caused');
});

test('of a lake without a single order nothing is told of what came back: it is no loss of all that was spent', async () => {
  const text = await reportWith(
    {},
    [['Paid Social', '100.00', 0, 0, 0, 0, -1, 0, '2025-01-01', '2025-03-31', '2025-03-31']],
    false,
  );
  for (const name of ['Paid Social', 'all with spend', 'all channels'])
    expect(line(text, name)).toEqual([name, '100', '–', '–', '–', '–', '–']);
});

test('a cost of the shop’s profile is none of the ad campaigns, here and in the report', async () => {
  const day = '2026-03-10';
  const order = { order_id: '1', local_date: day, processed_at: `${day} 10:00:00.000`, is_conversion: true };
  const tables = {
    orders: [{ ...order, net_revenue_eur: '10.00' }],
    ad_spend: [
      { platform: 'meta_ads', channel: 'Paid Social', campaign_id: '7', campaign_name: 'Spring', spend_eur: '5.00', dt: day }, // prettier-ignore
    ],
    shop_marketing_costs: [
      { name: 'Agency', channel: 'Paid Social', amount_eur: '90.00', per: 'once', first_day: day, dt: '1970-01-01' },
    ],
  };
  const workshop = await openWorkshop();
  const warehouse = {
    query: async (sql: string) => {
      const rows = await workshop.view('roi_by_campaign', tables, sql);
      return { columns: [], rows: rows.map((row) => Object.values(row)) };
    },
  };
  try {
    const text = await roiReport(warehouse);
    expect([text.includes('Spring'), text.includes('agency')]).toEqual([true, false]);
    expect(line(text, 'Paid Social')?.[1]).toBe('95');
    const days = { from: dayNumber(day), to: dayNumber(day) };
    expect((await reportFigures(warehouse, days, undefined)).campaigns.map(({ name }) => name)).toEqual(['Spring']);
  } finally {
    await workshop.close();
  }
});
