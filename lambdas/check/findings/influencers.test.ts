import { describe, expect, test } from '@jest/globals';
import type { Row } from '../../../athena/fixture.ts';
import { order, tellingOfShops } from './fixture.ts';

const { told, toldOf } = tellingOfShops();

const deal = (influencer: string, more: Row = {}): Row => ({
  deal_id: `D-${influencer}-${JSON.stringify(more)}`,
  influencer_id: `instagram:${influencer}`,
  contract_date: '2026-03-05',
  end_date: '2026-03-31',
  fee_eur: '100.00',
  product_cost_eur: null,
  promo_code: null,
  ...more,
});

test.each<[string, readonly Row[], readonly string[]]>([
  [
    'no code, and no link by which visits are known',
    [deal('lea'), deal('lea', { fee_eur: null, product_cost_eur: '20.00' }), deal('nina', { promo_code: 'NINA' })],
    ['2 deals have neither a promotion code nor a link by which a visit could be known (instagram:lea; 120.00 EUR)'],
  ],
  [
    'a code, or any part of a link',
    [
      deal('a', { promo_code: 'A' }),
      deal('b', { link_source: 'b' }),
      deal('c', { link_campaign: 'c' }),
      deal('d', { link_path: '/d' }),
    ],
    [],
  ],
])('deals to which nothing can be credited: %s', async (_, rows, words) => {
  const found = await told('deals to which nothing can be credited', 'influencer_deals', rows);
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

test.each<[string, readonly Row[], readonly string[]]>([
  [
    'at one time',
    [deal('a', { promo_code: 'X' }), deal('b', { promo_code: 'X', contract_date: '2026-03-31', end_date: null })],
    ['The code “X” is of several influencers at one time (instagram:a, instagram:b)'],
  ],
  [
    'one after the other',
    [deal('a', { promo_code: 'X' }), deal('b', { promo_code: 'X', contract_date: '2026-04-01' })],
    [],
  ],
  ['one influencer twice', [deal('a', { promo_code: 'X' }), deal('a', { promo_code: 'X', fee_eur: '1.00' })], []],
  ['no codes', [deal('a'), deal('b')], []],
])('one code of several influencers: %s', async (_, rows, words) => {
  const found = await told('one code of several influencers', 'influencer_deals', rows);
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

test.each<[string, readonly string[], readonly string[], readonly string[]]>([
  [
    'a space',
    ['NINA 15'],
    ['NINA15', 'NINA15'],
    ['2 orders name the code “NINA15” (16.00 EUR), which no deal has; instagram:a'],
  ],
  ['an accent and a hyphen', ['LÉA-10'], ['LEA10'], ['1 order names the code “LEA10” (8.00 EUR)']],
  ['a flower', ['ZOE🌿10'], ['ZOE10'], ['instagram:a has “ZOE🌿10”']],
  ['the same code', ['NINA15'], ['NINA15'], []],
  ['both in the sheet', ['NINA15', 'NINA 15'], ['NINA15'], []],
  [
    'two spellings of one code, none of them the shop’s',
    ['NINA 15', 'NINA-15'],
    ['NINA15'],
    ['1 order names the code “NINA15” (8.00 EUR)'],
  ],
  ['another code', ['NINA15'], ['NINA1', 'NINA155', 'BIENVENUE'], []],
  ['other letters', ['ليلى 10'], ['ليلى10', '日本10'], ['1 order names the code “ليلى10”']],
  ['signs alone', ['🌿'], ['🌸'], []],
])('codes that deals and orders spell otherwise: %s', async (_, codes, named, words) => {
  const influencer_deals = codes.map((promo_code) => deal('a', { promo_code }));
  const rows = named.map((code, n) => order(n, 'paid', { promo_codes: [code], net_revenue_eur: '8.00' }));
  const found = await toldOf('codes that deals and orders spell otherwise', {
    influencer_deals,
    orders: [...rows, order(9, 'pending', { promo_codes: ['NINA_15'], net_revenue_eur: '8.00' })],
  });
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

describe('codes outside of the days of their deals', () => {
  const coded = (local_date: string, more: Row = {}) =>
    order(Number(local_date.slice(-2)), 'paid', { local_date, promo_codes: ['X'], net_revenue_eur: '8.00', ...more });

  test.each<[string, readonly Row[], readonly Row[], readonly string[]]>([
    [
      'before and after',
      [deal('a', { promo_code: 'X' })],
      [coded('2026-03-04'), coded('2026-03-05'), coded('2026-03-31'), coded('2026-04-01')],
      ["2 orders name the code “X” (16.00 EUR) on days that are none of its deals' (2026-03-05 to 2026-03-31)"],
    ],
    [
      'an end before the contract',
      [deal('a', { promo_code: 'X', end_date: '2026-02-28' })],
      [coded('2026-03-05')],
      ['1 order names the code “X” (8.00 EUR)'],
    ],
    [
      'an end that is open, and orders that count nowhere',
      [deal('a', { promo_code: 'X', end_date: null })],
      [coded('2026-03-04', { is_conversion: false }), coded('2026-08-04')],
      [],
    ],
    [
      'within another deal of the code',
      [
        deal('a', { promo_code: 'X' }),
        deal('b', { promo_code: 'X', contract_date: '2026-04-01', end_date: '2026-04-30' }),
      ],
      [coded('2026-04-01'), coded('2026-03-31')],
      [],
    ],
  ])('%s', async (_, influencer_deals, rows, words) => {
    const found = await toldOf('codes outside of the days of their deals', { influencer_deals, orders: rows });
    expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
  });
});

test('deals that end before they begin', async () => {
  const rows = [
    deal('a', { end_date: '2026-02-28' }),
    deal('b', { end_date: '2026-03-05' }),
    deal('c', { end_date: null }),
  ];
  expect(await told('deals that end before they begin', 'influencer_deals', rows)).toEqual([
    expect.stringContaining('1 deal ends before it begins (instagram:a, 2026-03-05 to 2026-02-28)'),
  ]);
});
