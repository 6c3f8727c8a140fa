/** The demo shop as the local server shows it: its pages, the tracker, the catalogue, and the till. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { categories, allProducts } from '../../lambdas/generate/market/catalogue.ts';
import { LakeUnavailable } from '../../lambdas/shared/ports/lake.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { home } from '../../lambdas/shared/home.ts';
import { buildTracker } from '../../tracker/build.ts';
import type { PageAnswer, PageRequest, Pages } from '../embedded/http/collector.ts';
import { codeOf } from '../embedded/lake/errors.ts';
import { promotionCode, UnknownCode } from './codes.ts';
import { freeShippingFrom, shippingFeeCents, UnknownProduct } from './orders.ts';
import { openTill } from './till.ts';
import type { Till } from './till.ts';

export interface DemoShopOptions {
  readonly lake: Lake;
  /** ms since 1970. */
  readonly clock?: () => number;
  /** Where the shop's files are. */
  readonly folder?: URL;
  /** Where a line about trouble goes. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
}

/** Bytes of an order: a hundred times what a basket needs. */
const orderBytes = 65_536;
/** Letters of a promotion code. */
const longestCode = 24;

/** The catalogue as the shop's page reads it: prices in EUR, VAT included. */
function products(): object[] {
  return allProducts.map(({ sku, title, handle, size, listPriceCents, labels, inci, category }) => ({
    sku,
    title,
    handle,
    size,
    price: listPriceCents / 100,
    labels,
    inci,
    category: categories[category].name,
    slug: categories[category].slug,
  }));
}

function page(type: string, body: string, status = 200): PageAnswer {
  return {
    status,
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}

const json = (body: object, status = 200) => page('application/json', JSON.stringify(body), status);

/** What a buyer is told of a lake that does not take the order. Where it is concerns the shop's owner alone. */
function notWritten({ cause }: LakeUnavailable): PageAnswer {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(codeOf(cause) ?? '');
  const why = isFull ? 'its disk is full' : 'its disk cannot be written';
  return json(
    { error: `The shop cannot write the order down: ${why}. Nothing was ordered; try again later.` },
    isFull ? 507 : 503,
  );
}

/** The shop's answer to an order. */
async function sold(
  till: Till,
  { method, headers, body }: PageRequest,
  now: number,
  log: DemoShopOptions['log'],
): Promise<PageAnswer> {
  if (method !== 'POST') return json({ error: `Orders are sent by POST, not by ${method}.` }, 405);
  if (headers['content-type']?.startsWith('application/json') !== true)
    return json({ error: 'Orders are sent as application/json.' }, 415);
  if (body.length > orderBytes) return json({ error: `The order is larger than ${orderBytes} bytes.` }, 413);
  try {
    return json(await till.place(JSON.parse(body.toString()), now), 201);
  } catch (error) {
    if (error instanceof SyntaxError) return json({ error: 'The order is not JSON.' }, 400);
    if (error instanceof z.ZodError) return json({ error: z.prettifyError(error) }, 400);
    if (error instanceof UnknownProduct || error instanceof UnknownCode) return json({ error: error.message }, 400);
    if (!(error instanceof LakeUnavailable)) throw error;
    log?.({ level: 'ERROR', message: `An order was turned away. ${error.message}` });
    return notWritten(error);
  }
}

/** What a promotion code takes off. */
async function codeAnswer(lake: Lake, asked: string, now: number): Promise<PageAnswer> {
  try {
    const { code, percentOff } = await promotionCode(lake, asked.slice(0, longestCode), now);
    return json({ code, percent_off: percentOff });
  } catch (error) {
    if (error instanceof UnknownCode) return json({ error: error.message }, 404);
    throw error;
  }
}

/**
 * The pages `/shop/…`, `/tracker.js` and the till `/shop/orders`. All is read and built at once; a path that names no
 * file is one of the pages that the shop's script draws.
 */
export async function demoShop({
  lake,
  clock = Date.now,
  folder = new URL('localstack/demo-shop/', home),
  log = (line) => console.error(JSON.stringify(line)),
}: DemoShopOptions): Promise<Pages> {
  const read = (name: string) => readFile(new URL(name, folder), 'utf8');
  const [index, script, style, tracker] = await Promise.all([
    read('index.html'),
    read('shop.js'),
    read('shop.css'),
    buildTracker(),
  ]);
  const files: ReadonlyMap<string, PageAnswer> = new Map([
    ['/tracker.js', page('text/javascript', tracker)],
    ['/shop/shop.js', page('text/javascript', script)],
    ['/shop/shop.css', page('text/css', style)],
    ['/shop/products.json', json(products())],
    ['/shop/delivery.json', json({ free_from: freeShippingFrom / 100, fee: shippingFeeCents / 100 })],
  ]);
  const html = page('text/html', index);
  // In a frame of another page, a click on what lies above could be a click on "Payer".
  const unframed = { ...html, headers: { ...html.headers, 'content-security-policy': "frame-ancestors 'none'" } };
  const till = openTill(lake);
  return async (request) => {
    const { pathname, search } = request.url;
    if (pathname === '/shop/orders') return sold(till, request, clock(), log);
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    if (pathname === '/shop/code') return codeAnswer(lake, request.url.searchParams.get('code') ?? '', clock());
    if (pathname === '/' || pathname === '/shop')
      return { status: 302, headers: { location: `/shop/${search}` }, body: '' };
    return files.get(pathname) ?? (pathname.startsWith('/shop/') ? unframed : undefined);
  };
}
