import { crc32 } from 'node:zlib';
import { Amounts, microsOfCents } from '../amounts.ts';
import { CurrencySums } from '../currency-sums.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { DaySpan, LeftOuts, type Converted, type ImportContext, type Shape } from '../shape.ts';
import type { Table } from '../table.ts';
import { OffsetsSeen } from '../time-zones.ts';
import { giftCardNotes } from './order-lines.ts';
import { IncompleteOrders } from './incomplete-orders.ts';
import { Oddities } from './order-sums.ts';
import { repeated } from './repeats.ts';
import { fields, OrderReader, type Field, type Order } from './shopify-order-reader.ts';
import { groupsBy } from './shopify-cells.ts';

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
