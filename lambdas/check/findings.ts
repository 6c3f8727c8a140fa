/**
 * What makes figures wrong without breaking any promise of the schema: sources that lack something, or do not meet. No
 * check fails for it; it is told after an import and by `sillage status`.
 */
import type { AnswerValue, QueriesTogether } from '../shared/ports/warehouse.ts';
import { LakeUnavailable } from '../shared/ports/lake.ts';
import { paidChannelsSql, uncreditedSql, unknownSpendSql } from '../shared/known-spend.ts';
import { nearestNames } from './nearest-names.ts';

type Answer = readonly (readonly AnswerValue[])[];

interface Finding {
  readonly name: string;
  /** Portable SQL; no row where nothing is to be told. */
  readonly sql: string;
  /** Whether it asks the rejects, which not everyone may read who may read the figures. */
  readonly ofRejects?: true;
  /** Sentences of what was found; `lake`: the flag that names the lake to a command, with its space. */
  readonly words: (rows: Answer, lake: string) => readonly string[];
}

const text = (value: AnswerValue | undefined): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
const euros = (value: AnswerValue | undefined): string => `${Number(value ?? 0).toFixed(2)} EUR`;
const percent = (part: AnswerValue | undefined, all: AnswerValue | undefined): string =>
  `${Math.round((100 * Number(part)) / Number(all))} %`;
/** As names of links and of reports are compared. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase().replaceAll(/[ +]+/g, ' ').trim();
const quoted = (name: string): string => `"${name.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`;
const named = (names: readonly string[], most = 3): string =>
  names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');

/** Rows together that have one first value. */
function byFirst(rows: Answer): (readonly [string, Answer])[] {
  const found = new Map<string, (readonly AnswerValue[])[]>();
  for (const row of rows) found.set(text(row[0]), [...(found.get(text(row[0])) ?? []), row]);
  return [...found];
}

/** The day after today, for today is UTC's: what is later lies in the future everywhere. */
const tomorrow = "date_add('day', 1, current_date)";

/** Sources that tell of every day, each with the days that it tells of; those that have not come are no days. */
const sources = `SELECT platform AS source, dt AS day, count(*) AS n FROM ad_spend WHERE dt <= ${tomorrow} GROUP BY platform, dt
  UNION ALL SELECT 'orders', local_date, count(*) FROM orders WHERE NOT is_test AND local_date <= ${tomorrow} GROUP BY local_date
  UNION ALL SELECT 'web events', dt, count(*) FROM web_events GROUP BY dt`;

/** Days by which a source may end before another: exports of one afternoon. */
const patience = 3;
/** Of a source with fewer records a day, a day without one is nothing odd. */
const busy = 5;
/** Some orders always wait for their payment; where it is this part, something is odd. */
const unpaidShare = 0.1;
/** Orders that name nobody are told of where they are this many, and this part: a shop's tills have some. */
const [nobodys, nobodysShare] = [10, 0.2];
/** A platform is told of where at least this part of its spend is of campaigns that no visit and no order names. */
const unmatchedShare = 0.2;
/** A channel is told of where more than this part of its revenue is older than its spend. */
const earlyShare = '5E-2';

/** Purchases of pages are told of where this part of them tells no number of an order that there is. */
const unknownShare = 0.2;

/** A host is the shop's where at least one in so many pages is its. */
const oftenPart = 100;

/** What stands in a link, in small letters, in place of a value: a template of a platform's; what scripts write. */
const unfilled = '[{]|%7b|(^|=)(__|%%|%25%25|[*][|]|[*]%7c|%2a%7c)';
const nothing =
  '=([^a-z0-9%]|%[257][0-9a-f])*(undefined|null|none|nan|not([ +_-]|%20)set|object([ +]|%20)object)([^a-z0-9%]|%[257][0-9a-f])*$';
/** As a link's parameter is read. */
function decoded(sent: string): string {
  try {
    return decodeURIComponent(sent.replaceAll('+', ' '));
  } catch {
    return sent;
  }
}

/** Two reports are of one campaign where on so many days they have this part of each other's spend, day by day. */
const [nearDays, nearShare] = [3, '9E-1'];

/** What stands for the account of reports that name none. */
const nameless: ReadonlySet<string> = new Set(['unnamed', 'tiktok']);

