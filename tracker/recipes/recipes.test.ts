import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { Script, createContext } from 'node:vm';
import * as z from 'zod';
import { collect } from '../../lambdas/collect/collect.ts';
import { Origins } from '../../lambdas/collect/origins.ts';
import { eventsIn, nowMs } from '../../lambdas/collect/samples.ts';
import { scriptedStream } from '../../lambdas/collect/scripted-stream.ts';
import { browser, storage, value } from '../fake-browser.ts';

const textOf = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Posts as a page of this origin would, to the collector itself. */
function collector(origin: string, origins: string, clock = () => nowMs) {
  const stream = scriptedStream();
  const setup = { stream, clock, origins: Origins.parse(origins), log: () => {} };
  const answers: string[] = [];
  let outages = 0;
  return {
    answers,
    fail: (times: number) => (outages = times),
    events: () => eventsIn(stream.stored),
    async post(body: string) {
      if (outages-- > 0) throw new TypeError('Failed to fetch');
      const headers = { origin, 'content-type': 'text/plain', 'user-agent': 'Mozilla/5.0 (Test)' };
      const { status, body: said } = await collect(setup, {
        method: 'POST',
        ip: '192.0.2.44',
        headers,
        body: Buffer.from(body),
      });
      answers.push(`${status} ${said}`);
      return { status };
    },
  };
}

