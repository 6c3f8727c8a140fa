/**
 * Gift cards and store credit that paid an order of WooCommerce. They are a payment, and no discount; WooCommerce knows
 * no such payment, so plugins take what they paid off the order's total.
 */
import * as z from 'zod';
import { microsOfCents } from './amounts.ts';
import { CurrencySums } from './currency-sums.ts';
import { shared } from './shapes/shopify-cells.ts';
import { wooCents, wooText } from './woo-values.ts';

/** What plugins note with an order or a line. */
export const wooNotes = z.array(z.looseObject({ key: z.string(), value: z.unknown() })).nullish();

/** The fields of an order in which plugins leave a trace; some leave none but the lower total. */
export const creditFields = {
  fee_lines: z
    .array(z.looseObject({ name: wooText, total: wooCents, total_tax: wooCents, meta_data: wooNotes }))
    .nullish(),
  coupon_lines: z
    .array(
      z.looseObject({
        code: z.string(),
        discount: wooCents,
        discount_tax: wooCents,
        discount_type: wooText,
        meta_data: wooNotes,
      }),
    )
    .nullish(),
  /** Of the extension “Gift Cards” of WooCommerce. */
  gift_cards: z.array(z.looseObject({ amount: wooCents })).nullish(),
  meta_data: wooNotes,
};

interface Line {
  readonly subtotal: number;
  readonly total: number;
}
/** What of an order is to be known. Amounts in cents. */
export interface PaidOrder extends Readonly<z.infer<z.ZodObject<typeof creditFields>>> {
  readonly total: number;
  readonly total_tax: number;
  readonly shipping_total: number;
  readonly line_items: readonly Line[];
}

/** What gift cards and store credit paid, in cents. */
export interface Credit {
  readonly paid: number;
  /** What of it the order's total leaves out, and the tax that it leaves out with it. */
  readonly off: number;
  readonly offTax: number;
  /** What of it the lines leave out, without tax. */
  readonly offLines: number;
  /** What of it each line leaves out, without tax, and its tax. */
  readonly lines: readonly { readonly off: number; readonly tax: number }[];
  /** Codes of coupons that are such credit: they are a buyer's own, and no promotion. */
  readonly codes: ReadonlySet<string>;
  /** The answer says that it was paid so. */
  readonly isNamed: boolean;
  /** What its total is above all its parts, of which nothing tells what it was for. */
  readonly over: number;
}

/** How fees are called that are such a payment. */
const creditFee =
  /gift[ -]?(?:card|voucher|certificate)|carte[- ]cadeau|ch[eè]que[- ]cadeau|bon[- ]cadeau|geschenk(?:karte|gutschein)|tarjeta (?:de )?regalo|carta regalo|cadeaukaart|store credit|account funds|via wallet|\bavoir\b|cr[eé]dit (?:magasin|boutique)|portefeuille/iu;
const creditKeys = /^_?(?:via_wallet_partial_payment|ywgc_fee|pw_gift_card|wc_gc_|wps?_?wgm_)/;
const creditCoupons = new Set(['smart_coupon', 'store_credit', 'gift_card']);
/** Notes of an order that name what credit paid. */
const creditNotes = /^_?(?:ywgc_applied_gift_cards|funds_used|store_credit_used|pw_gift_cards?_)/;
/** Notes of a line that plugins for gift cards leave on one that was sold. */
const soldNotes = /^_?(?:pw_gift_card_(?:amount|number|to)$|wc_gc_giftcard|ywgc_)/;

type Notes = z.infer<typeof wooNotes>;
const hasNote = (notes: Notes, name: RegExp) =>
  (notes ?? []).some(({ key, value }) => name.test(key) && Boolean(value) && value !== '0' && value !== 'a:0:{}');

/** Whether a plugin says of a line that it is a gift card. */
export const isSoldCard = (notes: Notes): boolean => hasNote(notes, soldNotes);

type Fee = NonNullable<PaidOrder['fee_lines']>[number];
const isCreditFee = ({ name, total, meta_data: notes }: Fee) =>
  total < 0 &&
  (creditFee.test(name ?? '') ||
    (notes ?? []).some(({ key, value }) => key === '_legacy_fee_key' && creditKeys.test(String(value))));

type Coupon = NonNullable<PaidOrder['coupon_lines']>[number];
/** Until WooCommerce 8.7 the kind of a coupon stood in a note of its line. */
const kindOf = ({ discount_type: kind, meta_data: notes }: Coupon): string => {
  const told = z
    .looseObject({ discount_type: z.string() })
    .safeParse((notes ?? []).find(({ key }) => key === 'coupon_data')?.value);
  return kind ?? told.data?.discount_type ?? '';
};