export const findings: readonly Finding[] = [
  {
    name: 'revenue without a cost of goods',
    sql: `SELECT coalesce(sum(CASE WHEN cost_of_goods_eur IS NULL THEN net_revenue_eur END), 0) AS unknown_eur, sum(net_revenue_eur) AS all_eur
FROM order_economics HAVING count_if(cost_of_goods_eur IS NULL AND net_revenue_eur > 0) > 0`,
    words: ([row]) =>
      row
        ? [
            `${percent(row[0], row[1])} of the revenue (${euros(row[0])} of ${euros(row[1])}) is of orders of ` +
              'which no cost of goods is known: their margin is left out of every ROI. Enter “Cost per item” in ' +
              'the shop, export the products and import them.',
          ]
        : [],
  },
  {
    name: 'renewals of subscriptions',
    sql: `SELECT count(*), (SELECT count(*) FROM orders WHERE is_conversion), sum(net_revenue_eur) FROM orders
WHERE is_conversion AND source_name = 'subscription_contract' HAVING count(*) > 0`,
    words: ([row]) =>
      row
        ? [
            `${text(row[0])} of ${text(row[1])} orders (${euros(row[2])}) ` +
              `${text(row[0]) === '1' ? 'is a renewal of a subscription' : 'are renewals of subscriptions'}: no ` +
              'visit led to them, and each is credited as any order, to what brought its buyer in the days ' +
              'before (the look-back), else to nobody. What a subscription brings in the long run, sillage ltv ' +
              `says; orders.source_name = 'subscription_contract' names them.`,
          ]
        : [],
  },
  {
    name: 'orders that cost their buyer nothing',
    // What gift cards or store credit paid has a total.
    sql: `SELECT count(*), (SELECT count(*) FROM orders WHERE is_conversion), min(o.order_number), count_if(e.is_new_customer), sum(e.cost_of_goods_eur)
FROM orders AS o JOIN order_economics AS e ON e.order_id = o.order_id
WHERE o.total_price_eur = DECIMAL '0.00' AND o.needs_shipping HAVING count(*) > 0`,
    words: ([row], lake) =>
      row
        ? [
            `${text(row[0])} of ${text(row[1])} orders (one is ${text(row[2])}) cost ` +
              `${text(row[0]) === '1' ? 'its' : 'their'} buyer nothing, by a discount of 100 % or a price of 0, ` +
              `and ${text(row[0]) === '1' ? 'counts' : 'count'} as any order (new customers among them: ` +
              `${text(row[3])}), with what the goods cost (${euros(row[4])}). Gifts to influencers, samples and ` +
              'replacements are no sales: they make the cost of a customer look lower, and the products of a ' +
              'deal count twice. Give such orders a tag in the shop, import them again, and name the tag: ' +
              `sillage shop --set 'test_orders={"tags":["gift"]}'${lake}`,
          ]
        : [],
  },
  {
    name: 'orders that are not paid',
    // Neither a test nor cancelled: what is no conversion then waits for its payment.
    sql: `SELECT count_if(NOT is_conversion) AS unpaid, count(*),
  coalesce(sum(CASE WHEN NOT is_conversion THEN total_price_eur END), 0) AS unpaid_eur, sum(total_price_eur) AS all_eur
FROM orders
WHERE NOT is_test AND cancelled_at IS NULL AND financial_status <> 'voided'`,
    words: ([row]) =>
      row && Number(row[0]) > 0 && Number(row[0]) >= unpaidShare * Number(row[1])
        ? [
            `${text(row[0])} of ${text(row[1])} orders (${euros(row[2])} of ${euros(row[3])}) are not paid by ` +
              'their state, and count in no figure. Are they paid on delivery, or is the export old? Export ' +
              'them again once they are paid.',
          ]
        : [],
  },
  {
    name: 'orders that name no buyer',
    sql: `SELECT count_if(customer_id IS NULL AND email_hash IS NULL), count(*), min(CASE WHEN customer_id IS NULL AND email_hash IS NULL THEN order_number END)
FROM orders WHERE is_conversion`,
    words: ([row]) =>
      row && Number(row[0]) >= nobodys && Number(row[0]) >= nobodysShare * Number(row[1])
        ? [
            `${text(row[0])} of ${text(row[1])} orders (one is ${text(row[2])}) name neither a customer nor ` +
              'an e-mail address, so each counts as the first of a new customer: there are too many new ones, ' +
              'and the cost of each is too low. Export the orders with the column “Email”; an app of Shopify ' +
              'needs access to protected customer data.',
          ]
        : [],
  },
  {
    name: 'spend without a matched order',
    sql: `WITH met AS (
  SELECT DISTINCT platform, campaign_id FROM sessions WHERE campaign_id IS NOT NULL
  UNION SELECT DISTINCT platform, campaign_id FROM touchpoints WHERE campaign_id IS NOT NULL
), spent AS (
  SELECT a.platform, a.campaign_id, max(a.campaign_name) AS campaign, sum(a.spend_eur) AS eur, max(CASE WHEN m.campaign_id IS NULL THEN 1 ELSE 0 END) AS is_unmet
  FROM ad_spend AS a LEFT JOIN met AS m ON m.platform = a.platform AND m.campaign_id = a.campaign_id
  GROUP BY a.platform, a.campaign_id
), summed AS (
  SELECT platform, sum(eur) AS all_eur, sum(CASE WHEN is_unmet = 1 THEN eur ELSE 0 END) AS unmet_eur FROM spent GROUP BY platform
)
SELECT s.platform, s.campaign, u.unmet_eur, u.all_eur
FROM spent AS s JOIN summed AS u ON u.platform = s.platform
WHERE s.is_unmet = 1 AND s.eur > 0 AND CAST(u.unmet_eur AS double) >= ${unmatchedShare} * CAST(u.all_eur AS double) AND (SELECT count(*) FROM orders WHERE is_conversion) > 0
ORDER BY s.platform, s.eur DESC, s.campaign`,
    words: (rows) =>
      byFirst(rows).map(
        ([platform, own]) =>
          `${platform}: ${percent(own[0]?.[2], own[0]?.[3])} of its spend (${euros(own[0]?.[2])}) is of ` +
          `campaigns that no visit and no order names: ${named(own.map((row) => `“${text(row[1])}”`))}. Their ` +
          'return looks like nothing. Write their ids into links (utm_id; docs/shop.md), or tell which name ' +
          'in links means which campaign.',
      ),
  },
  {
    name: 'orders with a campaign that nobody reports',
    sql: `WITH lost AS (
  SELECT campaign, count(DISTINCT order_id) AS orders, max(CAST(touched_at AS date)) AS last_day FROM touchpoints
  WHERE campaign IS NOT NULL AND campaign NOT IN ('(not set)', '(none)', '(direct)', '(organic)', '(referral)') AND campaign_id IS NULL AND deal_id IS NULL AND channel IN ${paidChannelsSql} AND NOT regexp_like(campaign, '${unfilled}')
  GROUP BY campaign
), meant AS (
  SELECT trim(regexp_replace(lower(m.utm_campaign), '[ +]+', ' ')) AS name, max(c.campaign) AS campaign
  FROM shop_campaign_names AS m JOIN campaigns AS c ON c.platform IN (m.platform, concat(m.platform, '_ads')) AND c.campaign_id = m.campaign_id
  GROUP BY trim(regexp_replace(lower(m.utm_campaign), '[ +]+', ' '))
)
SELECT l.campaign, l.orders, c.campaign AS known, m.campaign AS meant, CAST(l.last_day AS varchar) AS last_day, CAST(c.first_day AS varchar) AS first_day
FROM lost AS l CROSS JOIN (SELECT campaign, min(first_day) AS first_day FROM campaigns GROUP BY campaign) AS c
LEFT JOIN meant AS m ON m.name = trim(regexp_replace(lower(l.campaign), '[ +]+', ' '))
ORDER BY l.orders DESC, l.campaign`,
    words(rows, lake) {
      const lost = byFirst(rows);
      const lines = lost.slice(0, 5).map(([campaign, own]) => {
        const near = nearestNames(
          campaign,
          own.map((row) => text(row[2])),
        );
        const [best] = near;
        const orders = Number(own[0]?.[1]);
        const naming = `${orders} ${orders === 1 ? 'order names' : 'orders name'} the campaign “${campaign}”`;
        const mapped = own[0]?.[3] == null ? undefined : text(own[0][3]);
        const meant = mapped ?? (best !== undefined && folded(best) === folded(campaign) ? best : undefined);
        const [last, first] = own.find((row) => text(row[2]) === meant)?.slice(4) ?? [];
        // A name that is joined already is none to join: what lacks are the reports of its visits' days.
        if (meant !== undefined && last != null && first != null && text(last) < text(first))
          return (
            `${naming} in visits of days until ${text(last)}, and the reports of “${meant}” begin on ` +
            `${text(first)}: what was spent on those days is not known. Import its reports of these days, too.`
          );
        if (mapped !== undefined)
          return (
            `${naming}, and ${orders === 1 ? 'does' : 'do'} not meet “${mapped}”, which shop.json says that it ` +
            'means: either their links name another source (utm_source) than it says, or it was not reported in ' +
            'the 30 days before.'
          );
        if (best !== undefined && folded(best) === folded(campaign))
          return (
            `${naming}, and ${orders === 1 ? 'does' : 'do'} not meet the reported “${best}”: either their links ` +
            'name a source (utm_source) that is none of its platform, or it was not reported in the 30 days ' +
            `before. If the links mean it: sillage shop map ${quoted(campaign)} = ${quoted(best)}${lake}`
          );
        return `${naming}, which no platform reports: its spend and its orders do not meet. ${
          best === undefined
            ? `No reported campaign has a name like it. If you know which it is: sillage shop map ${quoted(campaign)} = "NAME"${lake}`
            : `The nearest ${near.length === 1 ? 'name is' : 'names are'} ${named(near.map((name) => `“${name}”`))}. If it is the first: sillage shop map ${quoted(campaign)} = ${quoted(best)}${lake}`
        }`;
      });
      return lost.length > 5
        ? [...lines, `and ${lost.length - 5} more names of campaigns that no platform reports.`]
        : lines;
    },
  },
  {
    name: 'links that nobody filled in',
    // Of an order the page is known by which it came: its visits may not be.
    sql: `WITH sent AS (
  SELECT lower(p.pair) AS pair, count(DISTINCT coalesce(w.visitor_id, w.event_id)) AS visitors, 0 AS orders
  FROM web_events AS w CROSS JOIN UNNEST(regexp_extract_all(w.page_query, '(?i)utm_(source|medium|campaign|id)=[^&]+')) AS p(pair)
  WHERE NOT w.is_bot GROUP BY lower(p.pair)
  UNION ALL SELECT concat('utm_campaign=', landing_campaign), 0, count(*) FROM orders WHERE landing_campaign IS NOT NULL AND NOT is_test GROUP BY landing_campaign
)
SELECT CASE WHEN regexp_like(pair, '${unfilled}') THEN 'unfilled' ELSE 'nothing' END AS kind, pair, sum(visitors) AS visitors, sum(orders) AS orders FROM sent
WHERE regexp_like(pair, '${unfilled}') OR regexp_like(pair, '${nothing}')
GROUP BY pair ORDER BY 3 DESC, 4 DESC, pair`,
    words: (rows) =>
      byFirst(rows).map(([kind, own]) => {
        const tags = byFirst(own.map(([, pair, ...counts]) => [decoded(text(pair)), ...counts])).map(
          ([tag, counts]) => {
            const of = (at: number, one: string) => {
              const n = counts.reduce((sum, row) => sum + Number(row[at]), 0);
              return n === 0 ? [] : [`${n} ${one}${n === 1 ? '' : 's'}`];
            };
            return `“${tag}” (${[...of(1, 'visitor'), ...of(2, 'order')].join(', ')})`;
          },
        );
        return kind === 'unfilled'
          ? `Links with a template that nobody filled in: ${named(tags, 5)}. What stands there for a source or a ` +
              'medium counts as none, and which campaign it was is not known. Write it where the platform fills it in: ' +
              "Meta, the ad's “URL parameters” ({{campaign.name}}); Google, the account's “Tracking template” or “Final " +
              "URL suffix” ({campaignid}); TikTok, the ad's URL (__CAMPAIGN_ID__)."
          : `Links whose tag says nothing: ${named(tags, 5)}. It counts as if it were not there: what else is known of the ` +
              'visit decides. Correct what writes these links (a script, a mailing, a short link).';
      }),
  },
  {
    name: 'revenue older than spend',
    sql: `WITH spent AS (
  SELECT channel, min(dt) AS first_day FROM ad_spend WHERE spend_eur > 0 GROUP BY channel
), credited AS (
  SELECT a.channel, o.local_date AS day, sum(a.credit * CAST(o.net_revenue_eur AS double)) AS eur
  FROM attribution AS a JOIN shop AS s ON s.attribution_model = a.attribution_model AND s.lookback_days = a.lookback_days
  JOIN orders AS o ON o.order_id = a.order_id
  GROUP BY a.channel, o.local_date
)
SELECT c.channel, CAST(max(s.first_day) AS varchar), sum(CASE WHEN c.day < s.first_day THEN c.eur ELSE 0E0 END), sum(c.eur)
FROM credited AS c JOIN spent AS s ON s.channel = c.channel
GROUP BY c.channel
HAVING sum(CASE WHEN c.day < s.first_day THEN c.eur ELSE 0E0 END) > ${earlyShare} * sum(c.eur)
ORDER BY 3 DESC, c.channel`,
    words: (rows) =>
      rows.map(
        ([channel, first, early, all]) =>
          `${text(channel)}: ${percent(early, all)} of its attributed revenue (${euros(early)} of ` +
          `${euros(all)}) is of days before ${text(first)}, the first day of which spend is known: over all ` +
          'days its ROAS and ROI are too high. Import the advertising reports of these days, too, or ask for ' +
          `days from ${text(first)} on.`,
      ),
  },
  {
    name: 'spend older than orders',
    sql: `SELECT CAST(max(o.first_day) AS varchar), sum(CASE WHEN a.dt < o.first_day THEN a.spend_eur END), sum(a.spend_eur)
FROM ad_spend AS a CROSS JOIN order_days AS o
HAVING CAST(sum(CASE WHEN a.dt < o.first_day THEN a.spend_eur END) AS double) > ${earlyShare} * CAST(sum(a.spend_eur) AS double)`,
    words: ([row]) =>
      row
        ? [
            `${percent(row[1], row[2])} of the advertising spend (${euros(row[1])} of ${euros(row[2])}) is of ` +
              `days before ${text(row[0])}, the first day of which there are orders: over all days ROAS and ROI ` +
              `are too low, and what a customer costs too high. Import the orders of these days, too (Shopify's ` +
              `API gives those of 60 days unless it is asked for all), or ask for days from ${text(row[0])} on.`,
          ]
        : [],
  },
  {
    name: 'paid channels without a cost',
    sql: unknownSpendSql('true'),
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${named(
              rows.map(([channel]) => text(channel)),
              5,
            )}: ${rows.length === 1 ? 'this paid channel is' : 'these paid channels are'} credited with ${percent(
              rows.reduce((sum, [, eur]) => sum + Number(eur), 0),
              rows[0]?.[2],
            )} of the revenue, and nothing is known of what ${rows.length === 1 ? 'it' : 'they'} cost: the spend of the shop is too low, and all that is divided by it too good. Import the reports of the platform, too.`,
          ],
  },
  {
    name: 'orders that nobody is credited with',
    sql: uncreditedSql('true'),
    words: ([row]) =>
      row
        ? [
            `Nothing tells what brought ${Math.round(Number(row[1]))} of ${Math.round(Number(row[2]))} orders ` +
              '(Unassigned): no visit, no landing page and no code of theirs is known. What they brought is ' +
              'missing from the ROAS and ROI of every channel, and spend that brought them looks lost. Import ' +
              `the visits (GA4, Matomo, the tracker), or the orders as the shop's API gives them, with their ` +
              'landing page.',
          ]
        : [],
  },
  {
    name: 'deals without roster',
    sql: `SELECT DISTINCT d.influencer_id FROM influencer_deals AS d LEFT JOIN influencers AS i ON i.influencer_id = d.influencer_id
WHERE i.influencer_id IS NULL ORDER BY d.influencer_id`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'influencer has' : 'influencers have'} deals and no line in ` +
              `the roster: ${named(rows.map(([id]) => text(id)))}. Their followers and tier are unknown. Import ` +
              'a sheet with followers, and write the handle as the deal does.',
          ],
  },
  {
    name: 'purchases that no order has',
    // Of the days of which there are orders. An order is told in any of the ways in which touchpoints know it.
    sql: `WITH days AS (SELECT min(local_date) AS first_day, max(local_date) AS last_day, max(order_name) AS order_name FROM orders), bought AS (
  SELECT DISTINCT coalesce(lower(w.transaction_id), w.event_id) AS one, lower(w.transaction_id) AS number, d.order_name
  FROM web_events AS w CROSS JOIN days AS d
  WHERE w.event_name = 'purchase' AND NOT w.is_bot AND w.local_date BETWEEN d.first_day AND d.last_day
), known AS (
  SELECT DISTINCT lower(u.number) AS number FROM orders
  CROSS JOIN UNNEST(ARRAY[order_number, order_id, order_name, regexp_replace(order_id, '^[a-z]+:', '')]) AS u(number)
)
SELECT count(*) AS purchases, count_if(b.number IS NULL) AS unnumbered, count_if(b.number IS NOT NULL AND k.number IS NULL) AS unknown,
  min(CASE WHEN k.number IS NULL THEN b.number END), max(b.order_name)
