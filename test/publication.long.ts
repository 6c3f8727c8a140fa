/** What dashboards read of a generated lake: its figures are the views' own, it is small, and it names nobody. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parquetReadObjects } from 'hyparquet';
import type { Manifest } from '../lambdas/publish/manifest-schema.ts';
import { readManifest } from '../lambdas/publish/manifest.ts';
import { generate } from '../lambdas/generate/generate.ts';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { manifestKey, publicationPrefix } from '../lambdas/shared/schema/site-keys.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import type { RunSummary } from '../localstack/embedded/run/run-summary.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { folder } from './support-sillage.ts';

const root = folder('publication');
const lake = filesLake(root);
const catalog = loadCatalog();
let first: RunSummary;
let manifest: Manifest;
const marts = new Map<string, Record<string, unknown>[]>();

beforeAll(async () => {
  await generate(lake, { from: '2025-01-28', to: '2025-02-02', eventsPerDay: 1500, initialCustomers: 100 });
  first = await run(root, { publishes: true });
  const found = await readManifest(lake);
  if (found === undefined) throw new Error('Nothing was published.');
  manifest = found;
  for (const [mart, { files }] of Object.entries(manifest.marts)) {
    const rows: Record<string, unknown>[] = [];
    for (const { name } of files)
      rows.push(
        ...(await parquetReadObjects({ file: Uint8Array.from(await lake.get(`${publicationPrefix}${name}`)).buffer })),
      );
    marts.set(mart, rows);
  }
});

const ask = (sql: string): Promise<readonly (readonly AnswerValue[])[]> =>
  withWarehouse(lake, catalog, async (warehouse) => (await warehouse.query(sql)).rows);
const day = (value: unknown): string => (value instanceof Date ? value.toISOString().slice(0, 10) : '');
/** Sums of a mart's columns by a key, as text to six digits: sums of doubles in another order differ behind them. */
function summed(mart: string, keys: readonly string[], columns: readonly string[]): string[] {
  const sums = new Map<string, number[]>();
  for (const row of marts.get(mart) ?? []) {
    const key = keys.map((name) => (name === 'day' ? day(row[name]) : String(row[name]))).join(' ');
    const sum = sums.get(key) ?? columns.map(() => 0);
    columns.forEach((name, i) => (sum[i] = (sum[i] ?? 0) + Number(row[name] ?? 0)));
    sums.set(key, sum);
  }
  return lines([...sums]);
}
const lines = (rows: readonly (readonly [string, readonly number[]])[]): string[] =>
  rows
    .filter(([, sums]) => sums.some((sum) => Math.abs(sum) > 1e-6))
    .map(([key, sums]) => `${key}: ${sums.map((sum) => sum.toFixed(6)).join(' ')}`)
    .toSorted();
/** The same of an answer: its first columns are the key. */
async function answered(sql: string, keys: number): Promise<string[]> {
  return lines(
    (await ask(sql)).map((row) => [
      row.slice(0, keys).map(String).join(' '),
      row.slice(keys).map((one) => Number(one ?? 0)),
    ]),
  );
}

test('the run publishes, and the next one has nothing new to publish', async () => {
  expect(first.publication).toMatchObject({ state: 'published', failedChecks: 0 });
  const before = await lake.get(manifestKey);
  expect((await run(root, { publishes: true })).publication).toMatchObject({ state: 'unchanged', filesWritten: 0 });
  expect(await lake.get(manifestKey)).toEqual(before);
});

