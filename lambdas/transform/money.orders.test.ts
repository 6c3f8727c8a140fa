/** The names of money.sql over orders as Shopify writes them, one at a time; amounts are added up by hand. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Macros, openMacros } from './macro-cases.ts';
import { shop } from './money.samples.ts';
import { parseProfile } from '../shared/shop/profile.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros(
    parseProfile(
      JSON.stringify({
        currency: 'CHF',
        test_orders: { tags: ['staff', 'qa order'], gateways: ['bogus', 'pretend pay'] },
      }),
    ),
  );
});
afterAll(() => macros.close());

/** Cases of one expression over an order `r`, all asked at once. */
async function expectAll(
  expression: string,
  cases: readonly (readonly [order: object, expected: unknown])[],
): Promise<void> {
  const found = await macros.evaluate(
    `list_transform([order_of(x)], lambda r: ${expression})[1]`,
    cases.map(([order]) => JSON.stringify(order)),
  );
  expect(cases.map(([order], i) => [order, found[i]])).toEqual(cases);
}

/** Amounts as text. */
const texts = (...amounts: readonly string[]) =>
  `[${amounts.map((amount) => `CAST(${amount} AS VARCHAR)`).join(', ')}]`;
/** Expressions over each refund `f` of an order, amounts as text. */
const ofRefunds = (...amounts: readonly string[]) => `list_transform(r.refunds, lambda f: ${texts(...amounts)})`;

const payment = (amount: string, more: object = {}) => ({ kind: 'refund', status: 'success', amount, ...more });
const shippingBack = (amount: string, tax: string) => ({
  subtotal_amount_set: shop(amount),
  tax_amount_set: shop(tax),
});

test('a deleted order has an id, and the moment when it was deleted; that is when it was told', async () => {
  const deleted_at = '2025-01-02T00:00:00Z';
  await expectAll('is_deleted(r)', [
    [{ id: 1, deleted_at }, true],
    [{ id: 1 }, false],
    [{ deleted_at }, false],
    [{ id: 1, deleted_at: 'yes' }, false],
  ]);
  await expectAll('told_at(r)', [
    [{ deleted_at, updated_at: '2025-01-01' }, deleted_at],
    [{ deleted_at: ` ${deleted_at} ` }, deleted_at],
    [{ deleted_at: ' ', updated_at: '2025-01-01' }, '2025-01-01'],
    [{ updated_at: '2025-01-01' }, '2025-01-01'],
  ]);
});

test('how far an order has come: cancelled, its state, its refunds, and those of which money went back', () =>
  expectAll('CAST(progress_of(r) AS INTEGER[])', [
    [{}, [0, 0, 0, 0]],
    [{ cancelled_at: '2025-01-02T00:00:00Z' }, [1, 0, 0, 0]],
    ...['pending', 'authorized', 'expired', 'partially_paid', 'paid', 'partially_refunded', 'voided', 'refunded'].map(
      (financial_status, n) => [{ financial_status }, [0, n + 1, 0, 0]] as const,
    ),
    [{ financial_status: ' PAID ' }, [0, 5, 0, 0]],
    [{ financial_status: 'unheard of' }, [0, 0, 0, 0]],
    [
      {
        refunds: ['success', 'failure', 'failure'].map((status) => ({ transactions: [payment('1.00', { status })] })),
      },
      [0, 0, 3, 1],
    ],
  ]));

test('a refund is of the moment when it was processed, or made', () =>
  expectAll('list_transform(r.refunds, lambda f: refunded_at(f))', [
    [
      {
        refunds: [
          { processed_at: ' 2025-01-02 ', created_at: '2025-01-01' },
          { processed_at: ' ', created_at: '2025-01-01' },
          { created_at: '2025-01-01' },
        ],
      },
      ['2025-01-02', '2025-01-01', '2025-01-01'],
    ],
  ]));

