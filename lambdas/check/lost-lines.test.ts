/** What is told of orders that came by no import and lost a line, and of goods that cost nothing. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod';
import { openWorkshop, type Row, type Workshop } from '../../athena/fixture.ts';
import { order, withSmallLake } from '../../test/small-lake.ts';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { findings } from './findings.ts';

let engine: Engine;
let workshop: Workshop;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-lost-lines-test') });
  workshop = await openWorkshop();
});
afterAll(async () => {
  engine.close();
  await workshop.close();
});

const findingNamed = (name: string) => {
  const found = findings.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no finding “${name}”.`);
  return found;
};

/** Two soaps of 20.00 with their tax, and shipping of 6.00. */
const soap = {
  id: '1',
  product_id: '7',
  variant_id: '8',
  title: 'Savon',
  quantity: 2,
  price: '20.00',
  tax_lines: [{ price: '6.67' }],
};
const shipping = { price: '6.00', tax_lines: [{ price: '1.00' }] };
const plain = {
  subtotal_price: '40.00',
  total_price: '46.00',
  total_tax: '7.67',
  taxes_included: true,
  financial_status: 'paid',
  line_items: [soap],
  shipping_lines: [shipping],
  refunds: [],
};
const success = (amount: string) => [{ kind: 'refund', status: 'success', amount, currency: 'EUR' }];
/** The refund of one of the two soaps, by what became of it and what was given back. */
const soapBack = (restock_type: string, paid: string) => ({
  id: '5',
  created_at: '2025-01-06T10:00:00Z',
  refund_line_items: [{ id: '6', line_item_id: '1', quantity: 1, restock_type, subtotal: '20.00', total_tax: '3.33' }],
  transactions: success(paid),
});

const whole: Readonly<Record<string, object>> = {
  plain: {},
  'a tip': {
    total_price: '51.00',
    total_tip_received: '5.00',
    line_items: [
      soap,
      { ...soap, id: '2', product_id: null, variant_id: null, title: 'Tip', quantity: 1, price: '5.00', tax_lines: [] },
    ],
  },
  'a gift card': {
    subtotal_price: '65.00',
    total_price: '71.00',
    line_items: [soap, { ...soap, id: '2', gift_card: true, quantity: 1, price: '25.00', tax_lines: [] }],
  },
  'a code': {
    subtotal_price: '36.00',
    total_price: '42.00',
    total_tax: '7.00',
    line_items: [{ ...soap, discount_allocations: [{ amount: '4.00' }], tax_lines: [{ price: '6.00' }] }],
  },
  'tax on top': { taxes_included: false, total_price: '54.67', total_tax: '8.67' },
  'a fee that only the total has': { total_price: '49.00' },
  'a unit that an edit took off': {
    current_total_price: '26.00',
    line_items: [{ ...soap, current_quantity: 1 }],
  },
  'a unit that came back': {
    current_total_price: '26.00',
    financial_status: 'partially_refunded',
    line_items: [{ ...soap, current_quantity: 1 }],
    refunds: [soapBack('return', '20.00')],
  },
  'a unit that came back, of which a fee was kept': {
    current_total_price: '29.00',
    financial_status: 'partially_refunded',
    line_items: [{ ...soap, current_quantity: 1 }],
    refunds: [
      {
        ...soapBack('return', '17.00'),
        order_adjustments: [{ kind: 'refund_discrepancy', amount: '3.00', tax_amount: '0.00' }],
      },
    ],
  },
  'a unit that was never sent': {
    current_total_price: '26.00',
    financial_status: 'partially_refunded',
    line_items: [{ ...soap, current_quantity: 1 }],
    refunds: [soapBack('cancel', '20.00')],
  },
  'a discount that an edit gave later': {
    current_total_price: '42.00',
    current_total_tax: '7.00',
    line_items: [{ ...soap, discount_allocations: [{ amount: '4.00' }], tax_lines: [{ price: '6.00' }] }],
  },
};
const voided = { ...plain, subtotal_price: '60.00', total_price: '66.00', financial_status: 'voided' };
const lost: Readonly<Record<string, object>> = {
  'the third unit': { subtotal_price: '60.00', total_price: '66.00', total_tax: '11.00' },
  'a line with tax on top': {
    taxes_included: false,
    subtotal_price: '60.00',
    total_price: '79.20',
    total_tax: '13.20',
  },
};

/** What is told of an order, with ids of lines that no other has. */
const own = (over: object, at: number) =>
  z
    .record(z.string(), z.unknown())
    .parse(
      JSON.parse(JSON.stringify({ ...plain, ...over }).replaceAll(/"(id|line_item_id)":"(\d)"/g, `"$1":"${at}-$2"`)),
    );

