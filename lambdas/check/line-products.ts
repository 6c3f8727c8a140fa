import type { Check } from './check-definition.ts';

/**
 * Whether the catalogue knows what lines of orders sold. Orders and products need not come by one door: exports of the
 * admin have no ids of variants, so a line and its product may meet by the SKU or the name alone.
 */
export const lineProducts: Check = {
  name: 'order_items.variant_id:references',
  table: 'order_items',
  severity: 'warning',
  sql: `SELECT count_if(p.product_id IS NULL) AS failures, count(*) AS checked
FROM order_item_products AS i LEFT JOIN (SELECT DISTINCT product_id FROM products) AS p
        ON p.product_id = i.product_id
WHERE i.variant_id IS NOT NULL AND (SELECT count(*) FROM products) > 0`,
};
