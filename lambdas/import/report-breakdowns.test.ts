/** What reports are broken down by: parts are added up, the same whole again and again is refused. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { landed, lookAt, partsOf, sample, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'report-breakdowns-'));
});
afterEach(() => rm(home, { recursive: true }));

/** A report of each platform: what is below a further heading, and the rows of one campaign and day. */
const reports: Readonly<Record<string, (heading: string, values: readonly string[]) => string>> = {
  Pinterest: (heading, values) =>
    [
      `Date,Campaign ID,Campaign name,Ad account ID,${heading},Spend in account currency,Currency,Impressions,Outbound clicks`,
      ...values.map((value, at) => `2025-03-01,626,Spring,549,${value},${at + 1}0.00,EUR,8000,80`),
    ].join('\n'),
  TikTok: (heading, values) =>
    [
      `By Day,Campaign name,Campaign ID,Account ID,${heading},Currency,Cost,Impressions,Clicks (destination)`,
      ...values.map((value, at) => `2025-03-01,A,71,7,${value},EUR,${at + 1}0.00,100,1`),
    ].join('\n'),
  LinkedIn: (heading, values) =>
    [
      `Start Date (in UTC),Account ID,Currency,Campaign ID,Campaign Name,${heading},Total Spent,Impressions,Clicks`,
      ...values.map((value, at) => `2025-03-13,512,EUR,300,B2B,${value},${at + 1}0.00,450,4`),
    ].join('\n'),
  Microsoft: (heading, values) =>
    [
      `Day,Account ID,Currency code,Campaign,Campaign ID,Campaign type,${heading},Impr.,Clicks,Spend`,
      ...values.map((value, at) => `2025-03-13,150,EUR,Brand,380,Search,${value},1200,55,${at + 1}0.00`),
    ].join('\n'),
  Criteo: (heading, values) =>
    [
      `Day,Advertiser ID,Campaign ID,Campaign,${heading},Currency,Displays,Clicks,Cost`,
      ...values.map((value, at) => `2025-03-13,12,98,R,${value},EUR,2400,12,${at + 1}0.00`),
    ].join('\n'),
};
const reportOf = (platform: string, heading: string, values: readonly string[]) =>
  reports[platform]?.(heading, values) ?? '';

test.each<[string, string, readonly string[]]>([
  ['Pinterest', 'Targeting type,Targeting value', ['GENDER,female', 'GENDER,male', 'APPTYPE,web']],
  ['Pinterest', 'Interest', ['Beauty', 'Home']],
  ['TikTok', 'Interest', ['Beauty', 'Home']],
  ['TikTok', 'Interest category', ['Beauty', 'Home']],
  ['TikTok', 'Audience', ['A', 'B']],
  ['LinkedIn', 'Job Function', ['Sales', 'Marketing']],
  ['LinkedIn', 'Company Size', ['2-10', '11-50']],
  ['Microsoft', 'Audience', ['Buyers', 'Visitors']],
  ['Microsoft', 'Goal name', ['Sale', 'Lead']],
  ['Criteo', 'Audience', ['Buyers', 'Visitors']],
  ['LinkedIn', 'Conversion category', ['Purchase', 'Lead']],
  ['Microsoft', 'Source de conversion', ['Site', 'Appel']],
])('%s by “%s” is refused', async (platform, heading, values) => {
  expect(await lookAt(home, 'report.csv', reportOf(platform, heading, values))).toMatchObject([
    {
      kind: 'refused',
      why: expect.stringMatching(
        new RegExp(`^It is broken down by “${heading.replace(/,.*/, '')}”, over which “.*” does not add up`),
      ) as unknown,
    },
  ]);
});

