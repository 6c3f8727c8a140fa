/** Costs that come apart from products. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lines, lookAt, partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'inventory-costs-'));
});
afterEach(() => rm(home, { recursive: true }));

const at = '2025-03-01T10:00:00+01:00';
const rest = (...items: readonly object[]) =>
  JSON.stringify({ inventory_items: items.map((one) => ({ tracked: true, requires_shipping: true, ...one })) });
const gid = (kind: string, id: number) => `gid://shopify/${kind}/${id}`;
const money = (amount: string, currencyCode = 'EUR') => ({ amount, currencyCode });

const files: readonly (readonly [string, string, readonly object[]])[] = [
  [
    'inventory_items.json',
    rest({ id: 900, sku: 'A', cost: '4.50', updated_at: at }, { id: 901, sku: 'B', cost: null, updated_at: at }),
    [{ id: '900', sku: 'A', cost: '4.50', updated_at: at }],
  ],
  [
    'inventoryItems',
    JSON.stringify({
      data: {
        inventoryItems: {
          nodes: [{ id: gid('InventoryItem', 900), sku: 'A', unitCost: money('4.5'), updatedAt: at }, { id: gid('InventoryItem', 901), sku: 'B', unitCost: null }],
        },
      },
    }),
    [{ id: '900', sku: 'A', cost: '4.5', updated_at: at }],
  ],
  [
    'productVariants in bulk',
    `${JSON.stringify({ id: gid('ProductVariant', 11), sku: 'A', inventoryItem: { unitCost: money('4.50') } })}\n`,
    [{ variant_id: '11', sku: 'A', cost: '4.50', updated_at: '2025-04-01T08:00:00.000Z' }],
  ],
]; // prettier-ignore

test.each(files)('%s', async (_, text, expected) => {
  const [part] = await partsOf(home, 'costs.json', text);
  expect(part?.documents.map(({ key }) => key.split('/').slice(0, 3).join('/'))).toEqual(['raw/crm/inventory_items']);
  expect(lines(part)).toEqual(expected.map((one) => expect.objectContaining(one)));
  expect(lines(part)).toHaveLength(1);
});

test.each([
  [
    'in another currency',
    JSON.stringify({ id: gid('ProductVariant', 11), sku: 'A', inventoryItem: { unitCost: money('4.50', 'USD') } }),
    "is 4.50 USD, and the shop's currency is EUR",
  ],
  ['without any cost', rest({ id: 900, sku: 'A', cost: null, updated_at: at }), 'None of its 1 items has a cost'],
])('a file %s is refused', async (_, text, words) => {
  const [one] = await lookAt(home, 'costs.json', text);
  expect(JSON.stringify(one)).toContain(words);
});
