/** Puts a day's lanes together into the objects that need all of them, and adds the feeds that have no lanes. */
import { searchStreams } from './advertising/google.ts';
import { insights } from './advertising/meta.ts';
import { figuresOf, reportKey } from './advertising/report.ts';
import { mergeTallies } from './advertising/tally.ts';
import type { Tally } from './advertising/tally.ts';
import { integratedReport } from './advertising/tiktok.ts';
import { customerResource, migratedAt } from './crm/customers.ts';
import { productResource } from './crm/products.ts';
import type { Post } from './influencers/casting.ts';
import { dealsSheet, postsSheet, rosterSheet } from './influencers/sheets.ts';
import { dayMs, isTargetDay, isoDay, lastTargetDay } from './market/calendar.ts';
import type { DayIndex } from './market/calendar.ts';
import { allProducts, changedOn } from './market/catalogue.ts';
import type { Market } from './market/market.ts';
import { mergeTruth, truthDocument } from './market/truth.ts';
import { pulledAfterDays } from './people/scan.ts';
import { eurofxref, fxRate } from './reference/fx.ts';
import { compress, webKey } from './render-lane.ts';
import type { LanePart, RawObject, Resource, Source } from './render-lane.ts';
import { dirtKinds, noDirt } from './web/dirt.ts';
import type { DirtCounts } from './web/dirt.ts';

const utf8 = new TextEncoder();

function plainObject(key: string, text: string, rows: number): RawObject {
  return { key, body: utf8.encode(text), rows, singleDay: true };
}

/**
 * An export of the shop: a resource belongs to the day on which it was made, the export is of the day on which it
 * changed.
 */
async function jsonLines(key: string, lines: readonly string[]): Promise<RawObject> {
  return { key, body: await compress(`${lines.join('\n')}\n`), rows: lines.length, singleDay: false };
}

/** Late events from all lanes, one object for each day to which they belong. */
async function strayObjects(day: DayIndex, parts: readonly LanePart[]): Promise<RawObject[]> {
  const strays = parts.flatMap((part) => part.strays);
  const partitions = [...new Set(strays.map((stray) => stray.day))].sort((a, b) => a - b);
  return Promise.all(
    partitions.map(async (partition): Promise<RawObject> => {
      const here = strays.filter((stray) => stray.day === partition);
      const body = await compress(Buffer.concat(here.map(({ bytes }) => bytes)));
      return {
        key: webKey(partition, day, 0),
        body,
        rows: here.reduce((sum, { rows }) => sum + rows, 0),
        singleDay: true,
      };
    }),
  );
}

function dirtDocument(day: DayIndex, parts: readonly LanePart[]): string {
  const byDay = new Map<DayIndex, DirtCounts>();
  for (const { dirt } of parts) {
    for (const part of dirt) {
      const sum = byDay.get(part.day) ?? noDirt();
      for (const kind of dirtKinds) sum[kind] += part.counts[kind];
      byDay.set(part.day, sum);
    }
  }
  const total = noDirt();
  for (const counts of byDay.values()) for (const kind of dirtKinds) total[kind] += counts[kind];
  const partitions = [...byDay]
    .sort(([a], [b]) => a - b)
    .map(([partition, counts]): [string, DirtCounts] => [isoDay(partition), counts]);
  return `${JSON.stringify({ received: isoDay(day), total, by_partition: Object.fromEntries(partitions) }, null, 1)}\n`;
}

function chronological(resources: readonly Resource[]): string[] {
  return [...resources].sort((a, b) => a.updatedAt - b.updatedAt).map(({ line }) => line);
}

/** Shopify's exports of a day; on the opening day also what was there before. */
async function crmObjects(market: Market, day: DayIndex, parts: readonly LanePart[]): Promise<RawObject[]> {
  const { seed } = market.world;
  const key = (feed: string, name: string): string => `raw/crm/${feed}/dt=${isoDay(day)}/${name}.jsonl.gz`;
  const opening = day === market.population.opens;
  const repriced = opening ? [] : allProducts.filter((product) => changedOn(seed, product, day));
  const feeds: [name: string, lines: string[]][] = [
    [key('orders', 'export'), chronological(parts.flatMap(({ orders }) => orders))],
    [key('customers', 'export'), chronological(parts.flatMap(({ customers }) => customers))],
    [
      key('products', 'export'),
      repriced.map((product) => productResource(market, product, day, day * dayMs + 5 * 3_600_000)),
    ],
  ];
  if (opening) {
    const clients = Array.from({ length: market.world.initialCustomers }, (_, index) =>
      customerResource(market, market.population.client(index), []),
    );
    feeds.push(
      [key('customers', 'initial'), clients],
      [
        key('products', 'initial'),
        allProducts.map((product) => productResource(market, product, day, migratedAt(market))),
      ],
    );
  }
  const filled = feeds.filter(([, records]) => records.length > 0);
  return Promise.all(filled.map(([name, records]) => jsonLines(name, records)));
}

