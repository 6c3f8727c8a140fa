/** Reports of platforms without a feed of their own: the records that are made of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { landed, partsOf, sample, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'other-reports-'));
});
afterEach(() => rm(home, { recursive: true }));

const report = z.object({ records: z.array(z.looseObject({ platform: z.string() })) });

interface Case {
  readonly shape: string;
  readonly records: readonly object[];
  readonly totals: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  'pinterest.csv': {
    shape: 'pinterest-ads-csv',
    records: [
      {
        platform: 'pinterest_ads',
        account_id: '549',
        campaign_id: '626',
        campaign_name: 'Soins bio',
        date: '2025-03-10',
        currency: 'EUR',
        spend: '12.50',
        impressions: '1000',
        clicks: '20',
        conversions: '1',
        conversion_value: '52.00',
      },
      { date: '2025-03-11', spend: '7.25', clicks: '8' },
    ],
    totals: ['spend 19.75 EUR', 'impressions 1500', 'clicks 28'],
  },
  'microsoft.csv': {
    shape: 'microsoft-ads-csv',
    records: [
      {
        platform: 'microsoft_ads',
        account_id: '180',
        campaign_id: '77',
        campaign_type: 'search',
        date: '2025-03-10',
        spend: '8.40',
        impressions: '400',
        clicks: '20',
      },
      { campaign_id: '78', campaign_type: 'shopping', date: '2025-03-13', spend: '11.60', impressions: '1200' },
    ],
    totals: ['spend 20.00 EUR of 20.00 EUR', 'impressions 1600 of 1600', 'clicks 50 of 50'],
  },
  'linkedin-utf16.csv': {
    shape: 'linkedin-ads-csv',
    records: [
      {
        platform: 'linkedin_ads',
        account_id: 'Boutique',
        campaign_id: '333',
        campaign_name: 'B2B Bio',
        date: '2025-03-13',
        spend: '45.60',
        impressions: '1500',
        clicks: '12',
      },
    ],
    totals: ['spend 45.60 EUR', 'impressions 1500', 'clicks 12'],
  },
  'criteo.csv': {
    shape: 'criteo-csv',
    records: [
      {
        platform: 'criteo',
        account_id: '12345',
        campaign_id: '54',
        campaign_name: 'Retargeting',
        date: '2025-03-10',
        spend: '17.5',
        impressions: '2534',
        clicks: '35',
      },
      { date: '2025-03-11', spend: '48' },
    ],
    totals: ['spend 65.50 EUR', 'impressions 8768', 'clicks 131'],
  },
  'klaviyo.csv': {
    shape: 'klaviyo-campaigns-csv',
    records: [
      {
        platform: 'klaviyo',
        account_id: 'klaviyo',
        campaign_id: '01HZ',
        campaign_type: 'email',
        date: '2025-03-10',
        sends: '5000',
        impressions: '1500',
        clicks: '120',
        conversions: '6',
        conversion_value: '312.00',
        spend: '25.00',
      },
      { campaign_id: '01HX', campaign_type: 'sms', date: '2025-03-11', sends: '800', spend: '48.00' },
    ],
    totals: ['spend 73.00 EUR', 'sends 5800', 'impressions 1500', 'clicks 160'],
  },
  'brevo.csv': {
    shape: 'brevo-campaigns-csv',
    records: [
      {
        platform: 'brevo',
        campaign_id: '12',
        campaign_name: 'Printemps',
        date: '2025-03-13',
        sends: '4200',
        impressions: '1300',
        clicks: '95',
        spend: '0',
      },
    ],
    totals: ['sends 4200', 'impressions 1300', 'clicks 95'],
  },
};

test.each(Object.entries(cases))('%s', async (name, { shape, records, totals: sums }) => {
  const [part] = await partsOf(home, name, sample(name));
  expect(part?.shape).toBe(shape);
  expect(part && report.parse(JSON.parse(landed(part))).records).toMatchObject(records);
  expect(
    part?.totals.map(({ what, imported, own }) => `${what} ${imported}${own === undefined ? '' : ` of ${own}`}`),
  ).toEqual(sums);
});

test('what an e-mail tool does not tell of its cost is told', async () => {
  const [part] = await partsOf(home, 'brevo.csv', sample('brevo.csv'));
  expect(part?.notes.join('\n')).toMatch(/enter what Brevo costs, by month, in marketing_costs/);
  const [costed] = await partsOf(home, 'klaviyo.csv', sample('klaviyo.csv'));
  expect(costed?.notes.join('\n')).not.toMatch(/marketing_costs/);
});

describe('amounts of two currencies have no sum: each is told by itself', () => {
  test.each<[string, string, string, string[]]>([
    [
      'an ad report, whose own total adds them up',
      'report.csv',
      'Day,Campaign,Campaign ID,Campaign type,Customer ID,Currency code,Impr.,Clicks,Cost\n' +
        '2025-03-10,A,1,Search,123-456-7890,EUR,10,1,40.00\n' +
        '2025-03-10,B,2,Search,123-456-7891,USD,20,2,50.10\n' +
        'Total,,,,,,30,3,90.10\n',
      ['spend 40.00 EUR', 'spend 50.10 USD', 'impressions 30', 'clicks 3'],
    ],
    [
      "an influencers' sheet",
      'deals.csv',
      'Pseudo,Plateforme,Cachet,Devise,Code,Date\n@lea,Instagram,900,EUR,LEA,2025-03-10\n@max,TikTok,120,USD,MAX,2025-03-11\n',
      ['deals 2', 'fees 900.00 EUR', 'fees 120.00 USD'],
    ],
    [
      'the purchases of GA4',
      'ga4.json',
      [
        ['EUR', 10],
        ['USD', 20.5],
      ]
        .map(([currency, value], n) =>
          JSON.stringify({
            event_name: 'purchase',
            event_timestamp: `174159720000000${n}`,
            user_pseudo_id: '1.2',
            event_params: [
              { key: 'page_location', value: { string_value: 'https://shop.example/merci' } },
              { key: 'currency', value: { string_value: currency } },
            ],
            ecommerce: { transaction_id: `${n}`, purchase_revenue: value },
          }),
        )
        .join('\n'),
      ['events 2', 'purchases 2', 'purchase_revenue 10.00 EUR', 'purchase_revenue 20.50 USD'],
    ],
  ])('%s', async (_, name, text, sums) => {
    const [part] = await partsOf(home, name, text);
    expect(totals(part)).toEqual(sums);
    expect(part?.totals.filter(({ what, own }) => (what === 'spend' || what === 'fees') && own !== undefined)).toEqual(
      [],
    );
  });
});
