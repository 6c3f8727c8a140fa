import { expect, test } from '@jest/globals';
import { memoryDisk } from '../../../test/stream/memory-disk.ts';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import type { Disk } from './disk.ts';
import { damageOf, isDamageNote } from './log-damage.ts';
import { systemError } from './log-fixture.ts';

const folder = '/lake/.sillage/streams/web';
const nine = '00000000000000000009';
const ten = '00000000000000000010';

/** A disk of which the folders hold what is told. */
const listing = (folders: Readonly<Record<string, readonly string[]>>): Disk => ({
  ...memoryDisk({ now: () => 0 }),
  list: async (path) => {
    const names = folders[path];
    if (names === undefined) throw systemError('ENOENT');
    return [...names];
  },
});

test.each([
  [`${nine}-0-5.damaged`, true],
  [`${nine}-123-4567.damaged`, true],
  [`${nine}.log`, false],
  [`${nine}-0-5.damaged.new`, false],
  [`9-0-5.damaged`, false],
  [`${nine}-0.damaged`, false],
  [`${nine}--5.damaged`, false],
  [`copy ${nine}-0-5.damaged`, false],
])('whether %s tells of damage: %p', (name, isNote) => expect(isDamageNote(name)).toBe(isNote));

test('each damage of each shard is told, by the order of its numbers, and what to do', async () => {
  const one = `${folder}/shardId-000000000000`;
  const other = `${folder}/shardId-000000000003`;
  const disk = listing({
    [folder]: ['shards.json', 'shardId-000000000000', 'a shardId-1', 'shardId-000000000003', 'shardId-000000000004'],
    [one]: [`${ten}-7-3.damaged`, 'acknowledged', `${nine}-28-56.damaged`, `${nine}.log`],
    [other]: [`${nine}-0-1.damaged`],
  });
  const told = await damageOf('/lake', 'web', disk);
  const words = (shard: string, first: string, at: number, length: number) =>
    `The stream web lost records: ${shard}/${first}.log was damaged from byte ${at} on, for ${length} bytes that had ` +
    `been acknowledged. What stood there is kept in ${shard}/${first}-${at}-${length}.damaged; all other records are ` +
    'kept and land. Check the disk, send those events again if you have them elsewhere, and delete that file to hear ' +
    'no more of it.';
  expect(told.map(({ message }) => message)).toEqual([
    words(one, nine, 28, 56),
    words(one, ten, 7, 3),
    words(other, nine, 0, 1),
  ]);
  expect(told.every((error) => error instanceof StreamUnavailable)).toBe(true);
});

test('of no stream there is nothing to tell, and what keeps it from being read is told as it is', async () => {
  expect(await damageOf('/lake', 'web', listing({}))).toEqual([]);
  const broken: Disk = { ...listing({}), list: () => Promise.reject(systemError('EIO')) };
  await expect(damageOf('/lake', 'web', broken)).rejects.toMatchObject({ code: 'EIO' });
});
