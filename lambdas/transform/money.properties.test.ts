/** What any order earned and gave back, against books that are kept from payments and tax. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  money,
  cents,
  tax,
  line,
  order,
  refund,
  adjustment,
  shop,
  tablesOf,
  sum,
  refundedNet,
  type Json,
} from './money.samples.ts';

/** A random order, told twice: as Shopify's resource, and as the shop's cash book and VAT account. */
interface Booked {
  readonly resource: Json;
  readonly book: {
    readonly cash: number;
    readonly vat: number;
    readonly liabilities: number;
    readonly hidden: number;
    readonly sent: readonly number[];
  };
}

interface Draft {
  readonly untaxed: boolean;
  readonly lines: readonly {
    readonly price: number;
    readonly quantity: number;
    readonly discount: number;
    readonly rate: number;
    readonly isGift: boolean;
    readonly removed: number;
    readonly back: number;
    readonly restock: string;
  }[];
  readonly shipping: number;
  readonly tip: number;
  readonly duties: number;
  readonly dollars: boolean;
  readonly outcome: string;
  readonly shippingBack: boolean;
  readonly inLines: boolean;
  readonly goodwill: number;
  readonly dutiesBack: boolean;
  /**
   * What the order tells of its new total: nothing, or what is left after the edits, or after all refunds too, or after
   * those that were paid.
   */
  readonly current: 'none' | 'edited' | 'refunded' | 'paid';
  /** Per cent of what the edits left of the goods that an edit gave as a discount: it stands in the new total alone. */
  readonly lateDiscount: number;
  readonly shippingOff: boolean;
  /** Whether the money of what came back stands in a refund of its own. */
  readonly isApart: boolean;
}

