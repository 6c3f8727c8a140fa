import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { z } from 'zod';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { openTill } from '../localstack/demo-shop/till.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { describedTables } from '../lambdas/ask/described-tables.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { grains } from '../localstack/embedded/warehouse/trino/grains.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { house, type Workspace } from './house.ts';
import { repository } from './in-turn.ts';
import { start } from './support-sillage.ts';

const token = 'a-token-of-the-tests-that-is-long-enough';
let shop: Workspace;
let server: ChildProcess | undefined;
let url: string;
/** The customer id of an order in the demo shop, which stands in the names of its raw objects. */
let buyer: string;
let stdio: Client;
let http: Client;

async function connected(transport: StdioClientTransport | StreamableHTTPClientTransport): Promise<Client> {
  const client = new Client({ name: 'tests', version: '1' });
  await client.connect(transport);
  return client;
}

const overHttp = () =>
  connected(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }),
  );
const overStdio = () =>
  connected(
    new StdioClientTransport({
      command: process.execPath,
      args: [`${repository}/bin/sillage.mjs`, 'mcp', '--lake', shop.root],
      stderr: 'inherit',
    }),
  );

beforeAll(async () => {
  shop = await house({
    sources: ['web', 'crm', 'advertising', 'influencers'],
    from: '2025-01-01',
    to: '2025-01-02',
    eventsPerDay: 200,
    seed: 7,
  });
  const placed = await openTill(filesLake(shop.root)).place(
    {
      email: 'camille@example.org',
      first_name: 'Camille',
      last_name: 'Durand',
      address1: '1 rue de la Paix',
      city: 'Paris',
      zip: '75002',
      lines: [{ sku: (await shop.rows('SELECT min(sku) AS sku FROM products'))[0]?.['sku'], quantity: 1 }],
    },
    Date.parse('2025-01-02T10:00:00Z'),
  );
  buyer = placed.customer_id;
  await run(shop.root);
  server = start(['mcp', '--http', '--port', '0', '--lake', shop.root], { env: { SILLAGE_MCP_TOKEN: token } });
  url = await new Promise<string>((resolve, reject) => {
    let said = '';
    server?.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
      const found = /http:\/\/\S+\/mcp/.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
    server?.once('exit', () => reject(new Error(`It ended: ${said}`)));
  });
  [stdio, http] = await Promise.all([overStdio(), overHttp()]);
});

afterAll(async () => {
  await stdio?.close();
  await http?.close();
  server?.kill('SIGINT');
  await shop.remove();
});

const Content = z.object({
  isError: z.boolean().optional(),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  content: z.array(z.object({ type: z.literal('text'), text: z.string() })),
});
const call = async (client: Client, name: string, args: Record<string, unknown> = {}) =>
  Content.parse(await client.callTool({ name, arguments: args }));

const describedColumns = describedTables(loadCatalog(), { withholdsPersons: true }).flatMap(
  ({ columns }) => columns,
).length;

describe('no answer tells one person from another', () => {
  const catalog = loadCatalog();
  const tables = describedTables(catalog, { withholdsPersons: true });

  /**
   * Values of each personal column, those of the demo shop's buyer among them, that are too long to stand anywhere by
   * chance.
   */
  function personalValues(): Promise<string[]> {
    return withWarehouse(filesLake(shop.root), catalog, async (warehouse) => {
      const values = [buyer];
      for (const { name, zone, columns } of catalog.values()) {
        if (zone === 'raw') continue;
        for (const { name: column, pii, type } of columns) {
          if (pii !== 'pseudonym' || type.kind !== 'string') continue;
          const { rows } = await warehouse.query(
            `SELECT DISTINCT ${column} FROM ${name} WHERE length(${column}) >= 12 ORDER BY 1 LIMIT 25`,
          );
          values.push(...rows.flatMap(([value]) => (typeof value === 'string' ? [value] : [])));
        }
      }
      // A deal's link is the shop's own, whoever follows it.
      const links = (await warehouse.query('SELECT tracked_link FROM influencer_deals')).rows.flatMap(([link]) =>
        typeof link === 'string' ? [link] : [],
      );
      return values.filter((value) => !links.some((link) => link.includes(value)));
    });
  }

  test('no personal value stands in any column of any table or view', async () => {
    const personal = await personalValues();
    expect(personal.length).toBeGreaterThan(100);
    const found: string[] = [];
    await withWarehouse(
      filesLake(shop.root),
      catalog,
      async (warehouse) => {
        for (const { name, columns } of tables) {
          const answer = await warehouse.query(`SELECT * FROM ${name}`);
          expect({ name, columns: answer.columns.map((column) => column.name) }).toEqual({
            name,
            columns: columns.map((column) => column.name),
          });
          for (const [i, column] of answer.columns.entries()) {
            const text = visibleJson(answer.rows.map((row) => row[i]));
            const leaked = personal.find((value) => text.includes(value));
            if (leaked !== undefined) found.push(`${name}.${column.name}: ${leaked}`);
          }
        }
      },
      { withholdsPersons: true },
    );
    expect(found).toEqual([]);
  });
});

