import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDays } from './days.ts';
import { openWorkshop, text, type Row, type Tables, type Workshop } from '../../athena/fixture.ts';
import { seenDays } from './seen-days.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const order = (processed_at: string, local_date: string, is_conversion = true): Row => ({
  order_id: processed_at,
  processed_at: `${processed_at}.000`,
  local_date,
  is_conversion,
});
const visit = (started_at: string, local_date: string): Row => ({
  session_id: started_at,
  started_at: `${started_at}.000`,
  local_date,
});

test.each<[string, readonly Row[], readonly Row[], string | null, string | null]>([
  ['nothing', [], [], null, null],
  [
    'evenings in New York, which are the next day in UTC',
    [order('2026-11-06 04:30:00', '2026-11-05'), order('2026-11-10 01:00:00', '2026-11-09')],
    [visit('2026-11-10 02:00:00', '2026-11-09')],
    '2026-11-05',
    '2026-11-09',
  ],
  [
    'mornings in Tokyo, which are the day before in UTC',
    [order('2026-11-05 15:30:00', '2026-11-06')],
    [],
    '2026-11-06',
    '2026-11-06',
  ],
  [
    'visits that are older than the orders',
    [order('2026-03-10 10:00:00', '2026-03-10')],
    [visit('2025-03-10 10:00:00', '2025-03-10'), visit('2026-03-12 10:00:00', '2026-03-12')],
    '2026-03-10',
    '2026-03-12',
  ],
  [
    'visits of half an hour after midnight in Paris, with which an export ends',
    [order('2026-03-10 10:00:00', '2026-03-10')],
    [visit('2026-03-11 23:30:00', '2026-03-12')],
    '2026-03-10',
    '2026-03-11',
  ],
  [
    'visits alone',
    [],
    [visit('2026-03-10 10:00:00', '2026-03-10'), visit('2026-03-12 10:00:00', '2026-03-12')],
    '2026-03-10',
    '2026-03-12',
  ],
  [
    'an order of the future, and one that is no conversion',
    [
      order('2026-03-10 10:00:00', '2026-03-10'),
      order('2099-05-06 10:00:00', '2099-05-06'),
      order('2026-01-01 10:00:00', '2026-01-01', false),
    ],
    [],
    '2026-03-10',
    '2026-03-10',
  ],
])('%s', async (_, orders, sessions, first, last) => {
  expect(await seen({ orders, sessions })).toEqual(first === null ? undefined : { first, last, whole: last });
});

/** The days that are seen in these tables. */
const seen = (tables: Tables) =>
  seenDays({
    async query(sql) {
      const rows = await workshop.view('seen_days', tables, sql);
      return { columns: [], rows: rows.map((row) => Object.values(row)) };
    },
  });

/** What the ledger says of a slice of orders that was made from a file of an import. */
const built = (slice: string, made: string): Row => ({
  table_name: 'orders',
  slice,
  dt: slice,
  input_keys: [
    'raw/crm/products/dt=2026-03-10/x.jsonl@a',
    `raw/crm/orders/dt=${slice}/import-${made}Z-0123456789abcdef.jsonl.gz@b`,
  ],
});
const orders = [order('2026-03-01 10:00:00', '2026-03-01'), order('2026-03-10 07:00:00', '2026-03-10')];

/** By how many minutes clocks are ahead of UTC in winter. */
const [paris, newYork] = [60, -300];

