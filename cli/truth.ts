import * as z from 'zod';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { UsageError } from './context.ts';

/** What was really earned, or what a model says was. */
export interface Earned {
  readonly orders: number;
  /** EUR, without VAT. */
  readonly revenue: number;
  /** Contribution margin, EUR. */
  readonly margin: number;
}

/** By what credits are compared. */
export const grains = ['channel', 'campaign', 'influencer'] as const;
export type Grain = (typeof grains)[number];

/** What the simulated market knows and no shop does. */
export interface Truth {
  /** All conversions, caused by marketing or not. */
  readonly all: Earned;
  /** What would not have been earned without the channel, campaign or influencer. Effects on one order overlap. */
  readonly caused: Readonly<Record<Grain, ReadonlyMap<string, Earned>>>;
}

const prefix = 'truth/incremental/';

const effect = z
  .object({ orders: z.number(), net_revenue_eur: z.number(), contribution_margin_eur: z.number() })
  .transform(({ orders, net_revenue_eur: revenue, contribution_margin_eur: margin }): Earned => ({
    orders,
    revenue,
    margin,
  }));
const effects = z.record(z.string(), effect);
const dayOfTruth = z.object({ all: effect, by_channel: effects, by_campaign: effects, by_influencer: effects });

/** The sum of two. */
export function plus(a: Earned | undefined, b: Earned): Earned {
  if (a === undefined) return b;
  return { orders: a.orders + b.orders, revenue: a.revenue + b.revenue, margin: a.margin + b.margin };
}

/** Names of one thing may differ in case, Unicode form and spaces: reports and links write them as they like. */
export const folded = (name: string): string => name.normalize('NFC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();

/** Reads the planted truth of a generated lake, over all of its days. @throws UsageError where there is none */
export async function readTruth(lake: Lake): Promise<Truth> {
  let all: Earned | undefined;
  const caused: Record<Grain, Map<string, Earned>> = { channel: new Map(), campaign: new Map(), influencer: new Map() };
  for await (const key of lake.keys(prefix)) {
    const day = dayOfTruth.parse(JSON.parse((await lake.get(key)).toString('utf8')));
    all = plus(all, day.all);
    for (const grain of grains)
      for (const [name, one] of Object.entries(day[`by_${grain}`]))
        caused[grain].set(folded(name), plus(caused[grain].get(folded(name)), one));
  }
  if (all === undefined)
    throw new UsageError(
      `The lake ${lake.location} has no ${prefix}: what really caused its orders is known of a simulated ` +
        'market alone. Make one with "sillage up --lake <folder>" or "sillage generate".',
    );
  return { all, caused };
}
