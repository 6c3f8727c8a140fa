/** The shop's pages, their addresses and titles already escaped for JSON, and its products as analytics items. */
import { CATEGORIES, PRODUCTS, priceOn } from '../market/catalogue.ts';
import type { Category, Product } from '../market/catalogue.ts';
import type { Day } from '../market/calendar.ts';

export const SHOP = 'https://www.sillage-cosmetics.example';
/** Where some pay: the checkout on a host of its own. */
export const CHECKOUT_SHOP = 'https://checkout.sillage-cosmetics.example';

export interface Page {
  /** From the root, without query. */
  readonly path: string;
  readonly title: string;
}

function page(path: string, title: string): Page {
  return { path, title: JSON.stringify(`${title} | Sillage`).slice(1, -1) };
}

export const HOME = page('/', 'Cosmétiques biologiques et naturels');
export const CART = page('/panier', 'Votre panier');
export const CHECKOUT = page('/commande', 'Commande');
export const THANKS = page('/commande/merci', 'Merci pour votre commande');
export const ACCOUNT = page('/compte/connexion', 'Votre compte');
export const SEARCH = page('/recherche', 'Recherche');
export const JOURNAL: readonly [Page, ...Page[]] = [
  page('/journal/lire-une-liste-inci', 'Lire une liste INCI'),
  page('/journal/routine-peau-sensible', 'Routine pour peau sensible'),
  page('/journal/bakuchiol-ou-retinol', 'Bakuchiol ou rétinol ?'),
  page('/journal/shampooing-solide-mode-d-emploi', "Shampooing solide, mode d'emploi"),
  page('/journal/labels-bio-comparatif', 'Les labels bio comparés'),
];
export const ALL_CATEGORIES: readonly Category[] = [
  'cream',
  'serum',
  'cleanser',
  'oil',
  'body',
  'hair',
  'soap',
  'deodorant',
  'sun',
  'makeup',
  'gift',
];
const CATEGORY_PAGES = new Map(
  ALL_CATEGORIES.map((category) => [
    category,
    page(`/collections/${CATEGORIES[category].slug}`, CATEGORIES[category].name),
  ]),
);
const PRODUCT_PAGES: readonly Page[] = PRODUCTS.map((product) => page(`/produits/${product.handle}`, product.title));
export const SEARCHES: readonly [string, ...string[]] = [
  'creme+visage',
  'serum+vitamine+c',
  'shampooing+solide',
  'd%C3%A9odorant',
  'huile+argan',
  'coffret',
  'peau+sensible',
  'bakuchiol',
  'savon+alep',
  'spf+50',
];

export function categoryPage(category: Category): Page {
  return CATEGORY_PAGES.get(category) ?? HOME;
}

export function productPage(product: Product): Page {
  return PRODUCT_PAGES[product.index] ?? HOME;
}

const BY_CATEGORY = new Map(
  ALL_CATEGORIES.map((category) => [category, PRODUCTS.filter((product) => product.category === category)]),
);

export function productsOf(category: Category): readonly Product[] {
  return BY_CATEGORY.get(category) ?? [];
}

/** An amount in hundredths as a JSON number. */
export function amount(cents: number): string {
  const whole = Math.floor(cents / 100);
  const rest = cents - whole * 100;
  return rest === 0
    ? `${whole}`
    : rest % 10 === 0
      ? `${whole}.${rest / 10}`
      : rest < 10
        ? `${whole}.0${rest}`
        : `${whole}.${rest}`;
}

/** Prices of a day in EUR cents, by the product's index. */
const prices = new Map<string, readonly number[]>();

export function pricesOn(seed: number, day: Day): readonly number[] {
  const name = `${seed}/${day}`;
  let known = prices.get(name);
  if (known === undefined) {
    known = PRODUCTS.map((product) => priceOn(seed, product, day));
    prices.set(name, known);
  }
  return known;
}

const ITEM_STARTS = PRODUCTS.map(
  ({ sku, title, category }) =>
    `{"item_id":"${sku}","item_name":${JSON.stringify(title)},"item_category":${JSON.stringify(CATEGORIES[category].name)},"price":`,
);

/** A product as an item of GA4's e-commerce events. */
export function item(product: Product, priceCents: number, quantity: number): string {
  return `${ITEM_STARTS[product.index] ?? ''}${amount(priceCents)},"quantity":${quantity}}`;
}
