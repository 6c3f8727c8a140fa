import type { ChannelDay } from '../lambdas/attribute/experiments/reading.ts';
import type { StudyCredits } from '../lambdas/attribute/experiments/lift-study.ts';
import { unknownArea, type PanelRow } from '../lambdas/attribute/experiments/panel.ts';
import { addDays, type Day } from '../lambdas/shared/days.ts';
import { literal } from '../lambdas/shared/duckdb.ts';
import type { AnswerValue, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { UsageError } from './context.ts';

type Asking = Pick<Warehouse, 'query'>;

/** What the lake knows of its orders, by area and day. */
export interface KnownOrders {
  readonly rows: readonly PanelRow[];
  readonly firstDay: Day;
  readonly lastDay: Day;
  /** Orders of which no cost of goods is known. */
  readonly withoutMargin: number;
}

const panelSql = `SELECT coalesce(o.shipping_area, '${unknownArea}') AS area, e.local_date, count(*) AS orders,
  sum(CAST(e.net_revenue_eur AS double)) AS revenue, sum(power(CAST(e.net_revenue_eur AS double), 2E0)) AS revenue_squares,
  sum(CAST(e.margin_eur AS double)) AS margin, sum(power(CAST(e.margin_eur AS double), 2E0)) AS margin_squares, count_if(e.margin_eur IS NULL) AS without_margin
FROM order_economics AS e JOIN orders AS o ON o.order_id = e.order_id
WHERE e.local_date <= date_add('day', 1, current_date)
GROUP BY coalesce(o.shipping_area, '${unknownArea}'), e.local_date ORDER BY 2, 1`;

const text = (value: AnswerValue | undefined) => (typeof value === 'string' ? value : '');

/** Orders by area and day. @throws UsageError where the lake has none */
export async function readPanel(warehouse: Asking): Promise<KnownOrders> {
  const { rows } = await warehouse.query(panelSql);
  const panel = rows.map(([area, day, orders, revenue, revenueSquares, margin, marginSquares]): PanelRow => ({
    area: text(area),
    day: text(day),
    orders: Number(orders),
    revenue: Number(revenue),
    revenueSquares: Number(revenueSquares),
    margin: Number(margin ?? 0),
    marginSquares: Number(marginSquares ?? 0),
  }));
  const [firstDay, lastDay] = [panel[0]?.day, panel.at(-1)?.day];
  if (firstDay === undefined || lastDay === undefined)
    throw new UsageError('The lake has no order yet: run "sillage run" first.');
  const withoutMargin = rows.reduce((sum, row) => sum + Number(row[7] ?? 0), 0);
  return { rows: panel, firstDay, lastDay, withoutMargin };
}

/** A condition of SQL where only one campaign was withheld. */
const ofCampaign = (column: string, campaign: string | null | undefined): string =>
  campaign == null ? '' : ` AND lower(${column}) = lower(${literal(campaign)})`;

/**
 * The channel (or one campaign of it) by day: what was spent, and what the shop's attribution credits it with, in areas
 * that were not held out (all but `without`) and in those that were (`heldOut`).
 */
export async function readChannel(
  warehouse: Asking,
  channel: string,
  {
    campaign,
    without = [],
    heldOut = [],
  }: {
    readonly campaign?: string | null | undefined;
    readonly without?: readonly string[];
    readonly heldOut?: readonly string[];
  } = {},
): Promise<ChannelDay[]> {
  const among = (areas: readonly string[]) =>
    areas.length === 0 ? 'false' : `coalesce(o.shipping_area, '') IN (${areas.map(literal).join(', ')})`;
  const { rows } =
    await warehouse.query(`SELECT day, sum(spend) AS spend, sum(attributed) AS attributed, sum(there) AS there FROM (
    SELECT day, CAST(spend_eur AS double) AS spend, 0E0 AS attributed, 0E0 AS there FROM marketing_costs
    WHERE channel = ${literal(channel)}${ofCampaign('campaign', campaign)}
    UNION ALL
    SELECT o.local_date, 0E0, CASE WHEN ${among(without)} THEN 0E0 ELSE a.credit END,
      CASE WHEN ${among(heldOut)} THEN a.credit ELSE 0E0 END FROM attribution AS a
    JOIN shop AS s ON s.attribution_model = a.attribution_model AND s.lookback_days = a.lookback_days
    JOIN orders AS o ON o.order_id = a.order_id
    WHERE a.channel = ${literal(channel)}${ofCampaign('a.campaign', campaign)}
  ) AS facts GROUP BY day ORDER BY day`);
  return rows.map(([day, spend, attributed, there]) => ({
    day: text(day),
    spend: Number(spend),
    attributed: Number(attributed),
    attributedThere: Number(there ?? 0),
  }));
}

/**
 * What a lift study is held against: orders until its last day that the shop's attribution credits to touches of the
 * days on which the channel (or one campaign of it) was withheld, and what these days cost.
 */
export async function readStudyCredits(
  warehouse: Asking,
  {
    channel,
    campaign,
    from,
    to,
    until,
    timeZone,
  }: {
    readonly channel: string;
    readonly campaign?: string | null | undefined;
    readonly from: Day;
    readonly to: Day;
    readonly until: Day;
    readonly timeZone: string;
  },
): Promise<StudyCredits> {
  const midnight = (day: Day) => `with_timezone(TIMESTAMP '${day} 00:00:00', ${literal(timeZone)})`;
  const { rows } = await warehouse.query(`WITH spent AS (
    SELECT sum(CAST(spend_eur AS double)) AS spend FROM marketing_costs
    WHERE channel = ${literal(channel)}${ofCampaign('campaign', campaign)} AND day BETWEEN DATE '${from}' AND DATE '${to}'
  ), credited AS (
    SELECT sum(a.credit) AS attributed, sum(a.credit * CAST(e.net_revenue_eur AS double)) AS revenue FROM attribution AS a
    JOIN shop AS s ON s.attribution_model = a.attribution_model AND s.lookback_days = a.lookback_days
    JOIN order_economics AS e ON e.order_id = a.order_id
    WHERE a.channel = ${literal(channel)}${ofCampaign('a.campaign', campaign)} AND e.local_date BETWEEN DATE '${from}' AND DATE '${until}'
      AND with_timezone(a.touched_at, 'UTC') >= ${midnight(from)} AND with_timezone(a.touched_at, 'UTC') < ${midnight(addDays(to, 1))}
  ) SELECT attributed, revenue, spend FROM credited CROSS JOIN spent`);
  const [[attributed, revenue, spend] = []] = rows;
  return { attributed: Number(attributed ?? 0), revenue: Number(revenue ?? 0), spend: Number(spend ?? 0) };
}