test('what went back by payments that went through, or that do not say', () =>
  expectAll(ofRefunds('repaid(f, r)'), [
    [
      {
        currency: 'EUR',
        refunds: [
          {
            transactions: [
              payment('3.00', { status: 'SUCCESS' }),
              { kind: 'refund', amount: '2.00' },
              payment('9.00', { status: 'failure' }),
              { kind: 'sale', status: 'success', amount: '9.00' },
            ],
          },
          { transactions: [payment('9.00', { status: 'pending' })] },
          { transactions: [] },
          {},
        ],
      },
      [['5.00'], [null], [null], [null]],
    ],
  ]));

test('lines that an edit took off, and all that stand in refunds', () => {
  const refunds = [
    {
      transactions: [],
      refund_line_items: [
        { id: 1, restock_type: 'no_restock' },
        { id: 2, restock_type: 'return' },
      ],
    },
    { transactions: [payment('1.00')], refund_line_items: [{ id: 3, restock_type: 'cancel' }] },
    { transactions: [] },
  ];
  return expectAll(
    '[list_transform(removed_lines(r), lambda l: l.id), list_transform(refunded_lines(r), lambda l: l.id)]',
    [[{ refunds }, [['1'], ['1', '2', '3']]]],
  );
});

/** Four units, of which an edit took one, and three are no more there; half of the shipping was taken off, too. */
const edited = {
  line_items: [
    { id: 1, quantity: 4, current_quantity: 1, price: '10.00', tax_lines: [{ price: '8.00' }] },
    { id: 3, quantity: 1, current_quantity: 0, price: '7.00', tax_lines: [{ price: '0.70' }] },
    { id: 4, quantity: 0, current_quantity: 0, price: '7.00', tax_lines: [] },
  ],
  shipping_lines: [
    { price: '5.00', tax_lines: [{ price: '0.80' }] },
    { price: '9.00', is_removed: true, tax_lines: [{ price: '1.50' }] },
  ],
  refunds: [
    {
      transactions: [],
      refund_line_items: [
        { line_item_id: 1, quantity: 1, restock_type: 'no_restock', subtotal: '10.00', total_tax: '2.00' },
        { line_item_id: 2, quantity: 1, restock_type: 'no_restock', subtotal: '5.00', total_tax: '1.00' },
        { line_item_id: 5, quantity: 1, restock_type: 'no_restock', subtotal: '6.00' },
      ],
    },
  ],
};

test('what edits took off a line: what the shop says, and the share of the units of which it says nothing', async () => {
  const off = (untaxed: boolean) =>
    `list_transform(list_append(r.line_items, struct_update(r.line_items[3], id := '5')),
      lambda line: ${texts(
        `line_off_net(line, removed_lines(r), refunded_lines(r), ${untaxed})`,
        'line_off_tax(line, removed_lines(r), refunded_lines(r))',
      )})`;
  // One unit is told, 8.00 without its tax of 2.00; two are not: half of 32.00 and of 8.00.
  await expectAll(off(false), [
    [
      edited,
      [
        ['24.00', '6.00'],
        ['6.30', '0.70'],
        ['0.00', '0.00'],
        ['6.00', '0.00'],
      ],
    ],
  ]);
  await expectAll(off(true), [
    [
      edited,
      [
        ['30.00', '6.00'],
        ['7.00', '0.70'],
        ['0.00', '0.00'],
        ['6.00', '0.00'],
      ],
    ],
  ]);
});

test('what all lines and the shipping come to, without what edits took off, tax included', async () => {
  const all = (untaxed: boolean) => `charged_in_all(r, removed_lines(r), refunded_lines(r), ${untaxed})`;
  const { line_items: lines, ...others } = edited;
  await expectAll(texts(all(false), all(true)), [
    // One unit is left of the first line, none of the others: 8.00 + 2.00 + 5.00; 10.00 + 2.00 + 5.00 + 0.80.
    [edited, ['15.00', '17.80']],
    [{ ...others, line_items: lines.slice(0, 1) }, ['15.00', '17.80']],
    [{ line_items: [{ id: 1, quantity: 2, price: '10.00', tax_lines: [{ price: '4.00' }] }] }, ['20.00', '24.00']],
  ]);
});

