import { createHmac } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import {
  catalog,
  order,
  secret,
  withSmallLake,
  uuid,
  webEvent,
  type Row,
  type SmallLake,
} from '../../test/small-lake.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-transform-test') });
});
afterAll(() => engine.close());

const withLake = <T>(work: (small: SmallLake) => Promise<T>): Promise<T> => withSmallLake(engine, work);

const hmac = (value: string) => createHmac('sha256', secret).update(value).digest('hex').slice(0, 32);
const rates = 'Date,USD,CHF,CYP,\n2025-01-03,1.0299,0.9386,N/A,\n';
const ratesKey = 'raw/reference/fx_rates/dt=2025-01-03/ecb.csv';

/** No tips, duties or gift cards in an order. */
const nothingElse = Object.fromEntries(
  ['total_tips', 'total_duties', 'gift_cards_sold'].flatMap((name) => [
    [name, '0.00'],
    [`${name}_eur`, '0.00'],
  ]),
);

interface GoodCase {
  readonly table: string;
  readonly id: string;
  readonly key: string;
  readonly content: readonly (string | object)[] | string;
  readonly rows: readonly Row[];
}

const google = {
  customer: { id: '123', currencyCode: 'EUR' },
  campaign: { id: '900', name: ' FR_Brand ', advertisingChannelType: 'SEARCH' },
  adGroup: { id: '800', name: 'Exact' },
  adGroupAd: { ad: { id: '700', name: 'Ad A' } },
  segments: { date: '2025-01-05', device: 'MOBILE' },
  metrics: { impressions: '1000', clicks: '40', costMicros: '12345678', conversions: 1.5, conversionsValue: 80.25 },
};
const googleRow = {
  platform: 'google_ads',
  account_id: '123',
  campaign_id: '900',
  campaign_name: ' FR_Brand ',
  campaign_folded: 'fr_brand',
  campaign_type: 'search',
  ad_group_id: '800',
  ad_group_name: 'Exact',
  ad_id: '700',
  ad_name: 'Ad A',
  device: 'mobile',
  segments: 'device=MOBILE',
  level: 'ad',
  part: 1,
  pulled_on: 'raw/advertising/google_ads/dt=2025-01-05/pull.json',
  channel: 'Paid Search',
  sends: null,
  impressions: '1000',
  clicks: '40',
  currency: 'EUR',
  spend: '12.345678',
  spend_eur: '12.345678',
  claimed_conversions: 1.5,
  claimed_value: 80.25,
  claimed_value_eur: 80.25,
  dt: '2025-01-05',
};

/** What `keyword_spend` leaves to `ad_spend`. */
const notOfKeywords = new Set(['campaign_folded', 'campaign_type', 'ad_name', 'channel', 'sends']);

const meta = {
  account_id: '55',
  account_currency: 'EUR',
  campaign_id: '66',
  campaign_name: 'Prospecting',
  objective: 'OUTCOME_SALES',
  adset_id: '67',
  adset_name: 'LAL',
  ad_id: '68',
  ad_name: 'Video 1',
  date_start: '2025-01-05',
  date_stop: '2025-01-05',
  device_platform: 'mobile_app',
  impressions: '5000',
  clicks: '90',
  inline_link_clicks: '60',
  spend: '41.20',
  actions: [
    { action_type: 'purchase', value: '3' },
    { action_type: 'omni_purchase', value: '2' },
  ],
  action_values: [
    { action_type: 'omni_purchase', value: '104.5' },
    { action_type: 'purchase', value: '9' },
  ],
};
const metaRow = {
  platform: 'meta_ads',
  account_id: '55',
  campaign_id: '66',
  campaign_name: 'Prospecting',
  campaign_folded: 'prospecting',
  campaign_type: 'outcome_sales',
  ad_group_id: '67',
  ad_group_name: 'LAL',
  ad_id: '68',
  ad_name: 'Video 1',
  device: 'mobile',
  segments: 'device_platform=mobile_app',
  level: 'ad',
  part: 1,
  pulled_on: 'raw/advertising/meta_ads/dt=2025-01-05/pull.json',
  channel: 'Paid Social',
  sends: null,
  impressions: '5000',
  clicks: '60',
  currency: 'EUR',
  spend: '41.200000',
  spend_eur: '41.200000',
  claimed_conversions: 2,
  claimed_value: 104.5,
  claimed_value_eur: 104.5,
  dt: '2025-01-05',
};

/**
 * One good record of each source, and the row that it becomes. Amounts in EUR are worked out by hand from the rates
 * above.
 */
