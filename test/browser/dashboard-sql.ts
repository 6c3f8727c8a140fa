/**
 * What the figures of the dashboard must be, asked of the lake's own tables: nothing here reads a mart, or the page's
 * code.
 */
export interface Narrowed {
  readonly from: string;
  readonly to: string;
  readonly model: string;
  readonly channel?: string | undefined;
  readonly country?: string | undefined;
  readonly device?: string | undefined;
  /** Days; 30, that of the profile, unless given. */
  readonly lookback?: number | undefined;
  /** The platform's id of a campaign, or a deal's. */
  readonly campaign?: string | undefined;
}

export const and = (column: string, value: string | undefined) =>
  value === undefined ? '' : ` AND ${column} = '${value}'`;
export const within = (column: string, { from, to }: Pick<Narrowed, 'from' | 'to'>) =>
  `${column} BETWEEN DATE '${from}' AND DATE '${to}'`;

export const credits = (of: Omit<Narrowed, 'model'> & { readonly model: string | undefined }) => `FROM attribution AS a
  JOIN order_economics AS e ON e.order_id = a.order_id
  LEFT JOIN sessions AS v ON v.session_id = a.touch_id
  WHERE a.lookback_days = ${of.lookback ?? 30}${and('a.attribution_model', of.model)} AND ${within('e.local_date', of)}${and('a.channel', of.channel)}${and('coalesce(a.deal_id, a.campaign_id)', of.campaign)}${and('e.country', of.country)}${and('v.device', of.device)}`;

const sums = `sum(a.credit * CAST(e.net_revenue_eur AS double)) AS revenue,
  sum(a.credit) AS orders,
  sum(CASE WHEN e.is_new_customer THEN a.credit ELSE 0E0 END) AS new_customers,
  sum(CASE WHEN e.margin_eur IS NOT NULL THEN a.credit * CAST(e.margin_eur AS double) END) AS margin`;

/** Shares of orders: one row. */
export const attributedTotals = (of: Narrowed) => `SELECT ${sums} ${credits(of)}`;

export const attributedBy = (column: 'a.channel' | 'e.country' | 'v.device', of: Narrowed) =>
  `SELECT ${column} AS name, ${sums} ${credits(of)} GROUP BY ${column}`;

export const attributedByModel = (of: Narrowed) =>
  `SELECT concat(a.channel, ' ', a.attribution_model) AS name, ${sums} ` +
  `${credits({ ...of, model: undefined })} GROUP BY a.channel, a.attribution_model`;

/**
 * What channels are credited with by the model that their incrementality is of, and that incrementality. Neither the
 * model, nor the look-back, nor a campaign, country or device that is chosen narrows it.
 */
export const caused = ({ from, to, channel }: Narrowed) => `SELECT i.channel AS name, max(i.incrementality) AS share,
  max(i.incrementality_low) AS low, max(i.incrementality_high) AS high, max(i.basis) AS basis, ${sums}
  FROM channel_incrementality AS i
  JOIN attribution AS a ON a.channel = i.channel AND a.attribution_model = i.attribution_model
  JOIN order_economics AS e ON e.order_id = a.order_id
  WHERE a.lookback_days = 30 AND ${within('e.local_date', { from, to })}${and('i.channel', channel)} GROUP BY i.channel`;

/** Whole orders: one row. */
export const blendedTotals = (
  of: Narrowed,
) => `SELECT CAST(coalesce(sum(net_revenue_eur), DECIMAL '0.00') AS double) AS revenue, CAST(count(*) AS double) AS orders,
  CAST(count_if(is_new_customer) AS double) AS new_customers, CAST(sum(margin_eur) AS double) AS margin
  FROM order_economics WHERE ${within('local_date', of)}${and('country', of.country)}`;

export const spendBy = (
  of: Narrowed,
) => `SELECT channel AS name, CAST(sum(spend_eur) AS double) AS spend FROM marketing_costs
  WHERE ${within('day', of)}${and('channel', of.channel)}${and('campaign_id', of.campaign)} GROUP BY channel`;

export const sessionsBy = (
  of: Narrowed,
) => `SELECT channel AS name, CAST(count(*) AS double) AS sessions, CAST(count_if(purchases > 0) AS double) AS bought FROM sessions
  WHERE ${within('local_date', of)}${and('channel', of.channel)}${and('coalesce(deal_id, campaign_id)', of.campaign)}${and('device', of.device)} GROUP BY channel`;

export const funnel = (
  of: Narrowed,
) => `SELECT count(*) AS sessions, count_if(item_views > 0) AS item_view_sessions, count_if(cart_adds > 0) AS cart_sessions,
  count_if(checkouts > 0) AS checkout_sessions, count_if(purchases > 0) AS purchase_sessions
  FROM sessions WHERE ${within('local_date', of)}${and('channel', of.channel)}${and('coalesce(deal_id, campaign_id)', of.campaign)}${and('device', of.device)}`;

export const claims = (
  of: Narrowed,
) => `SELECT platform AS name, sum(claimed_conversions) AS claimed, sum(claimed_value_eur) AS value FROM ad_spend
  WHERE ${within('dt', of)}${and('channel', of.channel)}${and('campaign_id', of.campaign)} GROUP BY platform`;
