import type { Check } from './check-definition.ts';
import { lineProducts } from './line-products.ts';

const known = 'order_items.variant_id:cost';
const currency = 'orders.currency:costs';

/** What margins need and a schema cannot promise: that the shop says what its goods cost, and in its own currency. */
export const costChecks: readonly Check[] = [
  {
    name: known,
    table: 'order_items',
    severity: 'warning',
    // A line without a variant is one of its own: nobody can look up what it costs.
    sql: `SELECT count(DISTINCT CASE WHEN c.variant_id IS NULL AND s.variant_id IS NULL AND t.variant_id IS NULL THEN coalesce(i.variant_id, i.line_item_id) END) AS failures,
  count(DISTINCT coalesce(i.variant_id, i.line_item_id)) AS checked
FROM order_items AS i
JOIN orders AS o ON o.order_id = i.order_id
LEFT JOIN (SELECT DISTINCT variant_id FROM product_cost_periods) AS c ON c.variant_id = i.variant_id
LEFT JOIN (SELECT DISTINCT variant_id FROM product_cost_periods) AS s ON s.variant_id = concat('sku:', i.sku)
LEFT JOIN (SELECT DISTINCT variant_id FROM product_cost_periods) AS t ON t.variant_id = concat('name:', i.title)
WHERE o.is_conversion AND i.shipped_quantity > 0`,
  },
  {
    name: currency,
    table: 'orders',
    severity: 'warning',
    sql: `SELECT CASE WHEN count_if(o.currency = c.currency) = 0 THEN count(*) ELSE 0 END AS failures, count(*) AS checked
FROM orders AS o CROSS JOIN (SELECT max(currency) AS currency FROM product_costs) AS c WHERE c.currency IS NOT NULL`,
  },
];

/** What fails a promise of the schema, by the end of the check's name. */
const promises: Readonly<Record<string, string>> = {
  required: 'rows without a value',
  accepted: 'values that are none of those that are allowed',
  pattern: 'values that do not look as they must',
  min: 'values that are too small',
  max: 'values that are too large',
  unique: 'rows beyond the first of one key',
};

/** What a column that points to another table names. */
const pointedTo: Readonly<Record<string, string>> = {
  order_id: 'an order',
  line_item_id: 'a line of an order',
  customer_id: 'a customer',
  deal_id: 'a deal',
  code_deal_id: 'a deal',
  influencer_id: 'an influencer',
};

/** Rows that name what the data does not have, and what comes of it: shops delete things, and exports begin somewhere. */
function lostReference(name: string, failures: number, checked: number): string {
  const [table = '', column = ''] = name.replace(/:references$/, '').split('.');
  if (name === lineProducts.name)
    return (
      `${failures} of ${checked} lines of orders ${failures === 1 ? 'is of a product' : 'are of products'} that ` +
      'the catalogue does not have: taken off it, or newer than its export. Their revenue counts; they have no ' +
      'category, and no cost unless one was told. Nothing is broken: export the products once more if some are ' +
      'missing'
    );
  return (
    `${failures} of ${checked} rows of ${table} ${failures === 1 ? 'names' : 'name'} ` +
    `${pointedTo[column] ?? 'something'} (${column}) that the data does not have: it was deleted, or is older ` +
    `than the export. ${failures === 1 ? 'It counts, but is' : 'They count, but are'} joined with nothing; ` +
    'import what is missing if you have it'
  );
}

/** A check that fails, in one sentence. */
export function sentenceOf({
  check_name: name,
  failures,
  checked,
}: {
  readonly check_name: string;
  readonly failures: number;
  readonly checked: number;
}): string {
  if (name === known) {
    return (
      `${failures} of ${checked} sold variants ${failures === 1 ? 'has' : 'have'} no cost: the margin of ` +
      'their orders is unknown, and left out of every ROI (cost_coverage says how much). ' +
      'Enter what they cost in the shop ("Cost per item" in Shopify, "Cost of goods" in WooCommerce, ' +
      '"Wholesale price" in PrestaShop) and import its export of products, or a sheet of costs by SKU'
    );
  }
  if (name === currency)
    return `none of ${checked} orders is in the currency that costs of products are read in: product_costs.currency`;
  if (name.endsWith(':references')) return lostReference(name, failures, checked);
  const what = promises[name.slice(name.lastIndexOf(':') + 1)];
  return `${name} fails for ${failures} of ${checked}${what === undefined ? '' : `: ${what}`}`;
}

/** Whether a check is about costs. */
export const isCostCheck = ({ check_name: name }: { readonly check_name: string }): boolean =>
  costChecks.some((check) => check.name === name);
