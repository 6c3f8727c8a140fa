import { Amounts } from '../amounts.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { LeftOuts, type Converted, type ImportContext, type Shape } from '../shape.ts';
import { isTotalAlone } from '../totals.ts';
import type { Table } from '../table.ts';
import { currencyHeading } from './currency-headings.ts';
import { isGiftCard } from './order-lines.ts';
import { writtenInAnother } from './shop-currency.ts';
import { cents, exactly, fromCents, groupsBy, isFalse, unquoted, variantId } from './shopify-cells.ts';
import { Unfit } from './unfit.ts';

const fields = {
  handle: /^(?:url )?handle$/,
  title: exactly('title'),
  type: exactly('type'),
  vendor: exactly('vendor'),
  tags: exactly('tags'),
  status: exactly('status'),
  option1: exactly('option1 value'),
  option2: exactly('option2 value'),
  option3: exactly('option3 value'),
  sku: /^(?:variant )?sku$/,
  price: /^(?:variant )?price(?: (?<currency>(?!ttc|vat|tax|net)[a-z]{3}))?$/,
  cost: /^cost per item(?: (?<currency>(?!ttc|vat|tax|net)[a-z]{3}))?$/,
  gift_card: exactly('gift card'),
  ships: /^(?:variant )?requires shipping$/,
  taxable: /^(?:variant taxable|charge tax)$/,
  currency: currencyHeading,
};
type Field = keyof typeof fields;

/** A row of a variant; the others are of pictures. */
const isVariant = (table: Table, row: Row) => table.cell(row, 'price') !== '' || table.cell(row, 'sku') !== '';

/** Whether a variant is a gift card, which needs no cost: what it pays for has one. Its product's first row says so. */
const isGift = (table: Table, first: Row, row: Row) =>
  (table.cell(first, 'gift_card') !== '' && !isFalse(table.cell(first, 'gift_card'))) ||
  isGiftCard({
    name: table.cell(first, 'title'),
    ships: !isFalse(table.cell(row, 'ships')),
    taxable: !isFalse(table.cell(row, 'taxable')),
  });

/** SKUs that several variants have: no line of an order says by one of them what was bought. */
async function sharedSkus(table: Table): Promise<ReadonlySet<string>> {
  const [seen, shared] = [new Set<string>(), new Set<string>()];
  for await (const row of table.rows()) {
    const sku = unquoted(table.cell(row, 'sku'));
    if (sku === '' || !isVariant(table, row)) continue;
    if (seen.has(sku)) shared.add(sku);
    seen.add(sku);
  }
  return shared;
}

async function convert(table: Table, { documents, exportedAt, shop }: ImportContext): Promise<Converted> {
  const amounts = new Amounts('en');
  const moment = exportedAt.toISOString();
  const leftOut = new LeftOuts();
  const unfit = new Unfit();
  const money = (row: Row, field: Field) => {
    const text = table.cell(row, field);
    if (text === '') return undefined;
    const other = writtenInAnother(table, row, field, shop.currency);
    if (other !== undefined)
      throw new Refused(
        `${other}, and the shop's currency is ${shop.currency}, in which prices and costs are read. Write ` +
          `them in ${shop.currency}; or, if the shop's currency is another: sillage shop --set currency=…`,
      );
    unfit.isFit(row.row, table.headingOf(field), text, amounts, 'money');
    const amount = cents(text, amounts);
    // What cannot be read stands as it is: the transform refuses it by its row.
    return amount === undefined ? text : fromCents(amount);
  };
  const shared = await sharedSkus(table);
  let [rows, products, variants, costed, uncosted] = [0, 0, 0, 0, 0];
  for await (const group of groupsBy(table, 'handle')) {
    rows += group.length;
    const [first] = group;
    const handle = first === undefined ? '' : table.cell(first, 'handle');
    if (first === undefined || handle === '') {
      for (const { row } of group) leftOut.add('no handle', row);
      continue;
    }
    const title = table.cell(first, 'title');
    if (title === '' && isTotalAlone(handle)) {
      for (const { row } of group) leftOut.add('a totals row', row);
      continue;
    }
    const sold = group.filter((row) => isVariant(table, row));
    for (const { row } of group.filter((one) => !sold.includes(one))) leftOut.add('a picture, no variant', row);
    if (sold.length === 0) continue;
    products++;
    variants += sold.length;
    const without = sold.filter((row) => table.cell(row, 'cost') === '');
    costed += sold.length - without.length;
    uncosted += without.filter((row) => !isGift(table, first, row)).length;
    await documents.line('crm/products', moment.slice(0, 10), first.row, {
      id: `handle:${handle}`,
      title,
      handle,
      product_type: table.cell(first, 'type'),
      vendor: table.cell(first, 'vendor'),
      tags: table.cell(first, 'tags'),
      status: table.cell(first, 'status') || 'active',
      created_at: moment,
      updated_at: moment,
      variants: sold.map((row) => {
        const options = (['option1', 'option2', 'option3'] as const).map((field) => table.cell(row, field));
        const named = options.filter((option) => option !== '' && option !== 'Default Title').join(' / ');
        const sku = unquoted(table.cell(row, 'sku'));
        return {
          id: variantId(shared.has(sku) ? '' : sku, named === '' ? title : `${title} - ${named}`),
          sku,
          title: named,
          price: money(row, 'price'),
          inventory_item: { cost: money(row, 'cost') },
        };
      }),
    });
  }
  return {
    currencies: [],
    rows,
    leftOut: leftOut.all,
    totals: [
      { what: 'products', imported: String(products) },
      { what: 'variants', imported: String(variants) },
      { what: 'variants with a cost', imported: String(costed) },
    ],
    notes: [
      ...unfit.notes,
      ...(shared.size > 0
        ? [
            `${shared.size} ${shared.size === 1 ? 'SKU is' : 'SKUs are'} of several variants ` +
              `(${[...shared].slice(0, 3).join(', ')}${shared.size > 3 ? '…' : ''}), which are known by their ` +
              `names: what an order's line with such an SKU costs is known where it has the name of one of ` +
              'them. In Shopify: give each variant an SKU of its own.',
          ]
        : []),
      ...(uncosted > 0
        ? [
            `${uncosted} of ${variants} variants have no “Cost per item”: orders with one of them have no ` +
              'margin. In Shopify: Products, the variant, “Cost per item”.',
          ]
        : []),
    ],
  };
}

/** Products as the admin exports them, with what they cost. */
export const shopifyProducts: Shape = {
  name: 'shopify-products-csv',
  source: 'Shopify',
  report: 'products (products_export.csv)',
  fields,
  needs: ['handle', 'title', 'sku', 'price'],
  headings: { handle: 'Handle', title: 'Title', sku: 'Variant SKU', price: 'Variant Price' },
  convert,
};
