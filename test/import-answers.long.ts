/**
 * Single answers of Shopify's GraphQL, a WooCommerce table and a workbook of influencers: from their files to curated
 * rows that were worked out by hand.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ods } from './exports/ods.ts';
import { importFiles, rowsOf, runWhole, type Files } from './hand-lake.ts';

const money = (currencyCode: string) => (amount: string) => ({ shopMoney: { amount, currencyCode } });
const [eur, usd] = [money('EUR'), money('USD')];
const id = (kind: string, number: number) => `gid://shopify/${kind}/${number}`;

interface Line {
  readonly number: number;
  readonly of: typeof eur;
  readonly price: string;
  readonly tax?: string;
}
const lineNode = ({ number, of, price, tax }: Line, over: object = {}) => ({
  node: {
    id: id('LineItem', number),
    title: 'Savon',
    sku: 'SAVON-1',
    quantity: 1,
    originalUnitPriceSet: of(price),
    discountAllocations: [],
    taxLines: tax === undefined ? [] : [{ priceSet: of(tax) }],
    ...over,
  },
});

/** As `order(id:)` answers: taxes on top of its prices, and one of two soaps sent back. */
const returned = {
  id: id('Order', 11),
  name: '#2001',
  email: 'a@ex.test',
  createdAt: '2025-03-10T23:10:00Z',
  processedAt: '2025-03-10T23:10:00Z',
  updatedAt: '2025-03-14T10:00:00Z',
  currencyCode: 'EUR',
  taxesIncluded: false,
  subtotalPriceSet: eur('45.0'),
  totalPriceSet: eur('60.0'),
  currentTotalPriceSet: eur('51.0'),
  totalTaxSet: eur('10.0'),
  currentTotalTaxSet: eur('8.5'),
  totalDiscountsSet: eur('5.0'),
  displayFinancialStatus: 'PARTIALLY_REFUNDED',
  tags: [],
  discountCodes: ['lea10'],
  lineItems: {
    edges: [
      lineNode({ number: 111, of: eur, price: '30.0', tax: '6.0' }, { title: 'Crème', sku: 'CREME-50' }),
      lineNode(
        { number: 112, of: eur, price: '10.0', tax: '3.0' },
        { quantity: 2, currentQuantity: 1, discountAllocations: [{ allocatedAmountSet: eur('5.0') }] },
      ),
    ],
  },
  shippingLine: {
    title: 'Colissimo',
    originalPriceSet: eur('5.0'),
    discountedPriceSet: eur('5.0'),
    taxLines: [{ priceSet: eur('1.0') }],
  },
  refunds: [
    {
      id: id('Refund', 21),
      createdAt: '2025-03-14T10:00:00Z',
      totalRefundedSet: eur('9.0'),
      refundLineItems: {
        edges: [
          {
            node: {
              id: id('RefundLineItem', 31),
              quantity: 1,
              restockType: 'RETURN',
              subtotalSet: eur('7.5'),
              totalTaxSet: eur('1.5'),
              lineItem: { id: id('LineItem', 112) },
            },
          },
        ],
      },
      transactions: { edges: [{ node: { kind: 'REFUND', status: 'SUCCESS', amountSet: eur('9.0') } }] },
    },
  ],
};

/** As `orders` answers: one that was cancelled, and one in dollars with a gift card that was sold. */
const cancelled = {
  id: id('Order', 12),
  name: '#2002',
  email: 'b@ex.test',
  createdAt: '2025-03-11T09:00:00Z',
  updatedAt: '2025-03-11T12:00:00Z',
  cancelledAt: '2025-03-11T12:00:00Z',
  currencyCode: 'EUR',
  taxesIncluded: true,
  subtotalPriceSet: eur('12.0'),
  totalPriceSet: eur('12.0'),
  currentTotalPriceSet: eur('0.0'),
  totalTaxSet: eur('2.0'),
  currentTotalTaxSet: eur('0.0'),
  displayFinancialStatus: 'VOIDED',
  tags: [],
  lineItems: { edges: [lineNode({ number: 121, of: eur, price: '12.0', tax: '2.0' })] },
};
const giftCard = { title: 'Carte cadeau', sku: null, isGiftCard: true, requiresShipping: false, taxable: false };
const landingPage = 'https://shop.example/?utm_source=newsletter&utm_medium=email&utm_campaign=Mars';
const abroad = {
  id: id('Order', 13),
  name: '#2003',
  email: 'c@ex.test',
  createdAt: '2025-03-12T09:00:00Z',
  updatedAt: '2025-03-12T09:00:00Z',
  currencyCode: 'USD',
  taxesIncluded: true,
  subtotalPriceSet: usd('54.5'),
  totalPriceSet: usd('54.5'),
  totalTaxSet: usd('1.82'),
  displayFinancialStatus: 'PAID',
  tags: [],
  customerJourneySummary: { lastVisit: { landingPage, referrerUrl: null } },
  lineItems: {
    edges: [
      lineNode({ number: 131, of: usd, price: '43.6' }, giftCard),
      lineNode({ number: 132, of: usd, price: '10.9', tax: '1.82' }),
    ],
  },
};

