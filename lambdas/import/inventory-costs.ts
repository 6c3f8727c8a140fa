/**
 * What goods cost, told apart from products: inventory items of Shopify's REST and GraphQL APIs, and variants with
 * theirs. Whose cost it is, products tell by the item's id, else the SKU (`product_cost_periods`).
 */
import * as z from 'zod';
import type { Documents } from './documents.ts';
import { assertCostIn, firstGid, gid, things } from './graphql-things.ts';
import { jsonRecords } from './json-lines.ts';
import type { JsonShape } from './json-shape.ts';
import { Refused } from './refused.ts';
import type { Converted, ImportContext } from './shape.ts';

/** What one item or variant costs. */
interface Cost {
  readonly id?: string | undefined;
  readonly variant_id?: string | undefined;
  readonly product_id?: string | undefined;
  readonly sku?: string | undefined;
  readonly cost?: string | undefined;
  readonly currency?: string | undefined;
  readonly updated_at?: string | undefined;
}

const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value == null || value === '' ? undefined : String(value)));
const ref = z
  .object({ id: gid })
  .nullish()
  .transform((one) => one?.id);
const unitCost = z.object({ amount: z.string(), currencyCode: text }).nullish();
const variantRef = z.object({ id: gid, product: ref }).nullish();

const restItem = z
  .object({ id: z.union([z.string(), z.number()]).transform(String), sku: text, cost: text, updated_at: text })
  .transform((one): Cost => one);
const item = z
  .object({ id: gid, sku: text, unitCost, updatedAt: text, variant: variantRef })
  .transform((one): Cost => ({
    id: one.id,
    variant_id: one.variant?.id,
    product_id: one.variant?.product,
    sku: one.sku,
    cost: one.unitCost?.amount,
    currency: one.unitCost?.currencyCode,
    updated_at: one.updatedAt,
  }));
const variant = z
  .object({
    id: gid,
    sku: text,
    product: ref,
    inventoryItem: z.object({ unitCost, updatedAt: text }).nullish(),
  })
  .transform((one): Cost => ({
    variant_id: one.id,
    product_id: one.product,
    sku: one.sku,
    cost: one.inventoryItem?.unitCost?.amount,
    currency: one.inventoryItem?.unitCost?.currencyCode,
    updated_at: one.inventoryItem?.updatedAt,
  }));

interface Told {
  readonly row: number;
  readonly node: unknown;
}

async function* restItems(path: string): AsyncGenerator<Told> {
  for await (const { row, record } of jsonRecords(path)) {
    const list = record['inventory_items'];
    for (const node of Array.isArray(list) ? (list as readonly unknown[]) : [record]) yield { row, node };
  }
}

async function convert(
  told: AsyncIterable<Told>,
  schema: z.ZodType<Cost>,
  documents: Documents,
  { exportedAt, shop }: Pick<ImportContext, 'exportedAt' | 'shop'>,
): Promise<Converted> {
  let [rows, costed] = [0, 0];
  for await (const { row, node } of told) {
    rows++;
    const read = schema.safeParse(node);
    if (!read.success)
      throw new Refused(
        `Record ${row} is no item of inventory: ${read.error.issues[0]?.path.join('.') ?? ''} ` +
          `${read.error.issues[0]?.message ?? ''}. Ask for all fields that docs/sources.md names.`,
      );
    const { currency = shop.currency, ...cost } = read.data;
    if (cost.cost === undefined) continue;
    assertCostIn(shop.currency, cost.cost, currency, row);
    if (!/^\d+(?:\.\d+)?$/.test(cost.cost))
      throw new Refused(`A cost in line ${row} is “${cost.cost}”, which is no amount from 0. Ask Shopify again.`);
    costed++;
    await documents.anyDay('crm/inventory_items', row, {
      ...cost,
      updated_at: cost.updated_at ?? exportedAt.toISOString(),
    });
  }
  if (costed === 0)
    throw new Refused(
      `None of its ${rows} items has a cost. In Shopify: Products, the variant, “Cost per item”; GraphQL: ask ` +
        'for unitCost { amount currencyCode }.',
    );
  return {
    currencies: [],
    rows,
    leftOut: rows === costed ? [] : [{ why: 'no cost', rows: rows - costed, first: 1 }],
    totals: [{ what: 'costs', imported: String(costed) }],
    notes: [
      'They are costs alone: which product each is of, products tell by inventory_item_id (products.json, or ' +
        'GraphQL with inventoryItem { id }), else by the SKU where one variant has it.',
    ],
  };
}

export const inventoryCosts: readonly JsonShape[] = [
  {
    name: 'shopify-inventory-json',
    source: 'Shopify',
    report: 'costs of inventory items (Admin REST API)',
    // A product's own items stand in its variants.
    marks: [/^(?![\s\S]*"variants"\s*:)/, /"cost"\s*:/, /"tracked"\s*:|"inventory_items"\s*:/],
    isNative: true,
    convert: (path, documents, context) => convert(restItems(path), restItem, documents, context),
  },
  {
    name: 'shopify-inventory-graphql',
    source: 'Shopify',
    report: 'costs of inventory items (GraphQL Admin API)',
    marks: [firstGid('InventoryItem')],
    isNative: true,
    convert: (path, documents, context) => convert(things(path, 'InventoryItem'), item, documents, context),
  },
  {
    name: 'shopify-variants-graphql',
    source: 'Shopify',
    report: 'costs of variants (GraphQL Admin API)',
    marks: [firstGid('ProductVariant')],
    isNative: true,
    convert: (path, documents, context) => convert(things(path, 'ProductVariant'), variant, documents, context),
  },
];
