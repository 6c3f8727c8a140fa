/**
 * What `kinesisStream` must do over the wire, whatever server answers: the contract of a stream, and what is Kinesis's
 * own.
 */
import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import { afterAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { kinesisClient, kinesisStream } from '../lambdas/shared/aws/kinesis-stream.ts';
import { streamContract } from '../lambdas/shared/ports/stream.contract.ts';
import { StreamUnavailable } from '../lambdas/shared/ports/stream.ts';

/** Declares the tests; the server answers at its endpoint when they run. */
export function kinesisSuite(endpoint: () => string | undefined): void {
  const clients: ReturnType<typeof kinesisClient>[] = [];
  afterAll(() => {
    for (const client of clients) client.destroy();
  });

  const connect = () => {
    const client = kinesisClient({ AWS_ENDPOINT_URL: endpoint() });
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
}
