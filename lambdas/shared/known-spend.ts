import type { Day } from './days.ts';
import type { Warehouse } from './ports/warehouse.ts';

/** SQL for the first day of which advertising reports tell. Before it nothing is known of what was spent, which is not 0. */
export const firstSpendSql = 'SELECT CAST(first_day AS varchar) AS first FROM spend_days';

/** The first day of which advertising reports tell; undefined where there are none. */
export async function firstSpend(warehouse: Pick<Warehouse, 'query'>): Promise<Day | undefined> {
  const [[first] = []] = (await warehouse.query(firstSpendSql)).rows;
  return typeof first === 'string' ? first : undefined;
}

/** The part of a channel's revenue from which it is told that it is of days of which no cost of the channel is known. */
export const lateShare = 0.05;

/** SQL for the first day on which each channel cost anything. */
export const spendBeginsSql = `SELECT channel, CAST(min(day) AS varchar) AS first FROM channel_costs_daily
WHERE spend_eur > 0 GROUP BY channel ORDER BY 1`;

/**
 * SQL for the channels that are credited with revenue of days before the first on which they cost anything: the reports of
 * these days may not be there. `within`: a condition on `day`.
 */
export const lateSpendSql = (within: string): string => `WITH spent AS (
  SELECT channel, min(day) AS first_day FROM channel_costs_daily WHERE spend_eur > 0 GROUP BY channel
), credited AS (
  SELECT channel, day, CAST(net_revenue_eur AS double) AS eur FROM channel_returns_daily
  WHERE ${within} AND attribution_model = (SELECT attribution_model FROM shop)
)
SELECT c.channel AS channel, CAST(max(s.first_day) AS varchar) AS first FROM credited AS c JOIN spent AS s ON s.channel = c.channel
GROUP BY c.channel HAVING sum(CASE WHEN c.day < s.first_day THEN c.eur ELSE 0E0 END) > ${lateShare.toExponential().toUpperCase()} * sum(c.eur) ORDER BY 1`;

/** Channels that are there because somebody paid a platform, in SQL. */
export const paidChannelsSql =
  "('Paid Search', 'Paid Shopping', 'Paid Social', 'Paid Video', 'Paid Other', 'Display', 'Cross-network')";

/** The part of all revenue from which a channel without a cost is told: a stray link makes no gap. */
const toldShare = '1E-2';

/** The part of all orders from which it is told that nobody is credited with them: of some nothing is ever known. */
export const uncreditedShare = 0.2;

/**
 * SQL for the paid channels that are credited with revenue and of which no cost is known, on whatever day: nobody may have
 * imported what their platform reports; their revenue, and all. `within`: a condition on `day`.
 */
export const unknownSpendSql = (within: string): string => `WITH spent AS (
  SELECT DISTINCT channel FROM channel_costs_daily WHERE spend_eur > 0
), credited AS (
  SELECT channel, sum(CAST(net_revenue_eur AS double)) AS eur FROM channel_returns_daily
  WHERE ${within} AND attribution_model = (SELECT attribution_model FROM shop) GROUP BY channel
)
SELECT c.channel AS channel, c.eur AS eur, a.eur AS all_eur
FROM credited AS c CROSS JOIN (SELECT sum(eur) AS eur FROM credited) AS a LEFT JOIN spent AS s ON s.channel = c.channel
WHERE s.channel IS NULL AND c.channel IN ${paidChannelsSql} AND c.eur > ${toldShare} * a.eur ORDER BY 2 DESC, 1`;

/**
 * SQL for the share of the orders with which no channel is credited, where it is much and something was spent: without
 * visits, landing pages and codes all spend looks lost. `within`: a condition on `day`.
 */
export const uncreditedSql = (within: string): string => `WITH credited AS (
  SELECT sum(orders) AS orders, sum(CASE WHEN channel = 'Unassigned' THEN orders ELSE 0E0 END) AS nobodys
  FROM channel_returns_daily WHERE ${within} AND attribution_model = (SELECT attribution_model FROM shop)
), spent AS (SELECT sum(spend_eur) AS eur FROM channel_costs_daily WHERE ${within})
SELECT c.nobodys / c.orders AS share, c.nobodys AS nobodys, c.orders AS orders FROM credited AS c CROSS JOIN spent AS s
WHERE s.eur > 0 AND c.orders > 0E0 AND c.nobodys >= ${uncreditedShare.toExponential().toUpperCase()} * c.orders`;

/** Days after which the end of a platform's reports is no news: it may just not be used any more. */
export const patience = 28;

/** SQL for the last day of the reports of each platform. */
export const spendEndsSql = `SELECT platform, CAST(max(dt) AS varchar) AS last FROM ad_spend
GROUP BY platform HAVING sum(spend_eur) > 0 ORDER BY 1`;

/**
 * SQL for the platforms whose reports end before a period does, or not long before it: what they cost on the days after
 * is not known, and looks like 0.
 */
export const endedSpendSql = (
  from: Day,
  to: Day,
): string => `SELECT platform, CAST(max(dt) AS varchar) AS last FROM ad_spend
GROUP BY platform HAVING sum(spend_eur) > 0 AND max(dt) < DATE '${to}' AND max(dt) >= date_add('day', -${patience}, DATE '${from}') ORDER BY 1`;

/** A platform, and the last day of its reports. */
export interface EndedSpend {
  readonly platform: string;
  readonly last: Day;
}

/** A channel, and the first day on which it cost anything. */
export interface LateSpend {
  readonly channel: string;
  readonly first: Day;
}