test.each<[string, readonly Row[], number, string]>([
  ['made on the morning of its last day', [built('2026-03-10', '20260310T080000')], paris, '2026-03-09'],
  [
    'made after midnight, which in UTC is the day before',
    [built('2026-03-10', '20260310T233000')],
    paris,
    '2026-03-10',
  ],
  [
    'made in the evening of New York, which in UTC is the day after',
    [built('2026-03-10', '20260311T013000')],
    newYork,
    '2026-03-09',
  ],
  [
    'made once more when the day was over',
    [built('2026-03-10', '20260310T080000'), built('2026-03-10', '20260312T080000')],
    paris,
    '2026-03-10',
  ],
  [
    'that was made later and has other days',
    [built('2026-03-10', '20260310T080000'), built('2026-01-10', '20260312T080000')],
    paris,
    '2026-03-09',
  ],
])('the last whole day of an export %s', async (_, runs, minutes, whole) => {
  const tables = {
    orders,
    pipeline_runs: runs,
    shop: [{ name: 'Maison', utc_offset_minutes: minutes, dt: '1970-01-01' }],
  };
  expect((await seen(tables))?.whole).toBe(whole);
});

/** What a run wrote of a table from a file that was made on the morning of 8 March, and whether that is an export. */
const files: readonly (readonly [table: string, slice: string, file: string, visitsUntil: string, whole: string])[] = [
  // The last day, or the one before it by another clock; orders go by their own last day, visits by the last of both.
  ['orders', '2026-03-10', 'crm/orders', '2026-03-10', '2026-03-07'],
  ['orders', '2026-03-09', 'crm/orders', '2026-03-10', '2026-03-07'],
  ['orders', '2026-03-08', 'crm/orders', '2026-03-10', '2026-03-10'],
  ['orders', '2026-03-10', 'crm/orders', '2026-03-12', '2026-03-07'],
  ['orders', '2026-03-09', 'crm/orders', '2026-03-12', '2026-03-07'],
  ['orders', '2026-03-08', 'crm/orders', '2026-03-12', '2026-03-12'],
  ['web_events', '2026-03-12', 'web/events', '2026-03-12', '2026-03-07'],
  ['web_events', '2026-03-11', 'web/events', '2026-03-12', '2026-03-07'],
  ['web_events', '2026-03-10', 'web/events', '2026-03-12', '2026-03-12'],
  ['web_events', '2026-03-10', 'web/events', '2026-03-10', '2026-03-07'],
  ['customers', '2026-03-10', 'crm/orders', '2026-03-10', '2026-03-10'],
  ['orders', '2026-03-10', 'crm/customers', '2026-03-10', '2026-03-10'],
];

test.each(files)('a file of %s of %s, from %s, where visits go until %s: whole until %s', async (...row) => {
  const [table_name, slice, feed, visitsUntil, whole] = row;
  const made = (time: string) => `raw/${feed}/dt=${slice}/import-${time}Z-0123456789abcdef.jsonl.gz@b`;
  const tables = {
    orders,
    sessions: [visit(`${visitsUntil} 10:00:00`, visitsUntil)],
    // The last file counts, of several of one run too.
    pipeline_runs: [{ table_name, slice, dt: slice, input_keys: [made('20260308T080000'), made('20260307T080000')] }],
  };
  expect((await seen(tables))?.whole).toBe(whole);
});

test.each([-1, 0, 1, 2, 3])('a visit of %d days from now was seen where some clock has that day', async (days) => {
  const on = (from: number) => addDays(new Date().toISOString().slice(0, 10), from);
  const sessions = [visit(`${on(-9)} 10:00:00`, on(-9)), { ...visit(`${on(days)} 10:00:00`, on(days)), dt: on(9) }];
  const found = await workshop.view('seen_days', { sessions }, 'SELECT last_day FROM seen_days');
  // At midnight here the day goes on meanwhile.
  expect([on(days <= 1 ? days : -9), on(days <= 2 ? days : -9)]).toContain(found[0]?.['last_day']);
});

test('what was sold after the orders were exported is not known, however far visits go', async () => {
  const tables = {
    orders,
    sessions: [visit('2026-03-12 10:00:00', '2026-03-12')],
    pipeline_runs: [built('2026-03-10', '20260310T080000')],
  };
  expect(await seen(tables)).toEqual({ first: '2026-03-01', last: '2026-03-12', whole: '2026-03-09' });
});

