import * as z from 'zod';
import { instantOf } from '../dates.ts';
import { Refused } from '../refused.ts';
import { IncompleteOrder } from './incomplete-orders.ts';
import { fromCents } from './shopify-cells.ts';

const text = z.union([z.string(), z.number()]).transform(String).nullish();
const amount = z
  .union([z.string(), z.number()])
  .transform((value) => Math.round(Number(value) * 100))
  .nullish()
  .transform((value) => (value === undefined || value === null || Number.isNaN(value) ? undefined : value));
const quantity = z
  .union([z.string(), z.number()])
  .transform(Number)
  .nullish()
  .transform((value) => value ?? undefined);
const listed = <T>(item: z.ZodType<T>) =>
  z
    .array(item)
    .nullish()
    .transform((all) => all ?? []);

/** What an order of Shopify's API says of its goods. Amounts in cents. */
const orderSchema = z.object({
  name: text,
  id: text,
  currency: text,
  financial_status: text,
  created_at: text,
  processed_at: text,
  subtotal_price: amount,
  total_price: amount,
  current_total_price: amount,
  line_items: listed(
    z.object({
      price: amount,
      quantity,
      current_quantity: quantity,
      total_discount: amount,
      discount_allocations: listed(z.object({ amount })),
    }),
  ),
  refunds: listed(z.unknown()),
});
type JsonOrder = z.infer<typeof orderSchema>;

/** What was taken off a line: a code's discount stands in the allocations alone, with all others. */
const discountOf = ({ discount_allocations: parts, total_discount: own }: JsonOrder['line_items'][number]) =>
  parts.length > 0 ? parts.reduce((sum, part) => sum + (part.amount ?? 0), 0) : (own ?? 0);

/** Whether an order may have been changed since: its subtotal is then of another moment than its discounts. */
const mayBeEdited = ({ total_price: total, current_total_price: current, line_items: lines, refunds }: JsonOrder) =>
  refunds.length > 0 ||
  (current ?? total) !== total ||
  lines.some(({ quantity: ordered, current_quantity: left }) => left !== undefined && left !== ordered);

/**
 * Holds the lines of an order of Shopify's API against its subtotal. Lines keep the units that were ordered, also what
 * an edit removed, so an order never has fewer than its subtotal; what is no order is the transform's to refuse.
 * @throws IncompleteOrder where they come to less: one of them is not there
 */
export function isWhole(record: unknown, row: number): true {
  const read = orderSchema.safeParse(record);
  if (!read.success || read.data.subtotal_price === undefined) return true;
  const order = read.data;
  const { subtotal_price: subtotal = 0, line_items: lines } = order;
  if (lines.some((line) => line.price === undefined || line.quantity === undefined)) return true;
  const gross = lines.reduce((sum, { price = 0, quantity: units = 0 }) => sum + price * units, 0);
  const discount = mayBeEdited(order) ? 0 : lines.reduce((sum, line) => sum + discountOf(line), 0);
  // Where amounts were converted, each unit may be half a cent off.
  const slack = lines.reduce((sum, { quantity: units = 0 }) => sum + units, 1);
  if (gross - discount >= subtotal - slack) return true;
  const currency = order.currency ?? '';
  const shown = (cents: number) => `${fromCents(cents)} ${currency}`.trim();
  const name = order.name ?? order.id ?? '';
  const sum = lines.length === 0 ? 'has no line' : `has lines that come to ${shown(gross - discount)}`;
  throw new IncompleteOrder(
    `Order ${name} (line ${row}) ${sum}, and its subtotal is ${shown(subtotal)}: a line of it is missing. Was ` +
      'the answer cut, or are more of its lines on a next page? Export it again with all lines: by a bulk ' +
      'operation, as docs/sources.md says.',
    { name, total: order.total_price ?? subtotal, currency },
  );
}

/** Orders that no table takes: of nothing, as they say themselves, or not even to be paid, as drafts of orders are. */
export class OrdersNotTaken {
  readonly #lacking = new Map<string, { orders: number; readonly first: string }>();
  #taken = 0;

  look(record: unknown): void {
    const read = orderSchema.safeParse(record);
    if (!read.success) return;
    const {
      name,
      id,
      line_items: lines,
      financial_status: state,
      processed_at: processed,
      created_at: created,
    } = read.data;
    const placed = processed ?? created;
    const hasDay = placed == null || instantOf(placed) !== undefined;
    const lacks =
      lines.length === 0 ? 'line' : !hasDay ? 'day that a month has' : state ? undefined : 'financial_status';
    if (lacks === undefined) {
      this.#taken++;
      return;
    }
    const known = this.#lacking.get(lacks);
    if (known) known.orders++;
    else this.#lacking.set(lacks, { orders: 1, first: name ?? id ?? '' });
  }

  /** A sentence for each thing that they lack. @throws Refused where none says whether it is paid */
  get notes(): string[] {
    if (this.#lacking.has('financial_status') && this.#taken === 0)
      throw new Refused(
        'None of its orders has financial_status, so none could count. Are they draft orders? What comes of ' +
          'one is an order. Ask for orders.json?status=any without “fields”, or for all fields of the query of ' +
          'docs/sources.md.',
      );
    return [...this.#lacking].map(
      ([lacks, { orders, first }]) =>
        `${orders} ${orders === 1 ? 'order has' : 'orders have'} no ${lacks} (the first is ${first}), and ` +
        `${orders === 1 ? 'is' : 'are'} going to be refused: ${orders === 1 ? 'it counts' : 'they count'} in ` +
        'no figure.',
    );
  }
}

/** Of so many orders of so many days, one at least is archived or cancelled; those of today may all be open. */
const [some, weeks] = [30, 14 * 86_400_000];
const closingSchema = z.looseObject({ created_at: text, closed_at: text, cancelled_at: text });

/** Whether an answer has open orders alone, as Shopify's API gives them where nobody asks for others. */
export class OpenAlone {
  #open = 0;
  #isOther = false;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  look(record: unknown): void {
    const read = closingSchema.safeParse(record);
    if (!read.success || !('closed_at' in read.data)) return;
    if (read.data.closed_at || read.data.cancelled_at) this.#isOther = true;
    else this.#open++;
    const created = Date.parse(read.data.created_at ?? '');
    if (Number.isNaN(created)) return;
    this.#first = Math.min(this.#first, created);
    this.#last = Math.max(this.#last, created);
  }

  /** One sentence, where it has. */
  get notes(): string[] {
    return this.#isOther || this.#open < some || this.#last - this.#first < weeks
      ? []
      : [
          `None of its ${this.#open} orders is archived or cancelled, so it may lack those that are: without ` +
            'status=any the API gives open orders alone. Ask for orders.json?status=any.',
        ];
  }
}
