/** Values as Shopify's GraphQL Admin API writes them, read as REST has them. */
import * as z from 'zod';
import { gid } from './graphql-things.ts';

export const text = z.string().nullish();
export const money = z
  .object({ shopMoney: z.object({ amount: z.string() }) })
  .nullish()
  .transform((set) => set?.shopMoney.amount);
export const ref = z
  .object({ id: gid })
  .nullish()
  .transform((one) => one?.id ?? null);
export const tags = z
  .union([z.array(z.string()), z.string()])
  .nullish()
  .transform((all) => (Array.isArray(all) ? all.join(', ') : (all ?? '')));
/** A connection, by its edges or its nodes, or a list. */
export const many = <T>(item: z.ZodType<T>) =>
  z
    .union([
      z.array(item),
      z.object({ nodes: z.array(item) }).transform(({ nodes }) => nodes),
      z.object({ edges: z.array(z.object({ node: item })) }).transform(({ edges }) => edges.map(({ node }) => node)),
    ])
    .nullish()
    .transform((all) => all ?? []);
/** As REST writes it. */
export const inShopMoney = (amount: string | undefined) =>
  amount === undefined ? undefined : { shop_money: { amount } };
export const cents = (amount: string | undefined) => Math.round(Number(amount ?? 0) * 100);
export const lower = text.transform((value) => value?.toLowerCase());
export const taxes = many(z.object({ priceSet: money }).transform(({ priceSet }) => ({ price: priceSet })));
export const allocations = many(
  z.object({ allocatedAmountSet: money }).transform((one) => ({ amount: one.allocatedAmountSet })),
);