FROM bought AS b LEFT JOIN known AS k ON k.number = b.number HAVING count(*) > 0`,
    words([row]) {
      const [all, unnumbered, unknown] = [Number(row?.[0]), Number(row?.[1]), Number(row?.[2])];
      const isMuch = (purchases: number) => purchases > 0 && purchases >= unknownShare * all;
      return [
        ...(isMuch(unnumbered)
          ? [
              `${unnumbered} of ${all} purchases that pages tell have no order number: they are in no ` +
                'conversion rate and no funnel, and their orders do not find their visits. Let pages send the ' +
                `order's number with a purchase (transaction_id).`,
            ]
          : []),
        ...(isMuch(unknown)
          ? [
              `${unknown} of ${all} purchases that pages tell are of no order that is here, as ` +
                `“${text(row?.[3])}”; orders are called as “${text(row?.[4])}”. So orders do not find their ` +
                'visits. Let pages send the number or the id that the shop gives an order (transaction_id), or ' +
                'import the orders that are missing.',
            ]
          : []),
      ];
    },
  },
  {
    name: 'orders and pages in two time zones',
    // By how many half hours pages tell of an order later than the shop: what most of them have in common is no chance.
    sql: `WITH placed AS (SELECT order_id, order_number, order_name, coalesce(processed_at, created_at) AS placed_at FROM orders),
told AS (
  SELECT o.order_id, min(CAST(floor((date_diff('minute', o.placed_at, p.purchased_at) + 15) / 30E0) AS bigint)) AS halves
  FROM placed AS o CROSS JOIN UNNEST(ARRAY[o.order_number, o.order_id, lower(o.order_name)]) AS u(number)
  JOIN purchases AS p ON lower(p.transaction_id) = u.number
  WHERE p.purchased_at BETWEEN o.placed_at - INTERVAL '15' HOUR AND o.placed_at + INTERVAL '15' HOUR
  GROUP BY o.order_id
), counted AS (SELECT halves, count(*) AS orders FROM told GROUP BY halves)
SELECT c.halves, c.orders, a.orders AS all_orders FROM counted AS c CROSS JOIN (SELECT sum(orders) AS orders FROM counted) AS a
WHERE abs(c.halves) >= 2 AND c.orders >= ${busy} AND c.orders * 2 > a.orders`,
    words: ([row]) =>
      row
        ? [
            `${text(row[1])} of ${text(row[2])} orders of which pages tell were placed ` +
              `${Math.abs(Number(row[0])) / 2} h ${Number(row[0]) > 0 ? 'earlier' : 'later'} by the shop's ` +
              `export than by the pages: one of the two has its times in another time zone. ${Number(row[0]) > 0 ? 'So visits look as if they came after their orders, which are credited to nobody.' : 'So days and paths are not right near midnight.'} ` +
              `Compare the hour of one order: if the shop's is wrong, set its zone (sillage shop --set ` +
              `time_zone=…) and import the orders again; if the pages' is, export the visits with times in UTC.`,
          ]
        : [],
  },
  {
    name: 'deals to which nothing can be credited',
    sql: `SELECT influencer_id, coalesce(fee_eur, 0) + coalesce(product_cost_eur, 0) AS eur FROM influencer_deals
WHERE promo_code IS NULL AND link_source IS NULL AND link_campaign IS NULL AND link_path IS NULL ORDER BY 2 DESC, 1`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'deal has' : 'deals have'} neither a promotion code nor a ` +
              `link by which a visit could be known (${named([...new Set(rows.map(([id]) => text(id)))])}; ` +
              `${euros(rows.reduce((sum, row) => sum + Number(row[1]), 0))}): no order can be credited to ` +
              `${rows.length === 1 ? 'it, and its' : 'them, and their'} ROI looks like -100 %. A short link, or ` +
              'one to a page of the shop, tells nothing: write down the whole link, with utm_source and ' +
              'utm_campaign of its own.',
          ],
  },
  {
    name: 'one code of several influencers',
    sql: `SELECT DISTINCT a.promo_code, a.influencer_id, b.influencer_id AS other_id
