/** Deals with influencers, and their codes. */
import { named } from '../../shared/named.ts';
import type { Finding } from './finding.ts';
import { byFirst, euros, text } from './words.ts';

/** A code's letters and digits alone, without accents. */
const bareCode = (code: string): string =>
  code
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase();

/** Of codes that no deal has, so many are compared: a shop may send each buyer a code of their own. */
const mostCodes = 1000;

export const influencers: readonly Finding[] = [
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
    name: 'codes that deals and orders spell otherwise',
    // Whoever writes a sheet puts in a space, a hyphen, an accent or a flower that the shop's code does not have.
    sql: `WITH given AS (
  SELECT promo_code AS code, min(influencer_id) AS influencer_id FROM influencer_deals WHERE promo_code IS NOT NULL GROUP BY promo_code
), used AS (
  SELECT u.code, count(DISTINCT o.order_id) AS orders, CAST(sum(o.net_revenue_eur) AS double) AS eur
  FROM orders AS o CROSS JOIN UNNEST(o.promo_codes) AS u(code) LEFT JOIN given AS g ON g.code = u.code
  WHERE o.is_conversion AND g.code IS NULL AND EXISTS (SELECT 1 FROM given) GROUP BY u.code
), most AS (SELECT code, orders, eur FROM used ORDER BY orders DESC, code LIMIT ${mostCodes})
SELECT code, influencer_id, CAST(NULL AS bigint) AS orders, CAST(NULL AS double) AS eur FROM given
UNION ALL SELECT code, CAST(NULL AS varchar), orders, eur FROM most ORDER BY 4 DESC, 1`,
    words(rows) {
      const given = new Map(rows.flatMap((row) => (row[1] === null ? [] : [[bareCode(text(row[0])), row]])));
      return rows
        .flatMap((row) => {
          const own = row[1] === null ? given.get(bareCode(text(row[0]))) : undefined;
          return own === undefined || bareCode(text(row[0])) === '' ? [] : [[row, own] as const];
        })
        .slice(0, 5)
        .map(
          ([[code, , orders, eur], [written, influencer]]) =>
            `${text(orders)} ${text(orders) === '1' ? 'order names' : 'orders name'} the code “${text(code)}” ` +
            `(${euros(eur)}), which no deal has; ${text(influencer)} has “${text(written)}”: no influencer is ` +
            `credited with ${text(orders) === '1' ? 'it' : 'them'}. If the two are one, write the code into the ` +
            'sheet of deals as the shop has it.',
        );
    },
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
];
