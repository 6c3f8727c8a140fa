import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { z } from 'zod';
import { findChromium } from '../cli/chromium.ts';
import { buildDashboard } from '../dashboard/build.ts';
import { serveSite } from '../test/browser/site.ts';
import { command, line, megabytes } from './measure.ts';

/** Of a slow line: 10 Mbit/s down, 40 ms there and back. */
const network = { offline: false, downloadThroughput: 1_250_000, uploadThroughput: 250_000, latency: 40 };

/** Notes how much a page jumps, as Core Web Vitals sum it up: without the half second after something a person did. */
const watchShifts = `globalThis.shifted = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value;
}).observe({ type: 'layout-shift', buffered: true });`;

const evaluated = async (page: Page, expression: string) => z.number().parse(await page.evaluate(expression));

/**
 * Opens the page with nothing in a cache.
 * @returns ms until the first chart is drawn, and how far the page jumped until all was
 */
async function opened(page: Page, url: string): Promise<{ readonly chart: number; readonly shifted: number }> {
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('svg.time-chart').waitFor();
  const chart = await evaluated(page, 'performance.now()');
  await page.locator('section[aria-label="Channels and campaigns"]').waitFor();
  await page.waitForLoadState('networkidle');
  return { chart, shifted: await evaluated(page, 'shifted') };
}

/** Chooses one value after another, and notes the ms from each choice until what it changed is painted. */
async function crossFilters(page: Page, rounds: number): Promise<number[]> {
  const changes = [
    ['Channel', 'Paid Social'],
    ['Attribution', 'linear'],
    ['Device', 'mobile'],
    ['Channel', ''],
    ['Country', 'FR'],
    ['Device', ''],
    ['Country', ''],
    ['Attribution', 'last_non_direct'],
  ] as const;
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++)
    for (const [label, value] of changes)
      taken.push(
        await evaluated(
          page,
          `new Promise((resolve) => {
            const select = [...document.querySelectorAll('.controls label')].find((one) => one.firstChild.textContent === ${JSON.stringify(label)}).querySelector('select');
            const startedAt = performance.now();
            select.value = ${JSON.stringify(value)};
            select.dispatchEvent(new Event('change', { bubbles: true }));
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - startedAt)));
          })`,
        ),
      );
  return taken;
}

const Processes = z.object({ processInfo: z.array(z.object({ type: z.string(), id: z.number() })) });

/** The memory that is the renderer's own, bytes: what it shares with Chromium's other processes is not the page's. */
async function rendererMemory(browser: Browser): Promise<number> {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = Processes.parse(await cdp.send('SystemInfo.getProcessInfo'));
  await cdp.detach();
  const own = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => {
      const told = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8');
      const kilobytes = [...told.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)].map(([, size]) => Number(size));
      return 1024 * kilobytes.reduce((sum, size) => sum + size, 0);
    });
  // A spare one stands ready for the next page.
  return Math.max(0, ...own);
}

const p95 = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.ceil(0.95 * values.length) - 1] ?? 0;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const ms = (value: number) => `${value.toFixed(0)} ms`;

/**
 * The dashboard over 90 days of a generated shop in headless Chromium.
 * @param lake a lake that is published already; one is generated where none is named
 */
export async function benchDashboard(lake?: string): Promise<void> {
  const found = findChromium();
  if ('missing' in found) throw new Error(`${found.missing}.`);
  const root = lake ?? mkdtempSync(join(tmpdir(), 'sillage-bench-dashboard-'));
  if (lake === undefined) {
    await command('generate', 'all', '--start-date', '2025-01-01', '--end-date', '2025-03-31', '--lake', root);
    await command('run', '--lake', root);
  }
  const site = await serveSite(await buildDashboard(), join(root, 'site/data'), { compresses: true });
  const browser = await chromium.launch({ executablePath: found.executable, args: ['--headless', '--no-sandbox'] });
  try {
    const url = `${site.url}/?lang=en`;
    const views: { readonly chart: number; readonly shifted: number }[] = [];
    let filters: number[] = [];
    let memory = 0;
    for (let n = 0; n < 5; n++) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      context.setDefaultTimeout(0);
      const page = await context.newPage();
      await page.addInitScript(watchShifts);
      const cdp = await context.newCDPSession(page);
      await cdp.send('Network.enable');
      await cdp.send('Network.emulateNetworkConditions', network);
      views.push(await opened(page, url));
      if (n === 0) {
        filters = await crossFilters(page, 5);
        memory = await rendererMemory(browser);
      }
      await context.close();
    }
    process.stdout.write(
      `\nthe dashboard of ${lake ?? '90 generated days'}, headless Chromium, 10 Mbit/s and 40 ms, nothing in a cache\n`,
    );
    const charts = views.map(({ chart }) => chart);
    line('first chart, median of 5', ms(median(charts)), `slowest ${ms(Math.max(...charts))}; target 2,000 ms`);
    line('cross-filter, p95', ms(p95(filters)), `of ${filters.length}; median ${ms(median(filters))}; target 150 ms`);
    line('CLS, largest of 5', Math.max(...views.map(({ shifted }) => shifted)).toFixed(3), 'target 0.05');
    line('memory of the renderer after it', megabytes(memory), 'target 200 MB');
  } finally {
    await browser.close();
    await site.close();
    if (lake === undefined) rmSync(root, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) await benchDashboard(process.argv[2]);
