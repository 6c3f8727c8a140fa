import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openMacros, type Macros } from './macro-cases.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros();
});
afterAll(() => macros.close());

describe('who is nobody', () => {
  const nobody = [
    'undefined',
    'Undefined',
    'UNDEFINED',
    '"undefined"',
    ' undefined ',
    'null',
    'NULL',
    "'null'",
    'None',
    'nil',
    'NaN',
    'nan',
    '0',
    '00',
    '-1',
    '-',
    '0.0',
    '[object Object]',
    '[object Undefined]',
    '',
    ' ',
    '00000000-0000-0000-0000-000000000000',
    '00000000000000000000000000000000',
    'undefined.undefined',
    'null.null',
    'NaN.NaN',
    '(not set)',
    'not set',
    '(none)',
    '{{visitor_id}}',
    '{{ visitor_id }}',
    '${userId}',
    '<user_id>',
    'anonymous',
    'guest',
    'unknown',
    'N/A',
    'false',
    'true',
    'test',
    'undefined:undefined',
    // As long as what is looked at.
    'undefined:undefined:null',
    '00000000-0000-0000-0000-000000000000',
  ];
  const somebody = [
    // Longer ids are not looked at, but for those of zeros.
    'undefined:undefined:empty',
    'a3f1c2d4-0000-4000-8000-000000000000',
    '0a1b2c3d-1111-4222-8333-444455556666',
    '7100000000001',
    '1',
    '10',
    '01',
    '100.200',
    'GA1.2.123456789.1700000000',
    '1700000000.123456789',
    'nullable-7',
    'guest-42',
    'Nina',
    'nana',
    'u-null-1',
    'testa',
    'v',
    'undefined-7f3a',
    '00000000-0000-0000-0000-000000000001',
  ];
  test.each(['person_id', 'order_reference'])('%s', async (macro) => {
    expect(await macros.evaluate(`${macro}(x)`, nobody)).toEqual(nobody.map(() => null));
  });
  test('and who is somebody keeps their id', async () => {
    expect(await macros.evaluate('person_id(x)', somebody)).toEqual(somebody);
    expect(await macros.evaluate('person_id(x)', [null, 'lea@mail.example', '+33612345678'])).toEqual([
      null,
      null,
      null,
    ]);
  });
  test('a customer as Shopify’s newer interfaces call them', async () => {
    expect(
      await macros.evaluate('person_id(x)', [
        'gid://shopify/Customer/501',
        'gid://shopify/Customer/501?x=1',
        'gid://x/y',
      ]),
    ).toEqual(['501', '501', 'gid://x/y']);
  });
});

test.each([
  ['1001', '1001'],
  ['#1001', '1001'],
  [' #1001 ', '1001'],
  ['# 1001', '1001'],
  ['Order #1001', '1001'],
  ['Commande n° 1001', '1001'],
  ['commande n°1001', '1001'],
  ['Commande numéro : 1001', '1001'],
  ['Votre commande #1001', '1001'],
  ['Bestellung 1001', '1001'],
  ['Bestell-Nr. 1001', '1001'],
  ['Bestellnummer: 1001', '1001'],
  ['Auftragsnummer 1001', '1001'],
  ['Order number 1001', '1001'],
  ['Order No. 1001', '1001'],
  ['Order ID: 1001', '1001'],
  ['Order-1001', '1001'],
  ['Order1001', '1001'],
  ['Pedido 1001', '1001'],
  ['Order SIL-1001', 'SIL-1001'],
  ['##1001', '1001'],
  ['N° 1001', '1001'],
  ['No. 1001', '1001'],
  ['NORD-1001', 'NORD-1001'],
  ['NO-1001', 'NO-1001'],
  ['NO1001', 'NO1001'],
  ['ORDERLY-55', 'ORDERLY-55'],
  ['5512345678901', '5512345678901'],
  ['gid://shopify/Order/5512345678901', '5512345678901'],
  ['gid://shopify/OrderIdentity/5512345678901?key=x', '5512345678901'],
  ['#SIL-1001', 'SIL-1001'],
  ['SIL-1001', 'SIL-1001'],
  ['1001-FR', '1001-FR'],
  [' gid://shopify/Order/5512345678901 ', '5512345678901'],
  ['Order #', null],
  [' # ', null],
  ['№', null],
])('the order’s number %s is %s', async (written, read) => {
  expect(await macros.evaluate('order_reference(x)', [written])).toEqual([read]);
});

test.each([
  ['lea10', 'LEA10'],
  [' Lea10 ', 'LEA10'],
  ['été10', 'ÉTÉ10'],
  ['e\u0301te\u030110', 'ÉTÉ10'],
  [null, null],
])('the promotion code %s is %s', async (written, read) => {
  expect(await macros.evaluate('promotion_code(x)', [written])).toEqual([read]);
});

test.each([
  ['/Lea', '/lea'],
  ['/lea/', '/lea'],
  ['/lea//', '/lea'],
  ['/fr/lea', '/lea'],
  ['/fr-FR/lea/', '/lea'],
  ['/zh-hans/lea', '/lea'],
  ['/i/lea', '/i/lea'],
  ['/jo/lea', '/lea'],
  ['/léa', '/l%c3%a9a'],
  ['/l%C3%A9a', '/l%c3%a9a'],
  ['/lea%2Fbio', '/lea%2fbio'],
  ['/lea+bio', '/lea+bio'],
  ['/discount/LEA10', '/discount/lea10'],
  // The shop's own pages are nobody's.
  ['/', null],
  ['', null],
  ['/fr', null],
  ['/fr/', null],
  ['/en-gb', null],
  ['/index.html', null],
  ['/products', null],
  ['/products/serum', null],
  ['/collections/all', null],
  ['/fr/products/serum', null],
  ['/produits', null],
  ['/Produits/serum-rose', null],
  ['/boutique', null],
  ['/fr/boutique/', null],
  ['/fr/panier', null],
  ['/nouveautes', null],
  ['/pages/lea', null],
  [null, null],
])('the path %s of a deal’s link is %s', async (path, found) => {
  expect(await macros.evaluate('deal_path(x)', [path])).toEqual([found]);
});

test.each([
  ['', 'gross'],
  [null, 'gross'],
  ['brut', 'gross'],
  ['Brute', 'gross'],
  ['gross', 'gross'],
  ['commandé', 'gross'],
  ['net', 'net'],
  ['Net', 'net'],
  ['net de retours', 'net'],
  ['hors remboursements', 'net'],
  ['après retours', 'net'],
  ['marge', 'marge'],
  ['  ', 'gross'],
  [' Net', 'net'],
  [' Marge Brute ', 'marge brute'],
])('a commission on %s is on %s', async (written, read) => {
  expect(await macros.evaluate('commission_base(x)', [written])).toEqual([read]);
});
