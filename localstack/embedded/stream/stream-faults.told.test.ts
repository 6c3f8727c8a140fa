import { expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import { firstShard, freshRoot } from './log-fixture.ts';
import { openLogStream } from './log-stream.ts';
import { streamFaults } from './stream-faults.ts';

const beyond = { after: '9999999999999999999', isFinished: false };

/** A lake of two streams with a record each. */
async function lake(): Promise<string> {
  const root = await freshRoot();
  for (const name of ['crm', 'web']) {
    const stream = await openLogStream(root, { name, shards: 2 });
    await stream.put([{ data: Buffer.from('a'), partitionKey: 'k' }]);
    await stream.close();
  }
  return root;
}

test('each fault of each stream, consumer and shard is told, and none keeps another from it', async () => {
  const root = await lake();
  for (const [name, consumer, shardId] of [
    ['crm', 'land', firstShard],
    ['web', 'land', firstShard],
    ['web', 'other', firstShard],
    ['web', 'other', 'shardId-000000000001'],
  ] as const)
    await fileCheckpoints(root, name, consumer).save(shardId, beyond);
  const told = await streamFaults(root);
  expect(
    told
      .map((text) => /Somebody reads (\S+) of the stream (\S+)/.exec(text)?.slice(1).join(' ') ?? '')
      .toSorted((a, b) => (a < b ? -1 : 1)),
  ).toEqual([
    'shardId-000000000000 crm',
    'shardId-000000000000 web',
    'shardId-000000000000 web',
    'shardId-000000000001 web',
  ]);
  await writeFile(join(root, '.sillage/streams/crm/shards.json'), 'no table');
  const [first, ...others] = await streamFaults(root);
  expect(first).toContain('does not hold the shards of a stream');
  expect(others).toHaveLength(3);
});

test('a shard that is closed and done has none', async () => {
  const root = await freshRoot();
  const stream = await openLogStream(root, { name: 'web', shards: 1 });
  await stream.put([{ data: Buffer.from('a'), partitionKey: 'k' }]);
  const { after } = await stream.read(firstShard, undefined, 1);
  await stream.split(firstShard);
  await stream.close();
  const land = fileCheckpoints(root, 'web', 'land');
  await land.save(firstShard, { ...(after !== undefined && { after }), isFinished: true });
  expect(await streamFaults(root)).toEqual([]);
  await land.save(firstShard, { isFinished: true });
  expect(await streamFaults(root)).toEqual([expect.stringContaining('says that the shard is done')]);
});

test('a folder that is no stream is told, and what keeps the streams from being listed, too', async () => {
  const root = await lake();
  await mkdir(join(root, '.sillage/streams/none'));
  expect(await streamFaults(root)).toEqual([expect.stringContaining('There is no stream none in the lake')]);
  await expect(streamFaults(join(root, 'x'.repeat(300)))).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
});
