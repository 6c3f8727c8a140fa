import { describe, expect, test } from '@jest/globals';
import type { KinesisStreamEvent } from 'aws-lambda';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryLake } from '../../../lambdas/shared/ports/memory-lake.ts';
import { memoryStream } from '../../../lambdas/shared/ports/memory-stream.ts';
import { memoryCheckpoints } from './checkpoints.ts';
import { bench, fail, failOn, naming, numbers, plain, start, texts } from './fixture.ts';
import { type FailedBatch, lakeDestination } from './failed.ts';
import { startMapping } from './mapping.ts';

describe('a batch', () => {
  test('is the event that a Lambda is given', async () => {
    const { put, drain, stream } = bench();
    await put('a');
    let seen: KinesisStreamEvent | undefined;
    await drain({}, (event) => {
      seen = event;
    });
    const [record] = (await stream.read('shardId-000000000000', undefined, 1)).records;
    expect(seen).toEqual({
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: 'a',
            sequenceNumber: record?.sequenceNumber,
            data: 'YQ==',
            approximateArrivalTimestamp: 1743292800,
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `shardId-000000000000:${record?.sequenceNumber}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: 'arn:aws:iam::000000000000:role/embedded',
          awsRegion: 'eu-west-3',
          eventSourceARN: 'arn:aws:kinesis:eu-west-3:000000000000:stream/web',
        },
      ],
    });
  });

  test('has as many records as it may', async () => {
    const { put, drain } = bench();
    await put('a', 'b', 'c', 'd', 'e');
    expect(await drain({ batchSize: 2 })).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  test('is full with so many: what comes beside waits for a window of its own', async () => {
    const { put, start: begin, time, calls } = bench();
    const mapping = begin({ batchSize: 3, batchingWindowSeconds: 5 });
    await time.until(time.sleep(10_500));
    await put('a', 'b');
    await time.until(time.sleep(1000));
    await put('c', 'd', 'e');
    await time.until(mapping.drained());
    expect(calls.map(({ at, texts: own }) => [at, ...own])).toEqual([
      [12, 'a', 'b', 'c'],
      [17, 'd', 'e'],
    ]);
    await time.until(mapping.stop());
  });

  test('waits for more, but no longer than its window', async () => {
    const { put, start: begin, time, calls } = bench();
    const mapping = begin({ batchSize: 4, batchingWindowSeconds: 5 });
    await time.until(time.sleep(10_500));
    await put('a', 'b');
    await time.until(time.sleep(3000));
    await put('c');
    await time.until(mapping.drained());
    // The records are read at 11 s: the window ends at 16 s.
    expect(calls).toEqual([{ at: 16, shard: '0', texts: ['a', 'b', 'c'] }]);
    await put('d', 'e', 'f', 'g');
    await time.until(mapping.drained());
    expect(calls[1]).toMatchObject({ at: 17, texts: ['d', 'e', 'f', 'g'] });
    await time.until(mapping.stop());
  });

  test('stays within 6 MB, as it travels', async () => {
    const { stream, drain } = bench();
    const large = Buffer.alloc(1_000_000, 'x');
    for (let i = 0; i < 9; i++) await stream.put([{ data: large, partitionKey: 'p' }]);
    const sizes: number[] = [];
    await drain({ batchingWindowSeconds: 300 }, (event) => {
      sizes.push(Buffer.byteLength(JSON.stringify(event)));
    });
    expect(sizes.map((size) => Math.round(size / 1_333_333))).toEqual([4, 4, 1]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6_291_456);
  });
});

describe('an answer', () => {
  const none = [['a', 'b', 'c']];
  const cases: readonly (readonly [string, (event: KinesisStreamEvent) => unknown, string[][]])[] = [
    ['nothing', () => undefined, none],
    ['null', () => null, none],
    ['an empty answer', () => ({}), none],
    ['no list', () => ({ batchItemFailures: null }), none],
    ['an empty list', () => ({ batchItemFailures: [] }), none],
    ['the last record', naming('c'), [['a', 'b', 'c'], ['c']]],
    [
      'the lowest of several records, in whatever order',
      (event) => ({ batchItemFailures: [2, 1].map((i) => ({ itemIdentifier: numbers(event)[i] })) }),
      [
        ['a', 'b', 'c'],
        ['b', 'c'],
      ],
    ],
    [
      'the first record',
      naming('a'),
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
    ],
    [
      'an empty identifier',
      () => ({ batchItemFailures: [{ itemIdentifier: '' }] }),
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
    ],
    [
      'a null identifier',
      () => ({ batchItemFailures: [{ itemIdentifier: null }] }),
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
    ],
    [
      'another key',
      (event) => ({ batchItemFailures: [{ item: numbers(event)[2] }] }),
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
    ],
    [
      'a record and one of another batch',
      (event) => ({ batchItemFailures: [{ itemIdentifier: numbers(event)[2] }, { itemIdentifier: '1' }] }),
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
    ],
    [
      'a list that is none',
      () => ({ batchItemFailures: 'c' }),
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
    ],
  ];
  test.each(cases)('that names %s', async (_, answer, expected) => {
    const { put, drain } = bench();
    await put('a', 'b', 'c');
    let first = true;
    expect(
      await drain({}, (event) => {
        if (!first) return undefined;
        first = false;
        return answer(event);
      }),
    ).toEqual(expected);
  });

  test('is not read where the mapping does not say that records are reported', async () => {
    const { put, drain } = bench();
    await put('a', 'b');
    expect(await drain({ reportsItemFailures: false }, naming('a'))).toEqual([['a', 'b']]);
  });
});

describe('an error', () => {
  test('is tried again after waits that double, and keeps the records behind it waiting', async () => {
    const { put, drain, calls, problems } = bench();
    await put('a', 'b');
    let left = 8;
    await drain({ batchSize: 1 }, () => (left-- > 0 ? fail() : undefined));
    expect(calls.map(({ at, texts: [text] }) => [at, text])).toEqual([
      [0, 'a'],
      [1, 'a'],
      [3, 'a'],
      [7, 'a'],
      [15, 'a'],
      [31, 'a'],
      [63, 'a'],
      [123, 'a'],
      [183, 'a'],
      [183, 'b'],
    ]);
    expect(problems).toHaveLength(8);
  });

  test('costs as many retries as there may be; then the batch goes to the destination, and the next one comes', async () => {
    const { put, drain, failed, problems } = bench();
    await put('a', 'bad', 'c');
    expect(await drain({ batchSize: 2, maximumRetries: 2 }, failOn('bad'))).toEqual([
      ['a', 'bad'],
      ['a', 'bad'],
      ['a', 'bad'],
      ['c'],
    ]);
    expect(failed).toMatchObject([
      {
        stream: 'web',
        shardId: 'shardId-000000000000',
        condition: 'RetryAttemptsExhausted',
        invocations: 3,
        failedAt: new Date('2025-03-30T00:00:03.000Z'),
      },
    ]);
    expect(failed[0]?.records.map(({ data }) => Buffer.from(data).toString())).toEqual(['a', 'bad']);
    expect(problems.at(-1)).toEqual(
      new Error(
        `2 records of web, shardId-000000000000, from ${failed[0]?.records[0]?.sequenceNumber} on, were given ` +
          'up and are kept apart: RetryAttemptsExhausted.',
      ),
    );
  });

  test('splits the batch where that is asked for, which costs no retry', async () => {
    const { put, drain, failed } = bench();
    await put('a', 'b', 'bad', 'd', 'e');
    expect(await drain({ bisectOnError: true, maximumRetries: 1 }, failOn('bad'))).toEqual([
      ['a', 'b', 'bad', 'd', 'e'],
      ['a', 'b', 'bad'],
      ['a', 'b'],
      ['bad'],
      ['bad'],
      ['d', 'e'],
    ]);
    expect(failed.flatMap(({ records }) => records.map(({ data }) => Buffer.from(data).toString()))).toEqual(['bad']);
  });

  test('in a part of the batch waits as the first one does, once another part came through', async () => {
    const { put, drain, calls } = bench();
    await put('a', 'b', 'bad', 'd', 'e');
    await drain({ bisectOnError: true, maximumRetries: 2 }, failOn('bad'));
    expect(calls.map(({ at, texts: own }) => [at, ...own])).toEqual([
      [0, 'a', 'b', 'bad', 'd', 'e'],
      [1, 'a', 'b', 'bad'],
      [3, 'a', 'b'],
      [3, 'bad'],
      [4, 'bad'],
      [6, 'bad'],
      [6, 'd', 'e'],
    ]);
  });

  test('splits at the second record where the answer names that one', async () => {
    const { put, drain } = bench();
    await put('a', 'bad', 'c', 'd');
    expect(await drain({ bisectOnError: true, maximumRetries: 0 }, naming('bad'))).toEqual([
      ['a', 'bad', 'c', 'd'],
      ['bad', 'c', 'd'],
      ['bad', 'c'],
      ['bad'],
      ['c'],
      ['d'],
    ]);
  });

  test.each([
    ['is as old as it may be', 0, [0, 1, 3, 7]],
    ['is five milliseconds too old', 5, [0.005, 1.005, 3.005]],
  ])('is not tried again with a record that %s', async (_, waitedMs, times) => {
    const { put, start: begin, time, calls, failed } = bench();
    await put('old');
    await time.until(time.sleep(waitedMs));
    const mapping = begin({ maximumRecordAgeSeconds: 7 }, fail);
    await time.until(mapping.drained());
    await time.until(mapping.stop());
    expect(calls.map(({ at }) => at)).toEqual(times);
    expect(failed).toHaveLength(1);
  });

  test('splits at the record that the answer names', async () => {
    const { put, drain, failed } = bench();
    await put('a', 'b', 'bad', 'd', 'e');
    expect(await drain({ bisectOnError: true, maximumRetries: 0 }, naming('bad'))).toEqual([
      ['a', 'b', 'bad', 'd', 'e'],
      ['bad', 'd', 'e'],
      ['bad', 'd'],
      ['bad'],
      ['d'],
      ['e'],
    ]);
    expect(failed).toHaveLength(1);
  });

  test('in part costs a retry where nothing is split', async () => {
    const { put, drain, failed } = bench();
    await put('a', 'b', 'bad', 'd', 'e');
    expect(await drain({ maximumRetries: 1 }, naming('bad', 'd'))).toEqual([
      ['a', 'b', 'bad', 'd', 'e'],
      ['bad', 'd', 'e'],
    ]);
    expect(failed.map(({ records }) => records.length)).toEqual([3]);
  });

  test('lasts until the records are too old; younger ones of the batch are tried on', async () => {
    const { put, start: begin, time, calls, failed } = bench();
    await put('old');
    await time.until(time.sleep(30_000));
    await put('young');
    let left = 7;
    const mapping = begin({ maximumRecordAgeSeconds: 60 }, () => (left-- > 0 ? fail() : undefined));
    await time.until(mapping.drained());
    await time.until(mapping.stop());
    expect(calls.map(({ at, texts: found }) => [at, ...found])).toEqual(
      [
        [30, 'old', 'young'],
        [31, 'old', 'young'],
        [33, 'old', 'young'],
        [37, 'old', 'young'],
        [45, 'old', 'young'],
        [61, 'young'].flat(),
      ].map(([at, ...found]) => [at, ...found]),
    );
    expect(
      failed.map(({ condition, records }) => [condition, ...records.map(({ data }) => Buffer.from(data).toString())]),
    ).toEqual([
      ['RecordAgeExceeded', 'old'],
      ['RecordAgeExceeded', 'young'],
    ]);
  });

  test('of the destination loses nothing: the batch is tried on', async () => {
    const { put, drain, problems, calls } = bench();
    await put('bad', 'b');
    const kept: string[] = [];
    let down = 2;
    await drain({ batchSize: 1, maximumRetries: 0 }, failOn('bad'), async ({ records }) => {
      if (down-- > 0) throw new Error('the destination is down');
      kept.push(...records.map(({ data }) => Buffer.from(data).toString()));
    });
    expect(kept).toEqual(['bad']);
    expect(calls.map((call) => call.texts)).toEqual([['bad'], ['bad'], ['bad'], ['b']]);
    expect(problems).toContainEqual(new Error('the destination is down'));
  });

  test('of the stream or of the checkpoints is waited out', async () => {
    const { put, stream, checkpoints, time } = bench();
    await put('a', 'b');
    let faults = 0;
    const shaky =
      <A extends readonly unknown[], T>(action: (...given: A) => Promise<T>) =>
      async (...given: A) => {
        if (faults < 40 && (faults++ * 7) % 10 < 4) throw Object.assign(new Error('not now'), { fault: (thrown += 1) });
        return action(...given);
      };
    let thrown = 0;
    const told: unknown[] = [];
    const seen: string[] = [];
    const mapping = startMapping({
      stream: {
        ...stream,
        shards: shaky(() => stream.shards()),
        read: shaky((id, after, limit) => stream.read(id, after, limit)),
      },
      name: 'web',
      mapping: { ...plain, batchSize: 1 },
      checkpoints: {
        load: shaky((id) => checkpoints.load(id)),
        save: shaky((id, checkpoint) => checkpoints.save(id, checkpoint)),
      },
      invoke: async (event) => void seen.push(...texts(event)),
      onFailure: async () => undefined,
      onProblem: (error) => told.push(error),
      clock: time.clock,
      sleep: time.sleep,
    });
    await time.until(mapping.drained());
    await time.until(mapping.stop());
    expect([...new Set(seen)]).toEqual(['a', 'b']);
    // Each is told, once.
    expect(told).toEqual(Array.from({ length: 16 }, (_, n) => expect.objectContaining({ fault: n + 1 })));
  });
});

test('a batch that is given up is kept in the lake as AWS keeps it, with the event to be tried again', async () => {
  const { put, drain } = bench();
  const lake = memoryLake();
  await put('bad');
  let event: KinesisStreamEvent | undefined;
  await drain(
    { maximumRetries: 1 },
    (given) => {
      event = given;
      fail();
    },
    lakeDestination(lake, 'land'),
  );
  const number = event?.Records[0]?.kinesis.sequenceNumber;
  const text = (await lake.get(`raw/failed/land/shardId-000000000000/2025/03/30/${number}.json`)).toString();
  expect(JSON.parse(text)).toEqual({
    requestContext: {
      requestId: `shardId-000000000000:${number}`,
      functionArn: 'arn:aws:lambda:eu-west-3:000000000000:function:land',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2025-03-30T00:00:01.000Z',
    KinesisBatchInfo: {
      shardId: 'shardId-000000000000',
      startSequenceNumber: number,
      endSequenceNumber: number,
      approximateArrivalOfFirstRecord: start,
      approximateArrivalOfLastRecord: start,
      batchSize: 1,
      streamArn: 'arn:aws:kinesis:eu-west-3:000000000000:stream/web',
    },
    payload: JSON.stringify(event),
  });
});

test('without a clock of its own it polls by the one of the machine, once a second', async () => {
  const now = Date.now();
  const stream = memoryStream({ shards: 1, now: () => now - 61_000 });
  await stream.put([{ data: Buffer.from('old'), partitionKey: 'k' }]);
  const failed: FailedBatch[] = [];
  let reads = 0;
  const mapping = startMapping({
    stream: {
      ...stream,
      async read(...given) {
        reads++;
        await pause(1);
        return stream.read(...given);
      },
    },
    name: 'web',
    mapping: { ...plain, maximumRecordAgeSeconds: 60 },
    checkpoints: memoryCheckpoints(),
    invoke: async () => undefined,
    onFailure: async (batch) => void failed.push(batch),
  });
  await mapping.drained();
  const before = reads;
  await pause(300);
  // A busy machine may come late, and not early.
  expect(reads - before).toBeLessThanOrEqual(1 + Math.ceil((Date.now() - now) / 1000));
  await mapping.stop();
  expect(failed.map(({ condition }) => condition)).toEqual(['RecordAgeExceeded']);
  expect(failed[0]?.failedAt.getTime()).toBeGreaterThanOrEqual(now);
});
