import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { done, folder, rowsOf, serve, type Up } from '../support-sillage.ts';
import { complaint, findChromium, launch, visitor } from './chromium.ts';
import { buy, untilSent, visit } from './stand.ts';

const found = findChromium();
const skipped = 'missing' in found;
if (skipped) process.stderr.write(`Skipped: from a browser to the lake. ${found.missing}.\n`);

test('Chromium is here, or may be missing', () => {
  expect(complaint(found)).toBeUndefined();
});

const lake = folder('browser');

const Touch = z.object({
  touch_type: z.string(),
  channel: z.string(),
  source: z.string(),
  campaign: z.string(),
  credit: z.number(),
  net_revenue_eur: z.coerce.number(),
});

(skipped ? describe.skip : describe)('from a browser to the lake', () => {
  let browser: Browser;
  let up: Up;

  beforeAll(async () => {
    if (skipped) return;
    await done([
      'generate',
      'all',
      '--start-date',
      '2025-01-01',
      '--end-date',
      '2025-01-02',
      '--events-per-day',
      '100',
      '--lake',
      lake,
    ]);
    up = await serve(lake);
    browser = await launch(found.executable);
  });
  afterAll(async () => {
    await browser.close();
    up.child.kill('SIGINT');
    await up.end;
  });

  test("a visit from a campaign, offline and back, a purchase: the order is its campaign's", async () => {
    const context = await visitor(browser, { locale: 'fr-FR', timezoneId: 'Europe/Paris' });
    const page = await visit(
      context,
      `${up.url}/shop/?utm_source=Newsletter&utm_medium=email&utm_campaign=Rentree`,
      'given',
    );
    await context.setOffline(true);
    await page.locator('.card').first().click();
    await page.locator('[data-add]').click();
    await context.setOffline(false);
    const number = await buy(page);
    await untilSent(page);
    await context.close();

    const credited = () =>
      rowsOf(
        Touch,
        lake,
        `SELECT t.touch_type, t.channel, t.source, t.campaign, CAST(a.credit AS double) AS credit, CAST(o.net_revenue_eur AS double) AS net_revenue_eur
      FROM orders AS o JOIN touchpoints AS t ON t.order_id = o.order_id JOIN attribution AS a ON a.order_id = t.order_id AND a.touch_id = t.touch_id
      WHERE o.order_number = '${number}' AND a.attribution_model = 'last_non_direct' AND a.lookback_days = 30`,
      );
    let rows = await credited();
    for (; rows.length === 0 || rows[0]?.touch_type !== 'session'; rows = await credited()) await sleep(500);
    expect(rows).toEqual([
      {
        touch_type: 'session',
        channel: 'Email',
        source: 'newsletter',
        campaign: 'rentree',
        credit: 1,
        net_revenue_eur: expect.closeTo(37.8 / 1.2, 0),
      },
    ]);

    // Those of the page that was offline are there too, and each once.
    const events = await rowsOf(
      z.object({ event_name: z.string(), n: z.number() }),
      lake,
      "SELECT event_name, count(*) AS n FROM web_events WHERE page_host = '127.0.0.1' GROUP BY 1 ORDER BY 1",
    );
    expect(Object.fromEntries(events.map(({ event_name, n }) => [event_name, n]))).toMatchObject({
      view_item_list: 1,
      view_item: 1,
      add_to_cart: 1,
      begin_checkout: 1,
      purchase: 1,
    });
  });

  test('consent on the second page keeps the first page’s landing: the order is its campaign’s, and each event is there once', async () => {
    const context = await visitor(browser, { locale: 'fr-FR', timezoneId: 'Europe/Paris' });
    const page = await visit(context, `${up.url}/shop/?utm_source=Newsletter&utm_medium=email&utm_campaign=Soldes`);
    await page.locator('.card').first().waitFor();
    await page.evaluate("location.assign('/shop/?page=2')");
    await page.waitForURL('**/?page=2');
    await page.locator('[data-consent=given]').click();
    await page.locator('.card').first().click();
    await page.locator('[data-add]').click();
    const number = await buy(page);
    await untilSent(page);
    await context.close();

    const touches = () =>
      rowsOf(
        z.object({ touch_type: z.string(), channel: z.string(), source: z.string(), campaign: z.string().nullable() }),
        lake,
        `SELECT t.touch_type, t.channel, t.source, t.campaign
      FROM orders AS o JOIN touchpoints AS t ON t.order_id = o.order_id WHERE o.order_number = '${number}' ORDER BY t.position`,
      );
    let rows = await touches();
    // The shop tells of the order at once; its visit is there when the stream has landed.
    for (; !rows.some(({ campaign }) => campaign === 'soldes'); rows = await touches()) await sleep(500);
    // Another browser, and the same address: the visit of her first order is hers too.
    const touch = { touch_type: 'session', channel: 'Email', source: 'newsletter' };
    expect(rows).toEqual([
      { ...touch, campaign: 'rentree' },
      { ...touch, campaign: 'soldes' },
    ]);
    const landings = await rowsOf(
      z.object({ n: z.number(), visitors: z.number() }),
      lake,
      "SELECT count(*) AS n, count(visitor_id) AS visitors FROM web_events WHERE campaign = 'soldes' AND " +
        "event_name = 'page_view'",
    );
    expect(landings).toEqual([{ n: 1, visitors: 1 }]);
  });
});
