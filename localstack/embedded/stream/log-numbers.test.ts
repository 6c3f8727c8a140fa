/** Sequence numbers and retention on a machine whose clock is wrong for a while. */
import { describe, expect, test } from '@jest/globals';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import { firstShard, freshRoot, openWeb, put, segmentsOf, shardFolder, textsOf } from './log-fixture.ts';
import { openLogReader } from './log-reader.ts';
import type { LogStream } from './log-stream.ts';

const day = 86_400_000;
const right = Date.parse('2026-01-05T10:00:00Z');

/** A stream whose clock can be set, of which a consumer has done all that it holds. */
async function consumed(
  at: number,
  ...texts: readonly string[]
): Promise<{ root: string; stream: LogStream; clock: { now: number } }> {
  const root = await freshRoot();
  const clock = { now: at };
  const stream = await openWeb(root, { now: () => clock.now });
  await put(stream, ...texts);
  const { after } = await stream.read(firstShard, undefined, 100);
  await fileCheckpoints(root, 'web', 'land').save(firstShard, { after, isFinished: false });
  return { root, stream, clock };
}

/** What the consumer has still to do. */
async function pending(root: string, stream: Pick<LogStream, 'read'>): Promise<string[]> {
  const { after } = await fileCheckpoints(root, 'web', 'land').load(firstShard);
  return (await stream.read(firstShard, after, 100)).records.map(({ data }) => String(data));
}

/** Ways in which the log's own records are gone, while its readers stand behind them. */
const losses: readonly [string, (stream: LogStream, root: string) => Promise<void>][] = [
  [
    'trimmed',
    async (stream, root) => {
      for (const path of await segmentsOf(root)) await utimes(path, right / 1000, right / 1000);
      await stream.trim(new Date(right + 2000 * day), fileCheckpoints(root, 'web', 'land'));
      await stream.close();
    },
  ],
  [
    'deleted with their segments',
    async (stream, root) => {
      await stream.close();
      for (const path of await segmentsOf(root)) await rm(path);
    },
  ],
  [
    'gone with the shards and all',
    async (stream, root) => {
      await stream.close();
      await rm(shardFolder(root), { recursive: true });
      await rm(join(shardFolder(root), '../shards.json'));
    },
  ],
];

describe.each([
  ['1,000 days ahead', 1000],
  ['half a day ahead', 0.5],
  ['right', 0],
])('a clock that is %s, and then set right', (_, ahead) => {
  test.each(losses)('new records come behind every checkpoint, where the old ones were %s', async (__, lose) => {
    const { root, stream } = await consumed(right + ahead * day, 'a', 'b');
    await lose(stream, root);
    const again = await openWeb(root, { now: () => right });
    await put(again, 'c', 'd');
    expect(await pending(root, again)).toEqual(['c', 'd']);
    expect(await pending(root, openLogReader(root, { name: 'web' }))).toEqual(['c', 'd']);
  });
});

test('the number that comes next is kept where neither a record nor a checkpoint tells it', async () => {
  const { root, stream } = await consumed(right + 1000 * day, 'a');
  const { after } = await fileCheckpoints(root, 'web', 'land').load(firstShard);
  for (const path of await segmentsOf(root)) await utimes(path, right / 1000, right / 1000);
  await stream.trim(new Date(right + 2000 * day));
  await stream.close();
  await rm(join(root, '.sillage/streams/web/checkpoints'), { recursive: true });
  const again = await openWeb(root, { now: () => right });
  await put(again, 'b');
  expect((await again.read(firstShard, after, 10)).records).toHaveLength(1);
});

test('a clock beyond the numbers that there are is not followed', async () => {
  for (const now of [Date.parse('2600-01-01T00:00:00Z'), 8.64e15, -1]) {
    const stream = await openWeb(await freshRoot(), { now: () => now });
    await put(stream, 'a');
    expect(await textsOf(stream)).toEqual(['a']);
  }
});

