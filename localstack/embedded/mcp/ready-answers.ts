/** The answers that are asked for most: each one a statement or two over the views, in the shop's own definitions. */
import * as z from 'zod';
import { isPartial } from '../../../lambdas/shared/cost-coverage.ts';
import { earnedMargin } from '../../../lambdas/shared/earned-margin.ts';
import { daysBetween } from '../../../lambdas/shared/days.ts';
import {
  type Ask,
  areWhole,
  daysOfData,
  type Figures,
  lastWhole,
  notesOn,
  type Period,
  refusedOf,
  spendOf,
  uncreditedOf,
  within,
} from './figures.ts';

const knownMargin = earnedMargin('margin_eur', 'orders');

/** Without any order in the lake it is not known what came back, and is not 0. */
const knownRevenue = 'CASE WHEN (SELECT count(*) FROM order_days) > 0 THEN net_revenue_eur END';

const ratios = `spend_eur, orders, new_customers, net_revenue_eur, ${knownMargin} AS margin_eur,
  covered_eur / NULLIF(net_revenue_eur, 0E0) AS cost_coverage,
  ${knownRevenue} / NULLIF(spend_eur, 0E0) AS roas,
  (${knownMargin} - spend_eur) / NULLIF(spend_eur, 0E0) AS roi,
  NULLIF(spend_eur, 0E0) / NULLIF(orders, 0E0) AS cpa_eur,
  NULLIF(spend_eur, 0E0) / NULLIF(new_customers, 0E0) AS cac_eur`;

const sums = ['spend_eur', 'orders', 'new_customers', 'net_revenue_eur', 'covered_eur', 'margin_eur']
  .map((name) => `CAST(sum(${name}) AS double) AS ${name}`)
  .join(', ');

const shopsModel = '(SELECT attribution_model FROM shop)';

/**
 * ROI by channel. Orders that nobody paid for are no return on what was spent: so the total with ratios is that of
 * channels with spend.
 */
/** Where no visit of the period was measured, nothing is known of them. */
const byChannel = (period: Period, model: string | undefined) => `WITH costs AS (
  SELECT channel, sum(sessions) AS sessions, CAST(sum(spend_eur) AS double) AS spend_eur
  FROM channel_costs_daily WHERE ${within(period)}
  GROUP BY channel
), returned AS (
  SELECT channel, sum(orders) AS orders, sum(new_customers) AS new_customers, sum(net_revenue_eur) AS net_revenue_eur,
    sum(covered_eur) AS covered_eur, sum(margin_eur) AS margin_eur
  FROM channel_returns_daily
  WHERE ${within(period)} AND attribution_model = ${model === undefined ? shopsModel : `'${model}'`}
  GROUP BY channel
), facts AS (
  SELECT coalesce(c.channel, r.channel) AS channel, coalesce(c.sessions, 0) AS sessions,
    coalesce(c.spend_eur, 0E0) AS spend_eur, coalesce(r.orders, 0E0) AS orders,
    coalesce(r.new_customers, 0E0) AS new_customers, coalesce(r.net_revenue_eur, 0E0) AS net_revenue_eur,
    coalesce(r.covered_eur, 0E0) AS covered_eur, r.margin_eur
  FROM costs AS c FULL JOIN returned AS r ON r.channel = c.channel
), lines AS (
  SELECT 1 AS place, channel, sessions, spend_eur, orders, new_customers, net_revenue_eur, covered_eur, margin_eur
  FROM facts
  UNION ALL SELECT 2, 'channels with spend', sum(sessions), ${sums} FROM facts WHERE spend_eur > 0E0
)
SELECT channel, CASE WHEN max(sessions) OVER () > 0 THEN sessions END AS sessions, ${ratios} FROM lines WHERE spend_eur IS NOT NULL
ORDER BY place, spend_eur DESC, net_revenue_eur DESC, channel`;

/**
 * A reported campaign and a deal are known by their ids; what is neither, by what its links say. A cost of the shop's
 * profile has no links: nothing can come back by it.
 */
