import type { InEach } from '../../language/language.ts';

const en = {
  title: 'Products',
  heading: 'Product performance',
  kpis: 'Key figures',
  product: 'Product',
  trend: 'Trend',
  showAll: (count: number) => `Show all ${count} products`,
  marginRate: 'Margin rate',
  change: 'Δ revenue',
  against: 'Margin against revenue',
  againstNote: 'Size: units. Products whose cost is unknown are not drawn.',
  chosen: (name: string, revenue: string, margin: string) => `${name}: ${revenue}, margin ${margin}`,
  hint: 'Point at a product, or read the table above.',
  categories: 'Categories',
  noCategory: 'No category',
  categoriesNote: 'Revenue, and the margin rate beside it.',
  together: 'Often bought together',
  togetherNote: (fewest: number) =>
    `Lift, and in how many orders. Pairs of fewer than ${fewest} orders are left out: they say too little.`,
  noPairs: (fewest: number) => `No two products were in ${fewest} orders together. Take more days.`,
  pair: 'Products',
  orders: 'Orders',
};
const fr: typeof en = {
  title: 'Produits',
  heading: 'Performance des produits',
  kpis: 'Chiffres clés',
  product: 'Produit',
  trend: 'Tendance',
  showAll: (count) => `Voir les ${count} produits`,
  marginRate: 'Taux de marge',
  change: 'Δ CA',
  against: 'Marge et chiffre d’affaires',
  againstNote: 'Taille : unités. Les produits de coût inconnu n’y sont pas.',
  chosen: (name, revenue, margin) => `${name} : ${revenue}, marge ${margin}`,
  hint: 'Pointez un produit, ou lisez le tableau ci-dessus.',
  categories: 'Catégories',
  noCategory: 'Sans catégorie',
  categoriesNote: 'CA, et le taux de marge à côté.',
  together: 'Souvent achetés ensemble',
  togetherNote: (fewest) =>
    `Lift, et dans combien de commandes. Les paires de moins de ${fewest} commandes sont exclues : elles disent trop peu.`,
  noPairs: (fewest) => `Aucune paire de produits n’est dans ${fewest} commandes. Prenez plus de jours.`,
  pair: 'Produits',
  orders: 'Commandes',
};
export const productTexts: InEach<typeof en> = { en, fr };
