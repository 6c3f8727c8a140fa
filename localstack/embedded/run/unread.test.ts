import { afterAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { loadCatalog } from '../../../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../lake/files-lake.ts';
import { unreadObjects } from './unread.ts';

const root = mkdtempSync(join(tmpdir(), 'sillage-unread-'));
afterAll(() => rmSync(root, { recursive: true }));

test("raw objects in no folder of a day, or under no feed, are unread; those of a feed's day, at any depth, are read", async () => {
  const read = [
    'raw/web/events/dt=2025-03-28/x',
    'raw/web/events/dt=2025-03-28/shop/x',
    'raw/crm/orders/dt=2024-02-29/x',
    'curated/orders/x',
    'notes.txt',
    'raw/web/.DS_Store',
    'raw/crm/.gitkeep',
  ];
  const nowhere = ['raw/meta/x', 'raw/readme.md', 'raw/web/event/dt=2025-03-28/x'];
  const noDay = [
    'raw/web/events/2025-03-28/x',
    'raw/web/events/dt=2025-02-29/x',
    'raw/web/events/dt=28-03-2025/x',
    'raw/web/events/x',
  ];
  for (const key of [...read, ...nowhere, ...noDay]) file(join(root, key));
  expect(await unreadObjects(filesLake(root), loadCatalog())).toEqual([
    ...nowhere.map((key) => ({ key, reason: 'it stands under no feed.' })),
    ...noDay.map((key) => ({
      key,
      reason: 'it stands in no folder of a day. Move it, as to raw/web/events/dt=2025-01-31/x',
    })),
  ]);
  expect(await unreadObjects(filesLake(join(root, 'none')), loadCatalog())).toEqual([]);
});

test('files that were imported are kept, and an import that did not come to its end is named', async () => {
  const home = join(root, 'imports');
  for (const key of ['headings.json', 'aa/orders.csv', 'aa/import.json', 'bb/import.json', 'cc/meta.csv'])
    file(join(home, 'raw/imports', key));
  expect(await unreadObjects(filesLake(home), loadCatalog())).toEqual([
    {
      key: 'raw/imports/cc/meta.csv',
      reason: expect.stringMatching(/did not come to its end.*Import the file again/) as unknown,
    },
  ]);
});

const day = 'raw/crm/orders/dt=2025-03-28/';
const strange: readonly {
  readonly what: string;
  readonly make: (path: string) => void;
  readonly name: string;
  readonly shown?: string;
  readonly reason: RegExp;
}[] = [
  { what: 'a line feed', name: 'a\nb', make: file, reason: /it holds a control character\. Rename it\.$/u },
  { what: 'an escape', name: 'a\u001B]0;b', make: file, reason: /control character/u },
  { what: 'a control character of eight bits', name: 'a\u009Bb', make: file, reason: /control character/u },
  { what: 'a backslash', name: 'a\\b', make: file, reason: /it holds a backslash/u },
  { what: 'a leading dot', name: '.orders.jsonl', make: file, reason: /begins with a dot/u },
  { what: 'a name of 241 bytes', name: `${'é'.repeat(120)}x`, make: file, reason: /longer than 240 bytes/u },
  {
    what: 'a key of 1,025 bytes',
    name: `${`${'n'.repeat(240)}/`.repeat(4)}${'k'.repeat(1025 - 964 - day.length)}`,
    make: file,
    reason: /longer than 1024 bytes/u,
  },
  {
    what: 'a folder with a line feed',
    name: 'a\nb/orders.jsonl',
    shown: 'a\nb/',
    make: file,
    reason: /control character/u,
  },
  { what: 'a hidden folder', name: '.git/config', shown: '.git/', make: file, reason: /begins with a dot/u },
  {
    what: 'a link to a file of the lake',
    name: 'link',
    make: (path) => symlinkSync(join(root, 'raw/readme.md'), path),
    reason: /it is a link, and links are not followed/u,
  },
  {
    what: 'a link out of the lake',
    name: 'out',
    make: (path) => symlinkSync('/etc/passwd', path),
    reason: /it is a link/u,
  },
  { what: 'a link to a folder', name: 'folder', make: (path) => symlinkSync('/etc', path), reason: /it is a link/u },
  {
    what: 'a link round in a circle',
    name: 'circle',
    make: (path) => symlinkSync('..', path),
    reason: /it is a link/u,
  },
  { what: 'a link to itself', name: 'loop', make: (path) => symlinkSync('loop', path), reason: /it is a link/u },
  { what: 'a link to nothing', name: 'broken', make: (path) => symlinkSync('nowhere', path), reason: /it is a link/u },
  {
    what: 'a pipe',
    name: 'orders.jsonl',
    make: (path) => execFileSync('mkfifo', [path]),
    reason: /a pipe, a socket or a device/u,
  },
];

function file(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'x');
}

test.each(strange)('$what is named, with the reason', async ({ name, shown = name, make, reason }) => {
  const lake = mkdtempSync(join(root, 'strange-'));
  mkdirSync(join(lake, day), { recursive: true });
  make(join(lake, day, name));
  expect(await unreadObjects(filesLake(lake), loadCatalog())).toEqual([
    { key: `${day}${shown}`, reason: expect.stringMatching(reason) },
  ]);
});

test('a name that is no text is named, beside one that looks like it', async () => {
  const lake = mkdtempSync(join(root, 'bytes-'));
  mkdirSync(join(lake, day), { recursive: true });
  for (const name of [Buffer.from([0x61, 0xff]), Buffer.from('a\uFFFD')])
    writeFileSync(Buffer.concat([Buffer.from(join(lake, day)), name]), 'x');
  const named = { key: `${day}a\uFFFD`, reason: expect.stringContaining('stands for bytes that are no text') };
  expect(await unreadObjects(filesLake(lake), loadCatalog())).toEqual([named, named]);
});

test('a socket is named', async () => {
  const lake = mkdtempSync(join(root, 's-'));
  mkdirSync(join(lake, day), { recursive: true });
  const server = createServer().listen(join(lake, day, 'x'));
  await once(server, 'listening');
  try {
    expect(await unreadObjects(filesLake(lake), loadCatalog())).toEqual([
      { key: `${day}x`, reason: expect.stringContaining('a socket') },
    ]);
  } finally {
    server.close();
  }
});

test('whatever bytes a file is called by, it is an object that is read, or it is named', async () => {
  const byte = fc
    .oneof(fc.integer({ min: 1, max: 255 }), fc.constantFrom(...Buffer.from('a.\\\n\u001B\u202E\uFFFDé😀[*')))
    .filter((one) => one !== 0x2f);
  const name = fc
    .array(byte, { minLength: 1, maxLength: 255 })
    .map((bytes) => Buffer.from(bytes))
    .filter((one) => !/^(?:\.{1,2}|\.DS_Store|\.gitkeep)$/.test(one.toString('latin1')));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(name, { minLength: 1, maxLength: 8, selector: (one) => one.toString('hex') }),
      async (names) => {
        const lake = mkdtempSync(join(root, 'any-'));
        mkdirSync(join(lake, day), { recursive: true });
        for (const one of names) writeFileSync(Buffer.concat([Buffer.from(join(lake, day)), one]), one);
        const read: string[] = [];
        const objects = filesLake(lake);
        for await (const { key } of objects.list('raw/')) read.push(key);
        const unread = await unreadObjects(filesLake(lake), loadCatalog());
        expect(read.length + unread.length).toBe(names.length);
        // Each is the file that its key says.
        for (const key of read) expect(`${day}${String(await objects.get(key))}`).toBe(key);
      },
    ),
    { numRuns: 100 },
  );
});
