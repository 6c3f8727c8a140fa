/** A person's own files, from an empty lake to curated rows that were worked out by hand. */
import { existsSync, readFileSync, utimesSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importOf } from '../lambdas/import/land.ts';
import { importsPrefix } from '../lambdas/shared/schema/ops-keys.ts';
import { landAll, look } from '../lambdas/import/import.ts';
import type { Looked } from '../lambdas/import/looked.ts';
import { workbook } from '../lambdas/import/samples/workbook.ts';
import { cell as cellText } from '../cli/cell.ts';
import { home as houseFolder } from '../lambdas/shared/home.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { inTurn } from './support-sillage.ts';

const exported = new Date('2025-04-01T08:00:00Z');
const sample = (name: string) => readFileSync(new URL(`lambdas/import/samples/${name}`, houseFolder));
const day = (text: string) => new Date(`${text}T00:00:00Z`);

const files: Readonly<Record<string, Uint8Array>> = {
  ...Object.fromEntries(
    [
      'orders_export.csv',
      'customers_export.csv',
      'products_export.csv',
      'meta-fr.csv',
      'google-en.csv',
      'ga4-bigquery.json',
      'pinterest.csv',
      'microsoft.csv',
      'linkedin-utf16.csv',
      'criteo.csv',
      'klaviyo.csv',
      'brevo.csv',
    ].map((name) => [name, sample(name)]),
  ),
  'rates.csv': Buffer.from(
    'Date,USD,JPY,GBP,CHF,\n2025-03-12,1.0900,161.5,0.84,0.96,\n2025-03-11,1.0100,161.0,0.84,0.96,\n',
  ),
  'influenceurs.xlsx': workbook({
    Suivi: [
      ['Partenariats 2025'],
      [],
      [
        'Influenceur',
        'Plateforme',
        'Abonnés',
        'Cachet (€)',
        'Coût produits',
        'Commission',
        'Code promo',
        'Lien',
        'Campagne',
        'Date',
        'Date de fin',
        'Contact',
      ],
      [
        '@lea.bio',
        'Insta',
        12500,
        300,
        45.5,
        0.1,
        'LEA10',
        'https://shop.example/lea',
        'printemps',
        day('2025-03-01'),
        day('2025-03-31'),
        'lea@example.org',
      ],
      [
        '@max',
        'TikTok',
        250000,
        1500.125,
        undefined,
        undefined,
        'MAX15',
        undefined,
        'printemps',
        day('2025-03-05'),
        undefined,
        undefined,
      ],
      ['Total', undefined, undefined, 1800.125],
    ],
    Notes: [['À faire'], ['rappeler Léa']],
  }),
};

let [root, folder] = ['', ''];
let looked: Looked[];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'import-lake-'));
  folder = await mkdtemp(join(tmpdir(), 'import-files-'));
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), bytes);
    await utimes(join(folder, name), exported, exported);
  }
  const scratch = await mkdtemp(join(tmpdir(), 'import-scratch-'));
  looked = await look(filesLake(root), [folder], { scratch });
  await landAll(filesLake(root), looked, scratch);
  await rm(scratch, { recursive: true });
  await run(root);
});
afterAll(async () => {
  await rm(root, { recursive: true });
  await rm(folder, { recursive: true });
});

const rows = (sql: string) =>
  withWarehouse(filesLake(root), loadCatalog(), async (warehouse) =>
    (await warehouse.query(sql)).rows.map((row) => row.map((cell) => cellText(cell)).join(' | ')),
  );
const understood = (name: string) => {
  const one = looked.find((file) => file.name === name);
  if (one?.kind !== 'understood') throw new Error(`${name} was not understood: ${JSON.stringify(one)}`);
  return one.understood;
};
const totals = (name: string) =>
  understood(name).parts.flatMap(({ totals: sums }) =>
    sums.map(({ what, imported, own }) => `${what} ${imported}${own === undefined ? '' : ` of ${own}`}`),
  );

