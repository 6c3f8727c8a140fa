import type { Filters } from '../app/state.ts';
import { campaignTexts } from '../app/options.ts';
import { lengthOf, type Days } from '../../lambdas/shared/day-numbers.ts';
import type { Mart, Marts } from '../data/mart.ts';
import { dailySums, groupsOf, together, type Where } from './sums.ts';
import { costOf, knownMargin, ratio, roi, type Figure } from './ratios.ts';

/** What a shop took and spent. What is not known for a choice is null. */
export interface Totals {
  readonly revenue: Figure;
  readonly orders: Figure;
  readonly newCustomers: Figure;
  readonly margin: Figure;
  readonly spend: Figure;
  readonly sessions: Figure;
  /** Sessions that bought: orders of visitors who were not measured are none of them. */
  readonly purchases: Figure;
}

/** Which marts answer for a choice, and what they cannot answer. */
export interface Choice {
  /** Whether the figures are shares of orders by a model, not whole orders. */
  readonly isAttributed: boolean;
  /** Null where there is no order in all that is published: what came back is not known, and is not nothing. */
  readonly returns: { readonly mart: string; readonly where: Where } | null;
  /** `from`: the first day of which it is known what was spent, where that is not every day. */
  readonly spend: { readonly mart: string; readonly where: Where; readonly from?: number | undefined } | null;
  readonly sessions: { readonly mart: string; readonly where: Where } | null;
}

/**
 * Finds the marts that follow every filter of a choice. No figure ignores one: spend is reported by channel and
 * campaign alone, and sessions by all but the country, which only an order tells; for the rest they are unknown.
 *
 * @param spendFrom the first day of which advertising reports tell: what the whole shop spent before is unknown
 */
export function choiceOf(
  filters: Filters,
  model: string,
  { spendFrom, hasOrders = true }: { readonly spendFrom?: number | undefined; readonly hasOrders?: boolean } = {},
): Choice {
  const { channel, campaign, country, device } = filters;
  const narrow = campaignTexts(campaign);
  const isAttributed = channel !== undefined || campaign !== undefined || device !== undefined;
  const byCampaign = { channel, ...narrow };
  return {
    isAttributed,
    returns: !hasOrders
      ? null
      : !isAttributed
        ? { mart: 'orders_daily', where: { texts: { country } } }
        : campaign === undefined && country === undefined && device === undefined
          ? { mart: 'channel_returns_daily', where: { texts: { attribution_model: model, channel } } }
          : { mart: 'returns_daily', where: { texts: { attribution_model: model, ...byCampaign, country, device } } },
    spend:
      country !== undefined || device !== undefined
        ? null
        : campaign === undefined
          ? { mart: 'channel_costs_daily', where: { texts: { channel } }, from: isAttributed ? undefined : spendFrom }
          : { mart: 'roi_by_campaign_daily', where: { texts: byCampaign } },
    sessions:
      country !== undefined ? null : { mart: 'campaign_funnel_daily', where: { texts: { ...byCampaign, device } } },
  };
}

type Summed = Readonly<Record<'orders' | 'net_revenue_eur' | 'covered_eur' | 'margin_eur', number>>;

/** What is counted of sessions. */
export const visits = ['sessions', 'purchase_sessions'] as const;

const measures = ['orders', 'net_revenue_eur', 'covered_eur', 'margin_eur'] as const;

/** A mart that a view asked for. @throws Error where it did not */
export const martOf = (marts: Marts, name: string): Mart => {
  const mart = marts[name];
  if (mart === undefined) throw new Error(`The view does not ask for ${name}.`);
  return mart;
};

/** Whether anything is known of the visits of some days: where there are none at all, nobody measured any. */
export const areVisitsKnown = (marts: Marts, days: Days): boolean =>
  groupsOf(martOf(marts, 'campaign_funnel_daily'), [], [], { days }).length > 0;

type Seen = Readonly<Record<(typeof visits)[number], number>>;

const totals = (
  sums: Summed | undefined,
  newCustomers: Figure,
  spend: Figure,
  seen: Seen | null | undefined,
): Totals => ({
  revenue: sums?.net_revenue_eur ?? null,
  orders: sums?.orders ?? null,
  newCustomers,
  margin: sums === undefined ? null : knownMargin(sums.margin_eur, sums.covered_eur, sums.net_revenue_eur),
  spend,
  sessions: seen?.sessions ?? null,
  purchases: seen?.purchase_sessions ?? null,
});

/** The figures of some days, and of each of them. */
export interface PeriodTotals {
  readonly all: Totals;
  readonly daily: readonly Totals[];
}

/** What came back on each of some days, and the customers that were won. */
function returned(marts: Marts, { mart: name, where: chosen }: NonNullable<Choice['returns']>, days: Days) {
  const mart = martOf(marts, name);
  const where = { ...chosen, days };
  // Whole orders are counted by kind of customer; shares of them have a column.
  const isWhole = name === 'orders_daily';
  const newWhere = isWhole ? { ...where, flags: { is_new_customer: true } } : where;
  const newMeasure = [isWhole ? 'orders' : 'new_customers'] as const;
  const of = dailySums(mart, measures, where);
  const fresh = dailySums(mart, newMeasure, newWhere).map((sums) => sums[newMeasure[0]] ?? 0);
  return { of, fresh };
}

/** The figures of a choice over some days. */
export function totalsOf(marts: Marts, choice: Choice, days: Days): PeriodTotals {
  const { returns, spend, sessions } = choice;
  const found = returns && returned(marts, returns, days);
  const spent = spend && dailySums(martOf(marts, spend.mart), ['spend_eur'], { ...spend.where, days });
  const isKnown = (day: number) => spend?.from === undefined || day >= spend.from;
  const seen =
    sessions && areVisitsKnown(marts, days)
      ? dailySums(martOf(marts, sessions.mart), visits, { ...sessions.where, days })
      : null;
  const daily = Array.from({ length: lengthOf(days) }, (_, i) =>
    totals(
      found?.of[i],
      found?.fresh[i] ?? null,
      spent && isKnown(days.from + i) ? (spent[i]?.spend_eur ?? 0) : null,
      seen?.[i],
    ),
  );
  const all = totals(
    found ? together(found.of, measures) : undefined,
    found ? found.fresh.reduce((sum, one) => sum + one, 0) : null,
    spent && isKnown(days.from) ? together(spent, ['spend_eur']).spend_eur : null,
    seen && together(seen, visits),
  );
  return { all, daily };
}

/** What is computed from totals, by name: always a ratio of sums. */
export const computed = {
  revenue: ({ revenue }: Totals): Figure => revenue,
  spend: ({ spend }: Totals): Figure => spend,
  roas: ({ revenue, spend }: Totals): Figure => ratio(revenue, spend),
  roi: ({ margin, spend }: Totals): Figure => roi(margin, spend),
  cac: ({ spend, newCustomers }: Totals): Figure => costOf(spend, newCustomers),
  conversion: ({ purchases, sessions }: Totals): Figure => ratio(purchases, sessions),
  newCustomers: ({ newCustomers }: Totals): Figure => newCustomers,
} as const;
export type MetricName = keyof typeof computed;
