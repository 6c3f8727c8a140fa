import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalog, tableNamed } from '../../../lambdas/shared/schema/catalog.ts';
import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { webEvent } from '../../../test/small-lake.ts';
import { filesLake } from '../lake/files-lake.ts';
import { acquireLock } from '../lake/lock.ts';
import { lakeReader } from '../reader/lake-reader.ts';
import { run } from '../run/runner.ts';
import { withWarehouse } from './lake-warehouse.ts';

let home: string;
let lake: Lake;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'lake-warehouse-'));
  lake = filesLake(join(home, 'lake'));
  await lake.put('raw/web/events/dt=2025-01-05/events.jsonl', `${JSON.stringify(webEvent(1))}\n`);
  await run(join(home, 'lake'));
});
afterAll(() => rm(home, { recursive: true }));

/**
 * The lake, where the object of web_events cannot be read at the looks of these numbers: each query looks once, and each
 * that fails once more, to find which object it is.
 */
async function replacedWhileRead(looks: readonly number[]): Promise<Lake> {
  const half = join(home, 'half.parquet');
  await writeFile(half, 'PAR1 and what is not Parquet');
  let look = 0;
  return {
    ...lake,
    localPath: async (key, folder) =>
      key.startsWith('curated/web_events/') && looks.includes((look += 1)) ? half : lake.localPath(key, folder),
  };
}

const counted = async (looks: readonly number[]) =>
  withWarehouse(await replacedWhileRead(looks), loadCatalog(), async (warehouse) => (await warehouse.query('SELECT count(*) FROM web_events')).rows); // prettier-ignore

test.each([[[1]], [[1, 3, 5]]])(
  'an object that a run replaces while it is read (looks %j) is read again',
  async (looks) => {
    expect(await counted(looks)).toEqual([[1]]);
  },
);

test('one that stays unreadable is told by its name', async () => {
  await expect(counted([1, 2])).rejects.toThrow(/^curated\/web_events\/.* cannot be read/u);
});

test('one that is replaced each time is given up', async () => {
  await expect(counted([1, 3, 5, 7])).rejects.toThrow(/^an object of web_events .* cannot be read/u);
});

test('one that another release built, without a column of this one, is no damage: a run builds it again', async () => {
  const catalog = loadCatalog();
  const table = tableNamed(catalog, 'web_events');
  const later = new Map([
    ...catalog,
    [
      'web_events',
      {
        ...table,
        columns: table.columns.flatMap((column, i) => (i === 0 ? [column, { ...column, name: 'newer' }] : column)),
      },
    ] as const,
  ]);
  await expect(
    withWarehouse(lake, later, (warehouse) => warehouse.query('SELECT count(newer) FROM web_events')),
  ).rejects.toThrow(/^web_events of the lake .* was built by another release .* "sillage run" builds it again\.$/u);
});

/** What is told to who asks a lake. */
async function warnings(over: Lake): Promise<string[]> {
  const said: string[] = [];
  await withWarehouse(over, loadCatalog(), (warehouse) => warehouse.query('SELECT 1 AS a'), {
    onWarning: (line) => said.push(line),
  });
  return said;
}

test('that a run built some tables and came to no end is told, until one does', async () => {
  const root = join(home, 'unended');
  await cp(lake.location, root, { recursive: true, preserveTimestamps: true });
  expect(await warnings(filesLake(root))).toEqual([]);
  // As it stands where a run is killed before its checks.
  await rm(join(root, 'ops/check_results'), { recursive: true });
  const reader = lakeReader(filesLake(root), { withholdsPersons: true, memoryLimitMb: 500 });
  const { notes } = await reader.query('SELECT 1 AS a', { timeoutMs: 60_000, maxRows: 1 });
  expect(notes).toEqual([expect.stringMatching(/^The last run did not come to its end/u)]);
  expect(await warnings(filesLake(root))).toEqual([expect.stringMatching(/^The last run did not come to its end/u)]);
  const lock = await acquireLock(root, 'run');
  expect(await warnings(filesLake(root))).toEqual([expect.stringMatching(/^A run is at work/u)]);
  await lock.release();
  await run(root);
  expect(await warnings(filesLake(root))).toEqual([]);
});