describe("Shopify's exports", () => {
  test('of orders: what each order is worth', async () => {
    expect(
      await rows(
        'SELECT order_number, currency, total_price, total_tax, total_shipping, net_revenue, ' +
          "gift_cards_sold, promo_code, is_conversion, landing_campaign, date_format(created_at, '%Y-%m-%d " +
          "%H:%i:%s') FROM orders ORDER BY 1",
      ),
    ).toEqual([
      '1001 | EUR | 58.90 | 9.82 | 4.90 | 49.08 | 0.00 | LEA10 | true |  | 2025-03-10 09:00:00',
      // The tax stands on top: 40.40 - 2.40.
      '1002 | USD | 40.40 | 2.40 | 8.00 | 38.00 | 0.00 |  | true | printemps | 2025-03-11 22:30:00',
      // 60.00 - 1.67 of tax - 50.00 of gift card.
      '1003 | EUR | 60.00 | 1.67 | 0.00 | 8.33 | 50.00 |  | true |  | 2025-03-12 07:00:00',
      '1004 | EUR | 14.90 | 2.48 | 4.90 | 12.42 | 0.00 |  | false |  | 2025-03-12 08:00:00',
    ]);
  });

  test('their lines carry their parts of the discount and of the tax', async () => {
    expect(
      await rows(
        'SELECT line_item_id, variant_id, quantity, unit_price, total_discount, total_tax, net_revenue FROM ' +
          'order_items ORDER BY 1',
      ),
    ).toEqual([
      // 6.00 of discount in 40 : 20; 9.82 of tax in 36.00 : 18.00 : 4.90 of shipping.
      '5501001-1 | sku:CREME-50 | 1 | 40.00 | 4.00 | 6.00 | 30.00',
      '5501001-2 | sku:SAVON-1 | 2 | 10.00 | 2.00 | 3.00 | 15.00',
      // 2.40 of tax in 30.00 : 8.00, on top.
      '5501002-1 | sku:SERUM-30 | 1 | 30.00 | 0.00 | 1.89 | 30.00',
      '5501003-1 | name:Carte cadeau - 50 € | 1 | 50.00 | 0.00 | 0.00 | 0.00',
      '5501003-2 | sku:SAVON-1 | 1 | 10.00 | 0.00 | 1.67 | 8.33',
      '5501004-1 | sku:SAVON-1 | 1 | 10.00 | 0.00 | 1.66 | 8.34',
    ]);
  });

  test('what was given back has its part of the tax, on the day of the order or of its cancellation', async () => {
    expect(await rows('SELECT order_id, status, amount, tax, CAST(dt AS varchar) FROM refunds ORDER BY 1')).toEqual([
      '5501002 | success | 20.20 | 1.20 | 2025-03-11',
      '5501004 | success | 14.90 | 2.48 | 2025-03-13',
    ]);
  });

  test('of products: lines and costs meet by SKU, so that a margin is known', async () => {
    expect(await rows('SELECT variant_id, product_id, title, price, cost FROM products ORDER BY 1')).toEqual([
      'sku:CREME-100 | handle:creme-de-jour | Crème de jour | 64.00 | 19.50',
      'sku:CREME-50 | handle:creme-de-jour | Crème de jour | 40.00 | 12.00',
      'sku:SAVON-1 | handle:savon | Savon | 10.00 | 2.00',
      'sku:SERUM-30 | handle:serum | Sérum | 30.00 | ',
    ]);
    // 12.00 + 2 × 2.00; a serum has no cost.
    expect(await rows('SELECT order_id, cost_of_goods_eur FROM order_economics ORDER BY 1')).toEqual([
      '5501001 | 16.00',
      '5501002 | ',
      '5501003 | 2.00',
    ]);
  });

  test('of customers: who bought before', async () => {
    expect(
      await rows('SELECT customer_id, country, accepts_marketing, orders_count FROM customers ORDER BY 1'),
    ).toEqual(['7001001 | FR | true | 3', '7001002 | US | false | 1']);
  });

  test('say what they hold', () => {
    expect(totals('orders_export.csv')).toEqual([
      'orders 4',
      'total 133.80 EUR',
      'refunded 14.90 EUR',
      'total 40.40 USD',
      'refunded 20.20 USD',
    ]);
    expect(understood('products_export.csv').parts[0]?.notes.join(' ')).toContain(
      '1 of 4 variants have no “Cost per item”',
    );
  });
});

