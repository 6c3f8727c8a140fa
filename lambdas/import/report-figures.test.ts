/** The sum of a report is what the lake is going to count, and what it lacks or has twice is told or refused. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { landed, lookAt, partsOf, totals } from './samples/look-at.ts';
import { workbook } from './samples/workbook.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'report-figures-'));
});
afterEach(() => rm(home, { recursive: true }));

describe('ids that a spreadsheet has rounded', () => {
  const meta = (...rows: readonly string[]) =>
    ['Day,Campaign name,Campaign ID,Account ID,Amount spent (EUR),Impressions,Link clicks', ...rows].join('\n');
  const row = (name: string, id: string) => `2025-03-10,${name},${id},77,5.00,100,3`;
  test.each<[string, string]>([
    ['are of two campaigns', meta(row('A', '120210123456789000'), row('B', '120210123456789000'))],
    ['are all', meta(row('A', '120210123456789000'), row('B', '120210123456790000'))],
    ['are long', meta(row('A', '1720210123456780000'))],
  ])('are refused where they %s', async (_, text) => {
    expect(await lookAt(home, 'm.csv', text)).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(/^All long ids of “Campaign ID” end in zeros \(1/) as unknown },
    ]);
  });
  test.each<[string, string, boolean]>([
    ['one that may be', meta(row('A', '120210123456789000')), true],
    ['one that ends so by chance', meta(row('A', '120210123456789000'), row('B', '120210123456789012')), false],
    ['short ones', meta(row('A', '21000000000'), row('B', '22000000000')), false],
  ])('%s are read', async (_, text, isTold) => {
    const [part] = await partsOf(home, 'm.csv', text);
    expect(part?.notes.some((note) => note.includes('has rounded it'))).toBe(isTold);
  });
  test('are numbers in a workbook', async () => {
    const sheet = workbook({
      Report: [
        ['Day', 'Campaign name', 'Campaign ID', 'Account ID', 'Amount spent (EUR)', 'Impressions', 'Link clicks'],
        ['2025-03-10', 'A', 120_210_123_456_789_020, '77', 5, 100, 3],
      ],
    });
    expect(await lookAt(home, 'm.xlsx', sheet)).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(/“Campaign ID” is “1\.\d+e\+17”: a spreadsheet has rounded it/) as unknown }, // prettier-ignore
    ]);
  });
});

describe('what Google claims', () => {
  const google = (headings: string, cells: string) =>
    `Day,Campaign,Campaign ID,Currency code,Clicks,Impr.,Cost${headings}\n2025-03-10,A,1,EUR,10,100,10.50${cells}`;
  const landedOf = async (text: string) => (await partsOf(home, 'g.csv', text)).map(landed).join('');
  test('is not 0 where the report was not asked for it', async () => {
    expect(await landedOf(google(',All conv.', ',3.00'))).not.toMatch(/conversions/i);
  });
  test('is 0 where the report has a sign for nothing', async () => {
    expect(await landedOf(google(',Conversions,Conv. value', ', --, --'))).toContain(
      '"conversions":"0","conversionsValue":"0"',
    );
  });
});

describe('a file that ends within a number', () => {
  const google = (end: string) =>
    `Day,Campaign,Campaign ID,Currency code,Clicks,Impr.,Cost\n2025-03-10,A,1,EUR,10,100,10.50\n2025-03-11,A,1,EUR,10,100,11.00\n2025-03-12,A,1,EUR,10,100,${end}`;
  test.each(['1', '12.', '12.5'])('is refused: %s', async (end) => {
    expect(await lookAt(home, 'g.csv', google(end))).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(/^It was cut short: the last cell .*row 4.*Download it again/) as unknown }, // prettier-ignore
    ]);
  });
  test.each(['12.50', '12.50\n', '1\n'])('is none: %j', async (end) => {
    expect((await partsOf(home, 'g.csv', google(end)))[0]?.records).toBe(3);
  });
  test('is none where a comma parts thousands', async () => {
    const text = 'Day,Campaign,Campaign ID,Currency code,Clicks,Cost,Impr.\n2025-03-10,A,1,EUR,10,1.00,"1,050"\n2025-03-11,A,1,EUR,10,1.00,"2,050"\n2025-03-12,A,1,EUR,10,1.00,950'; // prettier-ignore
    expect(totals((await partsOf(home, 'g.csv', text))[0])).toContain('impressions 4050');
  });
  test('is none where numbers have as many decimals as they need', async () => {
    const text = google('1').replace('11.00', '11');
    expect((await partsOf(home, 'g.csv', text))[0]?.records).toBe(3);
  });
});

test.each<[string, boolean]>([
  ['Coût TTC', true],
  ['Coût HT', false],
  ['Cost (incl. VAT)', true],
  ['Cost net', false],
  ['Kosten (brutto)', true],
  ['Cost (EUR) incl. tax', true],
])('a heading may say whether VAT is in its amounts, which is no currency: %s', async (heading, isTold) => {
  const text = `Day,Campaign,Campaign ID,Customer ID,Currency code,Clicks,Impr.,${heading}\n2025-03-10,A,1,1,EUR,10,100,12.00\n`;
  const [part] = await partsOf(home, 'g.csv', text);
  expect([part?.currencies, totals(part)?.[0]]).toEqual([['EUR'], 'spend 12.00 EUR']);
  expect(part?.notes.some((note) => note.includes('says that VAT is in it'))).toBe(isTold);
});

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

describe('columns that are two for one field', () => {
  const meta = (headings: string, ...rows: readonly string[]) =>
    [`Day,Campaign name,Campaign ID,Account ID,${headings},Impressions`, ...rows].join('\n');
  const row = (cells: string) => `2025-03-10,Promo,901,555,${cells},1000`;

  test.each<[string, string, RegExp]>([
    [
      'amounts of two currencies, each in its own rows',
      meta('Amount spent (EUR),Amount spent (USD)', row('40.50,'), row(',50.00')),
      /Its headings name EUR and USD, and an amount has one currency/,
    ],
    [
      'amounts of two currencies in each row',
      meta('Amount spent (EUR),Amount spent (USD)', row('40.50,44.00')),
      /Its headings name EUR and USD/,
    ],
    [
      'what was spent in one currency, what was bought in another',
      meta('Purchases conversion value (USD),Amount spent (EUR)', row('80.00,40.50')),
      /Its headings name USD and EUR/,
    ],
    [
      'a currency that the heading does not name',
      meta('Amount spent (EUR),Currency', row('40.50,USD')),
      /In row 2, “Currency” is “USD”, and a heading says that amounts are in EUR/,
    ],
    [
      'amounts that stand now in one, now in the other',
      meta('Amount spent (EUR),Montant dépensé (EUR)', row('40.50,'), row(',50.00')),
      /“Amount spent \(EUR\)” and “Montant dépensé \(EUR\)” mean the same, and row 3 has “50\.00” in the latter alone/,
    ],
    [
      'names of campaigns: a row without one would be taken for a total',
      meta('Amount spent (EUR),Nom de la campagne', row('40.50,Promo'), '2025-03-10,,902,555,7.00,Autre,1000'),
      /“Campaign name” and “Nom de la campagne” mean the same, and row 3 has “Autre”/,
    ],
  ])('are refused: %s', async (_, text, words) => {
    expect(await lookAt(home, 'm.csv', text)).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(words) as unknown },
    ]);
  });

  test.each<[string, string]>([
    ['the same twice', meta('Amount spent (EUR),Montant dépensé (EUR)', row('40.50,40.50'))],
    ['another without a figure', meta('Amount spent (EUR),Montant dépensé (EUR)', row('40.50,'), row(',0'))],
    ['a currency beside the same in the heading', meta('Amount spent (EUR),Currency', row('40.50,EUR'))],
  ])('are read: %s', async (_, text) => {
    const [part] = await partsOf(home, 'm.csv', text);
    expect(totals(part)?.[0]).toBe('spend 40.50 EUR');
    expect(part?.notes.join('\n')).not.toMatch(/differ/);
  });

  test('which differ are told: the first is read', async () => {
    const [part] = await partsOf(home, 'm.csv', meta('Amount spent (EUR),Montant dépensé (EUR)', row('40.50,41.00')));
    expect(totals(part)?.[0]).toBe('spend 40.50 EUR');
    expect(part?.notes.join('\n')).toMatch(
      /“Amount spent \(EUR\)” is what was spent, and “Montant dépensé \(EUR\)” is not read.*row 2: 40\.50 and 41\.00/,
    );
  });
});

describe('the variations of an e-mail', () => {
  const klaviyo = (...rows: readonly string[]) =>
    [
      'Campaign Name,Campaign ID,Variation Name,Campaign Channel,Send Time,Total Recipients,Unique Opens,Unique Clicks,Unique Placed Order,Revenue',
      ...rows.map((row) => row.replace('@', 'Email,2025-03-10 09:00:00')),
    ].join('\n');
  const variations = ['Rentrée,01HX,A,@,1000,500,40,2,150', 'Rentrée,01HX,B,@,1000,400,30,2,150'];

  test.each(['', 'Total'])('count once where a row (“%s”) adds them up, which is told', async (name) => {
    const [part] = await partsOf(home, 'k.csv', klaviyo(...variations, `Rentrée,01HX,${name},@,2000,900,70,4,300`));
    expect(totals(part)).toEqual(['sends 2000', 'impressions 900', 'clicks 70']);
    expect(part?.leftOut).toEqual([
      { why: 'adds up the variations of its campaign, which are here too', rows: 1, first: 4 },
    ]);
  });

  test.each([
    ['Variant Name', 'Winning Variant?'],
    ['Winning Variant?', 'Variant Name'],
    ['Variation', 'Note'],
    ['Winning Variant?', 'Note'],
  ])('are known by “%s”, whatever “%s” says', async (name, other) => {
    const rows = [...variations.map((row) => row.replace(/,@/, ',No,@')), 'Rentrée,01HX,,,@,2000,900,70,4,300'];
    const text = klaviyo(...rows).replace('Variation Name', `${name},${other}`);
    const [part] = await partsOf(home, 'k.csv', text);
    expect(totals(part)).toEqual(['sends 2000', 'impressions 900', 'clicks 70']);
  });

  test('that do not come to the row of all are told', async () => {
    const [part] = await partsOf(home, 'k.csv', klaviyo(...variations, 'Rentrée,01HX,,@,1900,900,70,4,300'));
    expect(part?.notes.join('\n')).toMatch(
      /Row 4 is of all of “Rentrée”, .* not the sum of its variations: both count/,
    );
  });

  test.each<[string, readonly string[], string]>([
    ['it is no sum', [...variations, 'Rentrée,01HX,,@,1900,900,70,4,300'], 'sends 3900'],
    ['it is of another campaign', [...variations, 'Soldes,01HY,,@,2000,900,70,4,300'], 'sends 4000'],
    ['there is none', variations, 'sends 2000'],
  ])('count each where %s', async (_, rows, sends) => {
    const [part] = await partsOf(home, 'k.csv', klaviyo(...rows));
    expect([totals(part)?.[0], part?.leftOut]).toEqual([sends, []]);
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

describe('of several columns for one figure the name decides, not the place', () => {
  const cases: Readonly<Record<string, readonly [readonly (readonly [string, string])[], readonly string[]]>> = {
    Klaviyo: [
      [
        ['Campaign Name', 'Spring'],
        ['Campaign ID', '01H'],
        ['Send Time', '2025-03-01 10:00:00'],
        ['Successful Deliveries', '11900'],
        ['Total Recipients', '12000'],
        ['Total Opens', '8000'],
        ['Unique Opens', '5400'],
        ['Total Clicks', '620'],
        ['Unique Clicks', '480'],
      ],
      ['sends 12000', 'impressions 5400', 'clicks 480'],
    ],
    Brevo: [
      [
        ['ID', '42'],
        ['Campaign name', 'Printemps'],
        ['Sent date', '2025-03-01'],
        ['Delivered', '11900'],
        ['Recipients', '12000'],
        ['Total opens', '8000'],
        ['Unique opens', '5400'],
        ['Total clicks', '620'],
        ['Unique clicks', '480'],
      ],
      ['sends 12000', 'impressions 5400', 'clicks 480'],
    ],
    LinkedIn: [
      [
        ['Start Date (in UTC)', '3/13/2025'],
        ['Campaign Name', 'B2B'],
        ['Currency', 'EUR'],
        ['Total Spent', '10.50'],
        ['Impressions', '1000'],
        ['Clicks', '20'],
        ['Clicks to Landing Page', '12'],
      ],
      ['spend 10.50 EUR', 'impressions 1000', 'clicks 20'],
    ],
    Pinterest: [
      [
        ['Date', '2025-03-13'],
        ['Campaign name', 'Spring'],
        ['Currency', 'EUR'],
        ['Spend', '11.00'],
        ['Spend in account currency', '10.50'],
        ['Impressions', '1500'],
        ['Paid impressions', '1000'],
        ['Outbound clicks', '30'],
        ['Paid outbound clicks', '20'],
      ],
      ['spend 10.50 EUR', 'impressions 1000', 'clicks 20'],
    ],
    Criteo: [
      [
        ['Day', '2025-03-13'],
        ['Campaign', 'R'],
        ['Currency', 'EUR'],
        ['Displays', '1000'],
        ['Exposed displays', '900'],
        ['Clicks', '20'],
        ['Cost', '11.00'],
        ['Advertiser cost', '10.50'],
      ],
      ['spend 10.50 EUR', 'impressions 1000', 'clicks 20'],
    ],
  };

  test.each(Object.entries(cases))('%s', async (_, [columns, sums]) => {
    for (const ordered of [columns, columns.toReversed()]) {
      const text = [0, 1].map((at) => ordered.map((column) => column[at]).join(',')).join('\n');
      const [part] = await partsOf(home, 'r.csv', text);
      expect(totals(part)).toEqual(sums);
    }
  });
});

describe('a number that may be two', () => {
  const pinterest = (...rows: readonly (readonly [spend: string, impressions: string])[]) =>
    [
      'Date;Ad account ID;Campaign ID;Campaign name;Spend in account currency;Currency;Impressions;Outbound clicks',
      ...rows.map(([spend, impressions], n) => `2025-03-0${n + 1};549;626;Spring;${spend};EUR;${impressions};70`),
    ].join('\n');

  test.each<[string, readonly (readonly [string, string])[], string, RegExp]>([
    ['as counts are', [['1.234', '12.000'], ['987', '9.500']], 'spend 2221.00 EUR', /“1\.234” is read as 1234: the sign that parts the thousands of counts/], // prettier-ignore
    ['also with a currency', [['€1.234', '12.000'], ['€2.345', '9.500']], 'spend 3579.00 EUR', /“€1\.234” is read as 1234:/], // prettier-ignore
    ['also where counts have commas', [['1.234', '12,000']], 'spend 1.234 EUR', /“1\.234” is read as 1\.234: the sign/],
    [
      'as other amounts are',
      [
        ['1.234', '900'],
        ['1.50', '900'],
      ],
      'spend 2.734 EUR',
      /^$/,
    ],
    [
      'as other amounts are, also with a currency',
      [
        ['€1.234', '900'],
        ['€1,50', '900'],
      ],
      'spend 1235.50 EUR',
      /^$/,
    ],
    ['as its language writes', [['1.234', '900']], 'spend 1.234 EUR', /“1\.234” is read as 1\.234, as numbers are written in the language/], // prettier-ignore
  ])('is read %s', async (_, rows, sum, note) => {
    const [part] = await partsOf(home, 'p.csv', pinterest(...rows));
    expect(totals(part)?.[0]).toBe(sum);
    expect(part?.notes.join('\n').match(/.* is read as .*/)?.[0] ?? '').toMatch(note);
  });

  test.each<[string, readonly (readonly [string, string])[], RegExp]>([
    ['an amount with its currency, and nothing else', [['€1.234', '900']], /“Spend in account currency” is “€1\.234”/],
    [
      'amounts of two hands',
      [
        ['1.234', '900'],
        ['1.50', '900'],
        ['1,50', '900'],
      ],
      /is “1\.234”/,
    ],
    ['a comma in German', [['1,234', '900']], /is “1,234”/],
    ['a count, where amounts say that it has decimals', [['1.50', '9.500']], /“Impressions” is “9\.500”/],
  ])('is refused where nothing says which: %s', async (_, rows, words) => {
    const text = pinterest(...rows);
    const isGerman = rows.some(([spend]) => spend === '1,234');
    const [one] = await lookAt(home, 'p.csv', isGerman ? text.replace(';Currency;', ';Währung;') : text);
    expect(one).toMatchObject({ kind: 'refused', why: expect.stringMatching(words) as unknown });
    expect(one).toMatchObject({ why: expect.stringMatching(/is ambiguous: .*Export it again in English/) as unknown });
  });
});

