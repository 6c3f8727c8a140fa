import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { engineOfTests } from '../../test/engine-of-tests.ts';
import { parquetReadObjects } from 'hyparquet';
import type { KnownResponse } from '../attribute/response/known-response.ts';
import { relationOf, athenaSql } from '../model/relations.ts';
import type { Session } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import type { Relation } from '../shared/ports/warehouse.ts';
import { loadCatalog, type Catalog } from '../shared/schema/catalog.ts';
import { parseTable } from '../shared/schema/table-document.ts';
import type { CheckResultsRow } from '../shared/schema/rows.generated.ts';
import { manifestKey, publicationPrefix } from '../shared/schema/site-keys.ts';
import { defaultProfile } from '../shared/shop/profile.ts';
import type { NamedSlice, Standings } from '../shared/slices/ledger-rows.ts';
import { duckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { publishedColumns, publishedText, publishedViews } from './inputs.ts';
import type { Manifest } from './manifest-schema.ts';
import { readManifest } from './manifest.ts';
import { publish, type Publication } from './publish.ts';
import { fittedColumns } from './response-marts.ts';

const house = loadCatalog();

/** One view of the house, and nothing else that is published: what is computed is the views' own tests' to judge. */
const catalog: Catalog = new Map(
  [...house].filter(
    ([name, { publish: use }]) => use === undefined || ['rejects_daily', 'builds_daily'].includes(name),
  ),
);

let folder: string;
let session: Session;
engineOfTests('publish', (made) => ({ session, folder } = made));

/** What is in the lake, for these tests. */
interface State {
  /** Rejects: day and reasons. */
  readonly rejects: readonly (readonly [day: string, ...reasons: string[]])[];
  readonly slices?: readonly Partial<NamedSlice>[];
  readonly checks?: readonly Partial<CheckResultsRow>[];
}

const checkOf = (one: Partial<CheckResultsRow>): CheckResultsRow => ({
  run_id: 'run',
  check_name: 'orders.order_id:required',
  table_name: 'orders',
  severity: 'error',
  failures: 0,
  checked: 10,
  checked_at: new Date(),
  ...one,
});
const sliceOf = (one: Partial<NamedSlice>): NamedSlice => ({
  table: 'orders',
  day: '2025-03-01',
  bytes: 1,
  etag: 'e',
  rejected: 0,
  ...one,
});

/** Two channels of which something is known, and one of which nothing. */
const response: KnownResponse = {
  days: { from: '2025-01-01', to: '2025-03-01', count: 60 },
  channels: [
    {
      channel: 'Paid Search',
      today: 50,
      reference: 40,
      learnt: 0.5,
      basis: 'prior',
      curves: [
        { margin: 100.5, halfSaturation: 1 },
        { margin: 120, halfSaturation: 0.5 },
      ],
    },
    {
      channel: 'Display',
      today: 20,
      reference: 20,
      learnt: 0,
      basis: 'prior',
      curves: [],
      refusal: { kind: 'alike', channel: 'Paid Search', value: 0.97 },
    },
  ],
};

let lake: Lake;
let asked: number;
beforeEach(() => {
  lake = memoryLake();
  asked = 0;
});

async function relations({ rejects }: State): Promise<Relation[]> {
  const path = join(folder, 'rejects.json');
  await writeFile(path, JSON.stringify(rejects.map(([dt, ...reasons]) => ({ dt, reasons }))));
  const table = house.get('rejects');
  if (table === undefined) throw new Error('There are no rejects.');
  if (rejects.length > 0)
    await session.run(
      `COPY (SELECT 'orders' AS table_name, 'raw_crm_orders' AS feed, 'raw/x' AS object, CAST(1 AS BIGINT) AS line, reasons AS messages, reasons, CAST(dt AS DATE) AS dt
        FROM read_json('${path}', columns = { dt: 'DATE', reasons: 'VARCHAR[]' })) TO '${join(folder, 'rejects.parquet')}' (FORMAT parquet)`,
    );
  return [...catalog.values()]
    .filter(({ zone }) => zone !== 'raw')
    .map((one) =>
      one.isView
        ? { name: one.name, kind: 'view', sql: athenaSql(one.name) }
        : relationOf(one, one.name === 'rejects' && rejects.length > 0 ? ['rejects.parquet'] : []),
    );
}

async function published(state: State, to: Lake = lake, removesOld = true): Promise<Publication> {
  const standings: Standings = { slices: (state.slices ?? [{}]).map(sliceOf), keys: [], damaged: [] };
  return publish({
    lake: to,
    catalog,
    session,
    scratch: join(folder, 'scratch'),
    standings,
    checks: (state.checks ?? [{}]).map(checkOf),
    profile: defaultProfile,
    removesOld,
    responseOf: async () => response,
    knownDaysOf: async () => ({
      seen: { first: '2025-02-28', last: '2025-03-01', whole: '2025-02-28' },
      spendFrom: '2025-03-01',
      unknownSpend: ['Display'],
      spendBegins: [],
      spendEnds: [],
    }),
    withWarehouse: async (work) => {
      asked++;
      const warehouse = await duckdbWarehouse({
        relations: await relations(state),
        resolve: (key) => join(folder, key),
        threads: 1,
      });
      try {
        return await work(warehouse);
      } finally {
        await warehouse.close();
      }
    },
  });
}

async function keysOf(of: Lake): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of of.keys('')) keys.push(key);
  return keys;
}
/** All that stands, byte for byte. */
async function bytesOf(of: Lake): Promise<[string, string][]> {
  const all: [string, string][] = [];
  for (const key of await keysOf(of)) all.push([key, (await of.get(key)).toString('base64')]);
  return all;
}
/** A mart as a browser reads it: with hyparquet alone, which knows no other compression than SNAPPY by itself. */
async function rowsOf(of: Lake, manifest: Manifest | undefined, mart: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (const { name } of manifest?.marts[mart]?.files ?? []) {
    const file = Uint8Array.from(await of.get(`${publicationPrefix}${name}`)).buffer;
    rows.push(...(await parquetReadObjects({ file })));
  }
  return rows;
}