FROM influencer_deals AS a JOIN influencer_deals AS b ON b.promo_code = a.promo_code
WHERE a.influencer_id < b.influencer_id AND a.contract_date <= coalesce(b.end_date, a.contract_date)
  AND b.contract_date <= coalesce(a.end_date, b.contract_date) ORDER BY 1, 2, 3`,
    words: (rows) =>
      byFirst(rows)
        .slice(0, 5)
        .map(
          ([code, own]) =>
            `The code “${code}” is of several influencers at one time ` +
            `(${named([...new Set(own.flatMap((row) => [text(row[1]), text(row[2])]))])}): an order that ` +
            'names it counts for the newest contract alone, and the others look as if they had brought ' +
            'nothing. Give each a code of their own.',
        ),
  },
  {
    name: 'codes outside of the days of their deals',
    sql: `WITH named AS (
  SELECT o.order_id, o.local_date, o.net_revenue_eur, u.code,
    max(CASE WHEN o.local_date BETWEEN d.contract_date AND coalesce(d.end_date, o.local_date) THEN 1 ELSE 0 END) AS is_within,
    min(d.contract_date) AS first_day, max(coalesce(d.end_date, DATE '9999-12-31')) AS last_day
  FROM orders AS o CROSS JOIN UNNEST(o.promo_codes) AS u(code) JOIN influencer_deals AS d ON d.promo_code = u.code
  WHERE o.is_conversion
  GROUP BY o.order_id, o.local_date, o.net_revenue_eur, u.code
)
SELECT code, count(*) AS orders, CAST(sum(net_revenue_eur) AS double), CAST(min(first_day) AS varchar), CAST(max(last_day) AS varchar)
FROM named WHERE is_within = 0 GROUP BY code ORDER BY 3 DESC, 1`,
    words: (rows) =>
      rows
        .slice(0, 5)
        .map(
          ([code, orders, eur, first, last]) =>
            `${text(orders)} ${text(orders) === '1' ? 'order names' : 'orders name'} the code “${text(code)}” ` +
            `(${euros(eur)}) on days that are none of its deals' (${text(first)} ` +
            `${text(last) === '9999-12-31' ? 'and later' : `to ${text(last)}`}): no influencer is credited ` +
            `with ${text(orders) === '1' ? 'it' : 'them'}. If the code was theirs, correct the days in the ` +
            'sheet of deals.',
        ),
  },
  {
    name: 'deals that end before they begin',
    sql: `SELECT influencer_id, CAST(contract_date AS varchar), CAST(end_date AS varchar) FROM influencer_deals
WHERE end_date < contract_date ORDER BY 1, 2, 3`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'deal ends' : 'deals end'} before ${rows.length === 1 ? 'it begins' : 'they begin'} ` +
              `(${named(rows.map(([id, first, last]) => `${text(id)}, ${text(first)} to ${text(last)}`))}): no ` +
              `order can be credited to ${rows.length === 1 ? 'it, and its' : 'them, and their'} ROI looks like ` +
              '-100 %. Correct the days in the sheet of deals.',
          ],
  },
  {
    name: 'visits of pages that are no shop',
    sql: `SELECT page_host, count(*), count(DISTINCT visitor_id) AS visitors FROM web_events
