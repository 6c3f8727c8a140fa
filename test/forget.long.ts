/**
 * Persons who stand in many places of a lake are erased from it: nothing of them is left, and nothing else is changed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { forget } from '../lambdas/forget/forget.ts';
import type { Request } from '../lambdas/forget/plan.ts';
import {
  openEngine,
  parquetFiles,
  textOf as told,
  type Engine,
  type Json,
  type Session,
} from '../lambdas/shared/duckdb.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { exportFrom, forgetIn } from '../localstack/embedded/run/personal.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { openLogReader } from '../localstack/embedded/stream/log-reader.ts';
import { forgetWorld, pathsOf, type Planted } from './forget-world.ts';
import { copyLake, folder } from './support-sillage.ts';

// No test here is about time: a busy machine fails none.
jest.setTimeout(3_600_000);

/** `npm run test:erasure` takes more of both. */
const days = Number(process.env['SILLAGE_ERASURE_DAYS'] ?? 14);
const persons = Number(process.env['SILLAGE_ERASURE_PERSONS'] ?? 5);
const from = '2025-01-01';
const to = new Date(Date.parse(from) + (days - 1) * 86_400_000).toISOString().slice(0, 10);

const raw = folder('forget-raw');
const lake = folder('forget');
const before = folder('forget-before');
const unbroken = folder('forget-unbroken');
const scratch = folder('forget-killed');
let planted: readonly Planted[] = [];
let engine: Engine;
let session: Session;

const request = (over: Partial<Request>): Request => ({
  emails: [],
  customers: [],
  visitors: [],
  orders: 'keep',
  ...over,
});
/** Some orders go with their buyers. */
const isErased = (_: unknown, n: number) => n % 12 === 3;

/** Each person is asked for in another way, all of them at once. */
function requestsOf(all: readonly Planted[]): Request[] {
  const of = (orders: Request['orders'], isMeant: (one: Planted, n: number) => boolean) => {
    const by = (way: number) => all.filter((one, n) => isMeant(one, n) && n % 3 === way);
    return request({
      orders,
      emails: by(0).map(({ email }) => email),
      customers: by(1).map(({ customer }) => customer),
      visitors: by(2).flatMap(({ visitors }) => visitors.slice(0, 1)),
    });
  };
  return [of('keep', (one, n) => !isErased(one, n)), of('erase', isErased)];
}

const catalog = loadCatalog();

/** A lake of which each write is told, before it is done and after. */
function counting(inner: Lake, onBegin: () => void, onEnd: () => void = () => undefined): Lake {
  const counted = async <T>(write: () => Promise<T>): Promise<T> => {
    onBegin();
    const made = await write();
    onEnd();
    return made;
  };
  return {
    ...inner,
    put: (key, body, options) => counted(() => inner.put(key, body, options)),
    delete: (key, options) => counted(() => inner.delete(key, options)),
  };
}

/** A lake that fails before or after its nth write. */
function failing(inner: Lake, nth: number, isAfter: boolean): Lake {
  let writes = 0;
  const failNow = (isNow: boolean) => {
    if (isNow && writes === nth) throw new Error('killed');
  };
  return counting(
    inner,
    () => {
      writes++;
      failNow(!isAfter);
    },
    () => failNow(isAfter),
  );
}

beforeAll(async () => {
  planted = await forgetWorld(raw, { from, to, eventsADay: 300, persons });
  copyLake(raw, lake);
  await run(lake);
  copyLake(lake, before);
  copyLake(lake, unbroken);
  engine = await openEngine({ threads: 2, memoryMb: 900, spill: join(raw, '.sillage', 'scratch') });
  session = await engine.connect();
});
afterAll(() => {
  session.close();
  engine.close();
});

const parquetUnder = (root: string, prefix: string) =>
  pathsOf(root)
    .filter((path) => path.startsWith(prefix) && path.endsWith('.parquet'))
    .map((path) => join(root, path));

