/** Costs of goods that a newer file tells otherwise than an older one. */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { advice } from './advice.ts';
import { landAll, look } from './import.ts';
import { undoImport } from './undo.ts';

let home: string;
let calls = 0;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'changed-costs-'));
});
afterAll(() => rm(home, { recursive: true }));

const products = (...costs: readonly (readonly [sku: string, cost: string])[]) =>
  [
    'Handle,Title,Option1 Value,Variant SKU,Variant Price,Cost per item,Status',
    ...costs.map(([sku, cost]) => `${sku.toLowerCase()},${sku},Default Title,${sku},40.00,${cost},active`),
  ].join('\n');
const items = (cost: string) =>
  JSON.stringify({ inventory_items: [{ id: 900, sku: 'A', cost, tracked: true, requires_shipping: true, updated_at: '2025-04-03T10:00:00Z' }] }); // prettier-ignore

/** What is told at the import of a file with costs that was written on a day. */
async function told(lake: Lake, name: string, text: string, day: string): Promise<string[]> {
  const path = join(home, name);
  await writeFile(path, text);
  await utimes(path, new Date(day), new Date(day));
  const scratch = join(home, `scratch-${calls++}`);
  const looked = await look(lake, [path], { scratch });
  const said = await advice(lake, looked);
  await landAll(lake, looked, scratch);
  return said;
}

test('a corrected cost is told to leave older orders as they are, and how to correct them', async () => {
  const lake = memoryLake();
  expect(await told(lake, 'march.csv', products(['A', '12.00'], ['B', '9.00'], ['C', '']), '2025-03-01')).toEqual([]);
  // Nothing is told of what costs the same, was not known before, or is not told any more.
  expect(await told(lake, 'same.csv', products(['A', '12'], ['C', '3.00'], ['D', '1.00']), '2025-03-02')).toEqual([]);
  expect(await told(lake, 'april.csv', products(['A', '18.00'], ['B', '9.00']), '2025-04-01')).toEqual([
    'april.csv has another cost than march.csv, same.csv for 1 of 2 variants (the first: A, 18.00 in place of ' +
      '12.00). It counts from 2025-04-01 on; orders before keep the older cost, and their margins do not ' +
      'change. Where the older cost was wrong from the beginning, take each of these files out, as: sillage ' +
      'import --undo march.csv. Its 2 other costs go with it: import a corrected one then.',
  ]);
  // Costs alone are held against those of products, by the SKU.
  expect(await told(lake, 'items.json', items('20.00'), '2025-04-04')).toEqual([
    expect.stringMatching(/^items\.json has another cost than april\.csv for 1 of 1 variants \(the first: A, 20\.00 in place of 18\.00\)\. It counts from 2025-04-03 on/) as unknown, // prettier-ignore
  ]);
  // An older file than those that are there changes what was before it; what was taken out tells nothing.
  expect(await told(lake, 'january.csv', products(['A', '11.00']), '2025-01-01')).toEqual([]);
  for (const name of ['march.csv', 'same.csv', 'january.csv', 'items.json']) await undoImport(lake, name);
  expect(await told(lake, 'may.csv', products(['B', '9.00']), '2025-05-01')).toEqual([]);
});

test('a sheet whose costs hold from before the export of products is told to be followed by it, and to have none before', async () => {
  const sheet = (...rows: readonly string[]) => ['SKU;Coût HT;À partir du', ...rows].join('\n');
  const lake = memoryLake();
  await told(lake, 'products.csv', products(['A', '11.30'], ['B', '9.00']), '2025-04-20');
  expect(await told(lake, 'costs.csv', sheet('A;12,10;01/04/2025', 'B;8,00;25/04/2025'), '2025-04-29')).toEqual([
    'costs.csv has costs of 1 of 2 variants that end where products.csv tells others (the first: A, 12.10 ' +
      'from 2025-04-01 on, and 11.30 again from 2025-04-20 on). On all days before 2025-04-01 it costs 12.10, ' +
      'too, since no file tells what it cost then: add a row with that cost and the day from which it held. If ' +
      'the cost of products.csv is out of date, correct it in the shop and import its products again.',
    expect.stringMatching(/^costs\.csv has another cost than products\.csv for 1 of 2 variants \(the first: B, 8\.00 in place of 9\.00\)\. It counts from 2025-04-25 on/) as unknown, // prettier-ignore
  ]);
});

test('of the files of one import each is held against the older ones', async () => {
  const lake = memoryLake();
  const paths = [join(home, 'first.csv'), join(home, 'hand.csv')] as const;
  await writeFile(paths[0], products(['A', '11.30']));
  await utimes(paths[0], new Date('2025-04-20'), new Date('2025-04-20'));
  await writeFile(paths[1], 'SKU;Cost\nA;12.10\n');
  await utimes(paths[1], new Date('2025-04-25'), new Date('2025-04-25'));
  const looked = await look(lake, paths, { scratch: join(home, 'scratch-both') });
  expect(await advice(lake, looked)).toContainEqual(
    expect.stringMatching(/^hand\.csv has another cost than first\.csv .*A, 12\.10 in place of 11\.30\)\. It counts from 2025-04-25 on/), // prettier-ignore
  );
});