test.each([
  'SELECT * FROM sessions AS s WHERE s.visitor_id IS NOT NULL',
  'SELECT count(DISTINCT customer_id) FROM orders',
  'SELECT buyer_id FROM order_economics',
  'SELECT record FROM rejects',
  'SELECT input_keys FROM pipeline_runs',
  'SELECT * FROM raw_web_events',
  'SELECT * FROM "shown orders"',
  "SELECT * FROM read_text('/etc/passwd')",
  'INSERT INTO orders SELECT * FROM orders',
  "COPY orders TO '/tmp/orders.csv'",
  'SELECT 1; DROP TABLE orders',
])('a client that sends %s is told why not', async (sql) => {
  const { isError, content } = await call(stdio, 'query', { sql });
  expect(isError).toBe(true);
  expect(content[0]?.text).toMatch(/^line \d+:\d+: /);
});

test('what Trino says of the columns names none that is not shown', async () => {
  const sql = "SELECT count(*), count(CASE WHEN column_name = 'email_hash' THEN 1 END) FROM information_schema.columns";
  const { structuredContent } = await call(stdio, 'query', { sql });
  expect(structuredContent?.['rows']).toEqual([[describedColumns, 0]]);
});

describe.each([['stdio'], ['http']])('over %s', (kind) => {
  const client = () => (kind === 'http' ? http : stdio);

  test('tools are listed with their schemas, all of them read-only', async () => {
    const { tools } = await client().listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'list_tables',
      'describe_table',
      'describe_metrics',
      'query',
      'roi',
      'incremental',
      'budget',
      'compare_periods',
      'influencers',
      'data_quality',
    ]);
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
  });

  test('a query answers rows with names and types, and says when they are not all', async () => {
    const sql = 'SELECT variant_id, price_eur FROM products ORDER BY variant_id';
    const { structuredContent, content } = await call(client(), 'query', { sql, max_rows: 2 });
    const rows = await shop.rows(`${sql} LIMIT 2`);
    expect(structuredContent).toEqual({
      columns: [
        { name: 'variant_id', type: 'varchar' },
        { name: 'price_eur', type: 'decimal(18,2)' },
      ],
      rows: rows.map((row) => [row['variant_id'], row['price_eur']]),
      is_cut: true,
      notes: ['Only the first 2 rows are here: the answer has more.'],
    });
    expect(JSON.parse(content[0]?.text ?? '')).toEqual(structuredContent);
  });
});

const Lines = z.object({ lines: z.array(z.record(z.string(), z.unknown())), notes: z.array(z.string()) });
const ready = async (name: string, args: Record<string, unknown>) => {
  const { structuredContent, content } = await call(stdio, name, args);
  const { lines, notes } = Lines.parse(structuredContent ?? { lines: content, notes: [] });
  return { lines, notes: notes.join(' ') };
};
const days = { from: '2025-01-01', to: '2025-01-02' };

