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

function goodsOf({ line_items: lines }: z.infer<typeof order>): Goods {
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
  const all = new Map<string, Goods>();
  const children: { readonly id: string; readonly parent: string }[] = [];
  for await (const { record } of jsonRecords(path)) {
    const read = order.safeParse(record);
    if (!read.success) continue;
    const { id, parent_id: parent } = read.data;
    all.set(id, goodsOf(read.data));
    if (parent != null && !/^0?$/.test(parent)) children.push({ id, parent });
  }
  const isWithin = (part: Goods, whole: Goods) =>
    part.size > 0 && [...part].every(([key, quantity]) => (whole.get(key) ?? 0) >= quantity);
  return new Set(
    children.flatMap(({ id, parent }) => {
      const [part, whole] = [all.get(id), all.get(parent)];
      return part !== undefined && whole !== undefined && isWithin(part, whole) ? [id] : [];
    }),
  );
}
