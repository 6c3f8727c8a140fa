import { fromCents, shared, variantId } from './shopify-cells.ts';

const giftCards =
  'gift[- ]?(?:card|voucher|certificate)|carte[- ]cadeau|ch[eè]que[- ]cadeau|bon[- ]cadeau|bon ' +
  "d['’]achat|(?:geschenk|wert)?gutschein|geschenkkarte|(?:tarjeta|cheque)[- ](?:de " +
  ')?regalo|(?:carta|buono)[- ]regalo|cadeau(?:kaart|bon)|wallet top-?up';
/** What shops call a gift card, by which its line is known. */
export const giftCard = new RegExp(`^(?:e-?)?(?:${giftCards})\\b`, 'iu');
const giftCardWithin = new RegExp(`(?:^|[^\\p{L}])(?:e-?)?(?:${giftCards})\\b`, 'iu');
/** Whether a line of an export is one: nobody taxes its sale, and mostly nobody sends it; a box for cards is neither. */
export const isGiftCard = ({ name, ships, taxable }: Pick<Line, 'name' | 'ships' | 'taxable'>): boolean =>
  giftCard.test(name) ? !ships || !taxable : !ships && !taxable && giftCardWithin.test(name);
/** What is to be known of orders with gift cards; nothing where there are none. */
export const giftCardNotes = (orders: number): string[] =>
  orders === 0
    ? []
    : [
        `${orders} ${orders === 1 ? 'order holds' : 'orders hold'} a gift card, known by its name: its sale ` +
          'is no revenue.',
      ];
/** What is told of orders without a way of sending; a shop may have shipping switched off, and send parcels all the same. */
export const virtualNotes = (virtual: number, sent: number): string[] =>
  virtual === 0
    ? []
    : [
        `${virtual} ${virtual === 1 ? 'order has' : 'orders have'} nothing to send by its checkout (no way of sending): ` +
          `no cost of fulfilment is taken of ${virtual === 1 ? 'it' : 'them'}.` +
          (sent === 0
            ? ' No order of the file has a way of sending: if the shop sends parcels, and has shipping switched off, ' +
              'their cost is missing.'
            : ''),
      ];
/** The names of a tip, as `is_tip` of money.sql has them. */
export const tip = /^(?:tip|pourboire|trinkgeld|propina|mancia|fooi|gorjeta)$/iu;

/** A line of an order, as an export has it. Amounts in cents. */
export interface Line {
  readonly name: string;
  readonly sku: string;
  readonly quantity: string;
  /** Cents of a unit. */
  readonly price: number;
  readonly ownDiscount: number;
  readonly ships: boolean;
  readonly taxable: boolean;
}

/** The sums of an order, in cents. */
export interface Money {
  readonly subtotal: number;
  readonly shipping: number;
  readonly taxes: number;
  readonly total: number;
  readonly refunded: number;
}

/** The lines and the shipping, with their parts of the order's discount and tax: the export has only the sums. */
export function chargedLines(
  id: string,
  lines: readonly Line[],
  money: Money,
  method: string,
): {
  readonly line_items: readonly Readonly<Record<string, unknown>>[];
  readonly shipping_lines: readonly Readonly<Record<string, unknown>>[];
} {
  const gross = lines.map(({ price, quantity }) => price * Number(quantity));
  const own = lines.map(({ ownDiscount }) => ownDiscount);
  const sum = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0);
  const discount = Math.max(0, sum(gross) - money.subtotal);
  // A code takes nothing off a tip or a gift card.
  const isApart = (line: Line) => tip.test(line.name) || isGiftCard(line);
  const weights = lines.map((line, at) => (isApart(line) ? 0 : (gross[at] ?? 0)));
  const rest = discount - sum(own);
  const discounts =
    rest < 0
      ? shared(discount, weights)
      : shared(
          rest,
          weights.map((amount, at) => Math.max(0, amount - (own[at] ?? 0))),
        ).map((part, at) => part + (own[at] ?? 0));
  const charged = gross.map((amount, at) => amount - (discounts[at] ?? 0));
  const taxes = shared(money.taxes, [
    ...lines.map((line, at) => (!line.taxable || isApart(line) ? 0 : Math.max(0, charged[at] ?? 0))),
    money.shipping,
  ]);
  return {
    line_items: lines.map(({ name, sku, quantity, price, ships, taxable }, at) => ({
      id: `${id}-${at + 1}`,
      ...(!tip.test(name) && { product_id: null, variant_id: variantId(sku, name) }),
      sku,
      title: name,
      quantity,
      price: fromCents(price),
      discount_allocations: [{ amount: fromCents(discounts[at] ?? 0) }],
      taxable,
      requires_shipping: ships,
      gift_card: isGiftCard({ name, ships, taxable }),
      tax_lines: [{ price: fromCents(taxes[at] ?? 0) }],
    })),
    shipping_lines:
      money.shipping === 0 && method === ''
        ? []
        : [{ title: method, price: fromCents(money.shipping), tax_lines: [{ price: fromCents(taxes.at(-1) ?? 0) }] }],
  };
}

/** What was paid by gift card or credit, of which no provider took a fee, and what by other means. Amounts in cents. */
export const paymentsOf = (byCredit: number, gateway: string, rest: number): Readonly<Record<string, string>>[] =>
  [
    { gateway: 'gift_card', amount: byCredit },
    { gateway, amount: rest },
  ].flatMap((one) =>
    one.amount > 0 ? [{ kind: 'sale', status: 'success', gateway: one.gateway, amount: fromCents(one.amount) }] : [],
  );

/**
 * What was given back, as one sum: the export tells neither its lines nor its day. Its tax is its part of the order's.
 */
export function refundOf(
  id: string,
  at: string,
  currency: string,
  { refunded, taxes, total }: Money,
): Record<string, unknown> {
  const tax = total === 0 ? 0 : Math.round((refunded * taxes) / total);
  return {
    id: `${id}-refund`,
    created_at: at,
    processed_at: at,
    refund_line_items: [],
    order_adjustments: [{ kind: 'refund_discrepancy', amount: fromCents(tax - refunded), tax_amount: fromCents(-tax) }],
    transactions: [{ kind: 'refund', status: 'success', amount: fromCents(refunded), currency }],
  };
}
