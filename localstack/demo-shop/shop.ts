/** The demo shop as the local server shows it: its pages, the tracker, the catalogue, and the till. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CATEGORIES, PRODUCTS } from '../../lambdas/generate/market/catalogue.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { home } from '../../lambdas/shared/schema/catalog.ts';
import { buildTracker } from '../../tracker/build.ts';
import type { PageAnswer, PageRequest, Pages } from '../embedded/http/collector.ts';
import { UnknownProduct, placeOrder } from './orders.ts';

export interface DemoShopOptions {
  readonly lake: Lake;
  /** ms since 1970. */
  readonly clock?: () => number;
  /** Where the shop's files are. */
  readonly folder?: URL;
}

/** Bytes of an order: a hundred times what a basket needs. */
const ORDER_BYTES = 65_536;

/** The catalogue as the shop's page reads it: prices in EUR, VAT included. */
function products(): object[] {
  return PRODUCTS.map(({ sku, title, handle, size, listPriceCents, labels, inci, category }) => ({
    sku, title, handle, size, price: listPriceCents / 100, labels, inci, category: CATEGORIES[category].name, slug: CATEGORIES[category].slug,
  }));
}

function page(type: string, body: string, status = 200): PageAnswer {
  return { status, headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }, body };
}

const json = (body: object, status = 200) => page('application/json', JSON.stringify(body), status);

/** The shop's answer to an order. */
async function till(lake: Lake, { method, headers, body }: PageRequest, now: number): Promise<PageAnswer> {
  if (method !== 'POST') return json({ error: `Orders are sent by POST, not by ${method}.` }, 405);
  // A page of another origin cannot send this type without asking first, and nobody answers that question here.
  if (headers['content-type']?.startsWith('application/json') !== true) return json({ error: 'Orders are sent as application/json.' }, 415);
  if (body.length > ORDER_BYTES) return json({ error: `The order is larger than ${ORDER_BYTES} bytes.` }, 413);
  try {
    return json(await placeOrder(lake, JSON.parse(body.toString()), now), 201);
  } catch (error) {
    if (error instanceof SyntaxError) return json({ error: 'The order is not JSON.' }, 400);
    if (error instanceof z.ZodError) return json({ error: z.prettifyError(error) }, 400);
    if (error instanceof UnknownProduct) return json({ error: error.message }, 400);
    throw error;
  }
}

/**
 * The pages `/shop/…`, `/tracker.js` and the till `/shop/orders`. All is read and built at once; a path that names no file is one of the
 * pages that the shop's script draws.
 */
export async function demoShop({ lake, clock = Date.now, folder = new URL('localstack/demo-shop/', home) }: DemoShopOptions): Promise<Pages> {
  const read = (name: string) => readFile(new URL(name, folder), 'utf8');
  const [index, script, style, tracker] = await Promise.all([read('index.html'), read('shop.js'), read('shop.css'), buildTracker()]);
  const files: ReadonlyMap<string, PageAnswer> = new Map([
    ['/tracker.js', page('text/javascript', tracker)],
    ['/shop/shop.js', page('text/javascript', script)],
    ['/shop/shop.css', page('text/css', style)],
    ['/shop/products.json', json(products())],
  ]);
  return async (request) => {
    const { pathname, search } = request.url;
    if (pathname === '/shop/orders') return till(lake, request, clock());
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    if (pathname === '/' || pathname === '/shop') return { status: 302, headers: { location: `/shop/${search}` }, body: '' };
    return files.get(pathname) ?? (pathname.startsWith('/shop/') ? page('text/html', index) : undefined);
  };
}
