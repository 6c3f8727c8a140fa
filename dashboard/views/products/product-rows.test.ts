import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { martOf } from '../../data/mart.fixture.ts';
import { allSold, categoryRows, fewestPairs, pairsOf, productRows, returnedFor, soldDaily } from './product-rows.ts';

const product = fc.constantFrom('a', 'b', 'c', 'd');
const order = fc.record({ day: fc.integer({ min: 0, max: 3 }), basket: fc.uniqueArray(product, { minLength: 1 }) });
const days = { from: 0, to: 3 };

/**
 * The marts of some orders, as the lake makes them: of each product and each pair of products how many orders of a day
 * have them.
 */
function martsOf(orders: readonly { readonly day: number; readonly basket: readonly string[] }[]) {
  const [products, pairs] = [new Map<string, number>(), new Map<string, number>()];
  const add = (to: Map<string, number>, ...key: readonly (string | number)[]) =>
    to.set(key.join(' '), (to.get(key.join(' ')) ?? 0) + 1);
  for (const { day, basket } of orders) {
    const sorted = basket.toSorted();
    for (const [i, one] of sorted.entries()) {
      add(products, day, one);
      for (const other of sorted.slice(i + 1)) add(pairs, day, one, other);
    }
  }
  const rowsOf = (of: Map<string, number>) => [...of].map(([key, n]) => ({ key: key.split(' '), n }));
  return {
    // A product has another title each day: it is one product all the same.
    products: martOf(
      rowsOf(products).map(({ key: [day, id], n }) => ({
        day: Number(day),
        product_id: id ?? '',
        title: `${id ?? ''} of day ${day ?? ''}`,
        orders: n,
      })),
    ),
    pairs: martOf(
      rowsOf(pairs).map(({ key: [day, one, other], n }) => ({
        day: Number(day),
        product_id: one ?? '',
        other_product_id: other ?? '',
        orders: n,
      })),
    ),
  };
}

test('lift is how much oftener two products are bought together than by chance, over the orders themselves', () => {
  fc.assert(
    fc.property(fc.array(order, { minLength: 12, maxLength: 60 }), (orders) => {
      const { products, pairs } = martsOf(orders);
      if (pairs.rows === 0) return;
      const share = (...wanted: readonly string[]) =>
        orders.filter(({ basket }) => wanted.every((one) => basket.some((of) => of === one))).length / orders.length;
      const found = pairsOf(pairs, products, days, orders.length);
      for (const { id, lift, orders: together } of found) {
        const [one = '', other = ''] = id.split(' ');
        expect(together).toBe(Math.round(share(one, other) * orders.length));
        expect(lift).toBeCloseTo(share(one, other) / (share(one) * share(other)), 9);
      }
      const all = ['a', 'b', 'c', 'd'];
      const frequent = all.flatMap((one) =>
        all.filter((other) => other > one && share(one, other) * orders.length > fewestPairs - 0.5),
      );
      expect(found).toHaveLength(frequent.length);
      expect(found.map(({ lift }) => lift ?? 0)).toEqual(found.map(({ lift }) => lift ?? 0).toSorted((a, b) => b - a));
    }),
  );
});

test('a product that is given another title is one row, under its last title', () => {
  const sold = {
    item_views: 10,
    units: 1,
    units_refunded: 0,
    net_revenue_eur: 20,
    covered_eur: 20,
    gross_margin_eur: 9,
  };
  const mart = martOf([
    { day: 1, product_id: 'a', title: 'Sérum', category: 'Visage', orders: 1, ...sold },
    { day: 0, product_id: 'a', title: 'Serum', category: 'Soin', orders: 1, ...sold },
  ]);
  expect(productRows(mart, days, undefined)).toMatchObject([
    { id: 'a', title: 'Sérum', category: 'Visage', revenue: 40, viewToBuy: 0.1, daily: [20, 20, 0, 0] },
  ]);
});

test('why units came back, the commonest first; days and reasons without any are left out', () => {
  const mart = martOf([
    { day: 1, product_id: 'a', reason: 'late', units: 1 },
    { day: 1, product_id: 'a', reason: 'defective', units: 2 },
    { day: 2, product_id: 'b', reason: 'defective', units: 1 },
    { day: 2, product_id: 'b', reason: 'other', units: 0 },
    { day: 9, product_id: 'b', reason: 'late', units: 7 },
  ]);
  expect(returnedFor(mart, { from: 1, to: 2 })).toEqual([
    { reason: 'defective', units: 3, share: 0.75 },
    { reason: 'late', units: 1, share: 0.25 },
  ]);
  expect(returnedFor(mart, { from: 3, to: 4 })).toEqual([]);
});

test('what sold before and sells no more is a row, so that the rows add up to what was sold before', () => {
  const row = (day: number, product_id: string, net_revenue_eur: number) => ({
    day,
    product_id,
    title: product_id,
    category: 'soap',
    item_views: 1,
    orders: 1,
    units: 1,
    units_refunded: 0,
    net_revenue_eur,
    covered_eur: net_revenue_eur,
    gross_margin_eur: 1,
  });
  const mart = martOf([row(1, 'a', 10), row(1, 'b', 5), row(1, 'only seen', 0), row(2, 'a', 7)]);
  const of = (before?: { from: number; to: number }) =>
    productRows(mart, { from: 2, to: 2 }, before).map(({ id, title, revenue, before: then }) => [
      id,
      title,
      revenue,
      then,
    ]);
  expect(of({ from: 1, to: 1 })).toEqual([
    ['a', 'a', 7, 10],
    ['b', 'b', 0, 5],
  ]);
  expect(of()).toEqual([['a', 'a', 7, undefined]]);
});

describe('view to buy', () => {
  const sold = { units: 1, units_refunded: 0, net_revenue_eur: 20, covered_eur: 20, gross_margin_eur: 9 };
  const row = (day: number, product_id: string, orders: number, item_views: number | null) => ({
    day,
    product_id,
    title: product_id,
    category: product_id === 'c' ? 'soap' : 'cream',
    orders,
    item_views,
    ...sold,
  });
  // Visits were measured from the second day on.
  const mart = martOf([row(0, 'a', 6, null), row(0, 'c', 2, null), row(1, 'a', 1, 10), row(1, 'b', 1, 20)]);
  const all = { from: 0, to: 1 };

  test('is of the days of which views are known alone: orders of others would make it too high', () => {
    expect(allSold(mart, all)).toMatchObject({ orders: 10, viewToBuy: 2 / 30 });
    expect(productRows(mart, all, undefined).map(({ id, viewToBuy }) => [id, viewToBuy])).toEqual([
      ['a', 0.1],
      ['c', null],
      ['b', 0.05],
    ]);
    expect(categoryRows(mart, all).map(({ category, viewToBuy }) => [category, viewToBuy])).toEqual([
      ['cream', 2 / 30],
      ['soap', null],
    ]);
  });

  test('is not known of a day without any', () => {
    expect(soldDaily(mart, all).map(({ viewToBuy }) => viewToBuy)).toEqual([null, 2 / 30]);
  });
});
