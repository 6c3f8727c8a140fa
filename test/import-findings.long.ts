/**
 * What is told of a lake after an import, and in its status: each of the mistakes that people make, and nothing where
 * they made none.
 */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { advice } from '../lambdas/import/advice.ts';
import { landAll, look } from '../lambdas/import/import.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { lakeFlag } from '../cli/context.ts';
import { whatToKnow } from '../cli/what-to-know.ts';
import { inTurn } from './support-sillage.ts';

const exported = new Date('2025-03-20T08:00:00Z');

interface Order {
  readonly number: number;
  readonly day: string;
  readonly sku?: string;
  readonly campaign?: string;
  readonly currency?: string;
  readonly offset?: string;
}

const orderHeadings =
  'Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Country,Note Attributes,Id';
const orderLine = ({ number, day, sku = 'SAVON', campaign, currency = 'EUR', offset = '+0100' }: Order) =>
  `#${number},p${number}@ex.test,paid,${currency},20.00,0.00,3.33,20.00,${day} 10:00:00 ${offset},1,Savon,20.00,${sku},FR,${
    campaign === undefined ? '' : `landing_site: /?utm_source=google&utm_medium=cpc&utm_campaign=${campaign}`
  },55${number}`;
const ordersFile = (orders: readonly Order[]) => [orderHeadings, ...orders.map((one) => orderLine(one))].join('\n');
const products = 'Handle,Title,Variant SKU,Variant Price,Cost per item\nsavon,Savon,SAVON,20.00,4.00\n';
const rates = 'Date,USD,JPY,GBP,CHF,\n2025-03-11,1.0100,161.0,0.84,0.96,\n';
const googleHeadings = 'Day,Campaign,Campaign ID,Campaign type,Customer ID,Currency code,Impr.,Clicks,Cost';
const google = (days: readonly string[], name = 'FR Search Soins bio', id = '901') =>
  [googleHeadings, ...days.map((day) => `${day},${name},${id},Search,123-456-7890,EUR,100,10,5.00`)].join('\n');
const deals = (followers: string) =>
  `Pseudo,Plateforme,${followers},Cachet (€),Code,Date\n@lea,Instagram,12000,100,LEA,2025-03-10\n`;
const days = ['2025-03-10', '2025-03-11', '2025-03-12'];
const soap = 'fr search soins bio';

/** Ten orders a day: a day without one is then odd. */
const busy = (of: readonly string[]): Order[] =>
  of.flatMap((day, at) => Array.from({ length: 10 }, (_, n) => ({ number: 2000 + 10 * at + n, day, campaign: soap })));

const clean: Readonly<Record<string, string>> = {
  'orders.csv': ordersFile(busy(days)),
  'products.csv': products,
  'google.csv': google(days),
  'deals.csv': deals('Abonnés'),
};

/** A lake with these files, imported and built; what was told before, and what is told after. */
async function told(files: Readonly<Record<string, string>>) {
  const [folder, root] = [
    await mkdtemp(join(tmpdir(), 'findings-files-')),
    await mkdtemp(join(tmpdir(), 'findings-lake-')),
  ];
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    await utimes(join(folder, name), exported, exported);
  }
  const lake = filesLake(root);
  const scratch = join(folder, '.scratch');
  const looked = await look(lake, [folder], { scratch });
  expect(looked.filter(({ kind }) => kind !== 'understood')).toEqual([]);
  const before = await advice(lake, looked);
  await landAll(lake, looked, scratch);
  const { refusedFiles } = await run(root);
  const after = await whatToKnow(filesLake(root), lakeFlag(root));
  await rm(folder, { recursive: true });
  return { root, before, after, refusedFiles };
}

const roots: string[] = [];
afterAll(async () => {
  for (const root of roots) await rm(root, { recursive: true });
});

test('nothing is told of files in which nothing is lacking', async () => {
  const { root, before, after, refusedFiles } = await told(clean);
  roots.push(root);
  expect([before, after, refusedFiles]).toEqual([[], [], []]);
});

