/** What reports tell of keywords, and that ad_spend has each euro of them once. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { withSmallLake, type SmallLake } from '../../test/small-lake.ts';
import { day, googleAd, googleCampaign, googlePage, type Fields } from './ad-reports.samples.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-keyword-spend-test') });
});
afterAll(() => engine.close());

/** A row of Google's `FROM keyword_view`. */
const googleKeyword = (campaign: string, text: string, eur: number, over: Fields = {}): Fields =>
  googleAd(campaign, '', eur, {
    adGroupAd: undefined,
    adGroupCriterion: { keyword: { text, matchType: 'PHRASE' } },
    keywordView: { resourceName: `customers/77/keywordViews/5~${text.length}` },
    ...over,
  });

const key = (name: string, feed = 'google_ads') => `raw/advertising/${feed}/dt=${day}/${name}.json`;

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

async function built(small: SmallLake) {
  for (const table of ['keyword_spend', 'ad_spend']) await small.transform(table);
  const of = async (table: string, ...names: readonly string[]) =>
    (await small.rows(table)).map((row) => names.map((name) => row[name])).toSorted(byText);
  return {
    keywords: await of('keyword_spend', 'campaign_id', 'keyword', 'keyword_folded', 'match_type', 'spend'),
    spend: await of('ad_spend', 'campaign_id', 'level', 'spend'),
    rejects: (await small.rejects('keyword_spend')).map(({ line, reasons }) => [line, reasons]),
  };
}

test('keywords are a part of what a campaign cost, and a newer report of them replaces the older one whole', () =>
  withSmallLake(engine, async (small) => {
    await small.drop(key('ads'), JSON.stringify(googlePage([googleAd('1', 'a', 5)])));
    await small.drop(key('campaigns'), JSON.stringify(googlePage([googleCampaign('1', 5), googleCampaign('2', 3)])));
    const words = [
      googleKeyword('1', 'Crème  Bio', 2.5),
      googleKeyword('1', '[soin]', 1, { segments: { date: day, device: 'MOBILE' } }),
      googleKeyword('1', '[soin]', 0.5, { segments: { date: day, device: 'DESKTOP' } }),
    ];
    await small.drop(key('keywords-1'), JSON.stringify(googlePage([...words, googleKeyword('1', 'gone', 9)])));
    await small.drop(key('keywords-2'), JSON.stringify(googlePage(words)));
    expect(await built(small)).toEqual({
      keywords: [
        ['1', 'Crème  Bio', 'crème bio', 'phrase', '2.500000'],
        ['1', '[soin]', 'soin', 'phrase', '0.500000'],
        ['1', '[soin]', 'soin', 'phrase', '1.000000'],
      ],
      spend: [
        ['1', 'ad', '5.000000'],
        ['2', 'campaign', '3.000000'],
      ],
      rejects: [],
    });
  }));

test('two rows that are alike in all are two: what tells them apart was not asked for', () =>
  withSmallLake(engine, async (small) => {
    const row = googleKeyword('1', 'a', 2);
    await small.drop(key('keywords'), JSON.stringify(googlePage([row, row])));
    const { keywords, spend } = await built(small);
    expect(keywords.map(([, word, , , cost]) => [word, cost])).toEqual([
      ['a', '2.000000'],
      ['a', '2.000000'],
    ]);
    expect(spend.map(([campaign, , cost]) => [campaign, cost])).toEqual([
      ['1', '2.000000'],
      ['1', '2.000000'],
    ]);
  }));

test('a report of keywords alone is what is known of its campaigns', () =>
  withSmallLake(engine, async (small) => {
    const page = googlePage([googleKeyword('1', 'a', 2), googleKeyword('1', 'b', 1)]);
    await small.drop(key('keywords'), JSON.stringify(page));
    const { keywords, spend } = await built(small);
    expect(keywords.map(([, word]) => word)).toEqual(['a', 'b']);
    expect(spend).toEqual([
      ['1', 'view', '1.000000'],
      ['1', 'view', '2.000000'],
    ]);
  }));

test('ads broken down by keyword tell of keywords, and over actions of conversion nothing adds up', () =>
  withSmallLake(engine, async (small) => {
    const by = (text: string, more: Fields = {}) => ({
      segments: { date: day, keyword: { adGroupCriterion: 'x', info: { text, matchType: 'EXACT' } }, ...more },
    });
    await small.drop(
      key('ads'),
      JSON.stringify(
        googlePage([
          googleAd('1', 'a', 2, by('soin')),
          googleAd('1', 'a', 3, by('savon')),
          googleAd('1', 'a', 3, by('savon', { conversionAction: 'x' })),
        ]),
      ),
    );
    const { keywords, spend, rejects } = await built(small);
    expect(keywords.map(([, word, , match, eur]) => [word, match, eur])).toEqual([
      ['savon', 'exact', '3.000000'],
      ['soin', 'exact', '2.000000'],
    ]);
    expect(spend.map(([, level, eur]) => [level, eur])).toEqual([
      ['ad', '2.000000'],
      ['ad', '3.000000'],
    ]);
    // Refused by ad_spend, which accounts for it.
    expect(rejects).toEqual([]);
  }));

test('an imported report of keywords counts where the campaign has no other; a cost that is no number is refused', () =>
  withSmallLake(engine, async (small) => {
    const row = (over: Fields): Fields => ({
      platform: 'microsoft_ads',
      account_id: '180',
      currency: 'EUR',
      campaign_id: '7',
      campaign_name: 'C',
      campaign_type: 'search',
      date: day,
      impressions: '10',
      clicks: '1',
      ...over,
    });
    const word = (keyword: string, spend: string, over: Fields = {}) =>
      row({ ad_group_id: '5', keyword, match_type: 'EXACT', is_view: 'true', spend, ...over });
    const dropped = (name: string, rows: readonly Fields[]) =>
      small.drop(key(name, 'reports'), JSON.stringify({ records: rows }));
    await dropped('campaigns', [row({ spend: '8.00' })]);
    await dropped('keywords', [
      word('soin', '3.00'),
      word('soin', '1.00'),
      word('savon', '2.00', { campaign_id: '8' }),
      word('savon', 'x', { campaign_id: '8' }),
    ]);
    expect(await built(small)).toEqual({
      keywords: [
        ['7', 'soin', 'soin', 'exact', '1.000000'],
        ['7', 'soin', 'soin', 'exact', '3.000000'],
        ['8', 'savon', 'savon', 'exact', '2.000000'],
      ],
      spend: [
        ['7', 'campaign', '8.000000'],
        ['8', 'view', '2.000000'],
      ],
      rejects: [[4, ['type:spend']]],
    });
  }));
