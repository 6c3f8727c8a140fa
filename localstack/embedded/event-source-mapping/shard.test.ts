/** One shard as it is polled: each call, in its order. */
import { describe, expect, test } from '@jest/globals';
import { memoryStream } from '../../../lambdas/shared/ports/memory-stream.ts';
import { type Checkpoint, memoryCheckpoints } from './checkpoints.ts';
import { plain, texts } from './fixture.ts';
import { checkFinished, pollShard, type Polling } from './shard.ts';

const shardId = 'shardId-000000000000';
const begin = Date.parse('2025-03-30T00:00:00Z');

/** A shard that is polled until it has slept so often; it tells in order what was asked of its surroundings. */
async function polled(
  records: readonly (string | number)[],
  mapping: Partial<Polling['mapping']>,
  {
    sleeps = 2,
    isClosed = false,
    during = {},
    answer = () => undefined,
    fault = () => undefined,
  }: {
    readonly sleeps?: number;
    readonly isClosed?: boolean;
    /** What is put during the nth sleep. */
    readonly during?: Readonly<Record<number, readonly string[]>>;
    readonly answer?: (of: readonly string[]) => unknown;
    /** Throws where the nth call of a kind is to fail. */
    readonly fault?: (kind: 'load' | 'read' | 'save', nth: number) => void;
  } = {},
) {
  const log: string[] = [];
  const stream = memoryStream({ shards: 1, now: () => begin });
  const put = (all: readonly (string | number)[]) =>
    Promise.all(
      all.map((one) =>
        stream.put([
          typeof one === 'string'
            ? { data: Buffer.from(one), partitionKey: one.split(':')[0] ?? '' }
            : { data: Buffer.alloc(one), partitionKey: 'k' },
        ]),
      ),
    );
  await put(records);
  const numbers = (await stream.read(shardId, undefined, 1000)).records.map((one) => one.sequenceNumber);
  /** How many records stand up to a number. */
  const placeOf = (number: string | undefined) => (number === undefined ? 0 : numbers.indexOf(number) + 1);
  if (isClosed) await stream.split(shardId);
  const checkpoints = memoryCheckpoints();
  const saved: Checkpoint[] = [];
  const stopping = new AbortController();
  const counts = { load: 0, read: 0, save: 0, sleep: 0, reading: 0 };
  await pollShard({
    name: 'web',
    shardId,
    mapping: { ...plain, ...mapping },
    stream: {
      shards: () => stream.shards(),
      async read(of, after, limit) {
        log.push(`read ${limit} behind ${placeOf(after)}`);
        fault('read', (counts.read += 1));
        // What never sleeps would never end.
        if (counts.read > 40) stopping.abort(new Error('endless'));
        if (counts.read > 50) throw new Error('endless');
        const batch = await stream.read(of, after, limit);
        for (const { sequenceNumber } of batch.records)
          if (!numbers.includes(sequenceNumber)) numbers.push(sequenceNumber);
        return batch;
      },
    },
    checkpoints: {
      async load(of) {
        fault('load', (counts.load += 1));
        if (counts.load > 40) stopping.abort(new Error('endless'));
        return await checkpoints.load(of);
      },
      async save(of, checkpoint) {
        fault('save', (counts.save += 1));
        log.push(`save ${placeOf(checkpoint.after)}${checkpoint.isFinished ? ', finished' : ''}`);
        saved.push(checkpoint);
        await checkpoints.save(of, checkpoint);
      },
    },
    invoke: async (event) => {
      const of = texts(event).map((text) => (text.length > 20 ? String(text.length) : text));
      log.push(`call ${of.join(' ')}`);
      return answer(of);
    },
    onFailure: async () => undefined,
    clock: () => new Date(begin),
    async sleep(ms, signal) {
      signal.throwIfAborted();
      log.push(`sleep ${ms}`);
      counts.sleep += 1;
      await put(during[counts.sleep] ?? []);
      if (counts.sleep >= sleeps) stopping.abort(new Error('stopped'));
      signal.throwIfAborted();
    },
    signal: stopping.signal,
    onProblem: (error) => log.push(error instanceof Error ? `problem ${error.message}` : 'problem'),
    reading: () => {
      const nth = (counts.reading += 1);
      return () => void log.push(`reached ${nth}`);
    },
  });
  return log;
}

