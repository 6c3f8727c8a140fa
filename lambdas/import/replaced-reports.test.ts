/** What reports of one account take from each other is told as the lake has it, and only where it is so. */
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { landAll, look } from './import.ts';
import { importsPrefix } from '../shared/schema/ops-keys.ts';
import { importOf } from './land.ts';
import { replaced } from './replaced-reports.ts';
import { workbook } from './samples/workbook.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'replaced-'));
});
afterEach(() => rm(home, { recursive: true }));

/** A file to be imported, and the second of its export. */
type File = readonly [name: string, bytes: string | Uint8Array, second: number];

/** What each of some imports, one after the other, is told: each is of the files that stand together. */
async function told(imports: readonly (readonly File[])[], lake = memoryLake()): Promise<string[][]> {
  const lines: string[][] = [];
  for (const [at, files] of imports.entries()) {
    const folder = join(home, String(at));
    await mkdir(folder);
    for (const [name, bytes, second] of files) {
      const moment = new Date(Date.UTC(2025, 3, 1, 8, 0, second));
      await writeFile(join(folder, name), bytes);
      await utimes(join(folder, name), moment, moment);
    }
    const scratch = join(home, `scratch-${at}`);
    const looked = await look(lake, [folder], { scratch });
    expect(looked.map((one) => (one.kind === 'refused' ? one.why : one.kind))).toEqual(files.map(() => 'understood'));
    lines.push(await replaced(lake, looked));
    await landAll(lake, looked, scratch);
  }
  return lines;
}

const day = '2025-03-10';
/** Campaigns and what they spent, by their ids. */
type Spent = readonly (readonly [id: string, name: string, spend: string, date?: string, ad?: string])[];

const googleCsv = (rows: Spent) =>
  [
    'Day,Campaign,Campaign ID,Campaign type,Customer ID,Currency code,Impr.,Clicks,Cost',
    ...rows.map(([id, name, spend, date = day]) => `${date},${name},${id},Search,123-456-7890,EUR,100,3,${spend}`),
  ].join('\n');
const googleJson = (rows: Spent) =>
  JSON.stringify([
    {
      results: rows.map(([id, name, spend, date = day]) => ({
        customer: { id: '1234567890', currencyCode: 'EUR' },
        campaign: { id, name, advertisingChannelType: 'SEARCH' },
        metrics: { impressions: '100', clicks: '3', costMicros: String(Number(spend) * 1_000_000) },
        segments: { date },
      })),
    },
  ]);
const metaRecords = (rows: Spent) =>
  rows.map(([campaign_id, campaign_name, spend, date = day, ad_id]) => ({
    account_id: '555',
    account_currency: 'EUR',
    campaign_id,
    campaign_name,
    ...(ad_id !== undefined && { adset_id: '9', ad_id }),
    impressions: '100',
    spend,
    date_start: date,
    date_stop: date,
  }));
const metaJson = (rows: Spent) => JSON.stringify({ data: metaRecords(rows), paging: {} });
const metaHeadings = ['Day', 'Campaign name', 'Campaign ID', 'Account ID', 'Amount spent (EUR)', 'Impressions'];
const metaCells = (rows: Spent) => rows.map(([id, name, spend, date = day]) => [date, name, id, '555', spend, '100']);
const metaCsv = (rows: Spent) => [metaHeadings, ...metaCells(rows)].map((cells) => cells.join(',')).join('\n');
const metaAds = (rows: Spent) =>
  [
    `${metaHeadings.join(',')},Ad set name,Ad set ID,Ad name,Ad ID`,
    ...rows.map(
      ([id, name, spend, date = day, ad = '1']) => `${date},${name},${id},555,${spend},100,Set,9,Ad ${ad},${ad}`,
    ),
  ].join('\n');
const tiktokJson = (rows: Spent, account?: string) =>
  JSON.stringify({
    code: 0,
    data: {
      list: rows.map(([campaign_id, campaign_name, spend, date = day]) => ({
        dimensions: { campaign_id, stat_time_day: `${date} 00:00:00` },
        metrics: { campaign_name, spend, impressions: '100', currency: 'EUR', advertiser_id: account },
      })),
      page_info: { page: 1, total_page: 1 },
    },
  });
