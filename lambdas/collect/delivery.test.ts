import { describe, expect, test } from '@jest/globals';
import { StreamUnavailable, type Stream, type StreamEntry } from '../shared/ports/stream.ts';
import { deliver } from './delivery.ts';
import { scriptedStream } from './scripted-stream.ts';

const entries: readonly StreamEntry[] = ['a', 'b', 'c'].map((text) => ({
  data: Buffer.from(text),
  partitionKey: text,
}));
const fails = (...places: readonly boolean[]) => ({ fails: places });

/** Delivers by a clock that only waits move, and tells the waits. */
async function delivered(stream: Stream, { random = 1, tookMs = 0 } = {}) {
  const waits: number[] = [];
  let now = 1_000_000;
  const undelivered = await deliver(
    {
      ...stream,
      put(of) {
        now += tookMs;
        return stream.put(of);
      },
    },
    entries,
    {
      clock: () => now,
      random: () => random,
      sleep: async (ms) => {
        waits.push(ms);
        now += ms;
      },
    },
  );
  return { undelivered, waits };
}
const failing = (fault: unknown): Stream => ({ ...scriptedStream(), put: () => Promise.reject(fault) });

describe('a delivery', () => {
  test('puts again what failed and nothing else', async () => {
    const stream = scriptedStream([fails(false, true, true), fails(true, false)]);
    expect(await delivered(stream)).toEqual({ undelivered: undefined, waits: [50, 100] });
    expect(stream.puts.map((put) => put.map(({ partitionKey }) => partitionKey))).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
      ['b'],
    ]);
  });

  test('gives up after four puts, each wait twice as long as the one before at most', async () => {
    const stream = scriptedStream(Array.from({ length: 9 }, () => fails(true)));
    expect(await delivered(stream)).toEqual({
      undelivered: { entries: 3, attempts: 4, reasons: ['ProvisionedThroughputExceededException'] },
      waits: [50, 100, 200],
    });
    expect((await delivered(scriptedStream([fails(true)]), { random: 0 })).waits).toEqual([0]);
    expect((await delivered(scriptedStream([fails(true)]), { random: 0.5 })).waits).toEqual([25]);
  });

  test.each([
    [2950, 2],
    [2951, 1],
  ])('begins no put more than three seconds after the first: %i ms are gone, %i puts', async (tookMs, attempts) => {
    const { undelivered } = await delivered(scriptedStream(Array.from({ length: 9 }, () => fails(true))), { tookMs });
    expect(undelivered?.attempts).toBe(attempts);
  });

  test.each<readonly [string, unknown, readonly string[]]>([
    ['a stream that says what is wrong with it', new StreamUnavailable('Its disk is full.'), ['Its disk is full.']],
    ['another error, which may name what is personal', new TypeError('marie@example.fr'), ['TypeError']],
    ['something that is no error', 'marie@example.fr', ['Error']],
  ])('says why, and nothing personal: %s', async (_, error, reasons) => {
    expect((await delivered(failing(error))).undelivered).toEqual({ entries: 3, attempts: 4, reasons });
  });

  test('does not try again where the entries themselves are too many or too large', async () => {
    await expect(delivered(failing(new RangeError('too many')))).rejects.toThrow('too many');
  });

  test('takes an entry without an outcome for one that was not written', async () => {
    const stream = scriptedStream();
    let puts = 0;
    const forgetful: Stream = { ...stream, put: async (of) => (await stream.put(of)).slice(0, puts++ === 0 ? 2 : 9) };
    expect((await delivered(forgetful)).undelivered).toBeUndefined();
    expect(stream.puts.map((put) => put.length)).toEqual([3, 1]);
  });
});
