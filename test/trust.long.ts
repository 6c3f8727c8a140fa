/** What stands in the lake is what the ledger says, or it is told: strangers, damage, and what is missing. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { LakeUnavailable } from '../lambdas/shared/ports/lake.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { acquireLock } from '../localstack/embedded/lake/lock.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { verify } from '../localstack/embedded/run/verify.ts';
import { house, type Workspace } from './house.ts';
import { webEvent } from './small-lake.ts';
import { contents, copyLake, filesUnder, inTurn } from './support-sillage.ts';

const home = mkdtempSync(join(tmpdir(), 'sillage-trust-'));

let made: Workspace;
let n = 0;
beforeAll(async () => {
  // The commands of these tests run in processes of their own, with this key.
  process.env['SILLAGE_PSEUDONYM_KEY'] = '5e'.repeat(32);
  made = await house(
    { from: '2025-01-01', to: '2025-01-05', eventsPerDay: 300, initialCustomers: 60 },
    { publishes: true },
  );
});
afterAll(async () => {
  await made.remove();
  rmSync(home, { recursive: true, force: true });
});

/** A copy of the lake, with the times of its files and its notes. */
function copied(): string {
  const root = join(home, `lake-${n++}`);
  mkdirSync(root);
  return copyLake(made.root, root);
}

const derived = ['curated', 'marts', 'ops/rejects'];
const day = '2025-01-03';
const orders = `curated/orders/dt=${day}/orders.parquet`;

async function rowsOf(root: string, sql: string): Promise<unknown[][]> {
  return withWarehouse(filesLake(root), loadCatalog(), async (warehouse) =>
    (await warehouse.query(sql)).rows.map((row) => [...row]),
  );
}
const counting = ['orders', 'web_events', 'sessions', 'rejects', 'pipeline_runs', 'check_results']
  .map((table) => `SELECT '${table}' AS name, count(*) AS n FROM ${table}`)
  .join(' UNION ALL ');

/** Changes bytes so that size and time tell nothing of it. */
function unseen(path: string, change: (bytes: Buffer) => void): void {
  const stamp = join(home, `stamp-${n++}`);
  writeFileSync(stamp, '');
  spawnSync('touch', ['-r', path, stamp]);
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
  spawnSync('touch', ['-r', stamp, path]);
}
const flip = (path: string, at = 0.5, bit = 3) =>
  unseen(path, (bytes) => {
    const place = Math.trunc(bytes.length * at);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
  });

/** What may befall the object of a slice, seen without reading all its bytes. */
const harms: readonly (readonly [what: string, harm: (path: string) => void])[] = [
  ['a missing object', (path) => rmSync(path)],
  ['no bytes', (path) => truncateSync(path, 0)],
  ['a Parquet that is cut', (path) => truncateSync(path, statSync(path).size - 40)],
  ['a byte too many', (path) => appendFileSync(path, 'x')],
  ['the object of another day', (path) => copyFileSync(path.replaceAll(day, '2025-01-02'), path)],
];

