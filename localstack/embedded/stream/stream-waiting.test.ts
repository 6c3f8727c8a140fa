import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packed } from '../../../lambdas/land/aggregated.ts';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import { firstShard, freshRoot, openWeb } from './log-fixture.ts';
import { waitingInStream } from './stream-waiting.ts';

const web = { name: 'web', consumer: 'land' };

test('events that nobody lands are told, until they are landed; while somebody is at work nothing is', async () => {
  const root = await freshRoot();
  expect(await waitingInStream(root, web)).toEqual([]);
  const stream = await openWeb(root);
  const one = Buffer.from('a');
  await stream.put([
    { data: one, partitionKey: 'k' },
    { data: packed('k', [one, one, one]), partitionKey: 'k' },
  ]);
  expect(await waitingInStream(root, web)).toEqual([]);
  const { after } = await stream.read(firstShard, undefined, 1);
  const { after: last } = await stream.read(firstShard, undefined, 10);
  await stream.close();
  expect(await waitingInStream(root, web)).toEqual([expect.stringMatching(/^4 events wait in the stream web, /)]);
  const checkpoints = fileCheckpoints(root, 'web', 'land');
  await checkpoints.save(firstShard, { after, isFinished: false });
  expect(await waitingInStream(root, web)).toEqual([expect.stringMatching(/^3 events wait/)]);
  await checkpoints.save(firstShard, { after: last, isFinished: false });
  expect(await waitingInStream(root, web)).toEqual([]);
});

async function waitingWith(count: number): Promise<readonly string[]> {
  const root = await freshRoot();
  const stream = await openWeb(root);
  for (let left = count; left > 0; left -= 400)
    await stream.put(
      Array.from({ length: Math.min(left, 400) }, () => ({ data: Buffer.from('a'), partitionKey: 'k' })),
    );
  await stream.close();
  return await waitingInStream(root, web);
}

test.each([
  [1, '1 event waits'],
  [2, '2 events wait'],
  [1234, '1,234 events wait'],
])('%d of them are told in words that say what to do', async (count, counted) => {
  expect(await waitingWith(count)).toEqual([
    `${counted} in the stream web, and no figure has them: what took them did not come to its end. Start ` +
      '"sillage up" on this lake: it lands them.',
  ]);
});

test('events of several shards are counted together, and none of a shard that is done', async () => {
  const root = await freshRoot();
  const stream = await openWeb(root, { shards: 2 });
  for (const key of ['a', 'b', 'c', 'd', 'e']) await stream.put([{ data: Buffer.from(key), partitionKey: key }]);
  await stream.close();
  expect(await waitingInStream(root, web)).toEqual([expect.stringMatching(/^5 events wait/)]);
  for (const { shardId } of await stream.shards())
    await fileCheckpoints(root, 'web', 'land').save(shardId, { isFinished: true });
  expect(await waitingInStream(root, web)).toEqual([]);
});

test('what is told elsewhere is not told here; any other fault is', async () => {
  const root = await freshRoot();
  const stream = await openWeb(root);
  await stream.put([{ data: Buffer.from('a'), partitionKey: 'k' }]);
  await stream.close();
  const folder = join(root, '.sillage/streams/web/checkpoints/land');
  await mkdir(folder, { recursive: true });
  const checkpoint = join(folder, `${firstShard}.json`);
  await writeFile(checkpoint, 'no checkpoint');
  expect(await waitingInStream(root, web)).toEqual([]);
  await rm(checkpoint);
  const table = join(root, '.sillage/streams/web/shards.json');
  await writeFile(table, 'no table');
  expect(await waitingInStream(root, web)).toEqual([]);
  await rm(table);
  expect(await waitingInStream(root, web)).toEqual([]);
  await mkdir(checkpoint);
  await writeFile(
    table,
    '{"version":1,"shards":[{"shardId":"shardId-000000000000","parents":[],"from":"0","to":"0","isClosed":false}]}',
  );
  await expect(waitingInStream(root, web)).rejects.toMatchObject({ code: 'EISDIR' });
});
