/**
 * The tracker's script, whole, in browsers that refuse, lie or break: the page's own calls go on, and what can be sent
 * is.
 */
import { expect, test } from '@jest/globals';
import { webcrypto } from 'node:crypto';
import { browser, refuse, storage, value } from './fake-browser.ts';

const getter = (get: () => unknown): PropertyDescriptor => ({ get, configurable: true, enumerable: true });
/** A storage in which one thing is other than usual. */
const spoilt = (
  over: Readonly<Record<string, unknown>>,
  ownKeys: (target: object) => (string | symbol)[] = Reflect.ownKeys,
) =>
  value(
    new Proxy(storage().store, {
      get: (target, name): unknown =>
        typeof name === 'string' && name in over ? over[name] : Reflect.get(target, name),
      ownKeys,
    }),
  );
const visitorKey = 'sillage.visitor';

const visit = `
  sillage('init', { endpoint: '/collect' });
  sillage('consent', { analytics: true, ads: true });
  sillage('identify', '7000000000001');
  sillage('view_item', { currency: 'EUR', value: 1, items: [] });
  history.pushState(null, '', '/produits/creme');
  sillage('purchase', { currency: 'EUR', value: 2, items: [] });`;
const visited = ['page_view', 'view_item', 'page_view', 'purchase'];

const browsers: readonly { readonly name: string; readonly over: () => PropertyDescriptorMap }[] = [
  { name: 'keeps its promises', over: () => ({}) },
  { name: 'forbids localStorage', over: () => ({ localStorage: getter(refuse('localStorage')) }) },
  { name: 'has a null for localStorage', over: () => ({ localStorage: value(null) }) },
  { name: 'has no localStorage', over: () => ({ localStorage: value(undefined) }) },
  { name: 'has no room in localStorage', over: () => ({ localStorage: spoilt({ setItem: refuse('More') }) }) },
  { name: 'keeps nothing and says nothing', over: () => ({ localStorage: spoilt({ setItem: () => {} }) }) },
  { name: 'forbids reading its localStorage', over: () => ({ localStorage: spoilt({ getItem: refuse('Reading') }) }) },
  {
    name: 'forbids removing from localStorage',
    over: () => ({ localStorage: spoilt({ removeItem: refuse('Removing') }) }),
  },
  { name: 'forbids listing localStorage', over: () => ({ localStorage: spoilt({}, refuse('Listing')) }) },
  {
    name: 'has rubbish in localStorage',
    over: () => ({
      localStorage: value(
        storage({
          [visitorKey]: '',
          'sillage.customer': 'x'.repeat(5000),
          'sillage.event.1': '{',
          'sillage.event.2': 'null',
          'sillage.event.3': '[]',
        }).store,
      ),
    }),
  },
  {
    name: 'has half an emoji for a visitor',
    over: () => ({ localStorage: value(storage({ [visitorKey]: '\uD83C' }).store) }),
  },
  {
    name: 'makes no UUIDs, as without TLS',
    over: () => ({ crypto: value({ getRandomValues: (bytes: Uint8Array) => webcrypto.getRandomValues(bytes) }) }),
  },
  { name: 'has no locks', over: () => ({ navigator: value({ language: 'fr', sendBeacon: () => true }) }) },
  {
    name: 'forbids locks at once',
    over: () => ({
      navigator: value({ language: 'fr', sendBeacon: () => true, locks: { request: refuse('Locking') } }),
    }),
  },
  {
    name: 'forbids locks later',
    over: () => ({
      navigator: value({ language: 'fr', sendBeacon: () => true, locks: { request: async () => refuse('Locking')() } }),
    }),
  },
  { name: 'has no time-outs for requests', over: () => ({ AbortSignal: value({}) }) },
];

