import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import * as z from 'zod';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { advice } from './advice.ts';
import { askHeadings } from './ask-headings.ts';
import { keepHeadings } from './given-headings.ts';
import { landAll, look } from './import.ts';
import type { Part } from './understand.ts';
import { exported, landed, lookAt as lookIn, partsOf as partsIn, sample, type Options } from './samples/look-at.ts';
import { workbook } from './samples/workbook.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'import-'));
});
afterEach(() => rm(home, { recursive: true }));

const lookAt = (name: string, bytes: Uint8Array | string, options: Options = {}) => lookIn(home, name, bytes, options);
const partsOf = (name: string, bytes: Uint8Array | string, options: Options = {}) =>
  partsIn(home, name, bytes, options);

/** As much of a report's records as is looked at here. */
const recordSchema = z.looseObject({
  spend: z.string().optional(),
  date_start: z.string().optional(),
  segments: z.object({ date: z.string() }).optional(),
  campaign: z.looseObject({ advertisingChannelType: z.string() }).optional(),
  customer: z.looseObject({ currencyCode: z.string() }).optional(),
  metrics: z.unknown().optional(),
});

/** The records of a report. */
function records(part: Part | undefined): z.infer<typeof recordSchema>[] {
  if (!part) throw new Error('There is no part.');
  const answer = z.record(z.string(), z.unknown()).parse(JSON.parse(landed(part)));
  return z.array(recordSchema).parse(Object.values(answer).find((value) => Array.isArray(value)));
}

const meta = (days: readonly string[], amounts = ['1.50', '2.50']) =>
  [
    'Campaign name,Day,Amount spent (EUR),Impressions,Link clicks',
    ...days.map((day, at) => `Printemps,${day},"${amounts[at] ?? ''}",100,5`),
  ].join('\n');

describe('one report, however it is written, gives the same records', () => {
  const figures = (part: Part | undefined) =>
    records(part).map(({ segments, campaign, customer, metrics }) => [
      segments?.date,
      campaign?.advertisingChannelType,
      customer?.currencyCode,
      metrics,
    ]);
  const expected = [
    [
      '2025-03-10',
      'SEARCH',
      'EUR',
      {
        impressions: '12345',
        clicks: '321',
        costMicros: '1134820000',
        conversions: '8.50',
        conversionsValue: '442.00',
      },
    ],
    [
      '2025-03-11',
      'PERFORMANCE_MAX',
      'EUR',
      { impressions: '2000', clicks: '40', costMicros: '20000000', conversions: '0', conversionsValue: '0' },
    ],
  ];

  test.each(['google-en.csv', 'google-de.csv'])('%s', async (name) => {
    const [part] = await partsOf(name, sample(name));
    expect(figures(part)).toEqual(expected);
    expect(part?.totals).toEqual([
      { what: 'spend', imported: '1154.82 EUR', own: '1154.82 EUR' },
      { what: 'impressions', imported: '14345', own: '14345' },
      { what: 'clicks', imported: '361', own: '361' },
    ]);
  });

  test('UTF-16 with tabs, French, days that only the file as a whole explains', async () => {
    const [part] = await partsOf('google-fr-utf16.csv', sample('google-fr-utf16.csv'));
    expect(figures(part)).toEqual([expected[0], ['2025-03-13', ...(expected[1] ?? []).slice(1)]]);
  });

  test('Windows-1252, as a French Excel saves it', async () => {
    const text =
      'Jour;Campagne;Type de campagne;Code de devise;Impr.;Clics;Coût\n13/03/2025;Été;Réseau de Recherche;EUR;10;1;1,50\n';
    const [part] = await partsOf('g.csv', Buffer.from(text, 'latin1'));
    expect(records(part)).toMatchObject([{ campaign: { name: 'Été' }, metrics: { costMicros: '1500000' } }]);
  });

  test("Meta's table in English, in French, and as a workbook", async () => {
    const spend = (part: Part | undefined) => records(part).map(({ spend: one, date_start: day }) => [day, one]);
    const english = await partsOf('meta-en.csv', sample('meta-en.csv'));
    expect(spend(english[0])).toEqual([
      ['2025-03-10', '1200.50'],
      ['2025-03-11', '60.05'],
    ]);
    expect(english[0]?.notes.join(' ')).toMatch(/does not name its account.*no ids of campaigns/s);
    const sheet = workbook({
      'Raw Data Report': [
        ['Reporting starts', 'Reporting ends', 'Campaign name', 'Amount spent (EUR)', 'Impressions', 'Link clicks'],
        [new Date('2025-03-10'), new Date('2025-03-10'), 'Printemps', 1200.5, 50_000, 500],
        [new Date('2025-03-11'), new Date('2025-03-11'), 'Printemps', 60.125, 10_000, 110],
      ],
    });
    expect(spend((await partsOf('meta.xlsx', sheet))[0])).toEqual([
      ['2025-03-10', '1200.5'],
      ['2025-03-11', '60.1250'],
    ]);
  });
});

describe('numbers that may be two', () => {
  test.each([
    ['decimal points elsewhere in the file decide', ['1,234', '5.50'], ['1234', '5.50']],
    ['decimal commas elsewhere in the file decide', ['1.234', '5,50'], ['1234', '5.50']],
    ['else the language of the headings', ['1,234', '2,345'], ['1234', '2345']],
  ])('%s', async (_, written, read) => {
    const [part] = await partsOf('m.csv', meta(['2025-03-10', '2025-03-11'], written));
    expect(records(part).map(({ spend }) => spend)).toEqual(read);
  });

  test('and where the language decided, it is told', async () => {
    const [part] = await partsOf('m.csv', meta(['2025-03-10'], ['1,234']));
    expect(part?.notes).toContainEqual(expect.stringContaining('“1,234” is read as 1234'));
  });
});

