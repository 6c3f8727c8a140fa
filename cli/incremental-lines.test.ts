import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, withGoods, type Tables, type Workshop } from '../athena/fixture.ts';
import { incrementalLines } from './incremental-lines.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const base = { attribution_model: 'last_non_direct', lookback_days: 30 };
const measured = (channel: string) => ({
  channel,
  attribution_model: 'last_non_direct',
  basis: 'measured: one',
  incrementality: 0.5,
  incrementality_low: 0.2,
  incrementality_high: 0.8,
  tested: 0.5,
});
/** An order that lost 10 EUR, of Display; and spend of a channel that no order came of. */
const tables: Tables = withGoods({
  orders: [
    {
      order_id: 'O1',
      processed_at: '2026-03-10 10:00:00.000',
      local_date: '2026-03-10',
      is_conversion: true,
      is_test: false,
      net_revenue_eur: '1.00',
      needs_shipping: false,
    },
  ],
  refunds: [
    { order_id: 'O1', part: 'goods', amount_eur: '11.00', tax_eur: '0.00', refunded_at: '2026-03-12 10:00:00.000' },
  ],
  attribution: [{ ...base, order_id: 'O1', channel: 'Display', credit: 1 }],
  attribution_models: [{ attribution_model: 'last_non_direct' }],
  ad_spend: ['Display', 'Paid Video'].map((channel) => ({
    channel,
    platform: 'google_ads',
    campaign_id: channel,
    campaign_name: channel,
    spend_eur: '20.000000',
    dt: '2026-03-10',
  })),
  channel_incrementality: [measured('Display'), measured('Paid Video')],
});

test('a loss is the greater, the more of it was caused, and spend without an order has lost all', async () => {
  const lines = await incrementalLines({
    query: async (sql) => {
      const rows = await workshop.view('roi_incremental', tables, sql);
      return { columns: [], rows: rows.map((row) => Object.values(row)) };
    },
  });
  const cells = (channel: string) =>
    lines
      .join('\n')
      .split('\n')
      .find((line) => line.trim().startsWith(channel))
      ?.trim()
      .split(/ {2,}/u);
  expect(cells('Display')).toEqual(['Display', '20', '1', '1', '-150 %', '-125 %', '-140 to -110', 'one']);
  expect(cells('Paid Video')?.slice(4)).toEqual(['-100 %', '-100 %', '-100 to -100', 'one']);
});
