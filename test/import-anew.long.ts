/** Files of many days that are read anew, or taken out: a run does what was said, and takes no day for lost. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importFiles } from '../cli/import.ts';
import { undoImport } from '../lambdas/import/undo.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';

let home: string;
let root: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'sillage-import-anew-'));
  root = join(home, 'lake');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const days = Array.from({ length: 36 }, (_, i) => ({ day: (i % 12) + 1, month: Math.floor(i / 12) + 1 }));
const two = (number: number) => String(number).padStart(2, '0');
/** Orders of the first twelve days of three months: each day may be two. */
const orders = [
  'id_order,reference,order_state,date_add,email,iso_code,postcode,currency,total_discounts_tax_incl,total_products_wt,total_shipping_tax_incl,total_paid_tax_incl,total_tax,refunded,payment,voucher_code,product_reference,product_name,product_quantity,unit_price_tax_incl',
  ...days.map(({ day, month }, n) => `${n + 1},R${n},Livré,${two(day)}/${two(month)}/2025,a@b.fr,FR,75011,EUR,0,40,0,40,6.67,0,CB,,SER,Serum,2,20.00`),
].join('\n'); // prettier-ignore

async function asked(sql: string): Promise<unknown[][]> {
  return withWarehouse(filesLake(root), loadCatalog(), async (warehouse) =>
    (await warehouse.query(sql)).rows.map((row) => [...row]),
  );
}
const months = () =>
  asked('SELECT month(local_date) AS m, count(*) AS n FROM orders GROUP BY 1 ORDER BY 1').then((rows) =>
    Object.fromEntries(rows.map(([month, n]) => [Number(month), Number(n)])),
  );

test('orders of 36 days, read as others, taken out, and imported again', async () => {
  const file = join(home, 'orders.csv');
  writeFileSync(file, orders);
  utimesSync(file, new Date('2026-01-15'), new Date('2026-01-15'));
  const imported = async (dates: 'dmy' | 'mdy') => {
    await importFiles([file], { yes: true, run: false, dates, lake: root });
    const { checks } = await run(root);
    expect(checks.filter(({ severity, failures }) => severity === 'error' && failures > 0)).toEqual([]);
  };
  await imported('dmy');
  expect(await months()).toEqual({ 1: 12, 2: 12, 3: 12 });
  // 3 days of each month.
  const byMonth = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [i + 1, 3]));
  await imported('mdy');
  expect(await months()).toEqual(byMonth);
  await imported('dmy');
  expect(await months()).toEqual({ 1: 12, 2: 12, 3: 12 });

  const lake = filesLake(root);
  await undoImport(lake, 'orders.csv');
  const undone = await run(root);
  expect(undone.steps.flatMap(({ removed }) => removed).length).toBeGreaterThan(36);
  expect(await months()).toEqual({});
  expect(await asked('SELECT count(*) AS n FROM rejects')).toEqual([[0]]);

  // Days that were emptied for both readings: none is taken for lost.
  await imported('mdy');
  expect(await months()).toEqual(byMonth);
});
