/** What a shop sells, as its orders name it: a variant is its SKU, else its name. */
import { giftCard } from './order-lines.ts';
import { variantId } from './shopify-cells.ts';

/** Kinds of products of WooCommerce whose parts stand in an order as lines of their own, each with its cost. */
export const isOfParts = (type: string): boolean =>
  /^(?:bundle|composite|woosb|yith[-_]bundle|mix-and-match)\b/i.test(type);
/** What is told of them. */
export const ofPartsNotes = (products: number): string[] =>
  products === 0
    ? []
    : [
        `${products} ${products === 1 ? 'product is a bundle, which costs' : 'products are bundles, which cost'} nothing ` +
          'itself: its parts are lines of the order, and each has its cost.',
      ];

/** One row, or record, of something that can be sold. */
export interface Sold {
  readonly name: string;
  readonly sku: string;
  /** In cents; as it is written where that is no amount. */
  readonly cost: number | string | undefined;
}

export interface Variant<One extends Sold> {
  readonly id: string;
  /** Undefined where it is not known, or several are told. */
  readonly cost: Sold['cost'];
  /** The last that tells of it. */
  readonly one: One;
}

function byId<One extends Sold>(all: readonly One[], idOf: (one: One) => string): Map<string, One[]> {
  const found = new Map<string, One[]>();
  for (const one of all) {
    const key = idOf(one);
    const known = found.get(key);
    if (known) known.push(one);
    else found.set(key, [one]);
  }
  return found;
}

const differ = (values: readonly unknown[]) => new Set(values).size > 1;
const some = (names: ReadonlySet<string>) => [...names].slice(0, 3).join(', ') + (names.size > 3 ? '…' : '');

/** The variants of what is sold, and what is to be told of those that orders cannot tell apart. */
export class SoldVariants<One extends Sold> {
  readonly all: readonly Variant<One>[];
  readonly #shared = new Set<string>();
  readonly #unclear = new Set<string>();

  constructor(sold: readonly One[]) {
    this.all = [...byId(sold, ({ sku, name }) => variantId(sku, name))].flatMap(([id, same]) => {
      if (!differ(same.map(({ name }) => name))) return [this.#variant(id, same)];
      this.#shared.add(same[0]?.sku ?? '');
      return [...byId(same, ({ name }) => variantId('', name))].map(([own, group]) => this.#variant(own, group));
    });
  }

  /** Rows of one id are one variant, as no order tells them apart. */
  #variant(id: string, group: readonly One[]): Variant<One> {
    const one = group.at(-1);
    if (one === undefined) throw new Error(`Nothing is sold as ${id}.`);
    const isUnclear = differ(group.map(({ cost }) => cost));
    if (isUnclear) this.#unclear.add(one.sku || one.name);
    return { id, cost: isUnclear ? undefined : one.cost, one };
  }

  get #costed(): number {
    return this.all.filter(({ cost }) => cost !== undefined).length;
  }

  get totals(): { readonly what: string; readonly imported: string }[] {
    return [
      { what: 'variants', imported: String(this.all.length) },
      { what: 'variants with a cost', imported: String(this.#costed) },
    ];
  }

  /** @param advice where in the shop a cost is entered */
  notes(advice: string): string[] {
    const [shared, unclear, count] = [this.#shared, this.#unclear, this.all.length];
    // What a gift card pays for has its cost when it is bought.
    const uncosted = this.all.filter(({ cost, one }) => cost === undefined && !giftCard.test(one.name)).length;
    return [
      ...(shared.size > 0
        ? [
            `${shared.size} ${shared.size === 1 ? 'SKU is' : 'SKUs are'} of several products ` +
              `(${some(shared)}), which are known by their names: what an order's line with such an SKU costs ` +
              'is known where it has the name of one of them. Give each an SKU of its own.',
          ]
        : []),
      ...(unclear.size > 0
        ? [
            `${unclear.size} ${unclear.size === 1 ? 'product has' : 'products have'} rows of one SKU and name ` +
              `with several costs (${some(unclear)}): which of them an order's line has cannot be told, so none ` +
              'is taken. Give each variant an SKU of its own.',
          ]
        : []),
      ...(uncosted > 0
        ? [`${uncosted} of ${count} variants have no cost: orders with one of them have no margin. ${advice}`]
        : []),
    ];
  }
}