test('shipping that an edit took off is what no refund gave back', async () => {
  const off = texts('shipping_off(r, false)', 'shipping_off(r, true)', 'shipping_off_tax(r)');
  const { shipping_lines } = edited;
  const given = (amount: string, tax: string) => ({
    shipping_lines,
    refunds: [{ refund_shipping_lines: [shippingBack(amount, tax)] }],
  });
  await expectAll(off, [
    [{ shipping_lines }, ['9.00', '10.50', '1.50']],
    [given('8.60', '1.40'), ['0.40', '0.50', '0.10']],
    [given('20.00', '2.00'), ['0.00', '0.00', '0.00']],
    [{ shipping_lines: shipping_lines.slice(0, 1) }, ['0.00', '0.00', '0.00']],
  ]);
});

test('an adjustment is of the shipping or of the rest, its tax apart from it', () => {
  const order_adjustments = [
    { kind: 'SHIPPING_REFUND', amount: '-5.00', tax_amount: '-1.00' },
    { kind: 'refund_discrepancy', amount: '-3.00', tax_amount: '-0.50' },
    { amount_set: shop('-2.00'), tax_amount_set: shop('-0.25') },
    {},
  ];
  return expectAll(
    ofRefunds(
      'adjusted(f.order_adjustments, true)',
      'adjusted_tax(f.order_adjustments, true)',
      'adjusted(f.order_adjustments, false)',
      'adjusted_tax(f.order_adjustments, false)',
    ),
    [
      [
        { refunds: [{ order_adjustments }, { order_adjustments: [] }] },
        [
          ['6.00', '1.00', '5.75', '0.75'],
          ['0.00', '0.00', '0.00', '0.00'],
        ],
      ],
    ],
  );
});

test('shipping and duties that a refund gives back', async () => {
  const lines = { refund_shipping_lines: [shippingBack('4.00', '0.50'), shippingBack('1.00', '0.25')] };
  const adjusting = (amount: string, tax_amount: string) => ({
    ...lines,
    order_adjustments: [{ kind: 'shipping_refund', amount, tax_amount }],
  });
  await expectAll(ofRefunds('refunded_shipping(f, false)', 'refunded_shipping(f, true)', 'refunded_shipping_tax(f)'), [
    [
      { refunds: [lines, adjusting('-6.00', '-1.20'), adjusting('-0.80', '-0.20'), {}] },
      [
        ['5.00', '5.75', '0.75'],
        ['7.20', '7.20', '1.20'],
        ['1.00', '1.00', '0.20'],
        ['0.00', '0.00', '0.00'],
      ],
    ],
  ]);
  const duties = [{ amount_set: shop('2.00') }, { amount_set: shop('1.50') }];
  await expectAll(ofRefunds('refunded_duties(f)'), [
    [{ refunds: [{ duties, total_duties_set: shop('3.00') }, { duties }, {}] }, [['3.00'], ['3.50'], ['0.00']]],
  ]);
});

test('the price of a line that came back, with its tax where that stands on top', () =>
  expectAll(
    `list_transform(r.refunds[1].refund_line_items, lambda l: ${texts('line_refunded(l, false)', 'line_refunded(l, true)')})`,
    [
      [
        {
          refunds: [
            {
              refund_line_items: [
                { subtotal: '10.00', total_tax: '2.00' },
                { subtotal: '10.00' },
                { total_tax: '2.00' },
                {},
              ],
            },
          ],
        },
        [
          ['10.00', '12.00'],
          ['10.00', '10.00'],
          ['0.00', '2.00'],
          ['0.00', '0.00'],
        ],
      ],
    ],
  ));

