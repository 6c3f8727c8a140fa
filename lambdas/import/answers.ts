import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { loadCatalog, type Table } from '../shared/schema/catalog.ts';
import { inWords, partsOf } from '../shared/schema/reject-rules.ts';
import { unpack } from '../transform/unpack.ts';
import { fromMicros, micros } from './amounts.ts';
import type { AnswerFeed, LineFeed } from './documents.ts';
import type { JsonShape } from './json-shape.ts';
import { jsonShapes } from './json-shapes.ts';
import { Refused } from './refused.ts';
import { DaySpan, LeftOuts, type Converted, type ImportOptions, type Total } from './shape.ts';
import { IncompleteOrders } from './shapes/incomplete-orders.ts';
import { isWhole, OrdersOfNothing } from './shapes/json-orders.ts';
import { OffsetsSeen } from './time-zones.ts';

/** A file that is what a platform's own interface answers: it is landed as it is. */
export interface Native {
  readonly name: string;
  readonly source: string;
  readonly report: string;
  readonly feed: AnswerFeed | LineFeed;
}

const sniffed = 1 << 18;

/** How each is known by what stands in its first lines. The first that fits is it. */
const natives: readonly (Native & { readonly marks: readonly RegExp[] })[] = [
  {
    name: 'tiktok-ads-json',
    source: 'TikTok',
    report: 'reporting API',
    feed: 'advertising/tiktok_ads',
    marks: [/"stat_time_day"/, /"metrics"/],
  },
  {
    name: 'google-ads-json',
    source: 'Google Ads',
    report: 'SearchStream or Search',
    feed: 'advertising/google_ads',
    marks: [/"results"\s*:/, /"metrics"|"costMicros"|"campaign"/],
  },
  {
    name: 'meta-ads-json',
    source: 'Meta',
    report: 'Insights API',
    feed: 'advertising/meta_ads',
    marks: [/"data"\s*:\s*\[/, /"date_start"/],
  },
  {
    name: 'shopify-orders-json',
    source: 'Shopify',
    report: 'orders (Admin REST API)',
    feed: 'crm/orders',
    marks: [/"line_items"\s*:/, /"total_price"/],
  },
  {
    name: 'shopify-products-json',
    source: 'Shopify',
    report: 'products (Admin REST API)',
    feed: 'crm/products',
    marks: [/"variants"\s*:\s*\[/, /"updated_at"/],
  },
  {
    name: 'shopify-customers-json',
    source: 'Shopify',
    report: 'customers (Admin REST API)',
    feed: 'crm/customers',
    marks: [/"orders_count"|"email_marketing_consent"|"accepts_marketing"/, /"updated_at"/],
  },
  {
    name: 'web-events-json',
    source: 'Sillage',
    report: "events of the shop's own tracker",
    feed: 'web/events',
    marks: [/"event_name"/, /"visitor_id"|"event_id"/],
  },
];

/** The names by which `--feed` forces a JSON file to be one kind. */
export const nativeNames = (): string[] => [...natives, ...jsonShapes].map(({ name }) => name);

/** Knows a JSON file by the names in its first records. @throws Refused where they are of nothing that is known */
export async function recogniseJson(path: string, forced?: string): Promise<Native | JsonShape> {
  let head = '';
  for await (const chunk of createReadStream(path, { end: sniffed - 1 }) as AsyncIterable<Buffer>)
    head += chunk.toString('utf8');
  const shape = jsonShapes.find(({ name, marks }) =>
    forced === undefined ? marks.every((mark) => mark.test(head)) : name === forced,
  );
  if (shape) return shape;
  const native = natives.find(({ name, marks }) =>
    forced === undefined ? marks.every((mark) => mark.test(head)) : name === forced,
  );
  if (native) return native;
  const error = /"error"\s*:\s*\{[^}]*"message"\s*:\s*"([^"]*)"/.exec(head)?.[1];
  if (error !== undefined)
    throw new Refused(`It is no report but an error of the platform: “${error.slice(0, 200)}”. Ask it again.`);
  throw new Refused(
    `Its JSON is of nothing that is known. Known are ${[...natives, ...jsonShapes].map(({ source, report }) => `${source}: ${report}`).join('; ')}.`,
  );
}

const text = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const record = z.looseObject({
  account_id: text,
  account_currency: text,
  date_start: text,
  date_stop: text,
  spend: text,
  customer: z.object({ id: text, currencyCode: text }).partial().optional().catch(undefined),
  segments: z.object({ date: text }).partial().optional().catch(undefined),
  metrics: z
    .object({ costMicros: text, spend: text, currency: text, advertiser_id: text })
    .partial()
    .optional()
    .catch(undefined),
  dimensions: z.object({ stat_time_day: text, advertiser_id: text }).partial().optional().catch(undefined),
  created_at: text,
  processed_at: text,
  total_price: text,
  currency: text,
  event_time: text,
});
type KnownRecord = z.infer<typeof record>;

/** What an amount of a record is, in millionths. */
function amountOf(one: KnownRecord): bigint {
  if (one.metrics?.costMicros !== undefined && /^-?\d+$/.test(one.metrics.costMicros))
    return BigInt(one.metrics.costMicros);
  return micros(one.spend ?? one.metrics?.spend ?? one.total_price ?? '') ?? 0n;
}