describe('days that may be two', () => {
  test('are asked for', async () => {
    const [one] = await lookAt('m.csv', meta(['03/04/2025', '04/04/2025']));
    expect(one).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('“03/04/2025” may be two days') as unknown,
    });
  });

  test.each([
    [{ dates: 'dmy' } as const, '2025-04-03'],
    [{ dates: 'mdy' } as const, '2025-03-04'],
  ])('and said by %j', async (options, day) => {
    const [part] = await partsOf('m.csv', meta(['03/04/2025']), options);
    expect(part?.days).toEqual({ from: day, to: day });
  });

  test('or read as the language of the headings writes them, which is told', async () => {
    const french = meta(['03/04/2025']).replace(
      /^.*$/m,
      'Nom de la campagne,Jour,Montant dépensé (EUR),Impressions,Clics sur un lien',
    );
    const [part] = await partsOf('m.csv', french);
    expect(part?.days?.from).toBe('2025-04-03');
    expect(part?.notes).toContainEqual(expect.stringContaining('“03/04/2025” is read as 2025-04-03'));
    const [told] = await partsOf('m.csv', french, { dates: 'mdy' });
    expect(told?.days?.from).toBe('2025-03-04');
    expect(told?.notes).not.toContainEqual(expect.stringContaining('is read as'));
  });

  test.each([
    [['03/04/2025', '13/04/2025'], '2025-04-03'],
    [['03/04/2025', '03/13/2025'], '2025-03-04'],
  ])('or known by the others: %j', async (days, first) => {
    const [part] = await partsOf('m.csv', meta(days));
    expect(part?.days?.from).toBe(first);
  });
});

/** A zip whose list says that its sheet is small, and whose sheet unpacks to a thousand times that. */
function lyingBomb(): Uint8Array {
  const bytes = workbook({ Sheet1: [['Campaign name', 'Day', 'Amount spent (EUR)', 'Impressions']] });
  return zipSync({
    'xl/workbook.xml': strToU8('<workbook/>'),
    'xl/worksheets/sheet1.xml': [Buffer.alloc(50 * 2 ** 20, 32), { level: 9 }],
    x: bytes,
  });
}

/** A zip whose list says that a sheet of a megabyte is two hundred. */
function longBomb(): Uint8Array {
  const bytes = Buffer.from(
    zipSync({
      'xl/workbook.xml': strToU8('<workbook/>'),
      'xl/worksheets/sheet1.xml': [randomBytes(2 ** 20), { level: 0 }],
    }),
  );
  bytes.writeUInt32LE(150 * 2 ** 20, bytes.lastIndexOf(Buffer.from('504b0102', 'hex')) + 24);
  return bytes;
}

const ole = (text: string) =>
  Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(512), Buffer.from(text, 'utf16le')]);
const orders = sample('orders_export.csv').toString('utf8');