test('orders that lost a line are told, and no others', async () => {
  const orders = Object.entries({ ...whole, voided, ...lost }).map(([name, over], at) =>
    order(0, {
      ...own(over, at),
      id: 100 + at,
      order_number: 100 + at,
      name,
      created_at: '2025-01-05T10:00:00Z',
      processed_at: '2025-01-05T10:00:00Z',
      updated_at: '2025-01-07T10:00:00Z',
    }),
  );
  const { sql, words } = findingNamed('orders that lost a line');
  await withSmallLake(engine, async (small) => {
    await small.drop('raw/crm/orders/dt=2025-01-07/a.jsonl', orders.map((one) => `${JSON.stringify(one)}\n`).join(''));
    for (const table of ['orders', 'order_items', 'refunds']) await small.transform(table);
    expect(await small.messages('orders')).toEqual([]);
    const rows = (await small.ask(sql)).map((row) => [String(row['order_name'])]);
    expect(words(rows, '')).toEqual([
      '2 orders have lines that come to less than their subtotal: a line with tax on top, the third unit. A ' +
        'line is missing, so the cost of goods is too low and the margin too high. Send or export them again ' +
        'with all lines.',
    ]);
    expect(words([], '')).toEqual([]);
  });
  // As a person's warehouse asks it.
  expect(await workshop.view('orders', {}, sql)).toEqual([]);
});

const item = (name: string, eur: string, over: Row = {}): Row => ({
  line_item_id: name,
  order_id: 'o',
  variant_id: name,
  product_id: name,
  title: name,
  quantity: 1,
  shipped_quantity: 1,
  net_revenue_eur: eur,
  processed_at: '2025-01-05 10:00:00.000',
  ...over,
});
const cost = (name: string, eur: string): Row => ({
  variant_id: name,
  cost_eur: eur,
  reported_at: '2025-01-01 10:00:00.000',
  local_date: '2025-01-01',
  seen_on: '2025-01-01',
});
/** What a finding says of goods that were sold, and of what they cost. */
async function toldOfGoods(name: string, order_items: readonly Row[], product_costs: readonly Row[]) {
  const { sql, words } = findingNamed(name);
  const orders = [{ order_id: 'o', is_conversion: true, local_date: '2025-01-05', processed_at: '2025-01-05 10:00:00.000' }]; // prettier-ignore
  const rows = await workshop.view('order_item_costs', { orders, order_items, product_costs }, sql);
  return words(
    rows.map((row) => Object.values(row)),
    '',
  );
}

test('goods that are sold and cost nothing are told, a free sample is not', async () => {
  const told = await toldOfGoods(
    'goods that cost nothing',
    [
      item('Savon', '20.00'),
      item('Savon', '10.00', { line_item_id: 'again' }),
      item('Sample', '0.00'),
      item('Never sent', '9.00', { shipped_quantity: 0 }),
      item('Serum', '30.00'),
      item('Unknown', '30.00'),
    ],
    [cost('Savon', '0.00'), cost('Sample', '0.00'), cost('Never sent', '0.00'), cost('Serum', '8.00')],
  );
  expect(told).toEqual([
    '1 product that was sold has a cost of 0.00: “Savon” (30.00 EUR of revenue). If that is not what it ' +
      'costs, its margin is too high: enter “Cost per item” in the shop, or leave it empty there where it is ' +
      'not known.',
  ]);
  expect(findingNamed('goods that cost nothing').words([], '')).toEqual([]);
});

test('a bundle costs nothing itself: its parts stand beside it in the order, and cost', async () => {
  const told = await toldOfGoods(
    'goods that cost nothing',
    [item('Coffret', '50.00'), item('Savon', '0.00'), item('Serum', '0.00')],
    [cost('Coffret', '0.00'), cost('Savon', '2.00'), cost('Serum', '8.00')],
  );
  expect(told).toEqual([]);
});

test('goods that cost more than they brought are told, a gift and one that was sold off once are not', async () => {
  const told = await toldOfGoods(
    'goods that cost more than they bring',
    [
      // 48.00 a pack of twelve, and 2 units of it.
      item('Savon', '12.00', { quantity: 2, shipped_quantity: 2 }),
      item('Gift', '0.00'),
      item('Serum', '30.00'),
      item('Serum', '5.00', { line_item_id: 'sold off' }),
      item('Unknown', '30.00'),
    ],
    [cost('Savon', '48.00'), cost('Gift', '4.00'), cost('Serum', '8.00')],
  );
  expect(told).toEqual([
    '1 product that was sold costs more than it brought: “Savon” (96.00 EUR of cost, 12.00 EUR of revenue ' +
      'without VAT). Is its cost that of a pack, or its price, or was a decimal sign lost? Then enter what a ' +
      'unit costs.',
  ]);
  expect(findingNamed('goods that cost more than they bring').words([], '')).toEqual([]);
});
