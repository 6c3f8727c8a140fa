/** What each conversion earned, and whose it was, computed once more by loops over hundreds of buyers by chance. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { byChance, many } from './chance.fixture.ts';
import { grouped, openWorkshop, text, type Row, type Workshop } from './fixture.ts';
import { n, plain, sum } from './sums.fixture.ts';

const seed = 20_260_711;
let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const { upTo, oneOf, chance, orNull } = byChance(seed);
/** The lake's first day is the first of these: an account of the day before is older than it. */
const days = ['2026-03-08', '2026-03-09', '2026-03-10', '2026-03-11'] as const;
/** Few moments, so that many things happen at one. */
const moment = () => `${oneOf(days)} ${oneOf(['09:00:00.000', '12:00:00.000', '12:00:00.001'])}`;
const eur = (most: number) => (upTo(most * 100) / 100).toFixed(2);

/** One or two accounts with one or two addresses, which may have been an account's from the start. */
const people = many(400, (who) => ({
  accounts: [`${who}a`, `${who}b`].slice(0, 1 + upTo(1)),
  emails: [`${who}p`, `${who}q`].slice(0, 1 + upTo(1)),
}));
const customers = people.flatMap(({ accounts, emails }) =>
  accounts
    .filter(() => chance(0.7))
    .map((customer_id): Row => ({
      customer_id,
      email_hash: orNull(oneOf(emails)),
      orders_count: orNull(upTo(4), 0.4),
      created_at: oneOf(['2026-03-07 23:59:59.999', '2026-03-08 00:00:00.000', '2026-03-10 12:00:00.000']),
      updated_at: moment(),
      dt: '2026-03-11',
    })),
);
const orders = people.flatMap(({ accounts, emails }, who) =>
  many(1 + upTo(3), (place): Row => {
    const is_test = chance(0.15);
    const created_at = moment();
    return {
      order_id: `o${who}-${place}`,
      order_number: `N${who}-${place}`,
      customer_id: orNull(oneOf(accounts)),
      email_hash: orNull(oneOf(emails)),
      created_at,
      processed_at: moment(),
      updated_at: moment(),
      local_date: oneOf(days),
      country: orNull('FR'),
      promo_code: orNull('CODE'),
      customer_orders_count: orNull(upTo(4), 0.7),
      is_test,
      is_conversion: !is_test && chance(0.8),
      needs_shipping: chance(0.7),
      item_count: orNull(upTo(1)),
      net_revenue_eur: eur(90),
      paid_amount_eur: chance(0.2) ? '0.00' : eur(110),
    };
  }),
);
const order_items = orders.flatMap((order) =>
  many(upTo(2), (place): Row => ({
    line_item_id: `${text(order, 'order_id')}-${place}`,
    order_id: text(order, 'order_id'),
    variant_id: oneOf(['V1', 'V1', 'V2', 'V2', 'V9']),
    shipped_quantity: upTo(2),
    quantity: 2,
    net_revenue_eur: '1.00',
    created_at: text(order, 'created_at'),
  })),
);
const costOf: Readonly<Record<string, number>> = { V1: 7.5, V2: 2.25 };
const refunds = orders.flatMap((order) =>
  many(upTo(2), (place): Row => ({
    refund_line_id: `${text(order, 'order_id')}-${place}`,
    order_id: text(order, 'order_id'),
    part: oneOf(['goods', 'shipping', 'discrepancy', 'gift_card', 'tip', 'duties']),
    amount_eur: eur(20),
    tax_eur: eur(3),
    refunded_at: moment(),
  })),
);
/** What an order costs besides its goods: nobody knows it for the lake's first day. */
const shopCosts = [
  { from: '2026-03-09', until: '2026-03-10', fulfilment: 5.5, perMille: 15, fixed: 25 },
  { from: '2026-03-10', until: null, fulfilment: 6.25, perMille: 29, fixed: 30 },
] as const;
const costsOn = (day: string) => shopCosts.find(({ from, until }) => day >= from && (until === null || day < until));

const least = (names: readonly string[]): string => {
  const [first] = names.toSorted();
  if (first === undefined) throw new Error('There is nobody.');
  return first;
};
const accountOf = (order: Row): string | null => {
  if (order['customer_id'] !== null) return text(order, 'customer_id');
  const found = customers.filter((one) => order['email_hash'] !== null && one['email_hash'] === order['email_hash']);
  return found.length === 0 ? null : least(found.map((one) => text(one, 'customer_id')));
};

/** Whether the shop knew of an order before those of the lake. */
function boughtBefore(account: string | null): boolean {
  const own = orders.filter((order) => accountOf(order) === account);
  const placed = own.filter((order) => order['is_test'] === false).map((order) => text(order, 'created_at'));
  const known = customers.filter((one) => one['customer_id'] === account);
  if (account === null) return false;
  const counts = [
    ...known.map((one) => {
      const byThen = placed.filter((at) => at <= text(one, 'updated_at')).length;
      return { count: one['orders_count'] ?? null, byThen, most: byThen };
    }),
    // A count that an order tells may be of any moment since.
    ...own.map((order) => ({
      count: order['customer_orders_count'] ?? null,
      byThen: placed.filter((at) => at <= text(order, 'updated_at')).length,
      most: placed.length,
    })),
  ].filter(({ count, byThen }) => count !== null && Number(count) >= byThen);
  if (counts.length > 0) return counts.some(({ count, most }) => Number(count) > most);
  return known.some((one) => text(one, 'created_at') < '2026-03-08');
}

