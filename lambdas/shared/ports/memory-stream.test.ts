import { expect, test } from '@jest/globals';
import { memoryStream } from './memory-stream.ts';
import { streamContract } from './stream.contract.ts';

streamContract(
  'memoryStream',
  async (shards) => ({ stream: memoryStream({ shards }), dispose: async () => undefined }),
  {
    split: (stream, shardId) => stream.split(shardId),
    merge: (stream, a, b) => stream.merge(a, b),
  },
);

test('sequence numbers soon grow a digit, so that no test passes by comparing them as text', async () => {
  const stream = memoryStream();
  const entries = Array.from({ length: 20 }, () => ({ data: Buffer.from('x'), partitionKey: 'k' }));
  const numbers = (await stream.put(entries)).map((outcome) =>
    'sequenceNumber' in outcome ? outcome.sequenceNumber : '',
  );
  expect(new Set(numbers.map(({ length }) => length))).toEqual(new Set([19, 20]));
});

test('time is what the test says', async () => {
  const stream = memoryStream({ now: () => 1_700_000_000_000 });
  await stream.put([{ data: Buffer.from('x'), partitionKey: 'k' }]);
  const [shard] = await stream.shards();
  expect((await stream.read(shard?.shardId ?? '', undefined, 1)).records[0]?.arrivedAt).toEqual(
    new Date(1_700_000_000_000),
  );
});
