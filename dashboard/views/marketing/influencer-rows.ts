import type { Days } from '../../../lambdas/shared/day-numbers.ts';
import type { Mart } from '../../data/mart.ts';
import { coverage, knownMargin, ratio, roi, type Figure } from '../../figures/ratios.ts';
import { groupsOf } from '../../figures/sums.ts';

const measures = [
  'posts',
  'views',
  'spend_eur',
  'orders',
  'new_customers',
  'net_revenue_eur',
  'margin_eur',
  'covered_eur',
  'code_orders',
  'leaked_orders',
] as const;

/** What one influencer cost and brought. */
export interface InfluencerRow {
  readonly id: string;
  readonly handle: string;
  readonly platform: string;
  readonly posts: number;
  readonly views: number;
  readonly spend: number;
  readonly orders: Figure;
  readonly newCustomers: Figure;
  readonly revenue: Figure;
  readonly margin: Figure;
  readonly roi: Figure;
  readonly coverage: Figure;
  readonly leakage: Figure;
}

/** @param hasOrders without any in the lake it is not known what came back, and is no loss of all that was spent */
export const influencerRows = (mart: Mart, days: Days, hasOrders: boolean): InfluencerRow[] =>
  groupsOf(mart, measures, ['influencer_id', 'handle', 'platform'], { days }).map(
    ({ keys: [id = null, handle = null, platform = null], sums }): InfluencerRow => {
      const known = (figure: Figure) => (hasOrders ? figure : null);
      const margin = known(knownMargin(sums.margin_eur, sums.covered_eur, sums.net_revenue_eur));
      return {
        id: id ?? '',
        handle: handle ?? id ?? '',
        platform: platform ?? '',
        posts: sums.posts,
        views: sums.views,
        spend: sums.spend_eur,
        orders: known(sums.orders),
        newCustomers: known(sums.new_customers),
        revenue: known(sums.net_revenue_eur),
        margin,
        roi: roi(margin, sums.spend_eur),
        coverage: coverage(sums.covered_eur, sums.net_revenue_eur),
        leakage: ratio(sums.leaked_orders, sums.code_orders),
      };
    },
  );
