import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { filesUnder } from './files.ts';

const home = mkdtempSync(join(tmpdir(), 'sillage-files-'));
afterAll(() => rmSync(home, { recursive: true }));

let made = 0;
/** The names of the files to import in a folder that holds some. */
async function found(...files: readonly string[]): Promise<string[]> {
  const root = join(home, String(made++));
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), 'x');
  }
  const names: string[] = [];
  for await (const { name } of filesUnder(root, join(home, 'scratch'))) names.push(name);
  return names;
}

test('what a lake keeps in its folder is not imported into it again', async () => {
  const lake = [
    '.sillage/meta/raw/a',
    'raw/advertising/meta_ads/dt=2025-03-28/import-0.json',
    'raw/imports/0/meta.csv',
    'curated/orders/dt=2025-03-28/orders.parquet',
    'ops/a.json',
    'shop.json',
    'experiments.json',
    'inbox-answers/b.csv.txt',
  ];
  expect(await found('meta.csv', 'inbox/b.csv', ...lake)).toEqual(['b.csv', 'meta.csv']);
  expect(await found('orders.csv', ...lake.map((key) => `lake/${key}`))).toEqual(['orders.csv']);
});

test('a folder of exports may have such names where it is no lake', async () =>
  expect(await found('raw/meta.csv', 'site/orders.csv')).toEqual(['meta.csv', 'orders.csv']));
