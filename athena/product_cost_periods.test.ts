/** Whose cost is one that names what lies in stock, or an SKU. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { byChance, many } from './chance.fixture.ts';
import { openWorkshop, text, told, type Row, type Workshop } from './fixture.ts';
import { plain } from './sums.fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const cost = (variant_id: string, sku: string | null, cost_eur: string): Row => ({
  variant_id,
  sku,
  cost: cost_eur,
  cost_eur,
  currency: 'EUR',
  reported_at: '2025-03-01 10:00:00.000',
  seen_on: '2025-03-01',
  local_date: '2025-03-01',
});
const variant = (variant_id: string, sku: string | null, inventory_item_id: string | null = null): Row => ({
  variant_id,
  sku,
  inventory_item_id,
  product_id: 'P',
});

const cases: readonly (readonly [string, readonly Row[], readonly Row[], Readonly<Record<string, string>>])[] = [
  ['a variant names the item', [variant('11', 'A', '900')], [cost('inventory:900', null, '4.00')], { '11': '4.00', 'sku:A': '4.00' }],
  ['a variant names the item, and has no SKU', [variant('11', null, '900')], [cost('inventory:900', null, '4.00')], { '11': '4.00' }],
  ['a variant has its SKU', [variant('11', 'A')], [cost('inventory:900', 'A', '4.00')], { '11': '4.00', 'sku:A': '4.00' }],
  ['an export has its SKU', [variant('sku:A', 'A')], [cost('inventory:900', 'A', '4.00')], { 'sku:A': '4.00' }],
  ['a variant has no SKU, nor has the item', [variant('11', null)], [cost('inventory:900', null, '4.00')], { 'inventory:900': '4.00' }],
  ['no product is known', [], [cost('inventory:900', 'A', '4.00')], { 'inventory:900': '4.00', 'sku:A': '4.00' }],
  [
    'two variants of one SKU, each with its item',
    [variant('11', 'A', '900'), variant('12', 'A', '901')],
    [cost('inventory:900', 'A', '4.00'), cost('inventory:901', 'A', '7.00')],
    { '11': '4.00', '12': '7.00' },
  ],
  [
    'two variants of one SKU, of which nobody names the item',
    [variant('11', 'A'), variant('12', 'A')],
    [cost('inventory:900', 'A', '4.00')],
    { 'inventory:900': '4.00' },
  ],
  [
    'two items of one SKU',
    [variant('11', 'A')],
    [cost('inventory:900', 'A', '4.00'), cost('inventory:901', 'A', '7.00')],
    { 'inventory:900': '4.00', 'inventory:901': '7.00' },
  ],
  [
    'two variants of one SKU, of which one has a cost',
    [variant('11', 'A'), variant('12', 'A')],
    [cost('11', 'A', '4.00')],
    { '11': '4.00' },
  ],
  [
    'an export and the API tell of one variant',
    [variant('11', 'A'), variant('sku:A', 'A')],
    [cost('11', 'A', '4.00')],
    { '11': '4.00', 'sku:A': '4.00' },
  ],
]; // prettier-ignore

test.each(cases)('a cost is known by these names where %s', async (_, products, product_costs, expected) => {
  const rows = await workshop.view('product_cost_periods', { products, product_costs });
  expect(Object.fromEntries(rows.map((row) => [text(row, 'variant_id'), Number(row['cost_eur']).toFixed(2)]))).toEqual(
    expected,
  );
});

const seed = 20_260_712;

/** Shops by chance, each with an SKU or two of its own: what their variants, exports and stock tell of costs. */
const shops = (() => {
  const { upTo, oneOf, chance, orNull } = byChance(seed);
  const days = ['2025-03-01', '2025-03-02', '2025-03-05'] as const;
  return many(400, (shop) => {
    const skus = [`${shop}A`, `${shop}B`].slice(0, 1 + upTo(1));
    const variants = [`${shop}1`, `woo:${shop}2`, `${shop}3`].slice(upTo(1), upTo(3));
    const items = [`${shop}8`, `${shop}9`].slice(0, upTo(2));
    const products = [
      ...variants.map((id, at) =>
        variant(
          id,
          orNull(oneOf(skus), 0.2),
          chance(0.4) ? (chance(0.8) ? (items[at] ?? null) : (items[0] ?? null)) : null,
        ),
      ),
      ...skus.filter(() => chance(0.3)).map((sku) => variant(`sku:${sku}`, sku)),
    ];
    const named = [...variants, ...items.map((item) => `inventory:${item}`), ...skus.map((sku) => `sku:${sku}`)];
    // No two costs of a shop come at one time: which of them holds would be nobody's to say.
    const times = days.flatMap((reported) => days.map((seen_on) => ({ reported, seen_on })));
    const costs = times
      .filter(() => chance(0.5))
      .map(({ reported, seen_on }): Row => {
        const variant_id = oneOf(named);
        const sku = variant_id.startsWith('sku:') ? variant_id.slice(4) : orNull(oneOf(skus), 0.3);
        return {
          ...cost(variant_id, sku, oneOf(['4.00', '4.00', '7.00', '9.00'])),
          reported_at: `${reported} 10:00:00.000`,
          seen_on,
          local_date: reported,
        };
      });
    return { products, costs };
  });
})();