describe('a slice with other bytes', () => {
  test.each(harms)('%s: a query refuses to answer without it', async (_, harm) => {
    const root = copied();
    harm(join(root, orders));
    await expect(rowsOf(root, 'SELECT sum(total_price) AS s FROM orders')).rejects.toThrow(
      /^curated\/orders\/dt=2025-01-03\/orders\.parquet of the lake in .*"sillage run --verify"/u,
    );
    // What another table needs stands.
    expect(await rowsOf(root, 'SELECT count(*) > 0 AS yes FROM customers')).toEqual([[true]]);
  });

  test.each([...harms, ['one flipped bit', (path: string) => flip(path)] as const])(
    '%s: is told by verify, and built again',
    async (_, harm) => {
      const root = copied();
      const before = contents(root, ...derived);
      harm(join(root, orders));
      const found = await verify(root);
      expect([...found.damaged.map(({ key }) => key), ...found.missing]).toEqual([orders]);
      const summary = await run(root);
      expect(summary.steps.find(({ table }) => table === 'orders')?.built.map(({ day: of }) => of)).toEqual([day]);
      expect(contents(root, ...derived)).toEqual(before);
      expect(await verify(root)).toMatchObject({ damaged: [], missing: [], strangers: [] });
    },
  );

  test('of an old schema is told, and built again', async () => {
    const root = copied();
    const before = contents(root, ...derived);
    const engine = await DuckDBInstance.create(':memory:');
    const connection = await engine.connect();
    await connection.run(
      `COPY (SELECT order_id, dt FROM read_parquet('${join(root, orders)}', hive_partitioning = false)) TO ` +
        `'${join(home, 'old.parquet')}' (FORMAT parquet)`,
    );
    engine.closeSync();
    copyFileSync(join(home, 'old.parquet'), join(root, orders));
    await expect(rowsOf(root, 'SELECT sum(total_price) AS s FROM orders')).rejects.toThrow(/sillage run --verify/u);
    await run(root);
    expect(contents(root, ...derived)).toEqual(before);
  });

  test('the profile of the shop is verified, too', async () => {
    const root = copied();
    flip(join(root, 'shop.json'));
    expect((await verify(root)).damaged).toMatchObject([{ key: 'shop.json' }]);
  });

  /** The objects of a lake by their kind, so that no kind is left to chance. */
  function kindsOf(root: string): Map<string, string[]> {
    const kinds = new Map<string, string[]>();
    for (const path of filesUnder(root)) {
      const key = relative(root, path);
      if (key.startsWith('.sillage/') || key.startsWith('truth/') || statSync(path).size === 0) continue;
      const kind = `${key.replace(/dt=.*/, '')}${key.includes('dt=') ? '*' : ''}${key.slice(key.indexOf('.'))}`;
      kinds.set(kind, [...(kinds.get(kind) ?? []), path]);
    }
    return kinds;
  }
  const isLedger = (path: string) => path.includes('/ops/pipeline_runs/') && !path.includes('.sillage/');

  test.each([1, 2, 3])('a bit of an object of each kind, at its old time: verify finds them all (%i)', async (draw) => {
    const root = copied();
    const flips = [...kindsOf(root).values()].map((paths, kind) =>
      fc.tuple(fc.constantFrom(...paths), fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(7)).map((flipped) => ({
        kind,
        flipped,
      })),
    );
    const [drawn = []] = fc.sample(fc.tuple(...flips), { numRuns: 1, seed: 20_261_100 + draw });
    expect(drawn.length).toBeGreaterThan(25);
    // What only a damaged object of the ledger names is a stranger: that one is tried alone.
    const others = drawn.filter(({ flipped: [path] }) => !isLedger(path));
    for (const { flipped } of others) flip(...flipped);
    const { damaged } = await verify(root);
    expect(damaged.map(({ key }) => join(root, key)).toSorted()).toEqual(
      others.map(({ flipped: [path] }) => path).toSorted(),
    );
  });

  test.each([1, 2])('a bit of an object of the ledger, at its old time: verify finds it (%i)', async (draw) => {
    const root = copied();
    const paths = filesUnder(root).filter(isLedger);
    const [[path, at, bit] = ['', 0, 0] as const] = fc.sample(
      fc.tuple(fc.constantFrom(...paths), fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(7)),
      { numRuns: 1, seed: 20_261_200 + draw },
    );
    flip(path, at, bit);
    expect((await verify(root)).damaged.map(({ key }) => join(root, key))).toEqual([path]);
  });
});

