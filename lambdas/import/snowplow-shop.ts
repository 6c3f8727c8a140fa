import * as z from 'zod';
import { thingsOf, type Cells } from './snowplow-things.ts';
import type { WebEvent } from './web-event.ts';

/** What Snowplow's plugin for shops sends beside an event: an action, and things that it is of. */

const text = z
  .union([z.string(), z.number()])
  .transform(String)
  .nullish()
  .catch(undefined)
  .transform((value) => value || undefined);
const number = z.union([z.string(), z.number()]).transform(Number).optional().catch(undefined);
const actionSchema = z.object({ type: z.string() });
const transactionSchema = z.object({ transaction_id: text, revenue: text, currency: text, discount_code: text });
const productSchema = z.object({ id: text, name: text, category: text, price: number, quantity: number });
const stepSchema = z.object({ step: number });
/** Actions by the names that they are read as; of the steps of a checkout the first is its beginning. */
const names: ReadonlyMap<string, string> = new Map([
  ['list_view', 'view_item_list'],
  ['product_view', 'view_item'],
  ['add_to_cart', 'add_to_cart'],
  ['remove_from_cart', 'remove_from_cart'],
  ['checkout_step', 'begin_checkout'],
  ['transaction', 'purchase'],
]);

const vendor = 'com.snowplowanalytics.snowplow.ecommerce';
/** An action of a shop: its own name, and what is read of it, where Sillage reads it. */
export type ShopAction = { readonly type: string } & (
  | { readonly name: undefined }
  | Pick<WebEvent, 'name' | 'order' | 'items'>
);

/** What a record tells of a shop; undefined where it is of another kind. */
export function shopAction(record: Cells): ShopAction | undefined {
  const action = actionSchema.safeParse(thingsOf(record, vendor, 'snowplow_ecommerce_action', 'unstruct_event')[0]);
  if (!action.success) return undefined;
  const { type } = action.data;
  const of = (kind: string) => thingsOf(record, vendor, kind, 'contexts');
  const name = names.get(type);
  const step = stepSchema.safeParse(of('checkout_step')[0]).data?.step ?? 1;
  if (name === undefined || (type === 'checkout_step' && step > 1)) return { type, name: undefined };
  const order = transactionSchema.safeParse(of('transaction')[0]).data;
  const items = of('product').flatMap((one) => {
    const { id, name: title, category, price, quantity } = productSchema.safeParse(one).data ?? {};
    return id === undefined ? [] : [{ item_id: id, item_name: title, item_category: category, price, quantity }];
  });
  return {
    type,
    name,
    ...(items.length > 0 && { items }),
    ...(order && {
      order: { id: order.transaction_id, value: order.revenue, currency: order.currency, coupon: order.discount_code },
    }),
  };
}
