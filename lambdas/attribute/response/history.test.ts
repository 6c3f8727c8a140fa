import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, type Row, type Tables, type Workshop } from '../../../athena/fixture.ts';
import { addDays } from '../../shared/days.ts';
import { readBudgetHistory } from './history.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const day = (n: number) => addDays('2026-03-01', n - 1);
/** One order on each of the first twenty days of March, credited to a channel. */
const sold = (channel: string): Tables => ({
  orders: Array.from({ length: 20 }, (_, n) => ({
    order_id: `o${n + 1}`,
    processed_at: `${day(n + 1)} 10:00:00.000`,
    local_date: day(n + 1),
    is_conversion: true,
    net_revenue_eur: '50.00',
  })),
  shop: [{ name: 'S', attribution_model: 'last', lookback_days: 30, dt: '1970-01-01' }],
  attribution_models: [{ attribution_model: 'last', dt: '1970-01-01' }],
  attribution: Array.from({ length: 20 }, (_, n) => ({
    order_id: `o${n + 1}`,
    touch_id: `o${n + 1}`,
    attribution_model: 'last',
    lookback_days: 30,
    channel,
    credit: 1,
  })),
});
/** Reports of a platform, on the days of March from one to another. */
const spent = (platform: string, channel: string, from: number, to: number): Row[] =>
  Array.from({ length: to - from + 1 }, (_, n) => ({ platform, channel, spend_eur: '5.000000', dt: day(from + n) }));
const search = (from: number, to: number) => spent('google_ads', 'Paid Search', from, to);
const social = (from: number, to: number) => spent('meta_ads', 'Paid Social', from, to);

const morning: Row = {
  table_name: 'orders',
  slice: day(20),
  dt: day(20),
  input_keys: [`raw/crm/orders/dt=${day(20)}/import-20260320T080000Z-0123456789abcdef.jsonl.gz@b`],
};

test.each<[string, Tables, readonly [number, number] | undefined]>([
  ['of which all is known', { ad_spend: search(1, 20) }, [1, 20]],
  ['since the first report', { ad_spend: search(5, 20) }, [5, 20]],
  ['until the reports of one of two platforms end', { ad_spend: [...search(1, 20), ...social(1, 15)] }, [1, 15]],
  ['whatever a platform did that is used no more', { ad_spend: [...search(1, 20), ...social(-40, -20)] }, [1, 20]],
  [
    'since the reports of a channel that brought orders before',
    { ad_spend: [...search(1, 20), ...social(8, 20)] },
    [8, 20],
  ],
  [
    'without the last one, of which a part was exported',
    { ad_spend: search(1, 20), pipeline_runs: [morning] },
    [1, 19],
  ],
  ['of which none is known', { ad_spend: [] }, undefined],
])('a budget is learnt from the days %s', async (_, tables, span) => {
  const { days, channels } = await readBudgetHistory({
    async query(sql) {
      const rows = await workshop.view('orders_daily', { ...sold('Paid Social'), ...tables }, sql);
      return { rows: rows.map((row) => Object.values(row)) };
    },
  });
  expect([days[0], days.at(-1)]).toEqual(span?.map(day) ?? [undefined, undefined]);
  // No day of which the spend is unknown counts as one without.
  expect(channels.filter(({ spend }) => spend.length !== days.length)).toEqual([]);
});
