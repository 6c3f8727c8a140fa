import { describe, expect, test } from '@jest/globals';
import type { StreamRecord } from '../../../lambdas/shared/ports/stream.ts';
import { backoff, deliver, type Delivery } from './delivery.ts';
import type { FailedBatch } from './failed.ts';
import { fail, plain, texts } from './fixture.ts';

const begin = Date.parse('2025-03-30T00:00:00Z');
const recordsOf = (...of: readonly string[]): StreamRecord[] =>
  of.map((text, n) => ({
    data: Buffer.from(text),
    partitionKey: 'k',
    sequenceNumber: String(n),
    arrivedAt: new Date(begin + n),
  }));
const textsOf = (records: readonly StreamRecord[]) => records.map(({ data }) => Buffer.from(data).toString());

/** A delivery that notes in order what it calls, what is done, given up and slept. */
function noted(mapping: Partial<Delivery['mapping']>, answer: (of: readonly string[]) => unknown) {
  const log: unknown[][] = [];
  const failed: FailedBatch[] = [];
  const stopping = new AbortController();
  let now = begin;
  const delivery: Delivery = {
    name: 'web',
    shardId: 'shardId-000000000000',
    mapping: { ...plain, ...mapping },
    invoke: async (event) => {
      log.push(['call', ...texts(event)]);
      return answer(texts(event));
    },
    onFailure: async (batch) => {
      log.push(['up', batch.condition, batch.invocations, ...textsOf(batch.records)]);
      failed.push(batch);
    },
    clock: () => new Date(now),
    sleep: async (ms) => {
      log.push(['sleep', ms]);
      now += ms;
    },
    signal: stopping.signal,
    onProblem: () => undefined,
    done: async (records) => {
      if (records.length > 0) log.push(['done', ...textsOf(records)]);
    },
  };
  return { delivery, log, failed, stopping };
}

test.each([
  [0, 1000],
  [1, 1000],
  [2, 2000],
  [3, 4000],
  [6, 32_000],
  [7, 60_000],
  [100, 60_000],
])('after %d failures in a row the next try waits %d ms', (failures, ms) => expect(backoff(failures)).toBe(ms));

describe('a batch', () => {
  test('that is taken is done at once', async () => {
    const { delivery, log } = noted({}, () => undefined);
    await deliver(delivery, recordsOf('a', 'b'));
    expect(log).toEqual([
      ['call', 'a', 'b'],
      ['done', 'a', 'b'],
    ]);
  });

  test('is split where it fails, the larger half first, and each half has all of its retries', async () => {
    const { delivery, log } = noted({ bisectOnError: true, maximumRetries: 1 }, (of) =>
      of.includes('bad') ? fail() : undefined,
    );
    await deliver(delivery, recordsOf('a', 'b', 'bad'));
    expect(log).toEqual([
      ['call', 'a', 'b', 'bad'],
      ['sleep', 1000],
      ['call', 'a', 'b'],
      ['done', 'a', 'b'],
      ['call', 'bad'],
      ['sleep', 1000],
      ['call', 'bad'],
      ['up', 'RetryAttemptsExhausted', 2, 'bad'],
      ['done', 'bad'],
    ]);
  });

  test('is not delivered on where the mapping stops between two of its parts', async () => {
    const { delivery, log, stopping } = noted({ bisectOnError: true }, (of) => {
      if (of.includes('bad')) fail();
      stopping.abort(new Error('stopped'));
      return undefined;
    });
    await expect(deliver(delivery, recordsOf('a', 'bad'))).rejects.toThrow('stopped');
    expect(log).toEqual([
      ['call', 'a', 'bad'],
      ['sleep', 1000],
      ['call', 'a'],
      ['done', 'a'],
    ]);
  });

  test('of which the first records are too old gives these up alone, with the tries that they had', async () => {
    const { delivery, log, failed } = noted({ maximumRecordAgeSeconds: 1, maximumRetries: 5 }, () => fail());
    // The clock is at the first record's arrival: after a second it is as old as it may be, after three all are too old.
    await deliver(delivery, recordsOf('a', 'b'));
    expect(log).toEqual([
      ['call', 'a', 'b'],
      ['sleep', 1000],
      ['call', 'a', 'b'],
      ['sleep', 2000],
      ['up', 'RecordAgeExceeded', 2, 'a', 'b'],
      ['done', 'a', 'b'],
    ]);
    expect(failed[0]?.failedAt).toEqual(new Date(begin + 3000));
  });

  test.each([
    [1000, ['a', 'b', 'c'], []],
    [1001, ['b', 'c'], ['a']],
    [1002, ['c'], ['a', 'b']],
    [1003, [], ['a', 'b', 'c']],
  ])('of %d ms is as old as it may be up to a second: %j are tried', async (age, tried, givenUp) => {
    const { delivery, log } = noted({ maximumRecordAgeSeconds: 1 }, () => undefined);
    await deliver({ ...delivery, clock: () => new Date(begin + age) }, recordsOf('a', 'b', 'c'));
    expect(log.filter(([what]) => what === 'call')).toEqual(tried.length === 0 ? [] : [['call', ...tried]]);
    expect(log.filter(([what]) => what === 'up')).toEqual(
      givenUp.length === 0 ? [] : [['up', 'RecordAgeExceeded', 0, ...givenUp]],
    );
    expect(log.filter(([what]) => what === 'done').flatMap(([, ...of]) => of)).toEqual(['a', 'b', 'c']);
  });

  test('of which the answer names a record is done up to it; the rest is tried again, which costs a retry', async () => {
    let calls = 0;
    const { delivery, log } = noted({ maximumRetries: 1 }, () =>
      (calls += 1) < 3 ? { batchItemFailures: [{ itemIdentifier: String(calls) }] } : undefined,
    );
    await deliver(delivery, recordsOf('a', 'b', 'c'));
    expect(log).toEqual([
      ['call', 'a', 'b', 'c'],
      ['done', 'a'],
      ['sleep', 1000],
      ['call', 'b', 'c'],
      ['done', 'b'],
      ['up', 'RetryAttemptsExhausted', 2, 'c'],
      ['done', 'c'],
    ]);
  });

  test('that is given up is told, and what the destination throws leaves it undone', async () => {
    const problems: string[] = [];
    const { delivery, log } = noted({ maximumRetries: 0 }, () => fail());
    const broken = {
      ...delivery,
      onProblem: (error: unknown) => problems.push(String(error)),
      onFailure: () => Promise.reject(new Error('The destination is down.')),
    };
    await expect(deliver(broken, recordsOf('a', 'b'))).rejects.toThrow('The destination is down.');
    expect(log).toEqual([['call', 'a', 'b']]);
    expect(problems).toEqual([
      'Error: the function failed',
      'Error: 2 records of web, shardId-000000000000, from 0 on, were given up and are kept apart: ' +
        'RetryAttemptsExhausted.',
    ]);
  });
});