describe('of files with mistakes, each is told', () => {
  let planted: Awaited<ReturnType<typeof told>>;
  beforeAll(async () => {
    planted = await told({
      // A day missing in the middle, a soap without a cost, an offset of another zone, and names of campaigns that
      // links spell otherwise.
      'orders.csv': ordersFile([
        ...busy(['2025-03-10', '2025-03-12']).map((one) => ({ ...one, campaign: 'fr_search_soins-bio' })),
        { number: 3001, day: '2025-03-12', sku: 'SERUM' },
        { number: 3002, day: '2025-03-12', offset: '-0500' },
      ]),
      // All of it in a currency without rates.
      'orders-usd.csv': ordersFile([{ number: 4001, day: '2025-03-12', currency: 'USD' }]),
      'products.csv': products,
      // It ends early, and has a hole.
      'google.csv': google(['2025-03-01', '2025-03-03']),
      // The same spend again, without ids and account.
      'again.csv': google(['2025-03-01', '2025-03-03'])
        .replaceAll(/,901,|,Campaign ID,/g, ',')
        .replaceAll(/,123-456-7890|,Customer ID/g, ''),
      // No followers: no roster.
      'deals.csv': deals('Contact'),
    });
    roots.push(planted.root);
  });

  test.each<[string, RegExp]>([
    [
      'revenue without a cost',
      /^5 % of the revenue \(16\.67 EUR of \d+\.\d\d EUR\) is of orders of which no cost of goods is known/,
    ],
    [
      'spend without a matched order',
      /^google_ads: 100 % of its spend \(20\.00 EUR\) is of campaigns that no visit and no order names: “FR Search Soins bio”/,
    ],
    [
      'a campaign that nobody reports, with the command that says which it is',
      /^20 orders name the campaign “fr_search_soins-bio”, which no platform reports: .*The nearest name is “FR Search Soins bio”.*sillage shop map "fr_search_soins-bio" = "FR Search Soins bio" --lake /,
    ],
    [
      'spend of days before the orders begin',
      /^100 % of the advertising spend \(20\.00 EUR of 20\.00 EUR\) is of days before 2025-03-10/,
    ],
    ['deals without roster', /^1 influencer has deals and no line in the roster: instagram:lea/],
    ['a feed that ended early', /^google_ads: nothing after 2025-03-03, while others go to 2025-03-12/],
    [
      'a report on two levels',
      /^google_ads: “FR Search Soins bio” is reported twice on 2 days.*10\.00 EUR count twice/,
    ],
    [
      'days missing in the middle, of a report',
      /^google_ads: 1 day has nothing between others that have \(the first is 2025-03-02\)/,
    ],
    [
      'days missing in the middle, of orders',
      /^orders: 1 day has nothing between others that have \(the first is 2025-03-11\)/,
    ],
    ['a currency without rates', /^1 record is refused, for there is no exchange rate/],
    [
      'time zones that differ',
      /^Orders were written in another time zone than the shop's \(2025-03-12T10:00:00-05:00 is not Europe\/Paris/,
    ],
  ])('%s', (_, words) => {
    expect(planted.after).toContainEqual(expect.stringMatching(words));
  });

  test('and nothing else', () => expect(planted.after).toHaveLength(11));

  test('before anything is landed, what the files lack is told too', () => {
    expect(planted.before).toEqual([
      expect.stringMatching(/^Amounts in USD are refused/),
      expect.stringMatching(/^Google Ads.* ends on 2025-03-03/),
      expect.stringMatching(/^Google Ads.* ends on 2025-03-03/),
    ]);
  });

  test('a file of which every record is refused is named', () => {
    expect(planted.refusedFiles).toEqual([
      { key: 'orders-usd.csv', message: expect.stringContaining('USD') as unknown, isImport: true },
    ]);
  });

  test('status tells the same; the command that it gives mends it, and so does a rate', async () => {
    const { root } = planted;
    await filesLake(root).put('inbox/rates.csv', rates);
    const [status, unknown, mapped] = await inTurn(
      ['status', '--json', '--lake', root],
      ['shop', 'map', 'fr_search_soins-bio', '=', 'FR Search Soin', '--lake', root],
      ['shop', 'map', 'fr_search_soins-bio', '=', '901', '--lake', root],
    );
    const { findings } = z.object({ findings: z.array(z.string()) }).parse(JSON.parse(status?.stdout ?? ''));
    expect(findings.map((line) => line.replaceAll(/ --lake \S+/g, ''))).toEqual(
      planted.after.map((line) => line.replaceAll(/ --lake \S+/g, '')),
    );
    expect(unknown).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The nearest: FR Search Soins bio.') as unknown,
    });
    expect(mapped).toMatchObject({ code: 0, stderr: expect.stringContaining('mean google_ads 901') as unknown });
    const { inbox, refusedFiles } = await run(root);
    expect([inbox.imported, refusedFiles]).toEqual([['rates.csv'], []]);
    const now = (await whatToKnow(filesLake(root), lakeFlag(root))).join('\n');
    expect(now).not.toMatch(/which no platform reports|no exchange rate/);
    expect(now).toMatch(/no cost of goods is known/);
  });
});

test('a corrected sheet of influencers counts once, also where most days of the older one have nothing left', async () => {
  const root = await mkdtemp(join(tmpdir(), 'findings-sheets-'));
  const folder = await mkdtemp(join(tmpdir(), 'findings-sheets-files-'));
  roots.push(root, folder);
  const lake = filesLake(root);
  const day = (number: number) => `2025-03-${String(number).padStart(2, '0')}`;
  const april = Array.from({ length: 12 }, (_, n) => `@p${n},Instagram,1${n}000,100,P${n},${day(n + 1)}`);
  const bring = async (name: string, rows: readonly string[], said: { replaces?: string } = {}) => {
    const path = join(folder, name);
    await writeFile(path, ['Pseudo,Plateforme,Abonnés,Cachet (€),Code,Date', ...rows].join('\n'));
    const scratch = join(folder, `scratch-${name}`);
    const looked = await look(lake, [path], { scratch, ...said });
    await landAll(lake, looked, scratch);
    await run(root);
    const [asked] = await inTurn([
      'query',
      'SELECT count(*), sum(fee) FROM influencer_deals',
      '--format',
      'csv',
      '--lake',
      root,
    ]);
    return [looked[0]?.kind, asked?.stdout.split('\n')[1]];
  };
  expect(await bring('a.csv', april)).toEqual(['understood', '12,1200.00']);
  const [first, ...others] = april;
  const moved = first?.replace(day(1), day(20)) ?? '';
  expect(await bring('b.csv', [moved, ...others])).toEqual(['understood', '12,1200.00']);
  expect(await bring('c.csv', others.slice(0, 2))).toEqual(['refused', '12,1200.00']);
  expect(await bring('d.csv', others.slice(0, 2), { replaces: 'b.csv' })).toEqual(['understood', '2,200.00']);
  expect((await whatToKnow(lake, '')).join(' ')).not.toMatch(/two versions/);
});
