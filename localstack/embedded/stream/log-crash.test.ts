import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { firstShard, freshRoot, openWeb, segmentsOf, shardFolder, textsOf } from './log-fixture.ts';
import { openLogReader, type StreamReader } from './log-reader.ts';

type Step =
  | { readonly does: 'put'; readonly sizes: readonly number[] }
  | { readonly does: 'reopen' }
  /** While nobody writes: the last segment of a shard loses so many of its last bytes, which had been acknowledged. */
  | { readonly does: 'cut'; readonly shard: number; readonly share: number }
  /** While nobody writes: a beginning of a frame, as a writer leaves it that was killed in the middle of one. */
  | { readonly does: 'tear'; readonly shard: number; readonly bytes: number };

const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3000 })), {
  minLength: 1,
  maxLength: 8,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('put' as const), sizes }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('reopen' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('cut' as const),
      shard: fc.nat(1),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('tear' as const),
      shard: fc.nat(1),
      bytes: fc.integer({ min: 1, max: 33 }),
    }),
  },
);

const shardIds = ['shardId-000000000000', 'shardId-000000000001'] as const;

/** A whole frame of 34 bytes, written out by hand: the format is a promise to streams that are already on disks. */
const frame = Buffer.from(
  '0000001a d7dcb3bd 0000000000000001 00000000000003e8 0001 6b 7061796c6f6164'.replaceAll(' ', ''),
  'hex',
);

/** The bytes of a record's frame, told by the format and not by the code under test: 26, its key and its data. */
const frameBytes = (text: string) => 26 + Math.min(9, text.length) + text.length;

/**
 * Cuts a share off the end of a shard's last segment.
 * @returns the records that are whole after it, and whether any is lost
 */
async function cut(
  segment: string,
  all: readonly string[],
  share: number,
): Promise<{ left: string[]; isLoss: boolean }> {
  const { length } = await readFile(segment);
  let held = 0;
  let from = all.length;
  while (held < length) held += frameBytes(all[(from -= 1)] ?? '');
  if (held !== length) throw new Error(`${segment} has ${length} bytes; its records have ${held}.`);
  const left = Math.trunc(length * share);
  await truncate(segment, left);
  for (let whole = 0; from < all.length && whole + frameBytes(all[from] ?? '') <= left; from += 1)
    whole += frameBytes(all[from] ?? '');
  return { left: all.slice(0, from), isLoss: left < length };
}

/** The segment that a shard's last writer wrote; undefined where it is gone, or none was. */
async function lastWritten(root: string, shardId: string): Promise<string | undefined> {
  const mark = await readFile(join(shardFolder(root, shardId), 'acknowledged'), 'utf8').catch(() => '');
  return (await segmentsOf(root, shardId)).find((path) => path.endsWith(`${mark.slice(0, 20)}.log`));
}

async function expectHeld(stream: StreamReader, expected: ReadonlyMap<string, readonly string[]>): Promise<void> {
  for (const shardId of shardIds) expect(await textsOf(stream, shardId)).toEqual(expected.get(shardId) ?? []);
}

test('whatever is put, reopened, cut off and torn: the rest is there, in order, once, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 14 }),
      fc.integer({ min: 100, max: 5000 }),
      async (steps, segmentBytes) => {
        const root = await freshRoot();
        let told = new Set<string>();
        const open = () => {
          told = new Set();
          return openWeb(root, { shards: 2, segmentBytes, onDamage: ({ message }) => told.add(message) });
        };
        let stream = await open();
        const expected = new Map<string, string[]>();
        let [count, losses] = [0, 0];
        for (const one of steps) {
          if (one.does === 'put') {
            const texts = one.sizes.map((size) => `${(count += 1)}:`.padEnd(size, '.'));
            const outcomes = await stream.put(
              texts.map((text) => ({ data: Buffer.from(text), partitionKey: text.slice(0, 9) })),
            );
            for (const [index, outcome] of outcomes.entries()) {
              const shardId = 'shardId' in outcome ? outcome.shardId : outcome.errorMessage;
              expected.set(shardId, [...(expected.get(shardId) ?? []), texts[index] ?? '']);
            }
          } else {
            await stream.close();
            const shardId = shardIds[one.does === 'reopen' ? 0 : one.shard] ?? '';
            const segment = (await segmentsOf(root, shardId)).at(-1);
            if (one.does === 'cut' && segment !== undefined) {
              const { left, isLoss } = await cut(segment, expected.get(shardId) ?? [], one.share);
              expected.set(shardId, left);
              if (isLoss) losses += 1;
            } else {
              const torn = await lastWritten(root, shardId);
              if (one.does === 'tear' && torn !== undefined) await appendFile(torn, frame.subarray(0, one.bytes));
              // Torn as it is, it can be read.
              await expectHeld(openLogReader(root, { name: 'web' }), expected);
            }
            stream = await open();
          }
          await expectHeld(stream, expected);
          expect(told.size).toBe(one.does === 'put' ? told.size : losses);
        }
        await stream.close();
      },
    ),
    { numRuns: 40 },
  );
});

