import { crc32 } from 'node:zlib';
import { loadCatalog, tableNamed } from '../../shared/schema/catalog.ts';
import { Amounts, microsOfCents } from '../amounts.ts';
import { currencyOfCell } from '../currencies.ts';
import { CurrencySums } from '../currency-sums.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { DaySpan, LeftOuts, type Converted, type ImportContext, type Shape } from '../shape.ts';
import type { Table } from '../table.ts';
import { OffsetsSeen } from '../time-zones.ts';
import { chargedLines, giftCardNotes, isGiftCard, refundOf, tip, type Line, type Money } from './order-lines.ts';
import { IncompleteOrder, IncompleteOrders } from './incomplete-orders.ts';
import { Oddities, sumsOf } from './order-sums.ts';
import { repeated } from './repeats.ts';
import { cents, codesIn, exactly, fromCents, groupsBy, isFalse, momentOf, unquoted } from './shopify-cells.ts';

const fields = {
  name: exactly('name'),
  email: exactly('email'),
  financial_status: exactly('financial status'),
  fulfillment_status: exactly('fulfillment status'),
  fulfilled_at: exactly('fulfilled at'),
  paid_at: exactly('paid at'),
  currency: exactly('currency'),
  subtotal: exactly('subtotal'),
  shipping: exactly('shipping'),
  taxes: exactly('taxes'),
  total: exactly('total'),
  discount_code: exactly('discount code'),
  discount_amount: exactly('discount amount'),
  shipping_method: exactly('shipping method'),
  created_at: exactly('created at'),
  item_quantity: exactly('lineitem quantity'),
  item_name: exactly('lineitem name'),
  item_price: exactly('lineitem price'),
  item_sku: exactly('lineitem sku'),
  item_discount: exactly('lineitem discount'),
  item_ships: exactly('lineitem requires shipping'),
  item_taxable: exactly('lineitem taxable'),
  shipping_country: exactly('shipping country'),
  billing_country: exactly('billing country'),
  shipping_zip: exactly('shipping zip'),
  billing_zip: exactly('billing zip'),
  note_attributes: exactly('note attributes'),
  cancelled_at: exactly('cancelled at'),
  payment_method: exactly('payment method'),
  refunded: exactly('refunded amount'),
  id: exactly('id'),
  tags: exactly('tags'),
  source: exactly('source'),
  phone: exactly('phone'),
  duties: exactly('duties'),
};
type Field = keyof typeof fields;

/** The states of a payment that orders may have. */
const statesOfPayment = () =>
  new Set(tableNamed(loadCatalog(), 'orders').columns.find(({ name }) => name === 'financial_status')?.accepted);

/** What a note of an order tells of the visit that it came from: some themes and apps keep it there. */
function landingSite(notes: string): string | undefined {
  const told = new Map(
    notes.split(/\r?\n/u).flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()] as const];
    }),
  );
  const page = ['landing_site', 'landing_page', 'landing page'].map((name) => told.get(name)).find((one) => one);
  if (page !== undefined) return page;
  const utm = [...told].filter(
    ([name, value]) => /^(?:utm_\w+|gclid|fbclid|ttclid|msclkid)$/.test(name) && value !== '',
  );
  return utm.length === 0 ? undefined : `/?${new URLSearchParams(utm).toString()}`;
}

/** One order, from its row and the rows of its other lines. */
class OrderReader {
  readonly #table: Table;
  readonly #amounts: Amounts;
  readonly #exportedAt: Date;
  /** By currency and country, whether prices of the last order that says so hold their tax, and its share of them. */
  readonly #taxed = new Map<string, { readonly isTaxed: boolean; readonly share: number }>();

  readonly #currencyOfAll: string;
  readonly #oddities: Oddities;
  readonly #states = statesOfPayment();

  /** @param currency of all orders, where no column tells it */
  constructor(table: Table, amounts: Amounts, exportedAt: Date, currency: string, oddities: Oddities) {
    this.#table = table;
    this.#amounts = amounts;
    this.#exportedAt = exportedAt;
    this.#currencyOfAll = currency;
    this.#oddities = oddities;
  }

