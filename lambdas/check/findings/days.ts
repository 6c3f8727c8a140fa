/** Days that one source has and another has not, and days that cannot be. */
import type { Finding } from './finding.ts';
import { byFirst, euros, percent, text } from './words.ts';

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

/** Events that browsers with a wrong clock put before the first day make a part of a day as small as this. */
const strays = '1E-2';

/** So many numbers in a row are a page of an answer, or an export; of a shop whose numbers are this close elsewhere. */
const [missingNumbers, closeness] = [20, '95E-2'];

/** A channel is told of where more than this part of its revenue is older than its spend. */
const earlyShare = '5E-2';

export const days: readonly Finding[] = [
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
    name: 'fees and other costs older than orders',
    sql: `SELECT c.platform, CAST(max(o.first_day) AS varchar), sum(CASE WHEN c.day < o.first_day THEN c.spend_eur END), sum(c.spend_eur)
FROM marketing_costs AS c CROSS JOIN order_days AS o
WHERE c.platform IN ('influencer', 'shop')
GROUP BY c.platform
HAVING CAST(sum(CASE WHEN c.day < o.first_day THEN c.spend_eur END) AS double) > ${earlyShare} * CAST(sum(c.spend_eur) AS double)
ORDER BY c.platform`,
    words: (rows) =>
      rows.map(
        ([platform, first, early, all]) =>
          `${percent(early, all)} of ${platform === 'influencer' ? "what influencers' deals cost" : 'the marketing costs of shop.json'} ` +
          `(${euros(early)} of ${euros(all)}) is of days before ${text(first)}, the first day of which there are ` +
          'orders: over all days ROAS and ROI are too low, and what a customer costs too high. Import the orders ' +
          `of these days, too, or ask for days from ${text(first)} on.`,
      ),
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
), usual AS (SELECT source, CAST(sum(n) AS double) / count(*) AS mean FROM seen GROUP BY source
), begins AS (
  SELECT s.source, min(s.day) AS day FROM seen AS s JOIN usual AS u ON u.source = s.source
  WHERE CAST(s.n AS double) >= ${strays} * u.mean GROUP BY s.source
), spans AS (
  SELECT s.source, s.day, lag(s.day) OVER (PARTITION BY s.source ORDER BY s.day) AS before
  FROM seen AS s JOIN begins AS b ON b.source = s.source WHERE s.day >= b.day
)
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
    name: 'order numbers missing in the middle',
    // Numbers that were skipped took no time (a shop that begins to count anew); orders that are not here took as long
    // as others. Where gaps are usual, as of numbers drawn at random or shared with a shop's pages, none tells anything.
    sql: `WITH numbered AS (
  SELECT TRY_CAST(order_number AS bigint) AS number, min(processed_at) AS moment FROM orders
  WHERE regexp_like(order_number, '^[0-9]{1,15}$') GROUP BY TRY_CAST(order_number AS bigint)
), spans AS (
  SELECT number, moment, lag(number) OVER (ORDER BY number) AS number_before, lag(moment) OVER (ORDER BY number) AS moment_before FROM numbered
), gaps AS (
  SELECT number_before + 1 AS first_number, number - 1 AS last_number, number - number_before - 1 AS missing,
    date_diff('second', moment_before, moment) AS seconds, moment_before, moment
  FROM spans WHERE number - number_before > ${missingNumbers}
), whole AS (
  SELECT count(*) AS orders, max(number) - min(number) + 1 AS numbers, date_diff('second', min(moment), max(moment)) AS seconds FROM numbered
), skipped AS (SELECT count(*) AS gaps, sum(missing) AS numbers FROM gaps)
SELECT g.first_number, g.last_number, g.missing, CAST(CAST(g.moment_before AS date) AS varchar), CAST(CAST(g.moment AS date) AS varchar), w.orders
FROM gaps AS g CROSS JOIN whole AS w CROSS JOIN skipped AS s
WHERE CAST(w.orders AS double) >= ${closeness} * CAST(w.numbers - s.numbers AS double)
  AND CAST(s.gaps AS double) <= (1E0 - ${closeness}) * CAST(w.orders AS double)
  AND 2E0 * CAST(g.seconds AS double) * CAST(w.numbers AS double) >= CAST(g.missing AS double) * CAST(w.seconds AS double)
ORDER BY g.missing DESC, g.first_number`,
    words: (rows) =>
      rows
        .slice(0, 3)
        .map(
          ([first, last, missing, from, to, orders]) =>
            `orders: the numbers ${text(first)} to ${text(last)} (${text(missing)} beside ${text(orders)} that are here) ` +
            `are in no file, and hardly another is missing. Is a page of an answer, or an export, not imported? ` +
            `All figures lack them: export the orders of ${text(from)} to ${text(to)} again.`,
        ),
  },
];
