/** The sum of a report is what the lake is going to count, and what it lacks or has twice is told or refused. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { landed, partsOf, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'report-figures-'));
});
afterEach(() => rm(home, { recursive: true }));

describe('Google’s total of the account', () => {
  const google = (...rows: readonly string[]) =>
    ['Day,Campaign,Campaign ID,Campaign type,Customer ID,Currency code,Impr.,Clicks,Cost', ...rows].join('\n');
  const brand = '2025-03-10,Brand,111,Search,123-456-7890,EUR,100,3,50.00';
  const total = (name: string, cost: string) => `${name},--,--,--,--,EUR,100,3,${cost}`;
  const keyword = google('2025-03-10,Brand,111,Search,123-456-7890,EUR,100,3,50.00').replace(
    /^(.*)\n(.*)/,
    'Keyword,$1\nsavon,$2',
  );
  const told = async (text: string) => (await partsOf(home, 'g.csv', text))[0]?.notes.join('\n');

  test.each(['Total: Account', 'Total : compte', 'Gesamt: Konto'])('“%s” that is larger is told', async (name) => {
    const text = google(brand, total('Total: Campaigns', '50.00'), total(name, '90.00'));
    expect(await told(text)).toMatch(
      /The account spent 90\.00 EUR in that time, by its own total; this report has 50\.00 EUR of it/,
    );
  });

  test.each<[string, string]>([
    ['the same', google(brand, total('Total: Campaigns', '50.00'), total('Total: Account', '50.00'))],
    ['of a part', google(brand, total('Total: Campaigns', '50.00'), total('Total: Search campaigns', '90.00'))],
    [
      'of an account whose keywords are but a part',
      `${keyword}\n${total('Total: Keywords,--', '50.00')}\n${total('Total: Account,--', '90.00')}`,
    ],
    ['of an account of keywords alone', `${keyword}\n${total('Total: Account,--', '90.00')}`],
  ])('is not told where it is %s', async (_, text) => {
    expect(await told(text)).not.toMatch(/total/);
  });
});

describe('rows of several levels in one file', () => {
  const sets = (own: string) =>
    [
      'Day,Campaign name,Campaign ID,Account ID,Ad set name,Ad set ID,Amount spent (EUR),Impressions',
      `2025-03-10,Promo,901,555,,,${own},1000`,
      '2025-03-10,Promo,901,555,A,91,20.50,500',
      '2025-03-10,Promo,901,555,B,92,20.00,500',
      '2025-03-11,Promo,901,555,,,7.00,100',
    ].join('\n');
  const records = (own: string) =>
    JSON.stringify({
      data: [
        ['2025-03-10', own],
        ['2025-03-10', '20.50', '91'],
        ['2025-03-10', '20.00', '92'],
        ['2025-03-11', '7.00'],
      ].map(([date, spend, adset_id]) => ({
        account_id: '555',
        account_currency: 'EUR',
        campaign_id: '901',
        campaign_name: 'Promo',
        ...(adset_id !== undefined && { adset_id }),
        impressions: '1',
        spend,
        date_start: date,
        date_stop: date,
      })),
      paging: {},
    });

  test('of a table: the finest count, the others are left out', async () => {
    const [part] = await partsOf(home, 'm.csv', sets('40.50'));
    expect(totals(part)?.[0]).toBe('spend 47.50 EUR');
    expect(part?.leftOut).toEqual([
      { why: 'its campaign has finer rows of that day here, and they count', rows: 1, first: 2 },
    ]);
    expect(part && landed(part)).not.toContain('40.50');
    expect(part?.notes.join('\n')).not.toMatch(/not the same/);
  });

  test('of JSON: the sum is of what counts, which is told', async () => {
    const [part] = await partsOf(home, 'm.json', records('40.50'));
    expect(totals(part)).toEqual(['records 4', 'spend 47.50 EUR']);
    expect(part?.notes).toEqual([expect.stringMatching(/records on several levels on the same days/)]);
  });

  test.each(['100.00', '10.00'])('that do not come to the same (%s) are told', async (own) => {
    const words = new RegExp(`Of “Promo” it has ${own} EUR by campaigns and 40.50 EUR by ad groups \\(ad sets\\)`);
    for (const [name, text] of [
      ['m.csv', sets(own)],
      ['m.json', records(own)],
    ] as const) {
      const [part] = await partsOf(home, name, text);
      expect(part?.notes.join('\n')).toMatch(words);
    }
  });
});

describe('TikTok without its account', () => {
  const text =
    'Campaign name,Campaign ID,By Day,Currency,Cost,Impressions,Clicks (destination)\nA,71,2025-03-10,EUR,30,100,1\n';

  test('is said to replace what shares a campaign, as the lake has it', async () => {
    const [part] = await partsOf(home, 't.csv', text);
    expect(part?.notes.join('\n')).toMatch(
      /replaces the days of older reports that share a campaign with it, and counts beside those that share none/,
    );
    expect(part && landed(part)).not.toContain('advertiser_id');
    expect(part?.restated).toMatchObject([{ level: 'campaign', campaigns: { 71: { name: 'A' } } }]);
    expect(part?.restated?.[0]).not.toHaveProperty('account');
  });

  test('also where the column is there, and its cell is empty', async () => {
    const [part] = await partsOf(
      home,
      't.csv',
      text.replace('Clicks (destination)', '$&,Account ID').replace(',1\n', ',1,\n'),
    );
    expect(part && landed(part)).not.toContain('advertiser_id');
  });
});
