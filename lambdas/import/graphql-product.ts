/** A product of Shopify's GraphQL Admin API, as REST has it, with what its variants cost. */
import * as z from 'zod';
import { assertCostIn, gid, type Node } from './graphql-things.ts';
import { lower, many, tags, text } from './graphql-values.ts';

export const product = z
  .object({
    id: gid,
    title: z.string(),
    handle: text,
    vendor: text,
    productType: text,
    status: lower,
    tags,
    createdAt: z.string(),
    updatedAt: z.string(),
    variants: many(
      z
        .object({
          id: gid,
          sku: text,
          title: text,
          price: text,
          inventoryItem: z
            .object({
              id: gid.nullish(),
              unitCost: z.object({ amount: z.string(), currencyCode: text }).nullish(),
            })
            .nullish(),
        })
        .transform((one) => ({
          id: one.id,
          sku: one.sku,
          title: one.title,
          price: one.price,
          ...(one.inventoryItem?.id != null && { inventory_item_id: one.inventoryItem.id }),
          inventory_item: {
            cost: one.inventoryItem?.unitCost?.amount,
            ...(one.inventoryItem?.unitCost?.currencyCode != null && {
              cost_currency: one.inventoryItem.unitCost.currencyCode,
            }),
          },
        })),
    ),
  })
  .transform((one) => ({
    id: one.id,
    title: one.title,
    handle: one.handle,
    vendor: one.vendor,
    product_type: one.productType,
    status: one.status ?? 'active',
    tags: one.tags,
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    variants: one.variants,
  }));

const costed = z.object({
  variants: z.array(z.object({ inventory_item: z.object({ cost: text, cost_currency: z.string().optional() }) })),
});

/** @throws Refused where a product's costs are in another currency than the one in which the lake reads them */
export function assertCostsIn(currency: string, node: Node, row: number): void {
  const read = costed.safeParse(node);
  for (const { inventory_item: item } of read.data?.variants ?? [])
    assertCostIn(currency, item.cost, item.cost_currency ?? currency, row);
}
