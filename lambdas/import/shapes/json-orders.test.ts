/** Whether an order of Shopify's API has all its lines: never guessed, never refused where it may be right. */
import { describe, expect, test } from '@jest/globals';
import { IncompleteOrder } from './incomplete-orders.ts';
import { isWhole, OpenAlone } from './json-orders.ts';

const soap = { id: 1, price: '20.00', quantity: 2, discount_allocations: [] };
const tip = { id: 2, price: '5.00', quantity: 1, product_id: null, title: 'Tip' };
const order = {
  id: 9,
  name: '#9',
  currency: 'EUR',
  subtotal_price: '40.00',
  total_price: '45.00',
  current_total_price: '45.00',
  line_items: [soap],
  refunds: [],
};
const off = (amount: string) => ({ discount_allocations: [{ amount }] });

describe('whole is', () => {
  test.each<[string, object]>([
    ['an order whose lines come to its subtotal', {}],
    ['an order with a tip, which the subtotal leaves out', { line_items: [soap, tip] }],
    ['an order with a code', { subtotal_price: '36.00', line_items: [{ ...soap, ...off('4.00') }] }],
    [
      'an order with a discount of a line',
      { subtotal_price: '36.00', line_items: [{ ...soap, discount_allocations: undefined, total_discount: '4.00' }] },
    ],
    [
      'a discount that stands as its line’s own and in the allocations',
      { subtotal_price: '36.00', line_items: [{ ...soap, total_discount: '4.00', ...off('4.00') }] },
    ],
    ['an order whose discount no line tells', { subtotal_price: '30.00' }],
    ['a gift card among goods', { subtotal_price: '65.00', line_items: [soap, { ...soap, quantity: 1, price: 25 }] }],
    ['a line of which an edit left no unit', { line_items: [{ ...soap, current_quantity: 0 }] }],
    ['a line of quantity 0', { line_items: [soap, { ...soap, quantity: 0 }] }],
    ['a line that an edit put on', { line_items: [soap, soap], current_total_price: '85.00' }],
    ['a discount that an edit gave later', { current_total_price: '41.00', line_items: [{ ...soap, ...off('4.00') }] }],
    ['a refund', { refunds: [{}], current_total_price: '25.00', line_items: [{ ...soap, current_quantity: 1 }] }],
    ['prices that are half a cent off each', { line_items: [{ ...soap, price: '19.99' }] }],
    ['an order that tells no subtotal', { subtotal_price: undefined, line_items: [] }],
    ['an order of nothing', { subtotal_price: '0.00', line_items: [] }],
    ['a price that cannot be read, which is refused later', { line_items: [{ ...soap, price: 'x' }] }],
  ])('%s', (_, over) => {
    expect(isWhole({ ...order, ...over }, 1)).toBe(true);
  });
});

describe('incomplete is', () => {
  test.each<[string, object, string]>([
    ['an order that lost a line', { subtotal_price: '60.00' }, 'has lines that come to 40.00 EUR'],
    ['an order that lost all lines', { line_items: [] }, 'has no line'],
    ['an order that does not have the field of lines', { line_items: undefined }, 'has no line'],
    [
      'an order that lost a line that is less than its discount',
      { subtotal_price: '54.00', line_items: [{ ...soap, price: 30, ...off('12.00') }] },
      'has lines that come to 48.00 EUR',
    ],
    [
      'an edited order that lost a line',
      { subtotal_price: '60.00', line_items: [{ ...soap, current_quantity: 1 }], current_total_price: '45.00' },
      'has lines that come to 40.00 EUR',
    ],
    [
      'an order of which a tip is left',
      { line_items: [tip], total_price: '50.00', current_total_price: '50.00' },
      'has lines that come to 5.00 EUR',
    ],
  ])('%s', (_, over, words) => {
    const look = () => isWhole({ ...order, ...over }, 7);
    expect(look).toThrow(IncompleteOrder);
    expect(look).toThrow(`Order #9 (line 7) ${words}, and its subtotal is`);
    expect(look).toThrow('--accept-incomplete');
  });
});

const open = (day: string) => ({ created_at: `2025-03-${day}T10:00:00Z`, closed_at: null, cancelled_at: null });

test.each<[string, number, object, readonly string[]]>([
  ['open alone', 29, open('15'), ['None of its 30 orders is archived or cancelled']],
  ['few', 28, open('15'), []],
  ['those of a week', 40, open('08'), []],
  ['one that is archived', 30, { ...open('15'), closed_at: '2025-03-16T10:00:00Z' }, []],
  ['one that is cancelled', 30, { ...open('15'), cancelled_at: '2025-03-16T10:00:00Z' }, []],
])('an answer of open orders alone is told: %s', (_, count, last, told) => {
  const seen = new OpenAlone();
  for (let n = 0; n < count; n++) seen.look(open('01'));
  seen.look(last);
  expect(seen.notes.map((note) => note.split(',')[0])).toEqual(told);
});

test('where nobody says what is archived, nothing is told', () => {
  const seen = new OpenAlone();
  for (let n = 0; n < 50; n++) seen.look({ created_at: `2025-03-${n < 25 ? '01' : '20'}T10:00:00Z` });
  expect(seen.notes).toEqual([]);
});