const byCampaign = (period: Period) => `WITH facts AS (
  SELECT channel, platform, campaign_id, max(campaign) AS campaign, sum(impressions) AS impressions,
    sum(clicks) AS clicks, ${sums}
  FROM roi_by_campaign_daily WHERE ${within(period)}
  GROUP BY channel, platform, campaign_id, CASE WHEN platform IS NULL THEN campaign END
), told AS (
  SELECT channel, platform, campaign_id, campaign, impressions, clicks, spend_eur, covered_eur, margin_eur,
    ${['orders', 'new_customers', 'net_revenue_eur'].map((name) => `CASE WHEN coalesce(platform, '') <> 'shop' THEN ${name} END AS ${name}`).join(', ')}
  FROM facts
)
SELECT channel, platform, campaign_id, campaign, impressions, clicks, ${ratios} FROM told
ORDER BY spend_eur DESC, net_revenue_eur DESC, campaign LIMIT 200`;

export interface Answered {
  readonly lines: readonly Figures[];
  /** What should be known before the figures are believed. */
  readonly notes: readonly string[];
}

/** The shop's own model and look-back, which the views keep to. */
const Basis = z.object({ attribution_model: z.string(), lookback_days: z.number() });

/**
 * What each channel or campaign cost and brought back in a period. `model`: of `attributionModels`; the shop's own
 * where undefined.
 */
export async function roiOf(ask: Ask, period: Period, by: 'channel' | 'campaign', model?: string): Promise<Answered> {
  const days = await daysOfData(ask);
  const [lines, basis] = [
    await ask(by === 'channel' ? byChannel(period, model) : byCampaign(period)),
    Basis.parse((await ask('SELECT attribution_model, lookback_days FROM shop'))[0]),
  ];
  const notes = [
    ...notesOn(period, days),
    ...(await refusedOf(ask, period)),
    ...(await spendOf(ask, period)).notes,
    ...(await uncreditedOf(ask, period)),
    'These figures are attributed: a channel has the share of each order that the model ' +
      `${model ?? basis.attribution_model} gives it, from the visits of ${basis.lookback_days} days before.`,
    ...(by === 'campaign' ? ["Campaigns are attributed by the shop's own model; the 200 with the largest spend."] : []),
  ];
  return { lines, notes: [...notes, ...uncovered(lines)] };
}

/** Margins that cover a part of the revenue only are too low, and must not be shown without a word. */
function uncovered(lines: readonly Figures[]): string[] {
  return lines.some(({ cost_coverage: share }) => isPartial(share))
    ? [
        'Where cost_coverage is below 1, margin_eur and roi are of the orders whose cost of goods is known, ' +
          'and too low.',
      ]
    : [];
}

/** Figures of the whole shop that what was spent is in. */
const ofSpend = ['spend_eur', 'margin_after_marketing_eur', 'marketing_efficiency_ratio', 'blended_cac_eur'];

