import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { joinSettled, type JoinLimits } from './join.ts';
import { countPacked, Packer } from './lines.ts';
import { orderKey } from '../webhook/names.ts';
import { folderOf, keysOf, landedKey, linesOf, putLanded, putOrder, readLines, watchedLake } from './samples.ts';

const catalog = loadCatalog();
const day = '2025-03-30';
/** Whatever the clock of a memory lake says, every object of these tests has settled then. */
const later = new Date('2100-01-01T00:00:00Z');
const limits: JoinLimits = { smallBytes: 2 ** 20, objectBytes: 2 ** 25, mostParts: 10_000, fewestParts: 3 };
const join = (lake: Lake, over: Partial<JoinLimits> = {}, now = later) =>
  joinSettled({ lake, catalog }, now, { ...limits, ...over });
const line = (n: number) => JSON.stringify({ event_id: String(n), title: 'Sérum' });

/** A lake in which these numbers of lines have landed, one object each. */
async function landedLake(counts: readonly number[]): Promise<Lake> {
  const lake = memoryLake();
  let n = 0;
  for (const [i, count] of counts.entries())
    await putLanded(
      lake,
      landedKey(day, i),
      Array.from({ length: count }, () => line(n++)),
    );
  return lake;
}

describe('the small objects of a day', () => {
  test('become one, with their lines in their order and the promises of its writer', async () => {
    const lake = await landedLake([3, 1, 2, 4]);
    expect(await join(lake)).toEqual({ objects: 1, parts: 4, rows: 10, problems: [] });
    const keys = await keysOf(lake, '');
    expect(keys).toEqual([expect.stringMatching(/^raw\/web\/events\/dt=2025-03-30\/joined-[0-9a-f]{32}\.jsonl\.gz$/)]);
    const [key = ''] = keys;
    expect(await linesOf(lake, key)).toEqual(Array.from({ length: 10 }, (_, n) => line(n)));
    expect((await lake.head(key))?.metadata).toEqual({ rows: '10', producer: 'join', 'single-day': 'true' });
  });

  test('are joined once: the next join changes nothing', async () => {
    const lake = await landedLake([1, 1, 1]);
    await join(lake);
    const changes: string[] = [];
    const watched = watchedLake(lake, async (apply) => changes.push(String(await apply())));
    expect(await join(watched)).toEqual({ objects: 0, parts: 0, rows: 0, problems: [] });
    expect(changes).toEqual([]);
  });

  test('become as many as the bytes of one allow, and one of the parts at most', async () => {
    const byParts = await landedLake(Array.from({ length: 9 }, () => 1));
    expect(await join(byParts, { mostParts: 3 })).toMatchObject({ objects: 3, parts: 9 });
    const byBytes = await landedLake(Array.from({ length: 9 }, () => 1));
    const size = (await byBytes.head(landedKey(day, 0)))?.size ?? 0;
    expect(await join(byBytes, { objectBytes: 5 * size })).toMatchObject({ objects: 2, parts: 9 });
    expect(await readLines(byBytes)).toEqual(Array.from({ length: 9 }, (_, n) => line(n)));
  });

  test('that promise a single day, and those that do not, become two', async () => {
    const lake = memoryLake();
    for (let i = 0; i < 6; i++) await putLanded(lake, landedKey(day, i), [line(i)], { isSingleDay: i % 2 === 0 });
    await join(lake);
    const heads = await Promise.all((await keysOf(lake, 'raw/')).map((key) => lake.head(key)));
    expect(new Set(heads.map((head) => head?.metadata['single-day']))).toEqual(new Set(['true', undefined]));
    expect(heads).toHaveLength(2);
  });

  test('late ones are left until there are enough, and are then joined with what is still small', async () => {
    const lake = await landedLake([1, 1, 1]);
    await join(lake);
    await putLanded(lake, landedKey(day, 7), [line(7)]);
    expect(await join(lake)).toMatchObject({ objects: 0 });
    await putLanded(lake, landedKey(day, 8), [line(8)]);
    expect(await join(lake)).toMatchObject({ objects: 1, parts: 3, rows: 5 });
    expect((await readLines(lake)).toSorted()).toEqual([0, 1, 2, 7, 8].map(line).toSorted());
  });

  test.each([
    ['that have been written less than ten minutes ago', { now: new Date(Date.now() + 9 * 60_000) }],
    ['that are few', { limits: { fewestParts: 5 } }],
    ['that are large', { limits: { smallBytes: 10 } }],
  ])(
    'stay as they are where it is one %s',
    async (_, { now = later, limits: over = {} }: { now?: Date; limits?: object }) => {
      const lake = await landedLake([1, 1, 1, 1]);
      const before = await keysOf(lake, '');
      expect(await join(lake, over, now)).toMatchObject({ objects: 0 });
      expect(await keysOf(lake, '')).toEqual(before);
    },
  );

  test('what others wrote is left alone, and what is not as its writer promised', async () => {
    const lake = await landedLake([1, 1, 1]);
    const others: Readonly<Record<string, [Buffer, Record<string, string>]>> = {
      'mine.jsonl.gz': [gzipSync(`${line(1)}\n`), {}],
      'stream-mine.jsonl.gz': [gzipSync(`${line(1)}\n`), { rows: '1' }],
      'stream-few.jsonl.gz': [gzipSync(`${line(1)}\n`), { rows: '2', producer: 'land' }],
      'stream-cut.jsonl.gz': [gzipSync(`${line(1)}\n`).subarray(0, 20), { rows: '1', producer: 'land' }],
      'stream-open.jsonl.gz': [gzipSync(`${line(1)}\n${line(2)}`), { rows: '1', producer: 'land' }],
      'stream-none.jsonl.gz': [gzipSync(''), { rows: '0', producer: 'land' }],
    };
    for (const [name, [body, metadata]] of Object.entries(others))
      await lake.put(`${folderOf(day)}${name}`, body, { metadata: { ...metadata, 'single-day': 'true' } });
    expect(await join(lake)).toMatchObject({ objects: 1, parts: 3 });
    expect((await keysOf(lake, 'raw/')).filter((key) => !key.includes('joined-'))).toEqual(
      Object.keys(others)
        .map((name) => `${folderOf(day)}${name}`)
        .toSorted(),
    );
  });
});