/** Whether an order is left out, since it lost a line. @throws Refused where nobody said that it may be */
type IsLost = (value: unknown, row: number) => boolean;

/** Adds up what the records tell; a record that is no JSON object is the transform's to refuse. */
async function summed(
  path: string,
  { feed }: Native,
  isLost: IsLost,
): Promise<Pick<Converted, 'account' | 'currencies' | 'days' | 'offsets' | 'totals' | 'notes'>> {
  const [days, offsets] = [new DaySpan(), new OffsetsSeen()];
  const [accounts, sums] = [new Set<string>(), new Map<string, bigint>()];
  let [records, below, row] = [0, 0, 0];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    row++;
    if (line === '') continue;
    records++;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    if (isLost(value, row)) {
      records--;
      continue;
    }
    const read = record.safeParse(value);
    if (!read.success) continue;
    const one = read.data;
    if (feed === 'crm/orders' && one.created_at !== undefined) offsets.add(one.created_at);
    const day = (
      one.date_start ??
      one.segments?.date ??
      one.dimensions?.stat_time_day ??
      one.processed_at ??
      one.created_at ??
      one.event_time
    )?.slice(0, 10);
    if (day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day)) days.add(day);
    if (one.date_stop !== undefined && one.date_stop !== one.date_start)
      throw new Refused(
        `It adds up days: a record is of ${one.date_start} to ${one.date_stop}, so nothing can be said of one of them. Ask for time_increment=1.`,
      );
    const account = !feed.startsWith('advertising/')
      ? undefined
      : (one.account_id ?? one.customer?.id ?? one.metrics?.advertiser_id ?? one.dimensions?.advertiser_id);
    if (account !== undefined) accounts.add(account);
    const currency = one.account_currency ?? one.customer?.currencyCode ?? one.metrics?.currency ?? one.currency;
    const amount = amountOf(one);
    if (amount < 0n) below++;
    else if (currency !== undefined) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  }
  const what = feed.startsWith('advertising/') ? 'spend' : feed === 'crm/orders' ? 'total' : undefined;
  const totals: Total[] = [
    { what: 'records', imported: String(records) },
    ...(what === undefined
      ? []
      : [...sums].map(([currency, sum]) => ({ what, imported: `${fromMicros(sum)} ${currency}` }))),
  ];
  const notes =
    below === 0
      ? []
      : [
          `${below} ${below === 1 ? 'record has' : 'records have'} an amount of less than nothing: they are going to be refused, and are not in the sum.`,
        ];
  return {
    account: [...accounts].join(', ') || undefined,
    currencies: [...sums.keys()],
    days: days.range,
    ...(feed === 'crm/orders' && { offsets: offsets.all }),
    totals,
    notes,
  };
}

function wordsOf(
  feed: Table,
  { reason, found }: { readonly reason: string; readonly found?: string | undefined },
): string {
  const { rule, subject } = partsOf(reason);
  return inWords(rule, { field: subject, isSheet: false, found, prefix: feed.prefix, headings: [] });
}

/** Copies the lines of a file but those of these numbers. */
async function copyWithout(path: string, target: string, left: ReadonlySet<number>): Promise<void> {
  const file = await open(target, 'w');
  let row = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(path) }))
      if (!left.has(++row)) await file.write(`${line}\n`);
  } finally {
    await file.close();
  }
}

/**
 * Reads a file with the very reader of the transform, so that what can be told of it before is what will be read.
 * `landed`: the file itself, or what is left of it where orders are left out.
 * @throws Refused
 */
export async function convertNative(
  path: string,
  native: Native,
  target: string,
  options: ImportOptions = {},
): Promise<Converted & { readonly records: number; readonly landed: string }> {
  const feed = [...loadCatalog().values()].find(({ prefix }) => prefix === `raw/${native.feed}/`);
  if (!feed) throw new Error(`No feed has the prefix raw/${native.feed}/.`);
  const { records, problems, pages } = await unpack(path, feed, target, undefined);
  const fatal = problems.find(
    ({ reason }) => /:(?:object|document)$/.test(reason) && !reason.startsWith('missing_page'),
  );
  if (fatal) throw new Refused(wordsOf(feed, fatal));
  if (pages?.isFollowed === true || pages?.isFirst === false)
    throw new Refused(
      'It is one page of a report that has others. Put all of them into one file, in their order (cat page1.json page2.json > report.json), and import that.',
    );
  const leftOut = new LeftOuts();
  const incomplete = new IncompleteOrders(options.acceptIncomplete === true, leftOut);
  const ofNothing = new OrdersOfNothing();
  const lost = new Set<number>();
  const sums = await summed(target, native, (value, row) => {
    if (native.feed !== 'crm/orders') return false;
    if (incomplete.read([{ row }], () => isWhole(value, row)) === undefined) lost.add(row);
    else ofNothing.look(value);
    return lost.has(row);
  });
  const landed = lost.size === 0 ? path : `${target}.kept`;
  if (lost.size > 0) await copyWithout(target, landed, lost);
  return {
    ...sums,
    rows: records + problems.length,
    records: records - lost.size,
    landed,
    leftOut: leftOut.all,
    notes: [
      ...incomplete.notes,
      ...ofNothing.notes,
      ...problems.map((problem) => wordsOf(feed, problem)),
      ...sums.notes,
    ],
    timeZone: undefined,
  };
}