describe('a run that reads a damaged object which it did not write', () => {
  const late = webEvent(1, {
    event_time: `${day}T10:00:00.000Z`,
    received_at: `${day}T10:00:01.000Z`,
    visitor_id: 'late',
  });
  const drop = (root: string) =>
    writeFileSync(join(root, `raw/web/events/dt=${day}/late.jsonl.gz`), gzipSync(`${JSON.stringify(late)}\n`));

  test.each([
    ['a curated slice of the window', 'curated/web_events/dt=2025-01-02/web_events.parquet'],
    ['a mart of the window', 'marts/sessions/dt=2025-01-01/sessions.parquet'],
  ])('builds it again first: %s', async (_, key) => {
    const whole = copied();
    drop(whole);
    await run(whole);
    const root = copied();
    flip(join(root, key));
    drop(root);
    expect((await run(root)).damaged.map((one) => one.key)).toEqual([key]);
    expect(contents(root, ...derived)).toEqual(contents(whole, ...derived));
  });

  test('in a run of other days, it says so and uses nothing of it', async () => {
    const root = copied();
    const key = 'curated/web_events/dt=2025-01-02/web_events.parquet';
    flip(join(root, key));
    drop(root);
    const marts = contents(root, 'marts');
    await expect(run(root, { days: { from: day, to: day } })).rejects.toThrow(
      /web_events\.parquet has not the bytes.*run without --from and --to/u,
    );
    expect(contents(root, 'marts/sessions')).toEqual(
      Object.fromEntries(Object.entries(marts).filter(([name]) => name.startsWith('marts/sessions/'))),
    );
    expect((await run(root)).checks.filter(({ failures, severity }) => failures > 0 && severity === 'error')).toEqual(
      [],
    );
    expect(await verify(root)).toMatchObject({ damaged: [], missing: [] });
  });

  test('an export edited in place, with its size and time, is read as it is now, and told', async () => {
    const root = copied();
    const key = 'raw/reference/own/dt=2025-01-03/a.csv';
    const fx =
      filesUnder(join(root, 'raw/reference/fx_rates'))
        .find((path) => path.includes('dt='))
        ?.slice(root.length + 1) ?? key;
    unseen(join(root, fx), (bytes) => {
      const at = bytes.findLastIndex((byte) => byte >= 0x30 && byte <= 0x38);
      bytes[at] = (bytes[at] ?? 0) + 1;
    });
    expect((await run(root)).steps.flatMap(({ built }) => built)).toEqual([]);
    expect((await verify(root)).damaged).toEqual([
      { key: fx, problem: 'its bytes are not those that were written', remedy: expect.stringContaining('backup') },
    ]);
    expect((await run(root)).steps.find(({ table }) => table === 'fx_rates')?.built).toMatchObject([
      { reason: `${fx} changed` },
    ]);
  });
});

describe('a stranger', () => {
  const copies = (root: string): string[] => {
    const of = (prefix: string) => filesUnder(join(root, prefix)).toSorted()[0] ?? '';
    const pairs = [orders, `marts/sessions/dt=${day}/sessions.parquet`].map((key) => [
      join(root, key),
      join(root, key.replace('.parquet', ' (conflicted copy).parquet')),
    ]);
    const others = ['ops/pipeline_runs', 'ops/check_results', 'ops/rejects', 'ops/routes'].map((prefix) => [
      of(prefix),
      of(prefix).replace(/(\.\w+)$/, ' (conflicted copy)$1'),
    ]);
    const moved = [
      [join(root, orders), join(root, 'curated/orders/dt=2031-01-01/orders-old.parquet')],
      [join(root, orders), join(root, 'curated/backup/dt=2025-01-03/orders.parquet')],
      [of('ops/pipeline_runs'), of('ops/pipeline_runs').replace(/dt=[\d-]+/, 'dt=2031-01-01')],
      [of('ops/rejects'), of('ops/rejects').replace(/[^/]+$/, 'refunds.parquet')],
    ];
    return [...pairs, ...others, ...moved].map(([from = '', to = '']) => {
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(from, to);
      return to.slice(root.length + 1);
    });
  };

  test('counts nowhere, and is named by run, status and verify', async () => {
    const root = copied();
    const before = [await rowsOf(root, counting), contents(root, ...derived)];
    const strangers = copies(root).toSorted();
    expect(await rowsOf(root, counting)).toEqual(before[0]);
    for (const { code, stdout } of await inTurn(
      ...['run', 'status', 'verify'].map((command) => [command, '--lake', root, '--json']),
    )) {
      expect({ code, said: JSON.parse(stdout) as unknown }).toMatchObject({
        code: 0,
        said: { strangers, damaged: [] },
      });
    }
    expect(await rowsOf(root, counting)).toEqual(before[0]);
    const [, shown] = await inTurn(['run', '--lake', root], ['status', '--lake', root]);
    expect(shown?.stdout).toContain(
      `is named by no entry of the ledger, so nothing counts it. Where a run was interrupted: sillage run --lake ${root}. ` +
        'Else move it out of the lake',
    );
  });
});