  #cell(row: Row, field: Field): string {
    return this.#table.cell(row, field);
  }

  /** @throws Refused where it is no amount */
  #cents(row: Row, field: Field): number {
    const text = this.#cell(row, field);
    if (text === '') return 0;
    const amount = cents(text, this.#amounts);
    if (amount === undefined)
      throw new Refused(
        `In row ${row.row}, “${this.#table.headingOf(field)}” is “${text}”, which is no amount. Was the file ` +
          'changed in a spreadsheet? Export it from Shopify again.',
      );
    if (amount < 0)
      throw new Refused(
        `In row ${row.row}, “${this.#table.headingOf(field)}” is “${text}”, which is less than nothing. Was ` +
          'the file changed? Export it from Shopify again.',
      );
    return amount;
  }

  /** What was given back, in cents: all of an order that is refunded, where no column tells it. */
  #refunded(first: Row): number {
    if (this.#table.has('refunded')) return this.#cents(first, 'refunded');
    return this.#cell(first, 'financial_status').toLowerCase() === 'refunded' ? this.#cents(first, 'total') : 0;
  }

  /** @throws Refused where it is no time */
  #moment(row: Row, field: Field): string | undefined {
    const text = this.#cell(row, field);
    if (text === '') return undefined;
    const moment = momentOf(text);
    if (moment === undefined)
      throw new Refused(
        `In row ${row.row}, “${this.#table.headingOf(field)}” is “${text}”; Shopify writes 2025-03-10 ` +
          '10:00:00 +0100. A spreadsheet changed the file: export it from Shopify again and import it unopened.',
      );
    return moment;
  }

  /** @throws Refused where it is no number of goods */
  #quantity(row: Row): string {
    const text = this.#cell(row, 'item_quantity');
    if (/^\d+$/.test(text)) return text;
    throw new Refused(
      `In row ${row.row}, “${this.#table.headingOf('item_quantity')}” is “${text}”, which is no number of ` +
        'goods. Export it from Shopify again.',
    );
  }

  /** @throws Refused where it is none that Shopify writes: the run would refuse the order */
  #state(row: Row): string {
    const text = this.#cell(row, 'financial_status');
    const state = text.toLowerCase().replaceAll(' ', '_');
    if (state === '' || this.#states.has(state)) return state;
    throw new Refused(
      `In row ${row.row}, “${this.#table.headingOf('financial_status')}” is “${text}”, which Shopify does not ` +
        'write: nobody can say whether the order is paid. Was the file changed or translated? Export it from ' +
        'Shopify again and import it unopened.',
    );
  }

  #line(row: Row): Line {
    return {
      name: this.#cell(row, 'item_name'),
      sku: unquoted(this.#cell(row, 'item_sku')),
      quantity: this.#quantity(row),
      price: this.#cents(row, 'item_price'),
      ownDiscount: this.#cents(row, 'item_discount'),
      ships: !isFalse(this.#cell(row, 'item_ships')),
      taxable: !isFalse(this.#cell(row, 'item_taxable')),
    };
  }

  /**
   * Whether prices hold their tax, and what of the total is neither goods, shipping, duties nor tax. An order with a
   * tip may be read in both ways: then it is as the one before it in its country.
   */
  #above(
    { total, subtotal, shipping, duties, taxes }: Money & { readonly duties: number },
    tips: number,
    country: string,
  ): { readonly isTaxed: boolean; readonly rest: number } {
    const above = total - subtotal - shipping - duties;
    const isExact = (rest: number) => Math.abs(rest) <= 1 || (tips > 0 && Math.abs(rest - tips) <= 1);
    const before = this.#taxed.get(country);
    const share = taxes / (subtotal + shipping);
    // A tip may be as much as the tax, where prices hold it. Tax on top is more for the same goods: 20 % of them, not a sixth.
    const isNoTip = ({ share: held }: { readonly share: number }) =>
      Math.abs(share - held / (1 - held)) < Math.abs(share - held);
    const isOnTop = isExact(above - taxes) && (before?.isTaxed !== true || isNoTip(before));
    const known = isExact(above) ? true : isOnTop ? false : undefined;
    if (known !== undefined && taxes > 0) this.#taxed.set(country, { isTaxed: known, share });
    // What stands on top can make no total less than its parts.
    const isTaxed = known ?? before?.isTaxed ?? above < taxes - 1;
    return { isTaxed, rest: isTaxed ? above : above - taxes };
  }

  /** @throws IncompleteOrder where a row is no order's first one: what is the order's stands there alone */
  #assertFirst(first: Row, name: string): void {
    if (this.#cell(first, 'total') !== '') return;
    throw new IncompleteOrder(
      `Row ${first.row} is a line of order ${name}, and the row that begins this order is not right above its ` +
        'lines. Was the file sorted, filtered or cut? Export it from Shopify again and import it unopened. If ' +
        'it came in parts, cut within an order, export fewer orders at once, as by month.',
      { name, total: 0, currency: '' },
    );
  }

  /** The order as the Admin REST API would give it; what the export does not tell is not there. */
  read(rows: readonly Row[]): Order {
    const [first] = rows;
    if (!first) throw new Error('An order has at least one row.');
    const created = this.#moment(first, 'created_at');
    if (created === undefined)
      throw new Refused(
        `Row ${first.row} begins an order (${this.#cell(first, 'name')}) and has no “Created at”. Was the ` +
          'file sorted or cut? Export it from Shopify again.',
      );
    const times = {
      cancelled: this.#moment(first, 'cancelled_at'),
      paid: this.#moment(first, 'paid_at'),
      fulfilled: this.#moment(first, 'fulfilled_at'),
    };
    const name = this.#cell(first, 'name');
    this.#assertFirst(first, name);
    const id = unquoted(this.#cell(first, 'id')) || `name:${name}`;
    const money = {
      subtotal: this.#cents(first, 'subtotal'),
      shipping: this.#cents(first, 'shipping'),
      taxes: this.#cents(first, 'taxes'),
      total: this.#cents(first, 'total'),
      duties: this.#cents(first, 'duties'),
      refunded: this.#refunded(first),
      discount: this.#cents(first, 'discount_amount'),
    };
    const lines = rows.filter((row) => this.#cell(row, 'item_name') !== '').map((row) => this.#line(row));
    const currency =
      currencyOfCell(
        this.#cell(first, 'currency'),
        () => `In row ${first.row}, “${this.#table.headingOf('currency')}”`,
      ) || this.#currencyOfAll;
    const known = Object.values(times).flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
    const updated = new Date(Math.max(this.#exportedAt.getTime(), Date.parse(created), ...known));
    const tips = lines.reduce((sum, line) => sum + (tip.test(line.name) ? line.price * Number(line.quantity) : 0), 0);
    const address = this.#cell(first, 'shipping_country') === '' ? 'billing' : 'shipping';
    const [country, zip] = [this.#cell(first, `${address}_country`), this.#cell(first, `${address}_zip`)];
    const { isTaxed, rest } = this.#above(money, tips, `${currency} ${country}`);
    const hasTipsApart = tips > 0 && Math.abs(rest - tips) < Math.abs(rest);
    const codes = codesIn([this.#cell(first, 'discount_code')]);
    const whole = sumsOf({
      name,
      row: first.row,
      currency,
      lines,
      rest,
      tips: hasTipsApart ? tips : 0,
      hasTips: tips > 0,
      ...money,
    });
    this.#oddities.add(whole.oddities);
    const record = {
      id,
      told_by: 'export',
      name,
      order_number: /(\d+)\D*$/.exec(name)?.[1] ?? name,
      created_at: created,
      processed_at: created,
      updated_at: updated.toISOString(),
      cancelled_at: times.cancelled,
      test: false,
      email: this.#cell(first, 'email') || undefined,
      phone: unquoted(this.#cell(first, 'phone')) || undefined,
      currency,
      taxes_included: isTaxed,
      subtotal_price: fromCents(money.subtotal),
      total_discounts: fromCents(money.discount),
      total_tax: fromCents(money.taxes),
      total_price: fromCents(money.total),
      // What no column explains is a tip: the subtotal leaves it out, and it is no line.
      ...(tips === 0 && rest > 0 && { total_tip_received: fromCents(rest) }),
      financial_status: this.#state(first),
      fulfillment_status: this.#cell(first, 'fulfillment_status') || undefined,
      source_name: this.#cell(first, 'source') || undefined,
      tags: this.#cell(first, 'tags') || undefined,
      landing_site: landingSite(this.#cell(first, 'note_attributes')),
      payment_gateway_names: this.#cell(first, 'payment_method')
        .split(' + ')
        .filter((gateway) => gateway !== ''),
      discount_codes: codes.map((code) => ({ code, amount: fromCents(money.discount) })),
      ...(country !== '' && { shipping_address: { country_code: country, zip: zip || undefined } }),
      ...(money.duties > 0 && {
        original_total_duties_set: { shop_money: { amount: fromCents(money.duties), currency_code: currency } },
      }),
      ...chargedLines(
        id,
        lines,
        { ...money, shipping: whole.shipping, subtotal: money.subtotal + (hasTipsApart ? tips : 0) },
        this.#cell(first, 'shipping_method'),
      ),
      // Without the column nothing is said of refunds but those of the whole order; those that another telling has stay.
      ...((this.#table.has('refunded') || money.refunded > 0) && {
        refunds: money.refunded > 0 ? [refundOf(id, times.cancelled ?? created, currency, money)] : [],
      }),
    };
    return {
      record,
      name,
      created,
      row: first.row,
      day: new Date(created).toISOString().slice(0, 10),
      currency,
      total: money.total,
      refunded: money.refunded,
      hasGiftCard: lines.some((line) => isGiftCard(line)),
    };
  }
}

interface Order {
  readonly name: string;
  readonly created: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly row: number;
  readonly day: string;
  readonly currency: string;
  readonly total: number;
  readonly refunded: number;
  readonly hasGiftCard: boolean;
}

/** What figures lack where an export lost a column: the admin's own has them all. */
const lost: readonly (readonly [field: Field, heading: string, lacking: string])[] = [
  [
    'refunded',
    'Refunded Amount',
    'What was given back of an order that is partly refunded is not known, and it counts whole.',
  ],
  ['cancelled_at', 'Cancelled at', 'An order that was cancelled counts as sold, unless it is voided or refunded.'],
  ['item_ships', 'Lineitem requires shipping', 'A gift card that was sold counts as goods.'],
  [
    'discount_code',
    'Discount Code',
    'No order has a code: what influencers sold by their codes, and their commission, is not known.',
  ],
];

/** What an export of the admin leaves open, as far as it matters to this one. */
function notesOf(table: Table, orders: number, sums: Sums): string[] {
  const notes = lost
    .filter(([field]) => !table.has(field))
    .map(
      ([field, heading, lacking]) =>
        `It has no column “${heading}”. ${lacking} Export it with all columns; where it has another name in ` +
        `it, say which: --map "HEADING=${field}".`,
    );
  if (!table.has('id'))
    notes.push(
      'It has no column “Id”, so orders are known by their number. Do not import the same orders from another ' +
        'source: they would count twice.',
    );
  if (sums.refundedOrders > 0)
    notes.push(
      `Refunds of ${sums.refundedOrders} ${sums.refundedOrders === 1 ? 'order' : 'orders'}: the export tells ` +
        'neither their day nor their lines. They count on the day of the order (or of its cancellation), and ' +
        'the goods as sent.',
    );
  notes.push(...giftCardNotes(sums.giftCards));
  if (orders > 0)
    notes.push(
      'It does not tell who had bought before its first day: each buyer counts as new once here, and what it ' +
        'cost to win one looks less than it was. Import the customers, too (Customers, Export): they have the ' +
        'number of their orders.',
    );
  if (sums.landings === 0 && orders > 0)
    notes.push(
      'No order tells where its visit came from: attribution needs web events, or a code. The API gives ' +
        'landing_site, this export does not.',
    );
  return notes;
}

interface Sums {
  refundedOrders: number;
  giftCards: number;
  landings: number;
}

/** The orders of rows of one name: each begins where a row has the order's own total. */
function* ordersIn(table: Table, rows: readonly Row[]): Generator<Row[]> {
  const starts = rows.flatMap((row, at) => (at === 0 || table.cell(row, 'total') !== '' ? [at] : []));
  for (const [at, from] of starts.entries()) yield rows.slice(from, starts[at + 1]);
}

/** A sign of what rows say, for the same order to be known again. No cell holds NUL: such a file is refused. */
const signOf = (rows: readonly Row[]) => crc32(rows.map(({ cells }) => cells.join('\0')).join('\0\0'));

/**
 * Whether an order stood in the file before, word for word.
 * @throws Refused where it did with other words: nobody can say which counts
 */
function isAgain(group: readonly Row[], { name, row }: Order, seen: Map<string, number>): boolean {
  const [sign, before] = [signOf(group), seen.get(name)];
  seen.set(name, sign);
  if (before === undefined || before === sign) return before === sign;
  throw new Refused(
    `Order ${name} stands in the file twice, in row ${row} with other words than above it. Were two exports ` +
      'joined? Import each by itself: of one order the newer export counts.',
  );
}

async function convert(table: Table, { documents, exportedAt, options, shop }: ImportContext): Promise<Converted> {
  const amounts = new Amounts('en');
  const oddities = new Oddities();
  const seen = new Map<string, number>();
  const reader = new OrderReader(table, amounts, exportedAt, options.currency ?? shop.currency, oddities);
  const [days, offsets] = [new DaySpan(), new OffsetsSeen()];
  const leftOut = new LeftOuts();
  const incomplete = new IncompleteOrders(options.acceptIncomplete === true, leftOut);
  const totals = new CurrencySums();
  const sums: Sums = { refundedOrders: 0, giftCards: 0, landings: 0 };
  let [rows, orders] = [0, 0];
  for await (const named of groupsBy(table, 'name')) {
    rows += named.length;
    const [first] = named;
    if (first && table.cell(first, 'name') === '') {
      for (const { row } of named) leftOut.add('no order number', row);
      continue;
    }
    for (const group of ordersIn(table, named)) {
      const order = incomplete.read(group, (own) => reader.read(own));
      if (order === undefined) continue;
      if (isAgain(group, order, seen)) {
        for (const { row } of group) leftOut.add(repeated, row);
        continue;
      }
      orders++;
      days.add(order.day);
      offsets.add(order.created);
      totals.add('total', microsOfCents(order.total), order.currency);
      if (order.refunded > 0) {
        sums.refundedOrders++;
        totals.add('refunded', microsOfCents(order.refunded), order.currency);
      }
      if (order.hasGiftCard) sums.giftCards++;
      if (order.record['landing_site'] !== undefined) sums.landings++;
      await documents.line('crm/orders', order.day, order.row, order.record);
    }
  }
  return {
    currencies: totals.currencies,
    days: days.range,
    offsets: offsets.all,
    rows,
    leftOut: leftOut.all,
    totals: [{ what: 'orders', imported: String(orders) }, ...totals.totals],
    notes: [
      ...incomplete.notes,
      ...oddities.notes,
      ...(table.has('currency') || options.currency !== undefined
        ? []
        : [
            `It has no column “Currency”: ${shop.currency} is taken, the shop's. Else say it with --currency, ` +
              'or export it from Shopify again with all columns.',
          ]),
      ...notesOf(table, orders, sums),
    ],
  };
}

/** Orders as the admin exports them: one line an item, what is the order's on its first line only. */
export const shopifyOrders: Shape = {
  name: 'shopify-orders-csv',
  source: 'Shopify',
  report: 'orders (orders_export.csv)',
  fields,
  needs: [
    'name',
    'financial_status',
    'subtotal',
    'shipping',
    'total',
    'taxes',
    'created_at',
    'item_quantity',
    'item_name',
    'item_price',
  ],
  headings: {
    name: 'Name',
    financial_status: 'Financial Status',
    subtotal: 'Subtotal',
    shipping: 'Shipping',
    total: 'Total',
    taxes: 'Taxes',
    created_at: 'Created at',
    item_quantity: 'Lineitem quantity',
    item_name: 'Lineitem name',
    item_price: 'Lineitem price',
  },
  convert,
};