test.each<[string, string, readonly string[]]>([
  ['Pinterest', 'Gender', ['female', 'male']],
  ['TikTok', 'Age', ['18-24', 'Unknown']],
  ['TikTok', 'Country/Region', ['France', 'Belgium']],
  ['LinkedIn', 'Campaign Status', ['Active', 'Paused']],
  ['Microsoft', 'Network', ['Bing', 'Partners']],
  ['Microsoft', 'Asset group', ['Creams and oils', 'Soaps and gifts']],
  ['Microsoft', 'Landing page', ['https://shop.example/creams', 'https://shop.example/soaps']],
  ['Criteo', 'Note 2', ['1.50', '2.50']],
])('%s by “%s” adds up', async (platform, heading, values) => {
  const [part] = await partsOf(home, 'report.csv', reportOf(platform, heading, values));
  expect(totals(part)?.[0]).toBe('spend 30.00 EUR');
  expect(part?.notes.join('\n')).not.toMatch(/told apart/);
});

test.each(Object.keys(reports))('%s by what nobody knows is told', async (platform) => {
  const [part] = await partsOf(home, 'report.csv', reportOf(platform, 'Topic', ['Beauty', 'Home']));
  expect(part?.notes.join('\n')).toMatch(/told apart by “Topic” \(row 3\), and are added up/);
  const [same] = await partsOf(home, 'same.csv', reportOf(platform, 'Topic', ['Beauty', 'Beauty']));
  expect(same?.notes.join('\n')).not.toMatch(/told apart/);
});

describe('rows that repeat the whole of what was spent', () => {
  const meta = (...rows: readonly string[]) =>
    [
      'Day,Campaign name,Campaign ID,Account ID,Result type,Results,Amount spent (EUR),Impressions,Link clicks',
      ...rows.map((row) => `2025-03-10,A,${row}`),
    ].join('\n');
  const notesOf = async (text: string) => (await partsOf(home, 'meta.csv', text))[0]?.notes.join('\n');
  test('are told, with what tells them apart', async () => {
    const notes = await notesOf(
      meta('1,7,Purchases,3,5.00,800,9', '1,7,Adds to cart,8,5.00,800,9', '2,7,Purchases,1,6.00,700,5'),
    );
    expect(notes).toMatch(/same “Amount spent \(EUR\)” each \(row 2 and row 3, which “Result type” tells apart\)/);
  });
  test.each<[string, string]>([
    ['other figures', meta('1,7,Purchases,3,5.00,800,9', '1,7,Adds to cart,8,5.00,790,9')],
    ['some that add up', meta('1,7,a,3,5.00,800,9', '1,7,b,8,5.00,800,9', '2,7,a,3,1.00,200,9', '2,7,b,3,2.00,300,9')],
    ['few impressions', meta('1,7,Purchases,3,0.01,2,0', '1,7,Adds to cart,8,0.01,2,0')],
  ])('are none where they have %s', async (_, text) => {
    expect(await notesOf(text)).not.toMatch(/same “Amount spent/);
  });
  test('results tell no rows apart: a day that is told again has others', async () => {
    expect(await notesOf(meta('1,7,x,3,5.00,800,9', '1,7,x,4,5.50,810,9'))).toMatch(
      /^1 row tells of a campaign and day/m,
    );
  });
});

test('a report of conversions alone is told: what was spent on its days would be missing', async () => {
  const heading = 'Day,Campaign,Campaign ID,Customer ID,Kind,Currency code,Cost,Impr.,Clicks,Conversions';
  const notesOf = async (...rows: readonly string[]) =>
    (await partsOf(home, 'google.csv', [heading, ...rows].join('\n')))[0]?.notes.join('\n');
  const sold = '2025-03-10,A,1,123-456-7890,x,EUR, --, --, --,2.00';
  expect(await notesOf(sold, sold.replace('x', 'y'))).toMatch(/^No row has “Cost”, and some tell of conversions/m);
  expect(await notesOf(sold, '2025-03-11,A,1,123-456-7890,x,EUR,5.00,100,3,0.00')).toMatch(/^1 row has no “Cost”/m);
});