const tiktokCsv = (rows: Spent) =>
  [
    'Campaign name,Campaign ID,By Day,Currency,Cost,Impressions,Clicks (destination)',
    ...rows.map(([id, name, spend, date = day]) => `${name},${id},${date},EUR,${spend},100,1`),
  ].join('\n');

const jsonl = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');
/** As connectors put what the interfaces tell into a warehouse. */
const googleTable = (rows: Spent) =>
  [
    'date,customer_id,currency_code,campaign_id,campaign_name,advertising_channel_type,impressions,clicks,cost_micros',
    ...rows.map(([id, name, spend, date = day]) => `${date},1234567890,EUR,${id},${name},SEARCH,100,3,${Number(spend) * 1_000_000}`), // prettier-ignore
  ].join('\n');
const metaTable = (rows: Spent) =>
  [
    'date_start,date_stop,account_id,account_currency,campaign_id,campaign_name,impressions,inline_link_clicks,spend',
    ...rows.map(([id, name, spend, date = day]) => `${date},${date},555,EUR,${id},${name},100,3,${spend}`),
  ].join('\n');

const both: Spent = [
  ['111', 'Brand', '50.25'],
  ['112', 'PMax', '70.00'],
];
const one: Spent = [['111', 'Brand', '50.25']];
const lacksPMax = [
  expect.stringMatching(/^b\.\w+ replaces the days that a\.\w+ has too, and lacks its campaign “PMax”/) as unknown,
];

describe('a newer report that lacks a campaign is told, whatever the door of the two', () => {
  const doors = { csv: googleCsv, json: googleJson };
  test.each((['csv', 'json'] as const).flatMap((from) => (['csv', 'json'] as const).map((to) => [from, to] as const)))(
    'Google: %s, then %s',
    async (from, to) => {
      const [older, newer]: [File, File] = [
        [`a.${from}`, doors[from](both), 1],
        [`b.${to}`, doors[to](one), 2],
      ];
      expect(await told([[older], [newer]])).toEqual([[], lacksPMax]);
    },
  );

  test.each<[string, string, string]>([
    ['Meta: JSON, then JSON', metaJson(both), metaJson(one)],
    ['Meta: JSON, then CSV', metaJson(both), metaCsv(one)],
    ['Meta: CSV, then JSON', metaCsv(both), metaJson(one)],
    [
      'Meta: pages in one file',
      JSON.stringify({ data: metaRecords(one), paging: { next: 'https://graph.facebook.com/next' } }) +
        JSON.stringify({ data: metaRecords(both.slice(1)), paging: { previous: 'x' } }),
      metaJson(one),
    ],
    ['Meta: CSV, then records alone', metaCsv(both), jsonl(metaRecords(one))],
    ['Meta: CSV, then a table of a connector', metaCsv(both), metaTable(one)],
    ['Meta: a table of a connector, then JSON', metaTable(both), metaJson(one)],
    ['Google: CSV, then a table of a connector', googleCsv(both), googleTable(one)],
    ['TikTok: JSON with its account', tiktokJson(both, '8'), tiktokJson(one, '8')],
    ['TikTok: JSON that shares a campaign', tiktokJson(both), tiktokJson(one)],
    ['TikTok: CSV that shares a campaign with named JSON', tiktokJson(both, '8'), tiktokCsv(one)],
  ])('%s', async (_, older, newer) => {
    const type = (text: string) => (text.startsWith('{') ? 'json' : 'csv');
    expect(await told([[[`a.${type(older)}`, older, 1]], [[`b.${type(newer)}`, newer, 2]]])).toEqual([[], lacksPMax]);
  });

  test('in one import, too, and in whichever order they come', async () => {
    const files: File[] = [
      ['a.json', googleJson(both), 1],
      ['b.json', googleJson(one), 2],
    ];
    expect(await told([files])).toEqual([lacksPMax]);
    await rm(home, { recursive: true });
    await mkdir(home);
    expect(await told([files.slice(1), files.slice(0, 1)])).toEqual([[], lacksPMax]);
  });
});

