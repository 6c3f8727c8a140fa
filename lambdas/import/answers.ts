import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { loadCatalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { inWords, partsOf } from '../shared/schema/reject-rules.ts';
import { unpack } from '../transform/unpack.ts';
import { summed } from './answer-sums.ts';
import { around, type AnswerFeed, type LineFeed } from './documents.ts';
import { fullPageNotes, shopifyRest } from './full-pages.ts';
import { jsonRecords } from './json-lines.ts';
import type { JsonShape } from './json-shape.ts';
import { jsonShapes } from './json-shapes.ts';
import { whyNoOrders } from './no-orders.ts';
import { Refused } from './refused.ts';
import { LeftOuts, type Converted, type ImportContext, type ImportOptions } from './shape.ts';
import { IncompleteOrders } from './shapes/incomplete-orders.ts';
import { zoneRemarks } from './shapes/stated-remarks.ts';
import { isWhole, OpenAlone, OrdersNotTaken } from './shapes/json-orders.ts';
import { whyUnanswered } from './unanswered.ts';
import { orderFields, UnaskedFields } from './unasked-fields.ts';
import { UnaskedFigures } from './unasked-figures.ts';

/** A file that is what a platform's own interface answers: it is landed as it is. */
export interface Native {
  readonly name: string;
  readonly source: string;
  readonly report: string;
  readonly feed: AnswerFeed | LineFeed;
  /** It is the records of this feed without the answer around them, a line each or in a list. */
  readonly bare?: AnswerFeed;
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
    name: 'google-ads-jsonl',
    source: 'Google Ads',
    report: 'SearchStream or Search, its rows alone',
    feed: 'advertising/google_ads',
    bare: 'advertising/google_ads',
    marks: [/"metrics"\s*:\s*\{[^{}]*"costMicros"/, /"segments"\s*:/],
  },
  {
    name: 'meta-ads-jsonl',
    source: 'Meta',
    report: 'Insights API, its rows alone',
    feed: 'advertising/meta_ads',
    bare: 'advertising/meta_ads',
    marks: [/"date_start"/, /"date_stop"/, /"spend"/],
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
  const other = whyNoOrders(head);
  if (other !== undefined) throw new Refused(other);
  const shape = jsonShapes.find(({ name, marks }) =>
    forced === undefined ? marks.every((mark) => mark.test(head)) : name === forced,
  );
  if (shape) return shape;
  const native = natives.find(({ name, marks }) =>
    forced === undefined ? marks.every((mark) => mark.test(head)) : name === forced,
  );
  if (native) return native;
  const unanswered = whyUnanswered(head);
  if (unanswered !== undefined) throw new Refused(unanswered);
  throw new Refused(
    'Its JSON is of nothing that is known. Known are ' +
      `${[...natives, ...jsonShapes].map(({ source, report }) => `${source}: ${report}`).join('; ')}.`,
  );
}

function wordsOf(
  feed: Table,
  { reason, found }: { readonly reason: string; readonly found?: string | undefined },
): string {
  const { rule, subject } = partsOf(reason);
  return inWords(rule, { field: subject, isSheet: false, found, prefix: feed.prefix, headings: [] });
}

/** Of a bare record of Meta, what tells it from others: ids, days and what the report is broken down by. */
const ofKey =
  /_id$|^date_|^(?:age|gender|country|region|dma|comscore_market|publisher_platform|platform_position|device_platform|impression_device|hourly_\w+|user_segment_key|frequency_value|\w+_asset)$/;
const keyOf = (record: Readonly<Record<string, unknown>>) =>
  JSON.stringify(
    Object.entries(record)
      .filter(([name]) => ('metrics' in record ? name !== 'metrics' : ofKey.test(name)))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

/**
 * Writes bare records as the platform answers with them.
 * @throws Refused where a part of the file is no JSON, or tells once more what another has told: who appends what each
 * sync told has a day that was corrected several times
 */
export async function answered(path: string, feed: AnswerFeed, target: string): Promise<void> {
  const [begin, end] = around[feed];
  const file = await open(target, 'w');
  try {
    await file.write(begin);
    let parting = '';
    const seen = new Map<string, number>();
    for await (const { row, record } of jsonRecords(path)) {
      const key = keyOf(record);
      const before = seen.get(key);
      if (before !== undefined)
        throw new Refused(
          `Record ${row} tells of the same campaign and day as record ${before}, and both would count: was ` +
            'what each sync told put into one file? Keep the last that tells of each.',
        );
      seen.set(key, row);
      await file.write(`${parting}${JSON.stringify(record)}`);
      parting = ',\n';
    }
    await file.write(end);
  } finally {
    await file.close();
  }
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
  { acceptIncomplete, shop }: Pick<ImportOptions, 'acceptIncomplete'> & { readonly shop?: ImportContext['shop'] } = {},
): Promise<Converted & { readonly records: number; readonly landed: string }> {
  const feed = [...loadCatalog().values()].find(({ prefix }) => prefix === `raw/${native.feed}/`);
  if (!feed) throw new Error(`No feed has the prefix raw/${native.feed}/.`);
  const { records, problems, pages } = await unpack(path, feed, target, undefined);
  const fatal = problems.find(({ reason }) => /:(?:object|document)$/.test(reason));
  if (fatal) throw new Refused(wordsOf(feed, fatal));
  if (pages?.isFollowed === true || pages?.isFirst === false)
    throw new Refused(
      'It is one page of a report that has others. Put all of them into one file, in their order (cat ' +
        'page1.json page2.json > report.json), and import that.',
    );
  const leftOut = new LeftOuts();
  const incomplete = new IncompleteOrders(acceptIncomplete === true, leftOut);
  const notTaken = new OrdersNotTaken();
  const openAlone = new OpenAlone();
  const unasked = new UnaskedFields(orderFields.rest, 'Ask for orders.json without “fields”.');
  const figures = new UnaskedFigures(native.feed);
  const lost = new Set<number>();
  const { zones, ...sums } = await summed(target, native, (value, row) => {
    if (native.feed !== 'crm/orders') {
      figures.look(value);
      return false;
    }
    if (incomplete.read([{ row }], () => isWhole(value, row)) === undefined) lost.add(row);
    else {
      notTaken.look(value);
      unasked.look(value);
      openAlone.look(value);
    }
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
      ...notTaken.notes,
      ...(native.feed === 'crm/orders' && records > 0 ? unasked.notes : []),
      ...openAlone.notes,
      ...figures.notes,
      ...(native.source === 'Shopify' ? fullPageNotes(records, shopifyRest) : []),
      ...(shop === undefined ? [] : zoneRemarks(zones, shop.timeZone)),
      ...problems.map((problem) => wordsOf(feed, problem)),
      ...sums.notes,
    ],
    timeZone: undefined,
  };
}
