import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { zipSync } from 'fflate';
import { begin } from '../lease/lease.ts';
import { leaseKey } from '../shared/schema/ops-keys.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { whyStray } from '../shared/ports/lake-rules.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { importStep } from './import-step.ts';
import { importInbox, inboxInTheWay, inboxInWords, type InboxLimits } from './inbox.ts';

let home: string;
let lake: Lake;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'inbox-'));
  lake = memoryLake();
});
afterEach(() => rm(home, { recursive: true }));

const meta = (spend = '1.50') =>
  `Campaign name,Day,Amount spent (EUR),Impressions,Link clicks\nPrintemps,2025-03-10,"${spend}",100,5\n`;
const picture = Buffer.from('89504e470d0a1a0a', 'hex');

async function contents(prefix = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const key of lake.keys(prefix)) found[key] = (await lake.get(key)).toString();
  return found;
}
const keys = async (prefix = '') => Object.keys(await contents(prefix));

const emptied = (limits?: InboxLimits, over: Lake = lake) => importInbox(over, join(home, 'scratch'), limits);
const onLambda = { fileBytes: 1000, mayBegin: () => true };

test('it is emptied of what was imported; what is refused stays, with the reason beside it, until it is good', async () => {
  await lake.put('inbox/meta.csv', meta());
  await lake.put('inbox/shot.png', picture);
  await lake.put('inbox-answers/gone.csv.txt', 'of a file that somebody took away');
  expect(await emptied()).toEqual({
    replaced: [],
    imported: ['meta.csv'],
    notes: expect.any(Array) as unknown,
    refused: [{ name: 'shot.png', why: expect.stringContaining('PNG') as unknown }],
    left: [],
  });
  const there = await contents();
  expect(Object.keys(there).map((key) => key.replaceAll(/[0-9a-f]{16,}|\d{8}T\d{6}Z|dt=[\d-]+/g, '…'))).toEqual([
    'inbox-answers/shot.png.txt',
    'inbox/shot.png',
    'raw/advertising/meta_ads/…/import-…-….json',
    'raw/imports/…/import.json',
    'raw/imports/…/meta.csv',
  ]);
  expect(there['inbox-answers/shot.png.txt']).toMatch(/^shot\.png: It is a PNG picture\./);
  await emptied();
  expect(await contents()).toEqual(there);
  await lake.put('inbox/shot.png', meta('2.50'));
  expect((await emptied()).imported).toEqual(['shot.png']);
  expect(await keys('inbox')).toEqual([]);
  expect(await readdir(join(home, 'scratch')).catch(() => [])).toEqual([]);
});

test('status tells which files no figure has: those that wait for a run, and those that one refused', async () => {
  expect(await inboxInWords(lake)).toEqual([]);
  for (const name of ['a.csv', 'b.csv', 'c/d.csv', 'e.csv']) await lake.put(`inbox/${name}`, meta());
  for (const name of ['Thumbs.db', '__MACOSX/a.csv', '~$a.xlsx']) await lake.put(`inbox/${name}`, 'of the system');
  const waiting = (files: string) => `${files} not imported yet: "sillage run" does it.`;
  expect(await inboxInWords(lake)).toEqual([waiting('4 files in inbox/ (a.csv, b.csv, c/d.csv and 1 more)')]);
  await emptied();
  expect(await inboxInWords(lake)).toEqual([]);
  await lake.put('inbox/shot.png', picture);
  expect(await inboxInWords(lake)).toEqual([waiting('1 file in inbox/ (shot.png)')]);
  await emptied();
  await lake.put('inbox/meta.csv', meta());
  expect(await inboxInWords(lake)).toEqual([
    waiting('1 file in inbox/ (meta.csv)'),
    '1 file in inbox/ (shot.png) refused: inbox-answers/ says why, and what to do.',
  ]);
  // Another file under its name.
  await lake.put('inbox/shot.png', meta('2.50'));
  expect(await inboxInWords(lake)).toEqual([waiting('2 files in inbox/ (meta.csv, shot.png)')]);
});