test('a frame is what it has always been', async () => {
  const root = await freshRoot();
  const stream = await openWeb(root, { now: () => 1_000 });
  await stream.put([{ data: Buffer.from('payload'), partitionKey: 'k' }]);
  const [segment = ''] = await segmentsOf(root);
  const bytes = await readFile(segment);
  // All but the checksum and the sequence number.
  for (const [from, to] of [
    [0, 4],
    [16, 34],
  ] as const)
    expect(bytes.subarray(from, to)).toEqual(frame.subarray(from, to));
  await stream.close();
  await appendFile(segment, frame);
  const { records } = await openLogReader(root, { name: 'web' }).read(firstShard, undefined, 10);
  expect(records.map(({ data, partitionKey, arrivedAt }) => [String(data), partitionKey, arrivedAt.getTime()])).toEqual(
    [
      ['payload', 'k', 1_000],
      ['payload', 'k', 1_000],
    ],
  );
  expect(records[1]?.sequenceNumber).toBe('1');
});

/** How many writers are killed, each somewhere within so many milliseconds of its first put. */
const kills = 4;
const withinMs = 150;
const callers = 3;

/** Puts numbered records as fast as it can from a few callers at once, and says which were promised. */
const writer = (root: string, life: number) => `
  import { openLogStream } from ${JSON.stringify(join(import.meta.dirname, 'log-stream.ts'))};
  const stream = await openLogStream(${JSON.stringify(root)}, { name: 'web', shards: 2, segmentBytes: 300_000 });
  const say = (text) => new Promise((resolve) => process.stdout.write(text + '\\n', resolve));
  await Promise.all(Array.from({ length: ${callers} }, async (_, caller) => {
    for (let turn = 0; ; turn += 1) {
      const texts = Array.from({ length: 1 + (turn % 50) }, (_, index) => ['${life}', caller, turn, index].join(':'));
      await stream.put(texts.map((text) => ({ data: Buffer.from(text.padEnd(700, '.')), partitionKey: text })));
      await say([caller, turn].join(':'));
    }
  }));`;

test('of writers that are killed at any moment, all that they promised is there, once, in order', async () => {
  const root = await freshRoot();
  const promised = new Set<string>();
  for (let life = 0; life < kills; life += 1) {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', writer(root, life)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const lines = createInterface(child.stdout);
    const first = once(lines, 'line');
    lines.on('line', (line) => {
      const turn = Number(line.split(':')[1]);
      for (let index = 0; index < 1 + (turn % 50); index += 1) promised.add(`${life}:${line}:${index}`);
    });
    const told = once(lines, 'close');
    await first;
    const kill = setTimeout(() => child.kill('SIGKILL'), Math.random() * withinMs);
    // In the meantime others read; all they see stays, in that order.
    const reader = openLogReader(root, { name: 'web' });
    const seen = await Promise.all(shardIds.map((shardId) => textsOf(reader, shardId)));
    await Promise.all([ended, told]);
    clearTimeout(kill);

    const stream = await openWeb(root);
    const found = await Promise.all(shardIds.map((shardId) => textsOf(stream, shardId)));
    for (const [index, texts] of found.entries()) expect(texts.slice(0, seen[index]?.length)).toEqual(seen[index]);
    const names = found.map((texts) => texts.map((text) => text.replace(/\.+$/u, '')));
    const all = names.flat();
    expect(new Set(all).size).toBe(all.length);
    const there = new Set(all);
    expect([...promised].filter((one) => !there.has(one))).toEqual([]);
    // Of each caller, in the order in which it put.
    for (const texts of names) {
      for (let caller = 0; caller < callers; caller += 1) {
        const mine = texts.map((text) => text.split(':').map(Number)).filter((parts) => parts[1] === caller);
        const inOrder = mine.toSorted(
          (a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0) || (a[3] ?? 0) - (b[3] ?? 0),
        );
        expect(mine).toEqual(inOrder);
      }
    }
    await stream.close();
  }
  // Each has promised one at least: who is killed at once has no more.
  expect(promised.size).toBeGreaterThanOrEqual(kills);
});
