import { chmodSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findingsIn } from '../cli/status.ts';
import type { AnswerRow } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { withLake } from '../localstack/embedded/run/workspace.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { lakeStatus } from '../localstack/embedded/run/lake-status.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { survey } from '../localstack/embedded/run/survey.ts';
import { waitingForRun } from '../localstack/embedded/run/waiting.ts';
import { unreadObjects } from '../localstack/embedded/run/unread.ts';
import { order, webEvent } from './small-lake.ts';

const catalog = loadCatalog();
const closed = ['raw', 'ops/rejects', '.sillage'];
let home: string;
let lake: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'closed-raw-'));
  lake = join(home, 'lake');
  const files = filesLake(lake);
  await files.put('raw/crm/orders/dt=2025-01-05/orders.jsonl', `${JSON.stringify(order(1))}\n`);
  await files.put(
    'raw/web/events/dt=2025-01-05/events.jsonl',
    `${JSON.stringify(webEvent(1))}\n` +
      `${JSON.stringify({ ...webEvent(2), event_name: 'nothing', page: { url: 'https://shop.example/', referrer: '', title: 'camille@example.org' } })}\n`,
  );
  await run(lake, { publishes: true });
  chmodSync(home, 0o755);
});
afterAll(() => rm(home, { recursive: true }));

/**
 * Works as another user of this machine, to whom the private folders are closed; root, whom no mode binds, becomes one
 * for the while.
 */
async function asAnother<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  else for (const folder of closed) chmodSync(join(lake, folder), 0o000);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    else for (const folder of closed) chmodSync(join(lake, folder), 0o700);
  }
}

const ask = (sql: string, direct = false): Promise<readonly AnswerRow[]> =>
  withWarehouse(filesLake(lake), catalog, async (warehouse) => (await warehouse.query(sql)).rows, { direct });

describe('who may read the figures and not what people sent', () => {
  test('asks curated tables', async () => {
    expect(await asAnother(() => ask('SELECT count(*) AS n FROM orders'))).toEqual([[1]]);
  });

  test('sees the status, which says that raw could not be looked at, and misses nothing', async () => {
    const [unread, found] = await asAnother(() =>
      withLake(
        filesLake(lake),
        async ({ ledger, lake: opened }) =>
          [await unreadObjects(opened, catalog), await survey(opened, catalog, ledger.standings())] as const,
      ),
    );
    expect(unread).toEqual([{ key: 'raw/', reason: expect.stringContaining('you may not look into it') }]);
    expect(found).toEqual({ strangers: [], missing: [] });
  });

  test('is not told that what is published is older than the lake, where it is not', async () => {
    expect((await lakeStatus(filesLake(lake))).publication.state).toBe('current');
    expect((await asAnother(() => lakeStatus(filesLake(lake)))).publication.state).toBe('untold');
    const copy = join(home, 'copy');
    await cp(lake, copy, { recursive: true, filter: (path) => !path.endsWith('/.sillage') });
    const { publication, checks, last_day } = await lakeStatus(filesLake(copy));
    expect({ state: publication.state, last_day }).toEqual({ state: 'current', last_day: '2025-01-05' });
    expect(checks).toEqual((await lakeStatus(filesLake(lake))).checks);
    // And is told so where it is.
    const files = filesLake(copy);
    await files.put('shop.json', JSON.stringify({ name: 'Another' }));
    expect((await lakeStatus(files)).publication.state).toBe('behind');
  });

  test('is told of a setting that waits for a run, as whoever asks for a report is, and of no file', async () => {
    const files = filesLake(lake);
    expect(await asAnother(() => waitingForRun(files, ''))).toEqual([]);
    const before = await files.get('shop.json').catch(() => undefined);
    await files.put('shop.json', JSON.stringify({ time_zone: 'Asia/Tokyo' }));
    try {
      expect(await asAnother(() => waitingForRun(files, ''))).toEqual([
        expect.stringContaining("time_zone of the shop's profile was changed"),
      ]);
    } finally {
      if (before === undefined) await files.delete('shop.json');
      else await files.put('shop.json', before);
    }
  });

  test('is told what makes the figures wrong, as their owner is', async () => {
    const toOwner = await findingsIn(filesLake(lake));
    expect(toOwner).not.toEqual([]);
    expect(await asAnother(() => findingsIn(filesLake(lake)))).toEqual(toOwner);
  });

  test('is told so where the rejects are asked for', async () => {
    await expect(asAnother(() => ask('SELECT count(*) FROM rejects'))).rejects.toThrow(
      /may not look into ops\/rejects\/|cannot be used/,
    );
  });
});

test('the raw text of a reject is no column of a query, and is shown to its owner by name', async () => {
  await expect(ask('SELECT record FROM rejects')).rejects.toThrow("Column 'record' cannot be resolved");
  expect(JSON.stringify(await ask('SELECT record FROM rejects', true))).toContain('camille@example.org');
});
