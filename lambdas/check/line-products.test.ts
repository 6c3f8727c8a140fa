import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, type Row, type Workshop } from '../../athena/fixture.ts';
import { lineProducts } from './line-products.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const line = (variant_id: string | null, sku: string | null = null): Row => ({
  line_item_id: `${variant_id ?? ''} ${sku ?? ''}`,
  order_id: 'o',
  variant_id,
  sku,
  title: 'Serum',
  quantity: 1,
  shipped_quantity: 1,
  net_revenue_eur: '10.00',
  processed_at: '2026-03-10 10:00:00.000',
});
const product = (variant_id: string, sku: string | null = null): Row => ({ product_id: variant_id, variant_id, sku });

test.each([
  ['by the id of its variant', [line('11')], [product('11')], 0],
  ['by its SKU, where the catalogue comes by another door', [line('11', 'A')], [product('sku:A', 'A')], 0],
  ['by its name, which is all that an export knows', [line('11')], [product('name:Serum')], 0],
  ['by nothing', [line('11', 'A'), line('12', 'B')], [product('sku:A', 'A')], 1],
  ['and one of its own is no product of the catalogue', [line(null)], [product('11')], 0],
  ['by nothing where there is no catalogue: that is told otherwise', [line('11')], [], 0],
])('a line is known %s', async (_, order_items, products, failures) => {
  const [found] = await workshop.view('order_item_products', { order_items, products }, lineProducts.sql);
  expect(Number(found?.['failures'])).toBe(failures);
});
