/** What a visit costs in requests, and that none of its events is lost. */
import { expect, test } from '@jest/globals';
import { browser, storage, value } from './fake-browser.ts';

const allowed = "sillage('init', { endpoint: '/collect' }); sillage('consent', { analytics: true, ads: true });";

/** A page of a shop, in a browser that keeps what its pages keep. */
function opened(disk = storage(), over: PropertyDescriptorMap = {}) {
  const page = browser({ localStorage: value(disk.store), ...over });
  page.load();
  page.page(allowed);
  return { ...page, disk };
}
const names = (events: readonly { readonly event_name?: string | null | undefined }[]) =>
  events.map(({ event_name }) => event_name);
const waiting = ({ kept }: ReturnType<typeof storage>) =>
  Object.keys(kept).filter((key) => key.startsWith('sillage.event.'));

test('what a visitor does within five seconds is one request, in its order; what comes later is the next', async () => {
  const shop = opened();
  await shop.wait(1000);
  shop.page("sillage('view_item')");
  await shop.wait(3500);
  shop.page("sillage('add_to_cart')");
  expect(shop.requests).toEqual([]);
  await shop.wait(600);
  expect(shop.requests).toHaveLength(1);
  shop.page("sillage('begin_checkout')");
  await shop.wait(4900);
  expect(shop.requests).toHaveLength(1);
  await shop.wait(200);
  expect(shop.requests).toHaveLength(2);
  expect(names(shop.sent())).toEqual(['page_view', 'view_item', 'add_to_cart', 'begin_checkout']);
  expect(waiting(shop.disk)).toEqual([]);
});

test('twenty events do not wait', async () => {
  const shop = opened();
  for (let n = 0; n < 19; n += 1) shop.page("sillage('search')");
  await shop.wait(100);
  expect(shop.requests).toHaveLength(0);
  shop.page("sillage('search')");
  await shop.wait(100);
  expect(shop.sent()).toHaveLength(21);
});

test('a collector that does not answer is not asked sooner because more is to be told', async () => {
  let asked = 0;
  const shop = opened(storage(), {
    fetch: value(async () => {
      asked += 1;
      throw new TypeError('No network.');
    }),
  });
  await shop.wait(5100);
  expect(asked).toBe(1);
  for (let n = 0; n < 100; n += 1) shop.page("sillage('search')");
  await shop.wait(900);
  expect(asked).toBe(1);
  expect(waiting(shop.disk)).toHaveLength(101);
});

test('a page that is hidden, or closes, before its time sends what waits; the next page asks for the answer', async () => {
  const landing = opened();
  await landing.wait(2000);
  landing.page("sillage('view_item')");
  landing.fire('pagehide');
  expect(names(landing.told())).toEqual(['page_view', 'view_item']);
  expect(landing.beacons).toHaveLength(1);
  const next = opened(landing.disk);
  await next.wait(5100);
  expect(names(next.sent())).toEqual(['page_view', 'view_item', 'page_view']);
  expect(next.sent().slice(0, 2)).toEqual(landing.told());
  expect(waiting(landing.disk)).toEqual([]);
  next.page("document.visibilityState = 'hidden'; sillage('login')");
  next.fire('visibilitychange');
  await next.wait(300);
  expect(names(next.sent()).at(-1)).toBe('login');
});
