/** Whose a report is: a platform's own headings say so, in its languages; a foreign one is refused in words. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lookAt, partsOf, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'report-platforms-'));
});
afterEach(() => rm(home, { recursive: true }));

const reddit =
  'Date,Campaign Name,Campaign ID,Currency,Spend,Impressions,Clicks,eCPM,CPC\n2025-03-01,R,19,USD,100.00,20000,300,5,0.33\n';
const foreign: Readonly<Record<string, string>> = {
  Reddit: reddit,
  X:
    'Time period,Account ID,Account name,Campaign ID,Campaign name,Objective,Currency,Impressions,' +
    'Spend,Clicks,Link clicks\n2025-03-01,18ce,Lune,abc,X FR,Traffic,USD,20000,100.00,300,200\n',
  Amazon:
    'Date,Portfolio name,Currency,Campaign Name,Impressions,Clicks,Cost Per Click (CPC),Spend,14 Day Total Sales\n"Mar 01, 2025",Lune,EUR,SP Serum,1200,40,€0.50,€20.00,€120.00\n',
  Snapchat:
    'Start Time,End Time,Campaign Name,Campaign ID,Currency,Amount Spent,Paid Impressions,Swipe-Ups\n2025-03-01,2025-03-02,S,aa,EUR,100.00,20000,300\n',
  'Snapchat, with impressions':
    'Day,Campaign Name,Campaign ID,Currency,Amount Spent,Impressions,Swipe-Ups\n2025-03-01,S,aa,EUR,100.00,20000,300\n',
  'Snapchat, with its currency in the heading':
    'Day,Campaign Name,Ad Set Name,Amount Spent (EUR),Impressions,Clicks\n2025-03-01,S,SS,100.00,20000,300\n',
  'Reddit, with its currency in the heading':
    'Day,Account Name,Campaign Name,Campaign ID,Amount Spent (EUR),Impressions,eCPM (EUR)\n2025-03-01,Lune,R,19,100.00,20000,5\n',
  Taboola:
    'Day,Campaign Name,Campaign ID,Spent,Clicks,Viewable Impressions,Actual CPC\n2025-03-01,T,12,100.00,300,20000,0.33\n',
  'a table with the most general headings': 'Date,Campaign,Cost,Impressions,Clicks\n2025-03-01,T,100.00,20000,300\n',
  'the most general headings in German':
    'Tag;Kampagnen-ID;Kampagne;Währung;Impressionen;Klicks;Kosten\n01.03.2025;98;R;EUR;240;12;34,56\n',
};

test.each([
  [
    'Plausible, sources',
    'date,source,referrer,utm_source,pageviews,visitors,visits,visit_duration,bounces\n2025-03-10,Google,google.com,,100,50,52,900,10\n',
  ],
  ['Plausible, the page', 'name,visitors,bounce_rate,visit_duration\nGoogle,50,40,90\n'],
  [
    'GA4, the page',
    '# ----\n# Acquisition de trafic\n# ----\n\nGroupe de canaux,Utilisateurs,Sessions,Événements\nDirect,50,60,100\n',
  ],
])('sums of visits are refused in words: %s', async (_, text) => {
  expect(await lookAt(home, 'visits.csv', text)).toMatchObject([
    { kind: 'refused', why: expect.stringMatching(/^It adds up visits .*can be joined to an order/) as unknown },
  ]);
});

test.each(Object.entries(foreign))('is of no platform that is known: %s', async (_, text) => {
  expect(await lookAt(home, 'report.csv', text)).toMatchObject([
    {
      kind: 'refused',
      why: expect.stringMatching(
        /^It is a report of advertising, and none of its headings is of a platform that is known \(Meta Ads Manager, Google Ads.*export it in English.*--feed .*microsoft-ads-csv/,
      ) as unknown,
    },
  ]);
});

const linkedin = (lines: readonly string[], headings: string, ...rows: readonly string[]) =>
  Buffer.from(['\uFEFF' + lines[0], ...lines.slice(1), '', headings, ...rows].join('\n'), 'utf16le');
const inFrench = [
  'Rapport de performance des campagnes (en UTC)',
  'Début du rapport : 1 mars 2025, 00:00',
  'Fin du rapport : 10 mars 2025, 23:59',
];
const french =
  'Date de début (en UTC)\tNom du compte\tDevise\tNom du groupe de campagnes\tNom de la campagne\tIdentifiant ' +
  'de la campagne\tImpressions\tClics\tTotal dépensé\tConversions';
const inGerman = [
  'Kampagnen-Performance-Bericht (in UTC)',
  'Berichtsbeginn: 1. März 2025, 00:00 Uhr',
  'Berichtsende: 31. März 2025, 23:59 Uhr',
];
const german =
  'Startdatum (in UTC)\tKontoname\tWährung\tName der Kampagnengruppe\tKampagnenname\tKampagnen-ID\tImpressions\tKlicks\tGesamtausgaben\tConversions';

test.each<[string, string, Buffer | string, readonly unknown[]]>([
  [
    'LinkedIn in French',
    'linkedin-ads-csv',
    linkedin(inFrench, french, '04/03/2025\tBoutique\tEUR\tG\tB2B\t333\t1\u202F500\t12\t1\u202F045,60\t0'),
    ['2025-03-04', 'EUR', 'spend 1045.60 EUR', 'impressions 1500', 'clicks 12'],
  ],
  [
    'LinkedIn in French, the month first, as its own period shows',
    'linkedin-ads-csv',
    linkedin(inFrench, french, '03/04/2025\tBoutique\tEUR\tG\tB2B\t333\t1500\t12\t45,60\t0'),
    ['2025-03-04', 'EUR', 'spend 45.60 EUR', 'impressions 1500', 'clicks 12'],
  ],
  [
    'LinkedIn in German',
    'linkedin-ads-csv',
    linkedin(inGerman, german, '13.03.2025\tBoutique\tEUR\tG\tB2B\t333\t1.500\t12\t1.045,60\t0'),
    ['2025-03-13', 'EUR', 'spend 1045.60 EUR', 'impressions 1500', 'clicks 12'],
  ],
  [
    'Criteo in German',
    'criteo-csv',
    'Tag;Werbetreibender;Werbetreibenden-ID;Kampagne;Kampagnen-ID;Währung;Ausspielungen;Klicks;Kosten;Sales;Einnahmen\n01.03.2025;Lune;12345;R;98;EUR;2.400;12;1.034,56;2;120,00\n',
    ['2025-03-01', 'EUR', 'spend 1034.56 EUR', 'impressions 2400', 'clicks 12'],
  ],
  [
    'Criteo in German, by its column of advertisers',
    'criteo-csv',
    'Tag;Werbetreibenden-ID;Kampagnen-ID;Kampagne;Währung;Impressionen;Klicks;Kosten\n01.03.2025;12345;98;R;EUR;240;12;34,56\n',
    ['2025-03-01', 'EUR', 'spend 34.56 EUR', 'impressions 240', 'clicks 12'],
  ],
])('is known: %s', async (_, shape, bytes, told) => {
  const [part] = await partsOf(home, 'report.csv', bytes);
  expect([part?.shape, part?.days?.from, ...(part?.currencies ?? []), ...(totals(part) ?? [])]).toEqual([
    shape,
    ...told,
  ]);
});

test('a month of LinkedIn on its first day is refused in French, too', async () => {
  const month = [inFrench[0] ?? '', 'Début du rapport : 1 mars 2025', 'Fin du rapport : 31 mars 2025'];
  const bytes = linkedin(month, french, '01/03/2025\tBoutique\tEUR\tG\tB2B\t333\t1500\t12\t45,60\t0');
  expect(await lookAt(home, 'report.csv', bytes)).toMatchObject([
    { kind: 'refused', why: expect.stringMatching(/^It adds up days/) as unknown },
  ]);
});

test('a person may say whose it is, and its currency is read', async () => {
  const [part] = await partsOf(home, 'report.csv', reddit, { feed: 'microsoft-ads-csv' });
  expect([part?.shape, part?.currencies, totals(part)?.[0]]).toEqual([
    'microsoft-ads-csv',
    ['USD'],
    'spend 100.00 USD',
  ]);
});

test.each(['Currency', 'Currency code', 'Account currency', 'Devise', 'Code de devise', 'Währung', 'Währungscode'])(
  'a column “%s” is read in every report',
  async (heading) => {
    const reports = [
      `Day,Campaign,${heading},Impr.,Clicks,Cost\n2025-03-10,A,USD,100,3,5.00\n`,
      `Day,Campaign,${heading},Impr.,Clicks,Spend\n2025-03-10,A,USD,100,3,5.00\n`,
      `Day,Campaign name,${heading},Impressions,Link clicks,Amount spent\n2025-03-10,A,USD,100,3,5.00\n`,
      `By Day,Campaign name,${heading},Impressions,Clicks (destination),Cost\n2025-03-10,A,USD,100,3,5.00\n`,
      `Date,Campaign name,${heading},Impressions,Outbound clicks,Spend\n2025-03-10,A,USD,100,3,5.00\n`,
      `Date,Campaign name,${heading},Impressions,Clicks,Total spent\n2025-03-10,A,USD,100,3,5.00\n`,
      `Day,Campaign,${heading},Displays,Clicks,Cost\n2025-03-10,A,USD,100,3,5.00\n`,
    ];
    for (const [at, text] of reports.entries()) {
      const [part] = await partsOf(home, `${at}.csv`, text);
      expect([part?.shape, part?.currencies]).toEqual([expect.any(String), ['USD']]);
    }
  },
);

describe('headings of the interfaces in French and German', () => {
  test.each<[string, string, string, readonly string[]]>([
    [
      'Microsoft Advertising, French',
      'microsoft-ads-csv',
      '"Nom du rapport : Campagnes"\n"Période du rapport : 01/03/2025 - 14/03/2025"\n' +
        '\n"Jour";"Nom du compte";"ID de compte";"Code devise";"Campagne";"ID de campagne";' +
        '"Type de campagne";"Impr.";"Clics";"Dépenses";"Conversions";"Revenu"\n' +
        '"01/03/2025";"Lune";"150";"EUR";"Marque";"380";"Recherche";"1 200";"55";"1 034,56";"3,00";"210,' +
        '50"\n\n"©2025 Microsoft Corporation. Tous droits réservés. "\n',
      ['spend 1034.56 EUR', 'impressions 1200', 'clicks 55'],
    ],
    ...['Période', 'Période de temps', 'Zeitraum'].map((heading): [string, string, string, readonly string[]] => [
      `Microsoft Advertising, its days under “${heading}”`,
      'microsoft-ads-csv',
      '"Nom du rapport : Campagnes"\n"Période du rapport : 01/03/2025 - 14/03/2025"\n' +
        `\n"${heading}";"Nom du compte";"ID de compte";"Code devise";"Campagne";"ID de campagne";` +
        `"Type de campagne";"Impr.";"Clics";"Dépenses";"Conversions";"Chiffre d'affaires"\n` +
        '"01/03/2025";"Lune";"150";"EUR";"Marque";"380";"Recherche";"1 200";"55";"1 034,56";"3,00";"210,' +
        '50"\n"04/03/2025";"Lune";"150";"EUR";"Marque";"380";"Recherche";"0";"0";"0,00";"0,00";"0,00"\n',
      ['spend 1034.56 EUR', 'impressions 1200', 'clicks 55'],
    ]),
    [
      'Microsoft Advertising, German',
      'microsoft-ads-csv',
      '"Berichtszeit: 01.03.2025 - 14.03.2025"\n' +
        '\n"Tag";"Kontoname";"Konto-ID";"Währungscode";"Kampagne";"Kampagnen-ID";"Kampagnentyp";"Impr.";' +
        '"Klicks";"Ausgaben";"Conversions";"Umsatz"\n' +
        '"01.03.2025";"Lune";"150";"EUR";"Marke";"380";"Suche";"1.200";"55";"1.034,56";"3,00";"210,50"\n',
      ['spend 1034.56 EUR', 'impressions 1200', 'clicks 55'],
    ],
    [
      'TikTok, German',
      'tiktok-ads-csv',
      'Kampagnenname;Kampagnen-ID;Nach Tag;Kosten;Impressionen;Klicks (Ziel);Währung\nDE;17;01.03.2025;1.234,56 €;24.112;237;EUR\n',
      ['spend 1234.56 EUR', 'impressions 24112', 'clicks 237'],
    ],
    [
      'Pinterest, French',
      'pinterest-ads-csv',
      'Date;ID de la campagne;Nom de la campagne;Dépenses dans la devise du compte;Impressions;' +
        'Clics sur l’épingle;Clics sortants;Devise\n' +
        '1 mars 2025;626;Printemps;1 234,56 €;120 000;900;700;EUR\n',
      ['spend 1234.56 EUR', 'impressions 120000', 'clicks 700'],
    ],
    [
      'Criteo, French',
      'criteo-csv',
      "Jour;ID Annonceur;ID de campagne;Campagne;Devise;Affichages;Clics;Coût;Ventes;Chiffre d'affaires\n2025-03-01;12345;98;R;EUR;240 000;1 200;1 234,56;12;1 050,20\n",
      ['spend 1234.56 EUR', 'impressions 240000', 'clicks 1200'],
    ],
  ])('%s', async (_, shape, text, sums) => {
    const [part] = await partsOf(home, 'report.csv', text);
    expect([part?.shape, totals(part), part?.days?.from]).toEqual([shape, sums, '2025-03-01']);
  });
});

test('a report that lacks a column of its own platform is told so', async () => {
  expect(
    await lookAt(home, 'report.csv', 'Day,Campaign,Customer ID,Impr.,Clicks\n2025-03-01,A,1,100,3\n'),
  ).toMatchObject([
    { kind: 'refused', why: expect.stringMatching(/^It looks like Google Ads.*lacks “spend”.*in English/) as unknown },
  ]);
});

test('what a person says it is, and it is not for a lack of columns, is told with them, and how to name one', async () => {
  const text = 'date,campaign,clicks,impressions,spend\n2025-03-10,Brand,5,100,1.00\n';
  const [one] = await lookAt(home, 'w.csv', text, { feed: 'google-ads-csv' });
  expect(one?.kind === 'refused' && one.why).toMatch(
    /^As Google Ads, .* it lacks “spend”\. Say which heading each is, as --map "HEADING=spend"/,
  );
  const [named] = await lookAt(home, 'v.csv', text, { feed: 'google-ads-csv', map: { spend: 'spend' } });
  expect(named?.kind).toBe('understood');
});
