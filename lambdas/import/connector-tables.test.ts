/** Tables of one platform as connectors have them in a warehouse: known by the names of the platform's interface alone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { landed, lookAt, partsOf, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'connector-tables-'));
});
afterEach(() => rm(home, { recursive: true }));

// 12.5 + 7.5, of which a connector writes the one as millionths in two rows, by device or by hour.
const google = ['spend 20.00 EUR', 'impressions 1400', 'clicks 70'];
test.each<[string, string, string[]]>([
  [
    'Fivetran’s campaign_stats',
    '_fivetran_id,customer_id,date,_fivetran_synced,ad_network_type,base_campaign,clicks,conversions,' +
      'conversions_value,cost_micros,device,id,impressions\n' +
      'a,1234567890,2025-03-10,2025-03-11T05:00:00Z,SEARCH,customers/1234567890/campaigns/111,50,2.0,' +
      '118.0,12500000,MOBILE,111,1000\nb,1234567890,2025-03-10,2025-03-11T05:00:00Z,SEARCH,' +
      'customers/1234567890/campaigns/111,20,1.0,59.0,7500000,DESKTOP,111,400\n',
    google,
  ],
  [
    'Airbyte’s campaigns by hour',
    '_airbyte_raw_id,campaign.id,campaign.name,campaign.advertising_channel_type,customer.id,' +
      'customer.currency_code,metrics.clicks,metrics.cost_micros,metrics.impressions,segments.date,' +
      'segments.hour\nr1,111,Brand,SEARCH,1234567890,EUR,50,12500000.0,1000,2025-03-10,9\n' +
      'r2,111,Brand,SEARCH,1234567890,EUR,20,7500000.0,400,2025-03-10,10\n',
    google,
  ],
  [
    'of BigQuery’s transfer',
    'campaign_id,customer_id,metrics_clicks,metrics_conversions,metrics_cost_micros,' +
      'metrics_impressions,segments_date,segments_device\n' +
      '111,1234567890,70,3.0,20000000,1400,2025-03-10,MOBILE\n',
    google,
  ],
  [
    'of a package of models, in full',
    'date_day,account_name,account_id,currency_code,campaign_name,campaign_id,' +
      'advertising_channel_type,spend,clicks,impressions\n' +
      '2025-03-10,Shop,1234567890,EUR,Brand,111,SEARCH,20.0,70,1400\n',
    google,
  ],
  [
    'Fivetran’s basic_ad',
    'ad_id,date,account_id,impressions,inline_link_clicks,cpc,spend,ad_name,adset_name,campaign_name\n331,2025-03-10,999,10000,80,0.25,20.25,Ad 1,Set 1,Spring\n',
    ['spend 20.25 EUR', 'impressions 10000', 'clicks 80'],
  ],
  [
    'Airbyte’s ads_insights',
    'account_currency,account_id,actions,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,' +
      'clicks,date_start,date_stop,impressions,inline_link_clicks,spend\n' +
      'EUR,999,"[{""value"":2}]",331,Ad 1,221,Set 1,22,Spring,120,2025-03-10,2025-03-10,10000,80,20.25\n',
    ['spend 20.25 EUR', 'impressions 10000', 'clicks 80'],
  ],
  [
    'TikTok’s, of a package of models',
    'source_relation,date_day,advertiser_id,advertiser_name,campaign_id,campaign_name,currency,' +
      'impressions,clicks,spend,reach,conversion,video_watched_2_s\n' +
      ',2025-03-10,77,Shop,7001,T1,EUR,1000,20,5.0,900,2,100\n',
    ['spend 5.00 EUR', 'impressions 1000', 'clicks 20'],
  ],
  [
    'LinkedIn’s, of a package of models',
    'source_relation,date_day,campaign_id,campaign_name,campaign_group_id,account_id,account_name,' +
      'account_currency,clicks,impressions,cost\n' +
      ',2025-03-10,77,L1,1,5,Shop,EUR,20,1000,5.0\n',
    ['spend 5.00 EUR', 'impressions 1000', 'clicks 20'],
  ],
])('%s', async (_, text, sums) => {
  const [part] = await partsOf(home, 'table.csv', text);
  expect([part?.days?.from, totals(part)?.slice(0, 3)]).toEqual(['2025-03-10', sums]);
});

test('a table that keeps what each sync told is refused: a corrected day would count twice', async () => {
  const table = (...rows: readonly string[]) =>
    ['_airbyte_raw_id,_airbyte_extracted_at,date_start,campaign_id,campaign_name,impressions,inline_link_clicks,spend,ctr,country', ...rows].join('\n'); // prettier-ignore
  const first = 'r1,2025-03-11 05:00:00,2025-03-10,22,Spring,100,8,20.25,0.8,FR';
  const again = 'r2,2025-03-12 05:00:00,2025-03-10,22,Spring,101,8,20.50,0.79,FR';
  expect(await refused(table(first, again))).toMatch(/^Row 3 tells of the same ad and day as row 2, and was synced at another time/); // prettier-ignore
  const [part] = await partsOf(home, 't.csv', table(first, again.replace('FR', 'BE'), again.replace('03-10', '03-11')));
  expect(totals(part)?.[0]).toBe('spend 61.25 EUR');
});

test('a campaign without a name is known by its id', async () => {
  const [part] = await partsOf(
    home,
    'table.csv',
    'campaign_id,customer_id,metrics_clicks,metrics_cost_micros,metrics_impressions,segments_date\n111,1,70,20000000,1400,2025-03-10\n',
  );
  expect(part && landed(part)).toContain('"campaign":{"id":"111","name":"111"');
});

const refused = async (text: string) => {
  const [one] = await lookAt(home, 'table.csv', text);
  return one?.kind === 'refused' ? one.why : one?.kind;
};

test('a cost that is no whole number of millionths refuses the table', async () => {
  expect(
    await refused('campaign_id,customer_id,clicks,cost_micros,impressions,date\n111,1,70,20.5,1400,2025-03-10\n'),
  ).toMatch(/In row 2, “cost_micros” is “20\.5”, which is no whole number of millionths/);
});

test('what each conversion action has the whole of is refused', async () => {
  expect(
    await refused(
      'campaign_id,customer_id,clicks,cost_micros,impressions,date,conversion_action_name\n111,1,70,20000000,1400,2025-03-10,Buy\n',
    ),
  ).toMatch(/^It is broken down by “conversion_action_name”/);
});

test.each([
  [
    'Meta’s of Windsor',
    'account_id,campaign,clicks,currency_code,date,impressions,spend\n999,Spring,80,EUR,2025-03-10,20000,200.25\n',
  ],
  [
    'Meta’s of Supermetrics',
    'Date,Account,Campaign name,Currency code,Impressions,Clicks,Spend\n2025-03-10,Shop,Spring,EUR,20000,80,200.25\n',
  ],
  [
    'of a package of models',
    'date_day,account_id,campaign_id,campaign_name,status,clicks,impressions,spend\n2025-03-10,9,22,Spring,ACTIVE,120,10000,20.25\n',
  ],
])('one that any platform may have is none’s: %s', async (_, text) => {
  expect(await refused(text)).toMatch(/whose it is cannot be told.*--feed/);
});

test('the rows of an answer alone, a line each or in a list, are the answer', async () => {
  const day = (date: string, spend: string) => ({
    account_id: '9',
    account_currency: 'EUR',
    campaign_id: '22',
    campaign_name: 'Spring',
    impressions: '100',
    inline_link_clicks: '8',
    spend,
    date_start: date,
    date_stop: date,
  });
  const rows = [day('2025-03-10', '20.25'), day('2025-03-11', '21.25')];
  const ofMeta = async (text: string) => (await partsOf(home, 'm.json', text))[0];
  const answer = await ofMeta(JSON.stringify({ data: rows, paging: {} }));
  const alone = [
    await ofMeta(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n`),
    await ofMeta(JSON.stringify(rows)),
  ];
  for (const part of alone) {
    expect(part).toMatchObject({ totals: answer?.totals, days: answer?.days, account: '9', records: 2 });
    expect(part && JSON.parse(landed(part))).toEqual({ data: rows, paging: {} });
  }
  const [ofGoogle] = await partsOf(
    home,
    'g.json',
    '{"customer":{"id":"1","currencyCode":"EUR"},"campaign":{"id":"11","name":"Brand",' +
      '"advertisingChannelType":"SEARCH"},"segments":{"date":"2025-03-10"},"metrics":{"clicks":"5",' +
      '"costMicros":"12500000","impressions":"100"}}\n',
  );
  expect(totals(ofGoogle)).toContain('spend 12.50 EUR');
});

test('rows alone that tell of one ad and day twice are refused: a corrected day would count twice', async () => {
  const day = (spend: string, more: object = {}) => ({ account_id: '9', account_currency: 'EUR', campaign_id: '22', campaign_name: 'A', impressions: '100', spend, date_start: '2025-03-10', date_stop: '2025-03-10', ...more }); // prettier-ignore
  const lines = (...rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const why = async (text: string) => {
    const [one] = await lookAt(home, 'm.json', text);
    return one?.kind === 'refused' ? one.why : one?.kind;
  };
  expect(await why(lines(day('20.25'), day('20.50')))).toMatch(
    /^Record 2 tells of the same campaign and day as record 1/,
  );
  expect(await why(lines(day('20.25', { age: '18-24' }), day('20.50', { age: '25-34' })))).toBe('understood');
});
