/** Products as the admin exports them: what is made of SKUs and costs that real shops have. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lines, partsOf } from './samples/look-at.ts';
import { understand } from './understand.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'products-export-'));
});
afterEach(() => rm(home, { recursive: true }));

const heading = 'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Cost per item,Status\n';
const exported = (...rows: readonly string[]) => `${heading}${rows.join('\n')}\n`;
const costsIn = (part: Parameters<typeof lines>[0]) =>
  lines(part).flatMap(({ variants }) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the import itself
    (variants as { id: string; inventory_item: { cost?: string } }[]).map(({ id, inventory_item: { cost } }) => [
      id,
      cost,
    ]),
  );

test('variants that share an SKU are known by their names, each with its cost, which is told', async () => {
  const [part] = await partsOf(
    home,
    'p.csv',
    exported(
      'soap,Soap,Title,Default Title,DUP,12.00,2.00,active',
      'balm,Balm,Title,Default Title,DUP,14.00,3.00,active',
      'shirt,Shirt,Size,S,TEE,24.00,5.00,active',
      'shirt,,,M,TEE,24.00,6.00,',
      'cream,Cream,Title,Default Title,CR-1,60.00,12.50,active',
    ),
  );
  expect(costsIn(part)).toEqual([
    ['name:Soap', '2.00'],
    ['name:Balm', '3.00'],
    ['name:Shirt - S', '5.00'],
    ['name:Shirt - M', '6.00'],
    ['sku:CR-1', '12.50'],
  ]);
  expect(part?.notes).toContainEqual(expect.stringContaining('2 SKUs are of several variants (DUP, TEE)'));
});

test.each([
  ['its column says so', 'cheque,Un chèque,1,CH,50.00,,true,true,true', []],
  ['its name, and that it is not sent', 'carte,Carte cadeau,50,CC,50.00,,false,false,', []],
  ['all of its values', 'carte,Carte cadeau,50,,50.00,,false,false,true\ncarte,,100,,100.00,,false,false,', []],
  [
    'a box for cards is none',
    'boite,Carte cadeau (boîte),50,B,5.00,,true,true,false',
    [expect.stringMatching(/^1 of 2 variants have no “Cost per item”/u)],
  ],
])('a gift card needs no cost: %s', async (_, row, told) => {
  const all = 'Handle,Title,Option1 Value,Variant SKU,Variant Price,Cost per item,Variant Requires Shipping,Variant Taxable,Gift Card'; // prettier-ignore
  const [part] = await partsOf(home, 'p.csv', `${all}\n${row}\nsoap,Soap,1,S,12.00,2.00,true,true,false\n`);
  const notes = part?.notes.filter((note) => note.includes('no “Cost per item”'));
  expect(notes).toEqual(told);
});

/** What is made of a product with such a cost, in a shop of such a currency. */
async function costOf(cost: string, currency: string) {
  const path = join(home, 'p.csv');
  await writeFile(path, exported(`cream,Cream,Title,Default Title,CR-1,60.00,"${cost}",active`));
  const { parts } = await understand(
    { name: 'p.csv', path, exportedAt: new Date('2025-04-01T08:00:00Z') },
    { scratch: join(home, 'scratch'), shop: { currency, timeZone: 'Europe/Paris' } },
  );
  return costsIn(parts[0]);
}

test.each([
  ['€12.50', 'EUR'],
  ['12,50 €', 'EUR'],
  ['$12.50', 'CAD'],
])('a cost of %s in a shop of %s', async (cost, currency) => {
  expect(await costOf(cost, currency)).toEqual([['sku:CR-1', '12.50']]);
});

test.each([
  ['$12.50', 'EUR'],
  ['12.50 USD', 'EUR'],
  ['12.50 €', 'GBP'],
])('a cost of %s in a shop of %s refuses the file', async (cost, currency) => {
  await expect(costOf(cost, currency)).rejects.toThrow(`“${cost}”, and the shop's currency is ${currency}`);
});

test.each([
  ['a column', 'Handle,Title,Variant SKU,Variant Price,Cost per item,Currency', 'cream,Cream,CR-1,60.00,12.50,USD'],
  [
    'the heading of costs',
    'Handle,Title,Variant SKU,Variant Price,Cost per item (USD)',
    'cream,Cream,CR-1,60.00,12.50',
  ],
  ['the heading of prices', 'Handle,Title,Variant SKU,Price / USD,Cost per item', 'cream,Cream,CR-1,60.00,12.50'],
])('another currency that %s names refuses the file', async (_, headings, row) => {
  await expect(partsOf(home, 'p.csv', `${headings}\n${row}\n`)).rejects.toThrow(
    /USD, and the shop's currency is EUR, in which prices and costs are read/,
  );
});

test('the shop’s own currency in a heading changes nothing, and another one’s price beside it is not read', async () => {
  const [part] = await partsOf(
    home,
    'p.csv',
    'Handle,Title,Variant SKU,Variant Price,Price / USD,Cost per item (EUR)\ncream,Cream,CR-1,60.00,65.00,12.50\n',
  );
  expect(lines(part)[0]?.['variants']).toMatchObject([{ price: '60.00', inventory_item: { cost: '12.50' } }]);
});