async function rowsOf(root: string, table: string, where = 'true'): Promise<string[]> {
  const paths = parquetUnder(root, `${table}/`);
  if (paths.length === 0) return [];
  const rows = await session.rows(`SELECT * FROM ${parquetFiles(paths, { byName: true })} WHERE ${where}`);
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

/** All that the files of a lake say: unpacked, rows of Parquet as the engine tells them. */
async function textOf(path: string): Promise<string> {
  if (path.endsWith('.parquet') && !path.includes('/ops/damaged/'))
    return JSON.stringify(await session.rows(`SELECT * FROM ${parquetFiles([path])}`));
  const bytes = readFileSync(path);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  const payload = /\/(?:raw\/failed|aws\/lambda)\//.test(path)
    ? JSON.stringify(
        [...text.matchAll(/data\\":\\"([^\\]+)\\"/g)].map(([, data = '']) =>
          Buffer.from(data, 'base64').toString('utf8'),
        ),
      )
    : '';
  return text + payload;
}

/** In which objects each person stands. */
async function placesOf(root: string, all: readonly Planted[]): Promise<string[][]> {
  const wanted = all.map(({ email, phone, customer, visitors, forms }) =>
    [email, customer, ...visitors, ...forms, phone, email.replace('@', String.raw`\u0040`)]
      .filter((one) => one !== '')
      .map((one) => one.toLowerCase()),
  );
  const places = all.map((): string[] => []);
  for (const path of pathsOf(root)) {
    const text = (await textOf(join(root, path))).toLowerCase();
    for (const [n, texts] of wanted.entries()) if (texts.some((one) => text.includes(one))) places[n]?.push(path);
  }
  return places;
}

/** A SQL list. */
const list = (values: readonly string[]) => `(${values.map((one) => `'${one}'`).join(', ')})`;

describe('some persons of a lake', () => {
  beforeAll(async () => {
    const [keep] = requestsOf(planted);
    if (keep === undefined) throw new Error('Nobody is asked for.');
    // Killed in the midst of its work at first.
    const killed = forget({ lake: failing(filesLake(lake), 8, true), catalog, rebuild: async () => undefined }, keep);
    await expect(killed).rejects.toThrow('killed');
    for (const root of [lake, unbroken])
      for (const one of requestsOf(planted)) {
        const certificate = await forgetIn(root, one);
        expect(certificate.records.removed).toBeGreaterThan(0);
        for (const { customer } of planted) expect(JSON.stringify(certificate)).not.toContain(customer);
        expect(certificate.stream).toEqual({ removed: expect.any(Number), masked: 0, stripped: 0 });
      }
  });

  test('stood in many places, and stand in none', async () => {
    for (const places of await placesOf(before, planted)) expect(places.length).toBeGreaterThan(12);
    expect(await placesOf(lake, planted)).toEqual(planted.map(() => []));
  });

  test('every table is the one that an erasure makes which nothing stopped', async () => {
    const tables = [...catalog.values()].filter(({ zone, isView }) => ['curated', 'marts'].includes(zone) && !isView);
    expect(tables.length).toBeGreaterThan(20);
    for (const { prefix } of tables) {
      const [killed, whole] = await Promise.all(
        // Ids of kept orders are random.
        [lake, unbroken].map(async (root) =>
          (await rowsOf(root, prefix.slice(0, -1))).map((row) => row.replaceAll(/\b99\d{12}\b/g, 'random')).toSorted(),
        ),
      );
      expect([prefix, killed]).toEqual([prefix, whole]);
    }
  });

  test('all other rows are as they were', async () => {
    const customers = list(planted.map(({ customer }) => customer));
    const visitors = list(planted.flatMap((one) => one.visitors));
    const erased = planted.filter(isErased).flatMap((one) => one.orders);
    const orders = list(planted.flatMap((one) => one.orders));
    const notTheirs = `coalesce(CAST(customer_id AS VARCHAR) NOT IN ${customers}, true)`;
    const notOf = (visitor: string) => `coalesce(CAST(${visitor} AS VARCHAR) NOT IN ${visitors}, true)`;
    // The events in whose texts a person stood are looked at below.
    const events = `${notTheirs} AND ${notOf('visitor_id')} AND CAST(event_id AS VARCHAR) NOT LIKE 'ffffffff-%'`;
    for (const [table, where] of [
      ['curated/web_events', events],
      ['curated/customers', `${notTheirs} AND customer_id NOT LIKE '99____________'`],
      ['curated/orders', `CAST(order_id AS VARCHAR) NOT IN ${orders}`],
      ['curated/order_items', `CAST(order_id AS VARCHAR) NOT IN ${list(erased)}`.replace('()', "('')")],
      ['curated/refunds', `CAST(order_id AS VARCHAR) NOT IN ${list(erased)}`.replace('()', "('')")],
      ...['products', 'ad_spend', 'influencers', 'influencer_deals', 'influencer_posts', 'fx_rates'].map((one) => [
        `curated/${one}`,
        'true',
      ]),
      ['marts/sessions', `${notOf('visitor_id')} AND visitor_id NOT LIKE 'other-visitor-%'`],
    ] as const) {
      const rows = await rowsOf(lake, table, where);
      expect([table, rows]).toEqual([table, await rowsOf(before, table, where)]);
    }
    const isPlanted = `event_id LIKE 'ffffffff-%' AND ${notOf('visitor_id')}`;
    const masked = (rows: readonly string[]) => rows.map((row) => row.replaceAll(/"page_\w+":(?:"[^"]*"|null)/g, ''));
    expect(masked(await rowsOf(lake, 'curated/web_events', isPlanted))).toEqual(
      masked(await rowsOf(before, 'curated/web_events', isPlanted)),
    );
  });

  test('their orders stay in the books, and tell nobody', async () => {
    const buyers = planted.filter((one, n) => !isErased(one, n));
    const kept = buyers.flatMap((one) => one.orders);
    const columns = [
      'order_number',
      'processed_at',
      'total_price',
      'total_tax',
      'net_revenue',
      'currency',
      'country',
      'is_conversion',
    ];
    const amounts = async (root: string): Promise<Record<string, Json>[]> =>
      session.rows(
        `SELECT order_id, ${columns.join(', ')} FROM ${parquetFiles(parquetUnder(root, 'curated/orders/'), { byName: true })}
         WHERE CAST(order_id AS VARCHAR) IN ${list(kept)} ORDER BY order_id`,
      );
    expect((await amounts(lake)).length).toBeGreaterThan(0);
    expect(await amounts(lake)).toEqual(await amounts(before));
    const known = await rowsOf(
      lake,
      'curated/orders',
      `CAST(order_id AS VARCHAR) IN ${list(kept)} AND email_hash IS NOT NULL`,
    );
    expect(known).toEqual([]);
    // Orders of one buyer are one buyer's, and of two, two's.
    const rows = await session.rows(
      `SELECT CAST(order_id AS VARCHAR) AS id, CAST(customer_id AS VARCHAR) AS customer
       FROM ${parquetFiles(parquetUnder(lake, 'curated/orders/'), { byName: true })} WHERE CAST(order_id AS VARCHAR) IN ${list(kept)}`,
    );
    const buyerOf = new Map(rows.map(({ id, customer }) => [told(id), told(customer)]));
    const found = buyers.map(({ orders }) => [...new Set(orders.map((one) => buyerOf.get(one)))]);
    expect(found.map(({ length }) => length)).toEqual(buyers.map(() => 1));
    expect(new Set(found.flat()).size).toBe(buyers.length);
  });

  test('the ledger balances, every check holds, and a run finds nothing to do', async () => {
    const { steps, checks, strangers, damaged } = await run(lake);
    expect(steps.flatMap(({ built, removed }) => [...built, ...removed])).toEqual([]);
    expect(checks.filter(({ failures, severity }) => failures > 0 && severity === 'error')).toEqual([]);
    expect([strangers, damaged]).toEqual([[], []]);
    const [unbalanced] = await session.rows(
      `SELECT count(*) AS n FROM ${parquetFiles(parquetUnder(lake, 'ops/pipeline_runs/'), { byName: true })} ` +
        'WHERE rows_in <> rows_out + rejected + duplicates',
    );
    expect(Number(unbalanced?.['n'])).toBe(0);
  });

  test('every raw object that others have records in is there', () => {
    for (const path of pathsOf(before).filter((one) => one.startsWith('raw/')))
      expect([path, existsSync(join(lake, path))]).toEqual([path, true]);
  });

  test("the stream has others' records where they were", async () => {
    const read = async (root: string) =>
      (await openLogReader(root, { name: 'web' }).read('shardId-000000000000', undefined, 1000)).records;
    const left = await read(lake);
    const all = await read(before);
    expect(left.map(({ sequenceNumber }) => sequenceNumber)).toEqual([
      all.at(0)?.sequenceNumber,
      all.at(-1)?.sequenceNumber,
    ]);
    expect(Buffer.from(left[0]?.data ?? []).equals(Buffer.from(all[0]?.data ?? []))).toBe(true);
  });

  test('an export of one of them has nothing', async () => {
    const held: unknown[] = [];
    await exportFrom(lake, request({ emails: [planted[0]?.email ?? ''] }), (one) => held.push(one));
    expect(held).toEqual([]);
  });
});

test('an export has the records as they were sent, and what was made of them, and nobody else', async () => {
  const [one] = planted;
  if (one === undefined) throw new Error('Nobody was planted.');
  const held: { table?: string; text: string }[] = [];
  await exportFrom(before, request({ emails: [one.email] }), (found) =>
    held.push({ ...('table' in found && { table: found.table }), text: JSON.stringify(found) }),
  );
  for (const table of [
    'raw_web_events',
    'raw_crm_customers',
    'raw_crm_orders',
    'web_events',
    'customers',
    'orders',
    'sessions',
  ])
    expect(held.filter((found) => found.table === table).length).toBeGreaterThan(0);
  for (const other of planted.slice(1)) expect(held.filter(({ text }) => text.includes(other.customer))).toEqual([]);
});

describe('killed at any moment and run again', () => {
  const erase = (open: Lake) =>
    forget(
      { lake: open, catalog, rebuild: async () => undefined },
      request({ emails: planted.map(({ email }) => email) }),
    );
  /** As many moments are tried as this, over all that is written. */
  const moments = 10;

  /** What raw says, whatever the random id is. */
  const sayings = async (root: string) =>
    Promise.all(
      pathsOf(root)
        .filter((path) => path.startsWith('raw/'))
        .map(async (path) => [path, (await textOf(join(root, path))).replaceAll(/\b99\d{12}\b/g, 'random')] as const),
    );

  test('it comes to the same end', async () => {
    const whole = copyLake(raw, join(scratch, 'whole'));
    let writes = 0;
    const certificate = await erase(counting(filesLake(whole), () => void writes++));
    const expected = await sayings(whole);
    expect(writes).toBeGreaterThan(certificate.objects.length + 2);
    const step = Math.max(1, Math.floor(writes / moments));
    for (const nth of [...Array.from({ length: Math.ceil(writes / step) }, (_, i) => 1 + i * step), writes]) {
      const root = copyLake(raw, join(scratch, `killed-${nth}`));
      await expect(erase(failing(filesLake(root), nth, nth % 2 === 0))).rejects.toThrow('killed');
      const again = await erase(filesLake(root));
      expect(await sayings(root)).toEqual(expected);
      // Killed after the certificate stood, it is over, and finds nothing.
      const isOver = nth === writes && nth % 2 === 0;
      const records = isOver ? { removed: 0, masked: 0, stripped: 0 } : certificate.records;
      expect([nth, again.records]).toEqual([nth, records]);
      expect(readFileSync(join(root, `ops/erasures/${again.id}.json`), 'utf8')).not.toContain('sealed');
    }
  });
});
