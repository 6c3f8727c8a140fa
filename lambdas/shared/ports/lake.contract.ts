import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Lake, ObjectNotFound, PreconditionFailed } from './lake.ts';
import { InvalidKey, InvalidMetadata } from './lake-rules.ts';

/** A lake under test, and how to leave nothing of it behind. */
export interface LakeUnderTest {
  readonly lake: Lake;
  readonly dispose: () => Promise<void>;
}

export interface ContractOptions {
  /** How many random histories to try; fewer where each call crosses a network. */
  readonly runs?: number;
  /** The server behind the adapter, a stand-in, ignores If-Match at the end of a multipart upload (moto does). */
  readonly lacksLargeIfMatch?: boolean;
  /** The server shows an object a moment before it has its metadata (moto stores it, and sets them then). */
  readonly lagsMetadata?: boolean;
}

/** Names that have gone wrong somewhere: in URLs, in XML, in shells, and in the order of UTF-16 against UTF-8. */
const oddNames = [
  'a',
  'a b',
  'a+b',
  'a%20b',
  'dt=2024-01-31',
  "it's",
  '&amp;',
  '<x>',
  '"',
  '~',
  'a.txt',
  'a0',
  'é',
  '日本',
  'ｚ',
  '😀',
  '#?',
  '*',
  '[a]',
  '{a,b}',
  '$HOME',
  '\u202Egpj',
  '\u2028',
  'n'.repeat(239),
] as const;

const badKeys: readonly { readonly what: string; readonly key: string }[] = [
  { what: 'an empty key', key: '' },
  { what: 'an absolute key', key: '/etc/passwd' },
  { what: 'a key that climbs', key: 'a/../../b' },
  { what: 'a key that begins by climbing', key: '../b' },
  { what: 'a dot', key: 'a/./b' },
  { what: 'a hidden name', key: 'a/.b' },
  { what: 'the house folder', key: '.sillage/meta/a' },
  { what: 'an empty name', key: 'a//b' },
  { what: 'a trailing slash', key: 'a/' },
  { what: 'a backslash', key: 'a\\b' },
  { what: 'NUL', key: 'a\0b' },
  { what: 'a line feed', key: 'a\nb' },
  { what: 'an escape', key: 'a\u001B[31m' },
  { what: 'a control character of eight bits', key: 'a\u009B' },
  { what: 'half a surrogate pair', key: 'a\uD83D' },
  { what: 'what stands for bytes that are no text', key: 'a\uFFFD' },
  { what: '1,025 bytes', key: `${'é/'.repeat(341)}ab` },
  { what: 'a name of 241 bytes', key: 'n'.repeat(241) },
];

const badMetadata: readonly { readonly what: string; readonly metadata: Record<string, string> }[] = [
  { what: 'an upper-case name', metadata: { Rows: '1' } },
  { what: 'a value that is not ASCII', metadata: { campaign: 'été' } },
  { what: 'a value with a line feed', metadata: { rows: '1\n2' } },
  { what: 'a value with a space at its end', metadata: { rows: '1 ' } },
  { what: 'more than 2 KB', metadata: { rows: 'x'.repeat(2048) } },
];

async function keysOf(lake: Lake, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const object of lake.list(prefix)) keys.push(object.key);
  return keys;
}

/** The order of listings, said once more: a test that asks the code for the answer tests nothing. */
const byBytes = (a: string, b: string) => (Buffer.from(a).toString('hex') < Buffer.from(b).toString('hex') ? -1 : 1);

/** Whether the key is a folder of another, or another of it: the one thing that not every lake can hold. */
const clashes = (keys: Iterable<string>, key: string) =>
  [...keys].some((other) => other.startsWith(`${key}/`) || key.startsWith(`${other}/`));

/** Bytes that are all the same, so that a torn or mixed object shows. */
const plain = (byte: number, length: number) => Buffer.alloc(length, byte);

/**
 * What every adapter of the Lake port must keep, as one suite to put it under.
 *
 * @example lakeContract('memoryLake', async () => ({ lake: memoryLake(), dispose: async () => undefined }));
 */
