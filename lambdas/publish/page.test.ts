import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { publishPage } from './page.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-page-'));
  await mkdir(join(folder, 'assets'));
  for (const name of ['index.html', 'assets/zz-1.js', 'assets/a-1.css', 'assets/font-1.woff2'])
    await writeFile(join(folder, name), `content of ${name}`);
});
afterAll(() => rm(folder, { recursive: true }));

function watched(lake: Lake): { lake: Lake; puts: string[] } {
  const puts: string[] = [];
  return {
    puts,
    lake: {
      ...lake,
      put: (key, bytes, options) => {
        puts.push(`${key} ${options?.contentType ?? ''}`);
        return lake.put(key, bytes, options);
      },
    },
  };
}

test('every file of the page is put with its type, the page that names them last; a second time nothing is', async () => {
  const { lake, puts } = watched(memoryLake());
  await publishPage(lake, folder);
  expect(puts).toEqual([
    'site/assets/a-1.css text/css; charset=utf-8',
    'site/assets/font-1.woff2 font/woff2',
    'site/assets/zz-1.js text/javascript; charset=utf-8',
    'site/index.html text/html; charset=utf-8',
  ]);
  await publishPage(lake, folder);
  expect(puts).toHaveLength(4);
});

test('a page of the release before is replaced', async () => {
  const lake = memoryLake();
  await lake.put('site/index.html', Buffer.from('old'));
  const { lake: seen, puts } = watched(lake);
  await publishPage(seen, folder);
  expect(puts.at(-1)).toMatch(/^site\/index\.html /);
  expect((await lake.get('site/index.html')).toString()).toBe('content of index.html');
});
