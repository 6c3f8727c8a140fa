import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { gunzipSync } from 'node:zlib';
import { LakeUnavailable } from '../../lambdas/shared/ports/lake.ts';
import { memoryLake } from '../../lambdas/shared/ports/memory-lake.ts';
import { personSalts, complaint, findChromium, launch, visitor } from './chromium.ts';
import { buy, fillOrder, openStand, traces, untilSent, visit } from './stand.ts';
import type { Stand, StoredEvent } from './stand.ts';

const found = findChromium();
const skipped = 'missing' in found;
if (skipped) process.stderr.write(`Skipped: the tracker in a browser. ${found.missing}.\n`);

test('Chromium is here, or may be missing', () => {
  expect(complaint(found)).toBeUndefined();
});

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const named = (name: StoredEvent['event_name']) => (event: StoredEvent) => event.event_name === name;
const names = (events: readonly StoredEvent[]) => events.map(({ event_name }) => event_name);
/** In the order in which they happened. */
const inTime = (events: readonly StoredEvent[]) =>
  [...events].sort((a, b) => Date.parse(a.event_time) - Date.parse(b.event_time));
const idsOf = (events: readonly StoredEvent[]) => events.map(({ event_id }) => event_id);

(skipped ? describe.skip : describe)('the tracker on the demo shop', () => {
  let browser: Browser;
  let stand: Stand;
  let context: BrowserContext;

  beforeAll(async () => {
    if (!skipped) browser = await launch(found.executable);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    stand = await openStand();
    context = await visitor(browser, {
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
      viewport: { width: 1280, height: 800 },
    });
  });
  afterEach(async () => {
    await context.close();
    await stand.close();
  });

  const openProduct = (page: Page) => page.locator('.card').first().click();
  const addToBasket = (page: Page) => page.locator('[data-add]').click();

  test('a visit from a campaign to the purchase arrives once, whole and in order', async () => {
    const landing = `${stand.url}/shop/?utm_source=instagram&utm_medium=paid_social&utm_campaign=hiver&fbclid=abc`;
    const page = await visit(context, landing, 'given');
    await openProduct(page);
    await addToBasket(page);
    const number = await buy(page);
    await stand.until(named('purchase'));
    await untilSent(page);

    const events = inTime(stand.events());
    expect(names(events)).toEqual([
      'page_view',
      'view_item_list',
      'page_view',
      'view_item',
      'add_to_cart',
      'page_view',
      'page_view',
      'begin_checkout',
      'add_shipping_info',
      'add_payment_info',
      'page_view',
      'purchase',
    ]);
    expect(new Set(idsOf(events)).size).toBe(events.length);
    for (const { event_id } of events) expect(event_id).toMatch(uuid);
    expect(new Set(events.map(({ visitor_id }) => visitor_id)).size).toBe(1);
    expect(events[0]).toMatchObject({
      visitor_id: expect.stringMatching(uuid),
      customer_id: null,
      page: { url: landing, referrer: '', title: 'Cosmétiques biologiques et naturels | Sillage' },
      user_agent: personSalts,
      ip: '127.0.0.1',
      screen: '1280x800',
      language: 'fr-FR',
      consent: { analytics: true, ads: true },
      event_time: expect.stringMatching(/\.\d{3}\+0[12]:00$/),
    });
    expect(events[2]?.page).toEqual({
      url: `${stand.url}/shop/produits/creme-eveil-a-la-rose-de-damas`,
      referrer: landing,
      title: 'Crème Éveil à la Rose de Damas | Sillage',
    });

    const purchase = events.at(-1);
    expect(purchase?.ecommerce).toEqual({
      transaction_id: number,
      value: 37.8,
      currency: 'EUR',
      coupon: null,
      items: [
        {
          item_id: 'SIL-CRE-001',
          item_name: 'Crème Éveil à la Rose de Damas',
          item_category: 'Crèmes visage',
          price: 32.9,
          quantity: 1,
        },
      ],
    });
    const keys: string[] = [];
    for await (const { key } of stand.lake.list('raw/crm/orders/')) keys.push(key);
    expect(keys).toEqual([
      expect.stringMatching(new RegExp(`^raw/crm/orders/dt=\\d{4}-\\d\\d-\\d\\d/demo-${number}\\.jsonl\\.gz$`)),
    ]);
    const order: unknown = JSON.parse(gunzipSync(await stand.lake.get(keys[0] ?? '')).toString());
    expect(order).toMatchObject({
      order_number: Number(number),
      total_price: '37.80',
      customer: { id: Number(purchase?.customer_id) },
      landing_site: landing.slice(stand.url.length),
      referring_site: null,
    });
    expect(await traces(page)).toEqual(['sillage.customer', 'sillage.visitor']);
  });

  test('what happens offline outlives a reload, and arrives once the network is back', async () => {
    const page = await visit(context, `${stand.url}/shop/`, 'given');
    await untilSent(page);
    await context.setOffline(true);
    await openProduct(page);
    await addToBasket(page);
    await page.waitForEvent('requestfailed');
    const stored = await traces(page);
    expect(stored.filter((key) => key === 'sillage.event')).toHaveLength(3);
    expect(stand.events()).toHaveLength(2);
    await context.route('**/collect', (route) => route.abort());
    await context.setOffline(false);
    await page.reload();
    expect((await traces(page)).filter((key) => key === 'sillage.event').length).toBeGreaterThanOrEqual(3);
    await context.unroute('**/collect');
    await page.evaluate('dispatchEvent(new Event("online"))');
    await untilSent(page);
    const ids = idsOf(stand.events());
    expect(names(inTime(stand.events()))).toEqual([
      'page_view',
      'view_item_list',
      'page_view',
      'view_item',
      'add_to_cart',
      'page_view',
      'view_item',
    ]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('without consent no id is stored or sent', async () => {
    const page = await visit(context, `${stand.url}/shop/?utm_source=newsletter&gclid=secret`);
    expect(await traces(page)).toEqual([]);
    await page.locator('[data-consent=refused]').click();
    await openProduct(page);
    await addToBasket(page);
    await stand.until(named('add_to_cart'));
    expect(await traces(page)).toEqual([]);
    expect(await context.cookies()).toEqual([]);
    for (const event of stand.events())
      expect(event).toMatchObject({
        visitor_id: null,
        customer_id: null,
        ip: null,
        consent: { analytics: false, ads: false },
      });
    expect(stand.events()[0]?.page.url).toBe(`${stand.url}/shop/?utm_source=newsletter`);
  });

  test('who withdraws consent is forgotten, and what still waits loses its ids', async () => {
    const page = await visit(context, `${stand.url}/shop/`, 'given');
    await untilSent(page);
    await context.route('**/collect', (route) => route.abort());
    await openProduct(page);
    await page.waitForEvent('requestfailed');
    await page.locator('#privacy').click();
    await page.locator('[data-consent=refused]').click();
    expect(await traces(page)).toEqual([]);
    await context.unroute('**/collect');
    await page.evaluate('dispatchEvent(new Event("online"))');
    await stand.until(named('view_item'));
    expect(stand.events().slice(2)).toMatchObject([
      { event_name: 'page_view', visitor_id: null },
      { event_name: 'view_item', visitor_id: null },
    ]);
  });

  test('who withdraws consent in one tab is forgotten in the other', async () => {
    const other = await visit(context, `${stand.url}/shop/`, 'given');
    await untilSent(other);
    const page = await visit(context, `${stand.url}/shop/`);
    await page.locator('#privacy').click();
    await page.locator('[data-consent=refused]').click();
    expect(await traces(page)).toEqual([]);
    await other.bringToFront();
    await openProduct(other);
    expect(await stand.until(named('view_item'))).toMatchObject({
      visitor_id: null,
      ip: null,
      consent: { analytics: false, ads: false },
    });
    expect(await traces(other)).toEqual([]);
  });

  test('a no in another tool’s words is no consent', async () => {
    const page = await visit(context, `${stand.url}/shop/`);
    await page.evaluate("sillage('consent', { analytics: 'denied', ads: 'denied' })");
    expect(await stand.until(named('page_view'))).toMatchObject({
      visitor_id: null,
      consent: { analytics: false, ads: false },
    });
    expect(await traces(page)).toEqual([]);
  });

  test('who leaves without a choice has not consented, and is counted', async () => {
    const page = await visit(context, `${stand.url}/shop/?utm_source=instagram`);
    await page.locator('.card').first().waitFor();
    await page.close({ runBeforeUnload: true });
    const event = await stand.until(named('view_item_list'));
    expect(event).toMatchObject({ visitor_id: null, ip: null, consent: { analytics: false, ads: false } });
    expect(names(stand.events())).toEqual(['page_view', 'view_item_list']);
  });

  test('a yes on the next page is a yes to this one, and leaves nothing in the tab', async () => {
    const page = await visit(context, `${stand.url}/shop/?utm_source=instagram&utm_campaign=hiver`);
    await page.locator('.card').first().waitFor();
    await page.evaluate("location.assign('/shop/?page=2')");
    await page.waitForURL('**/?page=2');
    await page.locator('[data-consent=given]').click();
    await untilSent(page);
    const landings = stand
      .events()
      .filter(({ event_name, page: { url } }) => event_name === 'page_view' && url.includes('utm_campaign=hiver'));
    expect(landings.map(({ visitor_id }) => visitor_id === null)).toEqual([true, false]);
    expect(new Set(idsOf(landings)).size).toBe(1);
    expect(await page.evaluate('Object.keys(sessionStorage).filter((key) => key.startsWith("sillage."))')).toEqual([]);
  });

  test('after a 503 all is sent again, not before the collector asked for', async () => {
    stand.setBroken(true);
    const page = await context.newPage();
    await page.clock.install();
    const refused = page.waitForResponse((response) => response.status() === 503);
    await page.goto(`${stand.url}/shop/`);
    await page.locator('[data-consent=given]').click();
    await page.clock.runFor(500);
    expect((await refused).headers()['retry-after']).toBe('2');
    stand.setBroken(false);
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url()));
    await page.evaluate('dispatchEvent(new Event("online"))');
    await page.clock.runFor(1000);
    expect(sent).toEqual([]);
    await page.clock.runFor(2000);
    await untilSent(page);
    expect(names(stand.events())).toEqual(['page_view', 'view_item_list']);
  });

  test('what happens while a request has just ended is not forgotten', async () => {
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${stand.url}/shop/`);
    const held: Route[] = [];
    await context.route('**/collect', (route) => {
      held.push(route);
    });
    const asked = async () => {
      await page.waitForRequest('**/collect');
    };
    let request = asked();
    await page.locator('[data-consent=given]').click();
    await page.clock.runFor(400);
    await request;
    await page.evaluate('sillage("search")');
    await page.clock.runFor(300);
    request = asked();
    await held[0]?.continue();
    await request;
    await context.unroute('**/collect');
    await held[1]?.continue();
    await untilSent(page);
    // The timer of the search ends while the tracker lets its removal settle.
    await page.evaluate('sillage("login")');
    await page.clock.runFor(150);
    await page.clock.runFor(2000);
    await untilSent(page);
    expect(names(stand.events())).toEqual(['page_view', 'view_item_list', 'search', 'login']);
  });

  test('what the collector refuses is dropped, the rest is not', async () => {
    const page = await visit(context, `${stand.url}/shop/`, 'given');
    const warning = page.waitForEvent('console', (message) => message.text().includes('refused'));
    await page.evaluate('sillage("add_to_cart", { value: -1 }); sillage("login")');
    await warning;
    await untilSent(page);
    expect(names(stand.events())).toEqual(['page_view', 'view_item_list', 'login']);
    // Alone it is answered with a 400.
    const answered = page.waitForResponse((response) => response.status() === 400);
    await page.evaluate('sillage("add_to_cart", { value: -1 })');
    await answered;
    await untilSent(page);
  });

  test("an answer that is not the collector's acknowledges nothing", async () => {
    await context.route('**/collect', (route) => route.fulfill({ status: 200, json: { message: 'Wi-Fi de l’hôtel' } }));
    const page = await visit(context, `${stand.url}/shop/`);
    const answered = page.waitForResponse('**/collect');
    await page.locator('[data-consent=given]').click();
    await (await answered).finished();
    await context.unroute('**/collect');
    await page.reload();
    await untilSent(page);
    expect(names(inTime(stand.events()))).toEqual(['page_view', 'view_item_list', 'page_view', 'view_item_list']);
  });

  test('a click just before the tab is closed arrives', async () => {
    const page = await visit(context, `${stand.url}/shop/`, 'given');
    await openProduct(page);
    await untilSent(page);
    await addToBasket(page);
    await page.close({ runBeforeUnload: true });
    await stand.until(named('add_to_cart'));
    expect(names(stand.events()).filter((name) => name === 'add_to_cart')).toHaveLength(1);
  });

  test('what went by a beacon comes again with the next page, under the same id', async () => {
    const page = await visit(context, `${stand.url}/shop/`, 'given');
    await openProduct(page);
    await untilSent(page);
    await page.evaluate('sillage("login"); location.reload()');
    await stand.until(named('login'));
    await page.waitForLoadState();
    await stand.until(({ event_name, page: { url } }) => event_name === 'view_item' && url.includes('/produits/'));
    await untilSent(page);
    const logins = stand.events().filter(named('login'));
    expect(logins.length).toBeGreaterThanOrEqual(1);
    expect(new Set(idsOf(logins)).size).toBe(1);
  });

  test('two tabs share a visitor and a queue, and send each event once', async () => {
    const first = await visit(context, `${stand.url}/shop/`, 'given');
    await untilSent(first);
    await context.route('**/collect', (route) => route.abort());
    const second = await visit(context, `${stand.url}/shop/collections/serums`);
    await first.evaluate('for (let n = 0; n < 40; n += 1) sillage("login")');
    await second.evaluate('for (let n = 0; n < 40; n += 1) sillage("sign_up")');
    await context.unroute('**/collect');
    await Promise.all([first, second].map((page) => page.evaluate('dispatchEvent(new Event("online"))')));
    await Promise.all([untilSent(first), untilSent(second)]);
    const ids = idsOf(stand.events());
    expect(ids).toHaveLength(2 + 2 + 80);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(stand.events().map(({ visitor_id }) => visitor_id)).size).toBe(1);
  });

  test('a page is counted once, however its address is changed', async () => {
    const page = await visit(context, `${stand.url}/shop/?utm_source=a`, 'given');
    await page.evaluate('history.replaceState(null, "", "/shop/")');
    await page.evaluate('history.pushState(null, "", "/shop/#haut")');
    await page.evaluate('history.pushState(null, "", "/shop/a"); history.replaceState(null, "", "/shop/b")');
    await page.evaluate('history.pushState(null, "", "/shop/c"); sillage("login")');
    await page.goBack();
    await stand.until(({ page: { url, referrer } }) => url.endsWith('/b') && referrer?.endsWith('/c') === true);
    expect(
      inTime(stand.events())
        .filter(named('page_view'))
        .map(({ page: { url } }) => url.slice(stand.url.length)),
    ).toEqual(['/shop/?utm_source=a', '/shop/b', '/shop/c', '/shop/b']);
    const login = stand.events().find(named('login'));
    expect(login?.page.url).toBe(`${stand.url}/shop/c`);
  });

  test('a browser that forbids all storage: the shop sells all the same, and the tracker tells of it', async () => {
    await context.addInitScript(
      `for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { ` +
        `throw new DOMException('The user denied permission to access the database.', 'SecurityError'); } });`,
    );
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`${stand.url}/shop/`);
    await page.locator('[data-consent=given]').click();
    await openProduct(page);
    await addToBasket(page);
    const number = await buy(page);
    const purchase = await stand.until(named('purchase'));
    expect(purchase.ecommerce?.transaction_id).toBe(number);
    expect(new Set(stand.events().map(({ visitor_id }) => visitor_id)).size).toBe(1);
    expect(errors).toEqual([]);
  });

  test('an order that the shop cannot write down is told to its buyer, and no purchase is counted', async () => {
    const full = await openStand(undefined, {
      ...memoryLake(),
      put: () =>
        Promise.reject(
          new LakeUnavailable('The lake cannot be used: its disk is full.', {
            cause: Object.assign(new Error('write'), { code: 'ENOSPC' }),
          }),
        ),
    });
    try {
      const page = await visit(context, `${full.url}/shop/`, 'given');
      await openProduct(page);
      await addToBasket(page);
      await fillOrder(page);
      await page.locator('.error:not([hidden])').waitFor();
      expect(await page.locator('.error').innerText()).toBe(
        'La commande n’a pas pu être passée : The shop cannot write the order down: its disk is full. Nothing ' +
          'was ordered; try again later.',
      );
      // The basket and what was typed are still there, for another try.
      expect([
        await page.locator('#count').innerText(),
        await page.locator('[name=email]').inputValue(),
        await page.locator('button[type=submit]').last().isEnabled(),
      ]).toEqual(['1', 'lea@mail.example', true]);
      await full.until(named('add_payment_info'));
      await untilSent(page);
      expect(full.events().filter(named('purchase'))).toEqual([]);
      await page.close();
    } finally {
      await full.close();
    }
  });

  test('more than a thousand waiting events push the oldest out, and say so', async () => {
    const page = await visit(context, `${stand.url}/shop/`, 'given');
    await untilSent(page);
    await context.route('**/collect', (route) => route.abort());
    const warning = page.waitForEvent('console', (message) => message.text().includes('the oldest are lost'));
    await page.evaluate('sillage("search"); for (let n = 0; n < 1000; n += 1) sillage("login")');
    await warning;
    await context.unroute('**/collect');
    await page.evaluate('dispatchEvent(new Event("online"))');
    await untilSent(page);
    expect(names(stand.events())).toEqual([
      'page_view',
      'view_item_list',
      ...Array.from({ length: 1000 }, () => 'login'),
    ]);
  });
});
