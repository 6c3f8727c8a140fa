/** The names of money.sql, one at a time and at their borders; what they make of whole orders is in money.test.ts. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Macros, openMacros } from './macro-cases.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros();
});
afterAll(() => macros.close());

/** Cases of one expression over JSON texts of one shape, all asked at once. */
async function expectAll(
  expression: string,
  shape: unknown,
  cases: readonly (readonly [given: unknown, expected: unknown])[],
): Promise<void> {
  const found = await macros.evaluate(
    expression.replaceAll(/\br\b/gu, () => `from_json(x, '${JSON.stringify(shape)}')`),
    cases.map(([given]) => JSON.stringify(given)),
  );
  expect(cases.map(([given], i) => [given, found[i]])).toEqual(cases);
}

test('no provider takes a fee of gift cards, store credit, cash and cheques, in any language', async () => {
  const free = [
    'gift_card|Gift Card|shopify_store_credit|store credit|manual|cod|Cash|check|cheque',
    'chèque|money_order|espèces|especes|en espèces|comptant|contre-remboursement',
    'contre remboursement|contreremboursement|Nachnahme|barzahlung|contrassegno|contanti',
    'contra reembolso|contrareembolso|efectivo|rembours|cash (in the shop)| manual ',
    'cash on delivery|Cash at the counter|cash upon arrival|espèces à la livraison|especes a la poste',
    'espèces en boutique|pay: cash on delivery|cash on pickup|cash on pick-up|cash on collection',
    'DHL cash-on-delivery|collect on delivery|Livraison (cod)|paiement par chèque|paiement par cheque !',
  ].flatMap((line) => line.split('|'));
  const others = [
    'shopify_payments|paypal|cash_app_pay|cash app|manual card|checkout|codex|gift|',
    'payment on delivery|klarna|store credits|cash-flow|xcash|(cod) visa|mon paiement par chèque',
  ].flatMap((line) => line.split('|'));
  const found = await macros.evaluate('is_free_of_fee(x)', [...free, ...others, null]);
  expect([...free, ...others].filter((_, i) => found[i] === true)).toEqual(free);
  expect(found.at(-1)).toBe(false);
});

test('a tip is marked so, or a line without a product that is called so', () => {
  const shape = { tip: 'VARCHAR', product_id: 'VARCHAR', variant_id: 'VARCHAR', title: 'VARCHAR' };
  return expectAll('is_tip(r)', shape, [
    [{ tip: { payment_gateway: 'x' }, product_id: '1' }, true],
    [{ tip: null, product_id: '1', title: 'Tip' }, false],
    [{ tip: 'null', title: 'Cream' }, false],
    [{ tip: 'false', title: 'Cream' }, false],
    [{ tip: '', title: 'Cream' }, false],
    [{ title: ' TIP ' }, true],
    [{ title: 'Pourboire' }, true],
    [{ title: 'tips' }, false],
    [{}, false],
    [{ title: 'Tip', product_id: '1' }, false],
    [{ title: 'Tip', variant_id: '1' }, false],
  ]);
});

test('an amount is rounded to cents at once', () =>
  expectAll('CAST(cents(r.amount) AS VARCHAR)', { amount: 'DOUBLE' }, [
    [{ amount: 1.0049 }, '1.00'],
    [{ amount: 1.0051 }, '1.01'],
    [{ amount: -2.5 }, '-2.50'],
  ]));

test('why something came back: the shop’s own reason, else what the words of the note say', async () => {
  const cases: readonly (readonly [code: string | null, note: string | null, reason: string | null])[] = [
    ...['color', 'defective', 'not_as_described', 'size_too_large', 'size_too_small', 'style', 'unwanted'].map(
      (code) => [code, 'Colis perdu', code] as const,
    ),
    ['WRONG_ITEM', null, 'wrong_item'],
    ['unknown', 'Flacon cassé', 'defective'],
    ['unknown', null, null],
    ['other', '', 'other'],
    ['OTHER', null, 'other'],
    ['other', 'ALLERGIE', 'skin_reaction'],
    [null, 'Abîmé à l’arrivée', 'defective'],
    [null, 'Tube leaking', 'defective'],
    [null, 'beschädigt', 'defective'],
    [null, 'Flacon vide', 'defective'],
    [null, 'Vidéo envoyée', 'other'],
    [null, 'Mauvaise teinte', 'wrong_item'],
    [null, 'wrong colour sent', 'wrong_item'],
    [null, 'Rougeurs après usage', 'skin_reaction'],
    [null, 'Ne correspond pas à la description', 'not_as_described'],
    [null, 'Colis perdu', 'not_received'],
    [null, 'Retourné à l’expéditeur', 'not_received'],
    [null, 'never arrived', 'not_received'],
    [null, 'Livraison en retard', 'late'],
    [null, 'template', 'other'],
    [null, 'Rupture de stock', 'out_of_stock'],
    [null, 'Commande annulée', 'cancelled'],
    [null, 'Geste commercial', 'goodwill'],
    [null, 'Customer changed her mind', 'unwanted'],
    [null, 'N’en a plus besoin', 'unwanted'],
    [null, 'Widerruf', 'unwanted'],
    [null, 'Voir Mme Durand', 'other'],
    [null, '   ', null],
    [null, null, null],
  ];
  const found = await macros.evaluate(
    'refund_reason(x, y)',
    cases.map(([code, note]) => [code, note]),
  );
  expect(cases.map(([code, note], i) => [code, note, found[i]])).toEqual(cases);
});