test('ROI by channel is that of the views, with a total of the channels that cost anything', async () => {
  const { lines, notes } = await ready('roi', { ...days, attribution_model: 'linear' });
  const rows = await shop.rows(
    `SELECT channel, sum(spend_eur) AS spend, sum(orders) AS orders, sum(net_revenue_eur) AS revenue FROM roi_by_channel_daily
     WHERE attribution_model = 'linear' AND day BETWEEN DATE '2025-01-01' AND DATE '2025-01-02' GROUP BY channel`,
  );
  expect(lines.length).toBe(rows.length + 1);
  for (const { channel, spend, orders, revenue } of rows) {
    const line = lines.find((one) => one['channel'] === channel);
    expect(line?.['spend_eur']).toBeCloseTo(Number(spend), 3);
    expect(line?.['orders']).toBeCloseTo(Number(orders), 3);
    expect(line?.['net_revenue_eur']).toBeCloseTo(Number(revenue), 3);
  }
  // What costs nothing won nobody at a price.
  const free = lines.filter((line) => line['spend_eur'] === 0);
  expect(free.length).toBeGreaterThan(0);
  expect(free.filter((line) => line['cac_eur'] !== null || line['cpa_eur'] !== null)).toEqual([]);
  const spend = rows.reduce((sum, row) => sum + Number(row['spend']), 0);
  expect(lines.at(-1)).toMatchObject({ channel: 'channels with spend', spend_eur: expect.closeTo(spend, 3) });
  expect(notes).toContain('the model linear gives it, from the visits of 30 days before');
});

test('two periods are compared with the day before, each order once', async () => {
  const { lines, notes } = await ready('compare_periods', { from: '2025-01-02', to: '2025-01-02' });
  const rows = await shop.rows(
    'SELECT local_date, count(*) AS orders, sum(net_revenue_eur) AS revenue FROM orders WHERE is_conversion ' +
      `AND local_date IN (DATE '2025-01-01', DATE '2025-01-02') GROUP BY local_date ORDER BY local_date`,
  );
  const [before, now] = rows;
  const of = (metric: string) => lines.find((line) => line['metric'] === metric);
  expect(of('orders')).toMatchObject({ value: now?.['orders'], before: before?.['orders'] });
  expect(of('net_revenue_eur')?.['value']).toBeCloseTo(Number(now?.['revenue']), 2);
  expect(of('net_revenue_eur')?.['change']).toBeCloseTo(Number(now?.['revenue']) - Number(before?.['revenue']), 2);
  const [seen] = await shop.rows(
    'SELECT CAST(count_if(purchases > 0) AS double) / count(*) AS rate FROM sessions WHERE local_date = DATE ' +
      `'2025-01-02'`,
  );
  expect(of('conversion_rate')?.['value']).toBeCloseTo(Number(seen?.['rate']), 4);
  expect(notes).toContain('before: 2025-01-01 to 2025-01-01');
});

test('a period without data is told as such', async () => {
  expect((await ready('roi', { from: '2030-01-01', to: '2030-01-31' })).notes).toContain(
    'There are no orders and no visits of 2030-01-01',
  );
});

test('influencers and campaigns have the revenue of their views', async () => {
  const sums = async (view: string) =>
    Number((await shop.rows(`SELECT sum(net_revenue_eur) AS revenue FROM ${view}`))[0]?.['revenue'] ?? 0);
  const wide = { from: '2024-01-01', to: '2026-01-01' };
  const total = ({ lines }: { lines: readonly Record<string, unknown>[] }) =>
    lines.reduce((sum, line) => sum + Number(line['net_revenue_eur']), 0);
  expect(total(await ready('influencers', wide))).toBeCloseTo(await sums('roi_by_influencer_daily'), 1);
  expect(total(await ready('roi', { ...wide, by: 'campaign' }))).toBeCloseTo(await sums('roi_by_campaign_daily'), 1);
});