describe("Shopify's pixel", () => {
  const yes = { analyticsProcessingAllowed: true, marketingAllowed: false };
  const checkout = {
    currencyCode: 'EUR',
    totalPrice: { amount: 65.8, currencyCode: 'EUR' },
    discountApplications: [
      { type: 'AUTOMATIC', title: 'Noël' },
      { type: 'DISCOUNT_CODE', title: 'LEA10' },
    ],
    lineItems: [
      {
        title: 'Crème',
        quantity: 2,
        variant: { id: '44', sku: 'SIL-CRE-001', price: { amount: 32.9 }, product: { title: 'Crème', type: 'Soins' } },
      },
    ],
    order: { id: 'gid://shopify/OrderIdentity/6200000001042', customer: { id: 'gid://shopify/Customer/77' } },
  };
  const event = (over: object = {}) => ({
    id: 'sh-00000000-0000-4000-8000-00000000000a',
    timestamp: '2026-01-05T09:59:59.120Z',
    data: { checkout },
    context: {
      document: {
        location: { href: 'https://shop.example/checkouts/cn/SECRET/thank_you?key=SECRET&gclid=abc&utm_source=google' },
        referrer: 'https://shop.example/checkouts/cn/SECRET/information',
        title: 'Merci',
      },
      window: { screen: { width: 390, height: 844 } },
      navigator: { language: 'fr' },
    },
    ...over,
  });

  /** A sandbox as Shopify's, over the storage of the shop's pages. */
  function pixel(customerPrivacy: object, kept: Record<string, string> = {}, origins = 'https://shop.example,null') {
    const door = collector('null', origins);
    const subscribed = new Map<string, (event: object) => Promise<void> | undefined>();
    const subscribe = (name: string, work: (event: object) => Promise<void> | undefined) => subscribed.set(name, work);
    const sandbox = createContext({
      URL,
      URLSearchParams,
      crypto: webcrypto,
      setTimeout: (work: () => void) => setImmediate(work),
      fetch: (_: string, { body }: { body: string }) => door.post(body),
      init: { customerPrivacy },
      api: { customerPrivacy: { subscribe } },
      analytics: { subscribe },
      browser: {
        localStorage: {
          getItem: async (key: string) => kept[key] ?? null,
          setItem: async (key: string, text: string) => void (kept[key] = text),
        },
      },
    });
    new Script(textOf('shopify-pixel.js')).runInContext(sandbox);
    return {
      ...door,
      kept,
      names: () => [...subscribed.keys()],
      fire: async (name: string, told: object) => subscribed.get(name)?.(told),
    };
  }

  test("tells the order, the click and the visitor of the shop's pages, and keeps the checkout's token", async () => {
    const page = storage();
    const shop = browser({ localStorage: value(page.store) });
    shop.load();
    shop.page(`sillage('init', { endpoint: '/collect' }); sillage('consent', { analytics: true, ads: false });`);
    const { answers, events, fire, names } = pixel(yes, page.kept);
    expect(names().toSorted()).toEqual([
      'checkout_completed',
      'checkout_shipping_info_submitted',
      'checkout_started',
      'payment_info_submitted',
      'visitorConsentCollected',
    ]);
    await fire('checkout_completed', event());
    expect(answers).toEqual(['200 {"accepted":1,"refused":[]}']);
    expect(page.kept['sillage.visitor']).toMatch(/^[0-9a-f-]{36}$/);
    expect(events()).toMatchObject([
      {
        event_id: '00000000-0000-4000-8000-00000000000a',
        event_name: 'purchase',
        event_time: '2026-01-05T09:59:59.120Z',
        visitor_id: page.kept['sillage.visitor'],
        customer_id: '77',
        page: {
          url: 'https://shop.example/checkouts/thank_you?gclid=abc&utm_source=google',
          referrer: 'https://shop.example/',
        },
        consent: { analytics: true, ads: false },
        ecommerce: {
          transaction_id: '6200000001042',
          value: 65.8,
          currency: 'EUR',
          coupon: 'LEA10',
          items: [{ item_id: 'SIL-CRE-001', item_name: 'Crème', item_category: 'Soins', price: 32.9, quantity: 2 }],
        },
      },
    ]);
    expect(JSON.stringify(events())).not.toContain('SECRET');
  });

  test.each([
    ['thank_you', 'thank_you'],
    ['thank-you', 'thank_you'],
    ['thank-you-card', ''],
    ['SECRET', ''],
  ])('the page of an order is told, and nothing else of a checkout’s path: %s', async (last, told) => {
    const { events, fire } = pixel({});
    const { context } = event();
    const document = { ...context.document, location: { href: `https://shop.example/checkouts/cn/SECRET/${last}` } };
    await fire('checkout_completed', event({ context: { ...context, document } }));
    expect(events()).toMatchObject([{ page: { url: `https://shop.example/checkouts/${told}` } }]);
  });

  test.each([
    ['a no', { analyticsProcessingAllowed: false, marketingAllowed: false }],
    ['no word', {}],
    ["another tool's word", { analyticsProcessingAllowed: 'denied', marketingAllowed: 'denied' }],
  ])('%s is no consent: no id is sent, none is made', async (_, privacy) => {
    const { events, fire, kept } = pixel(privacy);
    await fire('checkout_completed', event());
    expect(events()).toMatchObject([
      { visitor_id: null, customer_id: null, consent: { analytics: false, ads: false } },
    ]);
    expect(kept).toEqual({});
  });

  test('a yes at the checkout holds from then on, with a new visitor where the buyer saw no page of the shop', async () => {
    const { events, fire, kept } = pixel({});
    await fire('visitorConsentCollected', { customerPrivacy: yes });
    await fire('checkout_started', event({ data: { checkout: { ...checkout, order: null } } }));
    expect(events()).toMatchObject([
      { event_name: 'begin_checkout', visitor_id: kept['sillage.visitor'], ecommerce: { transaction_id: null } },
    ]);
    expect(kept['sillage.visitor']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('what found no answer is sent again under its id', async () => {
    const { events, fire, fail } = pixel(yes);
    fail(2);
    await fire('checkout_completed', event());
    expect(events().map(({ event_id }) => event_id)).toEqual(['00000000-0000-4000-8000-00000000000a']);
  });

  test('a sandbox may send only where the shop says so', async () => {
    const { answers, events, fire } = pixel(yes, {}, 'https://shop.example');
    await fire('checkout_completed', event());
    expect([answers[0]?.slice(0, 3), events()]).toEqual(['403', []]);
  });
});

/** What a page of the fake browser sent, taken by the collector. Its clock is the machine's. */
async function taken(page: ReturnType<typeof browser>) {
  await page.wait(20_000);
  const door = collector('https://shop.example', 'https://shop.example', Date.now);
  for (const body of page.requests) await door.post(body);
  expect(door.answers.filter((answer) => !answer.includes('"refused":[]'))).toEqual([]);
  return door.events();
}

const purchase = {
  transaction_id: '318',
  value: 45.88,
  currency: 'EUR',
  coupon: null,
  items: [{ item_id: 'C', item_name: 'Crème </script>', price: 39.99, quantity: 1 }],
};

describe("WooCommerce's plugin", () => {
  const page = (cookie: string) => {
    const heard: ((event: object) => void)[] = [];
    const opened = browser({
      document: value({
        referrer: '',
        title: 'Merci',
        cookie,
        visibilityState: 'visible',
        addEventListener: (name: string, work: (event: object) => void) => name.startsWith('wp_') && heard.push(work),
      }),
    });
    const shop = {
      endpoint: 'https://collect.shop.example/collect',
      events: [{ name: 'purchase', ecommerce: purchase }],
    };
    opened.page(`window.sillageShop = ${JSON.stringify(shop)};`);
    opened.page(textOf('woocommerce/shop.js'));
    opened.load();
    return { opened, choose: (detail: object) => heard.forEach((work) => work({ detail })) };
  };

  test('sends the order with the consent that is known', async () => {
    const { opened } = page('a=b; wp_consent_statistics=allow; wp_consent_marketing=deny');
    const events = await taken(opened);
    expect(events).toMatchObject([
      { event_name: 'page_view' },
      {
        event_name: 'purchase',
        visitor_id: expect.any(String),
        consent: { analytics: true, ads: false },
        ecommerce: purchase,
      },
    ]);
  });

  test('waits for the choice, and takes a later one', async () => {
    const { opened, choose } = page('xwp_consent_statistics=allow');
    await opened.wait(20_000);
    expect(opened.requests).toEqual([]);
    choose({ statistics: 'allow' });
    expect(await taken(opened)).toMatchObject([
      { event_name: 'page_view' },
      { consent: { analytics: true, ads: false } },
    ]);
    choose({ statistics: 'deny' });
    opened.page(`sillage('login')`);
    expect((await taken(opened)).at(-1)).toMatchObject({ event_name: 'login', visitor_id: null });
  });

  test('its PHP, which is not run here, says just what its script reads, and lets no name end a script', () => {
    const php = textOf('woocommerce/sillage.php');
    expect(php).toContain("$shop = ['endpoint' => SILLAGE_ENDPOINT, 'events' => sillage_events()];");
    expect(php).toContain('wp_json_encode($shop, JSON_HEX_TAG | JSON_HEX_AMP)');
    expect(php).not.toMatch(/\b(?:echo|print|printf)\b|\?>/);
    const body = php.slice(php.indexOf('function sillage_purchase'), php.indexOf('/** What happens on this page'));
    const keys = [...body.matchAll(/'(\w+)' => /g)].map(([, key]) => key);
    expect(keys).toEqual(Object.keys(purchase));
    const names = [...php.matchAll(/'name' => '(\w+)', 'ecommerce'/g)].map(([, name]) => name);
    expect(names).toEqual(['view_item', 'purchase', 'begin_checkout']);
  });
});

describe('the template of Google Tag Manager', () => {
  const sections = Object.fromEntries(
    textOf('gtm-template.tpl')
      .split(/^___(?=[A-Z_]+___$)/m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('___')), part.slice(part.indexOf('___') + 3).trim()]),
  );
  const json = (name: string): unknown => JSON.parse(sections[name] ?? '');
  const code = sections['SANDBOXED_JS_FOR_WEB_TEMPLATE'] ?? '';

  /** The tag within a page: its own requires, over the page's window. */
  function tagIn(page: ReturnType<typeof browser>, granted: Record<string, boolean>) {
    const listeners: (() => void)[] = [];
    const call = (name: string, args: readonly unknown[]) =>
      page.page(`window[${JSON.stringify(name)}](...${JSON.stringify(args.filter((one) => one !== undefined))})`);
    return {
      change: (to: Record<string, boolean>) => (Object.assign(granted, to), listeners.forEach((tell) => tell())),
      fire(layer: Record<string, unknown>) {
        const apis: Record<string, unknown> = {
          addConsentListener: (_: string, tell: () => void) => listeners.push(tell),
          callInWindow: (name: string, ...args: readonly unknown[]) => call(name, args),
          copyFromDataLayer: (key: string) => layer[key],
          copyFromWindow: (key: string) => page.page(`window[${JSON.stringify(key)}]`),
          createArgumentsQueue: () =>
            page.page('window.sillage = function () { (sillage.q = sillage.q || []).push(arguments); }'),
          injectScript: (_: string, done: () => void) => done(),
          isConsentGranted: (type: string) => granted[type] === true,
          makeInteger: (given: unknown) => Math.trunc(Number(given)),
          makeNumber: Number,
          makeString: String,
          setInWindow: (key: string, to: unknown) =>
            page.page(`window[${JSON.stringify(key)}] = ${JSON.stringify(to)}`),
        };
        const need = (name: string) => {
          if (!(name in apis)) throw new Error(`The sandbox has no ${name}.`);
          return apis[name];
        };
        const data = {
          endpoint: 'https://c.example/collect',
          script: 'https://shop.example/tracker.js',
          gtmOnSuccess() {},
        };
        new Script(`(() => {${code}})()`).runInContext(createContext({ require: need, data }));
      },
    };
  }

  test('sends the events of the data layer, those from before the tracker was there too', async () => {
    const page = browser({ sillage: value(undefined) });
    page.page('window.sillage = undefined');
    const tag = tagIn(page, { analytics_storage: true, ad_storage: false });
    tag.fire({ event: 'gtm.js' });
    page.load();
    tag.fire({ event: 'view_item', ecommerce: { currency: 'EUR', items: [{ item_id: 7, price: '12.5' }] } });
    tag.fire({ event: 'a_click_of_somebody' });
    tag.fire({ event: 'purchase', ecommerce: { ...purchase, transaction_id: 318, coupon: undefined } });
    const events = await taken(page);
    expect(events).toMatchObject([
      { event_name: 'page_view', consent: { analytics: true, ads: false } },
      { event_name: 'view_item', ecommerce: { items: [{ item_id: '7', price: 12.5, quantity: 1 }] } },
      { event_name: 'purchase', ecommerce: { transaction_id: '318', value: 45.88 } },
    ]);
  });

  test('a purchase is told, whatever a page takes for a code, a name or a quantity', async () => {
    const page = browser();
    const tag = tagIn(page, { analytics_storage: true, ad_storage: true });
    page.load();
    const items = [{ item_id: 7, item_name: 2025, item_category: null, price: '12.5', quantity: '1.5' }];
    tag.fire({
      event: 'purchase',
      ecommerce: { transaction_id: 318, value: '45.88', currency: '', coupon: 10, items },
    });
    expect((await taken(page)).at(-1)).toMatchObject({
      event_name: 'purchase',
      ecommerce: { transaction_id: '318', coupon: '10', items: [{ item_name: '2025', price: 12.5, quantity: 1 }] },
    });
  });

  test('waits for a yes, and hears of a no after it', async () => {
    const page = browser();
    const tag = tagIn(page, { analytics_storage: false });
    tag.fire({ event: 'gtm.js' });
    page.load();
    await page.wait(20_000);
    expect(page.requests).toEqual([]);
    tag.change({ analytics_storage: true });
    expect(await taken(page)).toMatchObject([{ event_name: 'page_view', consent: { analytics: true } }]);
    tag.change({ analytics_storage: false });
    tag.fire({ event: 'login' });
    expect((await taken(page)).at(-1)).toMatchObject({ event_name: 'login', visitor_id: null });
  });

  test('asks for the permissions of all that it uses, and no others', () => {
    const permissions = z
      .array(z.object({ instance: z.object({ key: z.object({ publicId: z.string() }) }) }))
      .parse(json('WEB_PERMISSIONS'))
      .map(({ instance }) => instance.key.publicId);
    const needs: Readonly<Record<string, string | undefined>> = {
      addConsentListener: 'access_consent',
      isConsentGranted: 'access_consent',
      callInWindow: 'access_globals',
      copyFromWindow: 'access_globals',
      createArgumentsQueue: 'access_globals',
      setInWindow: 'access_globals',
      copyFromDataLayer: 'read_data_layer',
      injectScript: 'inject_script',
    };
    const used = [...code.matchAll(/require\('(\w+)'\)/g)].flatMap(([, name = '']) => needs[name] ?? []);
    expect([...new Set(used)].toSorted()).toEqual(permissions.toSorted());
    const parameters = z.array(z.object({ name: z.string() })).parse(json('TEMPLATE_PARAMETERS'));
    expect(parameters.map(({ name }) => name).filter((name) => !code.includes(`data.${name}`))).toEqual([]);
    expect(json('INFO')).toMatchObject({ type: 'TAG', containerContexts: ['WEB'] });
    // What its sandbox does not know.
    expect(code).not.toMatch(/\b(?:new|this|class|async|await|window|document)\b|\.\.\.|`|\?\.|\?\?/);
  });
});
