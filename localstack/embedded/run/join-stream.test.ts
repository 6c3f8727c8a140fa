import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { folderOf, keysOf, landedKey, putLanded, watchedLake } from '../../../lambdas/join/samples.ts';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { memoryLake } from '../../../lambdas/shared/ports/memory-lake.ts';
import { catalog, webEvent } from '../../../test/small-lake.ts';
import { filesLake } from '../lake/files-lake.ts';
import { joinStream } from './join-stream.ts';
import { run } from './runner.ts';

const day = '2025-01-05';
const later = new Date('2100-01-01T00:00:00Z');
/** All but the date. */
const real = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;
const landed = (n: number) => [JSON.stringify(webEvent(n))];

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sillage-join-'));
});
afterEach(async () => {
  jest.useRealTimers();
  await rm(root, { recursive: true, force: true });
});

test('a run joins what has settled, once; a run over some days leaves it', async () => {
  const lake = filesLake(root);
  for (let i = 0; i < 12; i++) await putLanded(lake, landedKey(day, i), landed(i));
  const builtBy = async (options = {}) => {
    const { steps, strangers } = await run(root, options);
    expect(strangers).toEqual([]);
    return steps.filter(({ built }) => built.length > 0).map(({ table }) => table);
  };
  expect((await builtBy()).length).toBeGreaterThan(2);
  expect(await keysOf(lake, folderOf(day))).toHaveLength(12);
  jest.useFakeTimers({ now: Date.now() + 11 * 60_000, doNotFake: [...real] });
  await builtBy({ days: { from: '2025-01-01', to: '2025-01-01' } });
  expect(await keysOf(lake, folderOf(day))).toHaveLength(12);
  // Its bytes are those that it had: nothing downstream is built again.
  expect(await builtBy()).toEqual(['web_events']);
  expect(await keysOf(lake, folderOf(day))).toEqual([expect.stringContaining('/joined-')]);
  expect(await builtBy()).toEqual([]);
});

test('where a join fails the run goes on, and says so; where the lake cannot be used it does not', async () => {
  const lake = memoryLake();
  for (let i = 0; i < 12; i++) await putLanded(lake, landedKey(day, i), landed(i));
  const failing = (error: Error) =>
    watchedLake(lake, async () => {
      throw error;
    });
  expect(await joinStream({ lake: failing(new Error('SlowDown.')), catalog }, later)).toEqual([
    'Small objects could not all be joined: SlowDown. No record is lost; the next run tries again.',
  ]);
  await expect(joinStream({ lake: failing(new LakeUnavailable('The disk is full.')), catalog }, later)).rejects.toThrow(
    LakeUnavailable,
  );
  expect(await joinStream({ lake, catalog }, later)).toEqual([]);
  expect(await keysOf(lake, '')).toHaveLength(1);
});