const good: readonly GoodCase[] = [
  {
    table: 'fx_rates',
    id: 'a day of the European Central Bank',
    key: ratesKey,
    content: rates,
    rows: [
      ['CHF', '0.938600'],
      ['USD', '1.029900'],
    ].map(([currency, rate]) => ({ rate_date: '2025-01-03', currency, rate, exported_in: ratesKey, dt: '2025-01-03' })),
  },
  {
    table: 'fx_rates',
    id: 'the daily file of the European Central Bank, with its own way to write a day',
    key: 'raw/reference/fx_rates/dt=2025-03-28/eurofxref.csv',
    content: 'Date, USD, JPY, BGN, \n28 March 2025, 1.0797, 162.25, N/A, \n',
    rows: [
      ['JPY', '162.250000'],
      ['USD', '1.079700'],
    ].map(([currency, rate]) => ({
      rate_date: '2025-03-28',
      currency,
      rate,
      exported_in: 'raw/reference/fx_rates/dt=2025-03-28/eurofxref.csv',
      dt: '2025-03-28',
    })),
  },
  {
    table: 'web_events',
    id: 'a purchase in another currency, from an advertisement',
    key: 'raw/web/events/dt=2025-01-05/a.jsonl.gz',
    content: [
      webEvent(1, {
        event_id: 'AAAAAAAA-0000-4000-8000-00000000000A',
        event_name: 'purchase',
        event_time: '2025-01-06T00:30:00.500+01:00',
        received_at: '2025-01-05T23:30:02.000Z',
        customer_id: '7000000000001',
        page: {
          url: 'https://Shop.example/merci?utm_source=%20Instagram&utm_medium=Paid_Social&utm_campaign=Hiver+2025&utm_id=77&utm_content=Ad&utm_term=T&fbclid=F1#x',
          referrer: 'https://l.instagram.com/',
          title: 'Merci',
        },
        ip: '2001:db8::7',
        consent: { analytics: true, ads: false },
        ecommerce: {
          transaction_id: '1001',
          value: 103,
          currency: 'usd',
          coupon: 'lea10',
          items: [
            {
              item_id: 'SER-1',
              item_name: 'Sérum',
              item_category: 'Sérums',
              price: 25,
              quantity: 2,
              item_brand: 'Sillage',
            },
            { item_id: 'SAV-1', item_name: 'Savon', price: 53.5, quantity: 1 },
          ],
        },
      }),
    ],
    rows: [
      {
        event_id: 'aaaaaaaa-0000-4000-8000-00000000000a',
        event_name: 'purchase',
        event_at: '2025-01-05 23:30:00.5',
        client_at: '2025-01-05 23:30:00.5',
        received_at: '2025-01-05 23:30:02',
        lateness_ms: '1500',
        is_clock_skewed: false,
        local_date: '2025-01-06',
        visitor_id: 'v1',
        customer_id: '7000000000001',
        page_host: 'shop.example',
        page_path: '/merci',
        page_query:
          'utm_source=%20Instagram&utm_medium=Paid_Social&utm_campaign=Hiver+2025&utm_id=77&utm_content=Ad&utm_term=T',
        page_title: 'Merci',
        referrer_host: 'l.instagram.com',
        is_return: false,
        source: 'instagram',
        medium: 'paid_social',
        campaign: 'hiver 2025',
        campaign_id: '77',
        content: 'ad',
        term: 't',
        click_id_name: 'fbclid',
        click_id: 'F1',
        channel: 'Paid Social',
        device: 'desktop',
        browser: 'Chrome',
        os: 'Windows',
        is_bot: false,
        ip_hash: hmac('2001:db8:0::/48'),
        language: 'fr-FR',
        screen: '1920x1080',
        consent_analytics: true,
        consent_ads: false,
        transaction_id: '1001',
        value: '103.00',
        currency: 'USD',
        value_eur: '100.01',
        coupon: 'LEA10',
        items: [
          { item_id: 'SER-1', item_name: 'Sérum', item_category: 'Sérums', price: '25.00', quantity: 2 },
          { item_id: 'SAV-1', item_name: 'Savon', item_category: null, price: '53.50', quantity: 1 },
        ],
        dt: '2025-01-05',
      },
    ],
  },
  {
    table: 'web_events',
    id: 'a page inside a visit without consent, by a clock that is ahead',
    key: 'raw/web/events/dt=2025-01-05/a.jsonl.gz',
    content: [
      webEvent(2, {
        event_time: '2025-01-05T10:00:05.000Z',
        received_at: '2025-01-05T10:00:00.000Z',
        customer_id: '1',
        consent: { analytics: false, ads: false },
        page: { url: 'https://shop.example/p/serum?q=creme&gclid=', referrer: 'https://shop.example/', title: '' },
        user_agent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
        ip: null,
      }),
    ],
    rows: [
      {
        event_id: uuid(2),
        event_name: 'page_view',
        event_at: '2025-01-05 10:00:00',
        client_at: '2025-01-05 10:00:05',
        received_at: '2025-01-05 10:00:00',
        lateness_ms: '0',
        is_clock_skewed: true,
        local_date: '2025-01-05',
        visitor_id: null,
        customer_id: null,
        page_host: 'shop.example',
        page_path: '/p/serum',
        page_query: null,
        page_title: null,
        referrer_host: 'shop.example',
        is_return: false,
        source: null,
        medium: null,
        campaign: null,
        campaign_id: null,
        content: null,
        term: null,
        click_id_name: null,
        click_id: null,
        channel: null,
        device: 'other',
        browser: 'Googlebot',
        os: null,
        is_bot: true,
        ip_hash: null,
        language: null,
        screen: null,
        consent_analytics: false,
        consent_ads: false,
        transaction_id: null,
        value: null,
        currency: null,
        value_eur: null,
        coupon: null,
        items: null,
        dt: '2025-01-05',
      },
    ],
  },
  {
    table: 'orders',
    id: 'a paid order',
    key: 'raw/crm/orders/dt=2025-01-06/o.jsonl.gz',
    content: [order(1)],
    rows: [
      {
        order_id: '5000000000001',
        order_number: '1001',
        order_name: null,
        customer_id: '7000000000001',
        customer_orders_count: null,
        created_at: '2025-01-05 22:30:00',
        processed_at: '2025-01-05 22:30:00',
        updated_at: '2025-01-06 08:00:00',
        cancelled_at: null,
        local_date: '2025-01-05',
        financial_status: 'paid',
        fulfillment_status: null,
        is_test: false,
        is_conversion: true,
        source_name: 'web',
        country: 'FR',
        shipping_area: '13',
        email_hash: hmac('p1@example.fr'),
        currency: 'EUR',
        total_price: '52.90',
        total_price_eur: '52.90',
        subtotal_price: '48.00',
        subtotal_price_eur: '48.00',
        total_tax: '8.82',
        total_tax_eur: '8.82',
        total_discounts: '12.00',
        total_discounts_eur: '12.00',
        total_shipping: '4.90',
        total_shipping_eur: '4.90',
        ...nothingElse,
        net_revenue: '44.08',
        net_revenue_eur: '44.08',
        paid_amount: '52.90',
        paid_amount_eur: '52.90',
        needs_shipping: true,
        item_count: 3,
        promo_code: 'LEA10',
        promo_codes: ['LEA10'],
        landing_path: '/products/serum',
        landing_source: 'instagram',
        landing_medium: 'paid_social',
        landing_campaign: 'hiver',
        landing_campaign_id: '77',
        landing_content: 'ad1',
        landing_term: null,
        landing_channel: 'Paid Social',
        dt: '2025-01-05',
      },
    ],
  },
  {
    table: 'orders',
    id: "a cancelled guest's order in Swiss francs, straight to the shop",
    key: 'raw/crm/orders/dt=2025-01-06/o.jsonl.gz',
    content: [
      order(2, {
        customer: null,
        email: null,
        created_at: '2025-01-05T23:30:00Z',
        cancelled_at: '2025-01-06T08:00:00Z',
        financial_status: 'refunded',
        currency: 'CHF',
        total_price: '93.86',
        total_tax: '0.00',
        subtotal_price: '93.86',
        total_discounts: '0.00',
        shipping_lines: [],
        discount_codes: [],
        landing_site: '/',
        referring_site: null,
        shipping_address: null,
        source_name: null,
      }),
    ],
    rows: [
      {
        order_id: '5000000000002',
        order_number: '1002',
        order_name: null,
        customer_id: null,
        customer_orders_count: null,
        created_at: '2025-01-05 23:30:00',
        processed_at: '2025-01-05 23:30:00',
        updated_at: '2025-01-06 08:00:00',
        cancelled_at: '2025-01-06 08:00:00',
        local_date: '2025-01-06',
        financial_status: 'refunded',
        fulfillment_status: null,
        is_test: false,
        is_conversion: false,
        source_name: null,
        country: null,
        shipping_area: null,
        email_hash: null,
        currency: 'CHF',
        total_price: '93.86',
        total_price_eur: '100.00',
        subtotal_price: '93.86',
        subtotal_price_eur: '100.00',
        total_tax: '0.00',
        total_tax_eur: '0.00',
        total_discounts: '0.00',
        total_discounts_eur: '0.00',
        total_shipping: '0.00',
        total_shipping_eur: '0.00',
        ...nothingElse,
        net_revenue: '93.86',
        net_revenue_eur: '100.00',
        paid_amount: '93.86',
        paid_amount_eur: '100.00',
        needs_shipping: true,
        item_count: 3,
        promo_code: null,
        promo_codes: [],
        landing_path: '/',
        landing_source: '(direct)',
        landing_medium: '(none)',
        landing_campaign: null,
        landing_campaign_id: null,
        landing_content: null,
        landing_term: null,
        landing_channel: 'Direct',
        dt: '2025-01-05',
      },
    ],
  },
  {
    table: 'order_items',
    id: 'the lines of an order',
    key: 'raw/crm/orders/dt=2025-01-06/o.jsonl.gz',
    content: [order(1)],
    rows: [
      {
        line_item_id: '9000000000002',
        product_id: '11',
        variant_id: '111',
        sku: 'SER-1',
        title: 'Sérum',
        quantity: 2,
        unit_price: '25.00',
        unit_price_eur: '25.00',
        total_discount: '10.00',
        total_discount_eur: '10.00',
        total_tax: '6.67',
        total_tax_eur: '6.67',
        net_revenue: '33.33',
        net_revenue_eur: '33.33',
      },
      {
        line_item_id: '9000000000003',
        product_id: '12',
        variant_id: '121',
        sku: 'SAV-1',
        title: 'Savon',
        quantity: 1,
        unit_price: '10.00',
        unit_price_eur: '10.00',
        total_discount: '2.00',
        total_discount_eur: '2.00',
        total_tax: '1.33',
        total_tax_eur: '1.33',
        net_revenue: '6.67',
        net_revenue_eur: '6.67',
      },
    ].map((line) => ({
      ...line,
      order_id: '5000000000001',
      is_gift_card: false,
      shipped_quantity: line.quantity,
      created_at: '2025-01-05 22:30:00',
      processed_at: '2025-01-05 22:30:00',
      updated_at: '2025-01-06 08:00:00',
      currency: 'EUR',
      dt: '2025-01-05',
    })),
  },
  {
    table: 'order_items',
    id: 'the share of a code in each line, which Shopify leaves out of total_discount',
    key: 'raw/crm/orders/dt=2025-01-06/o.jsonl.gz',
    content: [
      order(1, {
        line_items: [
          {
            id: 1,
            sku: 'A',
            title: 'a',
            quantity: 2,
            price: '25.00',
            total_discount: '0.00',
            discount_allocations: [{ amount: '3.30' }, { amount: '1.70' }],
            tax_lines: [{ price: '7.50' }],
          },
          {
            id: 2,
            sku: 'B',
            title: 'b',
            quantity: 1,
            price: '10.00',
            total_discount: '2.00',
            discount_allocations: [],
            tax_lines: [{ price: '1.33' }],
          },
        ],
      }),
    ],
    rows: [
      {
        line_item_id: '1',
        product_id: null,
        variant_id: null,
        sku: 'A',
        title: 'a',
        quantity: 2,
        unit_price: '25.00',
        unit_price_eur: '25.00',
        total_discount: '5.00',
        total_discount_eur: '5.00',
        total_tax: '7.50',
        total_tax_eur: '7.50',
        net_revenue: '37.50',
        net_revenue_eur: '37.50',
      },
      {
        line_item_id: '2',
        product_id: null,
        variant_id: null,
        sku: 'B',
        title: 'b',
        quantity: 1,
        unit_price: '10.00',
        unit_price_eur: '10.00',
        total_discount: '2.00',
        total_discount_eur: '2.00',
        total_tax: '1.33',
        total_tax_eur: '1.33',
        net_revenue: '6.67',
        net_revenue_eur: '6.67',
      },
    ].map((line) => ({
      ...line,
      order_id: '5000000000001',
      is_gift_card: false,
      shipped_quantity: line.quantity,
      created_at: '2025-01-05 22:30:00',
      processed_at: '2025-01-05 22:30:00',
      updated_at: '2025-01-06 08:00:00',
      currency: 'EUR',
      dt: '2025-01-05',
    })),
  },
  {
    table: 'refunds',
    id: 'a line given back, and a refund that names none, on their own days',
    key: 'raw/crm/orders/dt=2025-01-06/o.jsonl.gz',
    content: [
      order(1, {
        refunds: [
          {
            id: 31,
            note: 'Retour de Mme Durand : réaction de la peau',
            created_at: '2025-01-08T00:30:00+01:00',
            transactions: [{ amount: '20.00' }],
            refund_line_items: [
              { id: 41, line_item_id: 9_000_000_000_002, quantity: 1, subtotal: 20, total_tax: 3.33 },
            ],
          },
          {
            id: 32,
            created_at: '2025-01-09T10:00:00+01:00',
            transactions: [{ amount: '1.50' }, { amount: '2.50' }],
            refund_line_items: [],
          },
        ],
      }),
      order(2),
    ],
    rows: [
      {
        refund_line_id: '41',
        refund_id: '31',
        part: 'goods',
        reason: 'skin_reaction',
        line_item_id: '9000000000002',
        refunded_at: '2025-01-07 23:30:00',
        local_date: '2025-01-08',
        quantity: 1,
        amount: '20.00',
        amount_eur: '20.00',
        tax: '3.33',
        tax_eur: '3.33',
        dt: '2025-01-07',
      },
      {
        refund_line_id: '32-discrepancy',
        refund_id: '32',
        part: 'discrepancy',
        reason: null,
        line_item_id: null,
        refunded_at: '2025-01-09 09:00:00',
        local_date: '2025-01-09',
        quantity: null,
        amount: '4.00',
        amount_eur: '4.00',
        tax: '0.00',
        tax_eur: '0.00',
        dt: '2025-01-09',
      },
    ].map((refund) => ({
      ...refund,
      order_id: '5000000000001',
      status: 'success',
      updated_at: '2025-01-06 08:00:00',
      currency: 'EUR',
    })),
  },
  {
    table: 'customers',
    id: 'a customer, without the name',
    key: 'raw/crm/customers/dt=2025-01-06/c.jsonl.gz',
    content: [
      {
        id: 7_000_000_000_001,
        created_at: '2024-03-31T23:30:00+02:00',
        updated_at: '2025-01-06T09:00:00+01:00',
        email: ' Marie.CURIE@example.FR',
        phone: '06 12 34 56 78',
        first_name: 'Marie',
        last_name: 'Curie',
        default_address: { country_code: 'fr', address1: '1 rue Secrète' },
        email_marketing_consent: { state: 'subscribed' },
        state: 'enabled',
        orders_count: 3,
        tags: 'newsletter, fidèle,, ',
      },
    ],
    rows: [
      {
        customer_id: '7000000000001',
        created_at: '2024-03-31 21:30:00',
        updated_at: '2025-01-06 08:00:00',
        local_date: '2024-03-31',
        email_hash: hmac('marie.curie@example.fr'),
        phone_hash: hmac('33612345678'),
        country: 'FR',
        accepts_marketing: true,
        state: 'enabled',
        orders_count: 3,
        tags: ['fidèle', 'newsletter'],
        dt: '2024-03-31',
      },
    ],
  },
  {
    table: 'products',
    id: 'the variants of a product',
    key: 'raw/crm/products/dt=2025-01-06/p.jsonl.gz',
    content: [
      {
        id: 11,
        title: 'Sérum',
        product_type: 'Sérums',
        status: 'active',
        tags: 'Vegan, COSMOS Organic',
        created_at: '2025-01-05T10:00:00+01:00',
        updated_at: '2025-01-06T10:00:00+01:00',
        variants: [
          { id: 112, sku: 'SER-2', price: '45.00', inventory_item: null },
          { id: 111, sku: 'SER-1', price: '25.00', inventory_item: { cost: '7.10' } },
        ],
      },
    ],
    rows: [
      ['111', 'SER-1', '25.00', '7.10'],
      ['112', 'SER-2', '45.00', null],
    ].map(([variant_id, sku, price, cost]) => ({
      variant_id,
      product_id: '11',
      created_at: '2025-01-05 09:00:00',
      updated_at: '2025-01-06 09:00:00',
      title: 'Sérum',
      category: 'Sérums',
      sku,
      status: 'active',
      labels: ['COSMOS Organic', 'Vegan'],
      currency: 'EUR',
      price,
      price_eur: price,
      cost,
      cost_eur: cost,
      inventory_item_id: null,
      dt: '2025-01-05',
    })),
  },
  {
    table: 'product_costs',
    id: 'what a shop says of its costs, on its own day',
    key: 'raw/crm/products/dt=2025-01-07/p.jsonl.gz',
    content: [
      {
        id: 11,
        title: 'Sérum',
        created_at: '2025-01-05T10:00:00+01:00',
        updated_at: '2025-01-06T00:30:00+01:00',
        variants: [
          { id: 112, inventory_item: null },
          { id: 113, inventory_item_id: 9 },
          { id: 111, sku: ' SERUM-30 ', inventory_item: { cost: '7.10' } },
        ],
      },
    ],
    rows: [
      {
        variant_id: '111',
        product_id: '11',
        sku: 'SERUM-30',
        reported_at: '2025-01-05 23:30:00',
        seen_on: '2025-01-07',
        local_date: '2025-01-06',
        currency: 'EUR',
        cost: '7.10',
        cost_eur: '7.10',
        dt: '2025-01-05',
      },
    ],
  },
  {
    table: 'ad_spend',
    id: 'Google: an ad, and Performance Max without one',
    key: 'raw/advertising/google_ads/dt=2025-01-05/pull.json',
    content: JSON.stringify([
      { results: [google] },
      {
        results: [
          {
            ...google,
            campaign: { id: '901', name: 'PMax', advertisingChannelType: 'PERFORMANCE_MAX' },
            adGroup: undefined,
            adGroupAd: undefined,
            segments: { date: '2025-01-05', device: 'CONNECTED_TV' },
          },
        ],
      },
    ]),
    rows: [
      googleRow,
      {
        ...googleRow,
        campaign_id: '901',
        campaign_name: 'PMax',
        campaign_folded: 'pmax',
        campaign_type: 'performance_max',
        ad_group_id: null,
        ad_group_name: null,
        ad_id: null,
        ad_name: null,
        device: 'other',
        segments: 'device=CONNECTED_TV',
        level: 'campaign',
        channel: 'Cross-network',
      },
    ],
  },
  {
    table: 'keyword_spend',
    id: 'a keyword of Google, and a row of ads that has none',
    key: 'raw/advertising/google_ads/dt=2025-01-05/pull.json',
    content: JSON.stringify([
      {
        results: [
          google,
          {
            ...google,
            adGroupAd: undefined,
            adGroupCriterion: { keyword: { text: '[Crème Bio]', matchType: 'PHRASE' } },
            keywordView: { resourceName: 'k/1' },
          },
        ],
      },
    ]),
    rows: [
      {
        ...Object.fromEntries(Object.entries(googleRow).filter(([name]) => !notOfKeywords.has(name))),
        ad_id: null,
        keyword: '[Crème Bio]',
        keyword_folded: 'crème bio',
        match_type: 'phrase',
        segments:
          'adGroupCriterion={"keyword":{"text":"[Crème Bio]","matchType":"PHRASE"}} keywordView=k/1 ' +
          googleRow.segments,
        level: 'view',
      },
    ],
  },
  {
    table: 'ad_spend',
    id: 'Meta: the purchases of the pixel, where no total was asked for',
    key: 'raw/advertising/meta_ads/dt=2025-01-05/pull.json',
    content: JSON.stringify({
      data: [
        {
          ...meta,
          actions: [
            { action_type: 'link_click', value: '9' },
            { action_type: 'offsite_conversion.fb_pixel_purchase', value: '4' },
          ],
          action_values: [{ action_type: 'purchase', value: '7.5' }],
        },
      ],
    }),
    rows: [{ ...metaRow, claimed_conversions: 4, claimed_value: 7.5, claimed_value_eur: 7.5 }],
  },
  {
    table: 'ad_spend',
    id: 'Meta: strings for numbers, purchases under one name',
    key: 'raw/advertising/meta_ads/dt=2025-01-05/pull.json',
    content: JSON.stringify({ data: [meta], paging: {} }),
    rows: [metaRow],
  },
  {
    table: 'ad_spend',
    id: 'TikTok: dashes for nothing, dollars',
    key: 'raw/advertising/tiktok_ads/dt=2025-01-05/pull.json',
    content: JSON.stringify({
      code: 0,
      data: {
        list: [
          {
            dimensions: { ad_id: '71', stat_time_day: '2025-01-05 00:00:00' },
            metrics: {
              campaign_id: '72',
              campaign_name: 'Awareness',
              objective_type: 'REACH',
              adgroup_id: '73',
              adgroup_name: 'FR',
              ad_name: 'Spark',
              currency: 'USD',
              spend: '10.299',
              impressions: '900',
              clicks: '7',
              complete_payment: '-',
              total_complete_payment_rate: '-',
            },
          },
        ],
      },
    }),
    rows: [
      {
        platform: 'tiktok_ads',
        account_id: 'tiktok',
        campaign_id: '72',
        campaign_name: 'Awareness',
        campaign_folded: 'awareness',
        campaign_type: 'reach',
        ad_group_id: '73',
        ad_group_name: 'FR',
        ad_id: '71',
        ad_name: 'Spark',
        device: null,
        segments: null,
        level: 'ad',
        part: 1,
        pulled_on: 'raw/advertising/tiktok_ads/dt=2025-01-05/pull.json',
        channel: 'Paid Social',
        sends: null,
        impressions: '900',
        clicks: '7',
        currency: 'USD',
        spend: '10.299000',
        spend_eur: '10.000000',
        claimed_conversions: null,
        claimed_value: null,
        claimed_value_eur: null,
        dt: '2025-01-05',
      },
    ],
  },
  {
    table: 'influencers',
    id: 'a line of the roster',
    key: 'raw/influencers/roster/dt=2025-01-05/roster.csv',
    content:
      '\uFEFFpseudo;nom;plateforme;palier;abonnes;inscrit_le\r\n@Lea.Bio;Léa Durand;Instagram;Micro;12\u202F345;05/01/2025\r\n',
    rows: [
      {
        influencer_id: 'instagram:lea.bio',
        handle: 'lea.bio',
        platform: 'instagram',
        tier: 'micro',
        followers: '12345',
        signed_on: '2025-01-05',
        exported_in: 'raw/influencers/roster/dt=2025-01-05/roster.csv',
        dt: '2025-01-05',
      },
    ],
  },
  {
    table: 'influencer_deals',
    id: 'a contract in dollars',
    key: 'raw/influencers/deals/dt=2025-01-05/deals.csv',
    content:
      '\uFEFFid_contrat;pseudo;plateforme;cachet;devise;cout_produits;taux_commission;code_promo;lien_tracke;campagne;date_contrat;date_fin\r\nD-1;@Lea.Bio;Instagram;1 029,90;usd;51,4950;0,10; lea10 ;https://shop.example/Lea?utm_source=Lea.Bio&utm_medium=influencer;Hiver;05/01/2025;04/02/2025\r\n',
    rows: [
      {
        deal_id: 'D-1',
        influencer_id: 'instagram:lea.bio',
        campaign: 'hiver',
        contract_date: '2025-01-05',
        end_date: '2025-02-04',
        promo_code: 'LEA10',
        tracked_link: 'https://shop.example/Lea?utm_source=Lea.Bio&utm_medium=influencer',
        link_path: '/lea',
        link_source: 'lea.bio',
        link_medium: 'influencer',
        link_campaign: null,
        link_content: null,
        currency: 'USD',
        fee: '1029.90',
        fee_eur: '1000.00',
        product_cost: '51.50',
        product_cost_eur: '51.50',
        commission_rate: '0.1000',
        commission_on: 'gross',
        exported_in: 'raw/influencers/deals/dt=2025-01-05/deals.csv',
        dt: '2025-01-05',
      },
    ],
  },
  {
    table: 'influencer_posts',
    id: 'a post',
    key: 'raw/influencers/posts/dt=2025-01-05/posts.csv',
    content:
      'id_publication;id_contrat;pseudo;plateforme;date;format;vues;j_aime;commentaires;partages;enregistrements\nP-1;D-1;@Lea.Bio;Instagram;05/01/2025;Reel;10 000;500;20;;3\n',
    rows: [
      {
        post_id: 'P-1',
        deal_id: 'D-1',
        influencer_id: 'instagram:lea.bio',
        posted_on: '2025-01-05',
        format: 'reel',
        views: '10000',
        likes: '500',
        comments: '20',
        shares: null,
        saves: '3',
        exported_in: 'raw/influencers/posts/dt=2025-01-05/posts.csv',
        dt: '2025-01-05',
      },
    ],
  },
];

