/**
 * A generated shop, written as its admin and the pages of the platforms export it, and imported: the same figures come
 * out.
 */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import * as z from 'zod';
import { cell } from '../cli/cell.ts';
import { linesUnder, textsUnder } from '../lambdas/generate/generated.ts';
import { landAll, look } from '../lambdas/import/import.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { house, type Row, type Workspace } from './house.ts';

const exported = new Date('2025-03-01T08:00:00Z');

const amount = z.string();
const orderSchema = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string(),
  created_at: z.string(),
  processed_at: z.string(),
  updated_at: z.string(),
  cancelled_at: z.string().nullable(),
  financial_status: z.string(),
  currency: z.string(),
  subtotal_price: amount,
  total_tax: amount,
  total_price: amount,
  current_total_price: amount,
  total_discounts: amount,
  test: z.boolean(),
  discount_codes: z.array(z.object({ code: z.string() })),
  payment_gateway_names: z.array(z.string()),
  line_items: z.array(
    z.object({
      sku: z.string().nullable(),
      name: z.string(),
      title: z.string(),
      quantity: z.int(),
      price: amount,
      requires_shipping: z.boolean(),
      taxable: z.boolean(),
    }),
  ),
  shipping_lines: z.array(z.object({ title: z.string(), price: amount, discounted_price: amount.optional() })),
  refunds: z.array(z.object({ transactions: z.array(z.object({ status: z.string(), amount })) })),
});
type Order = z.infer<typeof orderSchema>;

const cents = (text: string) => Math.round(Number(text) * 100);
const euros = (number: number) => (number / 100).toFixed(2);
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** What the export cannot tell: what an edit took off, and payments that did not go through. */
const isPlain = ({ total_price: total, current_total_price: current, refunds, ...order }: Order) =>
  // The export has no day on which an order was placed that was entered later.
  order.processed_at === order.created_at &&
  refunds.every(
    ({ transactions }) => transactions.length > 0 && transactions.every(({ status }) => status === 'success'),
  ) &&
  (refunds.length > 0 || total === current);

const headings = [
  'Name',
  'Email',
  'Financial Status',
  'Currency',
  'Subtotal',
  'Shipping',
  'Taxes',
  'Total',
  'Discount Code',
  'Discount Amount',
  'Shipping Method',
  'Created at',
  'Lineitem quantity',
  'Lineitem name',
  'Lineitem price',
  'Lineitem sku',
  'Lineitem requires shipping',
  'Lineitem taxable',
  'Cancelled at',
  'Payment Method',
  'Refunded Amount',
  'Id',
];
const spaced = (moment: string | null) => moment?.replace('T', ' ').replace(/([+-]\d{2}):(\d{2})$/, ' $1$2') ?? '';

/** The lines of an order in `orders_export.csv`. */
function exportLines(order: Order): string[][] {
  const refunded = sum(
    order.refunds.flatMap(({ transactions }) => transactions.map(({ amount: back }) => cents(back))),
  );
  const shipping = sum(order.shipping_lines.map((line) => cents(line.discounted_price ?? line.price)));
  return order.line_items.map((item, at) => {
    const own = (text: string) => (at === 0 ? text : '');
    return [
      order.name,
      order.email,
      own(order.financial_status),
      own(order.currency),
      own(order.subtotal_price),
      own(euros(shipping)),
      own(order.total_tax),
      own(order.total_price),
      own(order.discount_codes[0]?.code ?? ''),
      own(order.total_discounts),
      own(order.shipping_lines[0]?.title ?? ''),
      spaced(order.created_at),
      String(item.quantity),
      item.name,
      item.price,
      item.sku ?? '',
      String(item.requires_shipping),
      String(item.taxable),
      own(spaced(order.cancelled_at)),
      own(order.payment_gateway_names.join(' + ')),
      own(euros(refunded)),
      own(String(order.id)),
    ];
  });
}

/** The last version of each order that the export can tell whole. */
async function plainOrders(root: string): Promise<Order[]> {
  const last = new Map<number, Order>();
  for (const line of await linesUnder(filesLake(root), 'raw/crm/orders/')) {
    const order = orderSchema.parse(JSON.parse(line));
    if (order.updated_at >= (last.get(order.id)?.updated_at ?? '')) last.set(order.id, order);
  }
  return [...last.values()].filter((order) => isPlain(order) && !order.test);
}

const reports = [
  {
    platform: 'google_ads',
    headings: [
      'Tag',
      'Kampagne',
      'Kampagnen-ID',
      'Kampagnentyp',
      'Kundennummer',
      'Währungscode',
      'Impr.',
      'Klicks',
      'Kosten',
    ],
    delimiter: ';',
    locale: 'de-DE',
  },
  {
    platform: 'meta_ads',
    headings: [
      'Jour',
      'Nom de la campagne',
      'ID de la campagne',
      'Objectif',
      'ID du compte',
      'Devise',
      'Impressions',
      'Clics sur un lien',
      'Montant dépensé (EUR)',
    ],
    delimiter: ',',
    locale: 'en-GB',
  },
  {
    platform: 'tiktok_ads',
    headings: [
      'By Day',
      'Campaign name',
      'Campaign ID',
      'Objective',
      'Account ID',
      'Currency',
      'Impressions',
      'Clicks (destination)',
      'Cost',
    ],
    delimiter: '\t',
    locale: 'en-US',
  },
] as const;
const byCampaign =
  'SELECT platform, account_id, campaign_id, campaign_name, campaign_type, dt, currency, sum(impressions) AS impressions, sum(clicks) AS clicks, CAST(sum(spend) AS decimal(18,2)) AS spend FROM ad_spend GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 3, 6';

