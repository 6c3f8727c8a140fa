/** What goods, and the channels of advertising, are said to cost. */
import { named } from '../../shared/named.ts';
import { unknownSpendSql } from '../../shared/known-spend.ts';
import type { Answer, Finding } from './finding.ts';
import { byFirst, euros, percent, text } from './words.ts';

/** What people call a platform, where they enter by hand what it costs. */
const called: Readonly<Record<string, readonly string[]>> = {
  google_ads: ['google', 'adwords'],
  meta_ads: ['meta', 'facebook', 'instagram'],
  tiktok_ads: ['tiktok', 'tik tok'],
  pinterest_ads: ['pinterest'],
  microsoft_ads: ['microsoft', 'bing'],
  linkedin_ads: ['linkedin'],
  criteo: ['criteo'],
};
const platformWords = Object.entries(called)
  .flatMap(([platform, words]) => words.map((word) => `('${platform}', '${word}')`))
  .join(', ');
/** Who is paid beside the platform: what it is called in English, French and German. */
const besides =
  'agenc|agentur|freelanc|consult|beratung|salar|gehalt|honorair|honorar|manag|gestion|setup|creat|créat|photo|shoot|formation|training|tool|outil|fee|frais';

/** On so many days in a row the European Central Bank gives no rate, as over Easter. */
const quiet = 4;

const channelsIn = (rows: Answer) =>
  named(
    rows.map(([channel]) => text(channel)),
    5,
  );
const eurosIn = (rows: Answer) => rows.reduce((sum, [, eur]) => sum + Number(eur), 0);

export const costs: readonly Finding[] = [
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
  {
    name: 'paid channels without a cost',
    sql: unknownSpendSql('true'),
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${channelsIn(rows)}: ${rows.length === 1 ? 'this paid channel is' : 'these paid channels are'} credited ` +
              `with ${percent(eurosIn(rows), rows[0]?.[2])} of the revenue, and nothing is known of what ` +
              `${rows.length === 1 ? 'it' : 'they'} cost: the spend of the shop is too low, and all that is ` +
              'divided by it too good. Import the reports of the platform, too.',
          ],
  },
  {
    name: 'a cost entered by hand beside its report',
    sql: `SELECT c.name, a.platform, count(DISTINCT a.dt), sum(a.spend_eur), CAST(min(a.dt) AS varchar), CAST(max(a.dt) AS varchar)
FROM shop_marketing_costs AS c JOIN (VALUES ${platformWords}) AS w(platform, word) ON strpos(lower(c.name), w.word) > 0
JOIN ad_spend AS a ON a.platform = w.platform AND a.dt >= c.first_day
  AND a.dt <= coalesce(c.last_day, CASE WHEN c.per = 'once' THEN date_add('day', 31, c.first_day) ELSE a.dt END)
WHERE c.amount_eur > 0 AND a.spend_eur > 0 AND NOT regexp_like(lower(c.name), '${besides}')
GROUP BY c.name, a.platform, w.word ORDER BY 4 DESC, c.name, a.platform`,
    words: (rows) =>
      byFirst(rows).map(
        ([name, [row]]) =>
          `“${name}” in marketing_costs of shop.json is a cost of days of which ${text(row?.[1])} reports its own spend, ` +
          `too (${euros(row?.[3])} from ${text(row?.[4])} to ${text(row?.[5])}): if it is the same money, it counts ` +
          'twice. End it (to) on the day before the reports begin, or take it out.',
      ),
  },
  {
    name: 'rates that are old',
    sql: `WITH known AS (SELECT currency, max(rate_date) AS last_day FROM fx_rates GROUP BY currency
), amounts AS (
  SELECT 'orders' AS source, currency, dt AS day, net_revenue_eur AS eur FROM orders WHERE is_conversion
  UNION ALL SELECT platform, currency, dt, spend_eur FROM ad_spend
)
SELECT a.source, a.currency, sum(a.eur), CAST(min(a.day) AS varchar), CAST(max(a.day) AS varchar), CAST(max(k.last_day) AS varchar)
FROM amounts AS a JOIN known AS k ON k.currency = a.currency
WHERE date_diff('day', k.last_day, a.day) > ${quiet} GROUP BY a.source, a.currency ORDER BY 3 DESC, a.source, a.currency`,
    words: (rows) =>
      rows.map(
        ([source, currency, eur, from, to, last]) =>
          `${text(source)}: amounts in ${text(currency)} of ${text(from)} to ${text(to)} (${euros(eur)}) count at the ` +
          `rate of ${text(last)}, the last that is known. Import eurofxref-hist.csv of the European Central Bank again.`,
      ),
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
              '(https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip). Of a currency that the Bank does not ' +
              'quote (KWD, AED, MAD…), add a column to it, with what one euro is in it on each day.',
          ]
        : [],
  },
];
