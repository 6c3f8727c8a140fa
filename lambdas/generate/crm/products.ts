/** Shopify's Product resource, with its only variant and that one's inventory cost. */
import { dayMs, parisSeconds } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { categories, costOn, priceOn } from '../market/catalogue.ts';
import type { Product } from '../market/catalogue.ts';
import type { Market } from '../market/market.ts';
import { money } from './money.ts';

/** Products of which the shop never entered what they cost. */
const hasCost = (product: Product): boolean => product.index % 40 !== 12;

/** The catalogue was entered in one morning a year before the opening, ms. */
function bornAt(market: Market): number {
  return (market.population.opens - 365) * dayMs + 9 * 3_600_000;
}

/** @param time of the update, ms */
export function productResource(market: Market, product: Product, day: DayIndex, time: number): string {
  const { seed } = market.world;
  const updated = parisSeconds(time);
  const created = parisSeconds(bornAt(market) + product.index * 60_000);
  return JSON.stringify({
    id: product.productId,
    title: product.title,
    body_html: `<p>${product.title}, ${product.size}.</p><p><strong>INCI</strong> : ${product.inci}</p>`,
    vendor: 'Sillage',
    product_type: categories[product.category].name,
    handle: product.handle,
    status: 'active',
    tags: product.labels.join(', '),
    created_at: created,
    updated_at: updated,
    published_at: created,
    variants: [
      {
        id: product.variantId,
        product_id: product.productId,
        title: product.size,
        sku: product.sku,
        price: money(priceOn(seed, product, day)),
        compare_at_price: null,
        taxable: true,
        grams: product.weight,
        weight: product.weight / 1000,
        weight_unit: 'kg',
        inventory_item_id: product.inventoryItemId,
        inventory_quantity: 40 + ((product.index * 7919 + day * 31) % 400),
        created_at: created,
        updated_at: updated,
        inventory_item: {
          id: product.inventoryItemId,
          cost: hasCost(product) ? money(costOn(seed, product, day)) : null,
          tracked: true,
          country_code_of_origin: 'FR',
          harmonized_system_code: categories[product.category].hs,
        },
      },
    ],
  });
}
