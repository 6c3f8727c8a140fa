import type { Page } from '../../app/view.ts';
import type { Marts } from '../../data/mart.ts';
import { groupsOf } from '../../figures/sums.ts';

/** What is no advertising platform: deals, and costs that the shop entered itself. */
const notReported = new Set<string | null>([null, 'influencer', 'shop']);

/**
 * Attributed revenue of the channels that a platform reports campaigns of, and the part of it that belongs to none of
 * these: a link whose names nobody reported. It is of the period, the model and the channel that are chosen.
 */
export function unmatchedOf(
  { days, model, state }: Page,
  marts: Marts,
): { readonly revenue: number; readonly unmatched: number } {
  const [costs, returns] = [marts['roi_by_campaign_daily'], marts['returns_daily']];
  if (costs === undefined || returns === undefined) return { revenue: 0, unmatched: 0 };
  const { channel } = state.filters;
  const reported = new Set(
    groupsOf(costs, [], ['channel', 'platform'], { days, texts: { channel } })
      .filter(({ keys: [, platform = null] }) => !notReported.has(platform))
      .map(({ keys: [of = null] }) => of),
  );
  const where = { days, texts: { attribution_model: model, channel } };
  let [revenue, unmatched] = [0, 0];
  for (const { keys, sums } of groupsOf(returns, ['net_revenue_eur'], ['channel', 'platform'], where)) {
    const [of = null, platform = null] = keys;
    if (!reported.has(of)) continue;
    revenue += sums.net_revenue_eur;
    if (platform === null) unmatched += sums.net_revenue_eur;
  }
  return { revenue, unmatched };
}