test('today is not whole, whoever sent its orders', async () => {
  const [yesterday, today] = [-1, 0].map((days) => addDays(new Date().toISOString().slice(0, 10), days));
  const tables = {
    orders: [order('2026-03-01 10:00:00', '2026-03-01'), order(`${today} 00:00:00`, String(today))],
    // Of UTC, as the two days here: elsewhere another one has begun for some hours.
    shop: [{ name: 'Maison', utc_offset_minutes: 0, dt: '1970-01-01' }],
  };
  expect((await seen(tables))?.whole).toBe(yesterday);
});

const shop = [{ name: 'Maison', attribution_model: 'last', lookback_days: 30, dt: '1970-01-01' }];
const sold = {
  orders,
  shop,
  attribution_models: [{ attribution_model: 'last', dt: '1970-01-01' }],
  ad_spend: ['2026-03-02', '2026-03-10'].map((dt) => ({
    channel: 'Display',
    platform: 'x',
    spend_eur: '5.000000',
    dt,
  })),
};
const morning = [built('2026-03-10', '20260310T080000')];

test('a day of which a part is missing is none of the last 28', async () => {
  const sql = 'SELECT DISTINCT first_day, last_day FROM last_28_days';
  expect(await workshop.view('last_28_days', { ...sold, pipeline_runs: morning }, sql)).toEqual([
    { first_day: '2026-03-01', last_day: '2026-03-09' },
  ]);
  expect(await workshop.view('last_28_days', sold, sql)).toEqual([{ first_day: '2026-03-01', last_day: '2026-03-10' }]);
});

test('a month whose last day was exported in part is not whole', async () => {
  const month = { orders: [order('2026-03-01 10:00:00', '2026-03-01'), order('2026-03-31 07:00:00', '2026-03-31')] };
  const whole = async (pipeline_runs: readonly Row[]) =>
    workshop.view('marketing_efficiency', { ...month, pipeline_runs }, 'SELECT is_whole FROM marketing_efficiency');
  expect(await whole([])).toEqual([{ is_whole: true }]);
  expect(await whole([built('2026-03-31', '20260331T080000')])).toEqual([{ is_whole: false }]);
});

test('nor is the month of a cohort’s life over, nor can an occasion’s last week be told', async () => {
  const afternoon = [built('2026-03-31', '20260331T120000')];
  const march = { shop, orders: [order('2026-03-01 10:00:00', '2026-03-01'), order('2026-03-31 07:00:00', '2026-03-31')].map((one) => ({ ...one, customer_id: text(one, 'order_id') })) }; // prettier-ignore
  const over = async (pipeline_runs: readonly Row[]) =>
    (await workshop.view('customer_cohorts', { ...march, pipeline_runs })).map((row) => row['is_over']);
  expect([await over([]), await over(afternoon)]).toEqual([[true], [false]]);

  // Valentine's week needs the two weeks after 14 February to their end.
  const days = Array.from({ length: 70 }, (_, at) =>
    new Date(Date.parse('2025-12-21') + at * 86_400_000).toISOString().slice(0, 10),
  );
  const daily = days.map((day) => order(`${day} 07:00:00`, day));
  const last = days.at(-1) ?? '';
  const sql = `SELECT occasion, more_orders IS NULL AS is_unknown FROM occasion_effects
    WHERE date_add('day', 14, last_day) = DATE '${last}'`;
  const told = (pipeline_runs: readonly Row[]) =>
    workshop.view('occasion_effects', { orders: daily, pipeline_runs }, sql);
  const is = (is_unknown: boolean) => [{ occasion: 'valentine', is_unknown }];
  expect(await told([])).toEqual(is(false));
  expect(await told([built(last, `${last.replaceAll('-', '')}T120000`)])).toEqual(is(true));
});

test('a day alone is better than none', async () => {
  const tables = { orders: orders.slice(1), pipeline_runs: [built('2026-03-10', '20260310T080000')] };
  expect(await seen(tables)).toEqual({ first: '2026-03-10', last: '2026-03-10', whole: '2026-03-10' });
});
