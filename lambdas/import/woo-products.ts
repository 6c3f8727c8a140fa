/** Products and variations of WooCommerce's REST API, with what they cost: the core's cost, or a plugin's. */
import * as z from 'zod';
import { fullPageNotes, wooRest } from './full-pages.ts';
import { jsonRecords } from './json-lines.ts';
import type { JsonShape } from './json-shape.ts';
import { Refused } from './refused.ts';
import { LeftOuts } from './shape.ts';
import { fromCents } from './shapes/shopify-cells.ts';
import { isOfParts, ofPartsNotes, SoldVariants, type Sold } from './shapes/sold-variants.ts';

const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value == null ? '' : String(value)));
const amount = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    const number = value == null || value === '' ? Number.NaN : Number(value);
    return Number.isFinite(number) ? Math.round(number * 100) : undefined;
  });
const product = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  parent_id: text,
  name: text,
  type: text,
  status: text,
  sku: text,
  regular_price: amount,
  price: amount,
  date_created_gmt: text,
  date_modified_gmt: text,
  categories: z
    .array(z.looseObject({ name: z.string() }))
    .nullish()
    .transform((all) => all ?? []),
  cost_of_goods_sold: z
    .looseObject({
      total_value: amount,
      values: z
        .array(z.looseObject({ defined_value: amount, effective_value: amount }))
        .nullish()
        .transform((all) => all ?? []),
    })
    .nullish(),
  meta_data: z
    .array(z.looseObject({ key: z.string(), value: z.unknown() }))
    .nullish()
    .transform((all) => all ?? []),
});
type Product = z.infer<typeof product>;

interface Told extends Sold {
  readonly row: number;
  readonly product: Product;
}

/** Where plugins keep what a product costs; the last is the core's own. */
const notes = ['_wc_cog_cost', '_alg_wc_cog_cost', 'yith_cog_cost', '_wc_cog_cost_variable', '_cogs_total_value'];

/** In cents; undefined where nobody entered it. The core tells 0 of a product without a cost. */
function costOf({ cost_of_goods_sold: told, meta_data: meta }: Product): number | undefined {
  const values = (told?.values ?? []).flatMap(
    ({ effective_value: effective, defined_value: defined }) => effective ?? defined ?? [],
  );
  const own = values.length > 0 ? values.reduce((sum, one) => sum + one, 0) : undefined;
  const core = told?.total_value ?? own;
  if (core !== undefined && core > 0) return core;
  const costs = notes.flatMap((name) => {
    const read = amount.safeParse(meta.find(({ key }) => key === name)?.value);
    return read.success && read.data !== undefined ? [read.data] : [];
  });
  return costs[0];
}

const moment = (gmt: string, otherwise: string) => (gmt === '' ? otherwise : `${gmt.replace(/Z$/, '')}Z`);

export const wooProductsJson: JsonShape = {
  name: 'woocommerce-products-json',
  source: 'WooCommerce',
  report: 'products (REST API)',
  marks: [/^(?![\s\S]*"line_items"\s*:)/, /"date_created_gmt"/, /"regular_price"/],
  async convert(path, documents, { exportedAt }) {
    const leftOut = new LeftOuts();
    const exported = exportedAt.toISOString();
    let [hasVariations, hasVariation] = [false, false];
    const all = new Map<string, Told>();
    let [rows, bundles] = [0, 0];
    for await (const { row, record } of jsonRecords(path)) {
      rows++;
      const read = product.safeParse(record);
      if (!read.success)
        throw new Refused(
          `Record ${row} is no product as WooCommerce answers one: ` +
            `${read.error.issues[0]?.path.join('.') ?? ''} ${read.error.issues[0]?.message ?? ''}. Ask for ` +
            '/wp-json/wc/v3/products without _fields.',
        );
      const one = read.data;
      const cost = isOfParts(one.type) ? 0 : costOf(one);
      if (isOfParts(one.type)) bundles++;
      // A variation without an SKU has that of its product in the orders, so the product is known by it, too.
      if (
        /^(?:grouped|external)$/.test(one.type) ||
        (one.type === 'variable' && (one.sku === '' || cost === undefined))
      )
        leftOut.add('sold by its variations, or what is in it', row);
      else if (one.sku === '' && one.name === '') leftOut.add('neither a name nor an SKU', row);
      else {
        const before = all.get(one.id);
        if (before !== undefined) leftOut.add('is here once more, and the last counts', before.row);
        all.set(one.id, { row, product: one, name: one.name || one.sku, sku: one.sku, cost });
      }
      hasVariations ||= one.type === 'variable';
      hasVariation ||= /\d/.test(one.parent_id) && one.parent_id !== '0';
    }
    const variants = new SoldVariants([...all.values()]);
    for (const { id, cost, one } of variants.all) {
      const { product: told } = one;
      const price = told.regular_price ?? told.price;
      await documents.anyDay('crm/products', one.row, {
        id: `woo:${['', '0'].includes(told.parent_id) ? told.id : told.parent_id}`,
        title: one.name,
        product_type: told.categories[0]?.name ?? '',
        status: told.status === 'publish' || told.status === '' ? 'active' : 'draft',
        tags: '',
        created_at: moment(told.date_created_gmt, exported),
        updated_at: moment(told.date_modified_gmt, exported),
        variants: [
          {
            id,
            sku: told.sku,
            price: price === undefined ? undefined : fromCents(price),
            inventory_item: { cost: typeof cost === 'number' ? fromCents(cost) : undefined },
          },
        ],
      });
    }
    return {
      currencies: [],
      rows,
      leftOut: leftOut.all,
      totals: variants.totals,
      notes: [
        ...fullPageNotes(rows, wooRest),
        ...(hasVariations && !hasVariation
          ? [
              'Products with variations are in it, and no variation: ask for ' +
                '/wp-json/wc/v3/products/ID/variations of each, too, or take Products, Export (CSV), which has ' +
                'them all.',
            ]
          : []),
        ...ofPartsNotes(bundles),
        ...variants.notes(
          'In WooCommerce: Settings, Advanced, Features, “Cost of goods sold”, then the cost in each product.',
        ),
      ],
    };
  },
};