test('a query that meets bytes that are no Parquet says which object it is, with code 3, wherever the bytes are bad', async () => {
  const seed = Number(process.env['TRUST_SEED'] ?? Date.now() % 2 ** 31);
  const root = copied();
  const path = join(root, orders);
  const good = readFileSync(path);
  const wrong: string[] = [];
  let refusals = 0;
  // The footer, whose length the last eight bytes begin with, is where the engine's own words tell no file.
  const footer = good.readUInt32LE(good.length - 8);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: good.length - 8 - footer, max: good.length - 1 }),
      fc.integer({ min: 0, max: 7 }),
      async (at, bit) => {
        writeFileSync(path, good);
        flip(path, at / good.length, bit);
        const bytes = readFileSync(path);
        if (bytes.equals(good)) return;
        try {
          await rowsOf(root, 'SELECT * FROM orders');
        } catch (error) {
          refusals++;
          if (!(error instanceof LakeUnavailable && error.message.includes(orders)))
            wrong.push(`${at} ${bit}: ${String(error)}`);
        }
      },
    ),
    { numRuns: 30, seed },
  );
  expect({ seed, wrong }).toEqual({ seed, wrong: [] });
  expect(refusals).toBeGreaterThan(5);
});

describe('an object of the ledger', () => {
  const ledgerOf = (root: string) => filesUnder(join(root, 'ops/pipeline_runs')).toSorted();
  const rewrite = async (path: string, select: string) => {
    const engine = await DuckDBInstance.create(':memory:');
    const connection = await engine.connect();
    await connection.run(
      `COPY (${select.replace('SOURCE', `read_parquet('${path}', hive_partitioning = false)`)}) TO '${path}.new' (FORMAT parquet)`,
    );
    engine.closeSync();
    copyFileSync(`${path}.new`, path);
    rmSync(`${path}.new`);
  };

  test.each<readonly [string, (path: string) => void | Promise<void>]>([
    ['a flipped bit', (path) => flip(path)],
    ['no bytes', (path) => truncateSync(path, 0)],
    ['cut', (path) => truncateSync(path, statSync(path).size - 100)],
    ['text', (path) => writeFileSync(path, 'not a Parquet at all')],
    [
      'rows of another lake',
      (path) => rewrite(path, "SELECT * REPLACE ('20200101T000000Z-abcdef' AS run_id) FROM SOURCE"),
    ],
    [
      'an action that this release does not know',
      (path) => rewrite(path, "SELECT * REPLACE ('joined' AS action) FROM SOURCE"),
    ],
    ['without a column that is needed', (path) => rewrite(path, 'SELECT * EXCLUDE (bytes_out) FROM SOURCE')],
  ])('that is damaged (%s) is named and done without, and what it named is built again', async (_, harm) => {
    const root = copied();
    const before = contents(root, ...derived);
    const answer = await rowsOf(root, 'SELECT count(*), sum(total_price) FROM orders');
    const [path = ''] = ledgerOf(root);
    const key = path.slice(root.length + 1);
    await harm(path);
    // An answer would lack rows.
    await expect(rowsOf(root, 'SELECT count(*) FROM orders')).rejects.toThrow(`of ${key}, `);
    await expect(run(root, { days: { from: day, to: day } })).rejects.toThrow('run without --from and --to');
    expect((await run(root)).damaged.map((one) => one.key)).toEqual([key]);
    expect(contents(root, ...derived)).toEqual(before);
    expect(await rowsOf(root, 'SELECT count(*), sum(total_price) FROM orders')).toEqual(answer);
    expect(readFileSync(join(root, 'ops/damaged', key.slice('ops/'.length))).length).toBeGreaterThanOrEqual(0);
    expect((await run(root)).damaged).toEqual([]);
  });

  test('that is damaged is told by the commands, and by their exit codes', async () => {
    const root = copied();
    const key = ledgerOf(root)[0]?.slice(root.length + 1) ?? '';
    truncateSync(join(root, key), 200);
    const [query, status, verified, ranged, ran, after] = await inTurn(
      ['query', '--lake', root, 'SELECT count(*) FROM orders'],
      ['status', '--lake', root, '--json'],
      ['verify', '--lake', root, '--json'],
      ['run', '--lake', root, '--from', day],
      ['run', '--lake', root, '--json'],
      ['verify', '--lake', root],
    );
    expect(query).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^The ledger of the lake .*"sillage run --lake \S+" does without it/u),
    });
    for (const one of [status, verified])
      expect({ code: one?.code, said: JSON.parse(one?.stdout ?? '') as unknown }).toMatchObject({
        code: 1,
        said: { damaged: [{ key }] },
      });
    expect(ranged).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('run without --from and --to'),
    });
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining(`warning: ${key} is damaged: `) });
    expect(JSON.parse(ran?.stdout ?? '')).toMatchObject({ damaged: [{ key }] });
    expect(after).toMatchObject({ code: 0, stdout: '' });
  });

  test('that a newer release wrote, with columns that are not known here, is read', async () => {
    const root = copied();
    for (const path of ledgerOf(root).slice(0, 1))
      await rewrite(path, "SELECT *, 'new' AS novelty, 1 AS _place FROM SOURCE");
    expect((await run(root)).steps.flatMap(({ built }) => built)).toEqual([]);
    expect((await verify(root)).damaged).toEqual([]);
    expect(await rowsOf(root, 'SELECT count(*) FROM pipeline_runs')).toEqual(
      await rowsOf(made.root, 'SELECT count(*) FROM pipeline_runs'),
    );
  });

  test('what the checks found, damaged, is named and found again', async () => {
    for (const harm of [(path: string) => flip(path), (path: string) => truncateSync(path, 30)]) {
      const root = copied();
      const [path = ''] = filesUnder(join(root, 'ops/check_results'));
      harm(path);
      const first = await run(root);
      expect(first.damaged.map(({ key }) => join(root, key))).toEqual([path]);
      expect(first.checks.length).toBeGreaterThan(100);
      expect((await run(root)).damaged).toEqual([]);
    }
  });

  test('what older checks found, damaged, is put aside by verify', async () => {
    const root = copied();
    const [path = ''] = filesUnder(join(root, 'ops/check_results'));
    const older = path.replaceAll(/dt=[\d-]+|\d{8}(?=T\d{6}Z)/gu, (stamp) =>
      stamp.startsWith('dt=') ? 'dt=2020-01-01' : '20200101',
    );
    mkdirSync(dirname(older), { recursive: true });
    writeFileSync(older, readFileSync(path).subarray(0, 99));
    await expect(rowsOf(root, 'SELECT count(*) FROM check_results')).rejects.toThrow(/sillage run --verify/u);
    expect((await verify(root)).damaged.map(({ key }) => join(root, key))).toEqual([older]);
    expect(await rowsOf(root, 'SELECT count(*) FROM check_results')).toEqual(
      await rowsOf(made.root, 'SELECT count(*) FROM check_results'),
    );
  });

  test('rejects that are damaged or gone are written again; routes that are wrong are found again', async () => {
    const root = copied();
    const before = contents(root, ...derived);
    const [gone = '', cut = '', flipped = ''] = filesUnder(join(root, 'ops/rejects'));
    rmSync(gone);
    truncateSync(cut, 50);
    flip(flipped);
    unseen(join(root, 'ops/routes/orders.json'), (bytes) => {
      bytes[bytes.lastIndexOf('2025-01-0') + 9] = 0x39;
    });
    await expect(rowsOf(root, 'SELECT count(*) FROM rejects')).rejects.toThrow(
      'is missing, though the ledger names it',
    );
    await verify(root);
    await run(root);
    expect(contents(root, ...derived)).toEqual(before);
    expect(await verify(root)).toMatchObject({ damaged: [], missing: [] });
  });
});