describe('a good record', () => {
  test('the cases cover every curated table', () => {
    expect(new Set(good.map((one) => one.table))).toEqual(
      new Set([...catalog.values()].filter((table) => table.zone === 'curated').map((table) => table.name)),
    );
  });

  test('of orders: a test of the staff is no conversion, however it is marked', () =>
    withLake(async (small) => {
      await small.drop(
        'raw/crm/orders/dt=2025-01-06/o.jsonl.gz',
        [true, 1, 'true', 'yes', false, null].map((mark, n) => order(n, { test: mark })),
      );
      await small.transform('orders');
      expect((await small.rows('orders')).map((row) => [row['is_test'], row['is_conversion']])).toEqual([
        [true, false],
        [true, false],
        [true, false],
        [true, false],
        [false, true],
        [false, true],
      ]);
    }));

  test.each(good)('of $table: $id', ({ table, key, content, rows }) =>
    withLake(async (small) => {
      if (table !== 'fx_rates') await small.drop(ratesKey, rates);
      await small.drop(key, content);
      await small.transform('fx_rates');
      await small.transform(table);
      expect({ rows: await small.rows(table), rejects: await small.rejects(table) }).toEqual({ rows, rejects: [] });
      // Nothing but the columns of the schema, in its order, and the partition.
      expect(Object.keys((await small.rows(table))[0] ?? {})).toEqual([
        ...tableNamed(catalog, table).columns.map((column) => column.name),
        'dt',
      ]);
    }),
  );
});