export function lakeContract(
  name: string,
  make: () => Promise<LakeUnderTest>,
  { runs = 40, lacksLargeIfMatch = false, lagsMetadata = false }: ContractOptions = {},
): void {
  describe(`${name} keeps the contract of a lake`, () => {
    let scratch = '';
    const made: LakeUnderTest[] = [];

    beforeAll(async () => {
      scratch = await mkdtemp(join(tmpdir(), 'sillage-contract-'));
    });

    afterAll(async () => {
      await Promise.all(made.map((one) => one.dispose()));
      await rm(scratch, { recursive: true, force: true });
    });

    async function fresh(): Promise<Lake> {
      const one = await make();
      made.push(one);
      return one.lake;
    }

    describe('one object', () => {
      test.each([
        { what: 'text', body: 'Bonjour, été 😀', bytes: Buffer.from('Bonjour, été 😀') },
        { what: 'an empty object', body: '', bytes: Buffer.alloc(0) },
        {
          what: 'bytes that are no text',
          body: Buffer.from([0, 255, 128, 10, 13]),
          bytes: Buffer.from([0, 255, 128, 10, 13]),
        },
        { what: 'a part of a larger buffer', body: Buffer.from('abcdef').subarray(2, 4), bytes: Buffer.from('cd') },
      ])('comes back as it was put: $what', async ({ body, bytes }) => {
        const lake = await fresh();
        const before = Date.now();
        const put = await lake.put('raw/a', body);
        expect(put).toMatchObject({ key: 'raw/a', size: bytes.length });
        expect(put.etag).toMatch(/^[^"]+$/u);
        expect(await lake.get('raw/a')).toEqual(bytes);
        expect(await buffer(await lake.read('raw/a'))).toEqual(bytes);
        expect(await readFile(await lake.localPath('raw/a', scratch))).toEqual(bytes);
        expect(await lake.head('raw/a')).toMatchObject({
          key: 'raw/a',
          size: bytes.length,
          etag: put.etag,
          metadata: {},
        });
        expect(await lake.verify('raw/a')).toEqual(await lake.head('raw/a'));
        expect(await lake.verify('raw/b')).toBeUndefined();
        const listed = [];
        for await (const object of lake.list('')) listed.push(object);
        expect(listed).toMatchObject([{ key: 'raw/a', size: bytes.length, etag: put.etag }]);
        // S3 tells whole seconds.
        expect(listed[0]?.lastModified.getTime()).toBeGreaterThan(before - 1000);
        expect(listed[0]?.lastModified.getTime()).toBeLessThan(Date.now() + 1000);
      });

      test('is written from a file', async () => {
        const lake = await fresh();
        const path = join(scratch, 'source');
        await writeFile(path, 'from a file');
        const object = await lake.putFile('raw/a', path, { metadata: { rows: '1' } });
        expect(object).toMatchObject({ key: 'raw/a', size: 11, etag: (await lake.put('raw/b', 'from a file')).etag });
        expect(String(await lake.get('raw/a'))).toBe('from a file');
        expect((await lake.head('raw/a'))?.metadata).toEqual({ rows: '1' });
      });

      test('may be copied by its local path, and stays', async () => {
        const lake = await fresh();
        await lake.put('a', 'content');
        await lake.putFile('b', await lake.localPath('a', scratch));
        expect(String(await lake.get('a'))).toBe('content');
        expect(String(await lake.get('b'))).toBe('content');
      });

      test('of more than 17 MB comes back whole, from memory and from a file', async () => {
        const lake = await fresh();
        const large = Buffer.alloc(17 * 1024 * 1024 + 5);
        for (let at = 0; at < large.length; at += 4096) large.writeUInt32LE(at, Math.min(at, large.length - 4));
        const path = join(scratch, 'large');
        await writeFile(path, large);
        const first = await lake.put('large/memory', large, { metadata: { rows: '7' } });
        const second = await lake.putFile('large/file', path, { metadata: { rows: '7' } });
        expect(second).toMatchObject({ size: large.length, etag: first.etag });
        for (const key of ['large/memory', 'large/file']) {
          expect(large.equals(await lake.get(key))).toBe(true);
          expect(large.equals(await buffer(await lake.read(key)))).toBe(true);
          expect(large.equals(await readFile(await lake.localPath(key, scratch)))).toBe(true);
          expect(await lake.head(key)).toMatchObject({ size: large.length, etag: first.etag, metadata: { rows: '7' } });
        }
      });

      test('changes its etag when, and only when, its content changes', async () => {
        const lake = await fresh();
        const first = await lake.put('a', 'one');
        const same = await lake.put('a', 'one', { metadata: { rows: '1' } });
        const other = await lake.put('a', 'two');
        expect(same.etag).toBe(first.etag);
        expect(other.etag).not.toBe(first.etag);
        expect((await lake.head('a'))?.etag).toBe(other.etag);
        expect((await lake.put('elsewhere', 'one')).etag).toBe(first.etag);
      });

      test('has the metadata of its last writer', async () => {
        const lake = await fresh();
        const metadata = { rows: '1200', 'md5-of-lines': 'a=b; c, d', empty: '' };
        await lake.put('a', 'one', { metadata, contentType: 'application/x-ndjson' });
        expect((await lake.head('a'))?.metadata).toEqual(metadata);
        await lake.put('a', 'one', { metadata: { rows: '7' } });
        expect((await lake.head('a'))?.metadata).toEqual({ rows: '7' });
        await lake.put('a', 'one');
        expect((await lake.head('a'))?.metadata).toEqual({});
      });

      test('that is missing says so', async () => {
        const lake = await fresh();
        await lake.put('a/b', 'x');
        for (const key of ['none', 'a', 'a/b/c']) {
          expect(await lake.head(key)).toBeUndefined();
          await expect(lake.get(key)).rejects.toThrow(ObjectNotFound);
          await expect(lake.read(key)).rejects.toThrow(ObjectNotFound);
          await expect(lake.localPath(key, scratch)).rejects.toThrow(ObjectNotFound);
          await expect(lake.delete(key)).resolves.toBeUndefined();
        }
        await expect(lake.get('none')).rejects.toThrow(`There is no object none in ${lake.location}.`);
        expect(await keysOf(lake, '')).toEqual(['a/b']);
      });

      test('gives a version by its local path, and no other', async () => {
        const lake = await fresh();
        const { etag } = await lake.put('a/b.csv', 'old');
        expect(await readFile(await lake.localPath('a/b.csv', scratch, etag), 'utf8')).toBe('old');
        const { etag: newer } = await lake.put('a/b.csv', 'new');
        expect(await readFile(await lake.localPath('a/b.csv', scratch, newer), 'utf8')).toBe('new');
        await expect(lake.localPath('a/b.csv', join(scratch, 'empty'), etag)).rejects.toThrow(PreconditionFailed);
        await expect(lake.localPath('none', scratch, etag)).rejects.toThrow(ObjectNotFound);
      });

      test('gives the new content by its local path once it is replaced', async () => {
        const lake = await fresh();
        for (const content of ['first', 'second']) {
          await lake.put('a.csv', content);
          expect(await readFile(await lake.localPath('a.csv', scratch), 'utf8')).toBe(content);
        }
      });
    });

    describe('what is refused', () => {
      test.each(badKeys)('a key: $what', async ({ key }) => {
        const lake = await fresh();
        await expect(lake.put(key, 'x')).rejects.toThrow(InvalidKey);
        await expect(lake.get(key)).rejects.toThrow(InvalidKey);
        await expect(lake.head(key)).rejects.toThrow(InvalidKey);
        await expect(lake.delete(key)).rejects.toThrow(InvalidKey);
      });

      test.each(badMetadata)('metadata: $what', async ({ metadata }) => {
        const lake = await fresh();
        await expect(lake.put('a', 'x', { metadata })).rejects.toThrow(InvalidMetadata);
        expect(await lake.head('a')).toBeUndefined();
      });

      test('a longest key is not', async () => {
        const lake = await fresh();
        const key = `${`${'n'.repeat(240)}/`.repeat(4)}${'k'.repeat(60)}`;
        expect(key).toHaveLength(1024);
        await lake.put(key, 'x');
        expect(await keysOf(lake, 'nnn')).toEqual([key]);
      });
    });

    describe('listing', () => {
      test('goes by bytes and begins with the prefix, which may end in mid-name', async () => {
        const lake = await fresh();
        const keys = oddNames.flatMap((one) => [`p/${one}`, `q${one}/${one}`]);
        await Promise.all(keys.map((key) => lake.put(key, key)));
        const prefixes = [
          '',
          'p',
          'p/',
          'p/a',
          'p/a ',
          'q',
          'qa',
          'qa/',
          'qdt=2024',
          'p/😀',
          'none',
          'p//',
          '/',
          '../',
          '.sillage/',
          'p/a/',
        ];
        for (const prefix of prefixes) {
          expect(await keysOf(lake, prefix)).toEqual(keys.filter((key) => key.startsWith(prefix)).sort(byBytes));
        }
      });

      test('by keys alone has the same keys in the same order', async () => {
        const lake = await fresh();
        for (const key of ['b/é', 'a b', 'a.txt', 'a/x', 'a0', 'b/z/deep', 'c']) await lake.put(key, key);
        for (const prefix of ['', 'a', 'a/', 'b/', 'nothing']) {
          const alone: string[] = [];
          for await (const key of lake.keys(prefix)) alone.push(key);
          expect(alone).toEqual(await keysOf(lake, prefix));
        }
      });

      test('of an empty lake is empty', async () => {
        expect(await keysOf(await fresh(), '')).toEqual([]);
      });

      test('goes on past a thousand objects', async () => {
        const lake = await fresh();
        const keys = Array.from({ length: 1_003 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
        for (let at = 0; at < keys.length; at += 50)
          await Promise.all(keys.slice(at, at + 50).map((key) => lake.put(key, '')));
        expect(await keysOf(lake, 'many/')).toEqual(keys);
      });

      test('bears with objects that come and go meanwhile', async () => {
        const lake = await fresh();
        await Promise.all(Array.from({ length: 30 }, (_, index) => lake.put(`stay/${index}`, 'x')));
        const churn = (async () => {
          for (let index = 0; index < 60; index += 1) {
            await lake.put(`go/${index % 7}/x`, 'x');
            await lake.delete(`go/${index % 7}/x`);
          }
        })();
        for (let round = 0; round < 10; round += 1) {
          const keys = await keysOf(lake, '');
          expect(keys.filter((key) => key.startsWith('stay/'))).toHaveLength(30);
        }
        await churn;
        expect(await keysOf(lake, 'go')).toEqual([]);
      });
    });

    describe('histories', () => {
      const key = fc
        .array(fc.constantFrom(...oddNames), { minLength: 1, maxLength: 3 })
        .map((names) => names.join('/'));
      const step = fc.oneof(
        {
          weight: 3,
          arbitrary: fc.record({
            do: fc.constant('put' as const),
            key,
            body: fc.uint8Array({ maxLength: 40 }),
            rows: fc.nat(),
          }),
        },
        { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
      );

      test('any sequence of puts and deletes equals a map', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
            const { lake, dispose } = await make();
            const model = new Map<string, { readonly body: Buffer; readonly rows: string }>();
            for (const one of steps) {
              if (one.do === 'delete') {
                await lake.delete(one.key);
                model.delete(one.key);
              } else if (!clashes(model.keys(), one.key)) {
                await lake.put(one.key, one.body, { metadata: { rows: String(one.rows) } });
                model.set(one.key, { body: Buffer.from(one.body), rows: String(one.rows) });
              }
            }
            expect(await keysOf(lake, '')).toEqual([...model.keys()].sort(byBytes));
            for (const [each, { body, rows }] of model) {
              expect(await lake.get(each)).toEqual(body);
              expect(await lake.head(each)).toMatchObject({ size: body.length, metadata: { rows } });
            }
            await dispose();
          }),
          { numRuns: runs },
        );
      });
    });

    describe('several at once', () => {
      test('readers never see a torn object, nor one without its metadata', async () => {
        const lake = await fresh();
        const sizes = [1, 70_000, 0, 300_000, 4_096, 150_000];
        const write = async (round: number) => {
          const size = sizes[round % sizes.length] ?? 0;
          await lake.put('hot', plain(round % 251, size), { metadata: { size: String(size) } });
        };
        await write(0);
        const state = { writing: true };
        const reader = async () => {
          while (state.writing) {
            const [content, head] = await Promise.all([lake.get('hot'), lake.head('hot')]);
            expect(content.every((byte) => byte === content[0])).toBe(true);
            expect(sizes).toContain(content.length);
            expect(lagsMetadata ? { size: String(head?.size) } : head?.metadata).toEqual({ size: String(head?.size) });
          }
        };
        const readers = Promise.all([reader(), reader(), reader()]);
        try {
          for (let round = 1; round < 60; round += 1) await write(round);
        } finally {
          state.writing = false;
        }
        await readers;
      });

      test('of many writers of one key the last wins whole', async () => {
        const lake = await fresh();
        await Promise.all(
          Array.from({ length: 12 }, (_, index) =>
            lake.put('a', plain(index, 10), { metadata: { by: String(index) } }),
          ),
        );
        const [head, content] = [await lake.head('a'), await lake.get('a')];
        expect(content).toEqual(plain(Number(head?.metadata['by']), 10));
      });

      test.each([
        { what: 'an absent object', before: undefined },
        { what: 'one version', before: 'before' },
      ])('of many writers on condition of $what exactly one wins', async ({ before }) => {
        const lake = await fresh();
        const condition = before === undefined ? { ifAbsent: true } : { ifMatch: (await lake.put('a', before)).etag };
        const tries = await Promise.allSettled(
          Array.from({ length: 8 }, (_, index) =>
            lake.put('a', `by ${index}`, { ...condition, metadata: { by: String(index) } }),
          ),
        );
        expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
        expect(
          tries.filter((one) => one.status === 'rejected' && one.reason instanceof PreconditionFailed),
        ).toHaveLength(7);
        const winner = tries.findIndex((one) => one.status === 'fulfilled');
        expect(String(await lake.get('a'))).toBe(`by ${winner}`);
        expect((await lake.head('a'))?.metadata).toEqual({ by: String(winner) });
      });
    });

    describe('conditions', () => {
      test('ifAbsent writes once', async () => {
        const lake = await fresh();
        const path = join(scratch, 'condition');
        await writeFile(path, 'second');
        await lake.put('a', 'first', { ifAbsent: true, metadata: { rows: '1' } });
        await expect(lake.put('a', 'second', { ifAbsent: true })).rejects.toThrow(PreconditionFailed);
        await expect(lake.putFile('a', path, { ifAbsent: true })).rejects.toThrow(PreconditionFailed);
        expect(String(await lake.get('a'))).toBe('first');
        expect((await lake.head('a'))?.metadata).toEqual({ rows: '1' });
        await lake.delete('a');
        await expect(lake.put('a', 'third', { ifAbsent: true })).resolves.toMatchObject({ key: 'a' });
      });

      test('ifMatch writes over the version that it names, and no other', async () => {
        const lake = await fresh();
        await expect(lake.put('a', 'x', { ifMatch: 'd41d8cd98f00b204e9800998ecf8427e' })).rejects.toThrow(
          PreconditionFailed,
        );
        const first = await lake.put('a', 'first');
        const second = await lake.put('a', 'second', { ifMatch: first.etag });
        await expect(lake.put('a', 'third', { ifMatch: first.etag })).rejects.toThrow(PreconditionFailed);
        expect(String(await lake.get('a'))).toBe('second');
        await expect(lake.put('a', 'third', { ifMatch: second.etag })).resolves.toMatchObject({ key: 'a' });
      });

      test('delete with ifMatch removes the version that it names, and no other', async () => {
        const lake = await fresh();
        const first = await lake.put('a', 'first');
        const second = await lake.put('a', 'second', { metadata: { rows: '1' } });
        await expect(lake.delete('a', { ifMatch: first.etag })).rejects.toThrow(PreconditionFailed);
        expect(String(await lake.get('a'))).toBe('second');
        expect((await lake.head('a'))?.metadata).toEqual({ rows: '1' });
        await lake.delete('a', { ifMatch: second.etag });
        expect(await lake.head('a')).toBeUndefined();
        await expect(lake.delete('a', { ifMatch: second.etag })).resolves.toBeUndefined();
      });

      const large = plain(1, 17 * 1024 * 1024);

      test('hold for large objects too: ifAbsent', async () => {
        const lake = await fresh();
        await lake.put('a', large, { ifAbsent: true });
        await expect(lake.put('a', large, { ifAbsent: true })).rejects.toThrow(PreconditionFailed);
      });

      (lacksLargeIfMatch ? test.skip : test)('hold for large objects too: ifMatch', async () => {
        const lake = await fresh();
        const first = await lake.put('a', large);
        await expect(lake.put('a', large, { ifMatch: 'd41d8cd98f00b204e9800998ecf8427e' })).rejects.toThrow(
          PreconditionFailed,
        );
        await expect(lake.put('a', large, { ifMatch: first.etag })).resolves.toMatchObject({ etag: first.etag });
      });
    });
  });
}