describe('a row that adds up the rows of its parts counts once', () => {
  const meta = (rows: readonly string[]) =>
    [
      'Day,Campaign name,Campaign ID,Account ID,Age,Gender,Amount spent (EUR),Impressions,Link clicks,CTR',
      ...rows.map((row) => `2026-03-30,A,1,11,${row},1.0`),
    ].join('\n');
  const parts = ['18-24,male,5,50,1', '18-24,female,15,150,1', '25-34,male,4,40,', '25-34,female,6,60,1'];
  test.each<[string, string, number]>([
    ['all', meta([',,30.02,300,3', ...parts]), 1],
    ['all, in words', meta(['All,Total,30,300,3', ...parts]), 1],
    ['all, in French', meta(['Tous,Total,30,300,3', ...parts]), 1],
    ['all, and each age', meta([',,30,300,3', '18-24,,20,200,2', ...parts, '25-34,All,10,100,1']), 3],
    ['none', meta(parts), 0],
    [
      'all devices',
      'Day,Campaign,Campaign ID,Device,Currency code,Clicks,Impr.,Cost\n' +
        '2026-03-30,A,1,Total,EUR,3,300,30\n2026-03-30,A,1,Computers,EUR,2,200,20\n' +
        '2026-03-30,A,1,Mobile phones,EUR,1,100,10',
      1,
    ],
  ])('a row of %s', async (_, text, wholes) => {
    const [part] = await partsOf(home, 'report.csv', text);
    expect(totals(part)?.slice(0, 3)).toEqual(['spend 30.00 EUR', 'impressions 300', 'clicks 3']);
    expect(part?.leftOut.map(({ why, rows }) => [why, rows])).toEqual(
      wholes === 0 ? [] : [['adds up the rows of its parts, which are here too', wholes]],
    );
  });

  test('one that is nearly their sum is told', async () => {
    const [part] = await partsOf(home, 'report.csv', meta([',,30.50,310,3', ...parts]));
    expect(part?.notes.join('\n')).toMatch(/Row 2 names no “Age”, and what it spent \(30.50\) is nearly the sum/);
    const [own] = await partsOf(home, 'own.csv', meta([',,3,31,0', ...parts]));
    expect(own?.notes.join('\n')).not.toMatch(/nearly/);
    expect(totals(own)?.[0]).toBe('spend 33.00 EUR');
  });
});

test('a line of copyright is no row of totals', async () => {
  const [part] = await partsOf(home, 'microsoft.csv', sample('microsoft.csv'));
  expect(part?.leftOut).toEqual([
    { why: 'a totals row', rows: 1, first: 8 },
    { why: 'the line of copyright', rows: 1, first: 10 },
  ]);
});

test('a day that is told again with other figures is told: a sheet to which updates are appended adds up', async () => {
  const heading = 'Campaign name,Campaign ID,Day,Amount spent (EUR),Impressions,Link clicks,Account ID';
  const notesOf = async (text: string) => (await partsOf(home, 'a.csv', text))[0]?.notes.join('\n');
  const rows = ['Spring,22,2025-03-10,20.00,1000,10,5', 'Spring,22,2025-03-11,21.00,1000,10,5', 'Spring,22,2025-03-10,20.50,1010,10,5']; // prettier-ignore
  expect(await notesOf([heading, ...rows].join('\n'))).toMatch(
    /^1 row tells of a campaign and day .*\(row 4 and row 2\)/,
  );
  const apart = (column: string, cells: readonly string[]) =>
    [`${heading},${column}`, ...rows.map((row, at) => `${row},${cells[at]}`)].join('\n');
  expect(await notesOf(apart('Age', ['18-24', '18-24', '25-34']))).not.toContain('with other figures');
  expect(await notesOf(apart('Hour', ['9', '9', '10']))).not.toContain('with other figures');
  expect(await notesOf(apart('Reach', ['900', '910', '920']))).toContain('with other figures');
});

test.each([
  ['Platform,Placement,Impression device', 'Instagram,feed,iphone'],
  ['Plateforme,Placement,Plateforme d’appareil', 'instagram,feed,iphone'],
  ['Impression device,Platform', 'iphone,instagram'],
])('where Meta showed an ad is no device: %s', async (headings, cells) => {
  const text = `Campaign name,Campaign ID,Day,Amount spent (EUR),Impressions,Link clicks,Account ID,${headings}\nSpring,22,2025-03-10,20.00,1000,10,5,${cells}\n`;
  const [part] = await partsOf(home, 'm.csv', text);
  expect(part && landed(part)).toContain('"impression_device":"iphone","publisher_platform":"instagram"');
});