const day = 'dt=2025-01-05';
const web = `raw/web/events/${day}/bad.jsonl.gz`;
const orders = `raw/crm/orders/${day}/bad.jsonl.gz`;
const line = (record: Record<string, unknown>) => JSON.stringify(record);
const withPurchase = (n: number, over: object) =>
  line(
    webEvent(n, {
      event_name: 'purchase',
      ecommerce: { transaction_id: '1', value: 10, currency: 'EUR', items: [], ...over },
    }),
  );

/**
 * Bad records of one object each: the record and its reasons. A good one stands before and behind each, so that a line
 * that swallows the next one is seen.
 */
const bad: readonly {
  readonly table: string;
  readonly key: string;
  readonly before: readonly string[];
  readonly cases: readonly (readonly [record: string, ...reasons: string[]])[];
}[] = [
  {
    table: 'web_events',
    key: web,
    before: [line(webEvent(1))],
    cases: [
      ['{"event_id":', 'malformed:record'],
      ['{"event_id":"a","items":[', 'malformed:record'],
      ['{"event_id":"a",', 'malformed:record'],
      ['{', 'malformed:record'],
      ['not json', 'malformed:record'],
      ['[]', 'malformed:record'],
      ['5', 'malformed:record'],
      ['"text"', 'malformed:record'],
      ['null', 'malformed:record'],
      ['   ', 'malformed:record'],
      ['"a";"b', 'malformed:record'],
      [
        '{}',
        'required:event_id',
        'required:event_name',
        'required:event_at',
        'required:received_at',
        'required:page_host',
        'required:consent_analytics',
        'required:consent_ads',
      ],
      [line(webEvent(10, { event_id: 'not-a-uuid' })), 'pattern:event_id'],
      [line(webEvent(11, { event_id: null })), 'required:event_id'],
      [line(webEvent(12, { event_id: '' })), 'required:event_id'],
      [line(webEvent(13, { event_name: 'scroll' })), 'accepted:event_name'],
      [line(webEvent(14, { event_name: 'Page_View' })), 'accepted:event_name'],
      [line(webEvent(15, { event_time: 'yesterday' })), 'type:event_time'],
      [line(webEvent(16, { event_time: 'infinity' })), 'type:event_time'],
      [
        line(webEvent(17, { event_time: '20255-01-05T10:00:00Z', received_at: '20255-01-05T10:00:00Z' })),
        'type:event_time',
        'required:received_at',
      ],
      [line(webEvent(18, { event_time: '2025-01-07T10:00:00Z' })), 'future:event_time'],
      [line(webEvent(19, { event_time: '2024-11-30T10:00:00Z' })), 'too_old:event_time'],
      [line(webEvent(20, { received_at: null })), 'required:received_at'],
      [line(webEvent(21, { page: 'https://shop.example/' })), 'required:page_host'],
      [line(webEvent(22, { page: { url: 'shop', referrer: '', title: '' } })), 'required:page_host'],
      [line(webEvent(23, { consent: { analytics: 'perhaps', ads: true } })), 'type:consent_analytics'],
      [line(webEvent(24, { consent: null })), 'required:consent_analytics', 'required:consent_ads'],
      [withPurchase(25, { value: -1 }), 'min:value'],
      [withPurchase(26, { value: 'ten' }), 'type:value'],
      [withPurchase(27, { value: 1e30 }), 'type:value'],
      [withPurchase(29, { items: 'serum' }), 'type:items'],
      [withPurchase(30, { items: { item_id: 'a' } }), 'type:items'],
      [withPurchase(31, { items: [{ item_id: 'a', price: 'free', quantity: 1 }] }), 'type:items'],
      [withPurchase(32, { items: [5] }), 'type:items'],
      [withPurchase(33, { value: -1, currency: 'XXX', items: 'x' }), 'min:value', 'type:items'],
    ],
  },
  {
    table: 'orders',
    key: orders,
    before: [line(order(1))],
    cases: [
      ['{"id":1,', 'malformed:record'],
      [line(order(10, { id: null })), 'required:order_id'],
      [line(order(11, { created_at: 'soon' })), 'type:created_at'],
      [line(order(12, { created_at: '20255-01-05' })), 'type:created_at'],
      [line(order(13, { created_at: null })), 'required:created_at'],
      [line(order(14, { created_at: '2025-01-07T00:00:00Z' })), 'future:created_at'],
      [line(order(15, { total_price: '-5.00' })), 'min:total_price'],
      [line(order(16, { total_price: '5,00' })), 'type:total_price'],
      [line(order(17, { financial_status: 'free' })), 'accepted:financial_status'],
      [line(order(18, { currency: null })), 'required:currency'],
      [line(order(19, { currency: 'XXX' })), 'no_rate:currency'],
      [line(order(20, { line_items: [] })), 'required:item_count'],
      [line(order(21, { line_items: 'none' })), 'required:item_count'],
      [line(order(22, { test: 'maybe' })), 'type:is_test'],
      [line(order(23, { processed_at: 'Black Friday' })), 'type:processed_at'],
      [line(order(24, { processed_at: '2025-02-06T10:00:00Z' })), 'future:processed_at'],
    ],
  },
  {
    table: 'customers',
    key: `raw/crm/customers/${day}/bad.jsonl.gz`,
    before: [line({ id: 1, created_at: '2025-01-05T10:00:00Z', updated_at: '2025-01-05T10:00:00Z' })],
    cases: [
      ['[1]', 'malformed:record'],
      [line({ created_at: '2025-01-05', updated_at: '2025-01-05' }), 'required:customer_id'],
      [line({ id: 2, created_at: '2025-01-06', updated_at: '2025-01-05' }), 'future:created_at'],
      [line({ id: 3, created_at: '2025-01-05', updated_at: '2025-01-05', orders_count: 'many' }), 'type:orders_count'],
      [line({ id: 4, created_at: '2025-01-05', updated_at: '2025-01-05', orders_count: 1.5 }), 'type:orders_count'],
      [line({ id: 5, created_at: '2025-01-05', updated_at: '2025-01-05', orders_count: -1 }), 'min:orders_count'],
    ],
  },
  {
    table: 'products',
    key: `raw/crm/products/${day}/bad.jsonl.gz`,
    before: [line({ id: 1, title: 'a', created_at: '2025-01-05', updated_at: '2025-01-05', variants: [{ id: 1 }] })],
    cases: [
      ['x', 'malformed:record'],
      [
        line({ id: 2, title: 'a', created_at: '2025-01-05', updated_at: '2025-01-05', variants: [] }),
        'required:variant_id',
      ],
      [
        line({
          id: 3,
          title: 'a',
          created_at: '2025-01-05',
          updated_at: '2025-01-05',
          variants: [{ id: 3, price: 'dear' }],
        }),
        'type:price',
      ],
      [
        line({ id: 4, title: '', created_at: '2025-01-05', updated_at: '2025-01-05', variants: [{ id: 4 }] }),
        'required:title',
      ],
    ],
  },
];

