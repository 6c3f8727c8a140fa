/** One table of several platforms is as many reports: none of them has the spend of another. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { landed, lookAt, partsOf, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'several-platforms-'));
});
afterEach(() => rm(home, { recursive: true }));

const spends = async (text: string) =>
  (await partsOf(home, 'all.csv', text)).map((part) => [part.shape, part.days, totals(part)?.[0]]);
const refusal = async (text: string, feed?: string) => {
  const [one] = await lookAt(home, 'all.csv', text, feed === undefined ? {} : { feed });
  return one?.kind === 'refused' ? one.why : one?.kind;
};

describe('a table of several platforms is a report of each', () => {
  const [first, second] = ['2025-03-10', '2025-03-11'];
  const google = ['google-ads-csv', { from: first, to: second }, 'spend 211.00 EUR'];
  const meta = ['meta-ads-csv', { from: first, to: first }, 'spend 200.25 EUR'];
  test.each<[string, string]>([
    [
      'of Windsor, with the headings of Microsoft',
      'account_id,campaign,campaign_id,clicks,currency_code,datasource,date,impressions,spend\n' +
        '1,Brand,11,50,EUR,google_ads,2025-03-10,1000,100.5\n' +
        '2,Spring,22,80,EUR,facebook,2025-03-10,20000,200.25\n' +
        '1,Brand,11,50,EUR,google_ads,2025-03-11,1000,110.5\n',
    ],
    [
      'of Supermetrics, with the headings of Google',
      'Date,Data source name,Campaign,Cost,Impressions,Clicks,Currency code\n' +
        '2025-03-10,Google Ads,Brand,100.50,1000,50,EUR\n' +
        '2025-03-10,Facebook Ads,Spring,200.25,20000,80,EUR\n' +
        '2025-03-11,Google Ads,Brand,110.50,1000,50,EUR\n',
    ],
    [
      'of Fivetran, with no platform’s headings',
      'source_relation,date_day,platform,account_id,account_name,campaign_id,campaign_name,clicks,' +
        'impressions,spend\n,2025-03-10,google_ads,1,Shop,11,Brand,50,1000,100.5\n' +
        ',2025-03-10,facebook_ads,2,Shop,22,Spring,80,20000,200.25\n' +
        ',2025-03-11,google_ads,1,Shop,11,Brand,50,1000,110.5\n',
    ],
    [
      'by hand',
      'Jour;Canal;Campagne;Dépenses (EUR);Impressions;Clics\n' +
        '10/03/2025;Google Ads;Brand;100,50;1000;50\n' +
        '10/03/2025;Meta;Spring;200,25;20000;80\n11/03/2025;Google Ads;Brand;110,50;1000;50\n',
    ],
  ])('%s', async (_, text) => {
    expect(await spends(text)).toEqual([google, meta]);
  });

  test('whose days and numbers are read as the whole column shows', async () => {
    const text =
      'Date,Source,Campaign,Cost,Impressions,Clicks\n03/04/2025,google,Brand,"1,234","1,000",50\n03/13/2025,facebook,Spring,200.25,20000,80\n';
    expect(await spends(text)).toEqual([
      ['google-ads-csv', { from: '2025-03-04', to: '2025-03-04' }, 'spend 1234.00 EUR'],
      ['meta-ads-csv', { from: '2025-03-13', to: '2025-03-13' }, 'spend 200.25 EUR'],
    ]);
  });

  test.each(['Spend currency', 'Cost currency', 'Devise du budget', 'Monnaie'])(
    'in the currency of “%s”',
    async (name) => {
      const text = `Date,Source,Campaign,Cost,Impressions,Clicks,${name}\n2025-03-10,google,Brand,1.00,10,5,USD\n`;
      expect((await spends(text)).map(([, , spend]) => spend)).toEqual(['spend 1.00 USD']);
    },
  );

  test('whose other rows are told', async () => {
    const text =
      'Date,Source,Campaign,Cost,Impressions,Clicks\n' +
      '2025-03-10,google,Brand,1.00,10,5\n2025-03-10,Snapchat,Snap,2.00,10,5\n' +
      '2025-03-10,Google Analytics,(none),0,0,0\n' +
      'Total,,,3.00,20,10\n';
    const [one] = await lookAt(home, 'all.csv', text);
    expect(one?.kind === 'understood' && one.understood.passedOver[0]?.why).toMatch(
      /^rows whose “Source” is no platform .* 1 of “Snapchat”, 1 of “Google Analytics”, 1 of none\. .*marketing_costs/,
    );
    expect(one?.kind === 'understood' && one.understood.parts.map((part) => landed(part)).join('')).not.toContain(
      'Snap',
    );
  });

  test('whose headings are one platform’s, and rows another’s that is not read', async () => {
    const table = (...rows: readonly string[]) =>
      ['Date,Source,Campaign,Cost,Impressions,Clicks,Currency code', ...rows].join('\n');
    const [own, snap] = ['2025-03-10,google,Brand,1.00,10,5,EUR', '2025-03-10,Snapchat,Snap,2.00,10,5,EUR'];
    expect(await spends(table(own, snap))).toEqual([['google-ads-csv', { from: first, to: first }, 'spend 1.00 EUR']]);
    expect(await refusal(table(snap))).toMatch(/^None of its rows is read: .*1 of “Snapchat”.*marketing_costs/);
    // A word for something else is no platform.
    const words = table(own.replace('google', 'Paid Search')).replace('Impressions', 'Impr.');
    expect(await spends(words)).toHaveLength(1);
  });

  test('of which all clicks of Meta are told', async () => {
    const table = (clicks: string) =>
      `Date,Source,Campaign,Cost,Impressions,${clicks}\n2025-03-10,facebook,Spring,1.00,10,5\n`;
    const told = async (clicks: string) =>
      (await partsOf(home, 'all.csv', table(clicks)))[0]?.notes.some((note) => note.includes('may be of all clicks'));
    expect([await told('Clicks'), await told('Link clicks')]).toEqual([true, false]);
  });
});

describe('no table of several platforms', () => {
  test('is one without days, campaigns or clicks: what is known by month is entered by hand', async () => {
    expect(await refusal('Mois,Canal,Dépenses\n2025-01,Google Ads,1200\n2025-01,Meta,2300\n')).toMatch(
      /^Its “Canal” names platforms \(“Google Ads”, “Meta”\), and it lacks .*marketing_costs/,
    );
  });

  test('is one that a person says is of one platform', async () => {
    const text =
      'account_id,campaign,clicks,currency_code,datasource,date,impressions,spend\n1,Brand,50,EUR,google_ads,2025-03-10,1000,100.5\n';
    expect(await refusal(text, 'microsoft-ads-csv')).toMatch(
      /^Its “datasource” names another platform \(“google_ads”\)/,
    );
  });

  test('is a report of Meta by its platforms', async () => {
    const text =
      'Campaign name,Day,Account ID,Amount spent (EUR),Impressions,Link clicks,Purchases,Platform\n' +
      'Spring,2025-03-10,5,1.00,10,5,2,facebook\n' +
      'Spring,2025-03-10,5,2.00,10,5,1,instagram\n';
    const [part] = await partsOf(home, 'm.csv', text);
    expect([part?.shape, part?.mapped['Purchases']]).toEqual(['meta-ads-csv', 'conversions']);
  });

  test('are visits by source', async () => {
    expect(await refusal('Source,Visitors,Visits,Bounce rate\nGoogle,10,12,50%\nFacebook,5,5,20%\n')).toMatch(
      /adds up visits/,
    );
  });
});