describe('a campaign of e-mail', () => {
  const heading = 'Campaign Name,Campaign ID,Variation Name,Campaign Channel,Send Time,Total Recipients,Unique Opens,Unique Clicks,Cost'; // prettier-ignore
  const notesOf = async (...rows: readonly string[]) =>
    (await partsOf(home, 'k.csv', [heading, ...rows].join('\n')))[0]?.notes.join('\n');
  const row = (variation: string, opens: number, sent = '2025-03-10 09:00:00', id = '01HX') =>
    `Soldes,${id},${variation},Email,${sent},1000,${opens},40,20.00`;
  test('that is told again with other figures is told: its cost counts twice', async () => {
    expect(await notesOf(row('', 300), row('', 400))).toMatch(
      /^1 row tells of a campaign and day .*\(row 3 and row 2\)/m,
    );
  });
  test.each<[string, readonly string[]]>([
    ['its variations', [row('A', 300), row('B', 400)]],
    ['another one of its name', [row('', 300), row('', 400, undefined, '01HY')]],
    ['one without an id that was sent later', [row('', 300, undefined, ''), row('', 400, '2025-03-17 09:00:00', '')]],
  ])('is told nothing of for %s', async (_, rows) => {
    expect(await notesOf(...rows)).not.toContain('with other figures');
  });
});

describe('a subtotal that has “All” in place of a name counts not beside what it adds up', () => {
  const headings =
    'Campaign name,Ad set name,Ad name,Day,Account ID,Amount spent (EUR),Impressions,Link clicks,Reporting starts,Reporting ends';
  const day = (what: string, on: string, figures: string) => `${what},${on},12,${figures},${on},${on}`;
  const ads = [
    day('A,S1,One', '2025-03-10', '5.00,500,5'),
    day('A,S1,Two', '2025-03-10', '3.00,300,3'),
    day('A,S2,One', '2025-03-11', '2.00,200,2'),
  ];
  test.each<[string, readonly string[], number]>([
    ['none', ads, 0],
    [
      'each level',
      [
        day('All,All,All', '2025-03-10', '8.00,800,8'),
        day('A,All,All', '2025-03-10', '8.00,800,8'),
        day('A,S1,All', '2025-03-10', '8.00,800,8'),
        day('A,S2,All', '2025-03-11', '2.00,200,2'),
        ...ads,
      ],
      4,
    ],
    ['all days', ['All,All,All,All,12,10.00,1000,10,2025-03-10,2025-03-11', ...ads], 1],
  ])('%s', async (_, rows, left) => {
    const [part] = await partsOf(home, 'meta.csv', [headings, ...rows].join('\n'));
    expect(totals(part)?.slice(0, 3)).toEqual(['spend 10.00 EUR', 'impressions 1000', 'clicks 10']);
    expect(part?.leftOut.map(({ why, rows: of }) => [why, of])).toEqual(
      left === 0 ? [] : [['a subtotal of its report: the rows that it adds up are here too', left]],
    );
  });

  test('one that is nearly the sum counts, and is told', async () => {
    const [part] = await partsOf(
      home,
      'meta.csv',
      [headings, day('A,All,All', '2025-03-10', '8.20,810,8'), ...ads.slice(0, 2)].join('\n'),
    );
    expect(totals(part)?.[0]).toBe('spend 16.20 EUR');
    expect(part?.notes.join('\n')).toMatch(/^Row 2 has a word for all .*\(8\.20\) is nearly the sum .*\(8\.00\)/m);
  });

  test('an ad set that is called so is none', async () => {
    const [part] = await partsOf(
      home,
      'meta.csv',
      [headings, day('A,All,One', '2025-03-10', '5.00,500,5'), day('A,S1,One', '2025-03-10', '3.00,300,3')].join('\n'),
    );
    expect(totals(part)?.[0]).toBe('spend 8.00 EUR');
  });
});