const two: State = {
  rejects: [
    ['2025-02-28', 'required:order_id'],
    ['2025-03-01', 'required:order_id', 'type:total_price'],
    ['2025-03-01', 'required:order_id'],
  ],
};

describe('a publication', () => {
  test('has a file a month, which a browser reads without help, and a manifest that says what is in them', async () => {
    expect(await published(two)).toMatchObject({ state: 'published', files: 4, filesWritten: 4 });
    const manifest = await readManifest(lake);
    expect(manifest).toMatchObject({
      version: 2,
      data_from: '2025-02-28',
      data_to: '2025-03-01',
      data_whole_to: '2025-02-28',
      unknown_spend: ['Display'],
      shop: { currency: 'EUR', attribution_model: 'last_non_direct', lookback_days: 30 },
      checks: { made: 1, warnings: [] },
      tables: { orders: { first: '2025-03-01', last: '2025-03-01', slices: 1 } },
      marts: {
        rejects_daily: {
          use: 'detail',
          rows: 3,
          files: [
            { month: '2025-02', rows: 1 },
            { month: '2025-03', rows: 2 },
          ],
        },
        builds_daily: { rows: 0, files: [] },
      },
    });
    expect(await rowsOf(lake, manifest, 'rejects_daily')).toEqual([
      {
        day: new Date('2025-02-28'),
        table_name: 'orders',
        feed: 'raw_crm_orders',
        reason: 'required:order_id',
        records: 1n,
      },
      {
        day: new Date('2025-03-01'),
        table_name: 'orders',
        feed: 'raw_crm_orders',
        reason: 'required:order_id',
        records: 2n,
      },
      {
        day: new Date('2025-03-01'),
        table_name: 'orders',
        feed: 'raw_crm_orders',
        reason: 'type:total_price',
        records: 1n,
      },
    ]);
  });

  test('has what the spend of each channel brings, draw by draw, and why nothing can be said of one', async () => {
    await published(two);
    const manifest = await readManifest(lake);
    expect(await rowsOf(lake, manifest, 'channel_response')).toEqual([
      expect.objectContaining({
        channel: 'Display',
        today_eur: 20,
        refusal: 'alike',
        refusal_value: 0.97,
        refusal_channel: 'Paid Search',
      }),
      {
        channel: 'Paid Search',
        first_day: new Date('2025-01-01'),
        last_day: new Date('2025-03-01'),
        days: 60,
        today_eur: 50,
        reference_eur: 40,
        learnt: 0.5,
        basis: 'prior',
        refusal: null,
        refusal_value: null,
        refusal_channel: null,
      },
    ]);
    expect(await rowsOf(lake, manifest, 'response_draws')).toEqual([
      { channel: 'Paid Search', draw: 0, margin_eur: 100.5, half_saturation: 1 },
      { channel: 'Paid Search', draw: 1, margin_eur: 120, half_saturation: 0.5 },
    ]);
  });

  test('is the same byte for byte wherever it is made, and is not made again', async () => {
    await published(two);
    const other = memoryLake();
    await published(two, other);
    expect(await bytesOf(other)).toEqual(await bytesOf(lake));
    asked = 0;
    const before = await bytesOf(lake);
    // The checks of another run that found the same are no news.
    expect(await published({ ...two, checks: [{ run_id: 'another', checked_at: new Date(0) }] })).toMatchObject({
      state: 'unchanged',
      filesWritten: 0,
    });
    expect([asked, await bytesOf(lake)]).toEqual([0, before]);
  });

  test.each<[string, State]>([
    ['a slice', { ...two, slices: [{ etag: 'another' }] }],
    ['a warning', { ...two, checks: [{ severity: 'warning', failures: 1 }] }],
    ['what land refused', two],
  ])(
    'is made anew where %s is another; what has not changed keeps its name and is not written again',
    async (what, state) => {
      await published(two);
      const before = (await keysOf(lake)).filter((key) => key !== manifestKey);
      if (what === 'what land refused') await lake.put('ops/rejects/dt=2025-03-01/land-1.parquet', 'x');
      expect(await published(state)).toMatchObject({ state: 'published', filesWritten: 0 });
      expect(await keysOf(lake)).toEqual(expect.arrayContaining(before));
    },
  );

  test('lost a file: it is written again', async () => {
    await published(two);
    const [file] = Object.values((await readManifest(lake))?.marts ?? {}).flatMap(({ files }) => files);
    await lake.delete(`${publicationPrefix}${file?.name}`);
    expect(await published(two)).toMatchObject({ state: 'published', filesWritten: 1 });
  });

  test('of which a file or the manifest has one other bit is made anew, with the bytes of before', async () => {
    await published(two);
    const before = await bytesOf(lake);
    for (const [key] of before) {
      const bytes = Buffer.from(await lake.get(key));
      const place = Math.trunc(bytes.length / 2);
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      const metadata = (await lake.head(key))?.metadata ?? {};
      await lake.put(key, bytes, { metadata });
      expect(await published(two)).toMatchObject({ state: 'published' });
      expect(await bytesOf(lake)).toEqual(before);
    }
  });

  test('of a manifest that is damaged, or of another release, is made anew', async () => {
    await published(two);
    const whole = await lake.get(manifestKey);
    for (const text of ['{"version":1', '{"version":0}', '']) {
      await lake.put(manifestKey, text);
      expect((await published(two)).state).toBe('published');
      expect(await lake.get(manifestKey)).toEqual(whole);
    }
  });
});