WHERE NOT is_bot AND regexp_like(page_host, '^(localhost|[0-9.]+|.*[.]localhost)$|^(.*[.-])?(staging|stage|preprod|pre-prod|preproduction|recette|dev|local)[0-9]*[.-]')
GROUP BY page_host ORDER BY 2 DESC, 1`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.reduce((sum, row) => sum + Number(row[1]), 0)} events are of pages that look like a copy ` +
              `of the shop to try things out (${named(rows.map(([host]) => text(host)))}): they count as ` +
              'visits. Take the tracker off there, or leave them out of the export.',
          ],
  },
  {
    name: 'referrals from the shop itself',
    // Pages of a host that is seen now and then are of a mirror, an archive or a spammer.
    sql: `WITH hosts AS (
  SELECT page_host, count(*) AS pages FROM web_events WHERE NOT is_bot AND page_host IS NOT NULL GROUP BY page_host
), often AS (
  SELECT h.page_host FROM hosts AS h CROSS JOIN (SELECT sum(pages) AS pages FROM hosts) AS a WHERE h.pages * ${oftenPart} >= a.pages
)
SELECT w.referrer_host, count(*) AS arrivals, max(w.page_host)
FROM web_events AS w JOIN often AS o ON o.page_host = w.referrer_host
WHERE NOT w.is_bot AND w.medium = 'referral' AND w.campaign IS NULL AND w.referrer_host <> w.page_host
GROUP BY w.referrer_host ORDER BY 2 DESC, 1`,
    words: (rows, lake) =>
      rows.length === 0
        ? []
        : [
            `${rows.reduce((sum, row) => sum + Number(row[1]), 0)} pages were reached from ` +
              `${named(rows.map(([host]) => text(host)))}, whose pages are seen as visits of the shop, too ` +
              `(from there to ${text(rows[0]?.[2])}): they count as referrals, and take the credit of what ` +
              `brought the visitor. If all are the shop's own, name them beside those that are named already ` +
              '(sillage shop shows them): sillage shop --set ' +
              `domains=${[...new Set(rows.flatMap((row) => [text(row[0]), text(row[2])]))].join(',')}${lake}`,
          ],
  },
  {
    name: 'sources that ended earlier than others',
    sql: `WITH seen AS (${sources}), ends AS (SELECT source, max(day) AS last_day FROM seen GROUP BY source), latest AS (SELECT max(last_day) AS day FROM ends)
SELECT e.source, CAST(e.last_day AS varchar), CAST(l.day AS varchar) FROM ends AS e CROSS JOIN latest AS l
WHERE date_diff('day', e.last_day, l.day) > ${patience} ORDER BY e.source`,
    words: (rows) =>
      rows.map(
        ([source, last, latest]) =>
          `${text(source)}: nothing after ${text(last)}, while others go to ${text(latest)}: on the days ` +
          'between, it looks as if there were nothing. Export it again to the same day.',
      ),
  },
  {
    name: 'customers counted after the last order',
    sql: `WITH accounts AS (
  SELECT email_hash, min(customer_id) AS customer_id FROM customers WHERE email_hash IS NOT NULL GROUP BY email_hash
), placed AS (
  SELECT coalesce(o.customer_id, a.customer_id) AS customer_id, count(*) AS orders
  FROM orders AS o LEFT JOIN accounts AS a ON a.email_hash = o.email_hash
  WHERE NOT o.is_test GROUP BY coalesce(o.customer_id, a.customer_id)
), ends AS (SELECT last_day AS day FROM order_days)
SELECT count(*), CAST(max(e.day) AS varchar), CAST(max(CAST(c.updated_at AS date)) AS varchar)
FROM customers AS c JOIN placed AS p ON p.customer_id = c.customer_id CROSS JOIN ends AS e
WHERE c.orders_count > p.orders AND date_diff('day', e.day, CAST(c.updated_at AS date)) > ${patience} HAVING count(*) > 0`,
    words: ([row]) =>
      row
        ? [
            `${text(row[0])} ${text(row[0]) === '1' ? 'customer has' : 'customers have'} more orders by the ` +
              `shop's count than the lake, which ends on ${text(row[1])}; they were counted later, up to ` +
              `${text(row[2])}. ${text(row[0]) === '1' ? 'It passes for one who' : 'They pass for ones who'} ` +
              'had bought before the lake begins, and may have bought since: new customers may be too few. ' +
              'Export the orders to the same day, and import them.',
          ]
        : [],
  },
  {
    name: 'days of the future',
    sql: `WITH ahead AS (
  SELECT platform AS source, dt AS day FROM ad_spend WHERE dt > ${tomorrow}
  UNION ALL SELECT 'orders', local_date FROM orders WHERE NOT is_test AND local_date > ${tomorrow}
  UNION ALL SELECT 'refunds', local_date FROM refunds WHERE local_date > ${tomorrow}
  UNION ALL SELECT 'posts of influencers', posted_on FROM influencer_posts WHERE posted_on > ${tomorrow}
)
SELECT source, count(*), CAST(min(day) AS varchar), CAST(max(day) AS varchar) FROM ahead GROUP BY source ORDER BY source`,
    words: (rows) =>
      rows.map(
        ([source, records, first, last]) =>
          `${text(source)}: ${text(records)} ${text(records) === '1' ? 'record lies' : 'records lie'} in the ` +
          `future (${first === last ? text(first) : `${text(first)} to ${text(last)}`}). Was a date read the ` +
          'wrong way round (day and month), or is a clock wrong? They count on those days, and no period that ' +
          'ends with the last day has them. Correct them where they come from, and import them again.',
      ),
  },
  {
    name: 'days missing in the middle',
    // An e-mail is sent on few days, and none is missing on the others.
    sql: `WITH sent AS (SELECT DISTINCT platform FROM ad_spend WHERE channel = 'Email'
), seen AS (
  SELECT o.source, o.day, o.n FROM (${sources}) AS o LEFT JOIN sent AS e ON e.platform = o.source WHERE e.platform IS NULL
), spans AS (
  SELECT source, day, n, lag(day) OVER (PARTITION BY source ORDER BY day) AS before FROM seen
), usual AS (SELECT source, CAST(sum(n) AS double) / count(*) AS mean FROM seen GROUP BY source)
SELECT s.source, CAST(date_add('day', 1, s.before) AS varchar), CAST(sum(date_diff('day', s.before, s.day) - 1) OVER (PARTITION BY s.source) AS varchar)
FROM spans AS s JOIN usual AS u ON u.source = s.source
WHERE date_diff('day', s.before, s.day) > 1 AND (s.source <> 'orders' OR u.mean >= ${busy}) ORDER BY s.source, s.day`,
    words: (rows) =>
      byFirst(rows).map(
        ([source, own]) =>
          `${source}: ${text(own[0]?.[2])} ${text(own[0]?.[2]) === '1' ? 'day has' : 'days have'} nothing ` +
          `between others that have (the first is ${text(own[0]?.[1])}). Is a part of the export missing? ` +
          'Export it again for all days.',
      ),
  },
  {
    name: 'one campaign reported twice',
    // Of the two reports one was corrected since: the days of one campaign are alike, day by day, and not the same.
    sql: `WITH daily AS (
  SELECT platform, account_id, campaign_id, campaign_folded, max(campaign_name) AS campaign, dt, sum(spend_eur) AS eur
  FROM ad_spend GROUP BY platform, account_id, campaign_id, campaign_folded, dt
), paired AS (
  SELECT a.platform, a.campaign, a.account_id, a.campaign_id, b.account_id AS other_account, b.campaign_id AS other_id, count(*) AS days,
    count_if(a.eur = b.eur) AS equal_days, sum(CASE WHEN a.eur = b.eur THEN CAST(a.eur AS double) ELSE 0E0 END) AS equal_eur,
    sum(CAST(least(a.eur, b.eur) AS double)) AS less_eur, sum(CAST(greatest(a.eur, b.eur) AS double)) AS more_eur
  FROM daily AS a JOIN daily AS b ON b.platform = a.platform AND b.dt = a.dt AND b.campaign_folded = a.campaign_folded
  WHERE concat(a.account_id, ' ', a.campaign_id) <> concat(b.account_id, ' ', b.campaign_id) AND a.campaign_id <> b.campaign_id AND a.eur > 0
    AND (a.campaign_id = a.campaign OR a.account_id IN ('unnamed', 'tiktok')) AND NOT (b.campaign_id = b.campaign AND b.account_id IN ('unnamed', 'tiktok'))
  GROUP BY a.platform, a.campaign, a.account_id, a.campaign_id, b.account_id, b.campaign_id
), doubled AS (
  SELECT platform, campaign, CASE WHEN days >= ${nearDays} AND less_eur >= ${nearShare} * more_eur THEN days ELSE equal_days END AS days,
    CASE WHEN days >= ${nearDays} AND less_eur >= ${nearShare} * more_eur THEN less_eur ELSE equal_eur END AS eur
  FROM paired
)
SELECT platform, campaign, max(days), sum(eur) FROM doubled WHERE days > 0 GROUP BY platform, campaign ORDER BY 4 DESC, 2`,
    words: (rows) =>
      rows
        .slice(0, 5)
        .map(
          ([platform, campaign, days, eur]) =>
            `${text(platform)}: “${text(campaign)}” is reported twice on ${text(days)} ` +
            `${text(days) === '1' ? 'day' : 'days'}, once with its id and account and once without, so ` +
            `${euros(eur)} count twice. Import the one without again and say its account (sillage import FILE ` +
            '--account ID), or take it out (sillage import --undo FILE).',
        ),
  },
  {
    name: 'one campaign under two accounts',
    // Of one name two accounts may have a campaign each, if both are known by their ids; an id is of one campaign.
    sql: `WITH daily AS (
  SELECT platform, account_id, campaign_id, max(campaign_name) AS campaign, dt, sum(spend_eur) AS eur
  FROM ad_spend GROUP BY platform, account_id, campaign_id, dt
)
SELECT a.platform, max(coalesce(a.campaign, a.campaign_id)) AS campaign, a.account_id, b.account_id AS other_id, count(DISTINCT a.dt) AS days,
  CAST(sum(least(a.eur, b.eur)) AS double) AS eur
FROM daily AS a JOIN daily AS b ON b.platform = a.platform AND b.dt = a.dt AND b.campaign_id = a.campaign_id
WHERE a.account_id < b.account_id AND (coalesce(a.campaign, '') <> a.campaign_id
  OR NOT regexp_like(a.account_id, '^[0-9]+$') OR NOT regexp_like(b.account_id, '^[0-9]+$'))
GROUP BY a.platform, a.campaign_id, a.account_id, b.account_id ORDER BY eur DESC, campaign`,
    words: (rows) =>
      rows.slice(0, 5).map(([platform, campaign, one, other, days, eur]) => {
        const accounts = [text(one), text(other)];
        const known =
          accounts.find((account) => /^\d+$/.test(account)) ?? accounts.find((account) => !nameless.has(account));
        return (
          `${text(platform)}: “${text(campaign)}” is reported under two accounts, ` +
          `${accounts.map((account) => (nameless.has(account) ? 'one without a name' : `“${account}”`)).join(' and ')}, ` +
          `on ${text(days)} ${text(days) === '1' ? 'day' : 'days'} each, so up to ${euros(eur)} count twice. If ` +
          'they are one account, import the file of the other spelling again as it is (sillage import FILE ' +
          `--account ${quoted(known ?? 'ID')}), or take it out (sillage import --undo FILE).`
        );
      }),
  },
  {
    name: 'currency without rates',
    ofRejects: true,
    sql:
      `SELECT count(DISTINCT concat(object, ' ', CAST(line AS varchar))), count(DISTINCT object) FROM rejects ` +
      `WHERE contains(reasons, 'no_rate:currency') HAVING count(*) > 0`,
    words: ([row]) =>
      row
        ? [
            `${text(row[0])} ${text(row[0]) === '1' ? 'record is' : 'records are'} refused, for there is no ` +
              'exchange rate of their currency and day: import eurofxref-hist.csv of the European Central Bank ' +
              '(https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip).',
          ]
        : [],
  },
  {
    name: 'events without a rate',
    sql: `SELECT currency, count(*), count_if(event_name = 'purchase') FROM web_events
WHERE value IS NOT NULL AND value_eur IS NULL AND currency IS NOT NULL AND NOT is_bot GROUP BY currency ORDER BY 2 DESC, currency`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.reduce((sum, row) => sum + Number(row[1]), 0)} events of pages ` +
              `(${rows.reduce((sum, row) => sum + Number(row[2]), 0)} of them purchases) tell their value in ` +
              `${named(rows.map(([currency]) => `“${text(currency)}”`))}, of which there is no exchange rate on their ` +
              'days: they count as visits, and their value is not known. If it is a currency, import ' +
              'eurofxref-hist.csv of the European Central Bank ' +
              '(https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip); else correct it in the tracker.',
          ],
  },
  {
    name: 'one order told twice',
    // Two doors that have no id in common. Two shops, the former one of a migration too, may share numbers, but hardly
    // a day and a total with them.
    sql: `SELECT max(order_name), max(order_number), sum(net_revenue_eur) - min(net_revenue_eur) FROM orders