describe('orders that came by webhook', () => {
  test('become one object a platform and day; what came by another way stays', async () => {
    const lake = memoryLake();
    for (let i = 0; i < 4; i++) {
      await putOrder(lake, orderKey('shopify', day, `${i}`), { id: i });
      await putOrder(lake, orderKey('woocommerce', day, `${i}`), { id: 10 + i });
      await lake.put(`raw/crm/orders/dt=${day}/export-${i}.jsonl`, `{"id":${20 + i}}\n`, { metadata: { rows: '1' } });
    }
    await putOrder(lake, orderKey('shopify', '2025-03-31', 'alone'), { id: 99 });
    expect(await join(lake)).toEqual({ objects: 2, parts: 8, rows: 8, problems: [] });
    const keys = await keysOf(lake, '');
    expect(keys).toEqual([
      ...[0, 1, 2, 3].map((i) => `raw/crm/orders/dt=${day}/export-${i}.jsonl`),
      ...['shopify', 'woocommerce'].map((name) =>
        expect.stringMatching(
          new RegExp(`^raw/crm/orders/dt=${day}/webhook-${name}-joined-[0-9a-f]{32}\\.jsonl\\.gz$`),
        ),
      ),
      'raw/crm/orders/dt=2025-03-31/webhook-shopify-alone.jsonl',
    ]);
    expect(await linesOf(lake, keys[4] ?? '')).toEqual([0, 1, 2, 3].map((id) => `{"id":${id}}`));
    expect(await linesOf(lake, keys[5] ?? '')).toEqual([10, 11, 12, 13].map((id) => `{"id":${id}}`));
    expect((await lake.head(keys[4] ?? ''))?.metadata).toEqual({ rows: '4', producer: 'join' });
  });
});

describe('a part that was written anew meanwhile', () => {
  test('is not deleted, and is read for itself', async () => {
    const lake = await landedLake([1, 1, 1]);
    let changes = 0;
    // The manifest, the large object; then a batch is delivered again, with more behind its first record.
    const watched = watchedLake(lake, async (apply) => {
      if (++changes === 3) await putLanded(lake, landedKey(day, 1), [line(1), line(9)]);
      return apply();
    });
    expect(await join(watched)).toMatchObject({ objects: 1, problems: [] });
    expect(await keysOf(lake, folderOf(day))).toEqual([expect.stringContaining('joined-'), landedKey(day, 1)]);
    expect((await readLines(lake)).toSorted()).toEqual([0, 1, 1, 2, 9].map(line).toSorted());
  });
});

