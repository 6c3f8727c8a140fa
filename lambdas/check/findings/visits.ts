/** What pages tell, and orders do not, and the other way round. */
import { named } from '../../shared/named.ts';
import { uncreditedSql } from '../../shared/known-spend.ts';
import type { Finding } from './finding.ts';
import { text } from './words.ts';

/** Of fewer orders it is not said that their clock is another. */
const enoughOrders = 5;

/** Purchases of pages are told of where this part of them tells no number of an order that there is. */
const unknownShare = 0.2;

/** A host is the shop's where at least one in so many pages is its. */
const oftenPart = 100;

export const visits: readonly Finding[] = [
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
WHERE abs(c.halves) >= 2 AND c.orders >= ${enoughOrders} AND c.orders * 2 > a.orders`,
    words: ([row]) =>
      row
        ? [
            `${text(row[1])} of ${text(row[2])} orders of which pages tell were placed ` +
              `${Math.abs(Number(row[0])) / 2} h ${Number(row[0]) > 0 ? 'earlier' : 'later'} by the shop's ` +
              `export than by the pages: one of the two has its times in another time zone. ` +
              (Number(row[0]) > 0
                ? 'So visits look as if they came after their orders, which are credited to nobody. '
                : 'So days and paths are not right near midnight. ') +
              `Compare the hour of one order: if the shop's is wrong, set its zone (sillage shop --set ` +
              `time_zone=…) and import the orders again; if the pages' is, export the visits with times in UTC.`,
          ]
        : [],
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
    name: 'events without a rate',
    sql: `SELECT currency, count(*), count_if(event_name = 'purchase') FROM web_events
WHERE value IS NOT NULL AND value_eur IS NULL AND currency IS NOT NULL AND NOT is_bot GROUP BY currency ORDER BY 2 DESC, currency`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            'Events of pages tell their value in ' +
              `${named(rows.map(([currency, n, bought]) => `“${text(currency)}” (${Number(n)}, ${Number(bought)} of purchases)`))}, ` +
              'of which there is no exchange rate on their days: they count as visits, and their value is not known. If it is a currency, import ' +
              'eurofxref-hist.csv of the European Central Bank ' +
              '(https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip); else correct it in the tracker.',
          ],
  },
];
