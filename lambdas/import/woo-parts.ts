/** Orders of a marketplace's vendors (Dokan, MultiVendorX): each is a part of an order that holds the goods of all. */
import * as z from 'zod';
import { jsonRecords } from './json-lines.ts';
import { wooText } from './woo-values.ts';

const order = z.object({
  id: z.union([z.number(), z.string()]).transform(String),
  parent_id: wooText,
  line_items: z.array(
    z.object({ product_id: wooText, variation_id: wooText, name: wooText, quantity: z.coerce.number() }),
  ),
});
type Goods = ReadonlyMap<string, number>;

async function* ordersIn(path: string): AsyncGenerator<z.infer<typeof order>> {
  for await (const { record } of jsonRecords(path)) {
    const read = order.safeParse(record);
    if (read.success) yield read.data;
  }
}

function goodsOf({ line_items: lines }: Pick<z.infer<typeof order>, 'line_items'>): Goods {
  const goods = new Map<string, number>();
  for (const { product_id: product, variation_id: variation, name, quantity } of lines) {
    const key = JSON.stringify([product, variation, name]);
    goods.set(key, (goods.get(key) ?? 0) + quantity);
  }
  return goods;
}

/**
 * The ids of the orders of a file whose goods are all among those of their parent, which is there, too. What a plugin
 * has split off an order is none: its parent has these goods no more.
 */
export async function partsIn(path: string): Promise<ReadonlySet<string>> {
  const children = new Map<string, { readonly parent: string; readonly goods: Goods }>();
  for await (const { id, parent_id: parent, ...lines } of ordersIn(path))
    if (parent != null && !/^0?$/.test(parent)) children.set(id, { parent, goods: goodsOf(lines) });
  // Most shops have none, and no goods of theirs are kept.
  if (children.size === 0) return new Set();
  const asked = new Set(Array.from(children.values(), ({ parent }) => parent));
  const parents = new Map<string, Goods>();
  for await (const { id, ...lines } of ordersIn(path)) if (asked.has(id)) parents.set(id, goodsOf(lines));
  const isWithin = (part: Goods, whole: Goods) =>
    part.size > 0 && [...part].every(([key, quantity]) => (whole.get(key) ?? 0) >= quantity);
  return new Set(
    [...children].flatMap(([id, { parent, goods }]) => {
      const whole = parents.get(parent);
      return whole !== undefined && isWithin(goods, whole) ? [id] : [];
    }),
  );
}