test('what stands under a name that no listing shows is refused, until it is gone', async () => {
  const stray = ['inbox//orders.csv', 'inbox/a\\b.csv', 'inbox//.DS_Store'];
  const bucket: Lake = {
    ...lake,
    async *strays(prefix) {
      for (const key of stray) if (key.startsWith(prefix)) yield { key, why: whyStray(key) ?? '' };
    },
  };
  await lake.put('inbox/meta.csv', meta());
  const { imported, refused } = await emptied(undefined, bucket);
  expect(imported).toEqual(['meta.csv']);
  expect(refused).toEqual([
    { name: '/orders.csv', why: expect.stringMatching(/two of its slashes stand together.*Rename it/) },
    { name: 'a\\b.csv', why: expect.stringContaining('a backslash') },
  ]);
  const answers = await contents('inbox-answers/');
  expect(Object.keys(answers)).toHaveLength(2);
  expect(Object.values(answers)).toContainEqual(expect.stringContaining('inbox//orders.csv: It cannot be read'));
  stray.length = 0;
  await emptied(undefined, bucket);
  expect(await keys('inbox')).toEqual([]);
});

test('what is to be known of a file is told, as a total that is not that of its rows', async () => {
  await lake.put('inbox/meta.csv', `${meta()}Total,,"99.62",100,5`);
  expect((await emptied()).notes).toContainEqual({
    name: 'meta.csv',
    note: expect.stringMatching(/own total of “Amount spent \(EUR\)” is 99\.62 EUR, its rows add up to 1\.50 EUR/),
  });
});

test('a file that comes again is taken out and changes nothing', async () => {
  await lake.put('inbox/meta.csv', meta());
  await emptied();
  const before = await contents();
  await lake.put('inbox/again.csv', meta());
  await emptied();
  expect(await contents()).toEqual(before);
});

test('of a zip with a part that is refused nothing lands', async () => {
  await lake.put('inbox/all.zip', zipSync({ 'meta.csv': Buffer.from(meta()), 'shot.png': picture }));
  expect((await emptied()).refused.map(({ name }) => name)).toEqual(['shot.png']);
  expect(await keys()).toEqual(['inbox-answers/all.zip.txt', 'inbox/all.zip']);
});

test('what systems and Excel leave beside files is none of them, as in a folder', async () => {
  const left = ['inbox/Thumbs.db', 'inbox/__MACOSX/meta.csv', 'inbox/~$meta.xlsx'];
  for (const key of left) await lake.put(key, 'x');
  await lake.put('inbox/meta.csv', meta());
  expect(await emptied(onLambda)).toMatchObject({ imported: ['meta.csv'], refused: [], left: [] });
  expect(await keys('inbox')).toEqual(left);
});

test('a download that has not ended is refused by its name, also in a zip', async () => {
  const half = { 'a.csv.part': Buffer.from(meta()), 'b.csv': Buffer.from(meta('2.00')) };
  await lake.put('inbox/2025/meta.csv.crdownload', meta());
  await lake.put('inbox/meta.csv.filepart', meta());
  await lake.put('inbox/exports.zip', Buffer.from(zipSync(half)));
  const why = 'Its download has not ended. Import it once it has.';
  expect((await emptied()).refused).toEqual(
    ['2025/meta.csv.crdownload', 'a.csv.part', 'meta.csv.filepart'].map((name) => ({ name, why })),
  );
  expect(await keys('raw/')).toEqual([]);
});

test('of a zip with the same visits by two tools nothing lands', async () => {
  const ga4 = {
    event_name: 'page_view',
    event_timestamp: '1741597200000000',
    user_pseudo_id: 'v1',
    event_params: [{ key: 'page_location', value: { string_value: 'https://shop.example/' } }],
  };
  const posthog = {
    uuid: 'x',
    event: '$pageview',
    distinct_id: 'v1',
    timestamp: '2025-03-10T09:00:00Z',
    properties: { $current_url: 'https://shop.example/' },
  };
  const parts = { 'ga4.json': Buffer.from(JSON.stringify(ga4)), 'posthog.json': Buffer.from(JSON.stringify(posthog)) };
  await lake.put('inbox/all.zip', zipSync(parts));
  expect((await emptied()).refused.map(({ name }) => name)).toEqual(['posthog.json']);
  expect(await keys('raw/')).toEqual([]);
});

