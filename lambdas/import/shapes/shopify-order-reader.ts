/** One order of the admin's export, as the REST API gives it. */
import { loadCatalog, tableNamed } from '../../shared/schema/catalog.ts';
import { Amounts } from '../amounts.ts';
import { currencyOfCell } from '../currencies.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import type { Table } from '../table.ts';
import { chargedLines, isGiftCard, refundOf, tip, type Line, type Money } from './order-lines.ts';
import { IncompleteOrder } from './incomplete-orders.ts';
import { Oddities, sumsOf } from './order-sums.ts';
import { cents, codesIn, exactly, fromCents, isFalse, momentOf, unquoted } from './shopify-cells.ts';

/** The columns of the export. */
export const fields = {
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
export type Field = keyof typeof fields;

export interface Order {
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
export class OrderReader {
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
