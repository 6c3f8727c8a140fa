/** Reports of keywords and of search terms, as the pages of Google Ads and Microsoft Advertising give them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as z from 'zod';
import { landed, lookAt, partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'keyword-reports-'));
});
afterEach(() => rm(home, { recursive: true }));

const tail = 'Campaign ID,Campaign type,Customer ID,Currency code,Impr.,Clicks,Cost';
const figures = '901,Search,123-456-7890,EUR,100,3';
const google = (heading: string, ...rows: readonly string[]) => `${heading},${tail}\n${rows.join('\n')}\n`;
const googleRows = z.object({ results: z.array(z.looseObject({})) });

test.each<[string, string, readonly object[]]>([
  [
    'English, with totals of the keywords and of the account',
    google(
      'Day,Keyword status,Keyword,Match type,Campaign,Ad group',
      `2025-03-10,Enabled,crème bio,Broad match,FR Search,Soins,${figures},1.50`,
      `2025-03-10,Enabled,[savon],Exact match,FR Search,Soins,${figures},0.50`,
      'Total: Keywords, --, --, --, --, --, --, --, --,EUR,200,6,2.00',
      'Total: Account, --, --, --, --, --, --, --, --,EUR,900,9,9.00',
    ),
    [
      { adGroupCriterion: { keyword: { text: 'crème bio', matchType: 'BROAD' } } },
      { adGroupCriterion: { keyword: { text: '[savon]', matchType: 'EXACT' } } },
    ],
  ],
  [
    'French',
    'Jour,Mot clé du Réseau de Recherche,Type de correspondance du mot clé,Campagne,Groupe d’annonces,' +
      'ID de campagne,Type de campagne,Numéro client,Code de devise,Impr.,Clics,Coût\n' +
      `2025-03-10,savon,Expression exacte,FR Search,Soins,${figures},"1,50"\n` +
      `2025-03-10,savon,Mot clé exact,FR Search,Soins,${figures},"1,50"\n` +
      `2025-03-10,savon,Requête large,FR Search,Soins,${figures},"1,50"\n`,
    ['PHRASE', 'EXACT', 'BROAD'].map((matchType) => ({ adGroupCriterion: { keyword: { text: 'savon', matchType } } })),
  ],
  [
    'German',
    'Tag;Keyword;Keyword-Übereinstimmungstyp;Kampagne;Anzeigengruppe;Kampagnen-ID;Kampagnentyp;Kundennummer;Währungscode;Impr.;Klicks;Kosten\n' +
      '2025-03-10;seife;Passende Wortgruppe;DE Suche;Seifen;901;Suche;123-456-7890;EUR;100;3;1,50\n' +
      '2025-03-10;seife;Genau passend;DE Suche;Seifen;901;Suche;123-456-7890;EUR;100;3;1,50\n',
    ['PHRASE', 'EXACT'].map((matchType) => ({ adGroupCriterion: { keyword: { text: 'seife', matchType } } })),
  ],
  [
    'search terms, which lack the rare ones',
    google(
      'Day,Search term,Match type,Keyword,Campaign,Ad group',
      `2025-03-10,creme bio pas chere,Broad match,crème bio,FR Search,Soins,${figures},1.50`,
    ),
    [{ searchTermView: {} }],
  ],
])('Google Ads: %s', async (_, text, rows) => {
  const [part] = await partsOf(home, 'keywords.csv', text);
  expect(part?.shape).toBe('google-ads-csv');
  const records = part && googleRows.parse(JSON.parse(landed(part))).results;
  expect(records).toMatchObject(rows);
  expect(records?.every((one) => 'adGroupCriterion' in one !== 'searchTermView' in one)).toBe(true);
  expect(part?.restated?.map(({ level }) => level)).toEqual(['view']);
  expect(part?.notes.join('\n')).not.toMatch(/total/);
});

test('Microsoft Advertising', async () => {
  const [part] = await partsOf(
    home,
    'keywords.csv',
    'Time period,Account name,Account ID,Currency code,Campaign,Campaign ID,Campaign type,Ad group,Keyword,Delivered match type,Impr.,Clicks,Spend\n' +
      '3/10/2025,Boutique,180,EUR,FR Marque,77,Search & content,Marque,sillage,Exact,400,20,8.40\n' +
      '3/13/2025,Boutique,180,EUR,FR Marque,77,Search & content,Marque,sillage bio,Phrase,400,20,8.40\n',
  );
  const { records } = z.object({ records: z.array(z.looseObject({})) }).parse(part && JSON.parse(landed(part)));
  expect(records).toMatchObject([
    { keyword: 'sillage', match_type: 'EXACT', is_view: 'true' },
    { keyword: 'sillage bio', match_type: 'PHRASE', is_view: 'true' },
  ]);
});

test('of assets each has the whole cost of its ads: such a report is refused', async () => {
  const text = google('Day,Asset,Asset type,Campaign', `2025-03-10,Crème bio,Headline,FR Search,${figures},1.50`);
  const [looked] = await lookAt(home, 'assets.csv', text);
  expect(looked).toMatchObject({ kind: 'refused', why: expect.stringMatching(/“Asset”.*does not add up/) });
});
