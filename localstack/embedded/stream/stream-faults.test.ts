import { expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import { firstShard, freshRoot, openWeb, put, segmentsOf } from './log-fixture.ts';
import { streamFaults } from './stream-faults.ts';

async function written(): Promise<{ root: string; segment: string; after: string | undefined }> {
  const root = await freshRoot();
  const stream = await openWeb(root);
  await put(stream, 'a', 'b');
  const { after } = await stream.read(firstShard, undefined, 10);
  await stream.close();
  return { root, segment: (await segmentsOf(root))[0] ?? '', after };
}

test('a lake without streams, and one whose streams are well, have none', async () => {
  expect(await streamFaults(await freshRoot())).toEqual([]);
  const { root, after } = await written();
  await fileCheckpoints(root, 'web', 'land').save(firstShard, { after, isFinished: false });
  expect(await streamFaults(root)).toEqual([]);
});

test.each([
  {
    what: 'a checkpoint beyond the newest number',
    checkpoint: { after: '9999999999999999999', isFinished: false },
    says: 'from behind number 9999999999999999999, and no record has been given that number yet',
  },
  {
    what: 'a checkpoint of a shard that is done, on one that is open',
    checkpoint: { isFinished: true },
    says: 'says that the shard is done, and the shard is open or has more records',
  },
])('$what', async ({ checkpoint, says }) => {
  const { root } = await written();
  await fileCheckpoints(root, 'web', 'land').save(firstShard, checkpoint);
  expect(await streamFaults(root)).toEqual([expect.stringContaining(says)]);
});

test('a damaged record, before and after it is set aside', async () => {
  const { root, segment } = await written();
  await fileCheckpoints(root, 'web', 'land').save(firstShard, { isFinished: false });
  const bytes = await readFile(segment);
  bytes.writeUInt8(bytes.readUInt8(12) ^ 1, 12);
  await writeFile(segment, bytes);
  expect(await streamFaults(root)).toEqual([expect.stringContaining(`The segment ${segment} is damaged at byte 0`)]);
  await (await openWeb(root)).close();
  expect(await streamFaults(root)).toEqual([
    expect.stringContaining(`${segment} was damaged from byte 0 on, for 28 bytes that had been acknowledged`),
  ]);
});