const woo = [
  'Order Number,Order Status,Order Date,Email (Billing),Country Code (Billing),Order Currency,' +
    'Cart Discount Amount,Order Subtotal Amount,Order Shipping Amount,Order Refund Amount,' +
    'Order Total Amount,Order Total Tax Amount,Payment Method Title,Coupon Code,SKU,Item #,Item Name,' +
    'Quantity (- Refund),Item Cost',
  '601,Completed,2025-03-12 00:20,d@ex.test,FR,EUR,5.00,50.00,5.00,10.80,60.00,10.00,Carte,,CREME-50,1,Crème,1,30.00',
  '601,Completed,2025-03-12 00:20,d@ex.test,FR,EUR,5.00,50.00,5.00,10.80,60.00,10.00,Carte,,SAVON-1,2,Savon,1,10.00',
  '602,Cancelled,2025-03-12 11:00,e@ex.test,FR,EUR,0.00,10.00,0.00,0.00,12.00,2.00,Carte,,SAVON-1,1,Savon,1,10.00',
  '603,Pending payment,2025-03-12 12:00,f@ex.test,FR,EUR,0.00,10.00,0.00,0.00,12.00,2.00,Virement,,SAVON-1,1,Savon,1,10.00',
  '',
].join('\n');

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const sheets = ods({
  'Suivi 2025': [
    ['Partenariats'],
    [],
    ['Influenceuse', 'Réseau', 'Abonnés', 'Cachet (€)', 'Coût produits', 'Commission', 'Code promo', 'Date', 'Fin'],
    ['@Lea.Bio', 'Insta', 12_500, 300, 45.5, '10 %', 'Lea10', day('2025-03-01'), day('2025-03-31')],
    // Merged with the cell above: the second deal of the same.
    [undefined, 'Insta', undefined, 250, undefined, undefined, 'LEAMAI', day('2025-05-02'), undefined],
    ['@max', 'TikTok', 250_000, 1500.125, undefined, 0.05, 'MAX15', day('2025-03-05'), undefined],
    ['Total', undefined, undefined, 2050.125],
  ],
  'À faire': [['rappeler Léa']],
});

const files: Files = {
  'order.json': JSON.stringify({ data: { order: returned } }, null, 2),
  'orders.json': JSON.stringify({
    data: { orders: { edges: [{ node: cancelled }, { node: abroad }], pageInfo: { hasNextPage: false } } },
  }),
  'woo.csv': woo,
  'influenceurs.ods': sheets,
  'rates.csv': 'Date,USD,JPY,GBP,CHF,\n2025-03-12,1.0900,161.5,0.84,0.96,\n',
};

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'answers-lake-'));
  await importFiles(root, files);
  await runWhole(root);
});
afterAll(() => rm(root, { recursive: true }));

const rows = (sql: string) => rowsOf(root, sql);