describe('a shard', () => {
  test('is read from its checkpoint, as many records as a batch may have, until nothing is there; then once a second', async () => {
    expect(await polled(['a', 'b', 'c'], { batchSize: 2 })).toEqual([
      'read 2 behind 0',
      'call a b',
      'save 2',
      'read 2 behind 2',
      'call c',
      'save 3',
      'reached 2',
      'read 2 behind 3',
      'reached 3',
      'sleep 1000',
      'read 2 behind 3',
      'reached 4',
      'sleep 1000',
    ]);
  });

  test('is waited for until its window has passed, or its batch is full', async () => {
    expect(
      await polled(['a'], { batchSize: 4, batchingWindowSeconds: 2.5 }, { sleeps: 4, during: { 2: ['b'] } }),
    ).toEqual([
      'read 4 behind 0',
      'sleep 1000',
      'read 3 behind 1',
      'sleep 1000',
      'read 3 behind 1',
      'sleep 500',
      'read 2 behind 2',
      'call a b',
      'save 2',
      'reached 4',
      'read 4 behind 2',
      'reached 5',
      'sleep 1000',
    ]);
    expect(
      await polled(['a'], { batchSize: 3, batchingWindowSeconds: 300 }, { during: { 1: ['b', 'c', 'd'] } }),
    ).toEqual([
      'read 3 behind 0',
      'sleep 1000',
      'read 2 behind 1',
      'call a b c',
      'save 3',
      'reached 1',
      'read 3 behind 3',
      'sleep 1000',
    ]);
  });

  test('that is closed is finished with its last record, and no more is asked of it', async () => {
    expect(await polled(['a', 'b', 'c'], { batchSize: 2, batchingWindowSeconds: 300 }, { isClosed: true })).toEqual([
      'read 2 behind 0',
      'call a b',
      'save 2',
      'read 2 behind 2',
      'call c',
      'save 3',
      'save 3, finished',
      // What says that it is finished is looked at once more.
      'read 1 behind 3',
    ]);
    expect(await polled(['a', 'b'], {}, { isClosed: true })).toEqual([
      'read 100 behind 0',
      'call a b',
      'save 2',
      'save 2, finished',
      'read 1 behind 2',
    ]);
    expect(await polled([], {}, { isClosed: true })).toEqual([
      'read 100 behind 0',
      'save 0, finished',
      'read 1 behind 0',
    ]);
  });

  test('has as many lanes as there may be, and saves only what all lanes before have done', async () => {
    const log = await polled(
      ['a:1', 'b:1', 'c:1', 'd:1', 'a:2', 'b:2'],
      { batchSize: 3, parallelizationFactor: 2 },
      { sleeps: 1 },
    );
    expect(log[0]).toBe('read 6 behind 0');
    const called = log.filter((one) => one.startsWith('call')).flatMap((one) => one.split(' ').slice(1));
    expect(called.toSorted()).toEqual(['a:1', 'a:2', 'b:1', 'b:2', 'c:1', 'd:1']);
    for (const key of ['a', 'b']) expect(called.indexOf(`${key}:1`)).toBeLessThan(called.indexOf(`${key}:2`));
    const saves = log.filter((one) => one.startsWith('save')).map((one) => Number(one.split(' ')[1]));
    expect(saves).toEqual([...new Set(saves)].toSorted((x, y) => x - y));
    expect(saves.at(-1)).toBe(6);
  });

  test.each([
    ['load', ['problem load 1', 'sleep 1000', 'problem load 2', 'sleep 2000', 'read 100 behind 0', 'call a', 'save 1']],
    [
      'read',
      [
        'read 100 behind 0',
        'problem read 1',
        'sleep 1000',
        'read 100 behind 0',
        'problem read 2',
        'sleep 2000',
        'read 100 behind 0',
        'call a',
        'save 1',
      ],
    ],
    [
      'save',
      [
        'read 100 behind 0',
        'call a',
        'problem save 1',
        'sleep 1000',
        'read 100 behind 0',
        'call a',
        'problem save 2',
        'sleep 2000',
        'read 100 behind 0',
        'call a',
        'save 1',
      ],
    ],
  ])('of which a %s fails is tried again after waits that double, from what is done', async (kind, calls) => {
    const fault = (of: string, nth: number) => {
      if (of === kind && nth <= 2) throw new Error(`${of} ${nth}`);
    };
    const log = await polled(['a'], {}, { sleeps: 3, fault });
    expect(log.slice(0, calls.length)).toEqual(calls);
  });

  test('waits as after a first failure once it came through', async () => {
    const fault = (of: string, nth: number) => {
      if (of === 'load' && nth !== 3) throw new Error(`${of} ${nth}`);
    };
    const log = await polled(['a'], {}, { sleeps: 4, fault });
    expect(log.filter((one) => one.startsWith('sleep'))).toEqual([
      'sleep 1000',
      'sleep 2000',
      'sleep 1000',
      'sleep 2000',
    ]);
  });

  test('is not delivered on where the mapping stops meanwhile, and says nothing of that', async () => {
    const log = await polled(['a', 'b'], { batchingWindowSeconds: 9, batchSize: 3 }, { sleeps: 1 });
    expect(log).toEqual(['read 3 behind 0', 'sleep 1000']);
  });

  test.each([
    ['5 MiB but a byte, so that there was no more', 5_242_879 - 4 * 1_000_000, ['reached 1']],
    ['5 MiB, so that more may be there', 5_242_880 - 4 * 1_000_000, []],
  ])('of which a read found %s', async (_, last, reached) => {
    const sizes = [1_000_000, 1_000_000, 1_000_000, 1_000_000, last - 1_000_000, 1_000_000];
    const log = await polled(sizes, {}, { sleeps: 1 });
    expect(log.filter((one) => one === 'reached 1')).toEqual(reached);
  });
});

