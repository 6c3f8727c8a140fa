/** Products as WooCommerce and PrestaShop export them, a variant a row, with what they cost. */
import { Amounts } from '../amounts.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { LeftOuts, type Converted, type ImportContext, type Shape } from '../shape.ts';
import { isTotalAlone } from '../totals.ts';
import type { Fields } from '../heading.ts';
import type { Table } from '../table.ts';
import { currencyHeading } from './currency-headings.ts';
import { packNotes } from './packs.ts';
import { writtenInAnother } from './shop-currency.ts';
import { cents, fromCents } from './shopify-cells.ts';
import { isOfParts, ofPartsNotes, SoldVariants, type Sold } from './sold-variants.ts';
import { Unfit } from './unfit.ts';

/** A shop system's table of products. */
interface ProductTable {
  readonly shape: string;
  readonly source: string;
  readonly report: string;
  /** Before the ids of its products, which other systems may have too. */
  readonly prefix: string;
  readonly fields: Fields;
  readonly needs: readonly string[];
  readonly foreign?: RegExp;
  /** Whether a cost of 0 is what stands where nobody entered one. */
  readonly isZeroUnknown: boolean;
  /** What is said of variants without a cost. */
  readonly advice: string;
}

/** A row that can be sold. */
interface SoldRow extends Sold {
  readonly row: Row;
  readonly product: string;
}

/** What is sold apart from others: a variable product is sold by its variations, a group by what is in it. */
const kindOf = (type: string): 'variable' | 'variation' | 'other' | 'bundle' | 'simple' => {
  if (/^variable\b/i.test(type)) return 'variable';
  if (/^variation\b/i.test(type)) return 'variation';
  if (isOfParts(type)) return 'bundle';
  return /^(?:grouped|external)\b/i.test(type) ? 'other' : 'simple';
};

class ProductReader {
  readonly #table: Table;
  readonly #kind: ProductTable;
  readonly #amounts: Amounts;
  readonly #currency: string;
  readonly unfit = new Unfit();
  bundles = 0;
  /** Variable products by their ids and SKUs, as their variations name them. */
  readonly #parents = new Map<string, Row>();

  constructor(table: Table, kind: ProductTable, currency: string) {
    this.#table = table;
    this.#kind = kind;
    this.#amounts = new Amounts(table.language);
    this.#currency = currency;
  }