/** A report of a platform's page, with its total, as the page writes numbers. */
function reportText(
  rows: readonly Row[],
  { platform, headings: names, delimiter, locale }: (typeof reports)[number],
): string {
  const own = rows.filter((row) => row['platform'] === platform);
  const number = (value: unknown, decimals: number) =>
    Number(value).toLocaleString(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const types: Readonly<Record<string, string>> = {
    performance_max: 'Performance Max',
    search: 'Suchnetzwerk',
    shopping: 'Shopping',
    display: 'Displaynetzwerk',
    video: 'Video',
  };
  const text = (row: Row, name: string) => cell(row[name]);
  const cells = own.map((row) => [
    locale === 'de-DE' ? text(row, 'dt').split('-').toReversed().join('.') : text(row, 'dt'),
    text(row, 'campaign_name'),
    text(row, 'campaign_id'),
    types[text(row, 'campaign_type')] ?? text(row, 'campaign_type'),
    text(row, 'account_id'),
    text(row, 'currency'),
    number(row['impressions'], 0),
    number(row['clicks'], 0),
    number(row['spend'], 2),
  ]);
  const all = (name: string) => sum(own.map((row) => Number(row[name])));
  const total = [
    'Total',
    '',
    '',
    '',
    '',
    '',
    number(all('impressions'), 0),
    number(all('clicks'), 0),
    number(all('spend'), 2),
  ];
  return stringify([[...names], ...cells, total], { delimiter });
}

let made: Workspace;
let [folder, root] = ['', ''];
let ads: Row[];
beforeAll(async () => {
  made = await house({
    from: '2025-01-01',
    to: '2025-01-04',
    eventsPerDay: 4000,
    initialCustomers: 300,
    seed: 11,
    dirt: 0,
    sources: ['crm', 'advertising'],
  });
  [folder, root] = [await mkdtemp(join(tmpdir(), 'exports-')), await mkdtemp(join(tmpdir(), 'imported-'))];
  ads = await made.rows(byCampaign);
  const orders = await plainOrders(made.root);
  const files = {
    'orders_export.csv': stringify([headings, ...orders.flatMap(exportLines)]),
    ...Object.fromEntries(reports.map((report) => [`${report.platform}.csv`, reportText(ads, report)])),
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    await utimes(join(folder, name), exported, exported);
  }
  const lake = filesLake(root);
  for (const { key, text } of await textsUnder(filesLake(made.root), 'raw/reference/')) await lake.put(key, text);
  const scratch = await mkdtemp(join(tmpdir(), 'import-scratch-'));
  const looked = await look(lake, [folder], { scratch });
  expect(looked.map((one) => [one.name, one.kind === 'refused' ? one.why : one.kind])).toEqual(
    Object.keys(files)
      .toSorted()
      .map((name) => [name, 'understood']),
  );
  for (const one of looked)
    if (one.kind === 'understood')
      for (const { what, imported, own } of one.understood.parts.flatMap(({ totals }) => totals))
        expect([one.name, what, own ?? imported]).toEqual([one.name, what, imported]);
  await landAll(lake, looked, scratch);
  await rm(scratch, { recursive: true });
  await run(root);
});
afterAll(async () => {
  await made.remove();
  await rm(folder, { recursive: true });
  await rm(root, { recursive: true });
});

const imported = (sql: string): Promise<Row[]> =>
  withWarehouse(filesLake(root), loadCatalog(), async (warehouse) => {
    const { columns, rows } = await warehouse.query(sql);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
  });

test('spend, impressions and clicks by campaign and day', async () => {
  expect(ads.length).toBeGreaterThan(20);
  // A page names types in its own words, which are as many as the API's.
  const without = (row: Row) => ({ ...row, campaign_type: null });
  expect((await imported(byCampaign)).map(without)).toEqual(ads.map(without));
});

test('what each order is worth, and what of it was given back', async () => {
  const worth =
    'SELECT order_number, currency, total_price, total_tax, total_shipping, total_tips, gift_cards_sold, net_revenue, promo_code, is_conversion, local_date FROM orders ORDER BY 1';
  const now = await imported(worth);
  const known = new Set(now.map((row) => row['order_number']));
  expect(known.size).toBeGreaterThan(30);
  expect(now).toEqual((await made.rows(worth)).filter((row) => known.has(row['order_number'])));
  const back =
    'SELECT o.order_number, CAST(sum(r.amount) AS decimal(18,2)) AS amount FROM refunds AS r JOIN orders AS o ON o.order_id = r.order_id GROUP BY 1 ORDER BY 1';
  expect(await imported(back)).toEqual((await made.rows(back)).filter((row) => known.has(row['order_number'])));
});

test('the goods of each order, to the cents that tax is rounded by', async () => {
  const goods =
    'SELECT o.order_number, sum(i.quantity) AS units, CAST(sum(i.net_revenue) AS double) AS net FROM order_items AS i JOIN orders AS o ON o.order_id = i.order_id GROUP BY 1 ORDER BY 1';
  const before = new Map((await made.rows(goods)).map((row) => [row['order_number'], row]));
  for (const row of await imported(goods)) {
    const own = before.get(row['order_number'] ?? null);
    expect([row['order_number'], row['units']]).toEqual([own?.['order_number'], own?.['units']]);
    expect(Math.abs(Number(row['net']) - Number(own?.['net']))).toBeLessThan(0.055);
  }
});