describe('what cannot be read is refused in words', () => {
  test.each<[string, string, Uint8Array | string, RegExp]>([
    ['a screenshot', 'shot.csv', Buffer.from('89504e470d0a1a0a0000', 'hex'), /PNG picture/],
    ['a PDF', 'report.csv', '%PDF-1.7', /PDF/],
    [
      'ids that a spreadsheet has rounded',
      'm.csv',
      [
        'Campaign ID,Campaign name,Day,Amount spent (EUR),Impressions',
        '"1,2021E+17",Printemps,2025-03-10,1.50,100',
      ].join('\n'),
      /In row 2, “Campaign ID” is “1,2021E\+17”: a spreadsheet has rounded it/,
    ],
    ['a web page saved as .xls', 'r.xls', '<html><table><tr><td>Campaign</td></tr></table></html>', /web page/],
    ['an old workbook', 'r.xls', ole('Workbook'), /\.xls workbook/],
    ['a workbook with a password', 'r.xlsx', ole('EncryptedPackage'), /password/],
    ['an empty file', 'r.csv', '', /empty/],
    ['a bomb', 'r.xlsx', lyingBomb(), /unpacks to more than 200 times/],
    ['a longer bomb', 'r.xlsx', longBomb(), /unpacks to 150 MB/],
    ['a damaged workbook', 'r.xlsx', workbook({ A: [['Campaign']] }).subarray(0, 500), /damaged|cut short/],
    ['a gzip that was cut', 'r.csv.gz', gzipSync(orders).subarray(0, 300), /gzip that is damaged or was cut/],
    ['a row that was cut', 'orders_export.csv', orders.slice(0, orders.length - 60), /cut short|quotes are wrong/],
    [
      'a quote that is never closed',
      'orders_export.csv',
      orders.replace('"Merci,', '""Merci,"x'),
      /quotes are wrong in row 2/,
    ],
    [
      'two encodings',
      'm.csv',
      Buffer.concat([Buffer.from(`${meta(['2025-03-10'])}\n${'é'.repeat(70_000)}`), Buffer.from([0xe9, 0x41])]),
      /two encodings/,
    ],
    [
      'two encodings, whose one letter lies in two pieces of the file',
      'm.csv',
      Buffer.concat([
        Buffer.from(`${meta(['2025-03-10'])}\n\u00C9t\u00E9,2025-03-11,1.00,10,1\n`.padEnd(2 ** 20 - 1, 'a'), 'latin1'),
        Buffer.from('\u00E9t\u00E9,2025-03-12,1.00,10,1'.replace('t\u00E9', 'te')),
      ]),
      /Two encodings are mixed in it/,
    ],
    [
      'two exports in two encodings, joined',
      'm.csv',
      Buffer.concat([
        Buffer.from(`${meta(['2025-03-10']).replace('Printemps', 'Été')}\n`),
        Buffer.from('\u00C9t\u00E9,2025-03-11,1.00,10,1', 'latin1'),
      ]),
      /Two encodings are mixed in it, Windows-1252 and UTF-8 \(“.*Ã‰tÃ©/,
    ],
    [
      'headings with broken letters',
      'm.csv',
      'Nom de la campagne,Jour,Montant dÃ©pensÃ© (EUR),Impressions\nA,2025-03-10,1.00,10\n',
      /letters in it are broken \(“Montant dÃ©pensÃ© \(EUR\)”\)/,
    ],
    [
      'another delimiter than its heading',
      'm.csv',
      meta(['2025-03-10']).replaceAll(/(?<=\n.*),/g, ';'),
      /quotes are wrong in row 2/,
    ],
    [
      'a decimal comma between commas',
      'm.csv',
      meta(['2025-03-10']).replace('"1.50"', '1,50'),
      /row 2 has 6 cells for 5 headings.*decimal comma/,
    ],
    [
      'a row that lacks cells',
      'm.csv',
      `${meta(['2025-03-10', '2025-03-11']).replace(',100,5', '')}\n`,
      /row 2 has 3 cells for 5 headings/,
    ],
    [
      'a report of several days',
      'm.csv',
      'Reporting starts,Reporting ends,Campaign name,Amount spent (EUR),Impressions\n2025-03-01,2025-03-31,Printemps,10.00,5\n',
      /adds up days.*By time, Day/s,
    ],
    [
      'a report without a day',
      'm.csv',
      'Campaign name,Amount spent (EUR),Impressions\nPrintemps,10.00,5\n',
      /adds up days/,
    ],
    ['headings alone', 'm.csv', 'Campaign name,Day,Amount spent (EUR),Impressions\n', /no row below/],
    [
      'an export with columns left out',
      'o.csv',
      'Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total\n#1001,a@ex.test,paid,2025-03-10 10:00:00 +0100,EUR,60.00,0.00,10.00,60.00\n',
      /looks like Shopify.*lacks “Created at”.*“Lineitem name”/,
    ],
    [
      'days that a spreadsheet changed',
      'orders_export.csv',
      orders.replaceAll('2025-03-10 10:00:00 +0100', '10/03/2025 10:00'),
      /row 2, “Paid at”|row 2, “Created at”/,
    ],
    [
      'an answer of GraphQL that lacks fields',
      'o.jsonl',
      '{"id":"gid://shopify/Order/1","name":"#1001"}\n',
      /Order in line 1 lacks createdAt.*the query of docs\/sources\.md/,
    ],
    [
      'an error instead of a report',
      'm.json',
      '{"error":{"message":"Application request limit reached","code":4}}',
      /limit reached/,
    ],
    ['another thing', 'x.csv', 'a,b\n1,2\n', /not those of any report.*a, b/],
  ])('%s', async (_, name, bytes, words) => {
    const looked = await lookAt(name, bytes);
    expect(looked).toMatchObject([{ kind: 'refused', name, why: expect.stringMatching(words) as unknown }]);
    const lake = memoryLake();
    await landAll(lake, looked, join(home, 'scratch'));
    for await (const key of lake.keys('')) throw new Error(`${key} was landed.`);
  });
});

test("rows are numbered as a spreadsheet shows them, below Excel's own line", async () => {
  const [part] = await partsOf('m.csv', `sep=,\n${meta(['2025-03-10'])}\n\n,,1.50,100,5\n`);
  expect(part?.leftOut).toEqual([{ why: 'a totals row', rows: 1, first: 5 }]);
});

test('a formula in a name is a text, in what is landed too', async () => {
  const [part] = await partsOf(
    'm.csv',
    meta(['2025-03-10']).replace('Printemps', '"=HYPERLINK(""https://x.example"")"'),
  );
  expect(records(part)).toMatchObject([{ campaign_name: '=HYPERLINK("https://x.example")' }]);
});

describe('letters that were broken before the file was saved', () => {
  const told = /Letters in it are broken \(“.*(Ã‰tÃ©|Caf\uFFFD).*”\)/u;
  const csv = (name: string) => meta(['2025-03-10']).replace('Printemps', name);
  test.each([
    ['read as Windows-1252', csv('Ã‰tÃ© bio'), told],
    ['lost', csv('Caf\uFFFD'), told],
    ['in UTF-16', Buffer.from(`\uFEFF${csv('Ã‰tÃ© bio')}`, 'utf16le'), told],
    ['beyond the first piece', `${csv('Printemps')}\n${`Printemps,2025-03-11,1.00,100,5\n`.repeat(40_000)}Ã‰tÃ©,2025-03-12,1.00,1,1`, told], // prettier-ignore
    ['of a word that ends so, which is none', csv('AMANHÃ'), undefined],
    ['of no word', csv('Été, 5 €'.replace(',', '')), undefined],
  ])('%s', async (_, text, expected) => {
    const [part] = await partsOf('m.csv', text);
    const notes = part?.notes.filter((note) => /broken/.test(note)) ?? [];
    expect(notes.map((note) => expected?.test(note))).toEqual(expected === undefined ? [] : [true]);
  });

  test('in a workbook', async () => {
    const rows = csv('Ã‰tÃ© bio').split('\n').map((line) => line.replaceAll('"', '').split(',')); // prettier-ignore
    const [part] = await partsOf('m.xlsx', workbook({ Report: rows }));
    expect(part?.notes).toContainEqual(expect.stringMatching(told));
  });
});

test('its own total is told where the rows do not add up to it', async () => {
  const [part] = await partsOf('m.csv', `${meta(['2025-03-10', '2025-03-11'])}\n,,99.00,200,10\n`);
  expect(part?.totals[0]).toEqual({ what: 'spend', imported: '4.00 EUR', own: '99.00 EUR' });
  expect(part?.notes).toContainEqual(expect.stringContaining('Its own total of “Amount spent (EUR)” is 99.00 EUR'));
});

test("TikTok's table", async () => {
  const text =
    'Campaign name,Ad group name,Ad name,Ad ID,By Day,Currency,Cost,Impressions,Clicks (destination),Complete payment,Total complete payment value\n' +
    'Été,Large,Vidéo,18001,2025-03-10,EUR,12.50,"1,000",20,1,60.00\nTotal of 1 result,-,-,-,-,EUR,12.50,"1,000",20,1,60.00\n';
  const [part] = await partsOf('tiktok.csv', text);
  expect(part && JSON.parse(landed(part))).toMatchObject({
    data: {
      list: [
        {
          dimensions: { ad_id: '18001', stat_time_day: '2025-03-10 00:00:00' },
          metrics: {
            campaign_id: 'Été',
            spend: '12.50',
            impressions: '1000',
            clicks: '20',
            currency: 'EUR',
            complete_payment: '1',
            total_complete_payment_rate: '60.00',
          },
        },
      ],
    },
  });
  expect(part?.totals[0]).toEqual({ what: 'spend', imported: '12.50 EUR', own: '12.50 EUR' });
});

test('of the whole history of exchange rates the last years are taken, and that is told', async () => {
  const text = 'Date,USD,JPY,GBP,CHF,\n2025-03-11,1.0100,161.0,0.84,0.96,\n2010-03-11,1.3,120.0,0.9,1.4,\n';
  const [part] = await partsOf('eurofxref-hist.csv', text);
  expect(part && landed(part)).toBe('Date,USD,JPY,GBP,CHF,\n2025-03-11,1.0100,161.0,0.84,0.96,\n');
  expect(part?.leftOut).toEqual([{ why: expect.stringContaining('before 2020-01-01') as unknown, rows: 1, first: 3 }]);
});

test('all columns of currencies are read of exchange rates, one that a shop added beside the Bank’s too', async () => {
  const text = 'Date,USD,JPY,GBP,CHF,KWD,Remark,\n2025-03-11,1.0100,161.0,0.84,0.96,0.336,mine,\n';
  const [part] = await partsOf('eurofxref-hist.csv', text);
  expect(part?.ignored).toEqual(['Remark']);
});

test('a zip is what is in it, and a folder too', async () => {
  const zip = zipSync({
    'exports/meta.csv': strToU8(meta(['2025-03-10'])),
    '__MACOSX/._meta.csv': strToU8('x'),
    'shot.png': Buffer.from('89504e470d0a1a0a', 'hex'),
  });
  expect((await lookAt('all.zip', zip)).map(({ name, kind }) => [name, kind])).toEqual([
    ['meta.csv', 'understood'],
    ['shot.png', 'refused'],
  ]);
});

test.each(['./meta.csv', './exports/meta.csv', '../meta.csv', 'a/./meta.csv'])(
  'a file that a zip calls %s is no hidden one',
  async (name) => {
    const zip = zipSync({ [name]: strToU8(meta(['2025-03-10'])), './.hidden.csv': strToU8('x') });
    expect((await lookAt('all.zip', zip)).map((one) => [one.name, one.kind])).toEqual([['meta.csv', 'understood']]);
  },
);

test('the files of a zip have the times at which they were written, not that of the zip', async () => {
  const [march, april] = ['2025-03-06T10:00:00Z', '2025-03-31T10:00:00Z'].map((time) => new Date(time));
  const zip = zipSync({
    'b/march.csv': [strToU8(meta(['2025-03-01'])), { mtime: march }],
    'a/april.csv': [strToU8(meta(['2025-03-02'])), { mtime: april }],
    // A tool that keeps no times, and a clock that is ahead.
    'none.csv': [strToU8(meta(['2025-03-03'])), { mtime: new Date(1980, 0, 1) }],
    'ahead.csv': [strToU8(meta(['2025-03-04'])), { mtime: new Date('2031-01-01') }],
  });
  const looked = await lookAt('all.zip', zip);
  expect(looked.map((one) => one.kind === 'understood' && one.understood.file.exportedAt)).toEqual([
    march,
    april,
    exported,
    exported,
  ]);
});

test.each([
  ['a clock that was ahead', '2131-01-01'],
  ['a tool that keeps no times', '1980-01-01'],
])('a file of %s was written before it is imported, and no one knows when', async (_, time) => {
  const path = join(home, 'meta.csv');
  await writeFile(path, meta(['2025-03-10']));
  await utimes(path, new Date(time), new Date(time));
  const begin = Date.now();
  const [one] = await look(memoryLake(), [path], { scratch: home });
  const written = one?.kind === 'understood' ? one.understood.file.exportedAt.getTime() : 0;
  expect(written).toBeGreaterThanOrEqual(begin);
  expect(written).toBeLessThanOrEqual(Date.now());
});

test('the same bytes under two names are one file', async () => {
  const zip = zipSync({ 'a.csv': strToU8(meta(['2025-03-10'])), 'b.csv': strToU8(meta(['2025-03-10'])) });
  expect((await lookAt('all.zip', zip)).map(({ kind }) => kind)).toEqual(['understood', 'same']);
  const [one] = await lookAt('all.zip', zip);
  expect((await lookAt('all.zip', zip))[1]).toMatchObject({ as: one?.name });
});

test("the platforms' own JSON is landed as it is", async () => {
  const text = JSON.stringify({
    data: [
      {
        account_id: '777',
        account_currency: 'EUR',
        campaign_id: 'c1',
        campaign_name: 'P',
        date_start: '2025-03-10',
        date_stop: '2025-03-10',
        spend: '12.34',
        impressions: '10',
      },
    ],
    paging: {},
  });
  const [part] = await partsOf('insights.json', text);
  expect(part && landed(part)).toBe(text);
  expect(part).toMatchObject({
    shape: 'meta-ads-json',
    account: '777',
    days: { from: '2025-03-10', to: '2025-03-10' },
    records: 1,
    totals: [
      { what: 'records', imported: '1' },
      { what: 'spend', imported: '12.34 EUR' },
    ],
  });
  expect(part?.documents.map(({ key }) => key)).toEqual([
    expect.stringMatching(/^raw\/advertising\/meta_ads\/dt=2025-04-01\/import-20250401T080000Z-[0-9a-f]{16}\.json$/),
  ]);
});

/** The same export by somebody who took the column “Id” away. */
const withoutIds = orders.replace(/(?<=^|,)Id(?=,)/m, 'Number of the office');

test('an export with ids is imported beside webhooks of both platforms: of an order in both the newest state counts', async () => {
  const lake = memoryLake();
  for (const platform of ['shopify', 'woocommerce'])
    await lake.put(`raw/crm/orders/dt=2025-03-10/webhook-${platform}-a.jsonl`, '{}\n');
  await writeFile(join(home, 'orders_export.csv'), orders);
  const [one] = await look(lake, [join(home, 'orders_export.csv')], { scratch: join(home, 'a') });
  expect(one).toMatchObject({ kind: 'understood' });
});

test("orders of WooCommerce's webhook are no orders of Shopify's API", async () => {
  const lake = memoryLake();
  await lake.put('raw/crm/orders/dt=2025-03-10/webhook-woocommerce-a.jsonl', '{}\n');
  await writeFile(join(home, 'orders_export.csv'), withoutIds);
  const [one] = await look(lake, [join(home, 'orders_export.csv')], { scratch: join(home, 'a') });
  expect(one).toMatchObject({ kind: 'understood' });
});

test.each([
  [
    'an export of the admin without ids',
    'orders_export.csv',
    withoutIds,
    'raw/crm/orders/dt=2025-03-10/orders.jsonl.gz',
    'shopify-orders-csv',
  ],
  [
    'an answer of the API',
    'orders.jsonl',
    '{"id":1,"line_items":[],"total_price":"1.00"}\n',
    'raw/crm/orders/dt=2025-03-10/import-a.jsonl',
    'shopify-orders-json',
  ],
])('%s is refused where orders of the other kind are, unless it is forced', async (_, name, text, key, shape) => {
  const lake = memoryLake();
  await lake.put(key, '{}\n');
  await writeFile(join(home, name), text);
  const [refused] = await look(lake, [join(home, name)], { scratch: join(home, 'a') });
  expect(refused).toMatchObject({ kind: 'refused', why: expect.stringContaining(`--feed ${shape}`) as unknown });
  const [forced] = await look(lake, [join(home, name)], { scratch: join(home, 'b'), feed: shape });
  expect(forced).toMatchObject({ kind: 'understood' });
});

test('and so it is beside a file of the other kind', async () => {
  const zip = zipSync({
    'a.csv': strToU8(withoutIds),
    'b.jsonl': strToU8('{"id":1,"line_items":[],"total_price":"1.00"}\n'),
  });
  expect((await lookAt('all.zip', zip)).map(({ kind }) => kind)).toEqual(['understood', 'refused']);
});

test('answers of the API are imported beside an export with ids, and after it', async () => {
  const answers = '{"id":1,"line_items":[],"total_price":"1.00"}\n';
  const zip = zipSync({ 'a.csv': strToU8(orders), 'b.jsonl': strToU8(answers) });
  expect((await lookAt('all.zip', zip)).map(({ kind }) => kind)).toEqual(['understood', 'understood']);

  const lake = memoryLake();
  const lookAtOne = async (name: string, text: string) => {
    await writeFile(join(home, name), text);
    return look(lake, [join(home, name)], { scratch: join(home, name.slice(0, 1)) });
  };
  const before = await lookAtOne('orders_export.csv', orders);
  await landAll(lake, before, home);
  expect(await lookAtOne('answers.jsonl', answers)).toMatchObject([{ kind: 'understood' }]);
});

describe('what the files lack together', () => {
  const adviceOn = async (contents: Readonly<Record<string, string>>) => {
    const zip = zipSync(Object.fromEntries(Object.entries(contents).map(([name, text]) => [name, strToU8(text)])));
    return advice(memoryLake(), await lookAt('all.zip', zip));
  };
  const products = sample('products_export.csv').toString('utf8');
  const rates = 'Date,USD,JPY,GBP,CHF,\n2025-03-11,1.0100,161.0,0.84,0.96,\n';

  test('is told: costs, rates, orders, days', async () => {
    expect(await adviceOn({ 'orders.csv': orders })).toEqual([
      expect.stringMatching(/^Amounts in USD are refused until there are exchange rates/),
      expect.stringMatching(/no products, so no cost of goods/),
    ]);
    for (const report of [meta(['2025-03-10']), sample('brevo.csv').toString('utf8')])
      expect(await adviceOn({ 'report.csv': report })).toEqual([
        expect.stringMatching(/^There are reports of campaigns and no order, so no return can be told/),
      ]);
    expect(
      await adviceOn({ 'o.csv': orders, 'p.csv': products, 'r.csv': rates, 'meta.csv': meta(['2025-03-01']) }),
    ).toEqual([expect.stringMatching(/^Meta Ads Manager, .* ends on 2025-03-01, another file on 2025-03-12/)]);
  });

  test('is not told of a catalogue: it ends with the product, or the customer, that came last', async () => {
    const times = '"created_at":"2024-01-05T09:00:00Z","updated_at":"2024-01-05T09:00:00Z"';
    expect(
      await adviceOn({
        'o.csv': orders,
        'r.csv': rates,
        'p.json': `{"products":[{"id":7,"title":"Savon",${times},"variants":[{"id":8,"sku":"S","price":"9.00"}]}]}`,
        'c.json': `{"customers":[{"id":5,"email":"a@example.org","orders_count":1,${times}}]}`,
      }),
    ).toEqual([]);
  });

  test.each([
    [
      'o.json',
      JSON.stringify([
        { id: 1, status: 'completed', currency: 'EUR', date_created_gmt: '2025-03-10T09:00:00', total: '50.00', total_tax: '0.00', line_items: [{ id: 2, name: 'Savon', quantity: 1, total: '50.00', total_tax: '0.00' }], fee_lines: [], refunds: [] }, // prettier-ignore
      ]),
      / In WooCommerce: Products, Export, all columns\.$/,
    ],
    [
      'o.csv',
      'id_order,reference,order_state,date_add,email,iso_code,postcode,currency,' +
        'total_discounts_tax_incl,total_products_wt,total_shipping_tax_incl,total_paid_tax_incl,total_tax,' +
        'refunded,payment,voucher_code,product_reference,product_name,product_quantity,' +
        'unit_price_tax_incl\n' +
        '12,ABC,Livré,2025-03-10 09:00:00,a@b.fr,FR,35000,EUR,0,50.00,0,50.00,8.33,0,Carte,,S,Savon,1,50.00\n',
      / In PrestaShop: the query of products/,
    ],
    ['o.csv', orders.replaceAll('USD', 'EUR'), / In Shopify: Products, Export/],
  ])('orders without products are told in the words of their shop: %s', async (name, text, told) => {
    expect(await adviceOn({ [name]: text, 'meta.csv': meta(['2025-03-12']) })).toEqual(
      expect.arrayContaining([expect.stringMatching(told)]),
    );
  });

  test('a report that takes campaigns of an older one away is told, in one import and in the next', async () => {
    const [own, other] = [meta(['2025-03-10']), meta(['2025-03-10']).replace('Printemps', 'Retargeting')];
    const lost = expect.stringMatching(
      /replaces the days that .* has too, and lacks its campaign “(?:Printemps|Retargeting)”/,
    ) as unknown;
    expect(
      await adviceOn({ 'o.csv': orders, 'p.csv': products, 'r.csv': rates, 'a.csv': own, 'b.csv': other }),
    ).toEqual([
      expect.stringMatching(/^a\.csv and b\.csv .* written in the same second: which of them corrects/),
      lost,
    ]);
    const lake = memoryLake();
    await landAll(lake, await lookAt('a.csv', own), join(home, 'scratch'));
    const next = await lookAt('b.csv', other);
    expect(await advice(lake, next)).toContainEqual(lost);
  });

  test('is not told where nothing is lacking', async () => {
    expect(
      await adviceOn({ 'o.csv': orders, 'p.csv': products, 'r.csv': rates, 'meta.csv': meta(['2025-03-10']) }),
    ).toEqual([]);
  });
});

const insights = (record: object, paging: object = {}) =>
  JSON.stringify({
    data: [
      { account_id: '777', account_currency: 'EUR', campaign_id: '9', campaign_name: 'A', impressions: '10', date_start: '2025-03-10', date_stop: '2025-03-10', spend: '1.00', ...record }, // prettier-ignore
    ],
    paging,
  });

test.each([
  ['a page of several', insights({}, { next: 'https://graph.facebook.com/next' }), /one page of a report/],
  ['the last page of several', insights({}, { previous: 'https://graph.facebook.com/before' }), /one page of a report/],
  ['a report of several days', insights({ date_stop: '2025-03-16' }), /adds up days.*time_increment=1/],
])("of a platform's JSON, %s is refused", async (_, text, words) => {
  expect(await lookAt('insights.json', text)).toMatchObject([
    { kind: 'refused', why: expect.stringMatching(words) as unknown },
  ]);
});

const google = (...segments: readonly object[]) =>
  JSON.stringify({
    results: segments.map((segment) => ({
      customer: { id: '7', currencyCode: 'EUR' },
      campaign: { id: '11', name: 'Brand', advertisingChannelType: 'SEARCH' },
      segments: segment,
      metrics: { impressions: '100', clicks: '10', costMicros: '5000000' },
    })),
  });

test('records of Google without a day are refused, or told where others have one', async () => {
  expect(await lookAt('g.json', google({ month: '2025-03-01' }, { month: '2025-04-01' }))).toMatchObject([
    { kind: 'refused', why: expect.stringMatching(/^No record of it has segments\.date/) as unknown },
  ]);
  const [part] = await partsOf('h.json', google({ month: '2025-03-01' }, { date: '2025-03-10' }));
  expect(part?.totals).toContainEqual({ what: 'spend', imported: '5.00 EUR' });
  expect(part?.notes.join('\n')).toContain('1 record has no segments.date: it is going to be refused');
});

test('records of a report that are equal in all are told: they count as many times', async () => {
  const [part] = await partsOf(
    'g.json',
    google({ date: '2025-03-10' }, { date: '2025-03-11' }, { date: '2025-03-10' }),
  );
  expect(part?.totals).toContainEqual({ what: 'spend', imported: '15.00 EUR' });
  expect(part?.notes.join('\n')).toMatch(/1 record is equal in all to one above \(the first is record 3\).*5\.00 EUR/);
  const [apart] = await partsOf('h.json', google({ date: '2025-03-10', hour: 9 }, { date: '2025-03-10', hour: 10 }));
  expect(apart?.notes.join('\n')).not.toContain('equal in all');
});

test('a file that lacks a page between those that it has is refused', async () => {
  const page = (n: number) =>
    JSON.stringify({
      code: 0,
      data: {
        list: [
          { dimensions: { campaign_id: '9', ad_id: `${n}`, stat_time_day: '2025-03-01 00:00:00' }, metrics: { campaign_name: 'A', currency: 'EUR', spend: '1.00' } }, // prettier-ignore
        ],
        page_info: { page: n, total_page: 3, total_number: 3 },
      },
    });
  expect(await lookAt('tiktok.json', page(1) + page(3))).toMatchObject([
    { kind: 'refused', why: expect.stringContaining('page 2 of 3 is not here') as unknown },
  ]);
  expect((await partsOf('tiktok.json', page(2) + page(3) + page(1)))[0]?.records).toBe(3);
});

test('pages one after the other in one file are one report', async () => {
  const text =
    insights({ ad_id: '1' }, { next: 'https://graph.facebook.com/next' }) + insights({ ad_id: '2' }, { previous: 'x' });
  expect((await partsOf('insights.json', text))[0]?.records).toBe(2);
});

test('who writes French writes the day first', async () => {
  const text =
    'Jour;Campagne;Type de campagne;Code de devise;Impr.;Clics;Coût\n03/04/2025;Été;Réseau de Recherche;EUR;10;1;1,50\n';
  expect((await partsOf('g.csv', text))[0]?.days?.from).toBe('2025-04-03');
});

describe('a spreadsheet of influencers', () => {
  test('merged cells count for whom stands above, and a remark for nobody', async () => {
    const sheet = workbook({
      'Instagram 2025': [
        ['Pseudo', 'Cachet (€)', 'Code', 'Date'],
        ['@lea', 100, 'LEA10', new Date('2025-03-01')],
        [undefined, 150, 'LEA15', new Date('2025-03-20')],
        ['Avril'],
        ['@max', 50, 'MAX', new Date('2025-04-02')],
        ['TOTAL', 300],
      ],
    });
    const [part] = await partsOf('i.xlsx', sheet);
    const lines = part ? landed(part).trim().split('\n') : [];
    expect(lines.map((line) => line.split(';').slice(1, 5).join(' '))).toEqual([
      'pseudo plateforme cachet devise',
      '@lea Instagram 100 EUR',
      '@lea Instagram 150 EUR',
      '',
      '@max Instagram 50 EUR',
    ]);
    expect(part?.totals).toContainEqual({ what: 'fees', imported: '300.00 EUR', own: '300.00 EUR' });
    expect(part?.leftOut).toEqual([
      { why: 'a remark', rows: 1, first: 4 },
      { why: 'a totals row', rows: 1, first: 6 },
    ]);
  });

  test('as OpenDocument: repeated and merged cells, numbers and days as the file has them', async () => {
    const value = (kind: string, attribute: string, text: string) =>
      `<table:table-cell office:value-type="${kind}" office:${attribute}="${text}"><text:p>shown</text:p></table:table-cell>`;
    const string = (text: string) =>
      `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
    const row = (...cells: readonly string[]) => `<table:table-row>${cells.join('')}</table:table-row>`;
    const content =
      '<?xml version="1.0"?><office:document-content><office:body><office:spreadsheet>' +
      `<table:table table:name="Instagram 2025">${row(string('Partenariats &amp; co'))}` +
      '<table:table-row table:number-rows-repeated="2">' +
      `<table:table-cell table:number-columns-repeated="16384"/></table:table-row>${row(string('Pseudo'), string('Cachet (€)'), string('Code'), string('Date'))}${row(string('@lea'), value('currency', 'value', '1500.125'), string('LEA<text:s/>10'), value('date', 'date-value', '2025-03-01'))}${row('<table:covered-table-cell/>', value('float', 'value', '150'), string('LEA15'), value('date', 'date-value', '2025-03-20T00:00:00'))}` +
      '<table:table-row table:number-rows-repeated="1048570">' +
      '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>';
    const file = zipSync({
      mimetype: strToU8('application/vnd.oasis.opendocument.spreadsheet'),
      'content.xml': strToU8(content),
    });
    const [one] = await lookAt('i.ods', file);
    if (one?.kind !== 'understood') throw new Error(JSON.stringify(one));
    const [part] = one.understood.parts;
    expect([one.understood.format, part?.sheet]).toEqual(['ODS', 'Instagram 2025']);
    expect(
      part &&
        landed(part)
          .trim()
          .split('\n')
          .map((line) => line.split(';').slice(1).join(' ')),
    ).toEqual([
      'pseudo plateforme cachet devise cout_produits taux_commission code_promo lien_tracke campagne date_contrat date_fin commission_sur',
      '@lea Instagram 1500.1250 EUR 0 0 LEA 10   01/03/2025  ',
      '@lea Instagram 150 EUR 0 0 LEA15   20/03/2025  ',
    ]);
    expect(await lookAt('j.ods', zipSync({ mimetype: strToU8('x'), 'content.xml': strToU8('<a><b>') }))).toMatchObject([
      { kind: 'refused', why: expect.stringContaining('.ods') as unknown },
    ]);
  });

  test.each([
    [
      'influencer-deals-sheet',
      'id_contrat;pseudo;plateforme;cachet;devise;cout_produits;taux_commission;code_promo;lien_tracke;' +
        'campagne;date_contrat;date_fin\nD1;@lea.bio;Instagram;1 234,50;EUR;45,00;0,10;LEA10;' +
        'https://shop.example/lea;printemps;01/03/2025;31/03/2025',
    ],
    [
      'influencer-roster-sheet',
      'pseudo;nom;plateforme;palier;abonnes;inscrit_le\nlea.bio;N;Instagram;micro;12 500;13/02/2025',
    ],
    [
      'influencer-posts-sheet',
      'id_publication;id_contrat;pseudo;plateforme;date;format;vues;j_aime;commentaires;partages;enregistrements\nP1;D1;@lea.bio;Instagram;13/03/2025;Reel;1200;30;4;2;1',
    ],
  ])('the sheets of the feeds themselves are known, cell for cell: %s', async (shape, text) => {
    const [part] = await partsOf('s.csv', text);
    expect(part?.shape).toBe(shape);
    expect(
      part &&
        landed(part)
          .trim()
          .replace(/;commission_sur$/m, '')
          .replace(/;$/m, ''),
    ).toBe(text);
  });

  test.each<[string, string, RegExp]>([
    [
      'what one post costs, and how many there are: no post, and no fee of a deal',
      'Pseudo;Plateforme;Date;Cachet par post;Nombre de posts;Code\n@lea;Instagram;03/04/2025;300;4;LEA10\n',
      /^It looks like Influencers, deals, but lacks “fee”/,
    ],
    [
      'a report of advertisements',
      'Account name;Platform;Start;Campaign;Clicks\nA;Instagram;2025-03-01;B;10\n',
      /^It is a report of advertising, and none of its headings is of a platform that is known/,
    ],
  ])('it is told what a sheet comes nearest to: %s', async (_, text, words) => {
    const [one] = await lookAt('i.csv', text);
    expect(one).toMatchObject({ kind: 'refused', why: expect.stringMatching(words) as unknown });
  });

  test('what one post costs is no fee of a deal, also where a person says so', async () => {
    const [one] = await lookAt('i.csv', 'Pseudo;Date;Cachet par post\n@lea;03/04/2025;300\n', {
      map: { 'Cachet par post': 'fee' },
    });
    expect(one).toMatchObject({ kind: 'refused', why: expect.stringContaining('Add a column “Fee”') as unknown });
  });

  test.each([
    [1, '1 row has no name of its own and counts for the influencer above it, as merged cells do.'],
    [2, '2 rows have no name of their own and count for the influencer above them, as merged cells do.'],
  ])('%i rows of merged cells are told', async (merged, note) => {
    const more = Array.from({ length: merged }, (_, n) => [undefined, 150, new Date(`2025-04-0${n + 1}`)]);
    const [part] = await partsOf(
      'i.xlsx',
      workbook({ A: [['Pseudo', 'Cachet (€)', 'Date'], ['@lea', 100, new Date('2025-03-01')], ...more] }),
    );
    expect(part?.notes).toContain(note);
  });

  test('who it is about is known by handles, whatever stands above them', async () => {
    const [part] = await partsOf(
      'i.csv',
      'Nom;Budget collab HT;Début du partenariat\n@lea;100;2025-03-01\n@max;200;2025-03-02\n',
    );
    expect(part?.mapped).toEqual({ Nom: 'handle', 'Budget collab HT': 'fee', 'Début du partenariat': 'start' });
  });

  test('a heading that nobody can guess is said once', async () => {
    const lake = memoryLake();
    const path = join(home, 'i.csv');
    const sheet = (handle: string) => `Pseudo;Enveloppe;Date\n${handle};100,00;2025-03-01\n`;
    await writeFile(path, sheet('@lea'));
    const [unknown] = await look(lake, [path], { scratch: join(home, 'a') });
    expect(unknown?.kind).toBe('refused');
    const map = { Enveloppe: 'fee' };
    const said = await look(lake, [path], { scratch: join(home, 'b'), map });
    expect(said[0]).toMatchObject({ understood: { parts: [{ mapped: { Enveloppe: 'fee' }, records: 1 }] } });
    await keepHeadings(lake, map);
    await writeFile(path, sheet('@max'));
    const [next] = await look(lake, [path], { scratch: join(home, 'c') });
    expect(next).toMatchObject({ understood: { parts: [{ mapped: { Enveloppe: 'fee' }, records: 1 }] } });
  });

  describe('what its columns mean may be asked', () => {
    const sheet = 'Qui;Enveloppe;Quand;Notes\n@lea;100,00;2025-03-01;x\n';
    const scripted = (answers: readonly string[]) => {
      const [asked, left]: [string[], string[]] = [[], [...answers]];
      const ask = async (question: string) => (asked.push(question), left.shift() ?? '');
      const told: string[] = [];
      return { asked, told, asker: { ask, tell: (line: string) => void told.push(line) } };
    };

    test('a guess by what stands in them is shown, and taken by an empty answer', async () => {
      const path = join(home, 'i.csv');
      await writeFile(path, sheet);
      const { asked, told, asker } = scripted([]);
      const map = await askHeadings(path, asker);
      expect(map).toEqual({ Qui: 'handle', Enveloppe: 'fee', Quand: 'start' });
      expect(told[0]).toContain('1  Qui (“@lea”)');
      expect(asked[1]).toContain('What was paid? Number of the column, 0 for none [2]');
      const [one] = await look(memoryLake(), [path], { scratch: join(home, 'a'), map: map ?? {} });
      expect(one).toMatchObject({ understood: { parts: [{ shape: 'influencer-deals-sheet', records: 1 }] } });
    });

    test('a number that is no column, or that of one which was named, is asked for again: nothing is lost', async () => {
      const path = join(home, 'i.csv');
      await writeFile(path, sheet);
      const { asked, told, asker } = scripted(['9', '1', 'two', '2', '3', 'none', '1', '4']);
      expect(await askHeadings(path, asker)).toEqual({
        Qui: 'handle',
        Enveloppe: 'fee',
        Quand: 'start',
        Notes: 'code',
      });
      expect(asked).toHaveLength(9);
      expect(told.slice(-3)).toEqual([
        '  There is no column 9: type a number from 1 to 4, or 0 for none.',
        '  There is no column two: type a number from 1 to 4, or 0 for none.',
        '  Column 1 was named as handle already. Type another number, or 0 for none.',
      ]);
    });

    test('a number says otherwise, and who does not know what is needed ends it', async () => {
      const path = join(home, 'i.csv');
      await writeFile(path, sheet);
      expect(await askHeadings(path, scripted(['4', '2', '3']).asker)).toMatchObject({
        Notes: 'handle',
        Enveloppe: 'fee',
      });
      expect(await askHeadings(path, scripted(['0']).asker)).toBeUndefined();
      await writeFile(path, Buffer.from('89504e470d0a1a0a', 'hex'));
      expect(await askHeadings(path, scripted([]).asker)).toBeUndefined();
    });
  });

  test.each([';', ',', '\t'])('as text with “%s” between its cells', async (delimiter) => {
    const text = [
      ['Influencer', 'Platform', 'Fee', 'Currency', 'Promo code', 'Start'],
      ['@lea', 'TikTok', '100', 'GBP', 'LEA', '2025-03-01'],
    ]
      .map((row) => row.join(delimiter))
      .join('\r\n');
    const [part] = await partsOf('i.csv', text);
    expect(part && landed(part)).toContain(';@lea;TikTok;100;GBP;0;0;LEA;;;01/03/2025;;');
  });
});

test('an order of the admin’s export keeps the postcode of the address whose country it has', async () => {
  const [part] = await partsOf('area.csv', orders);
  expect(part && landed(part)).toContain(`"shipping_address":{"country_code":"FR","zip":"'75011"}`);
});
