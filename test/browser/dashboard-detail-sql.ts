/** What the figures below the channels must be, and those of the days before: of the lake's own tables, and no mart. */
import { and, credits, within, type Narrowed } from './dashboard-sql.ts';

/** The name of a campaign's row of the page: its channel, and its platform's id or what its links say. */
const campaignRow = (channel: string, platform: string, id: string, name: string) =>
  `concat(${channel}, '/', CASE WHEN ${platform} IS NOT NULL AND ${id} IS NOT NULL THEN concat(${platform}, '/', ${id})
    ELSE concat(coalesce(${id}, ''), ' ', CASE WHEN ${platform} IS NULL THEN coalesce(${name}, '') ELSE '' END) END)`;

const touched = campaignRow(
  'a.channel',
  "CASE WHEN a.deal_id IS NOT NULL THEN 'influencer' ELSE a.platform END",
  'coalesce(a.deal_id, a.campaign_id)',
  'CASE WHEN a.deal_id IS NULL THEN a.campaign END',
);

/**
 * What orders brought each campaign, and the squares of what each order did by country and device, by the row of the
 * page.
 */
export const campaignReturns = (of: Narrowed) => `WITH shares AS (
    SELECT ${touched} AS name, a.order_id, e.country, v.device, sum(a.credit) AS credit,
      max(CAST(e.net_revenue_eur AS double)) AS net, max(CAST(e.margin_eur AS double)) AS margin,
      max(CASE WHEN e.is_new_customer THEN 1E0 ELSE 0E0 END) AS fresh
    ${credits(of)} GROUP BY ${touched}, a.order_id, e.country, v.device)
  SELECT name, sum(credit * net) AS revenue, sum(credit) AS orders, sum(credit * fresh) AS new_customers,
    sum(credit * margin) AS margin, sum(credit * net * credit * net) AS squares FROM shares GROUP BY name`;

const spentOn = campaignRow('channel', 'platform', 'campaign_id', 'campaign');
export const campaignSpend = (of: Narrowed) => `SELECT ${spentOn} AS name, CAST(sum(spend_eur) AS double) AS spend
  FROM marketing_costs WHERE ${within('day', of)}${and('channel', of.channel)}${and('campaign_id', of.campaign)} GROUP BY ${spentOn}`;

const visited = campaignRow(
  'channel',
  "CASE WHEN deal_id IS NOT NULL THEN 'influencer' ELSE platform END",
  'coalesce(deal_id, campaign_id)',
  'CASE WHEN deal_id IS NULL THEN campaign END',
);
export const campaignSessions = (of: Narrowed) => `SELECT ${visited} AS name, CAST(count(*) AS double) AS sessions,
  CAST(count_if(purchases > 0) AS double) AS bought FROM sessions WHERE ${within('local_date', of)}${and('channel', of.channel)}${and('coalesce(deal_id, campaign_id)', of.campaign)}${and('device', of.device)} GROUP BY ${visited}`;

/** What each ad cost, of the campaigns of which something is reported by ad or ad group. */
export const adSpend = (of: Narrowed) => `WITH reported AS (
    SELECT concat(channel, '/', platform, '/', campaign_id) AS campaign, coalesce(ad_id, ad_group_id) AS ad, spend_eur
    FROM ad_spend WHERE ${within('dt', of)}${and('channel', of.channel)}${and('campaign_id', of.campaign)})
  SELECT concat(campaign, '/', coalesce(ad, '')) AS name, CAST(sum(spend_eur) AS double) AS spend FROM reported
  WHERE campaign IN (SELECT campaign FROM reported WHERE ad IS NOT NULL) GROUP BY concat(campaign, '/', coalesce(ad, ''))`;

/** Attributed orders and revenue of each platform's reported campaigns; by neither country nor device. */
export const credited = ({ from, to, model, lookback, channel, campaign }: Narrowed) =>
  `SELECT a.platform AS name, sum(a.credit) AS orders, sum(a.credit * CAST(e.net_revenue_eur AS double)) AS revenue
  ${credits({ from, to, model, lookback, channel, campaign })} AND a.platform IS NOT NULL AND a.deal_id IS NULL GROUP BY a.platform`;

/** The margin that an order has stands in `order_economics`; an order without it is unknown, not 0. */
export const influencers = (of: Narrowed) => `SELECT o.influencer_id AS name, CAST(count(*) AS double) AS orders,
    CAST(sum(o.net_revenue_eur) AS double) AS revenue, CAST(sum(e.margin_eur) AS double) AS margin,
    CAST(count_if(e.is_new_customer) AS double) AS new_customers,
    CAST(count_if(o.is_leaked) AS double) AS leaked, CAST(count(o.is_leaked) AS double) AS by_code
  FROM influencer_orders AS o JOIN order_economics AS e ON e.order_id = o.order_id
  WHERE ${within('o.local_date', of)} GROUP BY o.influencer_id`;

export const influencerCosts = (of: Narrowed) =>
  `SELECT influencer_id AS name, CAST(sum(spend_eur) AS double) AS spend FROM marketing_costs
  WHERE influencer_id IS NOT NULL AND ${within('day', of)} GROUP BY influencer_id`;

export const influencerPosts = (
  of: Narrowed,
) => `SELECT influencer_id AS name, CAST(count(*) AS double) AS posts, CAST(sum(coalesce(views, 0)) AS double) AS views
  FROM influencer_posts WHERE ${within('posted_on', of)} GROUP BY influencer_id`;

type Period = Pick<Narrowed, 'from' | 'to'>;

/**
 * Every line of a conversion, what it cost and what came back of it: the cost is the variant's on the day of the order,
 * or that of its SKU.
 */