describe('tables of advertising pages', () => {
  test('give spend by day and campaign, as the platform writes it', async () => {
    expect(
      await rows(
        'SELECT platform, account_id, campaign_id, campaign_name, channel, CAST(dt AS varchar), impressions, ' +
          'clicks, CAST(spend AS decimal(18,2)), currency, claimed_conversions, claimed_value FROM ad_spend ' +
          "WHERE platform IN ('google_ads', 'meta_ads') ORDER BY 1, 3, 6",
      ),
    ).toEqual([
      'google_ads | 1234567890 | 901 | FR Search Soins bio | Paid Search | 2025-03-10 | 12345 | 321 | 1134.82 ' +
        '| EUR | 8.5 | 442',
      'google_ads | 1234567890 | 902 | PMax Été | Cross-network | 2025-03-11 | 2000 | 40 | 20.00 | EUR | 0 | 0',
      'meta_ads | 777 | 120001 | Printemps | Paid Social | 2025-03-10 | 50000 | 500 | 1200.50 | EUR | 4 | 208',
      'meta_ads | 777 | 120001 | Printemps | Paid Social | 2025-03-11 | 10000 | 110 | 60.05 | EUR | 1 | 52',
      'meta_ads | 777 | 120002 | Retargeting, été | Paid Social | 2025-03-11 | 1000 | 10 | 10.00 | EUR |  | ',
    ]);
  });

  test('of other platforms, and of tools that send e-mail, too', async () => {
    expect(
      await rows(
        'SELECT platform, account_id, campaign_id, campaign_name, channel, CAST(dt AS varchar), sends, ' +
          'impressions, clicks, CAST(spend AS decimal(18,2)), claimed_conversions, claimed_value FROM ad_spend ' +
          "WHERE platform NOT IN ('google_ads', 'meta_ads') ORDER BY 1, 3, 6",
      ),
    ).toEqual([
      'brevo | brevo | 12 | Printemps | Email | 2025-03-13 | 4200 | 1300 | 95 | 0.00 |  | ',
      'criteo | 12345 | 54 | Retargeting | Display | 2025-03-10 |  | 2534 | 35 | 17.50 |  | ',
      'criteo | 12345 | 54 | Retargeting | Display | 2025-03-11 |  | 6234 | 96 | 48.00 |  | ',
      'klaviyo | klaviyo | 01HX | Vente flash | SMS | 2025-03-11 | 800 | 0 | 40 | 48.00 | 2 | 90',
      'klaviyo | klaviyo | 01HZ | Newsletter de mars | Email | 2025-03-10 | 5000 | 1500 | 120 | 25.00 | 6 | 312',
      'linkedin_ads | Boutique | 333 | B2B Bio | Paid Social | 2025-03-13 |  | 1500 | 12 | 45.60 | 0 | ',
      'microsoft_ads | 180 | 77 | FR Marque | Paid Search | 2025-03-10 |  | 400 | 20 | 8.40 | 2 | 104',
      'microsoft_ads | 180 | 78 | Shopping FR | Paid Shopping | 2025-03-13 |  | 1200 | 30 | 11.60 | 1 | 40',
      'pinterest_ads | 549 | 626 | Soins bio | Paid Social | 2025-03-10 |  | 1000 | 20 | 12.50 | 1 | 52',
      'pinterest_ads | 549 | 626 | Soins bio | Paid Social | 2025-03-11 |  | 500 | 8 | 7.25 | 0 | 0',
    ]);
    expect(
      await rows(
        'SELECT channel, CAST(sum(spend_eur) AS decimal(18,2)) FROM marketing_costs WHERE channel IN ' +
          "('Email', 'SMS') GROUP BY channel ORDER BY 1",
      ),
    ).toEqual(['Email | 25.00', 'SMS | 48.00']);
  });

  test('are held against their own totals', () => {
    expect(totals('meta-fr.csv')).toEqual([
      'spend 1270.55 EUR of 1270.55 EUR',
      'impressions 61000 of 61000',
      'clicks 620 of 620',
    ]);
    expect(totals('google-en.csv')).toEqual([
      'spend 1154.82 EUR of 1154.82 EUR',
      'impressions 14345 of 14345',
      'clicks 361 of 361',
    ]);
  });
});

test("GA4's export gives events, with their order", async () => {
  expect(
    await rows(
      `SELECT event_name, date_format(event_at, '%Y-%m-%d %H:%i:%s'), page_path, source, medium, campaign, ` +
        'device, transaction_id, value, currency, consent_analytics FROM web_events ORDER BY event_at',
    ),
  ).toEqual([
    'page_view | 2025-03-10 08:50:00 | /produits/creme | instagram | paid_social | printemps | mobile |  |  |  | true',
    'page_view | 2025-03-10 08:50:05 | /panier |  |  |  | mobile |  |  |  | true',
    'purchase | 2025-03-10 09:00:00 | /merci |  |  |  | mobile | 1001 | 58.90 | EUR | true',
  ]);
  expect(await rows("SELECT order_id, channel, campaign FROM touchpoints WHERE order_id = '5501001'")).toEqual(
    expect.arrayContaining(['5501001 | Paid Social | printemps']),
  );
});