WHERE is_conversion AND total_price_eur > 0
GROUP BY order_number, local_date, total_price_eur HAVING count(*) > 1 ORDER BY 3 DESC, 2`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'order is' : 'orders are'} there twice under two ids, with ` +
              `one number, day and total: ${named(rows.map((row) => text(row[0]) || text(row[1])))}. So ` +
              `${euros(rows.reduce((sum, row) => sum + Number(row[2] ?? 0), 0))} of revenue count twice. Import ` +
              'orders from one source, and take the other out: sillage import --undo FILE.',
          ],
  },
  {
    name: 'one number of two orders',
    // Within a day of another: a purchase that a page tells is joined to both.
    sql: `SELECT DISTINCT a.order_number, coalesce(a.order_name, a.order_number) FROM orders AS a JOIN orders AS b ON b.order_number = a.order_number
WHERE a.order_id < b.order_id AND a.is_conversion AND b.is_conversion AND date_diff('day', a.local_date, b.local_date) BETWEEN -1 AND 1
  AND NOT (a.local_date = b.local_date AND a.total_price_eur = b.total_price_eur) ORDER BY 1`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'order number is' : 'order numbers are'} of two orders that ` +
              `were placed within a day of another: ${named(rows.map((row) => text(row[1])))}. What pages tell ` +
              'of the one is joined to both, and both are credited to its visits. Are they of two shops? Give ' +
              `each shop a lake of its own (--lake), and take the other's file out here: sillage import --undo ` +
              'FILE.',
          ],
  },
  {
    name: 'refunds that a newer telling of their order lacks',
    // A newer telling that says it has no refund takes an older one's away: what is left was told by a newer one that
    // says nothing of refunds.
    sql: `SELECT max(o.order_name), max(o.order_number), sum(r.amount_eur) FROM refunds AS r JOIN orders AS o ON o.order_id = r.order_id
WHERE o.is_conversion AND r.amount_eur > 0 AND r.updated_at < o.updated_at
GROUP BY o.order_id ORDER BY 3 DESC, 2`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'order has a refund' : 'orders have refunds'} of which only ` +
              `an older export or answer tells, and the newest says nothing of refunds: ${named(rows.map((row) => text(row[0]) || text(row[1])))} ` +
              `(${euros(rows.reduce((sum, row) => sum + Number(row[2] ?? 0), 0))}). They are taken off margins. ` +
              'That is right where the newest file leaves refunds out; if the shop took one back, or the older ' +
              'file was wrong, import the newest file with its refunds (Shopify: “Refunded Amount”; GraphQL: ' +
              'refunds), or take the older one out: sillage import --undo FILE.',
          ],
  },
  {
    name: 'orders that lost a line',
    // What an edit took off is in no sum of the order; a fee is in its total alone. So both sums must lack something. An
    // export may tell no line of what was refunded; a fee that was kept of goods that came back (below 0) is no line.
    sql: `WITH lines AS (
  SELECT order_id, sum(unit_price_eur * quantity - total_discount_eur) AS goods_eur, sum(net_revenue_eur) AS net_eur, sum(quantity) AS units
  FROM order_items GROUP BY order_id
), back AS (
  SELECT order_id, sum(amount_eur) AS eur FROM refunds WHERE line_item_id IS NULL AND amount_eur > 0 GROUP BY order_id
)
SELECT o.order_name, o.order_number, o.net_revenue_eur FROM orders AS o LEFT JOIN lines AS l ON l.order_id = o.order_id
LEFT JOIN back AS b ON b.order_id = o.order_id
WHERE o.is_conversion
  AND o.subtotal_price_eur - coalesce(l.goods_eur, 0) - coalesce(b.eur, 0) > DECIMAL '0.02' * (coalesce(l.units, 0) + 1)
  AND o.net_revenue_eur - o.total_shipping_eur - coalesce(l.net_eur, 0) - coalesce(b.eur, 0)
    > DECIMAL '0.02' * (coalesce(l.units, 0) + 1)
