import { describe, expect, test } from '@jest/globals';
import type { KinesisStreamEvent } from 'aws-lambda';
import fc from 'fast-check';
import type { EventSourceMapping } from '../../../lambdas/land/mapping.ts';
import type { Stream } from '../../../lambdas/shared/ports/stream.ts';
import type { Checkpoint } from './checkpoints.ts';
import { bench, type Bench, fail, numbers, plain, start, texts } from './fixture.ts';
import { startMapping, type Mapping } from './mapping.ts';

describe('shards', () => {
  test('are read side by side, each in its own order', async () => {
    const { put, drain, calls } = bench(4);
    const records = Array.from({ length: 40 }, (_, i) => `${i % 8}:${i}`);
    await put(...records);
    await drain({ batchSize: 3 });
    const shards = new Set(calls.map(({ shard }) => shard));
    expect(shards.size).toBeGreaterThan(2);
    for (const found of [...shards].map((shard) => calls.filter((call) => call.shard === shard)))
      expect(found.flatMap((call) => call.texts)).toEqual(
        records.filter((record) => found.some((call) => call.texts.includes(record))),
      );
    expect(calls.flatMap((call) => call.texts).toSorted()).toEqual(records.toSorted());
  });

  test('begin when all their parents have ended, whoever was split or merged', async () => {
    const { put, drain, stream, calls } = bench(2);
    const keys = Array.from({ length: 12 }, (_, i) => `k${i}`);
    const round = (n: number) => keys.map((key) => `${key}:${n}`);
    await put(...round(0));
    await stream.split('shardId-000000000000');
    await put(...round(1));
    await stream.merge('shardId-000000000003', 'shardId-000000000001');
    await put(...round(2));
    // One shard is slow: its child must wait, although the other parent is through.
    let left = 3;
    await drain({ batchSize: 5 }, (event) =>
      event.Records[0]?.eventID.startsWith('shardId-000000000001') === true && left-- > 0 ? fail() : undefined,
    );
    for (const key of keys) {
      const first = calls.flatMap((call) => call.texts).filter((text) => text.startsWith(`${key}:`));
      expect([...new Set(first)]).toEqual([`${key}:0`, `${key}:1`, `${key}:2`]);
    }
    expect((await stream.shards()).map(({ shardId }) => shardId)).toHaveLength(5);
  });

  test('are waited for by drained, also those that were made meanwhile', async () => {
    const { put, start: begin, stream, time, calls } = bench();
    const mapping = begin();
    await time.until(mapping.drained());
    await stream.split('shardId-000000000000');
    await put('a', 'b', 'c', 'd');
    await time.until(mapping.drained());
    expect(calls.flatMap((call) => call.texts).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    await time.until(mapping.stop());
  });
});

/** A mapping over a stream of which a part is another. */
function over(
  { stream, time, checkpoints, problems }: Bench,
  other: Partial<Pick<Stream, 'shards' | 'read'>>,
  mapping: Partial<EventSourceMapping> = {},
  invoke: (event: KinesisStreamEvent) => Promise<unknown> = async () => undefined,
): Mapping {
  return startMapping({
    stream: { shards: () => stream.shards(), read: (...of) => stream.read(...of), ...other },
    name: 'web',
    checkpoints,
    mapping: { ...plain, ...mapping },
    invoke,
    onFailure: async () => undefined,
    onProblem: (error) => problems.push(error),
    clock: time.clock,
    sleep: time.sleep,
  });
}

describe('what is read', () => {
  const millions = Array.from({ length: 5 }, () => 1_000_000);

  test('of a closed shard does not wait for its window, and its last record is where the shard has ended', async () => {
    const { put, start: begin, stream, time, calls, checkpoints } = bench();
    await put('a', 'b', 'c');
    await stream.split('shardId-000000000000');
    const mapping = begin({ batchingWindowSeconds: 300 });
    await time.until(mapping.drained());
    await time.until(mapping.stop());
    expect(calls).toEqual([{ at: 0, shard: '0', texts: ['a', 'b', 'c'] }]);
    const { records } = await stream.read('shardId-000000000000', undefined, 100);
    expect(await checkpoints.load('shardId-000000000000')).toEqual({
      after: records[2]?.sequenceNumber,
      isFinished: true,
    });
  });

  test.each([
    ['fewer records than were asked for', [1, 1, 1], 4, 1],
    ['as many', [1, 1, 1], 3, 2],
    ['fewer, of 5 MiB but a byte', [...millions, 242_879], 9, 1],
    ['fewer, of 5 MiB', [...millions, 242_880], 9, 2],
  ])('is all that there was, or looked for once more: %s', async (_, sizes, batchSize, looks) => {
    const given = bench();
    const { stream, time } = given;
    for (const size of sizes) await stream.put([{ data: Buffer.alloc(size), partitionKey: 'p' }]);
    let reads = 0;
    const mapping = over(given, { read: (...of) => ((reads += 1), stream.read(...of)) }, { batchSize });
    const readUntil = mapping.drained().then(() => reads);
    expect(await time.until(readUntil)).toBe(looks);
    await time.until(mapping.stop());
  });
});

describe('a stream that fails', () => {
  const failingAt = (time: Bench['time'], fails: readonly boolean[], times: number[]) => () => {
    times.push((time.trueNow() - Date.parse(start)) / 1000);
    if (fails[times.length - 1] === true) throw new Error('not now');
  };

  test('is listed again after waits that double', async () => {
    const given = bench();
    const { stream, time } = given;
    const times: number[] = [];
    const check = failingAt(time, [true, true, true], times);
    const mapping = over(given, { shards: async () => (check(), stream.shards()) });
    await time.until(mapping.drained());
    await time.until(mapping.stop());
    expect(times).toEqual([0, 1, 3, 7]);
  });

  test('is read again after waits that double, and begin anew after a read that came through', async () => {
    const given = bench();
    const { stream, time } = given;
    const times: number[] = [];
    const check = failingAt(time, [true, true, true, false, true, true], times);
    const mapping = over(given, { read: async (...of) => (check(), stream.read(...of)) });
    await time.until(time.sleep(11_500));
    expect(times).toEqual([0, 1, 3, 7, 8, 9, 11]);
    await time.until(mapping.stop());
  });
});

test('drained waits for the shards that are still being listed', async () => {
  const given = bench(2);
  const { stream, time, put } = given;
  const taken: string[] = [];
  const shards = async () => {
    if (taken.length > 0) await time.sleep(5000);
    return stream.shards();
  };
  const mapping = over(given, { shards }, {}, async (event) => void taken.push(...texts(event)));
  const records = Array.from({ length: 12 }, (_, i) => `k${i}`);
  await put(...records);
  await time.until(mapping.drained());
  await stream.split('shardId-000000000000');
  // The parent ends, and its children are listed, while the other shard is polled each second.
  await time.until(time.sleep(2500));
  await put(...records);
  await time.until(mapping.drained());
  expect(taken).toHaveLength(24);
  await time.until(mapping.stop());
});

test('a stream of which all shards have ended is drained, and stop waits for the listing under way', async () => {
  const given = bench();
  const { time } = given;
  let listed = 0;
  const ended = {
    shards: async () => {
      await time.sleep(5000);
      listed += 1;
      return [{ shardId: 'a', parents: [], isClosed: true, from: '0', to: '0' }];
    },
    read: async () => ({ records: [], after: undefined, isFinished: true }),
  };
  const mapping = over(given, ended);
  await time.until(mapping.drained());
  await time.until(mapping.stop());
  listed = 0;
  const other = over(given, ended);
  await time.until(other.stop());
  expect(listed).toBe(1);
});

test('without a clock of its own a mapping takes the machine’s, and waits', async () => {
  const { stream, checkpoints, put } = bench();
  await put('a');
  const taken: string[] = [];
  const mapping = startMapping({
    stream,
    name: 'web',
    checkpoints,
    mapping: { ...plain, maximumRecordAgeSeconds: 60 * 86_400 * 365 },
    invoke: async (event) => void taken.push(...texts(event)),
    onFailure: async () => undefined,
  });
  await mapping.drained();
  await mapping.stop();
  expect(taken).toEqual(['a']);
});

describe('lanes of a shard', () => {
  test('save their checkpoints in order, though the disk takes longest for the first', async () => {
    const { put, stream, time, problems, checkpoints } = bench();
    await put(...Array.from({ length: 24 }, (_, i) => `k${i}`));
    const begun: (string | undefined)[] = [];
    const ended: (string | undefined)[] = [];
    const slow = {
      load: (shardId: string) => checkpoints.load(shardId),
      async save(shardId: string, checkpoint: Checkpoint) {
        begun.push(checkpoint.after);
        await time.sleep(10_000 / begun.length);
        ended.push(checkpoint.after);
        await checkpoints.save(shardId, checkpoint);
      },
    };
    const mapping = startMapping({
      stream,
      name: 'web',
      checkpoints: slow,
      mapping: { ...plain, batchSize: 3, parallelizationFactor: 8 },
      invoke: async () => undefined,
      onFailure: async () => undefined,
      onProblem: (error) => problems.push(error),
      clock: time.clock,
      sleep: time.sleep,
    });
    await time.until(mapping.drained());
    await time.until(mapping.stop());
    expect(problems).toEqual([]);
    expect(begun.length).toBeGreaterThan(1);
    expect(new Set(begun).size).toBe(begun.length);
    // None began before the one before it had ended, and each is further than the last.
    expect(ended).toEqual(begun);
    expect(ended).toEqual(ended.toSorted((a, b) => (BigInt(a ?? 0) < BigInt(b ?? 0) ? -1 : 1)));
    const { records } = await stream.read('shardId-000000000000', undefined, 100);
    expect(await checkpoints.load('shardId-000000000000')).toMatchObject({ after: records.at(-1)?.sequenceNumber });
  });
});

describe('a clock that is set', () => {
  test.each([-1000, -1, 1, 1000])('by %d days keeps no batching window open, and shuts none', async (days) => {
    const { put, start: begin, time, calls } = bench();
    await put('a');
    const mapping = begin({ batchingWindowSeconds: 5 });
    void time.sleep(1500).then(() => time.setClock(days * 86_400_000));
    const from = time.trueNow();
    await time.until(mapping.drained());
    expect(calls.map((call) => call.texts)).toEqual([['a']]);
    expect(time.trueNow() - from).toBeGreaterThanOrEqual(5000);
    expect(time.trueNow() - from).toBeLessThan(10_000);
    await time.until(mapping.stop());
  });
});

describe('a checkpoint that cannot be is refused in words, and other shards go on', () => {
  test.each([
    [
      'beyond the newest record',
      { after: '99999999999999999999999', isFinished: false },
      'No record of the stream in memory has the number 99999999999999999999999 yet.',
    ],
    [
      'of a shard that is done, on one that is open',
      { isFinished: true },
      'The checkpoint of shardId-000000000000 of the stream web says that the shard is done, and the shard is ' +
        'open or has more records. That checkpoint is of another stream, or was changed. Delete it:',
    ],
  ])('one %s', async (_, checkpoint, words) => {
    const { put, start: begin, time, calls, checkpoints, problems } = bench(2);
    await checkpoints.save('shardId-000000000000', checkpoint);
    await put(...Array.from({ length: 12 }, (__, i) => `k${i}`));
    const mapping = begin();
    let isDrained = false;
    void mapping.drained().finally(() => {
      isDrained = true;
    });
    await time.until(time.sleep(20_000));
    expect(isDrained).toBe(false);
    expect(new Set(calls.map(({ shard }) => shard))).toEqual(new Set(['1']));
    expect(String(problems[0])).toContain(words);
    await checkpoints.save('shardId-000000000000', { isFinished: false });
    await time.until(time.sleep(120_000));
    expect(isDrained).toBe(true);
    expect(calls.flatMap((call) => call.texts).toSorted()).toEqual(
      Array.from({ length: 12 }, (__, i) => `k${i}`).toSorted(),
    );
    await time.until(mapping.stop());
  });
});

test('a checkpoint that says of a closed shard that it is done, and has a record more, is refused', async () => {
  const { put, start: begin, stream, time, checkpoints, problems } = bench();
  await put('a');
  await stream.split('shardId-000000000000');
  await checkpoints.save('shardId-000000000000', { isFinished: true });
  const mapping = begin();
  await time.until(time.sleep(1500));
  expect(String(problems[0])).toContain('the shard is open or has more records');
  await time.until(mapping.stop());
});

test('drained waits for the invocations under way', async () => {
  const { put, start: begin, time } = bench();
  const taken: string[] = [];
  const mapping = begin({}, async (event) => {
    await time.sleep(5000);
    taken.push(...texts(event));
  });
  await time.until(mapping.drained());
  await put('a');
  await time.until(mapping.drained());
  expect(taken).toEqual(['a']);
  await time.until(mapping.stop());
});

describe('a mapping', () => {
  test('goes on where the last one was, and does not begin a shard again that has ended', async () => {
    const { put, drain, stream, calls } = bench();
    await put('a', 'b');
    await drain();
    await stream.split('shardId-000000000000');
    await put('c');
    await drain();
    await put('d');
    await drain();
    expect(calls.map((call) => call.texts)).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  test('that is stopped ends after the invocation under way, and leaves the rest', async () => {
    const { put, start: begin, time, calls, drain } = bench();
    await put('a', 'b', 'c');
    const mapping: Mapping = begin({ batchSize: 1 }, () => void (calls.length === 2 && mapping.stop()));
    const drained = mapping.drained();
    await expect(time.until(drained)).rejects.toThrow('The mapping was stopped before its stream was drained.');
    await time.until(mapping.stop());
    expect(calls.map((call) => call.texts)).toEqual([['a'], ['b']]);
    await expect(mapping.drained()).rejects.toThrow('stopped');
    await drain();
    expect(calls.slice(2).map((call) => call.texts)).toEqual([['c']]);
  });
});

describe('batches of one shard side by side', () => {
  test('keep the records of one key in order; the checkpoint waits for the lowest', async () => {
    const { put, start: begin, time, checkpoints, stream } = bench();
    const records = Array.from({ length: 30 }, (_, i) => `${i % 6}:${i}`);
    await put(...records);
    const seen: string[] = [];
    let most = 0;
    let under = 0;
    let open = true;
    const mapping = begin({ batchSize: 4, parallelizationFactor: 3 }, async (event) => {
      most = Math.max(most, ++under);
      await time.sleep(10);
      under--;
      // The lane of the first record does not come through.
      if (open && texts(event).some((text) => text.startsWith('0:'))) fail();
      seen.push(...texts(event));
    });
    await time.until(time.sleep(20_000));
    expect(most).toBeGreaterThan(1);
    expect(await checkpoints.load('shardId-000000000000')).toEqual({ isFinished: false });
    open = false;
    await time.until(mapping.drained());
    await time.until(mapping.stop());
    for (const key of ['0', '1', '2', '3', '4', '5'])
      expect(seen.filter((text) => text.startsWith(`${key}:`))).toEqual(
        records.filter((text) => text.startsWith(`${key}:`)),
      );
    expect(seen.toSorted()).toEqual(records.toSorted());
    const last = (await stream.read('shardId-000000000000', undefined, 100)).records.at(-1)?.sequenceNumber;
    expect(await checkpoints.load('shardId-000000000000')).toEqual({ after: last, isFinished: false });
  });
});

test('whatever fails, each record is taken or given up, and those of one key in order', async () => {
  const outcome = fc.constantFrom('ok', 'ok', 'ok', 'error', 'part');
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        batchSize: fc.integer({ min: 1, max: 6 }),
        batchingWindowSeconds: fc.integer({ min: 0, max: 3 }),
        parallelizationFactor: fc.integer({ min: 1, max: 3 }),
        bisectOnError: fc.boolean(),
        maximumRetries: fc.option(fc.nat(3), { nil: undefined }),
      }),
      fc.array(fc.nat(4), { maxLength: 25 }),
      fc.array(outcome, { maxLength: 40 }),
      fc.array(fc.nat(30), { maxLength: 3 }),
      async (mapping, keys, outcomes, splits) => {
        const { stream, drain, put, failed } = bench();
        const records = keys.map((key, i) => `${key}:${i}`);
        for (const [i, record] of records.entries()) {
          await put(record);
          const last = (await stream.shards()).findLast(({ isClosed }) => !isClosed);
          if (splits.includes(i) && last) await stream.split(last.shardId);
        }
        const taken: string[] = [];
        let calls = 0;
        await drain(mapping, (event) => {
          const what = outcomes[calls++] ?? 'ok';
          if (what === 'error') fail();
          const from = what === 'part' ? Math.trunc(event.Records.length / 2) : event.Records.length;
          taken.push(...texts(event).slice(0, from));
          return {
            batchItemFailures: numbers(event)
              .slice(from)
              .map((itemIdentifier) => ({ itemIdentifier })),
          };
        });
        const givenUp = failed.flatMap((batch) => batch.records.map(({ data }) => Buffer.from(data).toString()));
        expect([...taken, ...givenUp].toSorted()).toEqual(records.toSorted());
        for (const key of new Set(keys)) {
          const own = taken.filter((text) => text.startsWith(`${key}:`));
          expect(own).toEqual(own.toSorted((a, b) => Number(a.split(':')[1]) - Number(b.split(':')[1])));
        }
      },
    ),
    { numRuns: 300 },
  );
});