test('what is marked', async () => {
  await expectAll('is_gift_card(r)', { gift_card: 'VARCHAR' }, [
    [{ gift_card: true }, true],
    [{ gift_card: 'false' }, false],
    [{ gift_card: 'maybe' }, false],
    [{}, false],
  ]);
  await expectAll('is_untaxed(r)', { taxes_included: 'VARCHAR' }, [
    [{ taxes_included: false }, true],
    [{ taxes_included: true }, false],
    [{}, false],
  ]);
  await expectAll('is_removed(r)', { is_removed: 'VARCHAR' }, [
    [{ is_removed: true }, true],
    [{ is_removed: false }, false],
    [{}, false],
  ]);
  await expectAll('is_unsent(r)', { restock_type: 'VARCHAR' }, [
    [{ restock_type: 'CANCEL' }, true],
    [{ restock_type: 'no_restock' }, true],
    [{ restock_type: 'return' }, false],
    [{}, false],
  ]);
});

test('an order was placed when it was processed, or when it was created', async () => {
  const shape = { processed_at: 'VARCHAR', created_at: 'VARCHAR' };
  const created_at = '2025-01-02T00:00:00Z';
  await expectAll("strftime(placed_at(r), '%Y-%m-%d')", shape, [
    [{ created_at, processed_at: '2024-05-06T00:00:00Z' }, '2024-05-06'],
    [{ created_at, processed_at: 'yesterday' }, '2025-01-02'],
    [{ created_at }, '2025-01-02'],
  ]);
  await expectAll('placed_at_unread(r)', shape, [
    [{ processed_at: '2024-05-06T00:00:00Z' }, false],
    [{ processed_at: 'yesterday' }, true],
    [{ processed_at: '  ' }, false],
    [{ processed_at: '' }, false],
    [{}, false],
  ]);
});

test('the discount, the tax and the price of a line', async () => {
  const shape = {
    price: 'VARCHAR',
    quantity: 'VARCHAR',
    total_discount: 'VARCHAR',
    discount_allocations: [{ amount: 'VARCHAR' }],
    tax_lines: [{ price: 'VARCHAR' }],
  };
  const share = (amount: string) => ({ amount });
  const line = { price: '10.00', quantity: '3', tax_lines: [{ price: '1.10' }, { price: '0.15' }] };
  await expectAll('CAST(line_discount(r) AS VARCHAR)', shape, [
    [{ total_discount: '9.00', discount_allocations: [share('1.25'), share('2.50')] }, '3.75'],
    [{ total_discount: '9.00', discount_allocations: [share('1.25')] }, '1.25'],
    [{ total_discount: '9.00', discount_allocations: [] }, '9.00'],
    [{ total_discount: '9.00' }, '9.00'],
    [{}, '0.00'],
  ]);
  await expectAll('CAST(line_tax(r) AS VARCHAR)', shape, [
    [line, '1.25'],
    [{ tax_lines: [] }, '0.00'],
    [{}, '0.00'],
  ]);
  await expectAll('[CAST(line_net(r, true) AS DOUBLE), CAST(line_net(r, false) AS DOUBLE)]', shape, [
    [line, [30, 28.75]],
    [{ ...line, total_discount: '4.00' }, [26, 24.75]],
  ]);
});

test('shipping costs what is left of it after discounts, and nothing where it was removed', () => {
  const shape = {
    price: 'VARCHAR',
    discounted_price: 'VARCHAR',
    is_removed: 'VARCHAR',
    discount_allocations: [{ amount: 'VARCHAR' }],
  };
  const price = '5.00';
  return expectAll('CAST(shipping_charged(r) AS DOUBLE)', shape, [
    [{ price }, 5],
    [{ price, discounted_price: '3.00' }, 3],
    [{ price, discount_allocations: [{ amount: '1.00' }, { amount: '3.50' }] }, 0.5],
    [{ price, discounted_price: '0.25', discount_allocations: [{ amount: '1.00' }] }, 0.25],
    [{ price, is_removed: true }, 0],
  ]);
});

