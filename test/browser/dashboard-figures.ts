/** The figures of the marketing page against the lake's own tables, cell by cell: tiles, channels, campaigns, ads. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { FigureKind } from '../../dashboard/language/format.ts';
import { formatsOf } from '../../dashboard/language/format.ts';
import { rowsOf } from '../support-sillage.ts';
import * as detail from './dashboard-detail-sql.ts';
import {
  byName,
  choices,
  Earned,
  expectShown,
  grown,
  marginOf,
  named,
  over,
  titles,
  type Chosen,
  type World,
} from './dashboard-expect.ts';
import { describeOthers } from './dashboard-others.ts';
import { asides, cells, deltas, tiles, type Shown, type Table } from './dashboard-page.ts';
import * as sql from './dashboard-sql.ts';

const Totals = Earned.omit({ name: true });
/** 95 % of a normal distribution, to as many digits as the page writes. */
const z95 = 1.959964;

export function describeFigures(world: World): void {
  const { lake, days, before, page, open } = world;
  describe.each(choices)('with “$query” the page shows the figures of the lake', ({ query, language, of }: Chosen) => {
    const now: sql.Narrowed = { model: 'last_non_direct', ...days, ...of };
    const then: sql.Narrowed = { ...now, ...before };
    const isAttributed = [now.channel, now.campaign, now.device].some((one) => one !== undefined);
    const isSpendKnown = now.country === undefined && now.device === undefined;
    const isSessionsKnown = now.country === undefined;
    const title = titles[language];
    const rows = <T>(row: z.ZodType<T>, text: string) => rowsOf(row, lake, text);
    const spendRow = named({ spend: z.number() });
    const sessionsRow = named({ sessions: z.number(), bought: z.number() });
    const Campaign = Earned.extend({ squares: z.number() });
    let campaigns: ReadonlyMap<string, z.infer<typeof Campaign>>;
    let campaignSpend: ReadonlyMap<string, { spend: number }>;
    let table: Table;

    beforeAll(async () => {
      campaigns = byName(await rows(Campaign, detail.campaignReturns(now)));
      campaignSpend = byName(await rows(spendRow, detail.campaignSpend(now)));
      // Every channel and every campaign is open, so that all rows that there are stand in the table.
      const opened = [...campaigns.keys(), ...campaignSpend.keys()].flatMap((name) => {
        const cut = name.indexOf('/');
        return [name.slice(0, cut), name.slice(cut + 1)];
      });
      const unfolded = encodeURIComponent([...new Set(opened)].join('|'));
      await open(`?from=${days.from}&to=${days.to}${query}&open=${unfolded}`, title.channels);
      table = await cells(page(), title.channels);
    });

    /** The figures of the tiles over some days. */
    async function totals(at: sql.Narrowed): Promise<Readonly<Record<string, number | null>>> {
      const [total] = await rows(Totals, isAttributed ? sql.attributedTotals(at) : sql.blendedTotals(at));
      const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);
      const spent = isSpendKnown ? sum((await rows(spendRow, sql.spendBy(at))).map(({ spend }) => spend)) : null;
      const seen = isSessionsKnown ? await rows(sessionsRow, sql.sessionsBy(at)) : null;
      return {
        revenue: total?.revenue ?? 0,
        spend: spent,
        roas: over(total?.revenue ?? 0, spent),
        cac: spent === 0 ? null : over(spent, total?.new_customers),
        conversion: seen && over(sum(seen.map(({ bought }) => bought)), sum(seen.map(({ sessions }) => sessions))),
        newCustomers: total?.new_customers ?? 0,
      };
    }

    test('in the tiles, with the change since the days before', async () => {
      const [is, changes] = [await tiles(page()), await deltas(page())];
      const [value, earlier] = [await totals(now), await totals(then)];
      const kinds: Readonly<Record<string, FigureKind>> = {
        revenue: 'money',
        spend: 'money',
        roas: 'ratio',
        cac: 'money',
        conversion: 'percent',
        newCustomers: 'count',
      };
      for (const [name, kind] of Object.entries(kinds)) {
        expectShown(name, is[name], kind, value[name] ?? null, language);
        // A figure that is not known for the choice says so in place of a change.
        const isSaid = (name === 'conversion' ? isSessionsKnown : isSpendKnown) || /revenue|new/.test(name);
        const change = grown(value[name] ?? null, earlier[name] ?? null);
        if (isSaid) expectShown(`change of ${name}`, changes[name], 'change', change, language);
      }
    });

    /** One row of the table against what is known of it. */
    function expectRow(
      name: string,
      row: Readonly<Record<string, Shown>>,
      earned: Earned | undefined,
      earlier: Earned | undefined,
      spent: number | null,
      seen: { readonly sessions: number; readonly bought: number } | null,
    ) {
      const revenue = earned?.revenue ?? 0;
      const margin = marginOf(earned);
      const cell = (column: string, kind: FigureKind | 'change', value: number | null) =>
        expectShown(`${name} ${column}`, row[column], kind, value, language);
      cell('spend', 'money', spent);
      cell('revenue', 'money', revenue);
      cell('roas', 'ratio', over(revenue, spent));
      cell('roi', 'percent', margin === null || spent === null ? null : over(margin - spent, spent));
      cell('cac', 'money', spent === 0 ? null : over(spent, earned?.new_customers ?? 0));
      cell('cvr', 'percent', seen && over(seen.bought, seen.sessions));
      cell('new', 'count', earned?.new_customers ?? 0);
      cell('delta', 'change', grown(revenue, earlier?.revenue ?? 0));
    }

    test('in the table of channels, cell by cell', async () => {
      const [all, earlier] = [
        byName(await rows(Earned, sql.attributedBy('a.channel', now))),
        byName(await rows(Earned, sql.attributedBy('a.channel', then))),
      ];
      const spend = byName(await rows(spendRow, sql.spendBy(now)));
      const sessions = byName(await rows(sessionsRow, sql.sessionsBy(now)));
      const channels = Object.entries(table).filter(([name]) => !name.includes('/'));
      expect(channels.map(([name]) => name)).toEqual(expect.arrayContaining([...all.keys(), ...spend.keys()]));
      for (const [name, row] of channels) {
        const spent = isSpendKnown ? (spend.get(name)?.spend ?? 0) : null;
        const seen = isSessionsKnown ? (sessions.get(name) ?? { sessions: 0, bought: 0 }) : null;
        expectRow(name, row, all.get(name), earlier.get(name), spent, seen);
      }
    });

    test('in the rows of campaigns, with the interval of what a euro earned', async () => {
      const earlier = byName(await rows(Earned, detail.campaignReturns(then)));
      const sessions = byName(await rows(sessionsRow, detail.campaignSessions(now)));
      const intervals = await asides(page(), title.channels, 'roas');
      for (const name of [...campaigns.keys(), ...campaignSpend.keys()]) {
        const row = table[name];
        if (row === undefined) throw new Error(`The page shows no campaign ${name}.`);
        const earned = campaigns.get(name);
        const spent = isSpendKnown ? (campaignSpend.get(name)?.spend ?? 0) : null;
        const seen = isSessionsKnown ? (sessions.get(name) ?? { sessions: 0, bought: 0 }) : null;
        expectRow(name, row, earned, earlier.get(name), spent, seen);
        if (earned === undefined || spent === null || spent === 0 || (earned.orders ?? 0) < 10) continue;
        const half = z95 * Math.sqrt(earned.squares);
        const formats = formatsOf(language);
        const [low = 0, high = 0] = [-half, half].map((by) => ((earned.revenue ?? 0) + by) / spent);
        const text = `${formats.figure('ratio', low)} ${low >= 0 ? '–' : language === 'fr' ? 'à' : 'to'} ${formats.figure('ratio', high)}`;
        expect([name, intervals[name]]).toEqual([name, text]);
      }
    });

    test('in the rows of ads, which add up to what their campaign cost', async () => {
      const ads = byName(await rows(spendRow, detail.adSpend(now)));
      const shown = Object.entries(table).filter(([name]) => name.split('/').length === 4);
      expect(shown.map(([name]) => name).toSorted()).toEqual([...ads.keys()].toSorted());
      const sums = new Map<string, number>();
      for (const [name, row] of shown) {
        const spent = ads.get(name)?.spend ?? 0;
        expectShown(`${name} spend`, row['spend'], 'money', isSpendKnown ? spent : null, language);
        const campaign = name.slice(0, name.lastIndexOf('/'));
        sums.set(campaign, (sums.get(campaign) ?? 0) + spent);
      }
      for (const [campaign, sum] of sums) expect(campaignSpend.get(campaign)?.spend).toBeCloseTo(sum, 6);
    });

    describeOthers(world, { query, language, of }, now);
  });
}
