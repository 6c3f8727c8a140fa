import { IncompleteOrder } from './incomplete-orders.ts';
import type { Line, Money } from './order-lines.ts';
import { fromCents } from './shopify-cells.ts';

/** What an order of an export says of itself. Amounts in cents. */
export interface OrderSums extends Money {
  readonly name: string;
  readonly row: number;
  readonly currency: string;
  readonly lines: readonly Line[];
  /** What the export says was taken off, by codes and by hand. */
  readonly discount: number;
  /** What of the total is neither goods, shipping, duties nor tax. */
  readonly rest: number;
  /** Tips among the lines that the subtotal leaves out. */
  readonly tips: number;
  /** Whether a line is a tip. */
  readonly hasTips: boolean;
}

/** In what an order does not add up, without being cut for sure: it is read, and that is told. */
const oddityOf = {
  fewer: [
    'Lines that come to less than subtotal and discount',
    'Was the discount one on shipping, or is a line missing?',
  ],
  more: [
    'Lines that come to more than subtotal and discount',
    'It is read as edited, and the difference as a discount.',
  ],
  tip: [
    'A total above goods, shipping, duties and tax',
    'The difference is read as a tip, and no revenue. Was the total changed?',
  ],
  less: ['A total below goods, shipping, duties and tax', 'The total counts. Was it changed?'],
  refund: ['A refund larger than its order', 'It counts as it is. Was “Refunded Amount” changed?'],
} as const;
type Oddity = keyof typeof oddityOf;

interface Odd {
  readonly oddity: Oddity;
  /** The order, its row and the amounts. */
  readonly example: string;
}

/** Counts oddities by kind, and keeps the first of each. */
export class Oddities {
  readonly #found = new Map<Oddity, { orders: number; readonly first: string }>();
  readonly #lessMay: string;

  /** @param lessMay what else a total may mean that is below its parts */
  constructor(lessMay = '') {
    this.#lessMay = lessMay;
  }

  add(odds: readonly Odd[]): void {
    for (const { oddity, example } of odds) {
      const known = this.#found.get(oddity);
      if (known) known.orders++;
      else this.#found.set(oddity, { orders: 1, first: example });
    }
  }

  /** A sentence for each kind. */
  get notes(): string[] {
    return [...this.#found].map(
      ([oddity, { orders, first }]) =>
        `${oddityOf[oddity][0]}: ${orders} ${orders === 1 ? 'order' : 'orders'} (the first is ${first}). ` +
        `${oddityOf[oddity][1]}${oddity === 'less' && this.#lessMay !== '' ? ` ${this.#lessMay}` : ''}`,
    );
  }
}

/**
 * Holds the parts of an order against each other.
 * @returns the shipping that was charged, where a discount was taken off it, and what does not add up
 * @throws IncompleteOrder where its lines come to less than its subtotal: one of them is not there
 */
export function sumsOf(order: OrderSums): { readonly shipping: number; readonly oddities: readonly Odd[] } {
  const { name, row, currency, lines, discount, rest, subtotal, shipping, total, refunded } = order;
  const shown = (amount: number) => `${fromCents(amount)} ${currency}`;
  const gross = lines.reduce((sum, { price, quantity }) => sum + price * Number(quantity), 0);
  const own = lines.reduce((sum, { ownDiscount }) => sum + ownDiscount, 0);
  // Where amounts were converted, each unit may be half a cent off.
  const slack = lines.reduce((sum, { quantity }) => sum + Number(quantity), 1);
  const goods = subtotal + order.tips;
  const off = gross - goods;
  if (off < -slack)
    throw new IncompleteOrder(
      `The lines of order ${name} (row ${row}) come to ${shown(gross)}, its subtotal is ${shown(goods)}: a ` +
        'line of it is missing, or was changed. Was the file filtered, sorted or cut? Export it again.',
      { name, total, currency },
    );
  const told = discount > 0 && own > 0 ? [discount, own, discount + own] : [discount + own];
  const isTold = told.some((one) => Math.abs(off - one) <= slack);
  // A code for free shipping is told beside those on goods, and nothing of it is taken off the lines.
  const isOnShipping = shipping === 0 && Math.abs(off - own) <= slack;
  const shippingOff = -rest > 1 && Math.abs(discount - off + rest) <= slack && shipping + rest >= 0 ? -rest : 0;
  const left = rest + shippingOff;
  const odd = (oddity: Oddity, amounts: string): Odd => ({ oddity, example: `${name}, row ${row}: ${amounts}` });
  return {
    shipping: shipping - shippingOff,
    oddities: [
      ...(isTold || isOnShipping || shippingOff > 0
        ? []
        : [
            odd(
              off < Math.min(...told) ? 'fewer' : 'more',
              `lines ${shown(gross)}, subtotal ${shown(goods)}, discount ${shown(Math.max(discount, own))}`,
            ),
          ]),
      ...(left > 1 && !order.hasTips ? [odd('tip', `${shown(left)} of ${shown(total)}`)] : []),
      ...(left < -1 ? [odd('less', `${shown(-left)} less`)] : []),
      ...(refunded > total + 1 ? [odd('refund', `${shown(refunded)} of ${shown(total)}`)] : []),
    ],
  };
}