const drafts: fc.Arbitrary<Draft> = fc.record({
  untaxed: fc.boolean(),
  lines: fc.array(
    fc.record({
      price: fc.integer({ min: 100, max: 9000 }),
      quantity: fc.integer({ min: 1, max: 4 }),
      discount: fc.integer({ min: 0, max: 100 }),
      rate: fc.constantFrom(0, 0.055, 0.2),
      isGift: fc.boolean(),
      removed: fc.integer({ min: 0, max: 2 }),
      back: fc.integer({ min: 0, max: 3 }),
      restock: fc.constantFrom('return', 'cancel', 'no_restock'),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  shipping: fc.constantFrom(0, 490, 1250),
  tip: fc.constantFrom(0, 0, 300),
  duties: fc.constantFrom(0, 0, 777),
  dollars: fc.boolean(),
  outcome: fc.constantFrom('success', 'success', 'split', 'retried', 'pending', 'failure'),
  shippingBack: fc.boolean(),
  inLines: fc.boolean(),
  goodwill: fc.constantFrom(0, 0, 500, -100),
  dutiesBack: fc.boolean(),
  current: fc.constantFrom('none', 'edited', 'refunded', 'paid'),
  lateDiscount: fc.constantFrom(0, 0, 10, 25),
  shippingOff: fc.boolean(),
  isApart: fc.boolean(),
});

/** Tax in an amount, or on top of it. */
const taxOf = (amount: number, rate: number, isOnTop: boolean): number =>
  Math.round(isOnTop ? amount * rate : (amount * rate) / (1 + rate));

function booked(draft: Draft, n: number): Booked {
  const { untaxed: isOnTop } = draft;
  const lines = draft.lines.map((each, index) => {
    const rate = each.isGift ? 0 : each.rate;
    const charged = each.price * each.quantity - each.discount;
    const vat = taxOf(charged, rate, isOnTop);
    const removed = Math.min(each.removed, each.quantity);
    const returned = Math.min(each.back, each.quantity - removed);
    // Shopify's own shares: whole cents, the rest with the last units.
    const share = (whole: number, units: number): number => Math.floor((whole * units) / each.quantity);
    return {
      ...each,
      id: n * 10 + index,
      charged,
      vat,
      removed,
      returned,
      off: share(charged, removed),
      offVat: share(vat, removed),
      given: share(charged, returned),
      givenVat: share(vat, returned),
    };
  });
  const total = (of: (each: (typeof lines)[number]) => number): number =>
    lines.reduce((all, each) => all + of(each), 0);
  const onTop = (amount: number, vat: number): number => amount + (isOnTop ? vat : 0);
  const shippingVat = taxOf(draft.shipping, 0.2, isOnTop);
  const price =
    total((each) => onTop(each.charged, each.vat)) + onTop(draft.shipping, shippingVat) + draft.tip + draft.duties;
  const edited = total((each) => onTop(each.off, each.offVat));

  // Of an edit by which the total alone goes down the shop tells only where it tells the new total.
  const isTold = draft.current !== 'none';
  const isShippingOff = isTold && draft.shippingOff;
  const shippingOff = isShippingOff ? onTop(draft.shipping, shippingVat) : 0;
  const shippingOffVat = isShippingOff ? shippingVat : 0;
  const kept = (of: (each: (typeof lines)[number]) => number): number => total((each) => (each.isGift ? 0 : of(each)));
  const part = (whole: number): number => (isTold ? Math.floor((whole * draft.lateDiscount) / 100) : 0);
  const lateVat = part(kept((each) => each.vat - each.offVat - each.givenVat));
  const late = onTop(part(kept((each) => each.charged - each.off - each.given)), lateVat);

  const isShippingBack = draft.shippingBack && !isShippingOff;
  const shippingGiven = isShippingBack ? onTop(draft.shipping, shippingVat) : 0;
  const shippingGivenVat = isShippingBack ? shippingVat : 0;
  const dutiesGiven = draft.dutiesBack ? draft.duties : 0;
  const named = total((each) => onTop(each.given, each.givenVat)) + shippingGiven + dutiesGiven;
  const given = Math.max(named + draft.goodwill, 0);
  const isGiven = given > 0 && ['success', 'split', 'retried'].includes(draft.outcome);
  // Two dollars to the euro: no rounding of the customer's money.
  const pay = (amount: number, status: string): Json =>
    draft.dollars
      ? { kind: 'refund', status, amount: money(amount * 2), currency: 'USD' }
      : { kind: 'refund', status, amount: money(amount), currency: 'EUR' };
  const payments: Record<string, Json[]> = {
    success: [pay(given, 'success')],
    split: [pay(Math.floor(given / 3), 'success'), pay(given - Math.floor(given / 3), 'success')],
    retried: [pay(given, 'failure'), pay(given, 'success')],
    pending: [pay(given, 'pending')],
    failure: [pay(given, 'failure')],
  };
  const adjustments = [
    ...(shippingGiven > 0 && !draft.inLines
      ? [adjustment('shipping_refund', money(shippingGivenVat - shippingGiven), money(-shippingGivenVat))]
      : []),
    ...(given === named ? [] : [adjustment('refund_discrepancy', money(named - given), '0.00')]),
  ];
  // An amount of which nobody can say for what it was is left out, and units of which an edit could not take any.
  const isApart =
    draft.isApart && isGiven && given === named && dutiesGiven === 0 && given !== edited &&
    lines.some((each) => each.returned > 0) &&
    lines.every((each) => each.returned === 0 || each.restock !== 'no_restock'); // prettier-ignore
  const refunds = [
    ...(edited > 0 || total((each) => each.removed) > 0
      ? [
          refund(n * 2, {
            refund_line_items: lines
              .filter((each) => each.removed > 0)
              .map((each) => ({
                id: `e${String(each.id)}`,
                line_item_id: each.id,
                quantity: each.removed,
                restock_type: 'cancel',
                subtotal: each.off / 100,
                total_tax: each.offVat / 100,
              })),
          }),
        ]
      : []),
    ...(given === 0
      ? []
      : [
          refund(n * 2 + 1, {
            refund_line_items: lines
              .filter((each) => each.returned > 0)
              .map((each) => ({
                id: `r${String(each.id)}`,
                line_item_id: each.id,
                quantity: each.returned,
                restock_type: each.restock,
                subtotal: each.given / 100,
                total_tax: each.givenVat / 100,
              })),
            transactions: isApart ? [] : (payments[draft.outcome] ?? []),
            order_adjustments: adjustments,
            total_duties_set: shop(money(dutiesGiven)),
            refund_shipping_lines:
              shippingGiven > 0 && draft.inLines
                ? [{ subtotal_amount_set: shop(money(draft.shipping)), tax_amount_set: shop(money(shippingVat)) }]
                : [],
          }),
          ...(isApart ? [refund(n * 2 + 100_000, { transactions: payments[draft.outcome] ?? [] })] : []),
        ]),
  ];
  const vat = total((each) => each.vat) + shippingVat;
  const [lowered, loweredVat] = {
    none: [0, 0],
    edited: [0, 0],
    refunded: given === 0 ? [0, 0] : [named, total((each) => each.givenVat) + shippingGivenVat],
    paid: isGiven ? [given, total((each) => each.givenVat) + shippingGivenVat] : [0, 0],
  }[draft.current];
  const vatLeft = vat - total((each) => each.offVat) - shippingOffVat - lateVat;
  const resource = order(n, {
    ...(isTold && {
      current_total_price: money(price - edited - shippingOff - late - (lowered ?? 0)),
      current_total_tax: money(vatLeft - (loweredVat ?? 0)),
    }),
    taxes_included: !isOnTop,
    total_price: money(price),
    total_tax: money(vat),
    total_tip_received: money(draft.tip),
    original_total_duties_set: shop(money(draft.duties)),
    ...(draft.dollars && {
      presentment_currency: 'USD',
      total_price_set: { shop_money: { amount: money(price) }, presentment_money: { amount: money(price * 2) } },
    }),
    line_items: lines.map((each) =>
      line(each.id, {
        quantity: each.quantity,
        price: money(each.price),
        discount_allocations: [{ amount: money(each.discount) }],
        gift_card: each.isGift,
        tax_lines: tax(money(each.vat)),
      }),
    ),
    shipping_lines:
      draft.shipping === 0
        ? []
        : [{ price: money(draft.shipping), is_removed: isShippingOff, tax_lines: tax(money(shippingVat)) }],
    refunds,
  });
  // A refund of nothing has no record: nothing came back.
  const cancelled = (each: (typeof lines)[number]): number =>
    given > 0 && each.restock === 'cancel' ? each.returned : 0;
  const gifts = total((each) => (each.isGift ? each.charged - each.off - (isGiven ? each.given : 0) : 0));
  return {
    resource,
    book: {
      // What came in after the edits, less what the bank paid back.
      cash: price - edited - shippingOff - late - (isGiven ? given : 0),
      vat: vatLeft - (isGiven ? total((each) => each.givenVat) + shippingGivenVat : 0),
      // A discount of which the total alone tells may hide in what a refund took off.
      hidden: given === 0 ? 0 : late - lateVat,
      liabilities: gifts + draft.tip + draft.duties - (isGiven ? dutiesGiven : 0),
      sent: lines.map((each) => (each.isGift ? 0 : each.quantity - each.removed - cancelled(each))),
    },
  };
}

test('net revenue less refunds is what the cash book and the VAT account leave, of any order', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  const orders = fc.sample(drafts, { numRuns: 300, seed }).map((draft, n) => ({ draft, ...booked(draft, n + 1) }));
  const found = await tablesOf(orders.map(({ resource }) => resource));
  expect(found.size).toBe(orders.length);
  for (const [n, { draft, book }] of orders.entries()) {
    const one = found.get(String(n + 1));
    if (one === undefined) throw new Error(`There is no order ${n + 1}.`);
    const told = { seed, draft };
    const left = cents(one.order['net_revenue']) - refundedNet(one);
    const least = book.cash - book.vat - book.liabilities;
    // What was given back beyond all revenue, of a tip, say: never more than such money as the shop still held.
    const beyond = one.refunds.filter((row) => String(row['refund_line_id']).endsWith('-unearned'));
    const unearned = sum(beyond, (row) => cents(row['amount']));
    const taxWithIt = unearned === 0 ? 0 : sum(one.refunds, (row) => (row['part'] === 'discrepancy' ? cents(row['tax']) : 0)); // prettier-ignore
    expect({ ...told, isHeld: unearned <= book.liabilities, isBeyond: unearned === 0 || left <= 0 }).toEqual({
      ...told,
      isHeld: true,
      isBeyond: true,
    });
    expect({
      ...told,
      // Never less: nothing is taken off twice.
      left: Math.min(Math.max(left, least), least + book.hidden + unearned + taxWithIt),
      sent: one.items.map((item) => item['shipped_quantity']),
    }).toEqual({ ...told, left, sent: book.sent });
    // The lines and the shipping make the order, but for what its total alone tells.
    if (draft.current !== 'none' && draft.lateDiscount > 0) continue;
    const isTaxApart = draft.untaxed || one.order['total_shipping'] === '0.00';
    const shipping = cents(one.order['total_shipping']) - (isTaxApart ? 0 : taxOf(draft.shipping, 0.2, false));
    expect({ ...told, lines: sum(one.items, (item) => cents(item['net_revenue'])) + shipping }).toEqual({
      ...told,
      lines: cents(one.order['net_revenue']),
    });
  }
});
