/** Tables of orders in which a line is an item, and what is the order's stands on each of its lines. */
import { Amounts, microsOfCents } from '../amounts.ts';
import { currencyBeside, currencyOfCell, isIn } from '../currencies.ts';
import { CurrencySums } from '../currency-sums.ts';
import { Dates, instantOf } from '../dates.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { DaySpan, LeftOuts, type Converted, type ImportContext, type Shape } from '../shape.ts';
import { folded } from '../folded.ts';
import type { Fields } from '../heading.ts';
import type { Table } from '../table.ts';
import { localMoment } from '../time-zones.ts';
import { chargedLines, giftCard, giftCardNotes, paymentsOf, refundOf, virtualNotes, type Line } from './order-lines.ts';
import { IncompleteOrders } from './incomplete-orders.ts';
import { OrderStates, financialStatus, refundedOf } from './order-states.ts';
import { Oddities, sumsOf } from './order-sums.ts';
import { cents, codesIn, fromCents, groupsBy } from './shopify-cells.ts';

/** A shop system's table. */
export interface ItemTable {
  readonly shape: string;
  readonly source: string;
  /** Before the ids of its orders, which other systems may have too. */
  readonly prefix: string;
  readonly pricesHoldTax: boolean;
  /** Codes of vouchers that are credit: paying with one is a payment, and no discount. */
  readonly creditCode?: RegExp;
  readonly fields: Fields;
  /** What else a total may mean that is below its parts. */
  readonly lessMay?: string;
  /** How to get the table again. */
  readonly again: string;
}

const needs = ['number', 'status', 'created', 'total', 'taxes', 'shipping', 'item_name', 'item_quantity', 'item_price'];

/**
 * The lines of an order as they were sold, where a table tells the units that were kept, and some came back: of a line
 * of which none was kept, there was one at least. `rest`: what other units came to, as a line of its own, so that
 * discount and tax are parted as they were charged.
 */
function asSold(
  lines: readonly Line[],
  goods: number,
  refunded: number,
): { readonly lines: readonly Line[]; readonly rest: readonly Line[] } {
  const sum = (all: readonly Line[]) => all.reduce((total, { price, quantity }) => total + price * Number(quantity), 0);
  const slack = lines.reduce((units, { quantity }) => units + Number(quantity), 1);
  const restored = lines.map((line) => (line.quantity === '0' ? { ...line, quantity: '1' } : line));
  const most = Math.min(goods, sum(lines) + refunded) + slack;
  const sold = sum(restored) <= most ? restored : lines;
  const lacking = Math.min(goods - sum(sold), refunded);
  return {
    lines: sold,
    rest:
      lacking > slack
        ? [{ name: '', sku: '', quantity: '1', price: lacking, ownDiscount: 0, ships: true, taxable: true }]
        : [],
  };
}

