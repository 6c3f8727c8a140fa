import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { buildDashboard } from '../../dashboard/build.ts';
import { liveFeed } from '../../localstack/embedded/dashboard/live-feed.ts';
import { dashboardPages } from '../../localstack/embedded/dashboard/pages.ts';
import { localServer, type LocalServer, textAnswer } from '../../localstack/embedded/http/local-server.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { run } from '../../localstack/embedded/run/runner.ts';
import { lakeReader } from '../../localstack/embedded/reader/lake-reader.ts';
import { house, type Workspace } from '../house.ts';
import { complaint, findChromium, launch, visitor } from './chromium.ts';

const found = findChromium();
const skipped = 'missing' in found;
if (skipped) process.stderr.write(`Skipped: the views that ask the lake itself. ${found.missing}.\n`);

test('Chromium is here, or may be missing', () => {
  expect(complaint(found)).toBeUndefined();
});

/** Where pictures of the views are put for whoever wants to look at them; none are made without it. */
const pictures = process.env['SILLAGE_PICTURES'];

(skipped ? describe.skip : describe)('the views that ask the lake itself', () => {
  const feed = liveFeed();
  const problems: string[] = [];
  let shop: Workspace;
  let server: LocalServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    shop = await house({ from: '2025-01-01', to: '2025-01-03', eventsPerDay: 200, seed: 3 }, { publishes: true });
    const lake = filesLake(shop.root);
    const reader = lakeReader(lake, { withholdsPersons: false, memoryLimitMb: 500 });
    const pages = await dashboardPages({ lake, built: await buildDashboard(), reader, feed });
    server = await localServer({
      bodyBytes: 1_048_576,
      answer: async (request) => (await pages(request)) ?? textAnswer(404, 'nothing'),
    });
    browser = await launch(skipped ? '' : found.executable);
    context = await visitor(browser, { locale: 'en-GB', viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    page = await context.newPage();
    page.on('console', (message) => problems.push(`${page.url()} ${message.text()}`));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== server.url && !request.url().startsWith('data:'))
        problems.push(`It asks ${request.url()}.`);
    });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await shop.remove();
  });

  const open = (search: string) => page.goto(`${server.url}/dashboard/?${search}`);
  const card = (title: string) => page.locator(`section[aria-label="${title}"]`);
  const sqlSearch = (sql: string, more = '') => `view=sql&lang=en&sql=${encodeURIComponent(sql)}${more}`;
  const byChannel = 'SELECT channel, count(*) AS sessions FROM sessions GROUP BY channel ORDER BY 2 DESC, 1';

  test('a query of the address is answered, cell by cell as the lake answers it', async () => {
    await open(sqlSearch(byChannel));
    await card('Result').locator('tbody tr').first().waitFor();
    const cells = await card('Result').locator('tbody tr').allInnerTexts();
    const rows = await shop.rows(byChannel);
    expect(cells.map((text) => text.split(/\s*\t\s*/))).toEqual(
      rows.map((row) => [row['channel'], `${Number(row['sessions'])}`]),
    );
  });

  test('a query that is typed runs by Ctrl-Enter, and stands in the address; back brings the one before', async () => {
    await page.locator('#sql-editor').fill("SELECT DECIMAL '1234567890123.45' AS exact\n, DATE '2025-01-31' AS day");
    await page.locator('#sql-editor').press('Control+Enter');
    await card('Result').getByText('1234567890123.45').waitFor();
    expect(new URL(page.url()).searchParams.get('sql')).toContain('DECIMAL');
    await page.goBack();
    await card('Result').getByText('Direct').waitFor();
    expect(await page.locator('#sql-editor').inputValue()).toBe(byChannel);
  });

  test('a mistake is told in the words of the gate, at its line', async () => {
    await open(sqlSearch('SELECT channel,\n  visits\nFROM sessions'));
    const problem = page.locator('.sql-problem');
    await problem.waitFor();
    expect(await problem.innerText()).toContain("line 2:3: Column 'visits' cannot be resolved");
    expect(await page.locator('.editor li.bad').innerText()).toBe('2');
    // Chromium tells of every answer that is an error.
    expect(problems.splice(0).filter((line) => !line.includes('400 (Bad Request)'))).toEqual([]);
  });

  test('an answer is shown as a chart: a line by days, bars by names, nothing where rows would hide others', async () => {
    await open(
      sqlSearch(
        "SELECT dt, count(*) AS events FROM web_events WHERE dt >= DATE '2025-01-01' GROUP BY dt ORDER BY dt",
        '&as=chart',
      ),
    );
    await card('Result').locator('svg.time-chart').waitFor();
    await open(sqlSearch(byChannel, '&as=chart'));
    await card('Result').locator('.bar-list li').first().waitFor();
    expect(await card('Result').locator('.bar-list li').count()).toBe((await shop.rows(byChannel)).length);
    await open(sqlSearch('SELECT channel, session_id, 1 AS n FROM sessions', '&as=chart'));
    await card('Result').getByText('A chart needs a first column').waitFor();
  });

  test('the schema is beside it: a table that is picked is asked for', async () => {
    await open('view=sql&lang=en');
    await page.getByPlaceholder('Find a table or a column').fill('orders_daily');
    await page.locator('.schema summary', { hasText: /^orders_daily$/ }).click();
    await page.getByRole('button', { name: 'Insert orders_daily into the query' }).click();
    await page.getByRole('button', { name: 'Run' }).click();
    await card('Result').locator('tbody tr').first().waitFor();
    expect(await page.locator('#sql-editor').inputValue()).toBe('SELECT *\nFROM orders_daily\nLIMIT 100');
  });

  test('the pipeline: the ledger as the lake has it, and refused records with what to do', async () => {
    await open('view=pipeline&lang=en');
    const row = card('Sources and tables').locator('tr[data-row="web_events"]');
    await row.waitFor();
    const [ledger] = await shop.rows(
      'SELECT sum(rows_in) AS rows_in, sum(rows_out) AS rows_out, sum(rejected) AS rejected, sum(duplicates) ' +
        `AS duplicates FROM pipeline_runs WHERE table_name = 'web_events'`,
    );
    for (const [column, value] of Object.entries(ledger ?? {}))
      expect(Number(await row.locator(`[data-column="${column}"] data`).getAttribute('value'))).toBe(Number(value));
    const refused = await shop.rows(
      'SELECT count(DISTINCT table_name || r) AS n FROM rejects CROSS JOIN UNNEST(reasons) AS x(r)',
    );
    expect(await card('Refused records').locator('li').count()).toBe(Number(refused[0]?.['n']));
    await card('Refused records').locator('summary').first().click();
    expect((await card('Refused records').locator('.sample p').first().innerText()).length).toBeGreaterThan(10);
  });

  test('what happens is shown as it happens, and what strangers sent stays text', async () => {
    await card('Live').waitFor();
    feed.tell({ kind: 'event', at: '2026-01-01T10:00:00Z', name: 'page_view', path: '/<img src=x onerror=alert(1)>' });
    feed.tell({ kind: 'order', at: '2026-01-01T10:00:01Z', order: '1767261601', value: 42.5 });
    await card('Live').getByText('Order 1767261601 placed: €42.50').waitFor();
    expect(await card('Live').locator('li').count()).toBe(2);
    expect(await card('Live').locator('img').count()).toBe(0);
  });

  test('new figures are opened by themselves once they are published, and what is chosen stays', async () => {
    await open('lang=en&channel=Paid+Search&model=linear&from=2025-01-01&to=2025-01-03');
    await card('Channels and campaigns').waitFor();
    await page.evaluate('window.isSamePage = true');
    const annotations = [{ day: '2025-01-02', to: '2025-01-03', text: 'Launch of the serum' }];
    await filesLake(shop.root).put('shop.json', JSON.stringify({ annotations }));
    await run(shop.root, { publishes: true });
    feed.tell({ kind: 'published', at: '2026-01-01T10:01:00Z' });
    await page.locator('.annotations', { hasText: 'Launch of the serum' }).waitFor();
    // The last day is read where none is pointed at: it is one of the two.
    expect(await page.locator('.when-read').innerText()).toContain('Launch of the serum');
    expect(await page.evaluate('window.isSamePage')).toBe(true);
    expect(new URL(page.url()).searchParams.get('model')).toBe('linear');
  });

  test('no view is wider than its window, and axe finds nothing, in both languages and lights', async () => {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const faults: string[] = [];
    for (const [lang, theme] of [
      ['en', 'light'],
      ['fr', 'dark'],
    ] as const) {
      for (const view of ['pipeline', 'sql']) {
        await page.setViewportSize({ width: 1440, height: 900 });
        await open(`view=${view}&lang=${lang}&theme=${theme}&sql=${encodeURIComponent('SELECT * FROM orders')}`);
        await page
          .locator(view === 'sql' ? '.sql-result tbody tr' : 'tr[data-row="web_events"]')
          .first()
          .waitFor();
        await page.evaluate(axe);
        const violations: unknown = await page.evaluate(
          "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ " +
            "target }) => target).join(' ')))",
        );
        for (const fault of z.array(z.string()).parse(violations)) faults.push(`${view} ${lang} ${theme}: ${fault}`);
        for (const width of [320, 390, 768, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          const wider = z.number().parse(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
          if (wider > 0) faults.push(`${view} ${lang} is ${wider} px wider than ${width}`);
          if (pictures !== undefined && width !== 320)
            await page.screenshot({ path: `${pictures}/${view}-${lang}-${theme}-${width}.png`, fullPage: true });
        }
      }
    }
    expect(faults).toEqual([]);
  });

  test('nothing is told on the console, and nobody else is asked', () => {
    expect(problems).toEqual([]);
  });
});
