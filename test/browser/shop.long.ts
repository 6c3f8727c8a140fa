/**
 * The demo shop's pages: they fit every width, a code is known or refused, the totals are the till's, axe finds
 * nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { findChromium, launch, visitor } from './chromium.ts';
import { buy, openStand, visit, type Stand } from './stand.ts';

const found = findChromium();
const isMissing = 'missing' in found;
if (isMissing) process.stderr.write(`Skipped: the demo shop in a browser. ${found.missing}.\n`);

const widths = [320, 390, 768, 1440];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const Violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));
const violations = async (page: Page) =>
  Violations.parse(await page.evaluate('axe.run().then(({ violations }) => violations)')).map(
    ({ id, nodes }) => `${id}: ${nodes[0]?.html}`,
  );

/** By width, how far the page is wider than the screen. */
async function overflow(page: Page): Promise<Record<number, unknown>> {
  const wider: Record<number, unknown> = {};
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    const by = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    if (by !== 0) wider[width] = by;
  }
  return wider;
}

(isMissing ? describe.skip : describe)('the demo shop', () => {
  let browser: Browser;
  let stand: Stand;
  let page: Page;

  beforeAll(async () => {
    if (isMissing) return;
    stand = await openStand();
    browser = await launch(found.executable);
    const context = await visitor(browser, { locale: 'fr-FR' });
    await context.addInitScript(axe);
    page = await visit(context, `${stand.url}/shop/`);
  });
  afterAll(async () => {
    await browser.close();
    await stand.close();
  });

  /** Goes on as a visitor would, without a new load of the page. */
  const go = (path: string) => page.evaluate(`go(${JSON.stringify(path)})`).catch(() => page.goto(stand.url + path));
  /** What is wrong with the page, which should be nothing. */
  const faults = async (where: string) => ({ where, wider: await overflow(page), found: await violations(page) });
  const none = (where: string) => ({ where, wider: {}, found: [] });

  test('fits every width, and axe finds nothing on any page; a code is known or refused; what is to be paid is what the till asks; the order can be found', async () => {
    await page.locator('.card').first().waitFor();
    expect(await faults('home, with the banner')).toEqual(none('home, with the banner'));
    await page.locator('[data-consent=given]').click();
    expect(await faults('home')).toEqual(none('home'));
    for (const path of [
      '/shop/collections/serums',
      '/shop/recherche?q=creme',
      '/shop/recherche?q=rien',
      '/shop/nulle-part',
      '/shop/panier',
    ]) {
      await go(path);
      await page.locator('h1').waitFor();
      expect(await faults(path)).toEqual(none(path));
    }
    await go('/shop/collections/serums');
    await page.locator('.card').first().click();
    await page.locator('[data-add]').waitFor();
    expect(await faults('a product')).toEqual(none('a product'));

    await page.locator('[data-add]').click();
    await page.locator('.basket').click();
    expect(await faults('the basket')).toEqual(none('the basket'));
    await page.getByText('Commander', { exact: true }).click();
    const total = () => page.locator('#totals tr').last().innerText();
    const code = page.locator('#code');
    const before = await total();
    await code.fill('NIMPORTE');
    await code.blur();
    await page.getByText('n’existe pas').waitFor();
    expect([await total(), await code.getAttribute('aria-invalid')]).toEqual([before, 'true']);
    expect(await faults('the checkout, with a code that is none')).toEqual(
      none('the checkout, with a code that is none'),
    );
    await code.fill('bienvenue10');
    await code.blur();
    await page.getByText('10 % de remise.').waitFor();
    const rows = await page.locator('#totals tr').allInnerTexts();
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(/^Code BIENVENUE10 \(−10 %\)\s+−[\d,]+\s€$/u);
    expect(await faults('the checkout, with a code')).toEqual(none('the checkout, with a code'));
    const asked = /[\d,]+\s€/u.exec(await total())?.[0];
    await page.goBack();
    const number = await buy(page);
    expect(await page.locator('.thanks .lead').innerText()).toContain(`n° ${number}, ${asked}`);
    expect(await page.locator('pre').innerText()).toMatch(
      new RegExp(`^npx sillage query "SELECT .*WHERE o\\.order_number = '${number}'"$`, 'u'),
    );
    expect(await faults('thanks')).toEqual(none('thanks'));
  });
});