describe('a file that changes while it is read', () => {
  test('before: it waits; after: what was read is landed, and the newer one stays', async () => {
    await lake.put('inbox/meta.csv', meta());
    const replacedBefore: Lake = {
      ...lake,
      async localPath(key, scratch, etag) {
        await lake.put(key, meta('2.50'));
        return lake.localPath(key, scratch, etag);
      },
    };
    expect(await emptied(undefined, replacedBefore)).toMatchObject({ imported: [], refused: [], left: ['meta.csv'] });
    expect(await keys('raw/')).toEqual([]);
    const replacedAfter: Lake = {
      ...lake,
      async delete(key, options) {
        if (key.startsWith('inbox/')) await lake.put(key, meta('3.50'));
        return lake.delete(key, options);
      },
    };
    expect(await emptied(undefined, replacedAfter)).toMatchObject({ imported: ['meta.csv'], left: ['meta.csv'] });
    expect(await contents('inbox/')).toEqual({ 'inbox/meta.csv': meta('3.50') });
    expect(await emptied()).toMatchObject({ imported: ['meta.csv'], left: [] });
    expect(await keys('raw/imports/')).toHaveLength(4);
  });
});

test('a fault of the program over one file keeps no other from its way; one of the lake stops all', async () => {
  await lake.put('inbox/a.csv', meta());
  await lake.put('inbox/b.csv', meta('2.50'));
  const strange = (path: string): Lake => ({
    ...lake,
    localPath: async (key, scratch, etag) => (key.endsWith('a.csv') ? path : await lake.localPath(key, scratch, etag)),
  });
  expect(await emptied(undefined, strange(join(home, 'nowhere')))).toMatchObject({
    imported: ['b.csv'],
    refused: [
      { name: 'a.csv', why: expect.stringMatching(/^It could not be read to its end: .*ENOENT.*tries again\.$/) },
    ],
  });
  const broken: Lake = { ...lake, localPath: () => Promise.reject(new Error('S3 is away')) };
  await expect(emptied(undefined, broken)).rejects.toThrow('S3 is away');
  expect(await emptied()).toMatchObject({ imported: ['a.csv'], refused: [] });
});

describe('in a machine with limits', () => {
  test('a file that is too large is refused unread, and told where it can be imported', async () => {
    await lake.put('inbox/large.csv', meta().padEnd(1001, '\n'));
    const unread: Lake = { ...lake, localPath: () => Promise.reject(new Error('It was read.')) };
    expect((await emptied({ ...onLambda, fileBytes: 1000 }, unread)).refused).toEqual([
      { name: 'large.csv', why: expect.stringContaining('(sillage import FILE --lake memory)') as unknown },
    ]);
    expect((await emptied()).imported).toEqual(['large.csv']);
  });

  test('a file that ended the machine is not read again, and keeps no other from its way; put there anew, it is', async () => {
    await lake.put('inbox/a.csv', meta());
    await lake.put('inbox/b.csv', meta('2.50'));
    // What a kill leaves: nothing of what would follow happens.
    const killed = importInbox(
      { ...lake, localPath: () => Promise.reject(new Error('killed')), delete: () => Promise.reject(new Error()) },
      join(home, 'dead'),
      onLambda,
    );
    await expect(killed).rejects.toThrow('killed');
    const second = await emptied(onLambda);
    expect(second).toMatchObject({
      imported: ['b.csv'],
      refused: [{ name: 'a.csv', why: expect.stringMatching(/^It was begun, and not read to its end/) as unknown }],
    });
    expect((await emptied(onLambda)).refused).toEqual(second.refused);
    expect((await lake.get('inbox-answers/a.csv.txt')).toString()).toBe(`a.csv: ${second.refused[0]?.why}\n`);
    await new Promise((done) => setTimeout(done, 2));
    await lake.put('inbox/a.csv', meta());
    expect((await emptied(onLambda)).imported).toEqual(['a.csv']);
    expect(await keys('inbox')).toEqual([]);
  });

  test('a file that was refused is read again by each run: the lake, or the release, may be another', async () => {
    await lake.put('inbox/shot.png', picture);
    const [first, second] = [await emptied(onLambda), await emptied(onLambda)];
    expect(first.refused[0]?.why).toContain('PNG');
    expect(second.refused).toEqual(first.refused);
  });

  test('where the time is over, the others are left for the next call', async () => {
    for (const name of ['a', 'b', 'c']) await lake.put(`inbox/${name}.csv`, meta(`${name.charCodeAt(0)}.00`));
    let begun = 0;
    expect(await emptied({ ...onLambda, mayBegin: () => begun++ < 2 })).toMatchObject({
      imported: ['a.csv', 'b.csv'],
      left: ['c.csv'],
    });
    expect(await emptied(onLambda)).toMatchObject({ imported: ['c.csv'], left: [] });
  });
});

