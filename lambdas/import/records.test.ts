/** Files of records, of interfaces and of other tools: what is made of each, by hand. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { openEngine } from '../shared/duckdb.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { landAll, look } from './import.ts';
import { landed, lookAt, partsOf, sample } from './samples/look-at.ts';
import type { Part } from './understand.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'records-'));
});
afterEach(() => rm(home, { recursive: true }));

const record = z.record(z.string(), z.unknown());
const lines = (part: Part | undefined) =>
  part === undefined
    ? []
    : landed(part)
        .trim()
        .split('\n')
        .map((line) => record.parse(JSON.parse(line)));
const totals = (part: Part | undefined) => part?.totals.map(({ what, imported }) => `${what} ${imported}`);
const set = (amount: string) => ({ shopMoney: { amount, currencyCode: 'EUR' } });

describe('GraphQL of Shopify', () => {
  const item = {
    id: 'gid://shopify/LineItem/9',
    title: 'Savon',
    sku: 'SAVON-1',
    quantity: 2,
    currentQuantity: 2,
    originalUnitPriceSet: set('10.0'),
    discountAllocations: [{ allocatedAmountSet: set('2.0') }],
    product: { id: 'gid://shopify/Product/3' },
    variant: { id: 'gid://shopify/ProductVariant/4' },
    taxLines: [{ priceSet: set('3.0') }],
  };
  const order = {
    id: 'gid://shopify/Order/1',
    name: '#1001',
    email: 'a@ex.test',
    createdAt: '2025-03-10T09:00:00Z',
    processedAt: '2025-03-10T09:00:00Z',
    updatedAt: '2025-03-11T09:00:00Z',
    cancelledAt: null,
    test: false,
    currencyCode: 'EUR',
    taxesIncluded: true,
    subtotalPriceSet: set('18.0'),
    totalPriceSet: set('22.9'),
    totalTaxSet: set('3.82'),
    displayFinancialStatus: 'PAID',
    tags: ['a', 'b'],
    discountCodes: ['LEA10'],
    paymentGatewayNames: ['shopify_payments'],
    customerJourneySummary: { lastVisit: { landingPage: '/?utm_source=google', referrerUrl: null } },
    customer: { id: 'gid://shopify/Customer/7', email: 'a@ex.test', numberOfOrders: '3' },
    shippingAddress: { countryCodeV2: 'FR', zip: '13001' },
  };
  const expected = {
    id: '1',
    name: '#1001',
    order_number: '1001',
    currency: 'EUR',
    taxes_included: true,
    total_price: '22.9',
    financial_status: 'paid',
    tags: 'a, b',
    landing_site: '/?utm_source=google',
    customer: { id: '7', email: 'a@ex.test', orders_count: '3' },
    shipping_address: { country_code: 'FR', zip: '13001' },
    discount_codes: [{ code: 'LEA10' }],
    line_items: [
      {
        id: '9',
        product_id: '3',
        variant_id: '4',
        sku: 'SAVON-1',
        quantity: 2,
        price: '10.0',
        discount_allocations: [{ amount: '2.0' }],
        tax_lines: [{ price: '3.0' }],
      },
    ],
  };

  test('a single answer, by edges or by nodes', async () => {
    for (const lineItems of [{ edges: [{ node: item }] }, { nodes: [item] }]) {
      const [part] = await partsOf(
        home,
        'o.json',
        JSON.stringify({
          data: { orders: { edges: [{ node: { ...order, lineItems } }], pageInfo: { hasNextPage: false } } },
        }),
      );
      expect(part?.shape).toBe('shopify-orders-graphql');
      expect(lines(part)).toMatchObject([expected]);
      expect(totals(part)).toEqual(['orders 1', 'total 22.90 EUR']);
    }
  });

  test('a bulk answer, its children below their parents; its documents are of the API', async () => {
    const text = [order, { ...item, __parentId: order.id }, { ...order, id: 'gid://shopify/Order/2', name: '#1002' }]
      .map((one) => JSON.stringify(one))
      .join('\n');
    const [part] = await partsOf(home, 'o.jsonl', `${text}\n`);
    expect(lines(part)).toMatchObject([expected, { id: '2', line_items: [] }]);
    expect(part?.documents[0]?.key).toMatch(/^raw\/crm\/orders\/dt=2025-03-10\/api-import-/);
  });

  test('a single answer as a tool indents it', async () => {
    const text = JSON.stringify({ data: { orders: { nodes: [{ ...order, lineItems: { nodes: [item] } }] } } }, null, 2);
    const [part] = await partsOf(home, 'o.json', text);
    expect(lines(part)).toMatchObject([expected]);
  });

  test('a refund without its lines has its part of the tax, and is taken off the order once', async () => {
    const refunded = {
      ...order,
      currentTotalPriceSet: set('13.9'),
      currentTotalTaxSet: set('2.32'),
      refunds: [{ id: 'gid://shopify/Refund/5', createdAt: '2025-03-11T09:00:00Z', totalRefundedSet: set('9.0') }],
      lineItems: { nodes: [{ ...item, currentQuantity: 1 }] },
    };
    const [part] = await partsOf(home, 'o.json', JSON.stringify(refunded));
    const [one] = lines(part);
    // Of 9.00 that went off the order, 1.50 was tax.
    expect(one).toMatchObject({
      refunds: [
        {
          id: '5',
          transactions: [{ kind: 'refund', status: 'success', amount: '9.0' }],
          order_adjustments: [{ kind: 'refund_discrepancy', amount: '-7.50', tax_amount: '-1.50' }],
        },
      ],
    });
    // A unit fewer is the refund's, not an edit's.
    expect(one?.['line_items']).toEqual([expect.not.objectContaining({ current_quantity: 1 })]);
  });

  test('an edit gives nothing back, and its units are on the order no more', async () => {
    const edited = {
      ...order,
      refunds: [{ id: 'gid://shopify/Refund/5', createdAt: '2025-03-11T09:00:00Z', totalRefundedSet: set('0.0') }],
      lineItems: { nodes: [{ ...item, currentQuantity: 1 }] },
    };
    const [part] = await partsOf(home, 'o.json', JSON.stringify(edited));
    expect(lines(part)).toMatchObject([{ refunds: [{ transactions: [] }], line_items: [{ current_quantity: 1 }] }]);
  });

  test('payments and what was sent, as REST calls them', async () => {
    const read = async (over: object) =>
      lines((await partsOf(home, 'o.json', JSON.stringify({ ...order, ...over })))[0]);
    expect(
      await read({
        displayFulfillmentStatus: 'PARTIALLY_FULFILLED',
        transactions: [{ kind: 'SALE', status: 'SUCCESS', gateway: 'gift_card', amountSet: set('5.0') }],
      }),
    ).toMatchObject([
      {
        fulfillment_status: 'partial',
        transactions: [{ kind: 'sale', status: 'success', gateway: 'gift_card', amount: '5.0' }],
      },
    ]);
    expect(await read({ displayFulfillmentStatus: 'UNFULFILLED' })).toMatchObject([{ fulfillment_status: null }]);
    expect(await read({ displayFulfillmentStatus: 'FULFILLED' })).toMatchObject([{ fulfillment_status: 'fulfilled' }]);
  });

  test('an answer of REST, which names the ids of GraphQL, too, is none of it', async () => {
    const rest = {
      orders: [{ id: 1, admin_graphql_api_id: 'gid://shopify/Order/1', total_price: '1.00', line_items: [] }],
      products: [{ id: 2, admin_graphql_api_id: 'gid://shopify/Product/2', updated_at: '', variants: [] }],
      customers: [{ id: 3, admin_graphql_api_id: 'gid://shopify/Customer/3', updated_at: '', orders_count: 1 }],
    };
    for (const [kind, records] of Object.entries(rest)) {
      const [part] = await partsOf(home, `${kind}.json`, JSON.stringify({ [kind]: records }));
      expect([kind, part?.shape, part?.records]).toEqual([kind, `shopify-${kind}-json`, 1]);
    }
  });

  test('products have the costs of their inventory', async () => {
    const variant = {
      id: 'gid://shopify/ProductVariant/4',
      sku: 'SAVON-1',
      title: '',
      price: '10.00',
      inventoryItem: { unitCost: { amount: '2.0' } },
    };
    const product = {
      id: 'gid://shopify/Product/3',
      title: 'Savon',
      status: 'ACTIVE',
      tags: [],
      createdAt: '2025-01-01T00:00:00Z',
      updatedAt: '2025-03-01T00:00:00Z',
    };
    const text = [product, { ...variant, __parentId: product.id }].map((one) => JSON.stringify(one)).join('\n');
    const [part] = await partsOf(home, 'p.jsonl', text);
    expect(lines(part)).toMatchObject([
      { id: '3', status: 'active', variants: [{ id: '4', sku: 'SAVON-1', inventory_item: { cost: '2.0' } }] },
    ]);
  });

  test('customers', async () => {
    const customer = {
      id: 'gid://shopify/Customer/7',
      email: 'a@ex.test',
      createdAt: '2025-01-01T00:00:00Z',
      updatedAt: '2025-03-01T00:00:00Z',
      numberOfOrders: '3',
      tags: [],
    };
    const [part] = await partsOf(home, 'c.jsonl', JSON.stringify(customer));
    expect(lines(part)).toMatchObject([{ id: '7', email: 'a@ex.test', orders_count: '3' }]);
  });

  test.each([
    [
      'a page of several',
      JSON.stringify({ data: { orders: { nodes: [order], pageInfo: { hasNextPage: true } } } }),
      /one page of an answer that has others/,
    ],
    [
      'a child apart from its parent',
      `${JSON.stringify(order)}\n${JSON.stringify({ ...item, __parentId: 'gid://shopify/Order/9' })}\n`,
      /Line 2 is a part of gid:\/\/shopify\/Order\/9, which does not stand before it/,
    ],
    ['an order without its total', JSON.stringify({ ...order, totalPriceSet: undefined }), /lacks totalPriceSet/],
  ])('%s is refused', async (_, text, words) => {
    expect(await lookAt(home, 'o.jsonl', text)).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(words) as unknown },
    ]);
  });
});

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
    refunds: [{ id: 7, total: '-8.90' }],
    meta_data: [
      { key: '_wc_order_attribution_source_type', value: 'utm' },
      { key: '_wc_order_attribution_utm_source', value: 'google' },
      { key: '_wc_order_attribution_utm_campaign', value: 'fr_search' },
      { key: '_wc_order_attribution_session_entry', value: 'https://shop.example/' },
    ],
  };

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
        refunds: [{ transactions: [{ amount: '8.90' }] }],
      },
    ]);
    expect(totals(part)).toEqual(['orders 1', 'total 58.90 EUR', 'refunded 8.90 EUR']);
    expect(part?.notes.join()).toMatch(/Refunds of 1 order/);
  });

  test('of the plugin “Advanced Order Export”: one line an item, tax on top', async () => {
    const heading =
      'Order Number,Order Status,Order Date,Email (Billing),Country Code (Billing),Postcode (Billing),Order Currency,Cart Discount Amount,Order Subtotal Amount,Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,Payment Method Title,Coupon Code,SKU,Item #,Item Name,Quantity (- Refund),Item Cost';
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
    'id_order;reference;order_state;date_add;email;iso_code;postcode;currency;total_discounts_tax_incl;total_products_wt;total_shipping_tax_incl;total_paid_tax_incl;total_tax;refunded;payment;product_reference;product_name;product_quantity;unit_price_tax_incl';
  const own =
    '12;ABCDEFGHI;Paiement accepté;2025-07-10 10:00:00;a@ex.test;FR;33000;EUR;6.000000;60.000000;4.900000;58.900000;9.820000;0;Carte bancaire';
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

describe('web events of other tools', () => {
  const page = 'https://shop.example/savon?utm_source=google';

  test('PostHog', async () => {
    const event = (name: string, properties: object) => ({
      uuid: '0190a1b2-0000-7000-8000-0000000000a1',
      event: name,
      distinct_id: 'v1',
      timestamp: '2025-03-10T09:00:00.000Z',
      properties: { $current_url: page, $lib: 'web', ...properties },
    });
    const [part] = await partsOf(
      home,
      'p.json',
      JSON.stringify({
        results: [
          event('$pageview', {}),
          event('Order Completed', { order_id: '1001', revenue: '58.9', currency: 'EUR' }),
          event('$autocapture', {}),
        ],
      }),
    );
    expect(part?.shape).toBe('posthog-json');
    expect(lines(part)).toMatchObject([
      { event_name: 'page_view', event_time: '2025-03-10T09:00:00.000Z', visitor_id: 'v1', page: { url: page } },
      { event_name: 'purchase', ecommerce: { transaction_id: '1001', value: 58.9, currency: 'EUR' } },
    ]);
    expect(part?.leftOut).toMatchObject([{ why: '$autocapture: an event that Sillage does not need', rows: 1 }]);
  });

  test('PostHog: who logs in is in the same browser, and products come with their events', async () => {
    const event = (at: number, name: string, properties: object) => ({
      uuid: `0190a1b2-0000-7000-8000-0000000000a${at}`,
      event: name,
      timestamp: `2025-03-10T09:00:0${at}.000Z`,
      properties: { $current_url: page, $device_id: 'v1', ...properties },
    });
    const soap = { sku: 'SAVON-1', name: 'Savon', category: 'Corps', price: '10.00', quantity: 2 };
    const [part] = await partsOf(
      home,
      'p.json',
      JSON.stringify(
        {
          results: [
            { ...event(1, 'Product List Viewed', { products: [soap] }), distinct_id: 'v1' },
            { ...event(2, 'Product Added', { ...soap, currency: 'EUR' }), distinct_id: 'v1' },
            { ...event(3, 'add_payment_info', { $user_id: '7', items: [{ item_id: 'SAVON-1' }] }), distinct_id: '7' },
            { ...event(4, 'Order Completed', { $user_id: '7', order_id: '1', coupon: 'LEA10' }), distinct_id: '7' },
          ],
        },
        null,
        2,
      ),
    );
    const items = [{ item_id: 'SAVON-1', item_name: 'Savon', item_category: 'Corps', price: 10, quantity: 2 }];
    expect(lines(part)).toMatchObject([
      { event_name: 'view_item_list', visitor_id: 'v1', customer_id: null, ecommerce: { items } },
      { event_name: 'add_to_cart', visitor_id: 'v1', ecommerce: { currency: 'EUR', items } },
      {
        event_name: 'add_payment_info',
        visitor_id: 'v1',
        customer_id: '7',
        ecommerce: { items: [{ item_id: 'SAVON-1' }] },
      },
      {
        event_name: 'purchase',
        visitor_id: 'v1',
        customer_id: '7',
        ecommerce: { transaction_id: '1', coupon: 'LEA10' },
      },
    ]);
    expect(part?.leftOut).toEqual([]);
  });

  test('GA4: what a shop did not send is nothing', async () => {
    const event = {
      event_name: 'purchase',
      event_timestamp: '1741597200000000',
      user_pseudo_id: 'v1',
      event_params: [
        { key: 'page_location', value: { string_value: page } },
        { key: 'transaction_id', value: { string_value: '1001' } },
      ],
      ecommerce: { transaction_id: '(not set)', purchase_revenue: 10 },
      items: [{ item_id: 'SAVON-1', item_name: 'Savon', item_category: '(not set)', price: 10, quantity: '1' }],
    };
    const [part] = await partsOf(home, 'g.json', `${JSON.stringify(event)}\n`);
    expect(lines(part)).toMatchObject([{ ecommerce: { transaction_id: '1001', items: [{ item_id: 'SAVON-1' }] } }]);
    expect(JSON.stringify(lines(part))).not.toContain('not set');
  });

  test('of two tools one is refused: both tell of the same visits', async () => {
    const lake = memoryLake();
    const [ga4, other] = [join(home, 'ga4.json'), join(home, 'other.json')];
    await writeFile(ga4, sample('ga4-bigquery.json'));
    await writeFile(
      other,
      JSON.stringify({
        uuid: 'x',
        event: '$pageview',
        distinct_id: 'v',
        timestamp: '2025-03-10T09:00:00Z',
        properties: { $current_url: page },
      }),
    );
    await landAll(lake, await look(lake, [ga4], { scratch: join(home, 'a') }), join(home, 'a'));
    const why = expect.stringMatching(/There are events of ga4-json already.*--feed posthog-json/) as unknown;
    expect(await look(lake, [other], { scratch: join(home, 'b') })).toMatchObject([{ kind: 'refused', why }]);
    expect(await look(lake, [other], { scratch: join(home, 'c'), feed: 'posthog-json' })).toMatchObject([
      { kind: 'understood' },
    ]);
  });

  test('Matomo', async () => {
    const visit = {
      idVisit: '5',
      visitorId: 'a1b2',
      referrerUrl: 'https://www.google.com/',
      languageCode: 'fr',
      siteCurrency: 'EUR',
      actionDetails: [
        { type: 'action', url: page, pageTitle: 'Savon', timestamp: 1_741_597_200 },
        {
          type: 'ecommerceOrder',
          orderId: '1001',
          revenue: 58.9,
          timestamp: 1_741_597_260,
          itemDetails: [{ itemSKU: 'SAVON-1', itemName: 'Savon', price: 10, quantity: 2 }],
        },
        { type: 'download', url: 'https://shop.example/a.pdf', timestamp: 1_741_597_270 },
      ],
    };
    const [part] = await partsOf(home, 'm.json', JSON.stringify([visit]));
    expect(part?.shape).toBe('matomo-json');
    expect(lines(part)).toMatchObject([
      {
        event_name: 'page_view',
        event_time: '2025-03-10T09:00:00.000Z',
        visitor_id: 'a1b2',
        page: { url: page, referrer: 'https://www.google.com/', title: 'Savon' },
      },
      {
        event_name: 'purchase',
        event_time: '2025-03-10T09:01:00.000Z',
        page: { url: page, referrer: '' },
        ecommerce: { transaction_id: '1001', value: 58.9, items: [{ item_id: 'SAVON-1', quantity: 2 }] },
      },
    ]);
    expect(totals(part)).toEqual(['events 2', 'purchases 1', 'revenue 58.90']);
  });

  const snowplow: Readonly<Record<string, string>> = {
    collector_tstamp: '2025-03-10 09:00:00.000',
    event: 'page_view',
    event_id: '0190a1b2-0000-4000-8000-0000000000a2',
    domain_userid: 'd1',
    page_url: page,
    useragent: 'Mozilla/5.0',
  };
  const expected = [
    {
      event_id: '0190a1b2-0000-4000-8000-0000000000a2',
      event_name: 'page_view',
      event_time: '2025-03-10T09:00:00.000Z',
      visitor_id: 'd1',
      page: { url: page },
      user_agent: 'Mozilla/5.0',
    },
  ];

  test('Snowplow, JSON', async () => {
    const [part] = await partsOf(home, 's.jsonl', `${JSON.stringify(snowplow)}\n`);
    expect(lines(part)).toMatchObject(expected);
  });

  test('Snowplow, TSV: cells are known by their places', async () => {
    const cells = Array.from({ length: 131 }, () => '');
    for (const [at, value] of [
      [3, '2025-03-10 09:00:00.000'],
      [5, 'page_view'],
      [6, expected[0]?.event_id],
      [15, 'd1'],
      [29, page],
      [77, 'Mozilla/5.0'],
    ] as const)
      cells[at] = value ?? '';
    const [part] = await partsOf(home, 's.tsv', `${cells.join('\t')}\n`);
    expect(part?.shape).toBe('snowplow');
    expect(lines(part)).toMatchObject(expected);
  });

  test('Snowplow, TSV: cells behind the browser are read, too', async () => {
    const cells = Array.from({ length: 131 }, () => '');
    for (const [at, value] of [
      [3, '2025-03-10 09:00:09.000'],
      [5, 'transaction'],
      [6, expected[0]?.event_id],
      [59, '1001'],
      [61, '58.9'],
      [108, 'EUR'],
      [124, '2025-03-10 09:00:00.000'],
    ] as const)
      cells[at] = value ?? '';
    const [part] = await partsOf(home, 's.tsv', `${cells.join('\t')}\n`);
    expect(lines(part)).toMatchObject([
      {
        event_time: '2025-03-10T09:00:00.000Z',
        ecommerce: { transaction_id: '1001', value: 58.9, currency: 'EUR' },
      },
    ]);
  });

  test('GA4 as Parquet is what it is as JSON', async () => {
    const json = join(home, 'e.json');
    const [path, bytes] = [join(home, 'e.parquet'), sample('ga4-bigquery.json')];
    await writeFile(json, bytes);
    const engine = await openEngine({ threads: 1, memoryMb: 256, spill: home });
    const session = await engine.connect();
    await session.run(
      `COPY (SELECT * REPLACE (CAST(event_timestamp AS BIGINT) AS event_timestamp) FROM read_json('${json}', format = 'newline_delimited')) TO '${path}' (FORMAT parquet)`,
    );
    session.close();
    engine.close();
    const [ofJson] = await partsOf(home, 'a.json', bytes);
    const [ofParquet] = await partsOf(home, 'a.parquet', await readFile(path));
    expect(ofParquet?.shape).toBe('ga4-parquet');
    const plain = (part: Part | undefined) => lines(part).map((one) => ({ ...one, _import: undefined }));
    expect(plain(ofParquet)).toEqual(plain(ofJson));
    expect(ofParquet?.totals).toEqual(ofJson?.totals);
  });
});