/** The time of day that a text names, also by the half of the day: `2:30 PM` is 14:30. */
function timeOf(text: string): string | undefined {
  const [, hour, minute, second, half] =
    /[ T](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(?:\s*([ap])\.?\s?m\b)?/i.exec(text) ?? [];
  if (hour === undefined || minute === undefined) return undefined;
  const ofDay = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return `${String(ofDay).padStart(2, '0')}:${minute}:${second ?? '00'}`;
}

class ItemOrderReader {
  readonly #table: Table;
  readonly #kind: ItemTable;
  readonly #context: ImportContext;
  readonly #amounts: Amounts;
  readonly #dates: Dates;
  readonly #timeless = new Set<string>();
  #untoldCredits = 0;
  /** By what a table tells currencies apart in place of their names, the first row that has it. */
  readonly #unnamed = new Map<string, number>();
  readonly oddities: Oddities;
  readonly states: OrderStates;

  constructor(table: Table, kind: ItemTable, context: ImportContext, amounts: Amounts, dates: Dates) {
    this.#table = table;
    this.#kind = kind;
    this.oddities = new Oddities(kind.lessMay);
    this.#context = context;
    this.#amounts = amounts;
    this.#dates = dates;
    this.states = new OrderStates(context.options.states);
  }

  /** @throws Refused where it is no amount from 0 */
  #cents(row: Row, field: string): number {
    const text = this.#table.cell(row, field);
    const amount = text === '' ? 0 : cents(text, this.#amounts);
    if (amount !== undefined && amount >= 0) return amount;
    throw new Refused(
      `In row ${row.row}, “${this.#table.headingOf(field)}” is “${text}”, which is no amount from 0. ${this.#kind.again}`,
    );
  }

  /** The moment of a day and a time in the shop's time zone. @throws Refused where it is none */
  #created(row: Row): string {
    const text = this.#table.cell(row, 'created');
    const day = this.#dates.read(text);
    const time = timeOf(text);
    if (day === undefined)
      throw new Refused(
        `In row ${row.row}, “${this.#table.headingOf('created')}” is “${text}”, which is no day. ${this.#kind.again}`,
      );
    if (time === undefined) this.#timeless.add(this.#table.cell(row, 'number'));
    if (time !== undefined && instantOf(`${day}T${time}Z`) === undefined)
      throw new Refused(
        `In row ${row.row}, “${this.#table.headingOf('created')}” is “${text}”, which is no time of a day. ${this.#kind.again}`,
      );
    // Visits that may have come before the order count as such: of a day without a time, all of them.
    return localMoment(day, time ?? '23:59:59', this.#context.shop.timeZone);
  }

  /** What is told of orders without a time of day. */
  get timeNotes(): string[] {
    const orders = this.#timeless.size;
    return orders === 0
      ? []
      : [
          `${orders} ${orders === 1 ? 'order tells its day and no time' : 'orders tell their day and no time'}: a visit ` +
            'of that day counts as one before the order, though it came after it. Export the time, too.',
        ];
  }

  /** What is told of credit of which the table does not tell the amount. */
  get creditNotes(): string[] {
    const orders = this.#untoldCredits;
    return orders === 0
      ? []
      : [
          `${orders} ${orders === 1 ? 'order was' : 'orders were'} paid with a voucher of a credit slip, ` +
            'which is a payment, and the table does not tell how much: ' +
            `${orders === 1 ? 'it counts' : 'they count'} for too little. ${this.#kind.again}`,
        ];
  }

  /**
   * @throws Refused where orders are in several currencies, or in another than the shop's, and a number alone says so: the
   * rate of each, or the number of its currency
   */
  #assertOneCurrency(row: Row): void {
    for (const field of ['currency_rate', 'currency_number']) {
      const text = this.#table.cell(row, field);
      const number = Number(text.replace(',', '.'));
      if (text === '' || Number.isNaN(number)) continue;
      const known = [...this.#unnamed.keys()].find((one) => one.startsWith(`${field} `));
      const own = `${field} ${number}`;
      if (known === undefined) this.#unnamed.set(own, row.row);
      const isAnother = known !== undefined && known !== own;
      const isConverted = field === 'currency_rate' && number !== 1 && this.#context.options.currency === undefined;
      if (isAnother || isConverted)
        throw new Refused(
          `In row ${row.row}, “${this.#table.headingOf(field)}” is ` +
            `“${text}”${isAnother ? `, and another in row ${this.#unnamed.get(known)}` : ''}: its orders are in ` +
            `${isAnother ? 'several currencies' : 'another currency than the shop’s'}, and no column names ` +
            `${isAnother ? 'them' : 'it'}. ${this.#kind.again}${isAnother ? '' : ' Or say it: --currency.'}`,
        );
    }
  }

  /** What an order came to: with what credit paid, and without shipping that a rule made free, which is no discount. */
  #sums(row: Row) {
    const amount = (field: string) => this.#cents(row, field);
    const [credit, shipping] = [amount('credit'), amount('shipping')];
    const off = Math.max(0, amount('discount') - credit);
    const free = amount('free_shipping') > 0 ? Math.min(shipping, off) : 0;
    return {
      total: amount('total') + credit,
      taxes: amount('taxes') + amount('credit_tax'),
      shipping: shipping - free,
      discount: off - free,
      credit,
    };
  }

  #line(row: Row): Line {
    const quantity = this.#table.cell(row, 'item_quantity');
    if (/^-\d/.test(quantity))
      throw new Refused(
        `In row ${row.row}, “${this.#table.headingOf('item_quantity')}” is “${quantity}”: it is a row of a ` +
          `refund, which is told of its order, too. Export the orders without rows of refunds. ${this.#kind.again}`,
      );
    if (!/^\d+(?:[.,]0+)?$/.test(quantity))
      throw new Refused(
        `In row ${row.row}, “${this.#table.headingOf('item_quantity')}” is “${quantity}”, which is no number ` +
          `of goods. ${this.#kind.again}`,
      );
    const name = this.#table.cell(row, 'item_name');
    return {
      name,
      sku: this.#table.cell(row, 'item_sku'),
      quantity: String(Math.trunc(Number(quantity.replace(',', '.')))),
      price: this.#cents(row, 'item_price'),
      ownDiscount: 0,
      ships: !giftCard.test(name) && !/^[1-9]/.test(this.#table.cell(row, 'item_virtual')),
      taxable: true,
    };
  }

  read(rows: readonly Row[]) {
    const [first] = rows;
    if (!first) throw new Error('An order has at least one row.');
    const cell = (field: string) => this.#table.cell(first, field);
    const { options, shop, exportedAt } = this.#context;
    const number = cell('own_number') || cell('number');
    const id = `${this.#kind.prefix}:${cell('order_id') || cell('number')}`;
    const created = this.#created(first);
    if (cell('currency') === '') this.#assertOneCurrency(first);
    const currency =
      currencyOfCell(cell('currency'), () => `In row ${first.row}, “${this.#table.headingOf('currency')}”`) ||
      options.currency ||
      currencyBeside(cell('total')) ||
      (cell('currency') === '$' && !isIn('$1', shop.currency) ? 'USD' : shop.currency);
    if (!isIn(cell('total'), currency))
      throw new Refused(
        `In row ${first.row}, “${this.#table.headingOf('total')}” is “${cell('total')}”, and the order is in ` +
          `${currency}. Export it again, and import it as it came.`,
      );
    const { total, taxes, shipping, discount, credit } = this.#sums(first);
    const state = this.states.read(cell('status'));
    const refunded = refundedOf(state, this.#cents(first, 'refunded'), total);
    // What is sent has a way of sending, be it free, and an address.
    const isSent =
      shipping > 0 ||
      !this.#table.has('method') ||
      !this.#table.has('country') ||
      cell('method') + cell('country') !== '' ||
      cell('billing_country') === '';
    const own = rows
      .filter((row) => this.#table.cell(row, 'item_name') !== '')
      .map((row) => this.#line(row))
      .map((one) => (isSent ? one : { ...one, ships: false }));
    const onTop = this.#kind.pricesHoldTax ? 0 : taxes;
    const goods = this.#table.has('subtotal') ? this.#cents(first, 'subtotal') - discount : total - shipping - onTop;
    const subtotal = Math.max(0, goods);
    const money = { subtotal, shipping, taxes, total, refunded };
    const isOfKept = /(?:refund|remboursement)$/.test(folded(this.#table.headingOf('item_quantity')));
    const gross = subtotal + discount;
    // What went back was paid less the discount, and the prices of the lines are before it.
    const back = subtotal === 0 ? gross : Math.round((refunded * gross) / subtotal);
    const { lines, rest } = isOfKept ? asSold(own, gross, back) : { lines: own, rest: [] };
    const sold = [...lines, ...rest];
    const whole = sumsOf({
      ...money,
      name: `#${number}`,
      row: first.row,
      currency,
      lines: sold,
      discount,
      rest: total - subtotal - shipping - onTop,
      tips: 0,
      hasTips: true,
    });
    const charged = chargedLines(id, sold, { ...money, shipping: whole.shipping }, cell('method'));
    this.oddities.add(whole.oddities);
    if (state === 'partially_refunded' && refunded === 0) this.states.countWhole();
    const told = codesIn(rows.map((row) => this.#table.cell(row, 'code')));
    const codes = told.filter((code) => this.#kind.creditCode?.test(code) !== true);
    if (codes.length < told.length && !this.#table.has('credit')) this.#untoldCredits++;
    // Goods that are sent to nobody, as downloads, have the buyer's address alone.
    const address = cell('country') === '' ? 'billing_' : '';
    const [country, zip] = [cell(`${address}country`).toUpperCase(), cell(`${address}postcode`)];
    return {
      row: first.row,
      currency,
      total,
      refunded,
      hasGiftCard: lines.some(({ name }) => giftCard.test(name)),
      isSent,
      hasWay: cell('method') !== '',
      day: new Date(created).toISOString().slice(0, 10),
      record: {
        id,
        told_by: 'export',
        name: `#${cell('reference') || number}`,
        order_number: number,
        created_at: created,
        processed_at: created,
        updated_at: new Date(Math.max(exportedAt.getTime(), Date.parse(created))).toISOString(),
        cancelled_at: state === 'voided' ? created : undefined,
        test: false,
        email: cell('email') || undefined,
        currency,
        taxes_included: this.#kind.pricesHoldTax,
        subtotal_price: fromCents(subtotal),
        total_discounts: fromCents(discount),
        total_tax: fromCents(taxes),
        total_price: fromCents(total),
        financial_status: financialStatus(state, refunded, total),
        payment_gateway_names: cell('payment') === '' ? [] : [cell('payment')],
        ...(credit > 0 && { transactions: paymentsOf(credit, cell('payment'), total - credit) }),
        discount_codes: codes.map((code) => ({ code, amount: fromCents(discount) })),
        ...(country !== '' && { shipping_address: { country_code: country, zip: zip || undefined } }),
        ...charged,
        line_items: charged.line_items.slice(0, lines.length),
        // Without the column, or its amount, nothing is said of refunds, and those that another telling has stay.
        ...((refunded > 0 || (this.#table.has('refunded') && state !== 'partially_refunded')) && {
          refunds: refunded > 0 ? [refundOf(id, created, currency, money)] : [],
        }),
      },
    };
  }
}

async function convert(table: Table, context: ImportContext, kind: ItemTable): Promise<Converted> {
  const amounts = new Amounts(table.language);
  const dates = new Dates(context.options.dates, table.language);
  for await (const row of table.rows()) {
    dates.learn(table.cell(row, 'created').replace(/[ T].*$/, ''));
    for (const field of ['total', 'taxes', 'shipping', 'discount', 'refunded', 'item_price'])
      amounts.learn(table.cell(row, field), 'money');
  }
  if (dates.ambiguous !== undefined || dates.isMixed)
    throw new Refused(
      `Its days (${dates.ambiguous ?? 'of two orders'}) may be two: say --dates dmy where the day stands ` +
        'first, or --dates mdy where the month does.',
    );
  if (dates.halfTurned !== undefined) throw new Refused(`${dates.halfTurned} ${kind.again}`);
  const reader = new ItemOrderReader(table, kind, context, amounts, dates);
  const [days, leftOut, sums, seen] = [new DaySpan(), new LeftOuts(), new CurrencySums(), new Set<string>()];
  const incomplete = new IncompleteOrders(context.options.acceptIncomplete === true, leftOut);
  let [rows, orders, refunds, giftCards, further, virtual, sent] = [0, 0, 0, 0, 0, 0, 0];
  // Its plugin may write what is the order's into its first row alone.
  const isFurther = (row: Row) => table.cell(row, 'number') === '' && table.cell(row, 'item_name') !== '';
  for await (const group of groupsBy(table, 'number', isFurther)) {
    rows += group.length;
    const [first] = group;
    if (first !== undefined && !isFurther(first)) further += group.filter((row) => isFurther(row)).length;
    const number = first === undefined ? '' : table.cell(first, 'number');
    if (number === '') {
      for (const { row } of group) leftOut.add('no order number', row);
      continue;
    }
    if (seen.size === seen.add(number).size)
      throw new Refused(
        `The lines of order ${number} do not stand together (row ${first?.row}). Was the file sorted, or were ` +
          `two exports joined? ${kind.again}`,
      );
    const order = incomplete.read(group, (own) => reader.read(own));
    if (order === undefined) continue;
    orders++;
    if (order.hasGiftCard) giftCards++;
    if (!order.isSent) virtual++;
    if (order.hasWay) sent++;
    days.add(order.day);
    sums.add('total', microsOfCents(order.total), order.currency);
    if (order.refunded > 0) {
      refunds++;
      sums.add('refunded', microsOfCents(order.refunded), order.currency);
    }
    await context.documents.line('crm/orders', order.day, order.row, order.record);
  }
  const { question } = reader.states;
  if (question !== undefined) throw new Refused(question);
  return {
    currencies: sums.currencies,
    timeZone: context.shop.timeZone,
    days: days.range,
    rows,
    leftOut: leftOut.all,
    totals: [{ what: 'orders', imported: String(orders) }, ...sums.totals],
    notes: [
      ...incomplete.notes,
      ...reader.oddities.notes,
      ...reader.states.notes,
      ...reader.creditNotes,
      ...(table.has('currency') || context.options.currency !== undefined
        ? []
        : [`It does not name its currency: ${sums.currencies.join(', ')} is taken. Else say it with --currency.`]),
      ...(table.has('code')
        ? []
        : [
            'No column tells the codes of orders: what influencers sold by their codes, and their commission, ' +
              `is not known. ${kind.again}`,
          ]),
      ...dates.notes,
      `It tells no time zone: its times are read in the shop's, ${context.shop.timeZone}.`,
      ...reader.timeNotes,
      ...(further > 0
        ? [
            `${further} ${further === 1 ? 'line has' : 'lines have'} no order’s number: ` +
              `${further === 1 ? 'it is read as a further line' : 'they are read as further lines'} of the ` +
              'order above.',
          ]
        : []),
      ...(refunds > 0
        ? [
            `Refunds of ${refunds} ${refunds === 1 ? 'order' : 'orders'}: their day and lines are not told. ` +
              'They count on the day of the order, and the goods as sent.',
          ]
        : []),
      ...giftCardNotes(giftCards),
      ...virtualNotes(virtual, sent),
      'No order tells where its visit came from: attribution needs web events, or a code.',
    ],
  };
}

/** The shape of such a table. */
export const itemOrders = (kind: ItemTable): Shape => ({
  name: kind.shape,
  source: kind.source,
  report: 'orders (one line an item)',
  fields: kind.fields,
  needs,
  convert: (table, context) => convert(table, context, kind),
});
