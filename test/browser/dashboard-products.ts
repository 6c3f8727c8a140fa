/** The figures of the products against the lake's own tables, cell by cell. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { rowsOf } from '../support-sillage.ts';
import * as detail from './dashboard-detail-sql.ts';
import { byName, expectShown, grown, named, over, type World } from './dashboard-expect.ts';
import { bars, cells, deltas, shares, tiles } from './dashboard-page.ts';

const number = z.number();
const figure = z.number().nullable();
const Sold = named({
  revenue: number,
  units: number,
  orders: number,
  returned: number,
  covered: figure,
  margin: figure,
});
type Sold = z.infer<typeof Sold>;
const none = { revenue: 0, units: 0, orders: 0, returned: 0, covered: 0, margin: 0 };

/** What is computed of what was sold. */
const figuresOf = (sold: Omit<Sold, 'name'>, views: number) => ({
  revenue: sold.revenue,
  units: sold.units,
  // Nothing sold earns nothing; of what has no cost nobody knows.
  margin: sold.revenue === 0 ? (sold.margin ?? 0) : sold.margin,
  rate: over(sold.margin, sold.covered),
  returns: over(sold.returned, sold.units),
  view: over(sold.orders, views),
});
/** The columns of the table, what each is, and the tile of the same figure. */
const columns = [
  ['revenue', 'money', 'revenue'],
  ['units', 'count', 'units'],
  ['margin', 'money', 'margin'],
  ['rate', 'percent', 'marginRate'],
  ['returns', 'percent', 'returnRate'],
  ['view', 'percent', 'viewToBuy'],
] as const;

export function describeProducts({ lake, days, before, page, open }: World): void {
  describe.each([days, { from: before.from, to: days.to }])('products from $from to $to', (period) => {
    const isCompared = period.from === days.from;
    const rows = <T>(row: z.ZodType<T>, text: string) => rowsOf(row, lake, text);
    const soldOf = async (of: typeof period) => byName(await rows(Sold, detail.products(of)));
    const viewsOf = async (of: typeof period) => byName(await rows(named({ views: number }), detail.productViews(of)));

    beforeAll(async () => {
      await open(
        `?view=products&from=${period.from}&to=${period.to}&all=yes${isCompared ? '' : '&compare=none'}`,
        'Products',
      );
    });

    test('in the table, cell by cell', async () => {
      const [now, views] = [await soldOf(period), await viewsOf(period)];
      const then = isCompared ? await soldOf(before) : undefined;
      const is = await cells(page(), 'Products');
      expect(Object.keys(is).toSorted()).toEqual(
        [...new Set([...now.keys(), ...views.keys(), ...(then?.keys() ?? [])])].toSorted(),
      );
      for (const [id, row] of Object.entries(is)) {
        const value = figuresOf(now.get(id) ?? none, views.get(id)?.views ?? 0);
        for (const [column, kind] of columns) expectShown(`${id} ${column}`, row[column], kind, value[column], 'en');
        if (then)
          expectShown(`${id} delta`, row['delta'], 'change', grown(value.revenue, then.get(id)?.revenue ?? 0), 'en');
      }
    });

    test('in the tiles, with the change since the days before', async () => {
      const all = async (of: typeof period) => {
        const sum = (values: readonly (number | null)[]) => values.reduce<number>((a, b) => a + (b ?? 0), 0);
        const sold = [...(await soldOf(of)).values()];
        const views = sum([...(await viewsOf(of)).values()].map((row) => row.views));
        const sumOf = (name: keyof typeof none) => sum(sold.map((row) => row[name]));
        return figuresOf(
          {
            revenue: sumOf('revenue'),
            units: sumOf('units'),
            orders: sumOf('orders'),
            returned: sumOf('returned'),
            covered: sumOf('covered'),
            margin: sumOf('margin'),
          },
          views,
        );
      };
      const now = await all(period);
      const then = isCompared ? await all(before) : undefined;
      const [is, changes] = [await tiles(page()), await deltas(page())];
      for (const [column, kind, tile] of columns) {
        expectShown(tile, is[tile], kind, now[column], 'en');
        if (then) expectShown(`change of ${tile}`, changes[tile], 'change', grown(now[column], then[column]), 'en');
      }
    });

    test('by category, with the margin rate', async () => {
      const lakes = byName(await rows(Sold, detail.categories(period)));
      const [is, rates] = [await bars(page(), 'Categories'), await shares(page(), 'Categories')];
      expect(Object.keys(is)).toEqual(expect.arrayContaining([...lakes.keys()]));
      for (const [name, bar] of Object.entries(is)) {
        const sold = lakes.get(name) ?? none;
        expectShown(`category ${name}`, bar, 'money', sold.revenue, 'en');
        expectShown(`margin of ${name}`, rates[name], 'percent', over(sold.margin, sold.covered), 'en');
      }
    });

    test('that came back, by reason', async () => {
      const lakes = byName(await rows(named({ units: number }), detail.returned(period)));
      const [is, parts] = [
        await bars(page(), 'Why products come back'),
        await shares(page(), 'Why products come back'),
      ];
      expect(Object.keys(is).toSorted()).toEqual([...lakes.keys()].toSorted());
      const all = [...lakes.values()].reduce((sum, { units }) => sum + units, 0);
      for (const [reason, bar] of Object.entries(is)) {
        const units = lakes.get(reason)?.units ?? 0;
        expectShown(`units of ${reason}`, bar, 'count', units, 'en');
        expectShown(`share of ${reason}`, parts[reason], 'percent', over(units, all), 'en');
      }
    });

    test('that are bought together, with their lift', async () => {
      const lakes = byName(await rows(named({ orders: number, lift: number }), detail.lifts(period)));
      const is = await cells(page(), 'Often bought together');
      expect(Object.keys(is)).toHaveLength(Math.min(10, lakes.size));
      const shown = Object.entries(is);
      for (const [pair, row] of shown) {
        expectShown(`lift of ${pair}`, row['lift'], 'ratio', lakes.get(pair)?.lift ?? null, 'en');
        expectShown(`orders of ${pair}`, row['orders'], 'count', lakes.get(pair)?.orders ?? null, 'en');
      }
      // None that is left out is stronger than one that is shown.
      const least = Math.min(...shown.map(([, row]) => row['lift']?.value ?? 0));
      const left = [...lakes].filter(([pair, { lift }]) => is[pair] === undefined && lift > least + 1e-9);
      expect(left).toEqual([]);
    });
  });
}
