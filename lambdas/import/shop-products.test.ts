/** Products of WooCommerce and PrestaShop, with what they cost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as z from 'zod';
import { lines, lookAt, partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'shop-products-'));
});
afterEach(() => rm(home, { recursive: true }));

const variant = z.object({ id: z.string(), inventory_item: z.object({ cost: z.string().optional() }) });
/** Product, variant and cost of each record. */
const costsIn = (part: Parameters<typeof lines>[0]) =>
  lines(part).flatMap(({ id, variants }) =>
    z
      .array(variant)
      .parse(variants)
      .map((one) => [id, one.id, one.inventory_item.cost]),
  );

const files: readonly (readonly [string, string, readonly unknown[]])[] = [
  [
    'WooCommerce in English, with the cost of the core',
    `ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,"Is featured?","Regular price",Categories,Images,Parent,"Cost of goods"
10,simple,CR-1,,"Face cream",1,0,24,"Care > Face","https://x.example/a.jpg",,4.5
11,"simple, virtual",,,Workshop,1,0,40,Other,,,
`,
    [['woo:10', 'sku:CR-1', '4.50'], ['woo:11', 'name:Workshop', undefined]],
  ],
  [
    'WooCommerce in French, with the cost of a plugin',
    `ID,Type,UGS,Nom,Publié,"Mis en avant ?","Tarif régulier",Catégories,Parent,"Meta : _wc_cog_cost"
10,simple,CR-1,Crème,1,0,"24,00",Soins,,"4,50"
`,
    [['woo:10', 'sku:CR-1', '4.50']],
  ],
  [
    'WooCommerce in German',
    `ID,Typ,Artikelnummer,Name,Veröffentlicht,"Ist hervorgehoben?","Regulärer Preis",Kategorien,"Meta: _alg_wc_cog_cost"
10,simple,CR-1,Creme,1,0,24,Pflege,4.50
`,
    [['woo:10', 'sku:CR-1', '4.50']],
  ],
  [
    'variations, which cost what their product costs where they have no cost of their own',
    `ID,Type,SKU,Name,Published,"Regular price",Parent,"Cost of goods"
20,variable,TEE,Shirt,1,,,5.00
21,variation,TEE-S,"Shirt - S",1,20,id:20,
22,variation,,"Shirt - M",1,20,TEE,6.00
23,grouped,SET,Set,1,,,
`,
    [['woo:20', 'sku:TEE', '5.00'], ['woo:20', 'sku:TEE-S', '5.00'], ['woo:20', 'name:Shirt - M', '6.00']],
  ],
  [
    'PrestaShop in French, where a cost of 0 was never entered',
    `"ID produit";"Référence";"Nom";"Prix d'achat HT";"Prix HT"
10;CR-1;Crème;4,500000;20,000000
11;CR-2;Baume;0,000000;20,000000
`,
    [['prestashop:10', 'sku:CR-1', '4.50'], ['prestashop:11', 'sku:CR-2', undefined]],
  ],
  [
    'PrestaShop by the query',
    `id_product;reference;name;wholesale_price
10;CR-1;Cream;4.500000
`,
    [['prestashop:10', 'sku:CR-1', '4.50']],
  ],
  [
    'two products of one SKU, and combinations of one SKU and name',
    `Product ID;Reference;Name;Wholesale price
10;DUP;Soap;2.00
11;DUP;Balm;3.00
12;TEE;Shirt;5.00
12;TEE;Shirt;5.00
13;CAP;Cap;5.00
13;CAP;Cap;6.00
`,
    [
      ['prestashop:10', 'name:Soap', '2.00'],
      ['prestashop:11', 'name:Balm', '3.00'],
      ['prestashop:12', 'sku:TEE', '5.00'],
      ['prestashop:13', 'sku:CAP', undefined],
    ],
  ],
]; // prettier-ignore

test.each(files)('%s', async (_, text, expected) => {
  const [part] = await partsOf(home, 'products.csv', text);
  expect(costsIn(part)).toEqual(expected);
});

test('what cannot be told is said', async () => {
  const [part] = await partsOf(home, 'products.csv', files.at(-1)?.[1] ?? '');
  expect(part?.notes).toEqual([
    expect.stringContaining('1 SKU is of several products (DUP)'),
    expect.stringContaining('1 product has rows of one SKU and name with several costs (CAP)'),
    expect.stringContaining('1 of 4 variants have no cost'),
  ]);
});

test('a cost in another currency than the shop’s refuses the file', async () => {
  const [one] = await lookAt(home, 'p.csv', 'ID,Type,SKU,Name,Cost of goods\n1,simple,A,Cream,$4.50\n');
  expect(JSON.stringify(one)).toContain("and the shop's currency is EUR");
});

test.each([
  ['Reference,Name,Wholesale price,Currency\nA,Cream,4.20,USD\n', true],
  ['Reference,Name,Wholesale price (USD)\nA,Cream,4.20\n', true],
  ['Reference,Name,Wholesale price,Currency\nA,Cream,4.20,EUR\n', false],
  ["Référence;Nom;Prix d'achat HT (€)\nA;Crème;4,20\n", false],
])('so does one that its own column or heading says: %j', async (text, isRefused) => {
  const [one] = await lookAt(home, 'p.csv', text);
  expect([one?.kind, JSON.stringify(one).includes('“4.20” USD, and the shop')]).toEqual(
    isRefused ? ['refused', true] : ['understood', false],
  );
});