test('a lake that has lost its ledger says so, and is built again to the same bytes', async () => {
  const root = copied();
  const before = contents(root, ...derived);
  rmSync(join(root, 'ops'), { recursive: true });
  await expect(rowsOf(root, 'SELECT count(*) FROM orders')).rejects.toThrow(
    /its ledger in ops\/pipeline_runs names none/u,
  );
  const [status] = await inTurn(['status', '--lake', root]);
  expect(status?.stdout).toContain('The ledger is empty, but slices stand');
  expect((await run(root)).warnings).toEqual([expect.stringContaining('The ledger was empty')]);
  expect(contents(root, ...derived)).toEqual(before);
});

test('an object that a run has just replaced, before its row is in the ledger, is read as it is while the run is at work, and refused behind it', async () => {
  const root = copied();
  const lock = await acquireLock(root, 'run');
  const lake = filesLake(root);
  copyFileSync(join(root, orders.replace(day, '2025-01-02')), join(home, 'other.parquet'));
  await lake.putFile(orders, join(home, 'other.parquet'), { metadata: { rows: '1' } });
  expect(await rowsOf(root, 'SELECT count(*) > 0 AS yes FROM orders')).toEqual([[true]]);
  await lock.release();
  await expect(rowsOf(root, 'SELECT count(*) FROM orders')).rejects.toThrow(/orders\.parquet .*the ledger tells/);
});