describe('a large object that is not what was written', () => {
  const begun = async (changesUntilDeath: number) => {
    const lake = await landedLake([1, 1, 1]);
    let left = changesUntilDeath;
    const watched = watchedLake(lake, async (apply) => {
      if (left-- <= 0) throw new Error('killed');
      return apply();
    });
    await expect(join(watched)).rejects.toThrow('killed');
    const [key = ''] = [(await keysOf(lake, folderOf(day))).find((one) => one.includes('joined-'))];
    return { lake, key };
  };

  test.each([
    ['lines are missing', gzipSync(`${line(0)}\n`)],
    ['lines are others', gzipSync([0, 1, 3].map((n) => `${line(n)}\n`).join(''))],
    ['it ends early', gzipSync([0, 1, 2].map((n) => `${line(n)}\n`).join('')).subarray(0, 30)],
  ])('takes no part with it, and goes where all parts are there: %s', async (_, body) => {
    const { lake, key } = await begun(2);
    await lake.put(key, body, { metadata: (await lake.head(key))?.metadata ?? {} });
    const { problems } = await join(lake, { fewestParts: 99 });
    expect(problems).toEqual([expect.stringContaining('was removed')]);
    expect(await keysOf(lake, '')).toEqual([0, 1, 2].map((i) => landedKey(day, i)));
  });

  test('stays where parts are gone, is told, and what is left of them is read', async () => {
    const { lake, key } = await begun(4);
    const left = (await keysOf(lake, folderOf(day))).filter((one) => !one.includes('joined-'));
    expect(left.length).toBeGreaterThan(0);
    await lake.put(key, gzipSync(`${line(0)}\n`), { metadata: { rows: '3' } });
    const { problems } = await join(lake, { fewestParts: 99 });
    expect(problems).toEqual([expect.stringContaining('is damaged')]);
    expect(await keysOf(lake, '')).toEqual([key, ...left]);
    expect(await readLines(lake)).toHaveLength(1 + left.length);
  });

  test('a manifest that cannot be read goes, is told, and loses nothing', async () => {
    const { lake } = await begun(2);
    const [manifest = ''] = await keysOf(lake, 'ops/joins/');
    await lake.put(manifest, '{"object": "raw/');
    const { problems } = await join(lake, { fewestParts: 99 });
    expect(problems).toEqual([expect.stringContaining('could not be read')]);
    expect(new Set(await readLines(lake))).toEqual(new Set([0, 1, 2].map(line)));
    expect(await keysOf(lake, 'ops/')).toEqual([]);
  });
});

test('a part that is written anew while its join is in force is read beside the whole, and outlives the join', async () => {
  const lake = await landedLake([1, 1, 1]);
  let left = 2;
  const mortal = watchedLake(lake, async (apply) => {
    if (left-- <= 0) throw new Error('killed');
    return apply();
  });
  await expect(join(mortal)).rejects.toThrow('killed');
  await putLanded(lake, landedKey(day, 1), [line(1), line(9)]);
  const wanted = [0, 1, 1, 2, 9].map(line).toSorted();
  expect((await readLines(lake)).toSorted()).toEqual(wanted);
  await join(lake);
  expect((await readLines(lake)).toSorted()).toEqual(wanted);
});

/**
 * Kills at each change, before it is made and after, whatever it is: at first, and in the join that goes on from there.
 */
describe('killed at every change', () => {
  test.each(['before', 'after'])(
    '%s it is made: a reader finds each line once, and the next join ends it',
    async (when) => {
      const wanted = Array.from({ length: 12 }, (_, n) => line(n)).toSorted();
      let kills = 0;
      for (let at = 1; ; at++) {
        const lake = await landedLake([3, 1, 2, 4, 1, 1]);
        let changes = 0;
        const mortal = watchedLake(lake, async (apply) => {
          changes++;
          if (changes > at || (changes === at && when === 'before')) throw new Error('killed');
          await apply();
          expect((await readLines(lake)).toSorted()).toEqual(wanted);
          if (changes === at) throw new Error('killed');
        });
        const isKilled = await join(mortal).then(
          () => false,
          () => true,
        );
        expect((await readLines(lake)).toSorted()).toEqual(wanted);
        if (!isKilled) break;
        kills++;
        await join(lake);
        expect((await readLines(lake)).toSorted()).toEqual(wanted);
        expect(await keysOf(lake, '')).toEqual([expect.stringContaining('joined-')]);
      }
      // A manifest, a large object, six parts and the manifest again.
      expect(kills).toBe(9);
    },
  );
});

