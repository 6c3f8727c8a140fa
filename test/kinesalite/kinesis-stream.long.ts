import { MergeShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { kinesisClient, kinesisStream } from '../../lambdas/shared/aws/kinesis-stream.ts';
import { streamContract } from '../../lambdas/shared/ports/stream.contract.ts';
import { type Stream, StreamUnavailable } from '../../lambdas/shared/ports/stream.ts';
import { type Kinesalite, makeStream, startKinesalite, untilActive } from './kinesalite.ts';

describe('kinesisStream against kinesalite', () => {
  let server: Kinesalite | undefined;
  const clients: ReturnType<typeof kinesisClient>[] = [];

  beforeAll(async () => {
    server = await startKinesalite();
  });

  afterAll(async () => {
    for (const client of clients) client.destroy();
    await server?.stop();
  });

  const connect = () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    const client = kinesisClient({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_KINESIS: server?.endpoint,
    });
    clients.push(client);
    return client;
  };

  const nameOf = (stream: Stream) => stream.location.replace('kinesis://', '');

  const make = async (shards: number) => {
    const client = connect();
    const name = randomUUID();
    await makeStream(client, name, shards);
    return { stream: kinesisStream({ name, client }), dispose: async () => undefined };
  };

  streamContract('kinesisStream', make, {
    runs: 8,
    // Records are the server's: another client finds them.
    reopen: async (stream) => kinesisStream({ name: nameOf(stream), client: connect() }),
    async split(stream, shardId) {
      const client = connect();
      const shard = (await stream.shards()).find((one) => one.shardId === shardId);
      const middle = (BigInt(shard?.from ?? 0) + BigInt(shard?.to ?? 0)) / 2n;
      await client.send(
        new SplitShardCommand({
          StreamName: nameOf(stream),
          ShardToSplit: shardId,
          NewStartingHashKey: String(middle),
        }),
      );
      await untilActive(client, nameOf(stream));
    },
    async merge(stream, a, b) {
      const client = connect();
      await client.send(
        new MergeShardsCommand({ StreamName: nameOf(stream), ShardToMerge: a, AdjacentShardToMerge: b }),
      );
      await untilActive(client, nameOf(stream));
    },
  });

  test('says what to do where there is no such stream', async () => {
    const stream = kinesisStream({ name: 'nowhere', client: connect() });
    const entry = { data: Buffer.from('x'), partitionKey: 'k' };
    for (const call of [
      () => stream.put([entry]),
      () => stream.shards(),
      () => stream.read('shardId-000000000000', undefined, 1),
    ]) {
      const caught: unknown = await call().catch((error: unknown) => error);
      expect(caught).toBeInstanceOf(StreamUnavailable);
      expect(String(caught)).toContain(
        'The stream kinesis://nowhere cannot be used: there is no such stream, or no such shard in it any ' +
          'more. Deploy the stacks first, or check the name and the region (ResourceNotFoundException).',
      );
    }
  });
});
