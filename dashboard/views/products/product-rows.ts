import type { Days } from '../../../lambdas/shared/day-numbers.ts';
import type { Mart } from '../../data/mart.ts';
import { coverage, knownMargin, ratio, type Figure } from '../../figures/ratios.ts';
import { dailySums, groupsOf, sumsOf, type Sums } from '../../figures/sums.ts';

const measures = [
  'item_views',
  'orders',
  'units',
  'units_refunded',
  'net_revenue_eur',
  'covered_eur',
  'gross_margin_eur',
] as const;
export type ProductSums = Sums<(typeof measures)[number]>;

/** What was sold of one product, or of many. */
export interface Sold {
  readonly revenue: number;
  readonly units: number;
  readonly orders: number;
  /** Null where the cost of none is known. */
  readonly margin: Figure;
  readonly marginRate: Figure;
  /** Of the revenue, the share that the margin is of. */
  readonly coverage: Figure;
  readonly returnRate: Figure;
  readonly viewToBuy: Figure;
}

export interface ProductRow extends Sold {
  readonly id: string;
  readonly title: string;
  readonly category: string | null;
  readonly before: number | undefined;
  /** Revenue of each day. */
  readonly daily: readonly number[];
}

/** The orders of days of which it is known what people looked at: those of others would look like eager buyers. */
const looked = (days: Days) => ({ days, told: 'item_views' });
const ordersOf = ['orders'] as const;
type Looked = Sums<(typeof ordersOf)[number]>;

/** @param seen the orders of days of which views are known */
const soldOf = (sums: ProductSums, seen: Looked | undefined): Sold => {
  const margin = knownMargin(sums.gross_margin_eur, sums.covered_eur, sums.net_revenue_eur);
  return {
    revenue: sums.net_revenue_eur,
    units: sums.units,
    orders: sums.orders,
    margin,
    // Of the revenue that the margin is of, or what has no cost would look as if it earned nothing.
    marginRate: margin === null ? null : ratio(margin, sums.covered_eur),
    coverage: coverage(sums.covered_eur, sums.net_revenue_eur),
    returnRate: ratio(sums.units_refunded, sums.units),
    viewToBuy: ratio(seen?.orders ?? 0, sums.item_views),
  };
};

/** All products together, over some days. */
export const allSold = (mart: Mart, days: Days): Sold =>
  soldOf(sumsOf(mart, measures, { days }), sumsOf(mart, ordersOf, looked(days)));

/** All products together, each day. */
export function soldDaily(mart: Mart, days: Days): Sold[] {
  const seen = dailySums(mart, ordersOf, looked(days));
  return dailySums(mart, measures, { days }).map((sums, at) => soldOf(sums, seen[at]));
}

/** The orders of each text of a column, on days of which views are known. */
const lookedBy = (mart: Mart, by: string, days: Days): ReadonlyMap<string | null | undefined, Looked> =>
  new Map(groupsOf(mart, ordersOf, [by], looked(days)).map(({ keys, sums }) => [keys[0], sums]));

export function productRows(mart: Mart, days: Days, before: Days | undefined): ProductRow[] {
  const groups = (of: Days) => groupsOf(mart, measures, ['product_id'], { days: of }, ['title', 'category']);
  const [now, earlier] = [groups(days), before ? groups(before) : []];
  const seen = lookedBy(mart, 'product_id', days);
  const then = new Map(earlier.map(({ keys, sums }) => [keys[0], sums.net_revenue_eur]));
  // What sold before and sells no more is a row, too, or the rows would not add up to what was sold before.
  const there = new Set(now.map(({ keys }) => keys[0]));
  const nothing = sumsOf(mart, measures, { days: { from: 0, to: -1 } });
  const gone = earlier
    .filter(({ keys, sums }) => !there.has(keys[0]) && sums.net_revenue_eur !== 0)
    .map((group) => ({ ...group, sums: nothing }));
  return [...now, ...gone].map(({ keys: [id = null], names, sums }) => ({
    ...soldOf(sums, seen.get(id)),
    id: id ?? '',
    title: names[0] ?? id ?? '',
    category: names[1] ?? null,
    before: before && (then.get(id) ?? 0),
    daily: dailySums(mart, ['net_revenue_eur'], { days, texts: { product_id: id } }).map((sum) => sum.net_revenue_eur),
  }));
}

/** What is sold of each category, the largest first. */
export function categoryRows(mart: Mart, days: Days): (Sold & { readonly category: string | null })[] {
  const seen = lookedBy(mart, 'category', days);
  return groupsOf(mart, measures, ['category'], { days })
    .map(({ keys: [category = null], sums }) => ({ category, ...soldOf(sums, seen.get(category)) }))
    .toSorted((a, b) => b.revenue - a.revenue);
}

/** Units that came back for a reason. */
export interface Returned {
  readonly reason: string;
  readonly units: number;
  /** Of all units that came back. */
  readonly share: Figure;
}

/** Why units came back, the commonest reason first. */
export function returnedFor(returns: Mart, days: Days): Returned[] {
  const groups = groupsOf(returns, ['units'], ['reason'], { days });
  const all = groups.reduce((sum, { sums }) => sum + sums.units, 0);
  return groups
    .map(({ keys: [reason], sums: { units } }) => ({ reason: reason ?? 'unknown', units, share: ratio(units, all) }))
    .filter(({ units }) => units > 0)
    .toSorted((a, b) => b.units - a.units || (a.reason < b.reason ? -1 : 1));
}

export interface Pair {
  readonly id: string;
  readonly products: readonly [string, string];
  readonly orders: number;
  readonly lift: Figure;
}

/** Fewer orders with both say nothing of whether they go together. */
export const fewestPairs = 5;

/**
 * Products that are bought together more often than by chance: lift = orders with both × all orders ÷ (orders of the
 * one × orders of the other).
 * @param allOrders every order of the days
 */
export function pairsOf(pairs: Mart, products: Mart, days: Days, allOrders: number): Pair[] {
  const of = new Map(
    groupsOf(products, ['orders'], ['product_id'], { days }, ['title']).map(({ keys: [id], names: [title], sums }) => [
      id,
      { orders: sums.orders, title: title ?? id ?? '' },
    ]),
  );
  return groupsOf(pairs, ['orders'], ['product_id', 'other_product_id'], { days })
    .filter(({ sums }) => sums.orders >= fewestPairs)
    .map(({ keys: [a = null, b = null], sums }): Pair => {
      const [one, other] = [of.get(a), of.get(b)];
      return {
        id: `${a ?? ''} ${b ?? ''}`,
        products: [one?.title ?? a ?? '', other?.title ?? b ?? ''],
        orders: sums.orders,
        lift: ratio(sums.orders * allOrders, (one?.orders ?? 0) * (other?.orders ?? 0)),
      };
    })
    .toSorted((a, b) => (b.lift ?? 0) - (a.lift ?? 0) || b.orders - a.orders);
}