test('what of an order is no revenue: gift cards, the tip as the order or its lines tell it, duties', () => {
  const unearned = (gift_card: string, tip: string, duties: string) => [
    { part: 'gift_card', amount: gift_card },
    { part: 'tip', amount: tip },
    { part: 'duties', amount: duties },
  ];
  const line_items = [
    { product_id: 1, price: '60.00', quantity: 1 },
    { product_id: 2, price: '25.00', quantity: 2, gift_card: true },
    { price: '3.00', quantity: 1, title: 'Tip' },
    { price: '7.00', quantity: 1, title: 'Tip', gift_card: true },
  ];
  return expectAll('unearned(r)', [
    [{ line_items }, unearned('57.00', '3.00', '0.00')],
    [{ line_items, total_tip_received: '5.00' }, unearned('57.00', '5.00', '0.00')],
    [{ line_items, total_tip_received: '1.00' }, unearned('57.00', '3.00', '0.00')],
    [{ original_total_duties_set: shop('4.00') }, unearned('0.00', '0.00', '4.00')],
  ]);
});

test('by how much a refund can have lowered the order’s total, and its tax', async () => {
  const refund = {
    refund_line_items: [
      { restock_type: 'no_restock', subtotal: '10.00', total_tax: '2.00' },
      { restock_type: 'return', subtotal: '4.00', total_tax: '0.50' },
    ],
    refund_shipping_lines: [shippingBack('3.00', '0.40')],
    total_duties_set: shop('1.50'),
    order_adjustments: [{ kind: 'refund_discrepancy', amount: '2.00', tax_amount: '0.10' }],
  };
  const refunds = [[], [payment('20.00')], [payment('30.00', { status: 'failure' })]].map((transactions) => ({
    ...refund,
    transactions,
  }));
  await expectAll(ofRefunds('refund_reach(f, r, false)', 'refund_reach(f, r, true)', 'refund_reach_tax(f)'), [
    [
      { refunds },
      [
        // Without the line that was never sent: 4.00 + 3.00 + 1.50 + 2.10.
        ['10.60', '11.50', '1.00'],
        ['20.60', '23.50', '3.00'],
        ['30.00', '30.00', '3.00'],
      ],
    ],
  ]);
});

test('what goods came back for money, and the tax in it', () => {
  const refund = (subtotal: string, total_tax: string, ...transactions: readonly object[]) => ({
    refund_line_items: [{ subtotal, total_tax }],
    transactions,
  });
  return expectAll(texts('came_back(r, false)', 'came_back(r, true)', 'came_back_tax(r, false)'), [
    [{ refunds: [refund('10.00', '2.00', payment('6.00'))] }, ['6.00', '6.00', '1.20']],
    [{ refunds: [refund('4.00', '0.50', payment('9.00'))] }, ['4.00', '4.50', '0.50']],
    [{ refunds: [refund('5.00', '1.00')] }, ['0.00', '0.00', '0.00']],
    [{ refunds: [refund('0.80', '0.20', payment('0.80'))] }, ['0.80', '0.80', '0.20']],
    [{ refunds: [{ refund_line_items: [], transactions: [payment('3.00')] }] }, ['0.00', '0.00', '0.00']],
    [
      { refunds: [refund('10.00', '2.00', payment('6.00')), refund('4.00', '0.50', payment('9.00'))] },
      ['10.00', '10.50', '1.70'],
    ],
    [{}, ['0.00', '0.00', '0.00']],
  ]);
});

test('an order is taken along from the till, or where all that is sent of it is fetched', () => {
  const fetched = { title: 'Click & Collect' };
  const sent = { title: 'Colissimo' };
  return expectAll('is_taken_along(r)', [
    [{ source_name: 'pos' }, true],
    [{ source_name: ' POS ', shipping_lines: [] }, true],
    [{ source_name: 'web' }, false],
    [{}, false],
    [{ source_name: 'pos', shipping_lines: [sent] }, false],
    [{ source_name: 'pos', shipping_lines: [{ ...sent, is_removed: true }] }, false],
    [{ shipping_lines: [fetched] }, true],
    [{ shipping_lines: [fetched, { ...sent, is_removed: true }] }, true],
    [{ shipping_lines: [sent, { ...fetched, is_removed: true }] }, false],
    [{ shipping_lines: [fetched, sent] }, false],
    [{ shipping_lines: [{}] }, false],
  ]);
});

