/** The shop's pages, their addresses and titles already escaped for JSON, and its products as analytics items. */
import { categories, allProducts, priceOn } from '../market/catalogue.ts';
import type { Category, Product } from '../market/catalogue.ts';
import type { DayIndex } from '../market/calendar.ts';

export const shop = 'https://www.sillage-cosmetics.example';
/** Where some pay: the checkout on a host of its own. */
export const checkoutShop = 'https://checkout.sillage-cosmetics.example';

export interface Page {
  /** From the root, without query. */
  readonly path: string;
  readonly title: string;
}

function page(path: string, title: string): Page {
  return { path, title: JSON.stringify(`${title} | Sillage`).slice(1, -1) };
}

export const home = page('/', 'Cosmétiques biologiques et naturels');
export const cartPage = page('/panier', 'Votre panier');
export const checkout = page('/commande', 'Commande');
export const thanks = page('/commande/merci', 'Merci pour votre commande');
export const account = page('/compte/connexion', 'Votre compte');
export const search = page('/recherche', 'Recherche');
export const journal: readonly [Page, ...Page[]] = [
  page('/journal/lire-une-liste-inci', 'Lire une liste INCI'),
  page('/journal/routine-peau-sensible', 'Routine pour peau sensible'),
  page('/journal/bakuchiol-ou-retinol', 'Bakuchiol ou rétinol ?'),
  page('/journal/shampooing-solide-mode-d-emploi', "Shampooing solide, mode d'emploi"),
  page('/journal/labels-bio-comparatif', 'Les labels bio comparés'),
];
export const allCategories: readonly Category[] = [
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
const categoryPages = new Map(
  allCategories.map((category) => [
    category,
    page(`/collections/${categories[category].slug}`, categories[category].name),
  ]),
);
const productPages: readonly Page[] = allProducts.map((product) => page(`/produits/${product.handle}`, product.title));
export const searches: readonly [string, ...string[]] = [
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
  return categoryPages.get(category) ?? home;
}

export function productPage(product: Product): Page {
  return productPages[product.index] ?? home;
}

const byCategory = new Map(
  allCategories.map((category) => [category, allProducts.filter((product) => product.category === category)]),
);

export function productsOf(category: Category): readonly Product[] {
  return byCategory.get(category) ?? [];
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

export function pricesOn(seed: number, day: DayIndex): readonly number[] {
  const name = `${seed}/${day}`;
  let known = prices.get(name);
  if (known === undefined) {
    known = allProducts.map((product) => priceOn(seed, product, day));
    prices.set(name, known);
  }
  return known;
}

const itemStarts = allProducts.map(
  ({ sku, title, category }) =>
    `{"item_id":"${sku}","item_name":${JSON.stringify(title)},"item_category":${JSON.stringify(categories[category].name)},"price":`,
);

/** A product as an item of GA4's e-commerce events. */
export function item(product: Product, priceCents: number, quantity: number): string {
  return `${itemStarts[product.index] ?? ''}${amount(priceCents)},"quantity":${quantity}}`;
}
