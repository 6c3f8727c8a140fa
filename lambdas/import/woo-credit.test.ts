/** Orders of WooCommerce that gift cards and store credit paid, as plugins leave them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lines, lookAt, partsOf, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'woo-credit-'));
});
afterEach(() => rm(home, { recursive: true }));

const line = { id: 1, name: 'Crème', quantity: 1, subtotal: '50.00', total: '50.00', total_tax: '10.00', sku: 'C' };
/** Goods of 60.00, of which 50.00 came from a card. */
const order = {
  id: 501,
  status: 'completed',
  currency: 'EUR',
  date_created_gmt: '2025-03-10T09:00:00',
  total: '10.00',
  total_tax: '10.00',
  payment_method_title: 'Carte',
  line_items: [line],
  coupon_lines: [],
  fee_lines: [],
  refunds: [],
  meta_data: [],
};
const parts = (more: object) => partsOf(home, 'w.json', JSON.stringify([{ ...order, ...more }]));
const payments = [
  { kind: 'sale', status: 'success', gateway: 'gift_card', amount: '50.00' },
  { kind: 'sale', status: 'success', gateway: 'Carte', amount: '10.00' },
];
const fee = { id: 9, name: 'Gift Card (ABCD)', total: '-50.00', total_tax: '0.00' };
const told = /paid 50\.00 EUR of 1 order:/;
const guessed = /Of 1 of them the answer tells this only by a total below .*#501/;

test.each<[string, object, object, boolean]>([
  ['a total that is less, and no word of why', {}, {}, false],
  ['a list of cards', { gift_cards: [{ id: 1, code: 'X', amount: 50 }] }, {}, true],
  ['a list of cards that the total still holds', { total: '60.00', gift_cards: [{ amount: '50.00' }] }, {}, true],
  ['a note', { meta_data: [{ key: '_ywgc_applied_gift_cards', value: { X: 50 } }] }, {}, true],
  ['a fee that is called so', { fee_lines: [fee] }, {}, true],
  [
    'a fee of a wallet, in any language',
    { fee_lines: [{ ...fee, name: 'Guthaben', meta_data: [{ key: '_legacy_fee_key', value: '_via_wallet_partial_payment' }] }] }, // prettier-ignore
    {},
    true,
  ],
  [
    'a fee that took its part of the tax',
    { total_tax: '1.67', fee_lines: [{ ...fee, total: '-41.67', total_tax: '-8.33' }] },
    {},
    true,
  ],
  [
    'a coupon of credit that the lines do not know',
    { coupon_lines: [{ code: 'x1', discount: '50.00', discount_type: 'smart_coupon' }] },
    {},
    true,
  ],
  [
    'a coupon of credit, taken off the lines',
    {
      total_tax: '1.67',
      discount_total: '41.67',
      line_items: [{ ...line, total: '8.33', total_tax: '1.67' }],
      coupon_lines: [
        { code: 'x1', discount: '41.67', discount_tax: '8.33', meta_data: [{ key: 'coupon_data', value: { discount_type: 'smart_coupon' } }] }, // prettier-ignore
      ],
    },
    { total_discounts: '0.00' },
    true,
  ],
])('is a payment: %s', async (_, more, expected, isNamed) => {
  const [part] = await parts(more);
  expect(lines(part)).toMatchObject([
    {
      total_price: '60.00',
      total_tax: '10.00',
      subtotal_price: '50.00',
      discount_codes: [],
      line_items: [{ price: '50.00', discount_allocations: [{ amount: '0.00' }], tax_lines: [{ price: '10.00' }] }],
      transactions: payments,
      ...expected,
    },
  ]);
  expect(totals(part)).toContain('total 60.00 EUR');
  expect(part?.notes.join('\n')).toMatch(told);
  expect(guessed.test(part?.notes.join('\n') ?? '')).toBe(!isNamed);
});

test('a card that paid all leaves no other payment', async () => {
  const [part] = await parts({ total: '0.00', payment_method_title: '' });
  expect(lines(part)).toMatchObject([
    { total_price: '60.00', refunds: [], transactions: [{ gateway: 'gift_card', amount: '60.00' }] },
  ]);
});

test('what a plugin notes of a line is a gift card that was sold, whatever it is called', async () => {
  const [part] = await parts({
    total: '50.00',
    total_tax: '0.00',
    line_items: [
      { ...line, name: 'Le cadeau', total_tax: '0.00', meta_data: [{ key: 'pw_gift_card_amount', value: '50' }] },
    ],
  });
  expect(lines(part)).toMatchObject([{ total_price: '50.00', line_items: [{ gift_card: true }] }]);
});

test.each(['Gift card 50', 'E-Gift Voucher', 'Bon d’achat 50 €', 'Gutschein', 'Buono regalo', 'Cadeaubon'])(
  'is a gift card that was sold without tax, by its name: %s',
  async (name) => {
    const [part] = await parts({
      total: '50.00',
      total_tax: '0.00',
      line_items: [{ ...line, name, total_tax: '0.00' }],
    });
    expect(lines(part)).toMatchObject([{ line_items: [{ gift_card: true }] }]);
  },
);

test('an order that is refunded gave back what the card paid, too', async () => {
  const [part] = await parts({ status: 'refunded', refunds: [{ id: 3, total: '-10.00' }] });
  expect(lines(part)).toMatchObject([
    { financial_status: 'refunded', refunds: [{ transactions: [{ amount: '60.00' }] }] },
  ]);
});

test.each(['completed', 'cancelled'])('what was given back of an order that is %s counts', async (status) => {
  const [part] = await parts({ status, total: '60.00', refunds: [{ id: 3, total: '-60.00' }] });
  expect(lines(part)).toMatchObject([{ refunds: [{ transactions: [{ amount: '60.00' }] }] }]);
});

test.each<[string, object, string]>([
  ['a fee that lowers the price', { total: '54.00', total_tax: '9.00', fee_lines: [{ ...fee, name: 'Remise virement', total: '-5.00', total_tax: '-1.00' }] }, '54.00'], // prettier-ignore
  ['a coupon', { total: '54.00', total_tax: '9.00', line_items: [{ ...line, total: '45.00', total_tax: '9.00' }], coupon_lines: [{ code: 'lea10', discount: '5.00' }] }, '54.00'], // prettier-ignore
  ['parts that are rounded', { total: '59.98' }, '59.98'],
  ['parts that are rounded to yen', { currency: 'JPY', total: '5999', total_tax: '1000', line_items: [{ ...line, subtotal: '5000', total: '5000', total_tax: '1000' }] }, '5999.00'], // prettier-ignore
  ['a fee on top', { total: '65.00', fee_lines: [{ ...fee, name: 'Gift Card box', total: '5.00' }] }, '65.00'],
])('is none: %s', async (_, more, total) => {
  const [one] = await lookAt(home, 'w.json', JSON.stringify([{ ...order, ...more }]));
  if (one?.kind !== 'understood') throw new Error(JSON.stringify(one));
  const [part] = one.understood.parts;
  expect(lines(part)).toMatchObject([{ total_price: total }]);
  expect(lines(part)[0]).not.toHaveProperty('transactions');
  expect(part?.notes.join('\n')).not.toMatch(/store credit|above lines/);
});

test('a total above all its parts is told, for nothing says what it was for', async () => {
  const [part] = await parts({ total: '70.00' });
  expect(lines(part)).toMatchObject([{ total_price: '70.00' }]);
  expect(part?.notes.join('\n')).toContain(
    'The total of 1 order is above lines, shipping, fees and tax by 10.00 EUR (the first is #501)',
  );
});