ORDER BY o.net_revenue_eur DESC, o.order_id`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'order has lines that come' : 'orders have lines that come'} to less than ` +
              `${rows.length === 1 ? 'its' : 'their'} subtotal: ` +
              `${named(rows.map((row) => text(row[0]) || text(row[1])))}. A line is missing, so the cost of ` +
              `goods is too low and the margin too high. Send or export ${rows.length === 1 ? 'it' : 'them'} ` +
              'again with all lines.',
          ],
  },
  {
    name: 'goods that cost nothing',
    // A bundle brings the price, and the parts beside it in the order cost what they cost.
    sql: `SELECT max(title) AS title, sum(net_revenue_eur) AS eur FROM (
  SELECT product_id, title, net_revenue_eur, unit_cost_eur,
    max(CASE WHEN unit_cost_eur > 0 AND net_revenue_eur = 0 THEN 1 ELSE 0 END) OVER (PARTITION BY order_id) AS has_parts
  FROM order_item_costs WHERE is_conversion AND shipped_quantity > 0
) AS lines
WHERE unit_cost_eur = 0 AND net_revenue_eur > 0 AND has_parts = 0
GROUP BY product_id, title ORDER BY 2 DESC, 1`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'product that was sold has' : 'products that were sold have'} a cost of ` +
              `0.00: ${named(rows.map((row) => `“${text(row[0])}”`))} ` +
              `(${euros(rows.reduce((sum, row) => sum + Number(row[1]), 0))} of revenue). If that is not what ` +
              `${rows.length === 1 ? 'it costs, its' : 'they cost, their'} margin is too high: enter “Cost per ` +
              'item” in the shop, or leave it empty there where it is not known.',
          ],
  },
  {
    name: 'goods that cost more than they bring',
    // What is given away brings nothing, and costs something.
    sql: `SELECT max(title) AS title, sum(unit_cost_eur * shipped_quantity) AS cost_eur, sum(net_revenue_eur) AS eur FROM order_item_costs