describe('its figures', () => {
  test.each([
    [
      'channel_returns_daily',
      ['day', 'channel', 'attribution_model'],
      ['orders', 'new_customers', 'net_revenue_eur'],
      'SELECT day, channel, attribution_model, orders, new_customers, net_revenue_eur FROM roi_by_channel_daily',
    ],
    [
      'channel_costs_daily',
      ['day', 'channel'],
      ['sessions', 'impressions', 'clicks', 'spend_eur', 'booked_eur'],
      'SELECT day, channel, sessions, impressions, clicks, spend_eur, booked_eur FROM marketing_daily',
    ],
    [
      'returns_daily',
      ['day', 'attribution_model', 'channel'],
      ['orders', 'new_customers', 'net_revenue_eur'],
      'SELECT day, attribution_model, channel, orders, new_customers, net_revenue_eur FROM roi_by_channel_daily',
    ],
    [
      'orders_daily',
      ['day'],
      ['orders', 'net_revenue_eur', 'margin_eur', 'refunded_eur'],
      'SELECT local_date, count(*), sum(net_revenue_eur), sum(margin_eur), sum(refunded_eur) FROM order_economics GROUP BY local_date',
    ],
    [
      'ads_daily',
      ['day', 'platform'],
      ['impressions', 'clicks', 'spend_eur'],
      'SELECT dt, platform, sum(impressions), sum(clicks), sum(spend_eur) FROM ad_spend GROUP BY dt, platform',
    ],
    [
      'campaign_funnel_daily',
      ['day', 'channel'],
      ['sessions', 'purchase_sessions'],
      'SELECT day, channel, sum(sessions), sum(purchase_sessions) FROM funnel_daily GROUP BY day, channel',
    ],
    [
      'cohorts_monthly',
      [],
      ['orders', 'net_revenue_eur'],
      'SELECT count(*), sum(net_revenue_eur) FROM order_economics WHERE buyer_id IN (SELECT buyer_id FROM ' +
        'order_economics WHERE is_new_customer)',
    ],
    [
      'builds_daily',
      ['table_name'],
      ['slices_built', 'rows_out'],
      "SELECT table_name, count(*), sum(rows_out) FROM pipeline_runs WHERE action = 'built' GROUP BY table_name",
    ],
    [
      'rejects_daily',
      ['table_name'],
      ['records'],
      'SELECT table_name, sum(cardinality(reasons)) FROM rejects GROUP BY table_name',
    ],
  ])('%s are those of the lake', async (mart, keys, columns, sql) => {
    const found = summed(mart, keys, columns);
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(await answered(sql, keys.length));
  });

  test('the margin is of the revenue whose cost is known, and unknown where none is', async () => {
    const theirs = await ask(
      'SELECT day, channel, attribution_model, margin_eur, cost_coverage * net_revenue_eur FROM ' +
        'roi_by_channel_daily WHERE margin_eur IS NOT NULL AND orders > 0E0',
    );
    expect(
      summed('channel_returns_daily', ['day', 'channel', 'attribution_model'], ['margin_eur', 'covered_eur']),
    ).toEqual(
      lines(theirs.map((row) => [row.slice(0, 3).map(String).join(' '), row.slice(3).map((one) => Number(one ?? 0))])),
    );
  });

  test('the manifest counts the rows, and tells how far the data goes', () => {
    for (const [mart, { rows, files }] of Object.entries(manifest.marts)) {
      expect([mart, rows]).toEqual([mart, marts.get(mart)?.length]);
      expect(files.map(({ month }) => month)).toEqual(
        ['cohorts_monthly', 'channel_response', 'response_draws'].includes(mart)
          ? [null]
          : files.map(({ month }) => month ?? '').toSorted(),
      );
    }
    expect(manifest.data_to).toBe('2025-02-02');
    expect(manifest.tables['orders']).toMatchObject({ last: '2025-02-02' });
  });
});

test('nobody is in it: no id, address or number of a visitor, customer, order or session of the lake', async () => {
  const ids = new Set(
    (
      await Promise.all(
        [
          'SELECT visitor_id FROM web_events',
          'SELECT event_id FROM web_events',
          'SELECT customer_id FROM customers',
          'SELECT email_hash FROM customers',
          'SELECT order_id FROM orders',
          'SELECT order_number FROM orders',
          'SELECT customer_id FROM orders',
          'SELECT session_id FROM sessions',
          'SELECT touch_id FROM touchpoints',
          'SELECT promo_code FROM orders',
        ].map(ask),
      )
    ).flatMap((rows) => rows.flatMap(([id]) => (typeof id === 'string' && id !== '' ? [id] : []))),
  );
  expect(ids.size).toBeGreaterThan(1000);
  const found = [...marts].flatMap(([mart, rows]) =>
    rows.flatMap((row) =>
      Object.entries(row).flatMap(([column, value]) =>
        typeof value === 'string' && ids.has(value) ? [`${mart}.${column}: ${value}`] : [],
      ),
    ),
  );
  expect(found).toEqual([]);
});
