import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { declaredRelations } from '../../../../lambdas/model/relations.ts';
import { loadCatalog, tableNamed } from '../../../../lambdas/shared/schema/catalog.ts';
import { analystsQueries } from '../../../../test/trino/analysts-queries.ts';
import { Gate } from './gate.ts';
import { grains } from './grains.ts';

const catalog = loadCatalog();
const gate = new Gate(declaredRelations(catalog));
const told = (sql: string) =>
  gate
    .admitQuery(sql)
    .notes.filter((note) => /counts it as often|takes amounts|stands in all|row for each|of ratios/u.test(note));

describe('sums that a join repeats', () => {
  test.each([
    [
      'SELECT sum(e.net_revenue_eur) FROM order_economics AS e JOIN order_items AS i ON i.order_id = e.order_id',
      /^order_items may have several rows for one of order_economics, since nothing matches its line_item_id: sum\(net_revenue_eur\)/u,
    ],
    [
      'SELECT i.title, avg(margin_eur) FROM order_economics JOIN order_items AS i USING (order_id) GROUP BY 1',
      /order_items/u,
    ],
    [
      'SELECT sum(m.spend_eur) FROM marketing_daily AS m JOIN funnel_daily AS f ON f.day = m.day AND ' +
        'f.channel = m.channel',
      /^funnel_daily .* its device/u,
    ],
    [
      'SELECT f.device, sum(spend_eur) FROM marketing_daily JOIN funnel_daily AS f USING (day, channel) GROUP BY 1',
      /device/u,
    ],
    [
      'SELECT sum(e.spend_eur) FROM payback AS p JOIN marketing_efficiency AS e ON e.month = p.first_month',
      /^payback .* first_channel/u,
    ],
    [
      'SELECT sum(m.spend) FROM (SELECT day, sum(spend_eur) AS spend FROM marketing_daily GROUP BY day) AS m ' +
        'JOIN orders_daily AS o ON o.day = m.day',
      /^orders_daily .* country, is_new_customer/u,
    ],
    [
      'SELECT o.country, count(o.order_id) FROM orders AS o JOIN order_items AS i ON i.order_id = o.order_id GROUP BY 1',
      /^order_items may have .* count\(order_id\) counts it as often; count\(DISTINCT order_id\) counts each once$/u,
    ],
    ['SELECT count(order_id) FROM orders JOIN order_items USING (order_id)', /^order_items may have/u],
    [
      'SELECT count_if(o.is_conversion) FROM orders AS o JOIN refunds AS r ON r.order_id = o.order_id',
      /^refunds may have/u,
    ],
    [
      'SELECT o.country, count(*) AS orders FROM orders AS o JOIN touchpoints AS t ON t.order_id = o.order_id GROUP BY 1',
      /^touchpoints may have several rows for one of orders.* count\(\*\) counts it as often/u,
    ],
    [
      'SELECT sum(DISTINCT o.net_revenue_eur) FROM orders AS o JOIN order_items AS i ON i.order_id = o.order_id',
      /^sum\(DISTINCT net_revenue_eur\) takes amounts that are equal for one/u,
    ],
    ...[
      "WHERE (attribution_model = 'last') = false",
      "WHERE (attribution_model = 'last') <> true",
      "WHERE attribution_model LIKE 'l%'",
      "WHERE coalesce(attribution_model, 'x') <> 'last'",
    ].map((where): [string, RegExp] => [
      `SELECT sum(credit) FROM attribution ${where} AND lookback_days = 30`,
      /^attribution has a row for each attribution_model/u,
    ]),
    ...[
      "CASE WHEN attribution_model = 'last' THEN 0 ELSE credit END",
      "CASE attribution_model WHEN 'last' THEN 0 ELSE credit END",
      "if(attribution_model = 'last', 0, credit)",
    ].map((what): [string, RegExp] => [
      `SELECT sum(${what}) FROM attribution WHERE lookback_days = 30`,
      /^attribution has a row for each attribution_model/u,
    ]),
    ['SELECT sum(customers) FROM customer_cohorts', /^customer_cohorts has a row for each months_later/u],
    ['SELECT sum(customers) FROM cohorts_monthly WHERE months_later < 3', /^cohorts_monthly/u],
    ['SELECT avg(margin_eur / net_revenue_eur) FROM order_economics', /of ratios/u],
    [
      'SELECT avg(r) FROM (SELECT day, net_revenue_eur / NULLIF(spend_eur, 0) AS r FROM roi_by_channel_daily ' +
        "WHERE attribution_model = 'linear') AS x",
      /^avg\(r\) is of ratios/u,
    ],
    [
      'WITH m AS (SELECT month, round(sum(spend_eur) / sum(new_customers), 2) AS each FROM ' +
        'marketing_efficiency GROUP BY month) SELECT avg(each) FROM m',
      /^avg\(each\) is of ratios/u,
    ],
    [
      'SELECT sum(orders) FROM product_performance_daily',
      /^product_performance_daily has a row for each product.*orders_daily/u,
    ],
    [
      'SELECT category, sum(orders) FROM product_performance GROUP BY 1',
      /^product_performance has a row for each product/u,
    ],
    ['SELECT day, sum(refunds) FROM product_returns GROUP BY 1', /^product_returns has a row for each product/u],
    [
      'SELECT first_channel, sum(margin_so_far_eur) FROM customer_ltv GROUP BY 1',
      /^customer_ltv .* months before it again/u,
    ],
    ['SELECT avg(blended_aov_eur) FROM marketing_efficiency', /^avg\(blended_aov_eur\) is of ratios/u],
    ['SELECT sum(ltv_eur) FROM payback', /^sum\(ltv_eur\) is of ratios/u],
    [
      'SELECT sum(orders) FROM (SELECT attribution_model, sum(orders) AS orders FROM roi_by_channel_daily ' +
        'GROUP BY 1) AS x',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      'WITH m AS (SELECT attribution_model, channel, sum(orders) AS n FROM roi_by_channel_daily GROUP BY 1, ' +
        '2), n AS (SELECT * FROM m) SELECT channel, sum(n) FROM n GROUP BY channel',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      'SELECT sum(n) FROM (SELECT title, sum(orders) AS n FROM product_performance GROUP BY title) AS x',
      /^product_performance has a row for each product/u,
    ],
    [
      'SELECT sum(a.spend_eur) FROM ad_spend AS a JOIN keyword_spend AS k ON k.campaign_id = a.campaign_id ' +
        'AND k.dt = a.dt',
      /^keyword_spend may have several rows for one of ad_spend/u,
    ],
    [
      'SELECT sum(s.page_views) FROM sessions AS s JOIN web_events AS e ON e.visitor_id = s.visitor_id',
      /^web_events may have several rows for one of sessions/u,
    ],
    [
      "SELECT sum(n) FROM (SELECT sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model = 'last' " +
        "UNION ALL SELECT sum(orders) FROM roi_by_channel_daily WHERE attribution_model = 'linear') AS x",
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      "WITH a AS (SELECT channel, orders FROM roi_by_channel_daily WHERE attribution_model = 'last'), b AS " +
        "(SELECT channel, orders FROM roi_by_channel_daily WHERE attribution_model = 'linear'), u AS (SELECT * " +
        'FROM a UNION ALL SELECT * FROM b) SELECT channel, sum(orders) FROM u GROUP BY 1',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      "SELECT channel, sum(n) FROM (SELECT 'l' AS m, channel, sum(orders) AS n FROM roi_by_channel_daily " +
        "WHERE attribution_model = 'last' GROUP BY 2 UNION ALL SELECT 'f', channel, sum(orders) FROM " +
        "roi_by_channel_daily WHERE attribution_model = 'first' GROUP BY 2) AS x GROUP BY 1",
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      "SELECT m, sum(n) FROM (SELECT 'shop' AS m, sum(orders) AS n FROM roi_by_channel_daily WHERE " +
        "attribution_model = 'last' UNION ALL SELECT 'shop', sum(orders) FROM roi_by_channel_daily WHERE " +
        "attribution_model = 'first') AS x GROUP BY m",
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      "SELECT sum(n) FROM (SELECT sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model = 'last' " +
        'UNION ALL SELECT sum(orders) FROM roi_by_channel_daily) AS x',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      'SELECT channel, sum(orders) * 1.0 / (SELECT sum(orders) FROM roi_by_channel_daily) FROM ' +
        "roi_by_channel_daily WHERE attribution_model = 'last' GROUP BY 1",
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      'WITH last_touch AS (SELECT channel, sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model ' +
        "= 'last' GROUP BY 1), whole AS (SELECT channel, sum(orders) AS n FROM roi_by_channel_daily GROUP BY 1) " +
        'SELECT l.channel, l.n, w.n FROM last_touch AS l JOIN whole AS w ON w.channel = l.channel',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      'SELECT channel, count(DISTINCT order_id) FROM attribution GROUP BY 1',
      [/^attribution has a row for each attribution_model/u, /^attribution has a row for each lookback_days/u],
    ],
    [
      'SELECT order_id FROM attribution',
      [/^attribution has a row for each attribution_model/u, /^attribution has a row for each lookback_days/u],
    ],
    // Added by hand: scalar subqueries, queries that WITH or FROM names, and conditions.
    ...[
      "SELECT (SELECT sum(orders) FROM roi_by_channel_daily WHERE attribution_model = 'last') + (SELECT sum(orders) " +
        "FROM roi_by_channel_daily WHERE attribution_model = 'first') AS n",
      "WITH l AS (SELECT channel, sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model = 'last' GROUP BY " +
        "1), f AS (SELECT channel, sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model = 'first' GROUP " +
        'BY 1) SELECT l.channel, coalesce(l.n, 0) + coalesce(f.n, 0) AS n FROM l JOIN f ON f.channel = l.channel',
      "SELECT a.x + y AS n FROM (SELECT sum(orders) AS x FROM roi_by_channel_daily WHERE attribution_model = 'last') AS " +
        "a CROSS JOIN (SELECT sum(orders) AS y FROM roi_by_channel_daily WHERE attribution_model = 'first') AS b",
      "WITH l AS (SELECT sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model = 'last'), f AS (SELECT " +
        "sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model = 'first') SELECT (SELECT n FROM l) + " +
        '(SELECT n FROM f) AS n',
      "SELECT channel, sum(CASE WHEN attribution_model = 'last' THEN orders END) + sum(CASE WHEN attribution_model = " +
        "'first' THEN orders END) AS n FROM roi_by_channel_daily GROUP BY channel",
    ].map((sql): [string, RegExp] => [sql, /^roi_by_channel_daily has a row for each attribution_model/u]),
    [
      "SELECT channel, sum(CASE WHEN attribution_model = 'last' THEN net_revenue_eur END) / sum(spend_eur) FROM roi_by_channel_daily GROUP BY 1",
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      "SELECT channel, sum(net_revenue_eur) FILTER (WHERE attribution_model = 'last'), " +
        "sum(net_revenue_eur) FILTER (WHERE attribution_model = 'linear'), sum(spend_eur) FROM " +
        'roi_by_channel_daily GROUP BY 1',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      'SELECT channel, attribution_model, sum(net_revenue_eur) FROM roi_by_channel_daily GROUP BY ROLLUP (channel, attribution_model)',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      'SELECT channel, attribution_model, sum(orders) FROM roi_by_channel_daily GROUP BY GROUPING SETS ((channel), (channel, attribution_model))',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      'SELECT sum(r.orders) FROM roi_by_channel_daily AS r LEFT JOIN shop AS s ON s.attribution_model = r.attribution_model',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      "SELECT sum(r.orders) FROM roi_by_channel_daily AS r LEFT JOIN shop AS s ON s.dt = r.day AND r.attribution_model = 'last'",
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      'SELECT sum(orders) FROM roi_by_channel_daily LEFT JOIN shop USING (attribution_model)',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      'SELECT channel, attribution_model, sum(orders) / sum(sum(orders)) OVER () FROM roi_by_channel_daily GROUP BY 1, 2',
      /^roi_by_channel_daily has a row for each attribution_model/u,
    ],
    [
      "SELECT sum(a.orders) FROM returns_daily AS a JOIN roi_by_channel_daily AS b ON a.day = b.day AND a.channel = b.channel WHERE b.attribution_model = 'last'",
      /^returns_daily has a row for each attribution_model/u,
    ],
    [
      'SELECT sum(m.spend_eur) FROM marketing_daily AS m JOIN occasions AS o ON o.day = m.day',
      /^occasions may have several rows for one of marketing_daily/u,
    ],
    [
      'SELECT sum(o.net_revenue_eur) FROM order_economics AS o CROSS JOIN UNNEST(ARRAY[7, 30]) AS u(days)',
      /^UNNEST u may have several rows for one of order_economics/u,
    ],
    [
      'WITH q AS (SELECT o.*, t.channel FROM order_economics AS o JOIN touchpoints AS t ON t.order_id = o.order_id) SELECT channel, sum(net_revenue_eur) FROM q GROUP BY 1',
      /^touchpoints may have several rows for one of order_economics/u,
    ],
    [
      'SELECT sum(net) FROM (SELECT o.net_revenue_eur AS net FROM order_economics AS o JOIN touchpoints AS t ON t.order_id = o.order_id) AS q',
      /^touchpoints may have several rows for one of order_economics/u,
    ],
    [
      'WITH m AS (SELECT channel, sum(spend_eur) AS spend FROM marketing_daily GROUP BY 1), f AS ' +
        '(SELECT channel, device, sum(sessions) AS s FROM funnel_daily GROUP BY 1, 2) SELECT m.channel, ' +
        'sum(m.spend), sum(f.s) FROM m JOIN f ON m.channel = f.channel GROUP BY 1',
      /^f may have several rows for one of m, since nothing matches its device/u,
    ],
    // Right as they are.
    ...[
      "SELECT (SELECT sum(orders) FROM roi_by_channel_daily WHERE attribution_model = 'last') - (SELECT sum(orders) " +
        "FROM roi_by_channel_daily WHERE attribution_model = 'first') AS n",
      "SELECT ((SELECT sum(orders) FROM roi_by_channel_daily WHERE attribution_model = 'last') + (SELECT sum(orders) " +
        "FROM roi_by_channel_daily WHERE attribution_model = 'first')) / 2 AS mean",
      "SELECT (SELECT sum(orders) FROM roi_by_channel_daily WHERE attribution_model = 'last' AND channel = 'Email') + " +
        "(SELECT sum(orders) FROM roi_by_channel_daily WHERE attribution_model = 'last' AND channel = 'SMS') AS n",
      'WITH l AS (SELECT sum(orders) AS n, sum(spend_eur) AS s FROM roi_by_channel_daily WHERE attribution_model = ' +
        "'last'), f AS (SELECT sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model = 'first') SELECT l.n, " +
        'f.n, l.n + l.s AS both FROM l CROSS JOIN f',
    ].map((sql): [string, undefined] => [sql, undefined]),
    // Of two models what lies between them is a mean; their sum in other units, or in thousands, is none.
    ...(
      [
        ['0.5 * l.n + 0.5 * f.n', undefined],
        ['l.n * 0.3 + f.n * 0.7', undefined],
        ['(l.n + f.n) * 0.5', undefined],
        ['l.n / 2.0 + f.n / 2.0', undefined],
        ['(l.n + f.n) / 2', undefined],
        ['(l.n + f.n) / 1000.0', /^roi_by_channel_daily has a row for each attribution_model/u],
        ['0.8 * l.n + 0.8 * f.n', /^roi_by_channel_daily has a row for each attribution_model/u],
        ['(l.n + f.n) * 1.2', /^roi_by_channel_daily has a row for each attribution_model/u],
      ] as const
    ).map(([sum, words]): [string, RegExp | undefined] => [
      "WITH l AS (SELECT sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model = 'last'), f AS (SELECT " +
        `sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model = 'first') SELECT ${sum} AS x FROM l CROSS JOIN f`,
      words,
    ]),
    [
      "SELECT d.day, sum(o.orders) FROM UNNEST(sequence(DATE '2025-03-01', DATE '2025-03-31', INTERVAL '1' DAY)) AS d(day) LEFT JOIN orders_daily AS o ON o.day = d.day GROUP BY 1",
      undefined,
    ],
    [
      'SELECT u.days, sum(o.net_revenue_eur) FROM order_economics AS o CROSS JOIN UNNEST(ARRAY[7, 30]) AS u(days) GROUP BY 1',
      undefined,
    ],
    [
      'WITH m AS (SELECT channel, sum(spend_eur) AS spend FROM marketing_daily GROUP BY 1), f AS ' +
        '(SELECT channel, sum(sessions) AS s FROM funnel_daily GROUP BY 1) SELECT sum(m.spend), sum(f.s) ' +
        'FROM m JOIN f ON m.channel = f.channel',
      undefined,
    ],
    [
      'SELECT sum(net) FROM (SELECT DISTINCT o.order_id, o.net_revenue_eur AS net FROM order_economics AS o JOIN touchpoints AS t ON t.order_id = o.order_id) AS q',
      undefined,
    ],
    [
      "SELECT channel, sum(net_revenue_eur) FILTER (WHERE attribution_model = 'last'), sum(spend_eur) " +
        "FILTER (WHERE attribution_model = 'last') FROM roi_by_channel_daily GROUP BY 1",
      undefined,
    ],
    [
      'SELECT attribution_model, channel, sum(orders) FROM roi_by_channel_daily GROUP BY GROUPING SETS ((attribution_model), (channel, attribution_model))',
      undefined,
    ],
    [
      'SELECT attribution_model, channel, sum(orders) FROM roi_by_channel_daily GROUP BY attribution_model, ROLLUP (channel)',
      undefined,
    ],
    [
      'SELECT s.name, sum(r.orders) FROM shop AS s LEFT JOIN roi_by_channel_daily AS r ON r.attribution_model = s.attribution_model GROUP BY 1',
      undefined,
    ],
    [
      'SELECT m.day, sum(r.orders) FROM marketing_efficiency AS e JOIN marketing_daily AS m ON m.day = ' +
        'e.month LEFT JOIN roi_by_channel_daily AS r ON r.day = m.day AND r.channel = m.channel AND ' +
        "r.attribution_model = 'last' GROUP BY 1",
      undefined,
    ],
    [
      'SELECT channel, attribution_model, sum(orders) / sum(sum(orders)) OVER (PARTITION BY attribution_model) FROM roi_by_channel_daily GROUP BY 1, 2',
      undefined,
    ],
    [
      "SELECT channel, sum(orders) / sum(sum(orders)) OVER () FROM roi_by_channel_daily WHERE attribution_model = 'last' GROUP BY 1",
      undefined,
    ],
    [
      'WITH roi_by_channel_daily AS (SELECT * FROM sillage.roi_by_channel_daily WHERE attribution_model = ' +
        "'last') SELECT sum(orders) FROM roi_by_channel_daily",
      undefined,
    ],
    [
      'SELECT channel, sum(orders) * 1.0 / (SELECT sum(orders) FROM roi_by_channel_daily WHERE ' +
        "attribution_model = 'last') FROM roi_by_channel_daily WHERE attribution_model = 'last' GROUP BY 1",
      undefined,
    ],
    ['SELECT count(DISTINCT order_id) FROM attribution', undefined],
    ['SELECT dt, count(DISTINCT order_id) AS orders FROM attribution GROUP BY dt', undefined],
    ['SELECT DISTINCT order_id FROM attribution', undefined],
    [
      "SELECT sum(n) FROM (SELECT sum(orders) AS n FROM roi_by_channel_daily WHERE attribution_model = 'last' " +
        "AND day < DATE '2026-01-01' UNION ALL SELECT sum(orders) FROM roi_by_channel_daily WHERE " +
        "attribution_model = 'last' AND day >= DATE '2026-01-01') AS x",
      undefined,
    ],
    [
      "SELECT m, sum(n) FROM (SELECT 'l' AS m, sum(orders) AS n FROM roi_by_channel_daily WHERE " +
        "attribution_model = 'last' UNION ALL SELECT 'f', sum(orders) FROM roi_by_channel_daily WHERE " +
        "attribution_model = 'first') AS x GROUP BY m",
      undefined,
    ],
    [
      "SELECT sum(CASE WHEN m = 'l' THEN n END) - sum(CASE WHEN m = 'f' THEN n END) FROM (SELECT 'l' AS m, " +
        "orders AS n FROM roi_by_channel_daily WHERE attribution_model = 'last' UNION ALL SELECT 'f', orders " +
        "FROM roi_by_channel_daily WHERE attribution_model = 'first') AS x",
      undefined,
    ],
    [
      'SELECT attribution_model, sum(orders) FROM (SELECT * FROM roi_by_channel_daily WHERE attribution_model ' +
        "= 'last' UNION ALL SELECT * FROM roi_by_channel_daily WHERE attribution_model = 'first') AS x GROUP BY " +
        '1',
      undefined,
    ],
    [
      "SELECT sum(orders) FROM roi_by_channel_daily WHERE attribution_model = 'last' UNION ALL SELECT " +
        "sum(orders) FROM roi_by_channel_daily WHERE attribution_model = 'linear'",
      undefined,
    ],
    [
      'SELECT attribution_model, sum(n) FROM (SELECT attribution_model, channel, sum(orders) AS n FROM ' +
        'roi_by_channel_daily GROUP BY 1, 2) AS x GROUP BY 1',
      undefined,
    ],
    [
      'SELECT max(n) - min(n) FROM (SELECT attribution_model, sum(orders) AS n FROM roi_by_channel_daily ' +
        'GROUP BY 1) AS x',
      undefined,
    ],
    [
      'SELECT channel, sum(n) FROM (SELECT attribution_model, channel, sum(orders) AS n FROM ' +
        "roi_by_channel_daily GROUP BY 1, 2) AS x WHERE attribution_model = 'last' GROUP BY 1",
      undefined,
    ],
    [
      'SELECT c.channel, sum(a.spend_eur) FROM ad_spend AS a JOIN campaigns AS c ON c.platform = a.platform ' +
        'AND c.campaign_id = a.campaign_id GROUP BY 1',
      undefined,
    ],
    ['SELECT months_later, sum(margin_so_far_eur) FROM customer_ltv GROUP BY 1', undefined],
    ['SELECT max(margin_so_far_eur) FROM customer_ltv', undefined],
    ['SELECT sum(ltv_eur * customers) / sum(customers) FROM payback', undefined],
    ['SELECT title, sum(orders) FROM product_performance_daily GROUP BY 1', undefined],
    ["SELECT sum(orders) FROM product_performance_daily WHERE product_id = '1'", undefined],
    ['SELECT sum(units) FROM product_performance_daily', undefined],
    [
      'SELECT avg(spend) FROM (SELECT day, sum(spend_eur) / 100 AS spend FROM marketing_daily GROUP BY day) AS x',
      undefined,
    ],
    [
      'SELECT sum(f.sessions) FROM marketing_daily AS m JOIN funnel_daily AS f ON f.day = m.day AND f.channel ' +
        '= m.channel',
      undefined,
    ],
    ['SELECT sum(i.quantity) FROM order_economics AS e JOIN order_items AS i ON i.order_id = e.order_id', undefined],
    [
      'SELECT count(*), count(DISTINCT e.order_id) FROM order_economics AS e JOIN order_items AS i ON ' +
        'i.order_id = e.order_id',
      undefined,
    ],
    [
      'SELECT sum(m.spend_eur) FROM marketing_daily AS m JOIN funnel_daily AS f ON f.day = m.day AND ' +
        "f.channel = m.channel AND f.device = 'mobile'",
      undefined,
    ],
    [
      'SELECT sum(a.orders * e.margin_eur) FROM credited_orders AS a JOIN order_economics AS e USING (order_id)',
      undefined,
    ],
    [
      'SELECT sum(m.spend_eur) FROM marketing_daily AS m JOIN marketing_efficiency AS e ON e.month = ' +
        "date_trunc('month', m.day)",
      undefined,
    ],
    ['SELECT sum(e.margin_eur) FROM order_economics AS e JOIN orders AS o ON o.order_id = e.order_id', undefined],
    ['SELECT months_later, sum(customers) FROM customer_cohorts GROUP BY 1', undefined],
    ['SELECT sum(net_revenue_eur) FROM customer_cohorts', undefined],
    [
      'SELECT o.order_id, count(o.order_id) FROM orders AS o JOIN order_items AS i ON i.order_id = o.order_id GROUP BY 1',
      undefined,
    ],
    ["SELECT sum(if(attribution_model = 'last', credit, 0)) FROM attribution WHERE lookback_days = 30", undefined],
    [
      "SELECT CASE WHEN attribution_model = 'last' THEN 'Last' ELSE attribution_model END AS m, sum(credit) FROM " +
        'attribution WHERE lookback_days = 30 GROUP BY 1',
      undefined,
    ],
    ["SELECT sum(credit) FROM attribution WHERE (attribution_model = 'last') = true AND lookback_days = 30", undefined],
    ['SELECT sum(customers) FROM customer_cohorts WHERE months_later = 0', undefined],
  ])('%s', (sql, words) => {
    const expected = [words ?? []].flat();
    expect(told(sql)).toEqual(expected.map((one) => expect.stringMatching(one)));
  });
});

test('the grain of a relation is of its columns', () => {
  for (const [relation, columns] of grains) {
    const known = new Set(['dt', ...tableNamed(catalog, relation).columns.map(({ name }) => name)]);
    expect({ relation, unknown: columns.filter((column) => !known.has(column)) }).toEqual({
      relation,
      unknown: [],
    });
  }
});

test('questions as analysts write them, and those of the documentation, are told nothing that is not so', () => {
  const written = readFileSync(new URL('../../../../docs/analysts.md', import.meta.url), 'utf8');
  const inDocs = [...written.matchAll(/```sql\n(?<sql>[^`]+?);?\n```/gu)].map(({ groups }) => groups?.['sql'] ?? '');
  const noted = [...analystsQueries.map(({ sql }) => sql), ...inDocs].flatMap((sql) => {
    try {
      return told(sql).map((note) => [sql, note]);
    } catch {
      // What is refused is another test's.
      return [];
    }
  });
  expect(noted).toEqual([]);
});