WHERE is_conversion AND unit_cost_eur > 0 AND shipped_quantity > 0 AND net_revenue_eur > 0
GROUP BY product_id, title HAVING sum(unit_cost_eur * shipped_quantity) > sum(net_revenue_eur) ORDER BY 2 DESC, 1`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'product that was sold costs' : 'products that were sold cost'} more than ` +
              `${rows.length === 1 ? 'it' : 'they'} brought: ${named(rows.map((row) => `“${text(row[0])}”`))} ` +
              `(${euros(rows.reduce((sum, row) => sum + Number(row[1]), 0))} of cost, ` +
              `${euros(rows.reduce((sum, row) => sum + Number(row[2]), 0))} of revenue without VAT). Is ` +
              `${rows.length === 1 ? 'its cost that of a pack, or its price' : 'their cost that of a pack, or their price'}, ` +
              'or was a decimal sign lost? Then enter what a unit costs.',
          ],
  },
];

/** Everything that is to be told of a lake, in sentences. @param lake the flag that names the lake to a command, with its space */
export async function findingsOf(warehouse: QueriesTogether, lake = ''): Promise<string[]> {
  const told = async (asked: readonly Finding[]) => {
    const answers = await warehouse.queryAll(asked.map(({ sql }) => sql));
    return asked.flatMap(({ words }, n) => words(answers[n]?.rows ?? [], lake));
  };
  try {
    return await told(findings);
  } catch (error) {
    if (!(error instanceof LakeUnavailable)) throw error;
    // Rejects are closed to who may read the figures alone, and all else is told to them.
    return told(findings.filter(({ ofRejects }) => ofRejects !== true));
  }
}
