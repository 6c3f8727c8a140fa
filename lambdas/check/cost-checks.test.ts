import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, type Row, type Tables, type Workshop } from '../../athena/fixture.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { checksOf } from './checks.ts';
import { costChecks, sentenceOf } from './cost-checks.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const order = (id: string, more: Row = {}): Row => ({ order_id: id, is_conversion: true, currency: 'EUR', ...more });
const item = (id: string, orderId: string, variant: string | null, more: Row = {}): Row => ({
  line_item_id: id,
  order_id: orderId,
  variant_id: variant,
  shipped_quantity: 1,
  ...more,
});
const costs: Row[] = [
  { variant_id: 'V1', cost_eur: '7.50', currency: 'EUR' },
  { variant_id: 'V1', cost_eur: '8.00', currency: 'EUR' },
];

const sold: Tables = {
  orders: [order('1'), order('2'), order('3', { is_conversion: false })],
  // V2 twice, a line without a variant, a gift card that is not sent, and one of an order that does not count.
  order_items: [
    item('a', '1', 'V1'),
    item('b', '1', 'V2'),
    item('c', '2', 'V2'),
    item('d', '2', null),
    item('e', '2', 'V4', { shipped_quantity: 0 }),
    item('f', '3', 'V5'),
  ],
  product_costs: costs,
};

interface Case {
  readonly name: string;
  readonly tables: Tables;
  readonly failures: readonly number[];
  readonly checked: readonly number[];
  readonly sentences: readonly RegExp[];
}

const cases: readonly Case[] = [
  {
    name: 'sold variants without a cost are counted once',
    tables: sold,
    failures: [2, 0],
    checked: [3, 3],
    sentences: [/^2 of 3 sold variants have no cost: .*or a sheet of costs by SKU$/],
  },
  {
    name: 'a variant that is known by its SKU has its cost',
    tables: {
      orders: [order('1')],
      order_items: [item('a', '1', '4711', { sku: 'SOAP' }), item('b', '1', 'sku:CREAM', { sku: 'CREAM' })],
      product_costs: [
        {
          variant_id: 'sku:SOAP',
          sku: 'SOAP',
          cost_eur: '2.00',
          currency: 'EUR',
          seen_on: '2025-01-01',
          local_date: '2025-01-01',
        },
        {
          variant_id: 'V1',
          sku: 'CREAM',
          cost_eur: '7.50',
          currency: 'EUR',
          seen_on: '2025-01-01',
          local_date: '2025-01-01',
        },
      ],
    },
    failures: [0, 0],
    checked: [2, 1],
    sentences: [],
  },
  {
    name: 'one is told of as one',
    tables: { orders: [order('1')], order_items: [item('a', '1', 'V9')] },
    failures: [1, 0],
    checked: [1, 0],
    sentences: [/^1 of 1 sold variants has no cost/],
  },
  {
    name: 'a shop in another currency than its costs is told so',
    tables: { orders: [order('1', { currency: 'CHF' })], order_items: [item('a', '1', 'V1')], product_costs: costs },
    failures: [0, 1],
    checked: [1, 1],
    sentences: [/^none of 1 orders is in the currency/],
  },
  {
    name: 'where every cost is known, nothing is said',
    tables: {
      orders: [order('1'), order('2', { currency: 'CHF' })],
      order_items: [item('a', '1', 'V1')],
      product_costs: costs,
    },
    failures: [0, 0],
    checked: [1, 2],
    sentences: [],
  },
];

test.each(cases)('$name', async ({ tables, failures, checked, sentences }) => {
  const found = await Promise.all(
    costChecks.map(async ({ name, sql }) => {
      const [row] = await workshop.view('', tables, sql);
      return { check_name: name, failures: Number(row?.['failures']), checked: Number(row?.['checked']) };
    }),
  );
  expect([found.map((one) => one.failures), found.map((one) => one.checked)]).toEqual([failures, checked]);
  const said = found.filter((one) => one.failures > 0).map(sentenceOf);
  expect(said).toEqual(sentences.map((sentence) => expect.stringMatching(sentence)));
});

test('what points to nothing is told with what comes of it', () => {
  const told = (check_name: string, failures: number) => sentenceOf({ check_name, failures, checked: 4030 });
  expect(told('order_items.variant_id:references', 28)).toMatch(
    /^28 of 4030 lines of orders are of products that the catalogue does not have: .* Their revenue counts; .* Nothing is broken/,
  );
  expect(told('refunds.order_id:references', 1)).toMatch(
    /^1 of 4030 rows of refunds names an order \(order_id\) that the data does not have/,
  );
  const columns = checksOf(loadCatalog()).flatMap(({ name }) => (name.endsWith(':references') ? [told(name, 2)] : []));
  expect(columns.filter((sentence) => sentence.includes('something'))).toEqual([]);
});

test('each promise of the schema that fails is told in words', () => {
  const names = checksOf(loadCatalog()).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(100);
  const bare = names.filter((name) =>
    sentenceOf({ check_name: name, failures: 1, checked: 2 }).endsWith(' fails for 1 of 2'),
  );
  expect(bare).toEqual([]);
});
