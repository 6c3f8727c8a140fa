/** The figures of the dashboard against the lake's own tables, cell by cell. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { formatsOf, type FigureKind } from '../../dashboard/language/format.ts';
import { rowsOf } from '../support-sillage.ts';
import { bars, cells, tiles, type Shown } from './dashboard-page.ts';
import * as sql from './dashboard-sql.ts';

const Totals = z.object({
  revenue: z.number().nullable(),
  orders: z.number().nullable(),
  new_customers: z.number().nullable(),
  margin: z.number().nullable(),
});
const Named = Totals.extend({ name: z.string().nullable() });
const named = <T extends z.ZodRawShape>(shape: T) => z.object({ name: z.string(), ...shape });
const numbers = <T extends { readonly name: string | null }>(rows: readonly T[]) =>
  new Map(rows.map((row) => [row.name ?? '', row]));

const over = (a: number | null | undefined, b: number | null | undefined) =>
  a === null || a === undefined || b === null || b === undefined || b === 0 ? null : a / b;

/** A figure of the page is the lake's, to nine digits, and is written as its language writes it. */
function expectShown(
  what: string,
  is: Shown | undefined,
  kind: FigureKind,
  value: number | null,
  language: 'en' | 'fr',
) {
  if (is === undefined) throw new Error(`The page shows no ${what}.`);
  const near =
    value === null || is.value === null
      ? value === is.value
      : Math.abs(is.value - value) <= 1e-6 + 1e-9 * Math.abs(value);
  expect([what, near, is.value]).toEqual([what, true, is.value]);
  expect([what, is.text]).toEqual([what, formatsOf(language).figure(kind, is.value)]);
}

/** Where the dashboard is open. */
export interface World {
  readonly lake: string;
  readonly days: { readonly from: string; readonly to: string };
  readonly page: () => Page;
  /** Opens an address, and resolves once the card of that title is drawn. */
  readonly open: (query: string, title: string) => Promise<void>;
}