const distinct = (values: readonly (string | null)[]): string[] =>
  [...new Set(values)].filter((value) => value !== null).toSorted();

/** The names by which a cost of a shop is known. */
function namesOf({ products, costs }: (typeof shops)[number]): (cost: Row) => string[] {
  const itemOf = (row: Row) => /^inventory:(.*)$/u.exec(text(row, 'variant_id'))?.[1] ?? null;
  const stockedAs = (row: Row) =>
    products.filter((product) => itemOf(row) !== null && told(product, 'inventory_item_id') === itemOf(row));
  const skuOf = (row: Row) =>
    told(row, 'sku') ?? distinct(stockedAs(row).map((one) => told(one, 'sku'))).at(-1) ?? null;
  /** The variants of the catalogue that have an SKU; an export's is the SKU. */
  const soldAs = (sku: string | null) =>
    sku === null ? [] : distinct(products.filter((one) => one['sku'] === sku).map((one) => told(one, 'variant_id')));
  const variantsOf = (sku: string | null) => soldAs(sku).filter((id) => !id.startsWith('sku:'));
  const meant = (row: Row): string => {
    const own = distinct(stockedAs(row).map((one) => told(one, 'variant_id'))).at(-1);
    if (own !== undefined) return own;
    const sku = skuOf(row);
    const items = distinct(costs.filter((one) => skuOf(one) === sku).map(itemOf));
    if (itemOf(row) === null || sku === null || items.length > 1 || variantsOf(sku).length > 1)
      return text(row, 'variant_id');
    return variantsOf(sku)[0] ?? soldAs(sku)[0] ?? text(row, 'variant_id');
  };
  return (row) => {
    const sku = skuOf(row);
    const all = distinct(costs.filter((one) => sku !== null && skuOf(one) === sku).map(meant));
    const isOfSku = all.length === 1 && variantsOf(sku).length <= 1;
    return distinct([meant(row), isOfSku ? `sku:${String(sku)}` : null]);
  };
}

/** From which day until which each cost of a name holds. */
function periodsOf(name: string, costs: readonly Row[]): Row[] {
  const byTime = costs.toSorted((a, b) =>
    `${text(a, 'reported_at')}${text(a, 'seen_on')}` < `${text(b, 'reported_at')}${text(b, 'seen_on')}` ? -1 : 1,
  );
  // What was reported is told again where it came with another cost: then it holds from that day.
  const from = byTime.map((row, at) => {
    const isAgain = byTime[at - 1]?.['reported_at'] === row['reported_at'];
    const days = [text(row, 'local_date'), ...(isAgain ? [text(row, 'seen_on')] : [])];
    return { day: days.toSorted().at(-1) ?? '', eur: text(row, 'cost_eur') };
  });
  const last = new Map<string, string>();
  for (const { day, eur } of from) last.set(day, eur);
  const changes = [...last]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .filter(([, eur], at, all) => eur !== all[at - 1]?.[1]);
  return changes.map(([day, eur], at) => ({
    variant_id: name,
    reported_on: day,
    holds_from: at === 0 ? '1970-01-01' : day,
    holds_until: changes[at + 1]?.[0] ?? null,
    cost_eur: eur,
  }));
}

test(`product_cost_periods is what loops over hundreds of shops find (seed ${seed})`, async () => {
  const expected = shops.flatMap((shop) => {
    const names = namesOf(shop);
    const byName = new Map<string, Row[]>();
    for (const row of shop.costs) for (const name of names(row)) byName.set(name, [...(byName.get(name) ?? []), row]);
    return [...byName].flatMap(([name, costs]) => periodsOf(name, costs));
  });
  const found = await workshop.view('product_cost_periods', {
    products: shops.flatMap(({ products }) => products),
    product_costs: shops.flatMap(({ costs }) => costs),
  });
  expect(plain(found)).toEqual(plain(expected));
  expect(expected.length).toBeGreaterThan(800);
});