describe('a checkpoint that says that a shard is done', () => {
  const polling = (records: number, isClosed: boolean, isListed = true) => {
    const stream = memoryStream({ shards: 1, now: () => begin });
    const ready = (async () => {
      for (let n = 0; n < records; n += 1) await stream.put([{ data: Buffer.from('a'), partitionKey: 'k' }]);
      if (isClosed) await stream.split(shardId);
    })();
    const shards = async () => (await stream.shards()).filter((one) => isListed || one.shardId !== shardId);
    return { ready, stream: { shards, read: stream.read.bind(stream) }, name: 'web', shardId };
  };
  test.each([
    ['a closed one without records', 0, true, true],
    ['one that was trimmed since', 1, false, false],
  ])('is taken for %s', async (_, records, isClosed, isListed) => {
    const given = polling(records, isClosed, isListed);
    await given.ready;
    expect(await checkFinished(given, undefined)).toBeUndefined();
  });

  test.each([
    ['an open one', 0, false],
    ['one that has records', 1, true],
  ])('is refused for %s', async (_, records, isClosed) => {
    const given = polling(records, isClosed);
    await given.ready;
    await expect(checkFinished(given, undefined)).rejects.toThrow(
      'The checkpoint of shardId-000000000000 of the stream web says that the shard is done, and the shard is open ' +
        'or has more records. That checkpoint is of another stream, or was changed. Delete it: the shard is ' +
        'then read from its oldest record, and what was done already is recognised as repeated.',
    );
  });
});