describe('a check that failed', () => {
  const failed: State = {
    rejects: [['2025-05-05', 'new:figure']],
    checks: [{ failures: 2 }, { check_name: 'b', failures: 1, severity: 'warning' }],
  };

  test('publishes nothing: what stood before stays, byte for byte', async () => {
    await published(two);
    const before = await bytesOf(lake);
    asked = 0;
    expect(await published(failed)).toMatchObject({ state: 'withheld', failedChecks: 1, filesWritten: 0, files: 4 });
    expect([asked, await bytesOf(lake)]).toEqual([0, before]);
  });

  test('keeps a first publication from being made', async () => {
    expect(await published(failed)).toMatchObject({ state: 'withheld', files: 0 });
    expect(await keysOf(lake)).toEqual([]);
  });

  test('that only warns is told in the manifest', async () => {
    await published({ ...two, checks: [{ severity: 'warning', failures: 3 }] });
    expect((await readManifest(lake))?.checks).toEqual({
      made: 1,
      warnings: [{ name: 'orders.order_id:required', table: 'orders', failures: 3, checked: 10 }],
    });
  });
});

describe('a reader meanwhile', () => {
  const next: State = { rejects: [['2025-03-01', 'required:customer_id']], slices: [{ etag: 'next' }] };
  const third: State = { rejects: [['2025-03-01', 'type:currency']], slices: [{ etag: 'third' }] };

  test('never has a manifest of which a file is missing, wherever the publication is cut short', async () => {
    for (let after = 0; ; after++) {
      const broken = memoryLake();
      await published(two, broken);
      let left = after;
      const cut: Lake = {
        ...broken,
        put: (...given) => (left-- > 0 ? broken.put(...given) : Promise.reject(new Error('cut short'))),
        delete: (...given) => (left-- > 0 ? broken.delete(...given) : Promise.reject(new Error('cut short'))),
      };
      const isWhole = await published(next, cut).then(
        () => true,
        () => false,
      );
      const manifest = await readManifest(broken);
      const rows = await rowsOf(broken, manifest, 'rejects_daily');
      expect(rows.map(({ reason }) => reason)).toEqual(
        manifest?.tables['orders'] !== undefined && rows.length === 1
          ? ['required:customer_id']
          : ['required:order_id', 'required:order_id', 'type:total_price'],
      );
      // The next run makes it whole.
      await published(next, broken);
      expect((await rowsOf(broken, await readManifest(broken), 'rejects_daily')).map(({ reason }) => reason)).toEqual([
        'required:customer_id',
      ]);
      if (isWhole) return;
    }
  });

  test('who has the manifest from before finds its files; older ones are gone', async () => {
    await published(two);
    const first = await keysOf(lake);
    const old = await readManifest(lake);
    await published(next);
    expect(await rowsOf(lake, old, 'rejects_daily')).toHaveLength(3);
    await published(third);
    // What the spend brings has not changed.
    const kept = (key: string) => first.includes(key) && !/response/.test(key);
    expect((await keysOf(lake)).filter(kept)).toEqual([manifestKey]);
  });

  test('on AWS, where nothing but erasure deletes, all files stay', async () => {
    await published(two, lake, false);
    const first = await keysOf(lake);
    await published(next, lake, false);
    await published(third, lake, false);
    expect(await keysOf(lake)).toEqual(expect.arrayContaining(first));
  });
});

