import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { catalog, smallLake } from '../../test/small-lake.ts';
import {
  googleAd,
  googleCampaign,
  googlePage,
  metaAd,
  metaPage,
  tiktokAd,
  tiktokPage,
  type Fields,
} from './ad-reports.samples.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-ad-properties-test') });
});
afterAll(() => engine.close());

interface Line {
  readonly campaign: number;
  /** None: the row is of the whole campaign. */
  readonly ad: number | undefined;
  /** Value of the report's breakdown. */
  readonly value: number;
  readonly cents: number;
}

interface Pull {
  readonly platform: 'google_ads' | 'meta_ads' | 'tiktok_ads';
  readonly account: number;
  readonly day: string;
  readonly lines: readonly Line[];
  /**
   * Of the platform's dimensions, by its place: the first three add up, one that the answer does not show too, the last
   * is refused.
   */
  readonly breakdown: number;
  /** Rows a page. */
  readonly page: number;
  readonly layout: 'list' | 'lines' | 'files';
}

const breakdowns = {
  google_ads: ['device', 'adNetworkType', 'hour', undefined, 'conversionAction'],
  meta_ads: ['publisher_platform', 'age', 'country', undefined, 'product_id'],
  tiktok_ads: ['country_code', 'gender', 'platform', undefined, 'interest_category'],
} as const;
const isRefused = ({ breakdown }: Pull) => breakdown === 4;

function row({ platform, account, day, breakdown }: Pull, { campaign, ad, value, cents }: Line): Fields {
  const name = breakdowns[platform][breakdown];
  const of: Fields = name === undefined ? {} : { [name]: `v${value}` };
  const [id, eur] = [`${account}${campaign}`, cents / 100];
  if (platform === 'google_ads') {
    const over = { customer: { id: String(account), currencyCode: 'EUR' }, segments: { ...of, date: day } };
    return ad === undefined ? googleCampaign(id, eur, over) : googleAd(id, String(ad), eur, over);
  }
  if (platform === 'meta_ads')
    return {
      ...metaAd(id, String(ad), eur, { account_id: String(account), date_start: day, date_stop: day, ...of }),
      ...(ad === undefined && { ad_id: undefined, adset_id: undefined }),
    };
  return tiktokAd(id, String(ad), eur, {
    advertiser_id: String(account),
    ...(ad === undefined && { adgroup_id: undefined }),
    dimensions: { ...of, stat_time_day: day, ...(ad === undefined && { ad_id: undefined }) },
  });
}

/** The files of a pull, by the end of their names. */
function files(pull: Pull): [string, string][] {
  const rows = pull.lines.map((line) => row(pull, line));
  const of = Math.max(Math.ceil(rows.length / pull.page), 1);
  const pages = Array.from({ length: of }, (_, n): Fields => {
    const part = rows.slice(n * pull.page, (n + 1) * pull.page);
    if (pull.platform === 'tiktok_ads') return tiktokPage(part, n + 1, of);
    if (pull.platform === 'google_ads') return googlePage(part, n + 1 < of ? { nextPageToken: `t${n}` } : {});
    return metaPage(part, { ...(n + 1 < of && { next: 'n' }), ...(n > 0 && { previous: 'p' }) });
  });
  if (pull.layout === 'list') return [['', JSON.stringify(pages)]];
  if (pull.layout === 'lines') return [['', pages.map((page) => JSON.stringify(page)).join('\n')]];
  return pages.map((page, n) => [`-page${n}`, JSON.stringify(page)]);
}

const key = ({ platform, day }: Pull, n: number, end: string) =>
  `raw/advertising/${platform}/dt=${day}/pulled-${String(n).padStart(2, '0')}${end}.json`;

/**
 * What a person would work out: the newest report of ads and the newest of campaigns, and each campaign from the first
 * that has it.
 */
function expected(pulls: readonly Pull[]): Map<string, number> {
  const sums = new Map<string, number>();
  const groups = new Map<string, Pull[]>();
  for (const pull of pulls) {
    const name = `${pull.platform} ${pull.account} ${pull.day}`;
    groups.set(name, [...(groups.get(name) ?? []), pull]);
  }
  for (const [name, of] of groups) {
    const good = of.filter((pull) => !isRefused(pull) && pull.lines.length > 0);
    const newest = [
      good.findLast(({ lines }) => lines[0]?.ad !== undefined),
      good.findLast(({ lines }) => lines[0]?.ad === undefined),
    ].flatMap((pull) => pull ?? []);
    const told = new Set<number>();
    let cents = 0;
    for (const { lines } of newest) {
      cents += lines.filter(({ campaign }) => !told.has(campaign)).reduce((sum, line) => sum + line.cents, 0);
      for (const { campaign } of lines) told.add(campaign);
    }
    if (newest.length > 0) sums.set(name, cents);
  }
  return sums;
}