describe('a checkpoint beyond the newest number is refused in words', () => {
  test.each([
    ['a stream', 'of its writer'],
    ['an empty stream', 'of its writer'],
    ['a stream', 'of another process'],
    ['an empty stream', 'of another process'],
  ])('%s, read by a reader %s', async (what, whose) => {
    const root = await freshRoot();
    const stream = await openWeb(root, { now: () => right });
    if (what === 'a stream') await put(stream, 'a');
    const reader = whose === 'of its writer' ? stream : openLogReader(root, { name: 'web' });
    const beyond = String(BigInt(right + 5 * day) * 1_000_000n);
    await expect(reader.read(firstShard, beyond, 10)).rejects.toThrow(
      `Somebody reads ${firstShard} of the stream web in ${root} from behind number ${beyond}, and no record ` +
        'has been given that number yet',
    );
  });

  test.each(['of its writer', 'of another process'])(
    'and one of the very number that comes next, by a reader %s',
    async (whose) => {
      const root = await freshRoot();
      const writer = await openWeb(root, { now: () => right });
      await put(writer, 'a');
      await writer.close();
      // Opened again, so that its table tells the next number.
      const stream = await openWeb(root, { now: () => right });
      const reader = whose === 'of its writer' ? stream : openLogReader(root, { name: 'web' });
      const newest = BigInt((await reader.read(firstShard, undefined, 10)).after ?? '');
      expect((await reader.read(firstShard, String(newest), 10)).records).toEqual([]);
      await expect(reader.read(firstShard, String(newest + 1n), 10)).rejects.toThrow(
        `from behind number ${newest + 1n}, and no record has been given that number yet: the next one has ${newest + 1n}.`,
      );
    },
  );

  test('with the number that comes next: behind the newest record, or that of the table where it is beyond', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root, { now: () => right });
    await put(stream, 'a');
    // Who only reads has the table as it was before that record.
    const reader = openLogReader(root, { name: 'web' });
    const behind = BigInt((await reader.read(firstShard, undefined, 10)).after ?? '') + 1n;
    const refusal = (number: bigint) =>
      expect(reader.read(firstShard, String(number), 10)).rejects.toThrow(`: the next one has ${number}. That`);
    await refusal(behind);
    await stream.close();
    await (await openWeb(root, { now: () => right + day })).close();
    const next = BigInt(right + day) * 1_000_000n;
    expect((await reader.read(firstShard, String(next - 1n), 10)).records).toEqual([]);
    await refusal(next);
  });

  test('and one at the newest record, or at one that was trimmed, is not', async () => {
    const { root, stream, clock } = await consumed(right, 'a');
    const reader = openLogReader(root, { name: 'web' });
    expect([await pending(root, stream), await pending(root, reader)]).toEqual([[], []]);
    for (const path of await segmentsOf(root)) await utimes(path, right / 1000, right / 1000);
    clock.now = right + 5 * day;
    await stream.trim(new Date(right + 4 * day), fileCheckpoints(root, 'web', 'land'));
    expect(await segmentsOf(root)).toEqual([]);
    expect([await pending(root, stream), await pending(root, reader)]).toEqual([[], []]);
  });
});

describe('retention', () => {
  test.each([
    ['ahead', 1000],
    ['behind', -1000],
  ])('keeps what the consumer has not done, also with a clock that is far %s', async (_, days) => {
    const { root, stream, clock } = await consumed(right, 'a');
    await put(stream, 'b');
    clock.now = right + days * day;
    await put(stream, 'c');
    for (const path of await segmentsOf(root)) await utimes(path, 1, 1);
    await stream.trim(new Date(right + 3000 * day), fileCheckpoints(root, 'web', 'land'));
    expect(await pending(root, stream)).toEqual(['b', 'c']);
  });

  test('keeps a closed shard until the consumer has finished it', async () => {
    const { root, stream, clock } = await consumed(right, 'a');
    await put(stream, 'b');
    await stream.split(firstShard);
    clock.now = right + 1000 * day;
    const land = fileCheckpoints(root, 'web', 'land');
    await stream.trim(new Date(right + 900 * day), land);
    expect(await pending(root, stream)).toEqual(['b']);
    await land.save(firstShard, { after: (await stream.read(firstShard, undefined, 10)).after, isFinished: true });
    await stream.trim(new Date(right + 900 * day), land);
    expect((await stream.shards()).map(({ shardId }) => shardId)).toEqual([
      'shardId-000000000001',
      'shardId-000000000002',
    ]);
  });

  test('lets a segment of a time when the clock was ahead go with those that came after it', async () => {
    const root = await freshRoot();
    const clock = { now: right + 1000 * day };
    const stream = await openWeb(root, { now: () => clock.now });
    await put(stream, 'ahead');
    const [first = ''] = await segmentsOf(root);
    await utimes(first, clock.now / 1000, clock.now / 1000);
    clock.now = right;
    await stream.trim(new Date(right - day));
    await put(stream, 'right');
    const [, second = ''] = await segmentsOf(root);
    await utimes(second, right / 1000, right / 1000);
    clock.now = right + 3 * day;
    await stream.trim(new Date(clock.now - day));
    expect(await segmentsOf(root)).toEqual([]);
  });

  test('lets a shard that was closed under a clock that was ahead go in its time', async () => {
    const { root, stream, clock } = await consumed(right + 1000 * day, 'a');
    await stream.split(firstShard);
    for (const path of await segmentsOf(root)) await utimes(path, right / 1000, right / 1000);
    clock.now = right;
    await stream.trim(new Date(right - day));
    clock.now = right + 3 * day;
    await stream.trim(new Date(clock.now - day));
    expect((await stream.shards()).map(({ shardId }) => shardId)).not.toContain(firstShard);
  });
});

