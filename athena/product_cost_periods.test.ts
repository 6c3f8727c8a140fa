/** Whose cost is one that names what lies in stock, or an SKU. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, text, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const cost = (variant_id: string, sku: string | null, cost_eur: string): Row => ({
  variant_id,
  sku,
  cost: cost_eur,
  cost_eur,
  currency: 'EUR',
  reported_at: '2025-03-01 10:00:00.000',
  seen_on: '2025-03-01',
  local_date: '2025-03-01',
});
const variant = (variant_id: string, sku: string | null, inventory_item_id: string | null = null): Row => ({
  variant_id,
  sku,
  inventory_item_id,
  product_id: 'P',
});

const cases: readonly (readonly [string, readonly Row[], readonly Row[], Readonly<Record<string, string>>])[] = [
  ['a variant names the item', [variant('11', 'A', '900')], [cost('inventory:900', null, '4.00')], { '11': '4.00', 'sku:A': '4.00' }],
  ['a variant names the item, and has no SKU', [variant('11', null, '900')], [cost('inventory:900', null, '4.00')], { '11': '4.00' }],
  ['a variant has its SKU', [variant('11', 'A')], [cost('inventory:900', 'A', '4.00')], { '11': '4.00', 'sku:A': '4.00' }],
  ['an export has its SKU', [variant('sku:A', 'A')], [cost('inventory:900', 'A', '4.00')], { 'sku:A': '4.00' }],
  ['no product is known', [], [cost('inventory:900', 'A', '4.00')], { 'inventory:900': '4.00', 'sku:A': '4.00' }],
  [
    'two variants of one SKU, each with its item',
    [variant('11', 'A', '900'), variant('12', 'A', '901')],
    [cost('inventory:900', 'A', '4.00'), cost('inventory:901', 'A', '7.00')],
    { '11': '4.00', '12': '7.00' },
  ],
  [
    'two variants of one SKU, of which nobody names the item',
    [variant('11', 'A'), variant('12', 'A')],
    [cost('inventory:900', 'A', '4.00')],
    { 'inventory:900': '4.00' },
  ],
  [
    'two items of one SKU',
    [variant('11', 'A')],
    [cost('inventory:900', 'A', '4.00'), cost('inventory:901', 'A', '7.00')],
    { 'inventory:900': '4.00', 'inventory:901': '7.00' },
  ],
  [
    'two variants of one SKU, of which one has a cost',
    [variant('11', 'A'), variant('12', 'A')],
    [cost('11', 'A', '4.00')],
    { '11': '4.00' },
  ],
  [
    'an export and the API tell of one variant',
    [variant('11', 'A'), variant('sku:A', 'A')],
    [cost('11', 'A', '4.00')],
    { '11': '4.00', 'sku:A': '4.00' },
  ],
]; // prettier-ignore

test.each(cases)('a cost is known by these names where %s', async (_, products, product_costs, expected) => {
  const rows = await workshop.view('product_cost_periods', { products, product_costs });
  expect(Object.fromEntries(rows.map((row) => [text(row, 'variant_id'), Number(row['cost_eur']).toFixed(2)]))).toEqual(
    expected,
  );
});