describe('orders', () => {
  test('what they are worth, and when', async () => {
    expect(
      await rows(
        'SELECT order_id, order_number, CAST(local_date AS varchar), currency, total_price, total_tax, ' +
          'total_shipping, gift_cards_sold, net_revenue, net_revenue_eur, financial_status, is_conversion ' +
          'FROM orders ORDER BY 1',
      ),
    ).toEqual([
      // Ten past eleven in UTC, past midnight in Paris. The tax stands on top: 45.00 + 5.00 + 10.00.
      '11 | 2001 | 2025-03-11 | EUR | 60.00 | 10.00 | 5.00 | 0.00 | 50.00 | 50.00 | partially_refunded | true',
      '12 | 2002 | 2025-03-11 | EUR | 12.00 | 2.00 | 0.00 | 0.00 | 10.00 | 10.00 | voided | false',
      // 54.50 - 43.60 of gift card - 1.82 of tax = 9.08, at 1.09 dollars.
      '13 | 2003 | 2025-03-12 | USD | 54.50 | 1.82 | 0.00 | 43.60 | 9.08 | 8.33 | paid | true',
      'woo:601 | 601 | 2025-03-12 | EUR | 60.00 | 10.00 | 5.00 | 0.00 | 50.00 | 50.00 | partially_refunded | true',
      'woo:602 | 602 | 2025-03-12 | EUR | 12.00 | 2.00 | 0.00 | 0.00 | 10.00 | 10.00 | voided | false',
      'woo:603 | 603 | 2025-03-12 | EUR | 12.00 | 2.00 | 0.00 | 0.00 | 10.00 | 10.00 | pending | false',
    ]);
  });

  test('their lines', async () => {
    expect(
      await rows(
        'SELECT line_item_id, sku, is_gift_card, quantity, unit_price, total_discount, total_tax, net_revenue ' +
          'FROM order_items ORDER BY 1',
      ),
    ).toEqual([
      '111 | CREME-50 | false | 1 | 30.00 | 0.00 | 6.00 | 30.00',
      // Both were sold, though one came back.
      '112 | SAVON-1 | false | 2 | 10.00 | 5.00 | 3.00 | 15.00',
      '121 | SAVON-1 | false | 1 | 12.00 | 0.00 | 2.00 | 10.00',
      '131 |  | true | 1 | 43.60 | 0.00 | 0.00 | 0.00',
      '132 | SAVON-1 | false | 1 | 10.90 | 0.00 | 1.82 | 9.08',
      // 5.00 of discount in 30 : 10 : 10, 10.00 of tax in 27 : 9 : 9 : 5 of shipping; the soap that came back is no line.
      'woo:601-1 | CREME-50 | false | 1 | 30.00 | 3.00 | 5.40 | 27.00',
      'woo:601-2 | SAVON-1 | false | 1 | 10.00 | 1.00 | 1.80 | 9.00',
      'woo:602-1 | SAVON-1 | false | 1 | 10.00 | 0.00 | 2.00 | 10.00',
      'woo:603-1 | SAVON-1 | false | 1 | 10.00 | 0.00 | 2.00 | 10.00',
    ]);
  });

  test('what went back: a line where the answer names it, else a sum on the day of the order', async () => {
    expect(
      await rows(
        'SELECT order_id, line_item_id, part, status, quantity, amount, tax, CAST(local_date AS varchar) FROM ' +
          'refunds ORDER BY 1',
      ),
    ).toEqual([
      // Half of (20.00 - 5.00), and its tax.
      '11 | 112 | goods | success | 1 | 9.00 | 1.50 | 2025-03-14',
      // (10.00 - 1.00) with a fifth on top.
      'woo:601 |  | discrepancy | success |  | 10.80 | 1.80 | 2025-03-12',
    ]);
  });

  test('where they came from: a code of an influencer, a page that the shop noted, or nothing that is known', async () => {
    expect(
      await rows(
        'SELECT order_id, touch_type, channel, source, medium, campaign, influencer_id FROM touchpoints ORDER ' +
          'BY 1, position',
      ),
    ).toEqual([
      '11 | promo_code | Influencer |  |  |  | instagram:lea.bio',
      '13 | order_landing | Email | newsletter | email | mars | ',
      'woo:601 | none | Unassigned |  |  |  | ',
    ]);
  });
});

test('deals of influencers, their roster, and whose orders are', async () => {
  expect(
    await rows(
      'SELECT influencer_id, fee, product_cost, commission_rate, promo_code, CAST(contract_date AS varchar), ' +
        'CAST(end_date AS varchar) FROM influencer_deals ORDER BY contract_date',
    ),
  ).toEqual([
    'instagram:lea.bio | 300.00 | 45.50 | 0.1000 | LEA10 | 2025-03-01 | 2025-03-31',
    // Fifteen hundred and an eighth, not a million and a half.
    'tiktok:max | 1500.13 | 0.00 | 0.0500 | MAX15 | 2025-03-05 | ',
    'instagram:lea.bio | 250.00 | 0.00 | 0.0000 | LEAMAI | 2025-05-02 | ',
  ]);
  expect(await rows('SELECT influencer_id, handle, tier, followers FROM influencers ORDER BY 1')).toEqual([
    'instagram:lea.bio | lea.bio | micro | 12500',
    'tiktok:max | max | macro | 250000',
  ]);
  expect(await rows('SELECT influencer_id, orders FROM roi_by_influencer WHERE orders > 0')).toEqual([
    'instagram:lea.bio | 1',
  ]);
});
