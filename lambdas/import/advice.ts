import { addDays } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { behindExports } from './behind-exports.ts';
import { changedCosts } from './changed-costs.ts';
import { erasedPersons } from './erased-persons.ts';
import type { Looked } from './looked.ts';
import { deletedOrders } from './deleted-orders.ts';
import { olderOrders, ordersByBoth, ordersOfTwoShops } from './older-orders.ts';
import { replaced } from './replaced-reports.ts';
import { taggedTests } from './tagged-tests.ts';
import type { Part } from './understand.ts';

async function holds(lake: Lake, parts: readonly Part[], prefix: string): Promise<boolean> {
  if (parts.some(({ documents }) => documents.some(({ key }) => key.startsWith(prefix)))) return true;
  for await (const _ of lake.keys(prefix)) return true;
  return false;
}

const ordersPrefix = 'raw/crm/orders/';

/** Days by which one source may end before another without a word: exports of one afternoon. */
const patience = 3;

/** Feeds that have each day on which something happens. A catalogue ends with whatever was last put into it. */
const daily = ['raw/crm/orders/', 'raw/web/events/', 'raw/advertising/'];

/** Sources that end much earlier than others: what they lack looks as if nothing had been spent or sold. */
function endings(parts: readonly Part[]): string[] {
  const ends = parts.flatMap(({ source, report, days, documents }) =>
    days !== undefined && documents.some(({ key }) => daily.some((feed) => key.startsWith(feed)))
      ? [{ name: `${source}, ${report}`, to: days.to }]
      : [],
  );
  const last = ends
    .map(({ to }) => to)
    .toSorted()
    .at(-1);
  if (last === undefined) return [];
  return ends
    .filter(({ to }) => to < addDays(last, -patience))
    .map(
      ({ name, to }) =>
        `${name} ends on ${to}, another file on ${last}: on the days between, it looks as if there were ` +
        'nothing. Export it again to the same day.',
    );
}

/** Where the pages of a shop's software export products with what they cost. */
const productsOf = new Map([
  ['Shopify', 'In Shopify: Products, Export, all products.'],
  ['WooCommerce', 'In WooCommerce: Products, Export, all columns.'],
  [
    'PrestaShop',
    'In PrestaShop: the query of products in docs/sources.md, or a list with Reference, Name and Wholesale price.',
  ],
]);

/** What the files lack together, and what to do about it: none of them can tell by itself. */
export async function advice(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const parts = looked.flatMap((one) => (one.kind === 'understood' ? one.understood.parts : []));
  const foreign = [...new Set(parts.flatMap(({ currencies }) => currencies))]
    .filter((currency) => currency !== 'EUR')
    .toSorted();
  const ordersFrom = new Set(
    parts
      .filter(({ documents }) => documents.some(({ key }) => key.startsWith(ordersPrefix)))
      .map(({ source }) => source),
  );
  const hasOrders = ordersFrom.size > 0;
  const spends = parts.some(({ documents }) => documents.some(({ key }) => key.startsWith('raw/advertising/')));
  return [
    ...(foreign.length > 0 && !(await holds(lake, parts, 'raw/reference/fx_rates/'))
      ? [
          `Amounts in ${foreign.join(', ')} are refused until there are exchange rates: import ` +
            'eurofxref-hist.csv of the European Central Bank ' +
            '(https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip).',
        ]
      : []),
    ...(hasOrders &&
    !(await holds(lake, parts, 'raw/crm/products/')) &&
    !(await holds(lake, parts, 'raw/crm/inventory_items/'))
      ? [
          [
            'There are orders and no products, so no cost of goods is known and no margin.',
            ...[...ordersFrom].toSorted().flatMap((shop) => productsOf.get(shop) ?? []),
          ].join(' '),
        ]
      : []),
    ...(spends && !hasOrders && !(await holds(lake, parts, ordersPrefix))
      ? [
          'There are reports of campaigns and no order, so no return can be told. Import the orders, too (in ' +
            'Shopify: Orders, Export, all orders; of WooCommerce and PrestaShop: see docs/sources.md).',
        ]
      : []),
    ...endings(parts),
    ...(await replaced(lake, looked)),
    ...(await olderOrders(lake, looked)),
    ...(await ordersByBoth(lake, looked)),
    ...(await behindExports(lake, looked)),
    ...(await ordersOfTwoShops(lake, looked)),
    ...(await deletedOrders(lake, looked)),
    ...(await changedCosts(lake, looked)),
    ...(await erasedPersons(lake, looked)),
    ...(await taggedTests(lake, looked)),
  ];
}