describe('the step', () => {
  const told = { run: '20250310T100000Z-0a0a0a', execution: 'an execution' };
  const warnings: string[] = [];
  const ports = () => ({ lake, catalog: new Map(), warn: (line: string) => warnings.push(line) });

  test('works under the lease, counts what it refused, and logs no word of a file', async () => {
    await expect(importStep(ports(), { ...told, isNew: false })).rejects.toThrow('has no lease');
    await begin(lake, told.execution);
    expect(await importStep(ports(), { ...told, isNew: false })).toEqual({
      filesRefused: 0,
      isNew: false,
      isLeft: false,
    });
    await lake.put('inbox/meta.csv', meta());
    await lake.put('inbox/odd.csv', 'Name,E-mail\nLéa,lea@example.org\n');
    expect(await importStep(ports(), { ...told, isNew: false })).toEqual({
      filesRefused: 1,
      isNew: true,
      isLeft: false,
    });
    expect(await importStep(ports(), { ...told, isNew: true })).toMatchObject({ isNew: true });
    expect(await keys('inbox')).toEqual(['inbox-answers/odd.csv.txt', 'inbox/odd.csv']);
    expect(await lake.head(leaseKey)).toBeDefined();
    expect([...new Set(warnings)]).toEqual([
      'inbox/odd.csv was not imported, and stays there: why stands in inbox-answers/.',
      'inbox/meta.csv was imported; what is to be known of it stands in its import.json in raw/imports/.',
    ]);
    const [, manifest = ''] =
      Object.entries(await contents('raw/imports/')).find(([key]) => key.endsWith('.json')) ?? [];
    expect(JSON.parse(manifest)).toMatchObject({ parts: [{ notes: expect.arrayContaining([expect.any(String)]) }] });
  });

  test('tells what campaigns a newer report of the same account and days took away', async () => {
    warnings.length = 0;
    await begin(lake, told.execution);
    for (const name of ['Printemps', 'Hiver']) {
      await lake.put('inbox/meta.csv', meta().replace('Printemps', name));
      await importStep(ports(), { ...told, isNew: false });
    }
    // Both were put there in one second: which of them the lake takes for the newer one, their keys say.
    expect(warnings).toContainEqual(expect.stringMatching(/lacks its campaign “(?:Printemps|Hiver)”/));
  });
});

/** The lake as it is a while after its files were written. */
const aWhileLater = (): Lake => ({
  ...lake,
  async *list(prefix) {
    for await (const one of lake.list(prefix)) yield { ...one, lastModified: new Date(Date.now() - 3_600_000) };
  },
});

test('a file that was written just now stays, since more of it may come: nothing of it is lost', async () => {
  const inPlace = (over: Lake = lake) => importInbox(over, join(home, 'scratch'), undefined, true);
  const whole = `${meta()}Printemps,2025-03-11,"2.50",100,5\n`;
  await lake.put('inbox/meta.csv', meta());
  expect(await inPlace()).toMatchObject({ imported: ['meta.csv'], refused: [] });
  expect((await lake.get('inbox-answers/meta.csv.txt')).toString()).toMatch(
    /it is imported\. It was written less than/,
  );
  expect(await inboxInWords(lake)).toEqual([]);
  expect((await inPlace()).imported).toEqual([]);
  await lake.put('inbox/meta.csv', whole);
  expect((await inPlace()).imported).toEqual(['meta.csv']);
  expect(Object.values(await contents('raw/imports/')).filter((text) => text === whole)).toHaveLength(1);
  // As a file keeps its time, so that it is the same upload.
  const { lastModified } = (await lake.head('inbox/meta.csv')) ?? { lastModified: new Date() };
  jest.useFakeTimers({ now: lastModified.getTime() + 60_000, doNotFake: ['nextTick', 'setImmediate'] });
  try {
    expect((await inPlace()).imported).toEqual([]);
  } finally {
    jest.useRealTimers();
  }
  expect(await keys('inbox')).toEqual([]);
});

test('a file that was written a while ago is taken away at once', async () => {
  await lake.put('inbox/meta.csv', meta());
  await importInbox(aWhileLater(), join(home, 'scratch'), undefined, true);
  expect(await keys('inbox')).toEqual([]);
});

test('a file that is called as the folder is told of', async () => {
  expect(await inboxInTheWay(lake)).toBeUndefined();
  await lake.put('inbox', meta());
  expect(await inboxInTheWay(lake)).toMatch(/^It is a file called inbox, and nothing is imported from it/);
});
