import { beforeEach, expect, test } from '@jest/globals';
import { engineOfTests } from '../../../test/engine-of-tests.ts';
import type { Session } from '../duckdb.ts';
import type { Lake } from '../ports/lake.ts';
import { memoryLake } from '../ports/memory-lake.ts';
import { loadCatalog } from '../schema/catalog.ts';
import { ledgerRow } from './ledger.samples.ts';
import { Ledger } from './ledger.ts';
import { inputsChanged } from './staleness.ts';

const catalog = loadCatalog();
let session: Session;
let folder: string;
let lake: Lake;
engineOfTests('ledger-inputs', (made) => ({ session, folder } = made));
beforeEach(() => {
  lake = memoryLake();
});

const open = () => Ledger.open(lake, catalog, session, folder);
const at = (hour: number) => new Date(Date.UTC(2025, 2, 1, hour));

/** What a run long ago wrote: three slices of orders, of which one was removed since, and two of other tables. */
async function written(): Promise<Ledger> {
  const ledger = await open();
  await ledger.add(ledgerRow('2025-01-05', { input_keys: ['raw/a@1', 'raw/b@x@2', 'curated/fx_rates@3'] }));
  await ledger.add(ledgerRow('2025-01-06', { input_keys: ['raw/a@1', 'raw/c@4'], finished_at: at(11) }));
  await ledger.add(ledgerRow('2025-01-07', { input_keys: ['raw/gone@5'] }));
  await ledger.add(
    ledgerRow('2025-01-07', { action: 'removed', output_etag: null, input_keys: ['raw/gone@5'], finished_at: at(12) }),
  );
  await ledger.add(ledgerRow('2025-01-05', { table_name: 'refunds', input_keys: ['raw/r@6', 'notraw/x@7'] }));
  await ledger.add(ledgerRow('2025-01-05', { table_name: 'customers', input_keys: ['raw/p@8'] }));
  await ledger.flush();
  return open();
}

test.each([
  ['one table', ['orders'], 2, ['raw/a', 'raw/b@x', 'raw/c']],
  ['two tables', ['orders', 'refunds'], 3, ['raw/a', 'raw/b@x', 'raw/c', 'raw/r']],
  ['a table without slices', ['products'], 0, []],
  ['no table', [], 0, []],
] as const)('what the slices of %s were made from', async (_, tables, slices, keys) => {
  const made = await (await written()).madeFromRaw(tables);
  expect({ ...made, keys: made.keys.toSorted() }).toEqual({ slices, keys });
});

test('nothing was made from raw where there is no ledger', async () => {
  expect(await (await open()).madeFromRaw(['orders'])).toEqual({ slices: 0, keys: [] });
});

test('the inputs of earlier runs and of this one, of the days that are asked for', async () => {
  const ledger = await written();
  await ledger.add(ledgerRow('2025-01-06', { input_keys: ['raw/c@9'], finished_at: at(13) }));
  await ledger.add(ledgerRow('2025-01-08', { input_keys: ['raw/d@1'], finished_at: at(13) }));
  const asked = async (...days: string[]) => Object.fromEntries(await ledger.inputKeys('orders', days));
  expect(await asked('2025-01-05')).toEqual({ '2025-01-05': ['raw/a@1', 'raw/b@x@2', 'curated/fx_rates@3'] });
  expect(await asked('2025-01-06', '2025-01-08', '2025-01-09')).toEqual({
    '2025-01-06': ['raw/c@9'],
    '2025-01-08': ['raw/d@1'],
  });
  expect(await asked()).toEqual({});
  expect(await (await open()).inputKeys('orders', [])).toEqual(new Map());
});

test('of stale slices those whose inputs have changed are told in what', async () => {
  const ledger = await written();
  const slice = (day: string, reason: string, ...keys: string[]) => ({
    table: 'orders',
    day,
    reason,
    inputs: keys.map((one) => ({ key: one.slice(0, -2), etag: one.slice(-1) })),
  });
  const stale = [
    slice('2025-01-04', 'never built', 'raw/a@1'),
    slice('2025-01-06', inputsChanged, 'raw/a@1', 'raw/c@5'),
    slice('2025-01-05', inputsChanged, 'raw/a@1', 'raw/b@x@2'),
    slice('2025-01-09', inputsChanged, 'raw/z@1'),
  ];
  expect((await ledger.explained(stale)).map(({ day, reason }) => [day, reason])).toEqual([
    ['2025-01-04', 'never built'],
    ['2025-01-06', 'raw/c changed'],
    ['2025-01-05', 'curated/fx_rates removed'],
    ['2025-01-09', 'raw/z added'],
  ]);
  const [never] = stale;
  expect(await ledger.explained(never === undefined ? [] : [never])).toEqual([never]);
});