test.each(browsers)(
  'a browser that $name: no call of the page fails, and every event is sent once',
  async ({ over }) => {
    const { page, load, pass, sent, warnings } = browser(over());
    load();
    page(visit);
    await pass();
    expect(sent().map(({ event_name }) => event_name)).toEqual(visited);
    expect(new Set(sent().map(({ visitor_id }) => visitor_id)).size).toBe(1);
    expect(sent()[0]?.visitor_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(sent().at(-1)?.customer_id).toBe('7000000000001');
    expect(warnings).toEqual([]);
  },
);

const broken: readonly { readonly name: string; readonly over: () => PropertyDescriptorMap; readonly told: RegExp }[] =
  [
    { name: 'has no fetch', over: () => ({ fetch: value(undefined) }), told: /^$/ },
    { name: 'throws from fetch', over: () => ({ fetch: value(refuse('fetch')) }), told: /^$/ },
    {
      name: 'throws from sendBeacon',
      over: () => ({
        fetch: value(refuse('fetch')),
        localStorage: value(null),
        navigator: value({ language: 'fr', sendBeacon: refuse('sendBeacon') }),
      }),
      told: /sendBeacon is forbidden/,
    },
    {
      name: 'has no sendBeacon',
      over: () => ({ fetch: value(refuse('fetch')), localStorage: value(null), navigator: value({ language: 'fr' }) }),
      told: /sendBeacon/,
    },
    { name: 'has no crypto', over: () => ({ crypto: value(undefined) }), told: /^sillage: TypeError/ },
    {
      name: 'has a frozen history',
      over: () => ({ history: value(Object.freeze({ pushState() {}, replaceState() {} })) }),
      told: /^sillage: TypeError/,
    },
  ];

test.each(broken)('a browser that $name: no call of the page fails, nor does leaving it', async ({ over, told }) => {
  const { page, load, pass, fire, warnings } = browser(over());
  load();
  page(visit);
  await pass(20);
  for (const event of ['storage', 'popstate', 'online', 'visibilitychange', 'pagehide', 'pageshow', 'pagehide'])
    fire(event);
  await pass(20);
  expect(warnings.join('\n')).toMatch(told);
});

test.each([
  ["sillage('init')"],
  ["sillage('init', null)"],
  ["sillage('consent')"],
  ["sillage('consent', null)"],
  ["sillage('identify')"],
  ["sillage('identify', Symbol())"],
  ["sillage('purchase', { value: 10n })"],
  ["var loop = {}; loop.loop = loop; sillage('purchase', loop)"],
  ["sillage('purchase', { get value() { throw new Error('the shop\\'s own') } })"],
  ["sillage('consent', { get analytics() { throw new Error('the banner\\'s own') } })"],
  ['sillage()'],
  ['sillage(null)'],
])('%s is told in the console, throws nothing, and spoils no other event', async (call) => {
  const { page, load, pass, sent } = browser();
  load();
  page("sillage('init', { endpoint: '/collect' }); sillage('search')");
  page(call);
  page("sillage('login'); sillage('consent', { analytics: true, ads: true })");
  page(call);
  page("sillage('consent', { analytics: true, ads: true }); sillage('sign_up')");
  await pass();
  expect(sent().map(({ event_name }) => event_name)).toEqual(
    expect.arrayContaining(['page_view', 'search', 'login', 'sign_up']),
  );
});

test.each(['undefined', 'null', "''"])('identify(%s) is nobody', async (nobody) => {
  const { page, load, pass, sent } = browser();
  load();
  page(
    `sillage('init', { endpoint: '/collect' }); sillage('consent', { analytics: true, ads: true }); ` +
      `sillage('identify', ${nobody}); sillage('login')`,
  );
  await pass();
  expect(sent().at(-1)).toMatchObject({ event_name: 'login', customer_id: null });
});

test('what the page changes after a call is not changed in the event', async () => {
  const { page, load, pass, sent } = browser();
  load();
  page(
    "sillage('init', { endpoint: '/collect' }); var basket = { currency: 'EUR', value: 1, items: [] }; " +
      "sillage('add_to_cart', basket); basket.value = 2; sillage('consent', { analytics: true, ads: true })",
  );
  await pass();
  expect(sent().at(-1)?.ecommerce?.value).toBe(1);
});

test('what the browser itself refuses of a page is thrown to the page as ever', () => {
  const { page, load } = browser({ history: value({ pushState: refuse('The address'), replaceState() {} }) });
  load();
  page("sillage('init', { endpoint: '/collect' })");
  expect(() => page("history.pushState(null, '', 'https://elsewhere.example/')")).toThrow('The address is forbidden.');
});

test('who is known by another id after the storage had no room is not taken for the one before', async () => {
  let isFull = true;
  const { store, kept } = storage();
  const { page, load, pass, sent } = browser({
    localStorage: value(
      new Proxy(store, {
        get: (target, name) => (name === 'setItem' && isFull ? refuse('More') : Reflect.get(target, name)) as unknown,
      }),
    ),
  });
  load();
  page(
    "sillage('init', { endpoint: '/collect' }); sillage('consent', { analytics: true, ads: true }); " +
      "sillage('identify', 'first')",
  );
  isFull = false;
  page("sillage('identify', 'second')");
  expect(kept['sillage.customer']).toBe('second');
  page("sillage('identify', null); sillage('login')");
  await pass();
  expect(sent().at(-1)).toMatchObject({ event_name: 'login', customer_id: null });
});

test.each([
  { when: 'before the choice', consent: '' },
  { when: 'with consent', consent: "sillage('consent', { analytics: true, ads: true });" },
  { when: 'without consent', consent: "sillage('consent', { analytics: false, ads: false });" },
])(
  '20,000 events $when, and leaving: the work is a fixed number of steps an event, and the youngest thousand wait',
  ({ consent }) => {
    const store = storage();
    // Eight beacons, as much as a browser takes of a page that closes.
    let beacons = 0;
    const { page, load, fire, warnings } = browser({
      localStorage: value(store.store),
      navigator: value({ language: 'fr', sendBeacon: () => (beacons += 1) <= 8 }),
    });
    load();
    page(`sillage('init', { endpoint: '/collect' }); ${consent} for (var n = 0; n < 20000; n += 1) sillage('login');`);
    fire('pagehide');
    // Setting, looking and removing are three questions an event; the visitor's id is three more.
    expect(store.asked()).toBeLessThan(20_000 * 8);
    expect(store.listed()).toBeLessThan(20_000 / 100 + 50);
    expect(Object.keys(store.kept).filter((key) => key.startsWith('sillage.event.')).length).toBeLessThanOrEqual(1000);
    expect(beacons).toBe(9);
    expect(warnings.join('\n')).toMatch(/more than 1000 events wait/);
    expect(warnings.length).toBeLessThan(300);
  },
);

test('a collector that asks for a wait of years is asked again after an hour, not all the time', async () => {
  let asked = 0;
  const { page, load, pass } = browser({
    fetch: value(async () => {
      asked += 1;
      return {
        status: 503,
        headers: new Map([['retry-after', '99999999999']]),
        json: async () => ({ error: 'later' }),
      };
    }),
  });
  load();
  page(visit);
  await pass(30);
  expect(asked).toBe(1);
});

const start = "sillage('init', { endpoint: '/collect' });";
const choose = (analytics: boolean): string => `sillage('consent', { analytics: ${analytics}, ads: false });`;
const pageOf = (store: object, path: string, commands: string, started = start) => {
  const opened = browser({ sessionStorage: value(store) });
  opened.page(`location.href = 'https://shop.example${path}'; ${started}`);
  opened.load();
  opened.page(commands);
  return opened;
};

test('a yes on the second page is a yes to the first: its events come again under their ids, as the visitor’s, in their order', async () => {
  const tab = storage();
  const first = pageOf(tab.store, '/?utm_source=newsletter&utm_campaign=mars', "sillage('view_item_list')");
  first.fire('pagehide');
  await first.pass();
  // Undecided, it stays so on the next page.
  const second = pageOf(tab.store, '/produits', '');
  second.fire('pagehide');
  await second.pass();
  expect([...first.told(), ...second.told()].map(({ visitor_id }) => visitor_id)).toEqual([null, null, null]);
  expect(Object.keys(tab.kept)).toEqual(['sillage.undecided']);
  const third = pageOf(tab.store, '/produits/creme', choose(true));
  await third.pass();
  const again = third.told();
  expect(again.map(({ event_name }) => event_name)).toEqual(['page_view', 'view_item_list', 'page_view', 'page_view']);
  expect(again.slice(0, 3).map(({ event_id, event_time, page }) => [event_id, event_time, page])).toEqual(
    [...first.told(), ...second.told()].map(({ event_id, event_time, page }) => [event_id, event_time, page]),
  );
  expect(new Set(again.map(({ visitor_id }) => visitor_id)).size).toBe(1);
  expect(again[0]).toMatchObject({
    visitor_id: expect.stringMatching(/./),
    consent: { analytics: true },
    page: { url: 'https://shop.example/?utm_source=newsletter&utm_campaign=mars' },
  });
  expect(tab.kept).toEqual({});
});

test('a shop may have nothing kept before the choice', async () => {
  const tab = storage();
  const first = pageOf(tab.store, '/', '', "sillage('init', { endpoint: '/collect', before_choice: 'memory' });");
  first.fire('pagehide');
  await first.pass();
  expect([first.told().map(({ visitor_id }) => visitor_id), tab.kept]).toEqual([[null], {}]);
});

test('a no on the second page deletes what the tab kept, and so does a yes that has been heard', async () => {
  const tab = storage();
  const first = pageOf(tab.store, '/', '');
  first.fire('pagehide');
  await first.pass();
  const second = pageOf(tab.store, '/produits', choose(false));
  await second.pass();
  expect(second.told().map(({ visitor_id }) => visitor_id)).toEqual([null]);
  expect(tab.kept).toEqual({});
  const third = pageOf(tab.store, '/produits', choose(true));
  third.fire('pagehide');
  await third.pass();
  expect([third.told().length, tab.kept]).toEqual([1, {}]);
});