describe('a bad record', () => {
  test.each(bad)('of $table has its reasons, its object, its line and its text', ({ table, key, before, cases }) =>
    withLake(async (small) => {
      const [good1 = ''] = before;
      const records = cases.flatMap(([record]) => [good1, record, '']);
      await small.drop(key, [...records, good1]);
      const { built } = await small.transform(table);
      expect(await small.rejects(table)).toEqual(
        cases.map(([record, ...reasons], i) => ({ object: key, line: 3 * i + 2, reasons, record })),
      );
      expect(await small.rows(table)).toHaveLength(1);
      const sum = (of: (one: (typeof built)[number]) => number) => built.reduce((total, one) => total + of(one), 0);
      expect([
        sum((one) => one.rowsIn),
        sum((one) => one.rowsOut),
        sum((one) => one.rejected),
        sum((one) => one.duplicates),
      ]).toEqual([2 * cases.length + 1, 1, cases.length, cases.length]);
    }),
  );

  test.each([
    [
      'ad_spend',
      'raw/advertising/google_ads/dt=2025-01-05/a.json',
      JSON.stringify([
        {
          results: [
            google,
            5,
            { ...google, segments: {} },
            { ...google, segments: { date: 'x' } },
            { ...google, metrics: { ...google.metrics, clicks: '1.5', costMicros: '-1', conversions: 'NaN' } },
          ],
        },
      ]),
      [
        [2, 'malformed:record'],
        [3, 'required:date'],
        [4, 'type:date'],
        [5, 'type:clicks', 'min:spend', 'type:claimed_conversions'],
      ],
    ],
    [
      'fx_rates',
      'raw/reference/fx_rates/dt=2025-01-05/a.csv',
      'Date,USD,\n2025-01-05,1.03,\nsomeday,1.03,\n2025-01-05,N/A,\n2025-01-05,0,\n2025-01-05,x,\n,1.03,\n',
      [
        [3, 'type:rate_date'],
        [4, 'required:currency', 'required:rate'],
        [5, 'min:rate'],
        [6, 'type:rate'],
        [7, 'required:rate_date'],
      ],
    ],
    [
      'fx_rates',
      'raw/reference/fx_rates/dt=2025-01-05/b.csv',
      'Date, USD, JPY, CHF, \n05 January 2025, N/A, 162.41, N/A, \n32 March 2025, 1.03, 162.4, 0.94, \n28 ' +
        'mars 2025, 1.03, 162.4, 0.94, \n, 1.03, 162.4, 0.94, \n',
      [
        [3, 'type:rate_date'],
        [4, 'type:rate_date'],
        [5, 'required:rate_date'],
      ],
    ],
    [
      'ad_spend',
      'raw/advertising/meta_ads/dt=2025-01-05/a.json',
      JSON.stringify({
        data: [
          meta,
          { ...meta, date_stop: '2025-01-11' },
          { ...meta, date_stop: 'later' },
          { ...meta, date_start: '2025-01-04' },
        ],
      }),
      [
        [2, 'range:date_stop'],
        [3, 'range:date_stop'],
        [4, 'range:date_stop'],
      ],
    ],
    [
      'influencers',
      'raw/influencers/roster/dt=2025-01-05/a.csv',
      'pseudo;nom;plateforme;palier;abonnes;inscrit_le\na;b;Instagram;nano;1;05/01/2025\na;b;Instagram;nano;many;05/01/2025\na;b;Myspace;giant;1;05/01/25\n;b;Instagram;nano;1;\na;b\n',
      [
        [3, 'type:followers'],
        [4, 'type:inscrit_le', 'accepted:platform', 'accepted:tier'],
        [5, 'required:influencer_id', 'required:signed_on'],
        [6, 'malformed:record'],
      ],
    ],
    [
      'influencer_deals',
      'raw/influencers/deals/dt=2025-01-05/a.csv',
      'id_contrat;pseudo;plateforme;cachet;devise;cout_produits;taux_commission;code_promo;lien_tracke;campagne;date_contrat;date_fin\nD;a;TikTok;1;EUR;1;0,1;c;;x;05/01/2025;\nE;a;TikTok;1;EUR;1;10;c;;x;05/01/2025;31/02/2025\n',
      [[3, 'type:date_fin', 'max:commission_rate']],
    ],
  ] as const)('of a document of %s has its place among the records', (table, key, content, expected) =>
    withLake(async (small) => {
      await small.drop(key, content);
      await small.transform(table);
      expect((await small.rejects(table)).map(({ object, line: at, reasons }) => ({ object, at, reasons }))).toEqual(
        expected.map(([at, ...reasons]) => ({ object: key, at, reasons })),
      );
      expect(await small.rows(table)).toHaveLength(1);
    }),
  );

  test('of an order that is refused is refused in the lines of it that are bad, and only there', () =>
    withLake(async (small) => {
      await small.drop(orders, [
        order(1, {
          line_items: [
            { id: 1, quantity: 1.5, price: '1.00' },
            { id: 2, quantity: 1, price: 'x' },
            { id: 3, quantity: 1, price: '1.00', total_discount: '2.00' },
            { id: 4, quantity: 1, price: '1.00' },
          ],
        }),
        '{"id":',
      ]);
      await small.transform('order_items');
      expect(
        (await small.rejects('order_items'))
          .map(({ line: at, reasons }) => ({ at, reasons }))
          .toSorted((a, b) => String(a.reasons).localeCompare(String(b.reasons))),
      ).toEqual([
        { at: 1, reasons: ['min:net_revenue'] },
        { at: 1, reasons: ['type:quantity'] },
        { at: 1, reasons: ['type:unit_price'] },
      ]);
      expect((await small.rows('order_items')).map((row) => row['line_item_id'])).toEqual(['4']);
    }));
});