describe('a table of shards that is not the one that was written last', () => {
  test('one from before a split: the records of the children are not swept away', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    const table = join(shardFolder(root), '../shards.json');
    const before = await readFile(table);
    await stream.split(firstShard);
    await put(stream, 'a');
    await stream.close();
    await writeFile(table, before);
    await expect(openWeb(root)).rejects.toThrow(/has records, and .*shards\.json does not know that shard\. Restore/u);
    expect((await readdir(join(shardFolder(root), '..'))).filter((name) => name.startsWith('shardId-'))).toHaveLength(
      3,
    );
  });

  test.each([
    ['is damaged', (path: string) => writeFile(path, 'x'.repeat(28))],
    ['is gone', (path: string) => rm(path)],
  ])('one from before a split: a child whose only record %s is not swept away', async (_, harm) => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    const table = join(shardFolder(root), '../shards.json');
    const before = await readFile(table);
    await stream.split(firstShard);
    await put(stream, 'a');
    await stream.close();
    const paths = await Promise.all([1, 2].map((n) => segmentsOf(root, `shardId-00000000000${n}`)));
    for (const path of paths.flat()) await harm(path);
    const last = await readFile(table);
    await writeFile(table, before);
    const child = dirname(paths.flat()[0] ?? '');
    await expect(openWeb(root)).rejects.toThrow(
      `${child} has records, and ${join(child, '../shards.json')} does not know that shard. Restore the ` +
        `${join(child, '../shards.json')} that was there last; or move the folder of the shard away to go on without ` +
        'its records.',
    );
    await writeFile(table, last);
    const told: string[] = [];
    await (await openWeb(root, { onDamage: ({ message }) => told.push(message) })).close();
    expect(told).toEqual([expect.stringContaining('for 28 bytes that had been acknowledged')]);
  });

  test('none: a new one does not take the place of the records that are there', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    await put(stream, 'a');
    await stream.close();
    await rm(join(shardFolder(root), '../shards.json'));
    await expect(openWeb(root)).rejects.toThrow(/has records, and .*shards\.json does not know that shard\. Restore/u);
  });

  test('one in which a bit flipped', async () => {
    const root = await freshRoot();
    await (await openWeb(root)).close();
    const table = join(shardFolder(root), '../shards.json');
    const text = await readFile(table, 'utf8');
    await writeFile(table, text.replace('"from": "0"', '"from": "1"'));
    await expect(openWeb(root)).rejects.toThrow(`${table} does not hold the shards of a stream.`);
  });

  test('and the folder of a shard with nothing in it is swept', async () => {
    const root = await freshRoot();
    await (await openWeb(root)).close();
    await mkdir(shardFolder(root, 'shardId-000000000007'));
    await (await openWeb(root)).close();
    expect((await readdir(join(shardFolder(root), '..'))).filter((name) => name.startsWith('shardId-'))).toEqual([
      firstShard,
    ]);
  });
});