export function describeFigures({ lake, days, page, open }: World): void {
  describe.each([
    { query: '', language: 'en', of: {} },
    { query: '&channel=Paid+Social&model=linear', language: 'en', of: { channel: 'Paid Social', model: 'linear' } },
    { query: '&country=FR&lang=fr', language: 'fr', of: { country: 'FR' } },
    { query: '&device=mobile&model=first', language: 'en', of: { device: 'mobile', model: 'first' } },
    {
      query: '&channel=Influencer&country=FR&device=desktop',
      language: 'en',
      of: { channel: 'Influencer', country: 'FR', device: 'desktop' },
    },
  ] as const)('with “$query” shows the figures of the lake', ({ query, language, of }) => {
    const narrowed: sql.Narrowed = { model: 'last_non_direct', ...days, ...of };
    const isAttributed = narrowed.channel !== undefined || narrowed.device !== undefined;
    const isSpendKnown = narrowed.country === undefined && narrowed.device === undefined;
    const isSessionsKnown = narrowed.country === undefined;
    const titles = {
      en: {
        channels: 'Channels and campaigns',
        funnel: 'Path to purchase',
        countries: 'Countries',
        devices: 'Devices',
        models: 'Attribution models side by side',
        claims: 'What platforms claim',
        influencers: 'Influencers',
      },
      fr: {
        channels: 'Canaux et campagnes',
        funnel: 'Parcours d’achat',
        countries: 'Pays',
        devices: 'Appareils',
        models: 'Modèles d’attribution côte à côte',
        claims: 'Ce que revendiquent les plateformes',
        influencers: 'Influenceurs',
      },
    }[language];
    const rows = <T>(row: z.ZodType<T>, text: string) => rowsOf(row, lake, text);
    let spend: ReadonlyMap<string, { spend: number }>;
    let sessions: ReadonlyMap<string, { sessions: number }>;
    const sumOf = <T>(lakes: Iterable<T>, value: (one: T) => number) =>
      [...lakes].reduce((sum, one) => sum + value(one), 0);

    beforeAll(async () => {
      await open(`?from=${days.from}&to=${days.to}${query}`, titles.channels);
      spend = numbers(await rows(named({ spend: z.number() }), sql.spendBy(narrowed)));
      sessions = numbers(await rows(named({ sessions: z.number() }), sql.sessionsBy(narrowed)));
    });

    test('in the tiles', async () => {
      const [total] = await rows(Totals, isAttributed ? sql.attributedTotals(narrowed) : sql.blendedTotals(narrowed));
      const spent = isSpendKnown ? sumOf(spend.values(), (one) => one.spend) : null;
      const seen = isSessionsKnown ? sumOf(sessions.values(), (one) => one.sessions) : null;
      const is = await tiles(page());
      expectShown('revenue', is['revenue'], 'money', total?.revenue ?? 0, language);
      expectShown('spend', is['spend'], 'money', spent, language);
      expectShown('ROAS', is['roas'], 'ratio', over(total?.revenue ?? 0, spent), language);
      expectShown('CAC', is['cac'], 'money', over(spent, total?.new_customers), language);
      expectShown('conversion', is['conversion'], 'percent', over(total?.orders ?? 0, seen), language);
      expectShown('new customers', is['newCustomers'], 'count', total?.new_customers ?? 0, language);
    });

    test('in the table of channels, cell by cell', async () => {
      const lakes = numbers(await rows(Named, sql.attributedBy('a.channel', narrowed)));
      const is = await cells(page(), titles.channels);
      expect(Object.keys(is)).toEqual(expect.arrayContaining([...lakes.keys()]));
      for (const [channel, row] of Object.entries(is)) {
        const total = lakes.get(channel);
        const spent = isSpendKnown ? (spend.get(channel)?.spend ?? 0) : null;
        const seen = isSessionsKnown ? (sessions.get(channel)?.sessions ?? 0) : null;
        const revenue = total?.revenue ?? 0;
        // No order at all earns 0; orders of which none has a known cost earn nobody knows what.
        const margin = total === undefined ? 0 : total.margin;
        const cell = (name: string, kind: FigureKind, value: number | null) =>
          expectShown(`${channel} ${name}`, row[name], kind, value, language);
        cell('spend', 'money', spent);
        cell('revenue', 'money', revenue);
        cell('roas', 'ratio', over(revenue, spent));
        cell('roi', 'percent', margin === null || spent === null ? null : over(margin - spent, spent));
        cell('cac', 'money', spent === 0 ? null : over(spent, total?.new_customers ?? 0));
        cell('cvr', 'percent', over(total?.orders ?? 0, seen));
        cell('new', 'count', total?.new_customers ?? 0);
      }
    });

    test('by country, by device, in the funnel', async () => {
      for (const [title, column] of [
        [titles.countries, 'e.country'],
        [titles.devices, 'v.device'],
      ] as const) {
        const lakes = numbers(await rows(Named, sql.attributedBy(column, narrowed)));
        const is = await bars(page(), title);
        expect(Object.keys(is).toSorted()).toEqual([...lakes.keys()].toSorted());
        for (const [name, bar] of Object.entries(is))
          expectShown(`${title} ${name}`, bar, 'money', lakes.get(name)?.revenue ?? 0, language);
      }
      const [steps = {}] = await rows(z.record(z.string(), z.number()), sql.funnel(narrowed));
      const is = await bars(page(), titles.funnel);
      for (const [step, count] of Object.entries(steps)) expectShown(step, is[step], 'count', count, language);
    });

    test('by every model, as the platforms claim, by influencer', async () => {
      const models = await cells(page(), titles.models);
      const byModel = numbers(await rows(Named, sql.attributedByModel(narrowed)));
      const channels = new Set([...byModel.keys()].map((key) => key.slice(0, key.lastIndexOf(' '))));
      expect(new Set(Object.keys(models))).toEqual(channels);
      for (const [channel, row] of Object.entries(models))
        for (const [model, cell] of Object.entries(row))
          expectShown(`${channel} ${model}`, cell, 'money', byModel.get(`${channel} ${model}`)?.revenue ?? 0, language);
      const claimed = numbers(
        await rows(named({ claimed: z.number().nullable(), value: z.number().nullable() }), sql.claims(narrowed)),
      );
      const shown = await cells(page(), titles.claims);
      expect(Object.keys(shown).toSorted()).toEqual([...claimed.keys()].toSorted());
      for (const [platform, row] of Object.entries(shown)) {
        expectShown(`${platform} claims`, row['claimed'], 'count', claimed.get(platform)?.claimed ?? 0, language);
        expectShown(`${platform} value`, row['value'], 'money', claimed.get(platform)?.value ?? 0, language);
      }
      const brought = numbers(
        await rows(named({ orders: z.number(), revenue: z.number() }), sql.influencers(narrowed)),
      );
      const influencers = await cells(page(), titles.influencers);
      expect(Object.keys(influencers)).toEqual(expect.arrayContaining([...brought.keys()]));
      for (const [id, row] of Object.entries(influencers)) {
        expectShown(`${id} orders`, row['orders'], 'count', brought.get(id)?.orders ?? 0, language);
        expectShown(`${id} revenue`, row['revenue'], 'money', brought.get(id)?.revenue ?? 0, language);
      }
    });
  });

  test('the cohorts are the lake’s', async () => {
    const lakes = await rowsOf(named({ customers: z.number(), revenue: z.number() }), lake, sql.cohorts);
    const is = await cells(page(), 'Customers by month of their first order');
    const march = lakes.find(({ name }) => name.startsWith('2025-03'));
    expectShown('March', is['2025-03']?.['0'], 'money', over(march?.revenue, march?.customers), 'en');
  });

  test('products are the lake’s, cell by cell', async () => {
    await open(`?view=products&from=${days.from}&to=${days.to}&all=yes`, 'Products');
    const lakes = numbers(
      await rowsOf(named({ revenue: z.number(), units: z.number() }), lake, sql.products({ model: '', ...days })),
    );
    const is = await cells(page(), 'Products');
    expect(Object.keys(is)).toEqual(expect.arrayContaining([...lakes.keys()]));
    for (const [id, row] of Object.entries(is)) {
      expectShown(`${id} revenue`, row['revenue'], 'money', lakes.get(id)?.revenue ?? 0, 'en');
      expectShown(`${id} units`, row['units'], 'count', lakes.get(id)?.units ?? 0, 'en');
    }
  });
}