test('units: of a line on a list, and those that were sold, told or not', async () => {
  const shape = {
    line: { id: 'VARCHAR', quantity: 'VARCHAR', current_quantity: 'VARCHAR' },
    removed: [{ line_item_id: 'VARCHAR', quantity: 'VARCHAR', restock_type: 'VARCHAR' }],
    refunded: [{ line_item_id: 'VARCHAR', quantity: 'VARCHAR', restock_type: 'VARCHAR' }],
  };
  const of = (quantity: string, line_item_id = '1', restock_type = 'return') => ({
    line_item_id,
    quantity,
    restock_type,
  });
  const line = { id: '1', quantity: '5' };
  await expectAll('quantity_of(r.refunded, r.line.id)', shape, [
    [{ line, refunded: [of('1'), of('2'), of('4', '2'), of('many')] }, 3],
    [{ line, refunded: [] }, 0],
    [{ line }, 0],
  ]);
  await expectAll('untold_quantity(r.line, r.refunded)', shape, [
    [{ line, refunded: [] }, 0],
    [{ line: { ...line, current_quantity: '2' }, refunded: [] }, 3],
    [{ line: { ...line, current_quantity: '2' }, refunded: [of('1')] }, 2],
    [{ line: { ...line, current_quantity: '2' }, refunded: [of('4')] }, 0],
    [{ line: { id: '1', current_quantity: '0' }, refunded: [] }, 0],
    [{ line: { ...line, current_quantity: 'none' }, refunded: [] }, 5],
  ]);
  await expectAll('sold_quantity(r.line, r.removed, r.refunded)', shape, [
    [{ line, removed: [], refunded: [] }, 5],
    [{ line, removed: [of('2')], refunded: [of('2')] }, 3],
    [{ line: { ...line, current_quantity: '2' }, removed: [of('1')], refunded: [of('1')] }, 2],
    [{ line, removed: [of('9')], refunded: [] }, 0],
    [{ line: { id: '1' }, removed: [], refunded: [] }, 0],
  ]);
  await expectAll('unsent_quantity(r.line, r.removed, r.refunded)', shape, [
    [{ line, removed: [], refunded: [of('2', '1', 'CANCEL'), of('1')] }, 2],
    [{ line, removed: [of('1', '1', 'CANCEL')], refunded: [of('3', '1', 'cancel')] }, 2],
    [{ line, removed: [of('1', '1', 'no_restock')], refunded: [of('3', '1', 'cancel')] }, 3],
  ]);
});

test('the payments of a refund, and whether one went through', async () => {
  const shape = { transactions: [{ kind: 'VARCHAR', status: 'VARCHAR' }] };
  const payments = (...transactions: readonly object[]) => ({ transactions });
  await expectAll('CAST(len(repayments(r)) AS INTEGER)', shape, [
    [payments({ kind: 'REFUND' }, { kind: 'sale' }, {}), 2],
    [payments(), 0],
  ]);
  await expectAll("has_state(r, ['success', 'pending'])", shape, [
    [payments({ kind: 'refund', status: 'FAILURE' }), false],
    [payments({ kind: 'refund', status: 'FAILURE' }, { kind: 'refund', status: 'Pending' }), true],
    [payments({ kind: 'sale', status: 'success' }), false],
    [payments({}), true],
    [payments(), false],
  ]);
  await expectAll('is_unpaid(r)', shape, [
    [payments(), true],
    [payments({ kind: 'sale' }), true],
    [payments({}), false],
    [{}, false],
  ]);
});

test('a payment in the shop’s currency, by the order’s own rate where it was made in another', () => {
  const amount = (text: string) => ({ amount: text });
  const money = { amount: 'VARCHAR' };
  const shape = {
    payment: { amount: 'VARCHAR', currency: 'VARCHAR', amount_set: { shop_money: money } },
    order: {
      currency: 'VARCHAR',
      presentment_currency: 'VARCHAR',
      total_price_set: { shop_money: money, presentment_money: money },
    },
  };
  const order = {
    currency: 'EUR',
    presentment_currency: 'CHF',
    total_price_set: { shop_money: amount('30.00'), presentment_money: amount('28.00') },
  };
  const small = { ...order, total_price_set: { shop_money: amount('1.50'), presentment_money: amount('0.50') } };
  const free = { ...order, total_price_set: { shop_money: amount('0.00'), presentment_money: amount('0.00') } };
  return expectAll('CAST(in_shop_money(r.payment, r.order) AS VARCHAR)', shape, [
    [{ order, payment: { amount: '7.00', currency: 'CHF', amount_set: { shop_money: amount('7.77') } } }, '7.77'],
    [{ order, payment: { amount: '7.00' } }, '7.00'],
    [{ order, payment: { amount: '7.00', currency: 'eur' } }, '7.00'],
    [{ order, payment: { amount: '7.00', currency: 'chf' } }, '7.50'],
    [{ order, payment: { amount: '1.00', currency: 'CHF' } }, '1.07'],
    [{ order, payment: { amount: '7.00', currency: 'USD' } }, null],
    [{ order: { ...order, currency: 'eur' }, payment: { amount: '7.00', currency: 'EUR' } }, '7.00'],
    [{ order: { ...order, presentment_currency: 'chf' }, payment: { amount: '7.00', currency: 'CHF' } }, '7.50'],
    [{ order: small, payment: { amount: '0.50', currency: 'CHF' } }, '1.50'],
    [{ order: free, payment: { amount: '7.00', currency: 'CHF' } }, null],
  ]);
});
