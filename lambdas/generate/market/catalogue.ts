/**
 * What the shop sells: about eighty organic cosmetics.
 *
 * Prices are in EUR cents, VAT of 20 % included. A product's price or cost changes now and then: ask `priceOn`,
 * `costOn`.
 */
import type { DayIndex } from './calendar.ts';
import { keyOf, draw } from './dice.ts';
import type { Category } from './catalogue-rows.ts';
import { productRows } from './catalogue-rows.ts';

export const categories = {
  cream: {
    name: 'Crèmes visage',
    slug: 'cremes-visage',
    hs: '330499',
    base:
      'Aqua (Water), Aloe Barbadensis Leaf Juice*, Helianthus Annuus Seed Oil*, Glycerin**, Cetearyl Alcohol, ' +
      'Cetearyl Glucoside, Butyrospermum Parkii Butter*',
    end: 'Xanthan Gum, Tocopherol, Benzyl Alcohol, Dehydroacetic Acid, Citric Acid',
  },
  serum: {
    name: 'Sérums',
    slug: 'serums',
    hs: '330499',
    base: 'Aqua (Water), Glycerin**, Aloe Barbadensis Leaf Juice*, Propanediol',
    end: 'Xanthan Gum, Sodium Benzoate, Potassium Sorbate, Citric Acid',
  },
  cleanser: {
    name: 'Nettoyants',
    slug: 'nettoyants',
    hs: '330499',
    base: 'Aqua (Water), Decyl Glucoside, Coco-Glucoside, Glycerin**',
    end: 'Sodium Chloride, Citric Acid, Sodium Benzoate, Potassium Sorbate',
  },
  oil: {
    name: 'Huiles',
    slug: 'huiles',
    hs: '330499',
    base: 'Helianthus Annuus Seed Oil*',
    end: 'Tocopherol, Rosmarinus Officinalis Leaf Extract*',
  },
  body: {
    name: 'Corps',
    slug: 'corps',
    hs: '330499',
    base: 'Aqua (Water), Cocos Nucifera Oil*, Glycerin**, Butyrospermum Parkii Butter*, Cetearyl Alcohol',
    end: 'Xanthan Gum, Tocopherol, Benzyl Alcohol, Dehydroacetic Acid',
  },
  hair: {
    name: 'Cheveux',
    slug: 'cheveux',
    hs: '330510',
    base: 'Aqua (Water), Coco-Glucoside, Sodium Cocoyl Glutamate, Glycerin**',
    end: 'Guar Hydroxypropyltrimonium Chloride, Citric Acid, Sodium Benzoate',
  },
  soap: {
    name: 'Savons',
    slug: 'savons',
    hs: '340111',
    base: 'Sodium Olivate*, Sodium Cocoate*, Aqua (Water), Glycerin',
    end: 'Sodium Citrate',
  },
  deodorant: {
    name: 'Déodorants',
    slug: 'deodorants',
    hs: '330720',
    base: 'Cocos Nucifera Oil*, Sodium Bicarbonate, Maranta Arundinacea Root Powder*',
    end: 'Candelilla Cera, Tocopherol',
  },
  sun: {
    name: 'Solaires',
    slug: 'solaires',
    hs: '330499',
    base: 'Dicaprylyl Carbonate, Zinc Oxide, Caprylic/Capric Triglyceride, Aqua (Water)',
    end: 'Polyglyceryl-3 Diisostearate, Tocopherol, Magnesium Sulfate',
  },
  makeup: {
    name: 'Maquillage',
    slug: 'maquillage',
    hs: '330420',
    base: 'Ricinus Communis Seed Oil*, Cera Alba*, Mica',
    end: 'CI 77891, CI 77491, CI 77492, CI 77499, Tocopherol',
  },
  gift: { name: 'Coffrets', slug: 'coffrets', hs: '330499', base: 'Voir la composition de chaque soin', end: '' },
} as const satisfies Record<Category, { name: string; slug: string; hs: string; base: string; end: string }>;