test('a renewal is called so, or tagged so by the app that placed it', () =>
  expectAll('sold_where(r)', [
    [{ source_name: ' Subscription_Contract_2 ' }, 'subscription_contract'],
    [{ source_name: '1', tags: 'a, Recurring_Order' }, 'subscription_contract'],
    [{ source_name: '1', tags: 'recurring orders' }, '1'],
    [{ source_name: 'web' }, 'web'],
    [{}, null],
  ]));

test('a test is marked so, or known by a tag or a gateway of the shop’s profile', () =>
  expectAll('is_test_order(r)', [
    [{}, false],
    [{ test: true }, true],
    [{ test: false, tags: 'vip', payment_gateway_names: ['paypal'] }, false],
    [{ tags: 'Staff' }, true],
    [{ tags: 'vip, QA Order , new' }, true],
    [{ tags: 'staffing' }, false],
    [{ payment_gateway_names: ['paypal', ' Bogus '] }, true],
    [{ payment_gateway_names: ['pretend'] }, false],
  ]));

test('products have their prices in the shop’s currency', () => expectAll('shop_currency()', [[{}, 'CHF']]));

test('what the buyer fetches, by the name of the way of sending, and what goes to somebody else’s counter', async () => {
  const fetched = [
    'Click & collect|click ’n’ collect|Click-Collect|Click et collect|Clic et retrait',
    'Local pick-up|In store pickup|Curbside pickup|Store pickup',
    'Collect in the store|Collection from our shop|Collect at store',
    'Pick up at our boutique|Pickup from warehouse|Pick-up in the studio',
    'Retrait sur place|Retrait local|À retirer en mains propres|Enlèvement à l’atelier|Retrait dans notre showroom',
    'Retrait en magasin|Retrait dépôt|Enlèvement gratuit à la boutique',
    'Selbstabholer|Lokale Abholung|Abholung im Laden|Abholung in unserer Filiale|Abholung vor Ort',
    'Recoger en la tienda|Recogido en nuestra tienda|Ritiro a mano|Ritiro in sede',
    'Ophalen bij de winkel|Afhalen in onze winkel|Ophalen in shop',
  ].flatMap((line) => line.replaceAll('’n’', "'n'").split('|'));
  const brought = [
    'relais',
    'Mondial',
    'Colissimo',
    'Chrono',
    'In Post',
    'PostNL',
    'bpost',
    'Post Office',
    'Postfiliale',
  ]
    .concat(['bureau de poste', '(La Poste)', 'Deutsche Post', 'Die Post', 'Poste Italiane', 'Royal Mail', 'Correos'])
    .concat(['DPD', 'DHL', 'GLS', 'UPS', 'BRT', 'Seur', 'MRW', 'FedEx', 'Evri', 'Hermes', 'Yodel', 'Packeta', 'Budbee'])
    .concat([
      'Collect+',
      'Parcel Shop',
      'Paket',
      'Packstation',
      'Locker',
      'Consigne',
      'Casier',
      'Partenaire',
      'Partner',
    ])
    .map((carrier) => `Click & Collect ${carrier}`)
    .concat(['Retrait en magasin Pickup', 'Boutique', 'Pickup', 'Collect', 'Retrait', '']);
  const found = await macros.evaluate('is_fetching(x)', [...fetched, ...brought, null]);
  expect([...fetched, ...brought].filter((_, i) => found[i] === true)).toEqual(fetched);
  expect(found.at(-1)).toBe(false);
});
