import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { kinesisClient, kinesisStream } from '../../lambdas/shared/aws/kinesis-stream.ts';
import { streamContract } from '../../lambdas/shared/ports/stream.contract.ts';
import { StreamUnavailable } from '../../lambdas/shared/ports/stream.ts';
import { complaint, findMoto, type Moto, startMoto } from './moto.ts';

const found = findMoto();
const skipped = 'missing' in found;
if (skipped) process.stderr.write(`Skipped: kinesisStream against moto. ${found.missing}.\n`);

test('moto is here, or may be missing', () => {
  expect(complaint(found)).toBeUndefined();
});

(skipped ? describe.skip : describe)('kinesisStream against moto', () => {
  let moto: Moto | undefined;
  const clients: ReturnType<typeof kinesisClient>[] = [];

  beforeAll(async () => {
    if (!skipped) moto = await startMoto(found.python);
  });

  afterAll(async () => {
    for (const client of clients) client.destroy();
    await moto?.stop();
  });

  const connect = () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    const client = kinesisClient({ AWS_ENDPOINT_URL: moto?.endpoint });
    clients.push(client);
    return client;
  };

  const make = async (shards: number) => {
    const client = connect();
    const name = randomUUID();
    await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
    return { stream: kinesisStream({ name, client }), dispose: async () => undefined };
  };

  // No re-sharding: moto moves the records of a split shard to its children, which Kinesis never does.
  streamContract('kinesisStream', make, {
    runs: 5,
    reopen: async (stream) => kinesisStream({ name: stream.location.replace('kinesis://', ''), client: connect() }),
  });

  test('says what to do where there is no such stream', async () => {
    const stream = kinesisStream({ name: 'nowhere', client: connect() });
    await expect(stream.put([{ data: Buffer.from('x'), partitionKey: 'k' }])).rejects.toThrow(StreamUnavailable);
    await expect(stream.shards()).rejects.toThrow(
      /^The stream kinesis:\/\/nowhere cannot be used: there is no such stream/u,
    );
  });
});