function tallyOf(parts: readonly LanePart[], day: DayIndex): Tally {
  return mergeTallies(
    parts.flatMap(({ tallies }) => tallies.filter((each) => each.day === day)),
    day,
  );
}

/** The reports pulled on a day: its own, yesterday's and that of three days ago. */
function advertisingObjects(market: Market, day: DayIndex, parts: readonly LanePart[]): RawObject[] {
  const { seed } = market.world;
  return pulledAfterDays
    .map((age) => day - age)
    .filter((reported) => reported >= market.population.opens)
    .flatMap((reported) => {
      const tally = tallyOf(parts, reported);
      const google = searchStreams(figuresOf(market, 'google', tally, day), reported, day);
      const meta = insights(figuresOf(market, 'meta', tally, day), reported);
      const tiktok = integratedReport(
        figuresOf(market, 'tiktok', tally, day),
        reported,
        day,
        fxRate(seed, 'USD', reported),
      );
      return [
        ...google.map(({ level, text, rows }) =>
          plainObject(reportKey('google_ads', reported, day, level), text, rows),
        ),
        plainObject(reportKey('meta_ads', reported, day), meta.text, meta.rows),
        plainObject(reportKey('tiktok_ads', reported, day), tiktok.text, tiktok.rows),
      ];
    });
}

/** Posts are exported on their day, and once more when their figures have settled. */
const settledAfterDays = 7;

function influencerObjects({ casting, population }: Market, day: DayIndex): RawObject[] {
  const key = (feed: string, about: DayIndex): string =>
    `raw/influencers/${feed}/dt=${isoDay(about)}/export-${isoDay(day)}.csv`;
  const signed = casting.influencers(day).filter(({ signedOn }) => signedOn === day);
  const deals = casting.dealsSignedOn(day);
  const objects: RawObject[] = [];
  if (signed.length > 0) objects.push(plainObject(key('roster', day), rosterSheet(signed), signed.length));
  if (deals.length > 0) objects.push(plainObject(key('deals', day), dealsSheet(deals), deals.length));
  for (const about of [day, day - settledAfterDays]) {
    const posts: Post[] = about < population.opens ? [] : casting.postsOf(about);
    if (posts.length > 0) objects.push(plainObject(key('posts', about), postsSheet(posts, day), posts.length));
  }
  return objects;
}

/** The day's exchange rates; the opening day brings the last ones published before it, when it has none of its own. */
function fxObjects({ world, population }: Market, day: DayIndex): RawObject[] {
  const published = isTargetDay(day) ? day : day === population.opens ? lastTargetDay(day) : undefined;
  return published === undefined
    ? []
    : [
        plainObject(
          `raw/reference/fx_rates/dt=${isoDay(published)}/eurofxref.csv`,
          eurofxref(world.seed, published),
          1,
        ),
      ];
}

/** @param parts all lanes of the day, in any order */
export async function finishDay(
  market: Market,
  sources: readonly Source[],
  day: DayIndex,
  parts: readonly LanePart[],
): Promise<RawObject[]> {
  const lanes = [...parts].sort((a, b) => a.lane - b.lane);
  const truth = [
    plainObject(
      `truth/incremental/dt=${isoDay(day)}/truth.json`,
      truthDocument(
        market,
        day,
        mergeTruth(
          market.world,
          lanes.map((part) => part.truth),
        ),
        tallyOf(lanes, day),
      ),
      1,
    ),
  ];
  if (sources.includes('web'))
    truth.push(plainObject(`truth/dirt/dt=${isoDay(day)}.json`, dirtDocument(day, lanes), 1));
  return [
    ...(sources.includes('web') ? await strayObjects(day, lanes) : []),
    ...(sources.includes('crm') ? await crmObjects(market, day, lanes) : []),
    ...(sources.includes('advertising') ? advertisingObjects(market, day, lanes) : []),
    ...(sources.includes('influencers') ? influencerObjects(market, day) : []),
    ...(sources.some((source) => source !== 'web') ? fxObjects(market, day) : []),
    ...truth,
  ];
}