test('what verify found damaged, no query answers from, until a run has built it again', async () => {
  const root = copied();
  const path = join(root, orders);
  const { atime, mtime } = statSync(path);
  const bytes = readFileSync(path);
  bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 4;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
  await verify(root, () => undefined);
  await expect(rowsOf(root, 'SELECT sum(net_revenue_eur) FROM orders')).rejects.toThrow(/is not what the ledger tells/);
  await run(root);
  expect(await rowsOf(root, 'SELECT count(*) > 0 AS yes FROM orders')).toEqual([[true]]);
});

test('a slice that no entry names is told to who asks: while a run is at work; else nothing is answered, since a part of the ledger may be gone', async () => {
  const root = copied();
  const key = 'curated/orders/dt=2025-02-01/orders.parquet';
  mkdirSync(dirname(join(root, key)));
  copyFileSync(join(root, orders), join(root, key));
  utimesSync(join(root, key), new Date(), new Date());
  await expect(rowsOf(root, 'SELECT 1 AS a')).rejects.toThrow(
    /^orders: the slice of 2025-02-01 is not counted.*pipeline_runs is gone.*"sillage run"/u,
  );
  const lock = await acquireLock(root, 'run');
  const said: string[] = [];
  await withWarehouse(filesLake(root), loadCatalog(), (warehouse) => warehouse.query('SELECT 1 AS a'), {
    onWarning: (line) => said.push(line),
  });
  expect(said).toEqual([expect.stringMatching(/^orders: the slice of 2025-02-01 is not counted.*at work/u)]);
  await lock.release();
});
