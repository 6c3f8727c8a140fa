import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { amazonJsonServer, type JsonAnswer } from '../../../test/amazon-json-server.ts';
import { type Stream, StreamUnavailable } from '../ports/stream.ts';
import { explain } from './kinesis-errors.ts';
import { kinesisClient, kinesisStream } from './kinesis-stream.ts';

/** What stand-ins cannot be made to answer, from a server that answers as it is told. */
const undo: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

function parsed(text: string): Call['input'] {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

async function streamThatGets(
  answer: (call: Call, count: number) => JsonAnswer,
): Promise<{ stream: Stream; calls: Call[] }> {
  const calls: Call[] = [];
  const server = await amazonJsonServer((operation, body) => {
    const call = { operation, input: parsed(body) };
    calls.push(call);
    return answer(call, calls.length);
  });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const client = kinesisClient({ AWS_ENDPOINT_URL: server.url });
  undo.push(
    () => client.destroy(),
    () => server.close(),
  );
  return { stream: kinesisStream({ name: 'web', client }), calls };
}

const failing = (status: number, name: string): JsonAnswer => [status, { __type: name, message: 'As told.' }];
const entry = { data: Buffer.from('x'), partitionKey: 'k' };
const put = (stream: Stream) => stream.put([entry]);
const read = (stream: Stream) => stream.read('shardId-000000000000', undefined, 10);

describe('the errors of Kinesis in the words of the port', () => {
  test.each([
    {
      status: 400,
      name: 'ResourceNotFoundException',
      call: put,
      says: 'there is no such stream, or no such shard in it any more. Deploy the stacks first',
    },
    { status: 400, name: 'AccessDeniedException', call: put, says: 'Give this role kinesis:PutRecords' },
    { status: 400, name: 'KMSAccessDeniedException', call: put, says: 'kms:GenerateDataKey' },
    { status: 400, name: 'ExpiredTokenException', call: read, says: 'the credentials have expired. Sign in again' },
    {
      status: 400,
      name: 'UnrecognizedClientException',
      call: (stream: Stream) => stream.shards(),
      says: 'AWS does not know these credentials',
    },
  ])('$name', async ({ status, name, call, says }) => {
    const { stream } = await streamThatGets(() => failing(status, name));
    const caught: unknown = await call(stream).catch((error: unknown) => error);
    expect(caught).toBeInstanceOf(StreamUnavailable);
    expect(String(caught)).toContain(`The stream kinesis://web cannot be used: `);
    expect(String(caught)).toContain(says);
    expect(String(caught)).toContain(`(${name}).`);
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND'])('%s', (code) => {
    // Told apart here without a connection: in jest's realm the SDK does not know Node's own errors for errors.
    const error = explain('kinesis://web', Object.assign(new Error(`connect ${code}`), { code }));
    expect(String(error)).toMatch(
      /^StreamUnavailable: The stream kinesis:\/\/web cannot be used: .+ Check AWS_ENDPOINT_URL/u,
    );
  });

  test('what the port has no words for stays as it is', () => {
    const error = new Error('something else');
    expect(explain('kinesis://web', error)).toBe(error);
  });
});

describe('a put', () => {
  test('has an outcome for each entry, in their order, also where some are refused', async () => {
    const { stream, calls } = await streamThatGets(() => [
      200,
      {
        FailedRecordCount: 3,
        Records: [
          {
            ErrorCode: 'ProvisionedThroughputExceededException',
            ErrorMessage: 'Rate exceeded for shard shardId-000000000001',
          },
          { ShardId: 'shardId-000000000000', SequenceNumber: '21269319989653637946712965403778482177' },
          { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal service failure.' },
          { ErrorCode: 'SomethingNew' },
        ],
      },
    ]);
    expect(await stream.put([entry, entry, entry, entry])).toEqual([
      {
        errorCode: 'ProvisionedThroughputExceededException',
        errorMessage: 'Rate exceeded for shard shardId-000000000001',
      },
      { shardId: 'shardId-000000000000', sequenceNumber: '21269319989653637946712965403778482177' },
      { errorCode: 'InternalFailure', errorMessage: 'Internal service failure.' },
      { errorCode: 'InternalFailure', errorMessage: 'SomethingNew' },
    ]);
    expect(calls).toEqual([
      {
        operation: 'PutRecords',
        input: { StreamName: 'web', Records: Array.from({ length: 4 }, () => ({ Data: 'eA==', PartitionKey: 'k' })) },
      },
    ]);
  });

  test('that is answered with too few outcomes promises nothing', async () => {
    const { stream } = await streamThatGets(() => [
      200,
      { Records: [{ ShardId: 'shardId-000000000000', SequenceNumber: '1' }] },
    ]);
    await expect(stream.put([entry, entry])).rejects.toThrow(
      'answered a put of 2 entries with 1 outcomes: which are there is not known. Put them again.',
    );
  });

  test('that breaks a limit, or of nothing, asks nobody', async () => {
    const { stream, calls } = await streamThatGets(() => [500, {}]);
    await expect(stream.put([{ ...entry, partitionKey: '' }])).rejects.toThrow(RangeError);
    expect(await stream.put([])).toEqual([]);
    expect(calls).toEqual([]);
  });
});

test('shards come from all pages, parents first, closed ones told by their end', async () => {
  const range = { StartingHashKey: '0', EndingHashKey: '9' };
  const { stream, calls } = await streamThatGets(({ input }) =>
    input['NextToken'] === undefined
      ? [
          200,
          {
            NextToken: 'more',
            Shards: [
              {
                ShardId: 'shardId-000000000002',
                ParentShardId: 'shardId-000000000000',
                AdjacentParentShardId: 'shardId-000000000001',
                HashKeyRange: range,
                SequenceNumberRange: { StartingSequenceNumber: '9' },
              },
            ],
          },
        ]
      : [
          200,
          {
            Shards: [0, 1].map((number) => ({
              ShardId: `shardId-00000000000${number}`,
              HashKeyRange: range,
              SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '8' },
            })),
          },
        ],
  );
  expect(await stream.shards()).toEqual([
    { shardId: 'shardId-000000000000', parents: [], from: '0', to: '9', isClosed: true },
    { shardId: 'shardId-000000000001', parents: [], from: '0', to: '9', isClosed: true },
    {
      shardId: 'shardId-000000000002',
      parents: ['shardId-000000000000', 'shardId-000000000001'],
      from: '0',
      to: '9',
      isClosed: false,
    },
  ]);
  // Kinesis refuses a page's token beside the name.
  expect(calls.map(({ input }) => input)).toEqual([{ StreamName: 'web' }, { NextToken: 'more' }]);
});

describe('a read', () => {
  const record = (sequence: string) => ({
    Data: 'eA==',
    PartitionKey: 'k',
    SequenceNumber: sequence,
    ApproximateArrivalTimestamp: 1_700_000_000.123,
  });
  const shardId = 'shardId-000000000000';
  /** Each call with the texts that say where it reads. */
  const iterators = (calls: readonly Call[]) =>
    calls.map(({ operation, input }) =>
      [operation, input['ShardIteratorType'], input['StartingSequenceNumber'], input['ShardIterator']]
        .filter((text) => typeof text === 'string')
        .join(' '),
    );

  test('goes on with the iterator of the last one, asks for one elsewhere, and ends where there is none', async () => {
    let made = 0;
    const { stream, calls } = await streamThatGets(({ operation, input }) => {
      if (operation === 'GetShardIterator') return [200, { ShardIterator: `new-${(made += 1)}` }];
      switch (input['ShardIterator']) {
        case 'new-1':
          return [200, { Records: [record('5')], NextShardIterator: 'second' }];
        case 'second':
          return [200, { Records: [], NextShardIterator: 'third' }];
        case 'third':
          return [200, { Records: [record('6'), record('7')], NextShardIterator: 'fourth' }];
        default:
          return [200, { Records: [], NextShardIterator: null }];
      }
    });
    expect(await stream.read(shardId, undefined, 20_000)).toEqual({
      records: [
        {
          data: Uint8Array.from([120]),
          partitionKey: 'k',
          sequenceNumber: '5',
          arrivedAt: new Date(1_700_000_000_123),
        },
      ],
      after: '5',
      isFinished: false,
    });
    expect(await stream.read(shardId, '5', 2)).toEqual({ records: [], after: '5', isFinished: false });
    expect(await stream.read(shardId, '5', 2)).toMatchObject({ after: '7', isFinished: false });
    expect(await stream.read(shardId, '5', 2)).toEqual({ records: [], after: '5', isFinished: true });
    expect(await stream.read(shardId, undefined, 2)).toEqual({ records: [], after: undefined, isFinished: true });
    expect(iterators(calls)).toEqual([
      'GetShardIterator TRIM_HORIZON',
      'GetRecords new-1',
      'GetRecords second',
      'GetRecords third',
      'GetShardIterator AFTER_SEQUENCE_NUMBER 5',
      'GetRecords new-2',
      'GetShardIterator TRIM_HORIZON',
      'GetRecords new-3',
    ]);
    expect(calls.filter(({ operation }) => operation === 'GetRecords').map(({ input }) => input['Limit'])).toEqual([
      10_000, 2, 2, 2, 2,
    ]);
  });

  test('asks for another iterator where its own has expired', async () => {
    let made = 0;
    const { stream, calls } = await streamThatGets(({ operation, input }) => {
      if (operation === 'GetShardIterator') return [200, { ShardIterator: `new-${(made += 1)}` }];
      return input['ShardIterator'] === 'old'
        ? failing(400, 'ExpiredIteratorException')
        : [200, { Records: [record(String(made))], NextShardIterator: 'old' }];
    });
    expect((await stream.read(shardId, undefined, 10)).after).toBe('1');
    expect((await stream.read(shardId, '1', 10)).after).toBe('2');
    expect(iterators(calls)).toEqual([
      'GetShardIterator TRIM_HORIZON',
      'GetRecords new-1',
      'GetRecords old',
      'GetShardIterator AFTER_SEQUENCE_NUMBER 1',
      'GetRecords new-2',
    ]);
  });

  test('that is throttled is tried again', async () => {
    let asked = 0;
    const { stream } = await streamThatGets(({ operation }) => {
      if (operation === 'GetShardIterator') return [200, { ShardIterator: 'first' }];
      asked += 1;
      return asked < 3
        ? failing(400, 'ProvisionedThroughputExceededException')
        : [200, { Records: [record('5')], NextShardIterator: 'next' }];
    });
    expect((await stream.read(shardId, undefined, 10)).after).toBe('5');
    expect(asked).toBe(3);
  });
});

test('a request that gets no answer is broken off', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(
    () => server.closeAllConnections(),
    () => void server.close(),
  );
  const address = server.address();
  const client = kinesisClient(
    { AWS_ENDPOINT_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` },
    { maxAttempts: 1, requestTimeout: 50 },
  );
  undo.push(() => client.destroy());
  await expect(put(kinesisStream({ name: 'web', client }))).rejects.toThrow(StreamUnavailable);
});
