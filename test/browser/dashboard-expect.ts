/** What the page shows against what the lake says, and the worlds in which they are compared. */
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { formatsOf, type FigureKind } from '../../dashboard/language/format.ts';
import type { Shown } from './dashboard-page.ts';
import type { Narrowed } from './dashboard-sql.ts';

/** Where the dashboard is open. */
export interface World {
  readonly lake: string;
  readonly days: { readonly from: string; readonly to: string };
  /** The days that those are compared to. */
  readonly before: { readonly from: string; readonly to: string };
  readonly page: () => Page;
  /** Opens an address, and resolves once the card of that title is drawn. */
  readonly open: (query: string, title: string) => Promise<void>;
}

/** What is chosen in the address, and the same in the words of a query. */
export interface Chosen {
  readonly query: string;
  readonly language: 'en' | 'fr';
  readonly of: Partial<Pick<Narrowed, 'model' | 'lookback' | 'channel' | 'campaign' | 'country' | 'device'>>;
}
export const choices: readonly Chosen[] = [
  { query: '', language: 'en', of: {} },
  {
    query: '&channel=Paid+Social&model=linear&lookback=7',
    language: 'en',
    of: { channel: 'Paid Social', model: 'linear', lookback: 7 },
  },
  { query: '&country=FR&lang=fr&lookback=90', language: 'fr', of: { country: 'FR', lookback: 90 } },
  { query: '&device=mobile&model=first', language: 'en', of: { device: 'mobile', model: 'first' } },
  {
    query: '&channel=Influencer&country=FR&device=desktop',
    language: 'en',
    of: { channel: 'Influencer', country: 'FR', device: 'desktop' },
  },
  {
    query: '&channel=Paid+Search&campaign=google_ads/20481930613&lang=fr',
    language: 'fr',
    of: { channel: 'Paid Search', campaign: '20481930613' },
  },
];

export const titles = {
  en: {
    channels: 'Channels and campaigns',
    funnel: 'Path to purchase',
    countries: 'Countries',
    devices: 'Devices',
    models: 'Attribution models side by side',
    incremental: 'Credited and caused',
    claims: 'What platforms claim',
    influencers: 'Influencers',
    cohorts: 'Customers by month of their first order',
  },
  fr: {
    channels: 'Canaux et campagnes',
    funnel: 'Parcours d’achat',
    countries: 'Pays',
    devices: 'Appareils',
    models: 'Modèles d’attribution côte à côte',
    incremental: 'Attribué et causé',
    claims: 'Ce que revendiquent les plateformes',
    influencers: 'Influenceurs',
    cohorts: 'Clients par mois de première commande',
  },
} as const;

const figure = z.number().nullable();
export const Earned = z.object({
  name: z.string().nullable(),
  revenue: figure,
  orders: figure,
  new_customers: figure,
  margin: figure,
});
export type Earned = z.infer<typeof Earned>;
export const named = <T extends z.ZodRawShape>(shape: T) => z.object({ name: z.string(), ...shape });
export const byName = <T extends { readonly name: string | null }>(rows: readonly T[]): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [row.name ?? '', row]));

export const over = (a: number | null | undefined, b: number | null | undefined) =>
  a === null || a === undefined || b === null || b === undefined || b === 0 ? null : a / b;
export const grown = (now: number | null, then: number | null) =>
  now === null || then === null || then === 0 ? null : (now - then) / Math.abs(then);
/** No order at all earns 0; orders of which none has a known cost earn nobody knows what. */
export const marginOf = (row: Pick<Earned, 'margin'> | undefined) => (row === undefined ? 0 : row.margin);

/** Sums of doubles in another order differ behind the ninth digit. */
export const isNear = (is: number | null, value: number | null) =>
  value === null || is === null ? value === is : Math.abs(is - value) <= 1e-6 + 1e-9 * Math.abs(value);

/**
 * A figure of the page is the lake's, to nine digits, and is written as its language writes it. `change`: with its
 * sign.
 */
export function expectShown(
  what: string,
  is: Shown | undefined,
  kind: FigureKind | 'change',
  value: number | null,
  language: 'en' | 'fr',
): void {
  if (is === undefined) throw new Error(`The page shows no ${what}.`);
  expect([what, isNear(is.value, value) || value, is.value]).toEqual([what, true, is.value]);
  const formats = formatsOf(language);
  const text = kind === 'change' ? formats.change(is.value) : formats.figure(kind, is.value);
  expect([what, is.text]).toEqual([what, text]);
}