describe('is told of nothing', () => {
  const idle = `${googleCsv(one)}\n${day},PMax,112,Search,123-456-7890,EUR,0,0,0.00`;
  test.each<[string, readonly (readonly File[])[]]>([
    ['the same report once more', [[['a.json', googleJson(one), 1]], [['b.json', googleJson(both), 2]]]],
    [
      'a campaign that ended before',
      [
        [['a.json', googleJson([...one, ['112', 'PMax', '7', '2025-03-09']]), 1]],
        [['b.json', googleJson([['111', 'Brand', '50.25']]), 2]],
      ],
    ],
    ['a campaign of which nothing is lost', [[['a.csv', idle, 1]], [['b.csv', googleCsv(one), 2]]]],
    [
      'a campaign that a still newer report has',
      [
        [
          ['a.json', googleJson(both), 1],
          ['b.json', googleJson(one), 2],
          ['c.csv', googleCsv(both), 3],
        ],
      ],
    ],
    [
      'a campaign that a report on another level has',
      [
        [
          ['a.json', metaJson(both), 1],
          ['b.json', metaJson(one), 2],
          ['c.csv', metaAds(both), 3],
        ],
      ],
    ],
    ['another account', [[['a.json', tiktokJson(both, '8'), 1]], [['b.json', tiktokJson(one, '9'), 2]]]],
    [
      'TikTok without account, and no campaign in common',
      [[['a.csv', tiktokCsv(both), 1]], [['b.csv', tiktokCsv([['113', 'C', '10']]), 2]]],
    ],
    [
      'a finer report that comes to the same',
      [
        [['a.csv', metaCsv([['901', 'P', '100.00']]), 1]],
        [
          [
            'b.csv',
            metaAds([
              ['901', 'P', '40.00', day, '1'],
              ['901', 'P', '59.50', day, '2'],
            ]),
            2,
          ],
        ],
      ],
    ],
    [
      'a finer report of other days: the coarser one fills them',
      [
        [
          [
            'a.csv',
            metaCsv([
              ['901', 'P', '100.00'],
              ['901', 'P', '50.00', '2025-03-11'],
            ]),
            1,
          ],
        ],
        [['b.csv', metaAds([['901', 'P', '100.00']]), 2]],
      ],
    ],
    [
      'a finer report that was corrected',
      [
        [['a.csv', metaCsv([['901', 'P', '100.00']]), 1]],
        [
          ['b.csv', metaAds([['901', 'P', '40.00']]), 2],
          ['c.csv', metaAds([['901', 'P', '100.00']]), 3],
        ],
      ],
    ],
  ])('%s', async (_, imports) => {
    expect((await told(imports)).flat()).toEqual([]);
  });
});

test('another account’s report that takes the days of one is told by its amounts; a correction of the last days is not', async () => {
  const days = (spend: (day: number) => number, last = 20) =>
    metaCsv(
      Array.from({ length: last }, (_, at) => ['1', 'Hiver', spend(at).toFixed(2), `2025-03-${String(at + 10)}`]),
    );
  // Written on 1 April: the days until 28 March were settled.
  const [, line] = await told([[['fr.csv', days((at) => 100 + at), 0]], [['be.csv', days((at) => 10 + at), 1]]]);
  expect(line).toEqual([
    'be.csv replaces fr.csv with other amounts on 19 of 19 days that were settled (361.00 in place of 2071.00), ' +
      'which no correction does. If they are of two accounts, or each of a part of one, only the newer one counts: ' +
      'say of which account each is (sillage import FILE --account NAME), or export all of it in one report.',
  ]);
});

test.each([
  ['the last four days alone', (at: number) => (at > 15 ? 130 : 100)],
  ['one day that was settled', (at: number) => (at === 3 ? 130 : 100)],
  ['a cent of each', () => 100.01],
])('a report that corrects %s is told nothing', async (_, spend) => {
  const days = (of: (at: number) => number) =>
    metaCsv(Array.from({ length: 20 }, (__, at) => ['1', 'Hiver', of(at).toFixed(2), `2025-03-${String(at + 10)}`]));
  expect(await told([[['a.csv', days(() => 100), 0]], [['b.csv', days(spend), 1]]])).toEqual([[], []]);
});

test('TikTok without account is of the one that another report names, which shares a campaign', async () => {
  const file = (name: string, second: number, ids: string, account?: string): File => [
    name,
    tiktokJson(
      ids.split('').map((id) => [id, id, '10.00']),
      account,
    ),
    second,
  ];
  // The last shares none with the one before, and both share one with the first.
  const files = [file('a.json', 1, 'AC', '8'), file('b.json', 2, 'ABC'), file('c.json', 3, 'C')];
  expect(await told([files])).toEqual([
    [expect.stringMatching(/^c\.json replaces the days that b\.json has too, and lacks 2 of its campaigns, as “A”/)],
  ]);
  await rm(home, { recursive: true });
  await mkdir(home);
  expect(await told([[file('a.json', 1, 'AC', '8'), file('b.json', 2, 'AB'), file('c.json', 3, 'C')]])).toEqual([
    [expect.stringMatching(/^c\.json replaces the days that b\.json has too, and lacks 2 of its campaigns, as “A”/)],
  ]);
});