type Step =
  | {
      readonly kind: 'land';
      readonly day: number;
      readonly shard: number;
      readonly rows: number;
      readonly isSingleDay: boolean;
      readonly isTrue: boolean;
    }
  | { readonly kind: 'again'; readonly which: number; readonly more: number }
  | { readonly kind: 'join'; readonly deathAt: number | undefined; readonly isAfter: boolean };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('land' as const),
        day: fc.nat(1),
        shard: fc.nat(1),
        rows: fc.integer({ min: 1, max: 4 }),
        isSingleDay: fc.boolean(),
        isTrue: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const), which: fc.nat(99), more: fc.nat(2) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('join' as const),
        deathAt: fc.option(fc.integer({ min: 1, max: 14 }), { nil: undefined }),
        isAfter: fc.boolean(),
      }),
    },
  ),
  { minLength: 5, maxLength: 40 },
);

/** What has landed, by keys: kept apart from the lake, so that no mistake of the join is made twice. */
class World {
  readonly lake = memoryLake();
  readonly #landed: { readonly key: string; lines: string[]; readonly isSingleDay: boolean }[] = [];
  /** Lines that were delivered twice: a reader may find them twice. */
  readonly #repeated = new Set<string>();
  #next = 0;
  joins = 0;
  deaths = 0;

  async take(step: Step): Promise<void> {
    if (step.kind === 'join') return this.#join(step);
    if (step.kind === 'again') {
      const again = this.#landed[step.which % Math.max(this.#landed.length, 1)];
      if (again === undefined) return;
      for (const one of again.lines) this.#repeated.add(one);
      again.lines = [...again.lines, ...this.#lines(step.more)];
      return putLanded(this.lake, again.key, again.lines, again);
    }
    const { isSingleDay, isTrue } = step;
    const key = landedKey(`2025-03-3${step.day}`, this.#next, step.shard);
    const lines = this.#lines(step.rows);
    this.#landed.push({ key, lines, isSingleDay });
    return putLanded(this.lake, key, lines, { isSingleDay, rows: isTrue ? lines.length : lines.length + 1 });
  }

  #lines(count: number): string[] {
    return Array.from({ length: count }, () => line(this.#next++));
  }

  async #join({ deathAt, isAfter }: Extract<Step, { kind: 'join' }>): Promise<void> {
    let changes = 0;
    const watched = watchedLake(this.lake, async (apply) => {
      changes++;
      const isDead = deathAt !== undefined && (changes > deathAt || (changes === deathAt && !isAfter));
      if (isDead) throw new Error('killed');
      await apply();
      await this.judge();
      if (changes === deathAt) throw new Error('killed');
    });
    try {
      const { objects, problems } = await join(watched, { mostParts: 6 });
      this.joins += objects;
      expect(problems).toEqual([]);
    } catch (error) {
      if (!(error instanceof Error && error.message === 'killed')) throw error;
      this.deaths++;
    }
    await this.judge();
  }

  /**
   * Each line that landed is read, once but where it was delivered twice, and no other is; each object tells the truth
   * of itself, but for those that never did.
   */
  async judge(): Promise<void> {
    const found = await readLines(this.lake);
    const landed = this.#landed.flatMap(({ lines }) => lines);
    const once = (lines: readonly string[]) => lines.filter((one) => !this.#repeated.has(one)).toSorted();
    expect(once(found)).toEqual(once(landed));
    expect(new Set(found)).toEqual(new Set(landed));
    for (const key of await keysOf(this.lake, 'raw/web/events/')) {
      if (!key.includes('/joined-')) continue;
      expect((await this.lake.head(key))?.metadata['rows']).toBe(String((await linesOf(this.lake, key)).length));
    }
  }
}

test('whatever lands, and whenever a join is killed, each record is read once', async () => {
  let [joins, deaths] = [0, 0];
  await fc.assert(
    fc.asyncProperty(steps, async (schedule) => {
      const world = new World();
      for (const step of schedule) await world.take(step);
      await world.take({ kind: 'join', deathAt: undefined, isAfter: false });
      expect(await keysOf(world.lake, 'ops/')).toEqual([]);
      joins += world.joins;
      deaths += world.deaths;
    }),
    { numRuns: 300 },
  );
  // Schedules in which nothing happens would prove nothing.
  expect(joins).toBeGreaterThan(20);
  expect(deaths).toBeGreaterThan(20);
});

test('the same lines are packed into the same bytes, and counted as they are', async () => {
  const packed = await Promise.all(
    [0, 1].map(async () => {
      const packer = new Packer();
      for (let n = 0; n < 500; n++) await packer.add(Buffer.from(`${line(n)}\n`));
      return packer.end();
    }),
  );
  expect(packed[0]?.body).toEqual(packed[1]?.body);
  const { body, ...counted } = packed[0] ?? { body: Buffer.alloc(0) };
  expect(await countPacked(Readable.from([body], { objectMode: false }))).toEqual(counted);
});
