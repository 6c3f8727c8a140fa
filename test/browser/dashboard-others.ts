/** The other figures of the marketing page against the lake's own tables, cell by cell. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { formatsOf } from '../../dashboard/language/format.ts';
import { rowsOf } from '../support-sillage.ts';
import * as detail from './dashboard-detail-sql.ts';
import {
  byName,
  Earned,
  expectShown,
  marginOf,
  named,
  over,
  titles,
  type Chosen,
  type World,
} from './dashboard-expect.ts';
import { asides, bars, cells, shares } from './dashboard-page.ts';
import * as sql from './dashboard-sql.ts';

const number = z.number();
const figure = z.number().nullable();

export function describeOthers({ lake, page }: World, { language }: Chosen, now: sql.Narrowed): void {
  const title = titles[language];
  const rows = <T>(row: z.ZodType<T>, text: string) => rowsOf(row, lake, text);

  test('by country and by device, with their shares', async () => {
    for (const [card, column] of [
      [title.countries, 'e.country'],
      [title.devices, 'v.device'],
    ] as const) {
      const lakes = byName(await rows(Earned, sql.attributedBy(column, now)));
      const [is, share] = [await bars(page(), card), await shares(page(), card)];
      const all = [...lakes.values()].reduce((sum, { revenue }) => sum + (revenue ?? 0), 0);
      expect(Object.keys(is).toSorted()).toEqual([...lakes.keys()].toSorted());
      for (const [name, bar] of Object.entries(is)) {
        const revenue = lakes.get(name)?.revenue ?? 0;
        expectShown(`${card} ${name}`, bar, 'money', revenue, language);
        expectShown(`share of ${name}`, share[name], 'percent', over(revenue, all), language);
      }
    }
  });

  test('in the funnel, with the rate of each step', async () => {
    const [steps = {}] = await rows(z.record(z.string(), number), sql.funnel(now));
    const [is, rates] = [await bars(page(), title.funnel), await shares(page(), title.funnel)];
    let above: number | undefined;
    expect(Object.keys(is)).toEqual(Object.keys(steps));
    for (const [step, count] of Object.entries(steps)) {
      expectShown(step, is[step], 'count', count, language);
      expectShown(`rate of ${step}`, rates[step], 'percent', over(count, above), language);
      above = count;
    }
  });

  test('by every model', async () => {
    const models = await cells(page(), title.models);
    const byModel = byName(await rows(Earned, sql.attributedByModel(now)));
    const channels = new Set([...byModel.keys()].map((key) => key.slice(0, key.lastIndexOf(' '))));
    expect(new Set(Object.keys(models))).toEqual(channels);
    for (const [channel, row] of Object.entries(models))
      for (const [model, cell] of Object.entries(row))
        expectShown(`${channel} ${model}`, cell, 'money', byModel.get(`${channel} ${model}`)?.revenue ?? 0, language);
  });

  test('as attributed beside what was caused', async () => {
    const Caused = Earned.extend({ share: number, low: number, high: number, basis: z.string() });
    const known = byName(await rows(Caused, sql.caused(now)));
    const spend = byName(await rows(named({ spend: number }), sql.spendBy({ ...now, campaign: undefined })));
    const shown = await cells(page(), title.incremental);
    expect(Object.keys(shown)).toEqual(expect.arrayContaining([...known.keys()]));
    for (const [name, row] of Object.entries(shown)) {
      const { revenue = 0, orders = 0, share = 0 } = known.get(name) ?? {};
      const [margin, spent] = [marginOf(known.get(name)), spend.get(name)?.spend ?? 0];
      const cell = (column: string, kind: 'count' | 'money' | 'percent', value: number | null) =>
        expectShown(`${name} ${column}`, row[column], kind, value, language);
      const roi = (part: number) => (margin === null ? null : over(margin * part - spent, spent));
      cell('spend', 'money', spent);
      cell('attributed', 'count', orders);
      cell('caused', 'count', (orders ?? 0) * share);
      cell('revenue', 'money', revenue);
      cell('causedRevenue', 'money', (revenue ?? 0) * share);
      cell('roi', 'percent', roi(1));
      cell('causedRoi', 'percent', roi(share));
    }
    const formats = formatsOf(language);
    const intervals = await asides(page(), title.incremental, 'causedRevenue');
    for (const [name, { revenue, low, high }] of known)
      expect([name, intervals[name]]).toEqual([
        name,
        formats.interval('money', { low: (revenue ?? 0) * low, high: (revenue ?? 0) * high }),
      ]);
  });

  test('as the platforms claim, and what they are credited with', async () => {
    const claimed = byName(await rows(named({ claimed: figure, value: figure }), sql.claims(now)));
    const credited = byName(await rows(named({ orders: number, revenue: number }), detail.credited(now)));
    const shown = await cells(page(), title.claims);
    expect(Object.keys(shown).toSorted()).toEqual([...claimed.keys()].toSorted());
    for (const [platform, row] of Object.entries(shown)) {
      const [claim, credit] = [claimed.get(platform), credited.get(platform)];
      const cell = (column: string, kind: 'count' | 'money' | 'ratio', value: number | null) =>
        expectShown(`${platform} ${column}`, row[column], kind, value, language);
      cell('claimed', 'count', claim?.claimed ?? 0);
      cell('value', 'money', claim?.value ?? 0);
      cell('attributed', 'count', credit?.orders ?? 0);
      cell('revenue', 'money', credit?.revenue ?? 0);
      cell('over', 'ratio', over(claim?.claimed ?? 0, credit?.orders ?? 0));
    }
  });

  test('by influencer, in every column', async () => {
    const Brought = named({
      orders: number,
      revenue: number,
      margin: figure,
      new_customers: number,
      leaked: number,
      by_code: number,
    });
    const brought = byName(await rows(Brought, detail.influencers(now)));
    const costs = byName(await rows(named({ spend: number }), detail.influencerCosts(now)));
    const posts = byName(await rows(named({ posts: number, views: number }), detail.influencerPosts(now)));
    const shown = await cells(page(), title.influencers);
    expect(Object.keys(shown)).toEqual(expect.arrayContaining([...brought.keys(), ...costs.keys(), ...posts.keys()]));
    for (const [id, row] of Object.entries(shown)) {
      const of = brought.get(id);
      const spend = costs.get(id)?.spend ?? 0;
      const margin = of === undefined ? 0 : of.margin;
      const cell = (column: string, kind: 'count' | 'money' | 'percent', value: number | null) =>
        expectShown(`${id} ${column}`, row[column], kind, value, language);
      cell('posts', 'count', posts.get(id)?.posts ?? 0);
      cell('views', 'count', posts.get(id)?.views ?? 0);
      cell('orders', 'count', of?.orders ?? 0);
      cell('new', 'count', of?.new_customers ?? 0);
      cell('revenue', 'money', of?.revenue ?? 0);
      cell('margin', 'money', margin);
      cell('leakage', 'percent', over(of?.leaked, of?.by_code));
      // Each day's share of a fee is rounded to a cent; the sum of the costs is not.
      const shownSpend = row['spend']?.value ?? 0;
      expect([id, Math.abs(shownSpend - spend) < 0.005 * 31]).toEqual([id, true]);
      cell('roi', 'percent', margin === null ? null : over(margin - shownSpend, shownSpend));
    }
  });

  test('in the cohorts, every month of each', async () => {
    const [bought, sizes] = [
      await rows(named({ revenue: number }), detail.cohorts),
      byName(await rows(named({ customers: number }), detail.cohortSizes)),
    ];
    const is = await cells(page(), title.cohorts);
    expect(Object.keys(is).toSorted()).toEqual([...sizes.keys()].toSorted());
    expect(Object.values(is).flatMap((row) => Object.keys(row)).length).toBeGreaterThan(2);
    for (const [cohort, row] of Object.entries(is))
      for (const [months, cell] of Object.entries(row)) {
        const until = bought.filter(({ name }) => {
          const [of, later] = name.split(' ');
          return of === cohort && Number(later) <= Number(months);
        });
        const sum = until.reduce((all, { revenue }) => all + revenue, 0);
        expectShown(`${cohort} +${months}`, cell, 'money', over(sum, sizes.get(cohort)?.customers), language);
      }
  });
}