test('WooCommerce’s API: the cost of the core, of a plugin, of variations', async () => {
  const base = { type: 'simple', status: 'publish', regular_price: '24', date_created_gmt: '2025-01-01T10:00:00', date_modified_gmt: '2025-02-01T10:00:00', parent_id: 0, categories: [{ id: 1, name: 'Care' }], meta_data: [] }; // prettier-ignore
  const [part] = await partsOf(
    home,
    'products.json',
    JSON.stringify([
      { ...base, id: 10, name: 'Cream', sku: 'CR-1', cost_of_goods_sold: { values: [{ defined_value: 4.5, effective_value: 4.5 }], total_value: 4.5 } },
      { ...base, id: 11, name: 'Balm', sku: 'BA-1', meta_data: [{ id: 1, key: '_wc_cog_cost', value: '3.20' }] },
      { ...base, id: 12, name: 'Soap', sku: 'SO-1', cost_of_goods_sold: { values: [], total_value: 0 } },
      { ...base, id: 20, name: 'Shirt', sku: '', type: 'variable' },
      { ...base, id: 21, name: 'Shirt - S', sku: 'TEE-S', type: 'variation', parent_id: 20, cost_of_goods_sold: { values: [{ defined_value: 5 }] } },
    ]), // prettier-ignore
  );
  expect(costsIn(part)).toEqual([
    ['woo:10', 'sku:CR-1', '4.50'],
    ['woo:11', 'sku:BA-1', '3.20'],
    ['woo:12', 'sku:SO-1', undefined],
    ['woo:20', 'sku:TEE-S', '5.00'],
  ]);
});

test.each(['bundle', 'composite', 'woosb'])(
  'a %s costs nothing itself, for its parts are lines of the order, and that is told',
  async (type) => {
    const csv = `ID,Type,SKU,Name,Published,Cost of goods\n10,${type},BOX,Box,1,14\n11,simple,CR,Cream,1,10\n`;
    const record = (id: number, kind: string, sku: string, cost: number) => ({ id, type: kind, sku, name: sku, status: 'publish', regular_price: '24', date_created_gmt: '2025-01-01T10:00:00', parent_id: 0, categories: [], cost_of_goods_sold: { total_value: cost } }); // prettier-ignore
    const json = JSON.stringify([record(10, type, 'BOX', 14), record(11, 'simple', 'CR', 10)]);
    for (const [name, text] of [
      ['p.csv', csv],
      ['p.json', json],
    ] as const) {
      const [part] = await partsOf(home, name, text);
      expect(costsIn(part)).toEqual([['woo:10', 'sku:BOX', '0.00'], ['woo:11', 'sku:CR', '10.00']]); // prettier-ignore
      expect(part?.notes).toContainEqual(expect.stringContaining('1 product is a bundle, which costs nothing itself'));
    }
  },
);

test('WooCommerce’s API: of two variations of one SKU and name with several costs none is taken, and it is said', async () => {
  const shirt = { name: 'Shirt', sku: 'TEE', type: 'variation', status: 'publish', regular_price: '24', date_created_gmt: '2025-01-01T10:00:00', date_modified_gmt: '2025-02-01T10:00:00', parent_id: 20, categories: [] }; // prettier-ignore
  const costing = (id: number, value: number) => ({ ...shirt, id, cost_of_goods_sold: { total_value: value } });
  const [part] = await partsOf(home, 'p.json', JSON.stringify([costing(21, 5), costing(22, 9)]));
  expect(costsIn(part)).toEqual([['woo:20', 'sku:TEE', undefined]]);
  expect(part?.notes).toEqual([
    expect.stringContaining('1 product has rows of one SKU and name with several costs (TEE)'),
    expect.stringContaining('1 of 1 variants have no cost'),
  ]);
});

test.each([
  ['a list of PrestaShop', "Référence;Nom;Prix d'achat HT\nSAV;Savon;4,20\nTOT;Total care;6\nTotal;;10,20\n"],
  ['a list whose total stands under the names', "Référence;Nom;Prix d'achat HT\nSAV;Savon;4,20\nTOT;Total care;6\n;Total général;10,20\n"],
  ['Shopify', 'Handle,Title,Variant SKU,Variant Price,Cost per item\nsavon,Savon,SAV,24.00,4.20\ntotal,Total care,TOT,9.00,6.00\nTotal,,,33.00,10.20\n'],
])('a row that adds up the others is no product, and is told: %s', async (_, text) => {
  const [part] = await partsOf(home, 'products.csv', text);
  expect(lines(part).map((line) => line['title'])).toEqual(['Savon', 'Total care']);
  expect(part?.leftOut).toEqual([{ why: 'a totals row', rows: 1, first: 4 }]);
}); // prettier-ignore