describe('a spreadsheet of influencers', () => {
  test('gives deals and their roster', async () => {
    expect(
      await rows(
        'SELECT influencer_id, fee, currency, product_cost, commission_rate, promo_code, link_path, ' +
          'CAST(contract_date AS varchar), CAST(end_date AS varchar) FROM influencer_deals ORDER BY 1',
      ),
    ).toEqual([
      'instagram:lea.bio | 300.00 | EUR | 45.50 | 0.1000 | LEA10 | /lea | 2025-03-01 | 2025-03-31',
      // 1500.125 is fifteen hundred and an eighth, not a million and a half.
      'tiktok:max | 1500.13 | EUR | 0.00 | 0.0000 | MAX15 |  | 2025-03-05 | ',
    ]);
    expect(await rows('SELECT influencer_id, tier, followers FROM influencers ORDER BY 1')).toEqual([
      'instagram:lea.bio | micro | 12500',
      'tiktok:max | macro | 250000',
    ]);
    expect(await rows('SELECT influencer_id, orders FROM roi_by_influencer WHERE orders > 0')).toEqual([
      'instagram:lea.bio | 1',
    ]);
  });

  test('keeps what it does not know aside, and names it', () => {
    const { parts, passedOver } = understood('influenceurs.xlsx');
    expect(parts.map(({ ignored, leftOut }) => [ignored, leftOut])).toEqual([
      [['Contact'], [{ why: 'a totals row', rows: 1, first: 6 }]],
    ]);
    expect(totals('influenceurs.xlsx')).toEqual(['deals 2', 'influencers 2', 'fees 1800.125 EUR of 1800.125 EUR']);
    expect(passedOver.map(({ sheet }) => sheet)).toEqual(['Notes']);
  });
});

test('the files are kept byte for byte, and again they change nothing', async () => {
  const lake = filesLake(root);
  for (const [name, bytes] of Object.entries(files)) {
    const { hash } = understood(name);
    expect([name, await lake.get(`${importsPrefix}${hash}/${name}`)]).toEqual([name, Buffer.from(bytes)]);
    expect((await importOf(lake, hash))?.file).toBe(name);
  }
  const keys = async () => {
    const found: string[] = [];
    for await (const { key, etag } of lake.list('raw/')) found.push(`${key} ${etag}`);
    return found;
  };
  const before = await keys();
  const scratch = await mkdtemp(join(tmpdir(), 'import-scratch-'));
  const again = await look(lake, [folder], { scratch });
  await landAll(lake, again, scratch);
  await rm(scratch, { recursive: true });
  expect(again.map(({ kind }) => kind)).toEqual(Object.keys(files).map(() => 'known'));
  expect(await keys()).toEqual(before);
});

describe('on the command line', () => {
  const lake = () => join(folder, '..', `${basename(folder)}-cli`);
  const meta = () => join(folder, 'meta-fr.csv');
  afterAll(() => rm(lake(), { recursive: true, force: true }));

  test('nothing is imported before somebody has agreed', async () => {
    const [asked] = await inTurn(['import', meta(), '--lake', lake()]);
    expect(asked).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('add --yes') as unknown });
    expect(existsSync(join(lake(), 'raw'))).toBe(false);
  });

  test('a file that is refused ends with 1, and leaves nothing; what else there is goes in', async () => {
    const shot = join(folder, '..', `${basename(folder)}.png`);
    await writeFile(shot, Buffer.from('89504e470d0a1a0a', 'hex'));
    const [done] = await inTurn(['import', meta(), shot, '--yes', '--no-run', '--json', '--lake', lake()]);
    await rm(shot);
    expect(done?.code).toBe(1);
    expect(JSON.parse(done?.stdout ?? '')).toMatchObject({
      files: [
        {
          file: 'meta-fr.csv',
          status: 'imported',
          parts: [{ shape: 'meta-ads-csv', account: 'Boutique Bio (777)', records: 3 }],
        },
        { status: 'refused', why: expect.stringContaining('PNG') as unknown },
      ],
    });
  });

  test('a run over a file of which nothing can be read ends with 1, and says what it looks like; from the inbox it goes in', async () => {
    const [own, path] = [filesLake(lake()), 'raw/advertising/meta_ads/dt=2025-04-01/meta.csv'];
    await own.put(path, sample('meta-fr.csv'));
    const [refused] = await inTurn(['run', '--lake', lake()]);
    expect(refused?.code).toBe(1);
    const words = `${path}: nothing of it could be read there. It looks like Meta Ads Manager`;
    expect(refused?.stderr).toContain(words);
    // And again, though nothing is built: once looked at, and once more when nothing has changed at all.
    for (const again of await inTurn(['run', '--lake', lake()], ['run', '--lake', lake()]))
      expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining(words) as unknown });
    await own.delete(path);
    await own.put('inbox/google.csv', sample('google-en.csv'));
    const before = new Date(Date.now() - 3_600_000);
    utimesSync(join(lake(), 'inbox', 'google.csv'), before, before);
    const [taken] = await inTurn(['run', '--lake', lake()]);
    expect(taken).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('imported inbox/google.csv') as unknown,
    });
    expect(existsSync(join(lake(), 'inbox', 'google.csv'))).toBe(false);
  });
});