  async learn(): Promise<void> {
    for await (const row of this.#table.rows()) {
      for (const field of ['cost', 'plugin_cost', 'price']) this.#amounts.learn(this.#table.cell(row, field), 'money');
      if (kindOf(this.#table.cell(row, 'type')) !== 'variable') continue;
      for (const name of [`id:${this.#table.cell(row, 'id')}`, this.#table.cell(row, 'sku')])
        if (name !== '') this.#parents.set(name, row);
    }
  }

  /** In cents; as it is written where it is no amount, which the transform refuses by its row. */
  money(row: Row, field: string): number | string | undefined {
    const text = this.#table.cell(row, field);
    if (text === '') return undefined;
    const other = writtenInAnother(this.#table, row, field, this.#currency);
    if (other !== undefined)
      throw new Refused(
        `${other}, and the shop's currency is ${this.#currency}, in which prices and costs are read. Write ` +
          `them in ${this.#currency}; or, if the shop's currency is another: sillage shop --set currency=…`,
      );
    this.unfit.isFit(row.row, this.#table.headingOf(field), text, this.#amounts, 'money');
    return cents(text, this.#amounts) ?? text;
  }

  /** Of the core's column and a plugin's the one that is filled. */
  #own(row: Row): number | string | undefined {
    const cost = this.money(row, 'cost') ?? this.money(row, 'plugin_cost');
    return cost === 0 && this.#kind.isZeroUnknown ? undefined : cost;
  }

  /** What a row sells; undefined where it is of nothing that is sold by itself. */
  read(row: Row): SoldRow | undefined {
    const cell = (field: string) => this.#table.cell(row, field);
    const [kind, sku, id] = [kindOf(cell('type')), cell('sku'), cell('id')];
    // A variation without an SKU has that of its product in the orders, so the product is known by it, too.
    if (kind === 'other' || (kind === 'variable' && (sku === '' || this.#own(row) === undefined))) return undefined;
    if (kind === 'bundle') this.bundles++;
    const parent = kind === 'variation' ? this.#parents.get(cell('parent')) : undefined;
    const of = parent === undefined ? id : this.#table.cell(parent, 'id');
    return {
      row,
      product: of === '' ? '' : `${this.#kind.prefix}:${of}`,
      name: cell('name'),
      sku,
      cost: kind === 'bundle' ? 0 : (this.#own(row) ?? (parent === undefined ? undefined : this.#own(parent))),
    };
  }
}

async function convert(
  table: Table,
  { documents, exportedAt, shop }: ImportContext,
  kind: ProductTable,
): Promise<Converted> {
  const reader = new ProductReader(table, kind, shop.currency);
  await reader.learn();
  const leftOut = new LeftOuts();
  const moment = exportedAt.toISOString();
  const sold: SoldRow[] = [];
  let rows = 0;
  for await (const row of table.rows()) {
    rows++;
    const one = reader.read(row);
    const names = one === undefined ? [] : [one.sku, one.name].filter((text) => text !== '');
    if (names.length > 0 && names.every(isTotalAlone)) leftOut.add('a totals row', row.row);
    else if (one === undefined) leftOut.add('sold by its variations, or what is in it', row.row);
    else if (one.name === '' && one.sku === '') leftOut.add('neither a name nor an SKU', row.row);
    else sold.push(one);
  }
  const variants = new SoldVariants(sold);
  const written = (amount: number | string | undefined) => (typeof amount === 'number' ? fromCents(amount) : amount);
  for (const { id, cost, one } of variants.all) {
    const cell = (field: string) => table.cell(one.row, field);
    const price = reader.money(one.row, 'price');
    await documents.line('crm/products', moment.slice(0, 10), one.row.row, {
      id: one.product || id,
      title: one.name,
      product_type: cell('categories').split(/\s*[,>]\s*/)[0] ?? '',
      tags: cell('tags'),
      status: /^(?:0|-1)$/.test(cell('published')) ? 'draft' : 'active',
      created_at: moment,
      updated_at: moment,
      variants: [{ id, sku: cell('sku'), price: written(price), inventory_item: { cost: written(cost) } }],
    });
  }
  return {
    currencies: [],
    rows,
    leftOut: leftOut.all,
    totals: variants.totals,
    notes: [
      ...reader.unfit.notes,
      ...(await packNotes(table)),
      ...ofPartsNotes(reader.bundles),
      ...variants.notes(kind.advice),
    ],
  };
}

const products = (kind: ProductTable): Shape => ({
  name: kind.shape,
  source: kind.source,
  report: kind.report,
  fields: { ...kind.fields, currency: currencyHeading },
  needs: kind.needs,
  ...(kind.foreign && { foreign: kind.foreign }),
  convert: (table, context) => convert(table, context, kind),
});

/** Products, Export, as WooCommerce itself writes them. */
export const wooProducts = products({
  shape: 'woocommerce-products-csv',
  source: 'WooCommerce',
  report: 'products (Products, Export)',
  prefix: 'woo',
  needs: ['id', 'type', 'sku', 'name'],
  isZeroUnknown: false,
  advice:
    'In WooCommerce: Settings, Advanced, Features, “Cost of goods sold”, then the cost in each product; or a ' +
    'plugin of costs, and “Export custom meta” ticked in the export.',
  fields: {
    id: /^id$/,
    type: /^type?$/,
    sku: /^(?:sku|ugs|artikelnummer)$/,
    name: /^(?:name|nom)$/,
    published: /^(?:published|publie|veroffentlicht)$/,
    price: /^(?:regular price|(?:tarif|prix) (?:regulier|normal)|(?:regularer|normaler) preis)$/,
    categories: /^(?:categories|kategorien)$/,
    tags: /^(?:tags|etiquettes|schlagworter)$/,
    parent: /^(?:parent|ubergeordnet(?:es produkt)?|produit parent)$/,
    cost: /^(?:cost of goods(?: sold)?|cost price|cout (?:des (?:marchandises|produits)(?: vendue?s)?|de revient)|prix d achat(?: ht)?|kosten der (?:verkauften )?waren|warenkosten|wareneinsatz|einkaufspreis|selbstkosten)$|^meta cogs total value$/,
    plugin_cost: /^meta (?:(?:alg )?wc cog cost(?: variable)?|yith cog cost)$/,
  },
});

/** The list of products of PrestaShop, or the answer of the query of docs/sources.md. */
export const prestashopProducts = products({
  shape: 'prestashop-products-csv',
  source: 'PrestaShop',
  report: 'products',
  prefix: 'prestashop',
  needs: ['sku', 'name', 'cost'],
  // A sheet of costs by day, of which a variant has several.
  foreign:
    /^(?:valid from|effective (?:date|from)|date d (?:effet|application)|valable .*|a partir du|depuis.*|gultig ab)$/,
  isZeroUnknown: true,
  advice: 'In PrestaShop: Catalogue, the product, Pricing, “Cost price (tax excl.)”; 0 is no cost there.',
  fields: {
    id: /^(?:product id|id(?: product)?|id (?:du )?produit)$/,
    sku: /^(?:(?:product )?reference|reference (?:du )?produit)$/,
    name: /^(?:(?:product )?name|nom(?: (?:du )?produit)?)$/,
    published: /^(?:active|enabled|active 0 1|actif(?: 0 1)?|status|etat)$/,
    price: /^(?:(?:base |product )?price(?: tax excl(?:uded)?)?|prix(?: de (?:base|vente))?(?: ht)?)$/,
    categories: /^(?:categor(?:y|ie|ies)|default category|categorie par defaut)(?: x y z)?$/,
    tags: /^(?:tags|etiquettes)(?: x y z)?$/,
    cost: /^(?:wholesale price|cost price|buying price|purchase price|prix (?:d achat|de gros|de revient))(?: (?:ht|hors taxes?|tax excl(?:uded)?))?(?: (?<currency>(?!ttc|vat|tax|tva|net)[a-z]{3}))?$/,
  },
});