/** The shop as a whole in a period: nothing attributed, so each order counts once. `isSpendKnown`: on all of its days. */
async function wholeShop(ask: Ask, period: Period, isSpendKnown: boolean): Promise<Figures> {
  const [line] = await ask(`WITH sold AS (
  SELECT CAST(coalesce(sum(orders), 0) AS double) AS orders,
    CAST(coalesce(sum(CASE WHEN is_new_customer THEN orders END), 0) AS double) AS new_customers,
    CAST(coalesce(sum(net_revenue_eur), DECIMAL '0.00') AS double) AS net_revenue_eur,
    CAST(coalesce(sum(refunded_eur), DECIMAL '0.00') AS double) AS refunded_eur,
    CAST(coalesce(sum(covered_eur), DECIMAL '0.00') AS double) AS covered_eur,
    CAST(sum(margin_eur) AS double) AS margin_eur
  FROM orders_daily WHERE ${within(period)}
), spent AS (
  SELECT CAST(coalesce(sum(spend_eur), DECIMAL '0.000000') AS double) AS spend_eur
  FROM channel_costs_daily WHERE ${within(period)}
), seen AS (
  SELECT CAST(sum(sessions) AS double) AS sessions,
    CAST(sum(purchase_sessions) AS double) AS purchase_sessions
  FROM funnel_daily WHERE ${within(period)}
)
SELECT sessions, purchase_sessions, orders, purchase_sessions / NULLIF(sessions, 0E0) AS conversion_rate, new_customers, net_revenue_eur,
  net_revenue_eur / NULLIF(orders, 0E0) AS average_order_value_eur,
  refunded_eur, ${knownMargin} AS margin_eur, covered_eur / NULLIF(net_revenue_eur, 0E0) AS cost_coverage, spend_eur,
  ${knownMargin} - spend_eur AS margin_after_marketing_eur,
  ${knownRevenue} / NULLIF(spend_eur, 0E0) AS marketing_efficiency_ratio,
  NULLIF(spend_eur, 0E0) / NULLIF(new_customers, 0E0) AS blended_cac_eur
FROM sold CROSS JOIN spent CROSS JOIN seen`);
  return isSpendKnown || line === undefined
    ? (line ?? {})
    : { ...line, ...Object.fromEntries(ofSpend.map((metric) => [metric, null])) };
}

/** Figures that do not grow with the days of a period. */
const ofNoLength: ReadonlySet<string> = new Set([
  'conversion_rate',
  'average_order_value_eur',
  'cost_coverage',
  'marketing_efficiency_ratio',
  'blended_cac_eur',
]);

/** Each figure of the whole shop in two periods, and how it changed. */
export async function compared(ask: Ask, period: Period, before: Period): Promise<Answered> {
  const days = await daysOfData(ask);
  const [spent, spentBefore] = [await spendOf(ask, period), await spendOf(ask, before)];
  const [now, then] = [await wholeShop(ask, period, spent.isKnown), await wholeShop(ask, before, spentBefore.isKnown)];
  const isComparable = areWhole(period, days) && areWhole(before, days);
  const [length, lengthBefore] = [period, before].map(({ from, to }) => daysBetween(from, to) + 1);
  const lines = Object.entries(now).map(([metric, value]): Figures => {
    const old = then[metric] ?? null;
    const isAlike = length === lengthBefore || ofNoLength.has(metric);
    const isKnown = isComparable && isAlike && typeof value === 'number' && typeof old === 'number';
    const change = isKnown ? Number((value - old).toFixed(4)) : null;
    return {
      metric,
      value,
      before: old,
      change,
      change_share: isKnown && change !== null && old !== 0 ? Number((change / Math.abs(old)).toFixed(4)) : null,
    };
  });
  return {
    lines,
    notes: [
      ...new Set([...notesOn(period, days), ...notesOn(before, days)]),
      ...(await refusedOf(ask, period)),
      ...(await refusedOf(ask, before)),
      ...(isComparable || days.first === null
        ? []
        : [
            'No change is told, since a part of these days is not known, or not over: against whole days it ' +
              `would be a rise or a fall that nobody had. Compare days of ${days.first} to ${lastWhole(days)}.`,
          ]),
      ...(length === lengthBefore
        ? []
        : [
            `The periods have ${length} and ${lengthBefore} days: no change is told of what adds up over ` +
              'days. Compare as many days, or divide by them.',
          ]),
      ...new Set([...spent.notes, ...spentBefore.notes]),
      'These figures are blended: of the whole shop, each order once, without any attribution.',
      'conversion_rate is purchase_sessions / sessions: orders of visitors who were not measured are not in it.',
      ...uncovered([now, then]),
    ],
  };
}