describe('what the house publishes', () => {
  const views = publishedViews(house);

  test('is sorted by all that tells two rows apart, and is of days or small', () => {
    expect(views.map(({ name }) => name)).toContain('channel_returns_daily');
    for (const view of views) {
      expect([view.name, view.isView, view.sort.length > 0]).toEqual([view.name, true, true]);
      expect(publishedColumns(view).map(({ name }) => name)).toEqual(expect.arrayContaining([...view.sort]));
    }
  });

  test('names no person: no column is personal, and the ids are those of ads, campaigns, products and influencers', () => {
    const columns = views.flatMap((view) => publishedColumns(view).map((column) => ({ view: view.name, ...column })));
    expect(columns.filter(({ pii }) => pii !== undefined)).toEqual([]);
    expect(
      [
        ...new Set(columns.map(({ name }) => name).filter((name) => /_id$|_number$|hash|email|name$/.test(name))),
      ].toSorted(),
    ).toEqual(['ad_group_id', 'ad_id', 'campaign_id', 'influencer_id', 'other_product_id', 'product_id', 'table_name']);
  });

  test('has no cost, visit or click in a table that has a row a model', () => {
    // `roi_incremental` has one model a channel, so its costs stand there once.
    const perModel = views.filter(
      ({ name, columns }) => name !== 'roi_incremental' && columns.some((one) => one.name === 'attribution_model'),
    );
    expect(perModel.map(({ name }) => name)).toEqual([
      'channel_returns_daily',
      'returns_daily',
      'returns_other_lookbacks_daily',
    ]);
    expect(
      perModel.flatMap(({ columns }) =>
        columns.filter(({ name }) => /spend|booked|session|click|impression|cost/.test(name)),
      ),
    ).toEqual([]);
  });

  test('is made anew by a release in which a mart that is fitted has other columns, as it is for a view', () => {
    expect(publishedText(house, '')).toContain(JSON.stringify(fittedColumns));
  });

  test('is a view: a table is not published as it is', () => {
    const table = (type: string) =>
      parseTable(
        'marts',
        JSON.stringify({
          Name: 'a',
          Description: '',
          TableType: type,
          Parameters: { 'sillage.publish': 'detail' },
          StorageDescriptor: { Columns: [{ Name: 'a', Type: 'int' }] },
        }),
      );
    expect(table('VIRTUAL_VIEW').publish).toBe('detail');
    expect(() => table('EXTERNAL_TABLE')).toThrow('a is a table: only a view is published');
  });
});
