/** Orders of other shop systems: what is made of each, by hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SaidStates } from './shapes/order-states.ts';
import { landed, lines, lookAt, partsOf, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'order-records-'));
});
afterEach(() => rm(home, { recursive: true }));

describe('orders of WooCommerce', () => {
  const order = {
    id: 501,
    number: '501',
    status: 'completed',
    currency: 'EUR',
    date_created_gmt: '2025-03-10T09:00:00',
    date_modified_gmt: '2025-03-12T09:00:00',
    discount_total: '5.00',
    shipping_total: '4.08',
    shipping_tax: '0.82',
    total: '58.90',
    total_tax: '9.82',
    payment_method_title: 'Carte',
    billing: { email: 'a@ex.test', country: 'FR', postcode: '33000' },
    line_items: [
      {
        id: 1,
        name: 'Crème',
        product_id: 9,
        variation_id: 0,
        quantity: 1,
        subtotal: '33.33',
        total: '30.00',
        total_tax: '6.00',
        sku: 'CREME-50',
      },
      {
        id: 2,
        name: 'Savon',
        product_id: 8,
        variation_id: 0,
        quantity: 3,
        subtotal: '16.67',
        total: '15.00',
        total_tax: '3.00',
        sku: '',
      },
    ],
    coupon_lines: [{ code: 'lea10' }],
    refunds: [{ id: 7, total: '-8.90', reason: 'Broken' }],
    meta_data: [
      { key: '_wc_order_attribution_source_type', value: 'utm' },
      { key: '_wc_order_attribution_utm_source', value: 'google' },
      { key: '_wc_order_attribution_utm_campaign', value: 'fr_search' },
      { key: '_wc_order_attribution_session_entry', value: 'https://shop.example/' },
    ],
  };

  const free = { total: '54.00', total_tax: '9.00', shipping_total: '0.00', shipping_tax: '0.00' };
  const toSend = (requires: boolean) => order.line_items.map(() => ({ requires_shipping: requires }));

  test.each([
    [
      'a tip',
      { total: '60.90', fee_lines: [{ id: 9, name: 'Tip', total: '2.00', total_tax: '0.00' }] },
      { total_tip_received: '2.00' },
    ],
    [
      'a taxed fee',
      {
        total: '61.30',
        total_tax: '10.22',
        fee_lines: [{ id: 9, name: 'Tip', total: '2.00', total_tax: '0.40' }],
      },
      { total_price: '61.30' },
    ],
    ['a renewal', { created_via: 'subscription' }, { source_name: 'subscription_contract' }],
    ['an order at a till', { created_via: 'pos-rest-api' }, { source_name: 'pos' }],
    ["an order at a plugin's till", { created_via: 'woocommerce-pos' }, { source_name: 'pos' }],
    [
      'an order of a till that is sent, free of charge',
      { ...free, created_via: 'pos-rest-api', shipping_lines: [{ method_id: 'free_shipping' }] },
      { source_name: 'pos', shipping_lines: [{ price: '0.00' }], line_items: toSend(true) },
    ],
    ...['local_pickup', 'pickup_location', 'local_pickup_plus'].map(
      (way) =>
        [
          `an order that the buyer fetches (${way})`,
          { ...free, shipping_lines: [{ method_id: way }] },
          { line_items: toSend(false) },
        ] as const,
    ),
    ...['checkout', 'store-api', 'subscription'].map(
      (via) =>
        [
          `an order with nothing to send, by ${via}`,
          { ...free, created_via: via, shipping_lines: [] },
          { line_items: toSend(false) },
        ] as const,
    ),
    ...['admin', 'rest-api', ''].map(
      (via) =>
        [
          `an order that the staff entered without a way of sending (${via})`,
          { ...free, created_via: via, shipping_lines: [] },
          { line_items: toSend(true) },
        ] as const,
    ),
    [
      'an answer that was not asked for ways of sending',
      { ...free, created_via: 'checkout' },
      { line_items: toSend(true) },
    ],
    [
      'an order of which the buyer fetches a part',
      { shipping_lines: [{ method_id: 'local_pickup' }, { method_id: 'flat_rate' }] },
      { line_items: toSend(true) },
    ],
    [
      'a renewal by its note',
      { meta_data: [{ key: '_subscription_renewal', value: '7' }] },
      { source_name: 'subscription_contract' },
    ],
    ...(
      [
        ['partial-payment', 'pending'],
        ['wc-partially-paid', 'pending'],
        ['deposit-paid', 'pending'],
        ['paiement-partiel', 'pending'],
        ['pago-parcial', 'pending'],
        ['part-paid', 'pending'],
        ['bank-deposit', 'paid'],
        ['partial-shipped', 'paid'],
        ['pre-ordered', 'paid'],
      ] as const
    ).map(
      ([status, state]) =>
        [
          `of which a payment came in, and which is ${status}`,
          { status, date_paid_gmt: '2025-03-10T09:00:00', refunds: [] },
          { financial_status: state },
        ] as const,
    ),
    ['no refund', { refunds: [] }, { refunds: [] }],
  ] satisfies readonly (readonly [string, object, object])[])('of the REST API: %s', async (_, more, expected) => {
    const [part] = await partsOf(home, 'w.json', JSON.stringify([{ ...order, ...more }]));
    expect(lines(part)).toMatchObject([expected]);
    expect(Object.hasOwn(lines(part)[0] ?? {}, 'total_tip_received')).toBe('total_tip_received' in expected);
  });

  test('of the REST API: what is said of a state counts before what WooCommerce says', async () => {
    const orders = [
      { ...order, refunds: [] },
      { ...order, refunds: [], id: 502, status: 'pre-ordered', date_paid_gmt: '2025-03-10T09:00:00' },
    ];
    const states = new SaidStates([
      ['completed', 'pending'],
      ['pre ordered', 'pending'],
    ]);
    const [part] = await partsOf(home, 'w.json', JSON.stringify(orders), { states });
    expect(lines(part)).toMatchObject([{ financial_status: 'pending' }, { financial_status: 'pending' }]);
    expect(states.unmet).toEqual([]);
  });

  test('of the REST API: of one state that some orders are paid in, and others not, both are told', async () => {
    const own = { ...order, refunds: [], status: 'pre-ordered' };
    const orders = [
      { ...own, date_paid_gmt: '2025-03-10T09:00:00' },
      { ...own, id: 502, date_paid_gmt: null },
    ];
    const [part] = await partsOf(home, 'w.json', JSON.stringify(orders));
    expect(part?.notes).toContainEqual(expect.stringContaining('“pre-ordered” paid (1), “pre-ordered” not paid (1).'));
  });

  test('of the REST API', async () => {
    const [part] = await partsOf(home, 'w.json', JSON.stringify([order]));
    expect(part?.shape).toBe('woocommerce-orders-json');
    expect(lines(part)).toMatchObject([
      {
        id: 'woo:501',
        order_number: '501',
        created_at: '2025-03-10T09:00:00Z',
        currency: 'EUR',
        taxes_included: false,
        total_price: '58.90',
        total_tax: '9.82',
        financial_status: 'partially_refunded',
        landing_site: '/?utm_source=google&utm_campaign=fr_search',
        shipping_address: { country_code: 'FR', zip: '33000' },
        discount_codes: [{ code: 'lea10' }],
        line_items: [
          {
            variant_id: 'sku:CREME-50',
            quantity: 1,
            price: '33.33',
            discount_allocations: [{ amount: '3.33' }],
            tax_lines: [{ price: '6.00' }],
          },
          // 16.67 for three is 5.556…: three of 5.56 less 1.68 are 15.00.
          { variant_id: 'name:Savon', quantity: 3, price: '5.56', discount_allocations: [{ amount: '1.68' }] },
        ],
        refunds: [{ note: 'Broken', transactions: [{ amount: '8.90' }] }],
      },
    ]);
    expect(totals(part)).toEqual(['orders 1', 'total 58.90 EUR', 'refunded 8.90 EUR']);
    expect(part?.notes.join()).toMatch(/Refunds of 1 order/);
  });

  test.each([
    ['a registered customer is known by the account', { customer_id: 7 }, { customer: { id: 'woo:7' } }],
    ['an order that was thrown away is cancelled', { status: 'trash' }, { financial_status: 'voided', cancelled_at: '2025-03-12T09:00:00Z' }], // prettier-ignore
  ])('of the REST API: %s', async (_, over, expected) => {
    const [part] = await partsOf(home, 'w.json', JSON.stringify([{ ...order, ...over }]));
    expect(lines(part)).toMatchObject([expected]);
  });

  test('of the REST API: a gift card is known by its name', async () => {
    const card = { ...order.line_items[1], name: 'Carte cadeau 50 €', total_tax: '0.00' };
    const [part] = await partsOf(
      home,
      'w.json',
      JSON.stringify([{ ...order, line_items: [order.line_items[0], card] }]),
    );
    expect(lines(part)).toMatchObject([{ line_items: [{ gift_card: false }, { gift_card: true }] }]);
    expect(part?.notes.join()).toContain('1 order holds a gift card');
  });

  test('of the REST API: a guest has no account', async () => {
    const [part] = await partsOf(home, 'w.json', JSON.stringify([{ ...order, customer_id: 0 }]));
    expect(lines(part)[0]).not.toHaveProperty('customer');
  });

  test.each([
    ['its number first', 'Order Number,Order ID', 'FA-77,501'],
    ['its id first', 'Order ID,Order Number', '501,FA-77'],
  ])(
    'of the plugin, where another one numbers orders: the id and the number are those of the API (%s)',
    async (_, columns, cells) => {
      const heading =
        `${columns},Order Status,Order Date,Order Currency,Order Subtotal Amount,Order Shipping Amount,` +
        'Order Total Amount,Order Total Tax Amount,SKU,Item Name,Quantity,Item Cost';
      const own = `${cells},Completed,2025-03-10 10:00,EUR,49.08,0,58.90,9.82`;
      const text = `${heading}\n${own},C,Crème,1,30.00\n${own},S,Savon,1,19.08\n`;
      const [table] = await partsOf(home, 'w.csv', text);
      const [answer] = await partsOf(home, 'w.json', JSON.stringify([{ ...order, number: 'FA-77' }]));
      const named = { id: 'woo:501', order_number: 'FA-77', name: '#FA-77' };
      expect([lines(table), lines(answer)]).toMatchObject([[named], [named]]);
      expect(lines(table)).toMatchObject([{ line_items: [{ id: 'woo:501-1' }, { id: 'woo:501-2' }] }]);
    },
  );

  test('of the plugin “Advanced Order Export”: one line an item, tax on top', async () => {
    const heading =
      'Order Number,Order Status,Order Date,Email (Billing),Country Code (Billing),Postcode (Billing),' +
      'Order Currency,Cart Discount Amount,Order Subtotal Amount,Order Shipping Amount,' +
      'Order Refund Amount,Order Total Amount,Order Total Tax Amount,Payment Method Title,Coupon Code,' +
      'SKU,Item #,Item Name,Quantity (- Refund),Item Cost';
    const own = '501,Completed,2025-03-10 10:00,a@ex.test,FR,33000,EUR,5.00,50.00,4.08,0,58.90,9.82,Carte,lea10';
    const [part] = await partsOf(
      home,
      'w.csv',
      `${heading}\n${own},CREME-50,1,Crème,1,33.34\n${own},SAVON-1,2,Savon,2,8.33\n`,
    );
    expect(part?.shape).toBe('woocommerce-orders-csv');
    // 49.08 without tax: 45.00 of goods (50.00 less 5.00 in 33.34 : 16.66) and 4.08 of shipping.
    expect(lines(part)).toMatchObject([
      {
        id: 'woo:501',
        created_at: '2025-03-10T10:00:00+01:00',
        taxes_included: false,
        total_price: '58.90',
        financial_status: 'paid',
        shipping_address: { country_code: 'FR', zip: '33000' },
        line_items: [
          { sku: 'CREME-50', price: '33.34', discount_allocations: [{ amount: '3.33' }] },
          { sku: 'SAVON-1', quantity: '2', price: '8.33', discount_allocations: [{ amount: '1.67' }] },
        ],
      },
    ]);
    // The plugin may write what is the order's into its first row alone.
    const [once] = await partsOf(
      home,
      'w.csv',
      `${heading}\n${own},CREME-50,1,Crème,1,33.34\n${own.replaceAll(/[^,]+/g, '')},SAVON-1,2,Savon,2,8.33\n`,
    );
    const plain = (all: readonly object[]) => all.map((one) => ({ ...one, _import: undefined }));
    expect(plain(lines(once))).toEqual(plain(lines(part)));
    expect(once?.notes).toContainEqual(
      expect.stringMatching(/^1 line has no order’s number: it is read as a further line/),
    );
    // Goods are in the country to which they are sent, wherever its column stands; each line may name a code.
    const sent = (country: string, code: string, item: string) =>
      own.replace('FR,33000', `FR,33000,${country}`).replace('lea10', code) + item;
    const [shipped] = await partsOf(
      home,
      'w.csv',
      `${heading.replace('Postcode (Billing)', 'Postcode (Billing),Country Code (Shipping),Postcode (Shipping)')}\n` +
        `${sent('BE,1000', 'lea10', ',CREME-50,1,Crème,1,33.34')}\n` +
        `${sent('BE,1000', '"noel, lea10"', ',SAVON-1,2,Savon,2,8.33')}\n`,
    );
    expect(lines(shipped)).toMatchObject([
      {
        shipping_address: { country_code: 'BE', zip: '1000' },
        discount_codes: [{ code: 'lea10' }, { code: 'noel' }],
      },
    ]);
    // What is fetched has the name of its way; what is not sent has neither a way nor an address.
    const ways = heading
      .replace('Postcode (Billing)', 'Postcode (Billing),Country Code (Shipping)')
      .replace('Order Shipping Amount', 'Shipping Method Title,Order Shipping Amount');
    const way = (country: string, method: string, shipping: string) =>
      own.replace('FR,33000', `FR,33000,${country}`).replace(/,4\.08,(?=0,)/, `,${method},${shipping},`);
    let notes: readonly string[] | undefined;
    const itemsOf = async (row: string) => {
      const text = `${ways}\n${row},CREME-50,1,Crème,1,33.34\n${row},SAVON-1,2,Savon,2,8.33\n`;
      const [one] = await partsOf(home, 'w.csv', text);
      notes = one?.notes;
      return lines(one);
    };
    expect(await itemsOf(way('FR', 'Colissimo', '4.08'))).toMatchObject([
      {
        line_items: [{ requires_shipping: true }, { requires_shipping: true }],
        shipping_lines: [{ title: 'Colissimo', price: '4.08' }],
      },
    ]);
    expect(notes).not.toContainEqual(expect.stringMatching(/nothing to send/));
    expect(await itemsOf(way('', 'Click & Collect', '0'))).toMatchObject([
      { shipping_lines: [{ title: 'Click & Collect' }] },
    ]);
    expect(await itemsOf(way('', '', '0'))).toMatchObject([
      { line_items: [{ requires_shipping: false }, { requires_shipping: false }], shipping_lines: [] },
    ]);
    // A shop that has shipping switched off, and sends parcels all the same, could not know.
    expect(notes).toContainEqual(
      expect.stringMatching(/^1 order has nothing to send .* No order of the file has a way of sending: if the shop/),
    );
    expect(await itemsOf(way('FR', '', '0'))).toMatchObject([
      { line_items: [{ requires_shipping: true }, { requires_shipping: true }] },
    ]);
    const [card] = await partsOf(
      home,
      'w.csv',
      `${heading}\n${own},CREME-50,1,Crème,1,33.34\n${own},,2,Carte cadeau,2,8.33\n`,
    );
    expect(lines(card)).toMatchObject([{ line_items: [{ gift_card: false }, { gift_card: true }] }]);
    const rounded = await lookAt(home, 'w.csv', `${heading}\n${own},"3,76022E+12",1,Crème,1,50.00\n`);
    expect(rounded).toMatchObject([{ kind: 'refused', why: expect.stringContaining('has rounded it') as unknown }]);
    // “Quantity (- Refund)” leaves out what came back, two soaps for 17.99 with their tax. The rest has its own part of discount and tax.
    const back = own.replace('4.08,0,', '4.08,17.99,');
    const [kept] = await partsOf(
      home,
      'w.csv',
      `${heading}\n${back},CREME-50,1,Crème,1,33.34\n${back},SAVON-1,2,Savon,0,8.33\n`,
    );
    expect(lines(kept)).toMatchObject([
      {
        total_price: '58.90',
        financial_status: 'partially_refunded',
        line_items: [
          {
            sku: 'CREME-50',
            quantity: '1',
            discount_allocations: [{ amount: '3.34' }],
            tax_lines: [{ price: '6.00' }],
          },
          // One at least was sold; what the other came to is no line.
          { sku: 'SAVON-1', quantity: '1', discount_allocations: [{ amount: '0.83' }], tax_lines: [{ price: '1.50' }] },
        ],
        refunds: [{ transactions: [{ amount: '17.99' }] }],
      },
    ]);
    // All of it came back, without tax, for less than the lines' prices by the discount.
    const all = own.replace('4.08,0,58.90,9.82', '4.08,49.08,49.08,0');
    const [none] = await partsOf(
      home,
      'w.csv',
      `${heading}\n${all},CREME-50,1,Crème,0,33.34\n${all},SAVON-1,2,Savon,0,8.33\n${all},SAVON-2,3,Savon noir,0,8.33\n`,
    );
    expect(lines(none)).toMatchObject([{ line_items: [{ quantity: '1' }, { quantity: '1' }, { quantity: '1' }] }]);
    // What a card paid is in no column: the total counts, and that is told.
    const paid = own.replace('58.90,9.82', '38.90,9.82');
    const [less] = await partsOf(home, 'w.csv', `${heading}\n${paid},CREME-50,1,Crème,1,50.00\n`);
    expect(less?.notes.join()).toMatch(/A total below goods.* 20\.00 EUR less\).*gift card or store credit.*REST API/);
    const lost = await lookAt(home, 'w.csv', `${heading}\n${own},CREME-50,1,Crème,1,33.34\n`);
    expect(lost).toMatchObject([
      {
        kind: 'refused',
        why: expect.stringMatching(/lines of order #501 .* come to 33\.34 EUR, its subtotal is 45\.00 EUR/) as unknown,
      },
    ]);
  });
});

test('orders of PrestaShop, as the query of docs/sources.md answers: prices hold their tax, times are the shop’s', async () => {
  const heading =
    'id_order;reference;order_state;date_add;email;iso_code;postcode;currency;' +
    'total_discounts_tax_incl;total_products_wt;total_shipping_tax_incl;total_paid_tax_incl;total_tax;' +
    'refunded;payment;product_reference;product_name;product_quantity;unit_price_tax_incl';
  const own =
    '12;ABCDEFGHI;Paiement accepté;2025-07-10 10:00:00;a@ex.test;FR;33000;EUR;6.000000;60.000000;4.900000;58.900000;9.820000;0;Carte bancaire';
  // With the carrier and what is virtual, as the query of the docs asks for them.
  const ways = `${heading.replace(';product_reference', ';carrier;is_virtual;product_reference')}\n`;
  const way = (carrier: string, isVirtual: string) => `${own};${carrier};${isVirtual};CREME-50;Crème;1;60.000000\n`;
  const [sent] = await partsOf(home, 'ways.csv', ways + way('Click and collect', '0'));
  expect(lines(sent)).toMatchObject([
    { line_items: [{ requires_shipping: true }], shipping_lines: [{ title: 'Click and collect' }] },
  ]);
  const [virtual] = await partsOf(home, 'ways.csv', ways + way('', '1'));
  expect(lines(virtual)).toMatchObject([{ line_items: [{ requires_shipping: false }] }]);
  const [part] = await partsOf(
    home,
    'p.csv',
    `${heading}\n${own};CREME-50;Crème;1;40.000000\n${own};SAVON-1;Savon;2;10.000000\n`,
  );
  expect(part?.shape).toBe('prestashop-orders-csv');
  expect(lines(part)).toMatchObject([
    {
      id: 'prestashop:12',
      name: '#ABCDEFGHI',
      created_at: '2025-07-10T10:00:00+02:00',
      taxes_included: true,
      total_price: '58.90',
      total_tax: '9.82',
      financial_status: 'paid',
      shipping_address: { country_code: 'FR', zip: '33000' },
      line_items: [
        { sku: 'CREME-50', price: '40.00', discount_allocations: [{ amount: '4.00' }], tax_lines: [{ price: '6.00' }] },
        { sku: 'SAVON-1', price: '10.00', discount_allocations: [{ amount: '2.00' }], tax_lines: [{ price: '3.00' }] },
      ],
    },
  ]);
});

describe('a rule of PrestaShop', () => {
  const heading =
    'id_order;order_state;date_add;email;currency;total_discounts_tax_incl;total_products_wt;' +
    'total_shipping_tax_incl;total_paid_tax_incl;total_tax;payment;voucher_code;product_name;' +
    'product_quantity;unit_price_tax_incl';
  const order = (...sums: readonly string[]) => `12;Livré;2025-07-10 10:00:00;a@ex.test;EUR;${sums.join(';')}`;
  const crème = 'Crème;1;60.000000';

  test('that made the shipping free takes nothing off the goods', async () => {
    const row = order('4.900000', '60.000000', '4.900000', '60.000000', '10.000000', 'Carte', 'PORT', crème, '1');
    const [part] = await partsOf(home, 'p.csv', `${heading};free_shipping\n${row}\n`);
    expect(lines(part)).toMatchObject([
      {
        total_price: '60.00',
        subtotal_price: '60.00',
        total_discounts: '0.00',
        line_items: [{ discount_allocations: [{ amount: '0.00' }], tax_lines: [{ price: '10.00' }] }],
        shipping_lines: [],
      },
    ]);
  });

  test('that is a voucher of a credit slip is a payment', async () => {
    const row = order('20.000000', '60.000000', '4.900000', '44.900000', '7.480000', 'Carte', 'V7C3O9', crème, '20.0', '3.34'); // prettier-ignore
    const [part] = await partsOf(home, 'p.csv', `${heading};paid_by_credit;tax_of_credit\n${row}\n`);
    expect(lines(part)).toMatchObject([
      {
        total_price: '64.90',
        total_tax: '10.82',
        total_discounts: '0.00',
        discount_codes: [],
        line_items: [{ discount_allocations: [{ amount: '0.00' }] }],
        transactions: [
          { gateway: 'gift_card', amount: '20.00' },
          { gateway: 'Carte', amount: '44.90' },
        ],
      },
    ]);
    expect(part?.notes.join()).not.toContain('credit slip');
  });

  test('that is such a voucher, of which the table does not tell how much it paid, is told', async () => {
    const row = order('20.000000', '60.000000', '4.900000', '44.900000', '7.480000', 'Carte', 'V7C3O9', crème);
    const [part] = await partsOf(home, 'p.csv', `${heading}\n${row}\n`);
    expect(lines(part)).toMatchObject([{ total_price: '44.90', discount_codes: [] }]);
    expect(part?.notes.join()).toMatch(/1 order was paid with a voucher of a credit slip/);
  });
});

test.each([
  ['2025-07-10 14:30:15', '2025-07-10T14:30:15+02:00'],
  ['2025-07-10 14:30', '2025-07-10T14:30:00+02:00'],
  // Where no time is told, all visits of the day may have come before the order.
  ['2025-07-10', '2025-07-10T23:59:59+02:00'],
  ['2025-07-10 2:30 PM', '2025-07-10T14:30:00+02:00'],
  ['2025-07-10 2:30:15 p.m.', '2025-07-10T14:30:15+02:00'],
  ['2025-07-10 12:05 am', '2025-07-10T00:05:00+02:00'],
  ['2025-07-10 12:05 PM', '2025-07-10T12:05:00+02:00'],
])('an order of %s was placed at %s', async (written, placed) => {
  const [part] = await partsOf(
    home,
    'p.csv',
    'id_order,order_state,date_add,email,currency,total_products_wt,total_shipping_tax_incl,' +
      'total_paid_tax_incl,total_tax,payment,product_reference,product_name,product_quantity,' +
      `unit_price_tax_incl\n12,Paiement accepté,${written},a@ex.test,EUR,40.00,0,40.00,6.67,Carte,C-1,` +
      'Crème,1,40.00\n',
  );
  expect(lines(part)).toMatchObject([{ processed_at: placed }]);
  const isTimeless = (part?.notes ?? []).some((note) => note.startsWith('1 order tells its day and no time'));
  expect(isTimeless).toBe(written === '2025-07-10');
});

test.each(['NULL', String.raw`\N`])('what a database writes as %s is empty', async (nothing) => {
  const [part] = await partsOf(
    home,
    'p.csv',
    'id_order,order_state,date_add,email,currency,total_products_wt,total_shipping_tax_incl,' +
      'total_paid_tax_incl,total_tax,payment,voucher_code,product_reference,product_name,' +
      `product_quantity,unit_price_tax_incl\n12,Paiement accepté,2025-07-10 10:00:00,${nothing},EUR,` +
      `40.00,0,40.00,6.67,${nothing},${nothing},${nothing},Crème,1,40.00\n`,
  );
  const [order] = lines(part);
  expect(order).toMatchObject({
    discount_codes: [],
    payment_gateway_names: [],
    line_items: [{ sku: '', variant_id: 'name:Crème' }],
  });
  expect(order).not.toHaveProperty('email');
});

test.each([
  ['Name', 'Name,Financial Status,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price', 'paid,40.00,0.00,6.67,40.00,2025-03-10 10:00:00 +0100,1,Crème,40.00'], // prettier-ignore
  ['id_order', 'id_order,order_state,total_shipping_tax_incl,total_paid_tax_incl,total_tax,date_add,product_quantity,product_name,unit_price_tax_incl', 'Livré,0,40.00,6.67,2025-03-10 10:00:00,1,Crème,40.00'], // prettier-ignore
])(
  'an order number that a spreadsheet rounded is refused, for two orders would be one: %s',
  async (heading, headings, row) => {
    const orders = [headings, `2.02503E+11,${row}`, `2.02503E+11,${row}`].join('\n');
    expect(await lookAt(home, 'o.csv', orders)).toMatchObject([
      { kind: 'refused', why: expect.stringContaining(`“${heading}” is “2.02503E+11”: a spreadsheet has rounded it`) as unknown }, // prettier-ignore
    ]);
  },
);

test('a code that a person called NULL stays one', async () => {
  const [part] = await partsOf(home, 'i.csv', 'Pseudo;Cachet;Devise;Code promo;Date\n@lea;100;EUR;NULL;10/03/2025\n');
  expect(part && landed(part)).toContain(';NULL;');
});

test.each([
  [
    'draft orders of Shopify',
    { draft_orders: [{ id: 1, invoice_url: 'https://x', line_items: [], total_price: '1.00' }] },
  ],
  ['draft orders of Shopify', { draft_orders: [{ id: 1, line_items: [], total_price: '1.00' }] }],
  [
    'draft orders of Shopify',
    { data: { draftOrders: { nodes: [{ id: 'gid://shopify/DraftOrder/1', lineItems: { nodes: [] } }] } } },
  ],
  [
    'checkouts of Shopify',
    { checkouts: [{ id: 1, line_items: [], total_price: '1.00', abandoned_checkout_url: 'x' }] },
  ],
  ['subscriptions of WooCommerce', [{ id: 1, date_created_gmt: 'x', line_items: [], billing_interval: '1' }]],
])('what looks like orders and is none is refused: %s', async (what, answer) => {
  expect(await lookAt(home, 'o.json', JSON.stringify(answer))).toMatchObject([
    { kind: 'refused', why: expect.stringContaining(`They are ${what}`) as unknown },
  ]);
});

test('orders without what every order has are told before they are imported, and refused where none could count', async () => {
  const order = {
    id: 1,
    name: '#1',
    order_number: 1,
    created_at: '2025-03-10T10:00:00Z',
    updated_at: '2025-03-10T10:00:00Z',
    currency: 'EUR',
    total_price: '40.00',
    line_items: [{ id: 9, price: '40.00', quantity: 1 }],
  };
  const paid = { ...order, id: 2, name: '#2', order_number: 2, financial_status: 'paid' };
  expect(await lookAt(home, 'o.json', JSON.stringify({ orders: [order] }))).toMatchObject([
    { kind: 'refused', why: expect.stringContaining('None of its orders has financial_status') as unknown },
  ]);
  const [part] = await partsOf(home, 'o.json', JSON.stringify({ orders: [order, paid] }));
  expect(part?.notes).toContain(
    '1 order has no financial_status (the first is #1), and is going to be refused: it counts in no figure.',
  );
});

test('a telephone number that a spreadsheet rounded is left out of customers_export.csv: it is many people’s', async () => {
  const headings = 'Customer ID;Email;Accepts Email Marketing;Phone;Total Spent;Total Orders';
  const row = (id: string, email: string) => `${id};${email};no;4,91512E+12;0;0`;
  const [part] = await partsOf(
    home,
    'c.csv',
    [headings, row('1', 'a@ex.test'), row('', 'b@ex.test'), row('', '')].join('\n'),
  );
  expect(lines(part).map(({ id, phone }) => [id, phone])).toEqual([
    ['1', undefined],
    ['email:b@ex.test', undefined],
  ]);
  expect(part?.leftOut).toMatchObject([{ rows: 1 }]);
  expect(part?.notes.join()).toContain('A spreadsheet rounded 3 telephone numbers (4.9E+12), which are left out');
});

test.each([
  ['PrestaShop', 'ID;Référence;Nouveau client;Livraison;Client;Total;Paiement;État;Date'],
  ['PrestaShop', 'ID;Reference;New client;Delivery;Customer;Total;Payment;Status;Date'],
  ['WooCommerce', 'Date,"Order #","N. Revenue (formatted)",Status,Customer,"Customer type","Product(s)","Items sold"'],
  ['Shopify', 'Order,Name,Kind,Gateway,Created At,Status,Amount,Currency,Card Type'],
  ['Shopify', 'Transaction Date,Type,Order,Card Brand,Payout Status,Payout Date,Amount,Fee,Net'],
  ['PayPal', '"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","From Email Address","Transaction ID"'], // prettier-ignore
  ['Stripe', 'id,Created (UTC),Amount,Amount Refunded,Currency,Fee,Status,Customer Email,Description'],
])('a list of orders without lines is refused with what to export in its place: %s, %s', async (source, headings) => {
  expect(await lookAt(home, 'o.csv', `${headings}\n`)).toMatchObject([
    {
      kind: 'refused',
      why: expect.stringMatching(new RegExp(`^It is ${source}'s .*, which has no lines\\. `)) as unknown,
    },
  ]);
});

describe('PrestaShop’s orders of which a number alone tells the currency', () => {
  const table = (heading: string, values: readonly string[]) =>
    [
      `id_order,order_state,date_add,total_products_wt,total_shipping_tax_incl,total_paid_tax_incl,total_tax,product_name,product_quantity,unit_price_tax_incl,${heading}`,
      ...values.map((value, at) => `${at + 1},Livré,2025-03-10 10:00:00,40.00,0,40.00,6.67,Crème,1,40.00,${value}`),
    ].join('\n');
  test.each([
    ['conversion_rate', ['1.000000', '0.850000'], /“conversion_rate” is “0.850000”, and another in row 2: .*several/],
    ['conversion_rate', ['0.850000'], /another currency than the shop’s, and no column names it.*--currency/],
    ['id_currency', ['1', '2'], /“id_currency” is “2”, and another in row 2/],
  ])('are refused where there are several, or another: %s %j', async (heading, values, why) => {
    const [one] = await lookAt(home, 'p.csv', table(heading, values));
    expect(one?.kind === 'refused' && one.why).toMatch(why);
  });

  test.each([
    ['conversion_rate', ['1.000000', '1']],
    ['id_currency', ['2', '2']],
    ['conversion_rate,currency', ['1.000000,EUR', '0.850000,GBP']],
  ])('are read where there is one, or it is named: %s %j', async (heading, values) => {
    const [part] = await partsOf(home, 'p.csv', table(heading, values));
    expect(part?.records).toBe(2);
  });

  test('are read in the one that a person says', async () => {
    const [part] = await partsOf(home, 'p.csv', table('conversion_rate', ['0.85']), { currency: 'GBP' });
    expect(part?.currencies).toEqual(['GBP']);
  });
});