/** What each channel that can be withheld is credited with in a period, beside what it caused. */
export async function incrementalOf(ask: Ask, period: Period): Promise<Answered> {
  const days = await daysOfData(ask);
  const [sold] = await ask(
    'SELECT CAST(sum(covered_eur) AS double) / NULLIF(CAST(sum(net_revenue_eur) AS double), 0E0) AS share ' +
      `FROM orders_daily WHERE ${within(period)}`,
  );
  const covered = sold?.['share'];
  const sumOf = (name: string) => `CAST(sum(${name}) AS double) AS ${name}`;
  const returnOn = (margin: string, name: string) =>
    `(${earnedMargin(margin, 'attributed_orders')} - spend_eur) / NULLIF(spend_eur, 0E0) AS ${name}`;
  const lines = await ask(`WITH facts AS (
  SELECT channel, basis, attribution_model, ${[
    'spend_eur',
    'attributed_orders',
    'incremental_orders',
    'attributed_revenue_eur',
    'incremental_revenue_eur',
    'incremental_revenue_low_eur',
    'incremental_revenue_high_eur',
    'attributed_margin_eur',
    'incremental_margin_eur',
    'incremental_margin_low_eur',
    'incremental_margin_high_eur',
  ]
    .map(sumOf)
    .join(', ')}
  FROM roi_incremental WHERE ${within(period)} GROUP BY channel, basis, attribution_model
)
SELECT channel, basis, attribution_model, spend_eur, attributed_orders, incremental_orders, attributed_revenue_eur,
  incremental_revenue_eur, incremental_revenue_low_eur, incremental_revenue_high_eur, attributed_margin_eur,
  incremental_margin_eur, ${returnOn('attributed_margin_eur', 'attributed_roi')},
  ${returnOn('incremental_margin_eur', 'incremental_roi')}, ${returnOn('least(incremental_margin_low_eur, incremental_margin_high_eur)', 'incremental_roi_low')},
  ${returnOn('greatest(incremental_margin_low_eur, incremental_margin_high_eur)', 'incremental_roi_high')}
FROM facts WHERE attributed_orders > 0E0
ORDER BY attributed_revenue_eur DESC, channel`);
  return {
    lines,
    notes: [
      ...notesOn(period, days),
      ...(await refusedOf(ask, period)),
      ...(await spendOf(ask, period)).notes,
      'Credit is not cause: incremental is the part of the attributed figure that the channel caused, by its ' +
        'experiments and what is believed of such channels, each by its precision (basis "measured"), or by ' +
        'belief alone (basis "prior"), which is wide.',
      'low and high are the ends of 95 % of that part. A channel that is credited with no order has no row: ' +
        'what it caused cannot be told from its credits.',
      ...(typeof covered === 'number' && isPartial(covered)
        ? [
            `Of ${Math.round(100 * covered)} % of the revenue of these days the cost of goods is known: ` +
              'margins and ROI are of it alone, and too low.',
          ]
        : []),
    ],
  };
}

/** What each influencer cost and brought back in a period, by code or link, each order once. */
export async function influencersOf(ask: Ask, period: Period): Promise<Answered> {
  const days = await daysOfData(ask);
  const lines = await ask(`WITH facts AS (
  SELECT influencer_id, max(handle) AS handle, max(platform) AS platform, sum(posts) AS posts,
    sum(views) AS views, sum(engagements) AS engagements,
    CAST(sum(commission_eur) AS double) AS commission_eur, CAST(sum(booked_eur) AS double) AS booked_eur, ${sums}
  FROM roi_by_influencer_daily WHERE ${within(period)} GROUP BY influencer_id
)
SELECT influencer_id, handle, platform, posts, views, engagements, commission_eur, booked_eur, ${ratios} FROM facts
ORDER BY net_revenue_eur DESC, spend_eur DESC, influencer_id`);
  return {
    lines,
    notes: [
      ...notesOn(period, days),
      ...(await refusedOf(ask, period)),
      'spend_eur has fee and products in equal parts over the days of the deal; booked_eur has them whole on ' +
        'the day of the contract.',
      ...uncovered(lines),
    ],
  };
}
