/** What each channel's spend really earns, at any level of it, and which spend earns most. */
import * as z from 'zod';
import type { Lake } from '../../shared/ports/lake.ts';
import { campaigns } from '../advertising/campaigns.ts';
import { dayOf, seasonality } from './calendar.ts';
import type { Market } from './market.ts';
import { reachOf } from './media.ts';

const effect = z.object({ contribution_margin_eur: z.number() });

/** What of a day's truth the curves are made of. */
export const dayForCurvesSchema = z.object({
  day: z.string(),
  by_channel: z.record(z.string(), effect),
  by_campaign: z.record(z.string(), effect),
  spend_by_campaign: z.record(z.string(), z.number()),
});

export type DayForCurves = z.infer<typeof dayForCurvesSchema>;

/** The truth of all days that the lake has, in their order. */
export async function truthDays(lake: Lake): Promise<DayForCurves[]> {
  const keys: string[] = [];
  for await (const key of lake.keys('truth/incremental/')) keys.push(key);
  return Promise.all(
    keys.toSorted().map(async (key) => dayForCurvesSchema.parse(JSON.parse((await lake.get(key)).toString('utf8')))),
  );
}

/** Spend, times what was spent, at which a curve is written down. */
const multiples = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const;
/** No budget is searched beyond so many times what was spent. */
const most = 3;
const stepsPerMultiple = 100;

/** A channel's curve: what was spent, and the incremental margin (EUR) at a multiple of it. */
export interface Curve {
  readonly spend: number;
  readonly margin: (multiple: number) => number;
}

const rounded = (eur: number): number => Math.round(eur * 100) / 100;

/**
 * The curves of a period by channel. What was caused is the truth's own count; how it bends follows from what was
 * planted: if all of the period's spend on a campaign is multiplied, so many more are reached, and each is moved alike.
 */
export function curvesOf(market: Market, days: readonly DayForCurves[]): Map<string, Curve> {
  const curves = new Map<string, Curve>();
  for (const channel of new Set(campaigns.map((campaign) => campaign.channel))) {
    const parts = campaigns
      .filter((campaign) => campaign.channel === channel)
      .map((campaign) => {
        const reached = (multiple: number): number =>
          days.reduce((sum, { day }) => {
            const index = dayOf(day);
            return sum + seasonality(index) * reachOf(multiple * market.media.pressure(campaign, index), campaign.half);
          }, 0);
        return {
          spend: days.reduce((sum, day) => sum + (day.spend_by_campaign[campaign.name] ?? 0), 0),
          caused: days.reduce((sum, day) => sum + (day.by_campaign[campaign.name]?.contribution_margin_eur ?? 0), 0),
          reached,
          today: reached(1),
        };
      });
    const spend = parts.reduce((sum, part) => sum + part.spend, 0);
    if (spend === 0) continue;
    const caused = days.reduce((sum, day) => sum + (day.by_channel[channel]?.contribution_margin_eur ?? 0), 0);
    // Few orders may have a margin below 0: a curve is weighed by what is spent where nothing was earned.
    const weights = parts.map((part) => Math.max(0, part.caused));
    const isEarned = weights.some((weight) => weight > 0);
    const shares = parts.map((part, at) => (isEarned ? (weights[at] ?? 0) : part.spend));
    const whole = shares.reduce((sum, share) => sum + share, 0);
    curves.set(channel, {
      spend,
      margin: (multiple) =>
        caused *
        parts.reduce((sum, part, at) => sum + ((shares[at] ?? 0) / whole) * (part.reached(multiple) / part.today), 0),
    });
  }
  return curves;
}

/**
 * What a spend by channel (EUR) would really have earned: incremental margin less spend. Channels that are not named
 * get nothing.
 */
export function profitOf(curves: ReadonlyMap<string, Curve>, spend: Readonly<Record<string, number>>): number {
  return [...curves].reduce((sum, [channel, curve]) => {
    const eur = spend[channel] ?? 0;
    return sum + curve.margin(eur / curve.spend) - eur;
  }, 0);
}

export interface Allocation {
  /** EUR by channel. */
  readonly spend: Readonly<Record<string, number>>;
  /** Incremental margin less spend, EUR. */
  readonly profit: number;
}

/**
 * The spend by channel that earns most: of any size up to three times what was spent on each channel, or within a
 * budget.
 */
export function optimumOf(curves: ReadonlyMap<string, Curve>, budget = Infinity): Allocation {
  // Curves bend down, so the best steps of all channels, taken in turn, are the optimum.
  const steps = [...curves].flatMap(([channel, { spend, margin }]) => {
    const at = Array.from({ length: most * stepsPerMultiple + 1 }, (_, n) => margin(n / stepsPerMultiple));
    const cost = spend / stepsPerMultiple;
    return at.slice(1).map((value, n) => ({ channel, cost, gain: value - (at[n] ?? 0) }));
  });
  const taken: Record<string, number> = Object.fromEntries([...curves.keys()].map((channel) => [channel, 0]));
  let left = budget;
  let profit = 0;
  for (const { channel, cost, gain } of steps.toSorted((a, b) => b.gain / b.cost - a.gain / a.cost)) {
    if (budget === Infinity ? gain <= cost : cost > left) continue;
    left -= cost;
    taken[channel] = (taken[channel] ?? 0) + cost;
    profit += gain - cost;
  }
  return { spend: taken, profit };
}

const written = ({ spend, profit }: Allocation): object => ({
  spend_eur: Object.fromEntries(Object.entries(spend).map(([channel, eur]) => [channel, rounded(eur)])),
  profit_eur: rounded(profit),
});

/** `truth/curves.json`. */
export function curvesDocument(market: Market, days: readonly DayForCurves[]): string {
  const curves = curvesOf(market, days);
  const spent = [...curves.values()].reduce((sum, { spend }) => sum + spend, 0);
  const earned = [...curves.values()].reduce((sum, { margin }) => sum + margin(1), 0);
  const near = 0.01;
  return `${JSON.stringify(
    {
      unit: 'EUR of incremental contribution margin, before the spend, if all of the period is spent so many times as much',
      days: days.length,
      channels: Object.fromEntries(
        Array.from(curves, ([channel, { spend, margin }]) => [
          channel,
          {
            spend_eur: rounded(spend),
            // What the next euro earns beyond itself.
            marginal_roi: rounded((margin(1 + near) - margin(1 - near)) / (2 * near * spend) - 1),
            curve: multiples.map((multiple) => ({
              spend_eur: rounded(multiple * spend),
              incremental_margin_eur: rounded(margin(multiple)),
            })),
          },
        ]),
      ),
      today: { spend_eur: rounded(spent), profit_eur: rounded(earned - spent) },
      optimum: written(optimumOf(curves)),
      optimum_of_the_same_budget: written(optimumOf(curves, spent)),
    },
    null,
    1,
  )}\n`;
}