describe('what a manager account of Google converted', () => {
  const report = (headings: string, cells: string) =>
    `Day,Customer ID,Campaign,Campaign ID,Campaign type,Impr.,Clicks,${headings}\n2025-03-10,111-222-3333,A,1,Search,100,10,${cells}\n`;
  const alone = report('Currency code,Converted currency code,Cost (Converted currency)', 'GBP,EUR,12.00');
  test.each<[string, string]>([
    ['English', alone],
    ['French', 'Jour;Campagne;Impr.;Clics;Code de devise;Coût (devise convertie)\n2025-03-10;A;100;10;GBP;12,00\n'],
  ])('is refused where the cost of the account is missing: %s', async (_, text) => {
    expect(await lookAt(home, 'g.csv', text)).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(/^Its cost is in the currency of the manager.*add “Cost”/) as unknown }, // prettier-ignore
    ]);
  });
  test('is refused, too, where a person says that it is what was spent', async () => {
    const map = { 'Cost (Converted currency)': 'spend' };
    expect(await lookAt(home, 'g.csv', alone, { map })).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(/^Its cost is in the currency of the manager/) as unknown },
    ]);
  });
  test('is not read beside the cost of the account', async () => {
    const text = report('Currency code,Cost (Converted currency),Cost', 'GBP,12.00,10.00');
    expect(totals((await partsOf(home, 'g.csv', text))[0])?.[0]).toBe('spend 10.00 GBP');
  });
});

test.each(['Valeur des achats (site web)', 'Valeur totale des achats (site web)', 'Valeur d’achat (site web)'])(
  'TikTok’s purchases on the website, in French: %s',
  async (value) => {
    const text = `Par jour,Nom de la campagne,ID de la campagne,Devise,Coût,Impressions,Clics (destination),Achats (site web),${value}\n2025-03-10,A,1,EUR,10.00,100,5,3,150.00\n`;
    const [part] = await partsOf(home, 't.csv', text);
    expect(part && landed(part)).toContain('"complete_payment":"3","total_complete_payment_rate":"150.00"');
  },
);