test('written in the same second: it is said which of them the lake keeps', async () => {
  const files: File[] = [
    ['prospecting.csv', metaCsv([['901', 'Prospecting', '200.00']]), 1],
    ['retargeting.csv', metaCsv([['902', 'Retargeting', '60.00']]), 1],
  ];
  const lake = memoryLake();
  const [lines = []] = await told([files], lake);
  const keys: string[] = [];
  for await (const key of lake.keys('raw/advertising/meta_ads/')) keys.push(key);
  const last = (await lake.get(keys.toSorted().at(-1) ?? '')).toString('utf8');
  const [kept, lost] = last.includes('Retargeting') ? ['retargeting', 'Prospecting'] : ['prospecting', 'Retargeting'];
  expect(lines).toEqual([
    expect.stringMatching(
      new RegExp(`^prospecting.csv and retargeting.csv .* same second.*${kept}.csv is taken for the newer one`),
    ),
    expect.stringMatching(new RegExp(`^${kept}.csv replaces .*lacks its campaign “${lost}”`)),
  ]);
});

test('of two sheets of one workbook each is named', async () => {
  const sheet = (id: string, name: string) => [metaHeadings, ...metaCells([[id, name, '60.00']])];
  const book = workbook({ Prospecting: sheet('901', 'P'), Retargeting: sheet('902', 'R') });
  expect(await told([[['x.xlsx', book, 1]]])).toEqual([
    [
      expect.stringMatching(
        /^x\.xlsx, sheet “Retargeting”, replaces the days that x\.xlsx, sheet “Prospecting”, has too, and lacks its campaign “P”/,
      ),
    ],
  ]);
});

describe('a file that is older by its time than one in the lake', () => {
  const of = (spend: string, ...more: Spent) => metaCsv([['901', 'P', spend], ...more]);
  test('is told not to count where it tells other amounts', async () => {
    expect(await told([[['a.csv', of('100.00'), 9]], [['b.csv', of('90.00'), 1]]])).toEqual([
      [],
      [
        'b.csv does not count on a day of which a.csv tells other amounts (the first: 2025-03-10), for it is the older ' +
          'one by its time (2025-04-01 08:00:01 UTC; a.csv: 2025-04-01 08:00:09 UTC). If it is the newer one, take the other ' +
          'out: sillage import --undo a.csv',
      ],
    ]);
  });
  test.each<[string, (readonly File[])[]]>([
    ['it tells the same', [[['a.csv', of('100.00'), 9]], [['b.csv', of('100.00', ['901', 'P', '5', '2025-03-11']), 1]]]], // prettier-ignore
    ['it is of other days', [[['a.csv', of('100.00'), 9]], [['b.csv', metaCsv([['901', 'P', '5', '2025-03-11']]), 1]]]], // prettier-ignore
    [
      'both come together',
      [
        [
          ['a.csv', of('100.00'), 9],
          ['b.csv', of('90.00'), 1],
        ],
      ],
    ],
    ['it corrects', [[['a.csv', of('100.00'), 1]], [['b.csv', of('90.00'), 9]]]],
  ])('is told nothing of where %s', async (_, imports) => {
    expect((await told(imports)).flat()).toEqual([]);
  });
});