/** The orders of each buyer: who shares an account or an address with one of them is the same. */
function buyers(conversions: readonly Row[]): Row[][] {
  const chains: { names: Set<string>; orders: Row[] }[] = [];
  for (const order of conversions) {
    const account = accountOf(order);
    const own = [account ?? '', order['email_hash'] === null ? '' : text(order, 'email_hash')];
    const names = new Set(own.filter((name) => name !== ''));
    const joined = chains.filter((chain) => [...names].some((name) => chain.names.has(name)));
    for (const chain of joined) chains.splice(chains.indexOf(chain), 1);
    chains.push({
      names: new Set([...names, ...joined.flatMap((chain) => [...chain.names])]),
      orders: [order, ...joined.flatMap((chain) => chain.orders)],
    });
  }
  return chains.map((chain) => chain.orders);
}

function costOfGoods(order: Row, lines: readonly Row[]): number | null {
  if (lines.length === 0) return order['needs_shipping'] === true || n(order, 'item_count') > 0 ? null : 0;
  const sent = lines.filter((line) => n(line, 'shipped_quantity') > 0);
  if (sent.some((line) => line['variant_id'] === 'V9')) return null;
  return sum(sent, (line) => n(line, 'shipped_quantity') * (costOf[text(line, 'variant_id')] ?? 0));
}

test(`order_economics is what loops over its rows find (seed ${seed})`, async () => {
  const linesOf = grouped(order_items, (line) => text(line, 'order_id'));
  const refundsOf = grouped(
    refunds.filter(({ part }) => part === 'goods' || part === 'shipping' || part === 'discrepancy'),
    (line) => text(line, 'order_id'),
  );
  const known = grouped(orders, (order) => String(accountOf(order)));
  const before = new Map(
    [...known.keys()].map((account) => [account, boughtBefore(account === 'null' ? null : account)]),
  );
  const expected = buyers(orders.filter((order) => order['is_conversion'] === true)).flatMap((own) => {
    const buyer_id = least(own.map((order) => accountOf(order) ?? text(order, 'order_id')));
    const place = (order: Row) => `${text(order, 'processed_at')} ${text(order, 'order_id')}`;
    const first = least(own.map(place));
    return own.map((order): Row => {
      const id = text(order, 'order_id');
      const day = text(order, 'local_date');
      const goods = costOfGoods(order, linesOf.get(id) ?? []);
      const costs = costsOn(day);
      const paid = Math.round(n(order, 'paid_amount_eur') * 100);
      // Thousandths of a cent, half up.
      const fee = paid === 0 ? 0 : costs && Math.floor((paid * costs.perMille + costs.fixed * 1000 + 500) / 1000) / 100;
      const sent = order['needs_shipping'] === true ? costs?.fulfilment : 0;
      const refunded = sum(refundsOf.get(id) ?? [], (line) => n(line, 'amount_eur') - n(line, 'tax_eur'));
      const isKnown = goods !== null && fee !== undefined && sent !== undefined;
      return {
        ...Object.fromEntries(
          [
            'order_id',
            'order_number',
            'customer_id',
            'created_at',
            'processed_at',
            'local_date',
            'country',
            'promo_code',
          ].map((name) => [name, order[name] ?? null]),
        ),
        buyer_id,
        is_new_customer: place(order) === first && own.every((one) => before.get(String(accountOf(one))) === false),
        net_revenue_eur: text(order, 'net_revenue_eur'),
        cost_of_goods_eur: goods?.toFixed(2) ?? null,
        fulfilment_eur: sent?.toFixed(2) ?? null,
        payment_fee_eur: fee?.toFixed(2) ?? null,
        refunded_eur: refunded.toFixed(2),
        margin_eur: isKnown ? (n(order, 'net_revenue_eur') - goods - sent - fee - refunded).toFixed(2) : null,
      };
    });
  });
  const found = await workshop.view('order_economics', {
    customers,
    orders,
    order_items,
    refunds,
    product_costs: Object.entries(costOf).map(([variant_id, cost]) => ({
      variant_id,
      cost_eur: cost.toFixed(2),
      reported_at: '2023-01-01 00:00:00.000',
      seen_on: '2023-01-01',
      local_date: '2023-01-01',
    })),
    shop_costs: shopCosts.map(({ from, until, fulfilment, perMille, fixed }) => ({
      holds_from: from,
      holds_until: until,
      fulfilment_eur: fulfilment.toFixed(2),
      payment_rate: (perMille / 1000).toFixed(5),
      payment_fixed_eur: (fixed / 100).toFixed(2),
    })),
  });
  expect(plain(found)).toEqual(plain(expected));
  const isNew = expected.filter((row) => row['is_new_customer'] === true).length;
  expect([expected.length > 500, isNew > 60, isNew < expected.length - 300]).toEqual([true, true, true]);
});
