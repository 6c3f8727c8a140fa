import { expect, test } from '@jest/globals';
import { engineOfTests } from '../../../test/engine-of-tests.ts';
import type { Session } from '../duckdb.ts';
import { memoryLake } from '../ports/memory-lake.ts';
import { loadCatalog, tableNamed } from '../schema/catalog.ts';
import { notErased } from './erased.ts';
import { Ledger } from './ledger.ts';
import { ledgerRow } from './ledger.samples.ts';

const catalog = loadCatalog();
let session: Session;
let folder: string;
engineOfTests('erased', (made) => ({ session, folder } = made));

const day = '2025-01-05';
const [one, two, three] = ['raw/a/1.jsonl', 'raw/a/2@x.jsonl', 'raw/a/3.jsonl'];

interface Case {
  readonly what: string;
  /** The objects that each erasure has rewritten. */
  readonly erasures: readonly (readonly string[])[];
  readonly inputs: readonly string[];
  readonly standing: readonly string[];
  readonly isEmptied: boolean;
}

const cases: readonly Case[] = [
  { what: 'its one object', erasures: [[one]], inputs: [`${one}@1`], standing: [one], isEmptied: true },
  { what: 'one of two', erasures: [[two, three]], inputs: [`${one}@1`, `${two}@2`], standing: [one, two], isEmptied: true },
  { what: 'one, in the second erasure', erasures: [[three], [one]], inputs: [`${one}@1`], standing: [one], isEmptied: true },
  { what: 'one, beside inputs that are no raw objects', erasures: [[one]], inputs: [`${one}@1`, 'curated/fx_rates/2.parquet@2'], standing: [one], isEmptied: true },
  { what: 'nothing', erasures: [], inputs: [`${one}@1`], standing: [one], isEmptied: false },
  { what: 'an object of another slice', erasures: [[two]], inputs: [`${one}@1`], standing: [one, two], isEmptied: false },
  { what: 'an object that is gone since', erasures: [[one]], inputs: [`${one}@1`], standing: [two], isEmptied: false },
  { what: 'one, and another is gone since', erasures: [[one]], inputs: [`${one}@1`, `${two}@2`], standing: [one], isEmptied: false },
  { what: 'a rate, and nothing raw', erasures: [['curated/fx_rates/2.parquet']], inputs: ['curated/fx_rates/2.parquet@2'], standing: ['curated/fx_rates/2.parquet'], isEmptied: false },
  { what: 'one, and its slice names no inputs', erasures: [[one]], inputs: [], standing: [one], isEmptied: false },
]; // prettier-ignore

test.each(cases)('an erasure rewrote $what: emptied $isEmptied', async ({ erasures, inputs, standing, isEmptied }) => {
  const lake = memoryLake();
  for (const [n, keys] of erasures.entries())
    await lake.put(`ops/erasures/${n}.json`, JSON.stringify({ objects: keys.map((key) => ({ key })) }));
  const ledger = await Ledger.open(lake, catalog, session, folder);
  await ledger.add(ledgerRow(day, { input_keys: [...inputs] }));
  const left = await notErased(lake, ledger, tableNamed(catalog, 'orders'), [day], new Set(standing));
  expect(left).toEqual(isEmptied ? [] : [day]);
});

test('a newer version of a sheet empties what the older one had, where its document still stands', async () => {
  const lake = memoryLake();
  await lake.put('raw/imports/a/import.json', JSON.stringify({ file: 'a.csv', taken_back: [one] }));
  await lake.put('raw/imports/b/import.json', JSON.stringify({ file: 'b.csv' }));
  await lake.put('raw/imports/b/b.csv', 'no note');
  const ledger = await Ledger.open(lake, catalog, session, folder);
  await ledger.add(ledgerRow(day, { input_keys: [`${one}@1`] }));
  const left = (standing: readonly string[]) =>
    notErased(lake, ledger, tableNamed(catalog, 'orders'), [day], new Set(standing));
  expect([await left([one]), await left([two])]).toEqual([[], [day]]);
});

test('a day that the ledger does not know was emptied by no erasure', async () => {
  const lake = memoryLake();
  await lake.put('ops/erasures/0.json', JSON.stringify({ objects: [{ key: one }] }));
  const ledger = await Ledger.open(lake, catalog, session, folder);
  expect(await notErased(lake, ledger, tableNamed(catalog, 'orders'), [day], new Set([one]))).toEqual([day]);
});
