/** Findings of which a shop by hand shows both sides: that they are told, and that they are not. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openWorkshop, type Row, type Workshop } from '../../athena/fixture.ts';
import { findings } from './findings.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

async function told(name: string, table: string, rows: readonly Row[]): Promise<readonly string[]> {
  const finding = findings.find((one) => one.name === name);
  if (finding === undefined) throw new Error(`There is no finding of ${name}.`);
  const answer = await workshop.view(table, { [table]: rows }, finding.sql);
  return finding.words(
    answer.map((row) => Object.values(row)),
    '',
  );
}

const order = (n: number, financial_status: string, more: Row = {}): Row => ({
  order_id: `O${n}`,
  financial_status,
  is_test: false,
  is_conversion: financial_status === 'paid',
  total_price_eur: '10.00',
  local_date: '2026-03-10',
  ...more,
});
const orders = (paid: number, ...others: readonly Row[]) => [
  ...Array.from({ length: paid }, (_, n) => order(n, 'paid')),
  ...others,
];

test.each<[string, readonly Row[], readonly string[]]>([
  ['none', [], []],
  ['all paid', orders(3), []],
  ['a few wait, as always', orders(19, order(20, 'pending')), []],
  [
    'a part that is odd',
    orders(3, order(20, 'pending'), order(21, 'authorized')),
    ['2 of 5 orders (20.00 EUR of 50.00 EUR) are not paid by their state'],
  ],
  ['all', [order(1, 'pending')], ['1 of 1 orders (10.00 EUR of 10.00 EUR) are not paid by their state']],
  [
    'what is cancelled, void or a test waits for nothing',
    orders(
      2,
      order(20, 'voided'),
      order(21, 'pending', { is_test: true }),
      order(22, 'pending', { cancelled_at: '2026-03-11 10:00:00.000' }),
    ),
    [],
  ],
])('orders that are not paid: %s', async (_, rows, words) => {
  const found = await told('orders that are not paid', 'orders', rows);
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

const numbered = (id: number, number: string, more: Row = {}) =>
  order(id, 'paid', { order_number: number, order_name: `#${number}`, net_revenue_eur: '8.00', ...more });

test.each<[string, readonly Row[], readonly string[]]>([
  ['numbers apart', [numbered(1, '1'), numbered(2, '2')], []],
  ['a number of two shops, on other days', [numbered(1, '1'), numbered(2, '1', { local_date: '2020-03-10' })], []],
  ['a number of two shops, of other totals', [numbered(1, '1'), numbered(2, '1', { total_price_eur: '9.00' })], []],
  [
    'one order by two doors',
    [numbered(1, '1'), numbered(2, '1'), numbered(3, '2')],
    ['1 order is there twice under two ids, with one number, day and total: #1. So 8.00 EUR of revenue count twice'],
  ],
])('one order told twice: %s', async (_, rows, words) => {
  const found = await told('one order told twice', 'orders', rows);
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

describe('one campaign under two accounts', () => {
  const spend = (account_id: string, spend_eur: string, more: Row = {}): Row => ({
    platform: 'microsoft_ads',
    account_id,
    campaign_id: '380',
    campaign_name: 'Brand FR',
    dt: '2025-03-01',
    spend_eur,
    ...more,
  });
  const named = { campaign_id: 'Brand FR' };

  test.each<[string, readonly Row[], string]>([
    [
      'its name and its id',
      [spend('Lune', '100.00'), spend('150', '100.00')],
      '“150” and “Lune”, on 1 day each, so up to 100.00 EUR count twice. .*--account "150"',
    ],
    [
      'no account, and a sum that was restated',
      [spend('unnamed', '120.00'), spend('12345', '120.50')],
      '“12345” and one without a name, .* 120.00 EUR .*--account "12345"',
    ],
    ['two numbers', [spend('150', '1.00'), spend('X76', '1.00')], '“150” and “X76”'],
    [
      'names alone',
      [spend('unnamed', '2.00', named), spend('Lune', '3.00', named)],
      '“Lune” and one without a name, .* 2.00 EUR .*--account "Lune"',
    ],
  ])('is told: %s', async (_, rows, words) => {
    expect(await told('one campaign under two accounts', 'ad_spend', rows)).toEqual([
      expect.stringMatching(new RegExp(`^microsoft_ads: “Brand FR” is reported under two accounts, ${words}`)),
    ]);
  });

  test.each<[string, readonly Row[]]>([
    ['one account', [spend('150', '1.00'), spend('150', '2.00')]],
    ['other days', [spend('150', '1.00'), spend('Lune', '1.00', { dt: '2025-03-02' })]],
    ['other platforms', [spend('150', '1.00'), spend('Lune', '1.00', { platform: 'google_ads' })]],
    ['a name that two accounts have', [spend('150', '1.00', named), spend('151', '1.00', named)]],
  ])('is not told: %s', async (_, rows) => {
    expect(await told('one campaign under two accounts', 'ad_spend', rows)).toEqual([]);
  });
});
