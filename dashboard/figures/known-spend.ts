import type { Manifest } from '../../lambdas/publish/manifest-schema.ts';
import { dayNumber, isoOf, type Days } from '../../lambdas/shared/day-numbers.ts';
import { lateShare, patience, type EndedSpend, type LateSpend } from '../../lambdas/shared/known-spend.ts';
import type { Mart } from '../data/mart.ts';
import { sumsOf } from './sums.ts';

/** The platforms whose reports end before a period does, or not long before it: what they cost after looks like 0. */
export const endedSpend = ({ spend_ends: ends = [] }: Pick<Manifest, 'spend_ends'>, { from, to }: Days): EndedSpend[] =>
  ends.filter(({ last }) => last < isoOf(to) && last >= isoOf(from - patience));

/**
 * The channels that are credited with revenue of days of the period before the first on which they cost anything: their
 * ROAS is too high.
 * @param channel the one that is chosen; undefined is all
 */
export function lateSpend(
  { spend_begins: begins = [] }: Pick<Manifest, 'spend_begins'>,
  returns: Mart,
  {
    days,
    model,
    channel: chosen,
  }: { readonly days: Days; readonly model: string; readonly channel?: string | undefined },
): LateSpend[] {
  return begins.filter(({ channel, first }) => {
    if (chosen !== undefined && channel !== chosen) return false;
    const of = ({ from, to }: Days) =>
      sumsOf(returns, ['net_revenue_eur'], { days: { from, to }, texts: { attribution_model: model, channel } })
        .net_revenue_eur;
    const last = Math.min(days.to, dayNumber(first) - 1);
    return last >= days.from && of({ from: days.from, to: last }) > lateShare * of(days);
  });
}