test('what channels caused is the credited figure times what is known of each', async () => {
  const { lines, notes } = await ready('incremental', { from: '2025-01-01', to: '2025-01-02' });
  const rows = await shop.rows(`SELECT i.channel, max(i.incrementality) AS share, max(i.incrementality_high) AS high,
      (SELECT coalesce(sum(r.orders), 0E0) FROM channel_returns_daily AS r
        WHERE r.channel = i.channel AND r.attribution_model = i.attribution_model) AS orders,
      (SELECT coalesce(sum(r.net_revenue_eur), 0E0) FROM channel_returns_daily AS r
        WHERE r.channel = i.channel AND r.attribution_model = i.attribution_model) AS revenue,
      sum(c.spend_eur) AS spend
    FROM channel_incrementality AS i JOIN marketing_costs AS c ON c.channel = i.channel
    WHERE c.day BETWEEN DATE '2025-01-01' AND DATE '2025-01-02' GROUP BY i.channel, i.attribution_model`);
  expect(rows.length).toBeGreaterThan(1);
  // Of a channel that is credited with nothing, nothing is told.
  const credited = rows.filter(({ orders }) => Number(orders) > 0);
  expect(new Set(lines.map((line) => line['channel']))).toEqual(new Set(credited.map(({ channel }) => channel)));
  for (const { channel, spend, orders, revenue, share, high } of credited)
    expect(lines.find((line) => line['channel'] === channel)).toMatchObject({
      spend_eur: expect.closeTo(Number(spend), 3),
      incremental_orders: expect.closeTo(Number(orders) * Number(share), 3),
      incremental_revenue_eur: expect.closeTo(Number(revenue) * Number(share), 2),
      incremental_revenue_high_eur: expect.closeTo(Number(revenue) * Number(high), 2),
    });
  expect(notes).toContain('Credit is not cause');
});

test('a budget of too few days is refused in words', async () => {
  const { isError, content } = await call(stdio, 'budget');
  expect([isError, content[0]?.text]).toEqual([true, expect.stringMatching(/^2 days are too few: 56 at least/u)]);
  const unknown = await call(stdio, 'budget', { changes: [{ channel: 'Radio', percent: 20 }] });
  expect([unknown.isError, unknown.content[0]?.text]).toEqual([
    true,
    expect.stringMatching(/^No advertising channel “Radio” has spend/u),
  ]);
});

test.each([...grains])('a row of %s is told from the others by %s', async (relation, columns) => {
  const [row] = await shop.rows(
    `SELECT count(*) AS known, (SELECT count(*) FROM (SELECT DISTINCT ${columns.join(', ')} FROM ${relation}) ` +
      `AS d) AS apart FROM ${relation}`,
  );
  expect(row?.['apart']).toEqual(row?.['known']);
});

test('the quality of the data: the ledger adds up, and nothing names an object', async () => {
  const { structuredContent } = await call(stdio, 'data_quality');
  expect(structuredContent).toMatchObject({ data_to: '2025-01-02', ledger: { is_accounted_for: true } });
  expect(JSON.stringify(structuredContent)).not.toContain('raw/');
  // What is made of the shop's profile alone is of no day.
  expect(JSON.stringify(structuredContent)).not.toContain('1970');
});

describe('over HTTP', () => {
  const initialize = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  });
  const good = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
  };
  /** Not by fetch, which writes headers such as Host itself. */
  const post = (headers: Record<string, string>, body = initialize): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.once('error', reject).end(body);
    });

  test.each([
    ['with the token', good, 200],
    ['without a token', { ...good, authorization: '' }, 401],
    ['with another token', { ...good, authorization: 'Bearer guessed' }, 401],
    ['by a page of another origin, even with the token', { ...good, origin: 'https://evil.example' }, 403],
    ['by a page of another port', { ...good, origin: 'http://127.0.0.1:1' }, 403],
    ['by a page in a sandbox', { ...good, origin: 'null' }, 403],
    ['by a browser that tells of another site', { ...good, 'sec-fetch-site': 'cross-site' }, 403],
    ['under a name that was made to point here', { ...good, host: 'evil.example' }, 421],
  ])('a request %s', async (_, headers, status) => {
    expect(await post(headers)).toBe(status);
  });

  test('a body that is too large is not read to its end', async () => {
    expect(await post(good, 'x'.repeat(1_100_000))).toBe(413);
  });
});
