/** Answers of Shopify's GraphQL: what is made of orders, products and customers, by hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lines, lookAt, partsOf, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'graphql-'));
});
afterEach(() => rm(home, { recursive: true }));

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
  const lineItems = { nodes: [item] };
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
    for (const own of [{ edges: [{ node: item }] }, lineItems]) {
      const [part] = await partsOf(
        home,
        'o.json',
        JSON.stringify({
          data: { orders: { edges: [{ node: { ...order, lineItems: own } }], pageInfo: { hasNextPage: false } } },
        }),
      );
      expect(part?.shape).toBe('shopify-orders-graphql');
      expect(lines(part)).toMatchObject([expected]);
      expect(totals(part)).toEqual(['orders 1', 'total 22.90 EUR']);
    }
  });

  test('duties, as REST tells them', async () => {
    const refunds = [{ id: 'gid://shopify/Refund/5', createdAt: '2025-03-11T09:00:00Z', totalRefundedSet: set('7.0'), duties: [{ amountSet: set('7.0') }] }]; // prettier-ignore
    const own = { ...order, lineItems, originalTotalDutiesSet: set('7.0'), currentTotalDutiesSet: set('0.0'), refunds };
    const [part] = await partsOf(home, 'o.json', JSON.stringify({ data: { order: own } }));
    expect(lines(part)).toMatchObject([
      {
        original_total_duties_set: { shop_money: { amount: '7.0' } },
        current_total_duties_set: { shop_money: { amount: '0.0' } },
        refunds: [{ duties: [{ amount_set: { shop_money: { amount: '7.0' } } }] }],
      },
    ]);
  });

  test('a bulk answer, its children below their parents; its documents are of the API', async () => {
    const none = { ...order, id: 'gid://shopify/Order/2', name: '#1002', subtotalPriceSet: set('0.0') };
    const text = [order, { ...item, __parentId: order.id }, none].map((one) => JSON.stringify(one)).join('\n');
    const [part] = await partsOf(home, 'o.jsonl', `${text}\n`);
    expect(lines(part)).toMatchObject([expected, { id: '2', line_items: [] }]);
    expect(part?.documents[0]?.key).toMatch(/^raw\/crm\/orders\/dt=2025-03-10\/api-import-/);
  });

  test('a single answer as a tool indents it', async () => {
    const text = JSON.stringify({ data: { orders: { nodes: [{ ...order, lineItems }] } } }, null, 2);
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

  test('the lines of a refund have their ids, or places where the query did not ask for them', async () => {
    const back = { quantity: 1, subtotalSet: set('7.5'), totalTaxSet: set('1.5'), lineItem: { id: item.id } };
    const refunds = [
      {
        id: 'gid://shopify/Refund/5',
        createdAt: '2025-03-11T09:00:00Z',
        totalRefundedSet: set('18.0'),
        refundLineItems: { nodes: [{ ...back, id: 'gid://shopify/RefundLineItem/31' }, back] },
      },
    ];
    const [part] = await partsOf(home, 'o.json', JSON.stringify({ ...order, lineItems, refunds }));
    expect(lines(part)).toMatchObject([
      {
        refunds: [
          {
            refund_line_items: [
              { id: '31', line_item_id: '9' },
              { id: '5-2', line_item_id: '9' },
            ],
          },
        ],
      },
    ]);
  });

  test('a refund has its note, and a line of it the reason of its return', async () => {
    const back = { quantity: 1, subtotalSet: set('7.5'), totalTaxSet: set('1.5') };
    const other = { id: 'gid://shopify/LineItem/10' };
    const refunds = [
      {
        id: 'gid://shopify/Refund/5',
        createdAt: '2025-03-11T09:00:00Z',
        note: 'Trop petit',
        totalRefundedSet: set('18.0'),
        refundLineItems: { nodes: [{ ...back, lineItem: { id: item.id } }, { ...back, lineItem: other }, back] },
        return: {
          returnLineItems: {
            nodes: [
              { returnReason: 'UNWANTED', fulfillmentLineItem: null },
              { returnReason: 'SIZE_TOO_SMALL', fulfillmentLineItem: { lineItem: { id: item.id } } },
            ],
          },
        },
      },
    ];
    const [part] = await partsOf(home, 'o.json', JSON.stringify({ ...order, lineItems, refunds }));
    expect(lines(part)).toMatchObject([
      {
        refunds: [
          {
            note: 'Trop petit',
            refund_line_items: [
              { line_item_id: item.id.split('/').at(-1), return_reason: 'size_too_small' },
              { line_item_id: '10' },
              {},
            ],
          },
        ],
      },
    ]);
    expect(JSON.stringify(lines(part)).match(/return_reason/g)).toHaveLength(1);
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
      lines((await partsOf(home, 'o.json', JSON.stringify({ ...order, lineItems, ...over })))[0]);
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

  test.each([
    ['the buyer fetches it', ['PICK_UP'], false],
    ['it is taken along from the till', ['RETAIL'], false],
    ['a service beside what the buyer fetches', ['NONE', 'PICK_UP'], false],
    ['a part is sent', ['PICK_UP', 'SHIPPING'], true],
    ['a courier of the shop brings it', ['LOCAL'], true],
    ['it goes to a pickup point', ['PICKUP_POINT'], true],
    ['no way is told', [null], true],
    ['nothing was asked', [], true],
  ] as const)('a parcel by the ways of its parts: %s', async (_, ways, isSent) => {
    const fulfillmentOrders = {
      nodes: ways.map((way) => ({ status: 'OPEN', deliveryMethod: way === null ? null : { methodType: way } })),
    };
    const [part] = await partsOf(home, 'o.json', JSON.stringify({ ...order, lineItems, fulfillmentOrders }));
    expect(lines(part)).toMatchObject([{ line_items: [{ requires_shipping: isSent }] }]);
  });

  test('a bulk answer tells the ways of its parts, too; one that was moved is cancelled', async () => {
    const way = (n: number, status: string, methodType: string) => ({
      id: `gid://shopify/FulfillmentOrder/${n}`,
      status,
      deliveryMethod: { methodType },
      __parentId: order.id,
    });
    const rows = [
      order,
      { ...item, __parentId: order.id },
      way(1, 'CANCELLED', 'SHIPPING'),
      way(2, 'CLOSED', 'PICK_UP'),
    ];
    const [part] = await partsOf(home, 'o.jsonl', rows.map((one) => JSON.stringify(one)).join('\n'));
    expect(lines(part)).toMatchObject([{ line_items: [{ quantity: 2, requires_shipping: false }] }]);
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

  test("a cost in the shop's currency is one; in another it refuses the file", async () => {
    const withCostIn = (currencyCode: string) =>
      lookAt(
        home,
        'p.jsonl',
        JSON.stringify({
          id: 'gid://shopify/Product/3',
          title: 'Savon',
          tags: [],
          createdAt: '2025-01-01T00:00:00Z',
          updatedAt: '2025-03-01T00:00:00Z',
          variants: {
            nodes: [
              { id: 'gid://shopify/ProductVariant/4', inventoryItem: { unitCost: { amount: '12.0', currencyCode } } },
            ],
          },
        }),
      );
    expect(await withCostIn('EUR')).toMatchObject([{ kind: 'understood' }]);
    expect(await withCostIn('USD')).toMatchObject([
      {
        kind: 'refused',
        why: expect.stringMatching(/^A cost in line 1 is 12\.0 USD, and the shop's currency is EUR/) as unknown,
      },
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

  describe('pages of an answer', () => {
    const page = (n: number, hasNextPage: boolean) => ({
      data: {
        orders: {
          edges: [{ node: { ...order, id: `gid://shopify/Order/${n}`, lineItems } }],
          pageInfo: { hasNextPage, endCursor: `c${n}` },
        },
      },
      extensions: { cost: { requestedQueryCost: 12 } },
    });
    const written: readonly (readonly [string, (pages: readonly object[]) => string])[] = [
      ['a line each', (pages) => pages.map((one) => JSON.stringify(one)).join('\n')],
      ['one after the other', (pages) => pages.map((one) => JSON.stringify(one)).join('')],
      ['as a tool indents them', (pages) => pages.map((one) => JSON.stringify(one, undefined, 2)).join('\n')],
      ['in a list', (pages) => JSON.stringify(pages)],
    ];

    test.each(written)('all of them in one file are read: %s', async (_, text) => {
      const [part] = await partsOf(home, 'o.json', text([page(1, true), page(2, true), page(3, false)]));
      expect(lines(part).map(({ id }) => id)).toEqual(['1', '2', '3']);
    });

    test.each(written)('without the last the file is refused: %s', async (_, text) => {
      expect(await lookAt(home, 'o.json', text([page(1, true), page(2, true)]))).toMatchObject([
        { kind: 'refused', why: expect.stringMatching(/Put all of them into one file, in their order/) as unknown },
      ]);
    });

    test('the last page alone is refused, where it says that one is before it', async () => {
      const orders = { nodes: [{ ...order, lineItems }], pageInfo: { hasNextPage: false, hasPreviousPage: true } };
      expect(await lookAt(home, 'o.json', JSON.stringify({ data: { orders } }))).toMatchObject([
        { kind: 'refused', why: expect.stringMatching(/has others \(hasPreviousPage\)/) as unknown },
      ]);
    });

    test.each([
      [50, undefined, true],
      [20, undefined, true],
      [17, undefined, false],
      [50, { hasNextPage: false }, false],
    ])('of %i orders and pageInfo of %j it is asked whether more follow: %s', async (count, pageInfo, isAsked) => {
      const nodes = Array.from({ length: count }, (_, n) => ({
        ...order,
        id: `gid://shopify/Order/${n + 1}`,
        lineItems,
      }));
      const [part] = await partsOf(home, 'o.json', JSON.stringify({ data: { orders: { nodes, pageInfo } } }));
      const note = `It has just ${count} records, as a full page of an answer has`;
      expect(part?.notes.some((one) => one.startsWith(note))).toBe(isAsked);
    });

    test('one whose lines are not all here is refused, though it stands on the last', async () => {
      const node = { ...order, lineItems: { nodes: [item], pageInfo: { hasNextPage: true } } };
      const orders = { nodes: [node], pageInfo: { hasNextPage: false } };
      expect(await lookAt(home, 'o.json', JSON.stringify({ data: { orders } }))).toMatchObject([
        { kind: 'refused', why: expect.stringMatching(/^Of Order 1 not all parts are here/) as unknown },
      ]);
    });
  });

  test.each([
    [
      'a page of several',
      JSON.stringify({ data: { orders: { nodes: [{ ...order, lineItems }], pageInfo: { hasNextPage: true } } } }),
      /one page of an answer that has others/,
    ],
    [
      'a child apart from its parent',
      `${JSON.stringify(order)}\n${JSON.stringify({ ...item, __parentId: 'gid://shopify/Order/9' })}\n`,
      /Line 2 is a part of gid:\/\/shopify\/Order\/9, which does not stand before it/,
    ],
    [
      'a bulk answer that is not grouped',
      [order, { ...order, id: 'gid://shopify/Order/2' }, { ...item, __parentId: order.id }].map((one) => JSON.stringify(one)).join('\n'), // prettier-ignore
      /^Line 3 is a part of gid:.*does not stand before it\. Run the bulk operation with groupObjects: true/,
    ],
    [
      'a child of another kind',
      `${JSON.stringify(order)}\n${JSON.stringify({ code: 'LEA10', __parentId: order.id })}\n`,
      /^Line 2 is a part of gid:.* that is not known\. Run the bulk operation with the query/,
    ],
    [
      'an order without its total',
      JSON.stringify({ ...order, lineItems, totalPriceSet: undefined }),
      /lacks totalPriceSet/,
    ],
  ])('%s is refused', async (_, text, words) => {
    expect(await lookAt(home, 'o.jsonl', text)).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(words) as unknown },
    ]);
  });
});