describe('a campaign of e-mail that two files have on two days', () => {
  const klaviyo = (...rows: readonly (readonly [id: string, name: string, sent: string, opens?: string])[]) =>
    [
      'Campaign Name,Campaign ID,Campaign Channel,Send Time,Total Recipients,Unique Opens,Unique Clicks,Cost',
      ...rows.map(([id, name, sent, opens = '40']) => `${name},${id},Email,${sent},${Number(opens) * 2},${opens},3,10`),
    ].join('\n');
  const before = klaviyo(['01A', 'Avril', '2025-03-10 23:30:00'], ['01B', 'Mai', '2025-03-12 09:00:00']);
  const isTold = expect.stringMatching(
    /^a\.csv has “Avril” on 2025-03-10, and b\.csv on 2025-03-1[1-9]: a campaign is sent once, and it counts on both days.*--undo a\.csv$/,
  ) as unknown;
  test.each<[string, string]>([
    ['that overlap', klaviyo(['01A', 'Avril', '2025-03-11 00:30:00'], ['01B', 'Mai', '2025-03-12 09:00:00'])],
    ['that have no day in common', klaviyo(['01A', 'Avril', '2025-03-19 10:00:00'])],
  ])('is told: files %s', async (_, after) => {
    expect(await told([[['a.csv', before, 1]], [['b.csv', after, 2]]])).toEqual([[], [isTold]]);
  });
  test.each<[string, string, string]>([
    ['the newer file replaces that day', before, klaviyo(['01C', 'Juin', '2025-03-10 08:00:00'], ['01A', 'Avril', '2025-03-11 00:30:00'])], // prettier-ignore
    ['it was not sent yet', klaviyo(['01A', 'Avril', '2025-03-10 08:00:00', '0']).replace(/,3,10$/, ',0,0'), klaviyo(['01A', 'Avril', '2025-03-11 08:00:00'])], // prettier-ignore
    ['the id is of another campaign, of another account', before, klaviyo(['01A', 'Soldes', '2025-03-19 10:00:00'])],
    ['it has no id, and its name may come again', before.replaceAll(/01[AB]/g, ''), klaviyo(['', 'Avril', '2025-03-19 10:00:00'])], // prettier-ignore
  ])('is told nothing of where %s', async (_, first, second) => {
    const [, lines = []] = await told([[['a.csv', first, 1]], [['b.csv', second, 2]]]);
    expect(lines.filter((line) => line.includes('sent once'))).toEqual([]);
  });
  test('of a platform of ads, each day has its own', async () => {
    const files = [both, both.map(([id, name, spend]) => [id, name, spend, '2025-03-20'] as const)].map(metaCsv);
    expect(await told(files.map((text, at): File[] => [[`${at}.csv`, text, at]]))).toEqual([[], []]);
  });
});

describe('a finer report that has less than a coarser one is told', () => {
  const campaigns: Spent = [
    ['901', 'Promo', '100.00'],
    ['902', 'Other', '10.00'],
  ];
  const ads: Spent = [
    ['901', 'Promo', '40.00', day, '1'],
    ['901', 'Promo', '20.00', day, '2'],
    ['902', 'Other', '9.50', day, '3'],
  ];
  const lacks = expect.stringMatching(
    /b\.\w+ has 60\.00 EUR of “Promo” by ads; a\.\w+ has 100\.00 EUR for the same days\. The finer report counts, so 40\.00 EUR of it are in no figure/,
  ) as unknown;
  test.each<[string, File, File]>([
    ['tables', ['a.csv', metaCsv(campaigns), 1], ['b.csv', metaAds(ads), 2]],
    ['JSON', ['a.json', metaJson(campaigns), 1], ['b.json', metaJson(ads), 2]],
    ['the coarser one is newer', ['a.json', metaJson(campaigns), 2], ['b.csv', metaAds(ads), 1]],
  ])('%s', async (_, coarser, finer) => {
    expect(await told([[coarser], [finer]])).toEqual([[], [lacks]]);
  });
});

test('a note from before spend was noted is read: its campaigns have all of its days', async () => {
  const lake = memoryLake();
  const [file]: [File] = [['a.csv', googleCsv(both), 1]];
  await told([[file]], lake);
  for await (const key of lake.keys(importsPrefix)) {
    if (!key.endsWith('/import.json')) continue;
    const note = JSON.parse((await lake.get(key)).toString('utf8'), (name, value: unknown) =>
      name === 'restated'
        ? { account: 'Boutique (123-456-7890)', level: 'campaign', campaigns: { 111: 'Brand', 112: 'PMax' } }
        : value,
    ) as unknown;
    await lake.put(key, JSON.stringify(note));
    expect((await importOf(lake, key.split('/').at(-2) ?? ''))?.parts[0]?.restated).toMatchObject([
      { account: '1234567890', campaigns: { 112: { name: 'PMax' } } },
    ]);
  }
  await rm(home, { recursive: true });
  await mkdir(home);
  expect(await told([[['b.json', googleJson(one), 2]]], lake)).toEqual([lacksPMax]);
});