function counts(names: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of names) found[name] = (found[name] ?? 0) + 1;
  return found;
}

const days = ['2025-03-10', '2025-03-11'];
const line = fc.record({
  campaign: fc.integer({ min: 1, max: 3 }),
  ad: fc.integer({ min: 1, max: 3 }),
  value: fc.integer({ min: 1, max: 3 }),
  cents: fc.integer({ min: 0, max: 999_999 }),
});
const pull: fc.Arbitrary<Pull> = fc
  .record({
    platform: fc.constantFrom('google_ads' as const, 'meta_ads' as const, 'tiktok_ads' as const),
    account: fc.integer({ min: 1, max: 2 }),
    day: fc.constantFrom(...days),
    level: fc.constantFrom('ad', 'ad', 'campaign'),
    breakdown: fc.integer({ min: 0, max: 4 }),
    page: fc.integer({ min: 1, max: 4 }),
    layout: fc.constantFrom('list' as const, 'lines' as const, 'files' as const),
    // A report has one row for each of its ads and values; a page that repeats another is another case.
    lines: fc.uniqueArray(line, { maxLength: 6, selector: ({ campaign, ad, value }) => `${campaign} ${ad} ${value}` }),
  })
  .map(({ level, lines, ...one }) => ({
    ...one,
    lines:
      level === 'ad'
        ? lines
        : [
            ...new Map(
              lines.map((each): [string, Line] => [`${each.campaign} ${each.value}`, { ...each, ad: undefined }]),
            ).values(),
          ],
  }))
  .filter(({ platform, breakdown, layout, lines }) => {
    // Two rows that nothing tells apart look like a page that stands twice, if they have the same figures, and like two
    // pulls on Google's pages in files.
    const shown = new Set(
      lines.map(
        ({ campaign, ad, cents }) =>
          `${campaign} ${ad ?? ''} ${platform === 'google_ads' && layout === 'files' ? '' : cents}`,
      ),
    );
    return breakdown !== 3 || shown.size === lines.length;
  });

test(
  'whatever the reports, their pages and the order in which they come, each account’s spend of a ' +
    'day is its newest report’s own sum, or the report is refused by name',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pull, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 10_006 }),
        async (pulls, isStepwise, stride) => {
          const small = await smallLake(engine);
          try {
            const objects = pulls.flatMap((one, n) =>
              files(one).map(([end, text]) => ({ key: key(one, n, end), text })),
            );
            const inOrder = objects
              .map((one, n) => ({ ...one, place: ((n + 1) * stride) % 10_007 }))
              .toSorted((a, b) => a.place - b.place);
            for (const { key: name, text } of inOrder) {
              await small.drop(name, text);
              if (isStepwise && objects.length < 6) await small.transform('ad_spend');
            }
            await small.transform('ad_spend');
            const sums = new Map<string, number>();
            for (const found of await small.rows('ad_spend')) {
              const name = `${String(found['platform'])} ${String(found['account_id'])} ${String(found['dt'])}`;
              sums.set(name, (sums.get(name) ?? 0) + Math.round(Number(found['spend_eur']) * 100));
            }
            expect(Object.fromEntries(sums)).toEqual(Object.fromEntries(expected(pulls)));
            const refused = pulls.flatMap((one) =>
              isRefused(one) ? one.lines.map(() => breakdowns[one.platform][4]) : [],
            );
            const reasons = (await small.rejects('ad_spend')).flatMap((reject) => reject.reasons);
            expect(counts(reasons.map((reason) => String(reason).split(/[:.]/).at(-1) ?? ''))).toEqual(counts(refused));
            const keys = (await small.rows('ad_spend')).map((found) =>
              JSON.stringify([...tableNamed(catalog, 'ad_spend').primaryKey, 'dt'].map((name) => found[name])),
            );
            expect(new Set(keys).size).toBe(keys.length);
            // However it came to be, a slice is made of its inputs alone.
            const before = await small.etags('ad_spend');
            await small.lake.delete('ops/routes/ad_spend.json');
            for (const name of before.keys()) await small.lake.delete(`curated/ad_spend/dt=${name}/ad_spend.parquet`);
            await small.transform('ad_spend');
            expect(await small.etags('ad_spend')).toEqual(before);
          } finally {
            await small.dispose();
          }
        },
      ),
      { numRuns: 12, seed: 20250310, endOnFailure: true },
    );
  },
);