const lines = (of: Period) => `WITH back AS (
    SELECT line_item_id, sum(coalesce(quantity, 0)) AS units, sum(amount_eur - tax_eur) AS net FROM refunds WHERE part = 'goods' GROUP BY line_item_id
  ), lines AS (
    SELECT i.product_id, i.order_id, CAST(i.quantity AS double) AS units, CAST(i.net_revenue_eur AS double) AS net,
      CAST(coalesce(b.units, 0) AS double) AS returned, CAST(coalesce(b.net, 0) AS double) AS given_back,
      CASE WHEN i.shipped_quantity = 0 THEN 0E0 ELSE i.shipped_quantity * CAST(coalesce(c.cost_eur, s.cost_eur) AS double) END AS cost
    FROM order_items AS i JOIN orders AS o ON o.order_id = i.order_id
    LEFT JOIN product_cost_periods AS c ON c.variant_id = i.variant_id AND o.local_date >= c.holds_from AND o.local_date < coalesce(c.holds_until, DATE '9999-12-31')
    LEFT JOIN product_cost_periods AS s ON s.variant_id = concat('sku:', i.sku) AND o.local_date >= s.holds_from AND o.local_date < coalesce(s.holds_until, DATE '9999-12-31')
    LEFT JOIN back AS b ON b.line_item_id = i.line_item_id
    WHERE o.is_conversion AND i.product_id IS NOT NULL AND ${within('o.local_date', of)}
  )`;
const sold = `sum(net) AS revenue, sum(units) AS units, CAST(count(DISTINCT CASE WHEN units > 0E0 THEN order_id END) AS double) AS orders, sum(returned) AS returned,
  sum(CASE WHEN cost IS NOT NULL THEN net END) AS covered, sum(net - cost - CASE WHEN cost IS NULL THEN 0E0 ELSE given_back END) AS margin`;

export const products = (of: Period) =>
  `${lines(of)} SELECT product_id AS name, ${sold} FROM lines GROUP BY product_id`;

export const categories = (of: Period) => `${lines(of)}, named AS (
    SELECT product_id AS of_product, max(category) AS category FROM products GROUP BY product_id)
  SELECT coalesce(category, '') AS name, ${sold} FROM lines LEFT JOIN named ON of_product = product_id GROUP BY category`;

/** Units that came back of what conversions of the days sold, by why. */
export const returned = (
  of: Period,
) => `SELECT coalesce(r.reason, 'unknown') AS name, CAST(sum(r.quantity) AS double) AS units
  FROM refunds AS r JOIN order_items AS i ON i.line_item_id = r.line_item_id JOIN orders AS o ON o.order_id = i.order_id
  WHERE r.part = 'goods' AND r.quantity > 0 AND o.is_conversion AND i.product_id IS NOT NULL AND ${within('o.local_date', of)}
  GROUP BY coalesce(r.reason, 'unknown')`;

export const productViews = (
  of: Period,
) => `SELECT p.product_id AS name, CAST(count(DISTINCT e.event_id) AS double) AS views
  FROM web_events AS e CROSS JOIN UNNEST(transform(e.items, i -> i.item_id)) AS u(sku)
  JOIN products AS p ON p.sku = u.sku
  WHERE e.event_name = 'view_item' AND NOT e.is_bot AND ${within('e.local_date', of)} GROUP BY p.product_id`;

/** Pairs of products that enough orders have in common, with their lift over all orders. */
export const lifts = (
  of: Period,
) => `${lines(of)}, baskets AS (SELECT DISTINCT order_id, product_id FROM lines WHERE units > 0E0),
  sizes AS (SELECT product_id, CAST(count(*) AS double) AS n FROM baskets GROUP BY product_id),
  pairs AS (
    SELECT a.product_id AS one, b.product_id AS other, CAST(count(*) AS double) AS n
    FROM baskets AS a JOIN baskets AS b ON b.order_id = a.order_id AND a.product_id < b.product_id
    GROUP BY a.product_id, b.product_id HAVING count(*) >= 5)
  SELECT concat(p.one, ' ', p.other) AS name, p.n AS orders,
    p.n * (SELECT CAST(count(*) AS double) FROM order_economics WHERE ${within('local_date', of)}) / (x.n * y.n) AS lift
  FROM pairs AS p JOIN sizes AS x ON x.product_id = p.one JOIN sizes AS y ON y.product_id = p.other`;

/** Every month of every cohort: what its customers had bought by then, one row a month in which they bought. */
export const cohorts = `WITH firsts AS (SELECT buyer_id, date_trunc('month', local_date) AS month FROM order_economics WHERE is_new_customer)
  SELECT concat(substr(CAST(f.month AS varchar), 1, 7), ' ', CAST(date_diff('month', f.month, date_trunc('month', e.local_date)) AS varchar)) AS name,
    CAST(sum(e.net_revenue_eur) AS double) AS revenue
  FROM firsts AS f JOIN order_economics AS e ON e.buyer_id = f.buyer_id GROUP BY f.month, date_diff('month', f.month, date_trunc('month', e.local_date))`;
export const cohortSizes = `SELECT substr(CAST(date_trunc('month', local_date) AS varchar), 1, 7) AS name, CAST(count(*) AS double) AS customers
  FROM order_economics WHERE is_new_customer GROUP BY date_trunc('month', local_date)`;

/** Orders and spend of each day. */
export const daily = (
  of: Narrowed,
) => `SELECT CAST(local_date AS varchar) AS name, CAST(sum(net_revenue_eur) AS double) AS revenue
  FROM order_economics WHERE ${within('local_date', of)}${and('country', of.country)} GROUP BY local_date`;
