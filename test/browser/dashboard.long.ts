import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import * as v from 'valibot';
import { buildDashboard } from '../../dashboard/build.ts';
import { texts } from '../../dashboard/language/texts.ts';
import { manifestSchema, manifestVersion } from '../../lambdas/publish/manifest-schema.ts';
import { done, folder } from '../support-sillage.ts';
import { complaint, findChromium, launch, visitor } from './chromium.ts';
import { describeBudget } from './dashboard-budget.ts';
import { drawn, overflow, tiles, tooNarrow } from './dashboard-page.ts';
import { describeExports } from './dashboard-exports.ts';
import { describeFigures } from './dashboard-figures.ts';
import { describeProducts } from './dashboard-products.ts';
import { serveSite, type Site } from './site.ts';

const found = findChromium();
const skipped = 'missing' in found;
if (skipped) process.stderr.write(`Skipped: the dashboard in a browser. ${found.missing}.\n`);

test('Chromium is here, or may be missing', () => {
  expect(complaint(found)).toBeUndefined();
});

const lake = folder('dashboard');
const days = { from: '2025-03-10', to: '2025-03-16' };
const before = { from: '2025-03-03', to: '2025-03-09' };

(skipped ? describe.skip : describe)('the dashboard', () => {
  let browser: Browser;
  let context: BrowserContext;
  let site: Site;
  let page: Page;
  const problems: string[] = [];
  const asked = new Set<string>();

  beforeAll(async () => {
    // From a week of February on: two cohorts, and a month that is over.
    const [from, to] = ['2025-02-22', days.to];
    await done(['generate', 'all', '--start-date', from, '--end-date', to, '--events-per-day', '1000', '--lake', lake]);
    await done(['run', '--lake', lake]);
    site = await serveSite(await buildDashboard(), join(lake, 'site/data'));
    browser = await launch(skipped ? '' : found.executable);
    context = await visitor(browser, { locale: 'en-GB', viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    page = await context.newPage();
    page.on('console', (message) => problems.push(`${page.url()} ${message.text()}`));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  const open = async (query: string, title: string) => {
    await page.goto(`${site.url}/${query}`);
    await drawn(page, title);
  };

  const world = { lake, days, before, page: () => page, open };
  describeFigures(world);
  describeProducts(world);
  describeExports(world);
  describeBudget(
    world,
    () => site,
    async () => v.parse(manifestSchema, JSON.parse(await readFile(join(lake, 'site/data/manifest.json'), 'utf8'))),
  );

  test('no view is wider than its window, and axe finds nothing, in both languages and lights', async () => {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const faults: unknown[] = [];
    for (const [view, en, fr] of [
      ['marketing', 'Channels and campaigns', 'Canaux et campagnes'],
      ['products', 'Products', 'Produits'],
    ] as const)
      for (const [language, title] of [
        ['en', en],
        ['fr', fr],
      ] as const) {
        await open(`?view=${view}&lang=${language}&theme=light`, title);
        await page.evaluate(axe);
        for (const theme of ['light', 'dark'] as const) {
          if (theme === 'dark') await page.getByRole('button', { name: texts[language].theme.dark }).click();
          const violations: unknown = await page.evaluate(
            `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ ` +
              `id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))`,
          );
          faults.push(
            ...z
              .array(z.string())
              .parse(violations)
              .map((fault) => `${view} ${language} ${theme} ${fault}`),
          );
        }
        for (const width of [320, 390, 768, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          if ((await overflow(page)) > 0) faults.push(`${view} ${language} is wider than ${width}`);
          for (const card of await tooNarrow(page))
            faults.push(`${view} ${language} at ${width}: ${card} is too narrow`);
        }
      }
    expect(faults).toEqual([]);
  });

  test('everything is reached by keyboard: a tile, a day of the chart, a row, the definitions', async () => {
    await open('', 'Channels and campaigns');
    await page.locator('[data-kpi=cac]').focus();
    await page.keyboard.press('Enter');
    await drawn(page, 'Blended CAC per day');
    expect(page.url()).toContain('metric=cac');
    const reader = page.locator('.reader-keys');
    await reader.focus();
    const lastDay = await reader.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowLeft');
    expect(await reader.getAttribute('aria-valuetext')).not.toBe(lastDay);
    expect(await reader.getAttribute('aria-valuetext')).toContain('15 March 2025');
    await page.locator('[data-row="Paid Social"] .open').focus();
    await page.keyboard.press('Space');
    await page.locator('tr.level-campaign').first().waitFor();
    await page.getByRole('button', { name: 'Definitions' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.goBack();
    expect(await page.locator('tr.level-campaign').count()).toBe(0);
  });

  test('a table and a chart are taken away as CSV, XLSX and PNG', async () => {
    const kinds: Record<string, string> = {};
    for (const name of ['CSV', 'XLSX', 'PNG']) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('section.card').first().getByRole('button', { name, exact: true }).click(),
      ]);
      const content = await readFile(await download.path());
      kinds[download.suggestedFilename()] = content.subarray(0, 4).toString('latin1');
    }
    expect(Object.values(kinds)).toEqual(['\u00EF\u00BB\u00BFD', 'PK\u0003\u0004', '\u0089PNG']);
  });

  test('an amount is EUR, as every figure that is published, in whatever currency the shop sells', async () => {
    const manifest = v.parse(manifestSchema, JSON.parse(await readFile(join(lake, 'site/data/manifest.json'), 'utf8')));
    const shop = { ...manifest.shop, currency: 'CHF' };
    site.replace('/data/manifest.json', Buffer.from(JSON.stringify({ ...manifest, shop })));
    await open('', 'Channels and campaigns');
    expect((await tiles(page))['revenue']?.text).toMatch(/^€/);
    site.replace('/data/manifest.json', undefined);
  });

  test('nothing was asked of anybody else, and the browser had nothing to complain of', () => {
    expect([...asked]).toEqual([site.url]);
    expect(problems).toEqual([]);
  });

  test('a mart that is missing or cut, and a manifest that is missing, damaged or of another release, are told in words', async () => {
    const manifestText = await readFile(join(lake, 'site/data/manifest.json'));
    const manifest = v.parse(manifestSchema, JSON.parse(manifestText.toString()));
    const name = manifest.marts['returns_daily']?.files[0]?.name ?? '';
    const content = await readFile(join(lake, 'site/data', name));
    const flipped = Buffer.from(content);
    flipped[100] = 255 - (flipped[100] ?? 0);
    const without: unknown = { ...manifest, marts: {} };
    const cases: readonly (readonly [string, Buffer | null, string])[] = [
      [`/data/${name}`, null, 'A file of figures is missing'],
      [`/data/${name}`, content.subarray(0, -50), 'A file of figures is damaged'],
      [`/data/${name}`, flipped, 'A file of figures is damaged'],
      ['/data/manifest.json', null, 'Nothing is published yet'],
      [
        '/data/manifest.json',
        Buffer.from(JSON.stringify({ ...manifest, version: manifestVersion + 1 })),
        'The figures are of another release',
      ],
      ['/data/manifest.json', Buffer.from(JSON.stringify(without)), 'The figures are of another release'],
      ['/data/manifest.json', manifestText.subarray(0, 400), 'A file of figures is damaged'],
      [
        '/data/manifest.json',
        Buffer.from(JSON.stringify({ ...manifest, data_to: null })),
        'There is no order and no visit yet',
      ],
    ];
    for (const [path, by, title] of cases) {
      site.replace(path, by);
      await page.goto(site.url);
      await page.locator('.problem').waitFor();
      expect([path, await page.locator('.problem h1').innerText()]).toEqual([path, title]);
      site.replace(path, undefined);
    }
    // Whoever mends it need not reload.
    await page.getByRole('button', { name: 'Try again' }).click();
    await drawn(page, 'Channels and campaigns');
  });
});