const sum = <T>(all: readonly T[] | null | undefined, of: (one: T) => number) =>
  (all ?? []).reduce((total, one) => total + of(one), 0);

/** What credit paid of an order, by what its parts come to and what its total is less. */
export function creditOf(order: PaidOrder): Credit {
  const { line_items: lines, fee_lines: fees, total, total_tax: tax, shipping_total: shipping } = order;
  const paying = (fees ?? []).filter(isCreditFee);
  const [byFee, feeTax] = [-sum(paying, (one) => one.total), -sum(paying, (one) => one.total_tax)];
  const amounts = [...lines.map((one) => one.total), ...(fees ?? []).map((one) => one.total), shipping, tax];
  const parts = sum(amounts, (one) => one);
  // Each part may be half a cent off; in a currency without cents, as yen or forints, half of one.
  const unit = [...amounts, total].every((one) => one % 100 === 0) ? 100 : 1;
  const slack = (unit * amounts.length) / 2 + 1;
  const apart = Math.abs(parts - total) > slack ? parts - total : 0;
  const gap = Math.max(0, apart);
  const coupons = (order.coupon_lines ?? []).filter((one) => creditCoupons.has(kindOf(one)));
  const others = (order.coupon_lines ?? []).filter((one) => !coupons.includes(one));
  // Credit may be taken off the lines, as a discount is: what other coupons do not explain of it.
  const cut = lines.map((one) => Math.max(0, one.subtotal - one.total));
  const byLine = Math.max(
    0,
    Math.min(
      sum(coupons, (one) => one.discount),
      sum(cut, (one) => one) - sum(others, (one) => one.discount),
    ),
  );
  const lineTax = byLine === 0 ? 0 : sum(coupons, (one) => one.discount_tax);
  const [offs, taxes] = [shared(byLine, cut), shared(lineTax, cut)];
  const off = gap + byFee + feeTax + byLine + lineTax;
  const told = sum(order.gift_cards, (one) => one.amount);
  return {
    paid: Math.max(off, told),
    off,
    offTax: feeTax + lineTax,
    offLines: byLine,
    lines: lines.map((_, at) => ({ off: offs[at] ?? 0, tax: taxes[at] ?? 0 })),
    codes: new Set(coupons.map(({ code }) => code)),
    isNamed: gap === 0 || told > 0 || coupons.length > 0 || hasNote(order.meta_data, creditNotes),
    over: Math.max(0, -apart),
  };
}

/** Counts what credit paid of the orders of a file. */
export class CreditsPaid {
  readonly #sums = new CurrencySums();
  #orders = 0;
  readonly #unnamed: string[] = [];
  readonly #over = new CurrencySums();
  readonly #aboveParts: string[] = [];

  add(name: string, currency: string, { paid, isNamed, over }: Credit): void {
    if (over > 0) {
      this.#aboveParts.push(name);
      this.#over.add('above', microsOfCents(over), currency);
    }
    if (paid === 0) return;
    this.#orders++;
    if (!isNamed) this.#unnamed.push(name);
    this.#sums.add('paid', microsOfCents(paid), currency);
  }

  /** What is told of totals above their parts: a plugin may sell by a way of its own, or a person changed the total. */
  get #overNotes(): string[] {
    const [first, ...others] = this.#aboveParts;
    if (first === undefined) return [];
    const amount = this.#over.totals.map(({ imported }) => imported).join(', ');
    return [
      `The ${others.length === 0 ? 'total of 1 order is' : `totals of ${others.length + 1} orders are`} above ` +
        `lines, shipping, fees and tax by ${amount} (the first is ${first}): the answer does not tell what for, ` +
        'and it counts as revenue without tax. Was it changed? Press “Recalculate” on the order in WooCommerce, ' +
        'and import again.',
    ];
  }

  get notes(): string[] {
    if (this.#orders === 0) return this.#overNotes;
    const amount = this.#sums.totals.map(({ imported }) => imported).join(', ');
    const [first, ...others] = this.#unnamed;
    return [
      `Gift cards and store credit paid ${amount} of ${this.#orders} ` +
        `${this.#orders === 1 ? 'order' : 'orders'}: that is a payment, and no discount, so they count with all ` +
        'that was bought.',
      ...(first === undefined
        ? []
        : [
            `Of ${others.length + 1} of them the answer tells this only by a total below lines, shipping, ` +
              `fees and tax (the first is ${first}), as plugins for gift cards leave it. If it was a discount, ` +
              'press “Recalculate” on the order in WooCommerce, and import again.',
          ]),
      ...this.#overNotes,
    ];
  }
}