export type { Category };

export const labels = [
  'COSMOS Organic',
  'Ecocert',
  'Cosmébio',
  'Nature & Progrès',
  'Slow Cosmétique',
  'Vegan',
] as const;

export interface Product {
  readonly index: number;
  readonly category: Category;
  readonly sku: string;
  readonly title: string;
  /** The product's name in its address. */
  readonly handle: string;
  /** As on the pack: `50 ml`. */
  readonly size: string;
  /** Grams. */
  readonly weight: number;
  readonly listPriceCents: number;
  readonly labels: readonly string[];
  /** The INCI list; * from organic farming, ** made of organic ingredients. */
  readonly inci: string;
  /** How often it is chosen, beside the others. */
  readonly appeal: number;
  readonly productId: number;
  readonly variantId: number;
  readonly inventoryItemId: number;
}

function handleOf(title: string): string {
  return title
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036F]/g, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

function labelsOf(codes: string): string[] {
  const byCode: Readonly<Record<string, string>> = {
    O: labels[0],
    E: labels[1],
    C: labels[2],
    N: labels[3],
    S: labels[4],
    V: labels[5],
  };
  return codes.split('').flatMap((code) => byCode[code] ?? []);
}

export const allProducts: readonly Product[] = productRows.map(
  ([category, title, size, euros, codes, actives], index) => {
    const { base, end } = categories[category];
    const amount = Number.parseInt(size, 10);
    return {
      index,
      category,
      sku: `SIL-${category.slice(0, 3).toUpperCase()}-${String(index + 1).padStart(3, '0')}`,
      title,
      handle: handleOf(title),
      size,
      weight: Number.isNaN(amount) ? 450 : amount + 40,
      listPriceCents: Math.round(euros * 100),
      labels: labelsOf(codes),
      inci: [base, actives, end].filter((part) => part !== '').join(', '),
      appeal: draw(keyOf(0, index, 7), 1) ** 2 * 4 + 0.35,
      productId: 8_214_600_010_000 + index * 37,
      variantId: 45_120_880_010_000 + index * 41,
      inventoryItemId: 47_230_110_010_000 + index * 43,
    };
  },
);

/** Planted affinities: who takes the first is several times likelier to take the second as well. */
export const routines: readonly (readonly [Category, Category])[] = [
  ['cleanser', 'cream'],
  ['cream', 'serum'],
  ['serum', 'cream'],
  ['hair', 'soap'],
  ['soap', 'deodorant'],
  ['deodorant', 'soap'],
  ['body', 'oil'],
  ['oil', 'body'],
  ['sun', 'body'],
  ['makeup', 'cleanser'],
];

/** A season of prices lasts 91 days; in each, one product in eight has moved by up to 8 %. */
const priceSeason = 91;

function drift(seed: number, product: Product, day: DayIndex, salt: number): number {
  const moved = keyOf(seed ^ salt, product.index, Math.floor((day + product.index * 11) / priceSeason));
  return draw(moved, 1) < 0.125 ? 1 + (draw(moved, 2) - 0.4) * 0.13 : 1;
}

/** EUR cents, VAT included, ending in 0 or 5. */
export function priceOn(seed: number, product: Product, day: DayIndex): number {
  return Math.round((product.listPriceCents * drift(seed, product, day, 0x51)) / 10) * 10;
}

/** What a unit costs the shop, EUR cents without VAT: about 30 % of the price without VAT. */
export function costOn(seed: number, product: Product, day: DayIndex): number {
  const share = 0.26 + draw(keyOf(seed, product.index, 3), 4) * 0.08;
  return Math.round((product.listPriceCents / 1.2) * share * drift(seed, product, day, 0x52));
}

/** True on the days when the price or the cost of a product is another than the day before. */
export function changedOn(seed: number, product: Product, day: DayIndex): boolean {
  return (
    priceOn(seed, product, day) !== priceOn(seed, product, day - 1) ||
    costOn(seed, product, day) !== costOn(seed, product, day - 1)
  );
}
