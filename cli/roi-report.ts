import { fewestOrders, mapped, sumInterval } from '../dashboard/figures/intervals.ts';
import { askedTogether } from '../lambdas/shared/asked-together.ts';
import { isPartial } from '../lambdas/shared/cost-coverage.ts';
import { earnedMargin } from '../lambdas/shared/earned-margin.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import type { AnswerValue, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { soldSql } from '../lambdas/shared/seen-days.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { cell } from './cell.ts';
import { paragraph } from './cut.ts';
import { count, percent, ratio } from './figures.ts';
import { incrementalLines } from './incremental-lines.ts';
import { terminalWidth } from './output.ts';
import { table } from './table.ts';

type Row = readonly AnswerValue[];
type Asking = Pick<Warehouse, 'query'>;

/**
 * The sums of one kind of thing; ratios are taken of the sums, and are null where their denominator is 0, or a part is
 * unknown.
 */
const sums = `sum(spend_eur) AS spend, sum(orders) AS orders, sum(net_revenue_eur) AS revenue,
  sum(net_revenue_eur) / NULLIF(CAST(sum(spend_eur) AS double), 0E0) AS roas,
  ${earnedMargin('sum(margin_eur)', 'sum(orders)')} AS margin,
  (${earnedMargin('sum(margin_eur)', 'sum(orders)')} - CAST(sum(spend_eur) AS double))
    / NULLIF(CAST(sum(spend_eur) AS double), 0E0) AS roi`;

const channelsSql = `SELECT channel, ${sums}, sum(covered_eur) AS covered,
    min(CASE WHEN spend_eur > 0 OR orders > 0E0 THEN day END) AS first_day,
    max(CASE WHEN spend_eur > 0 OR orders > 0E0 THEN day END) AS last_day,
    -- The fees of deals that still run have days ahead, of which nothing else is known yet.
    max(CASE WHEN impressions > 0 OR clicks > 0 OR orders > 0E0 OR sessions > 0
      OR (spend_eur > 0 AND channel <> 'Influencer') THEN day END) AS last_seen,
    sum(CASE WHEN day > (SELECT last_day FROM seen_days) THEN spend_eur ELSE DECIMAL '0.00' END) AS ahead,
    CAST((SELECT last_day FROM seen_days) AS varchar) AS seen_to
  FROM roi_by_channel_daily WHERE attribution_model = (SELECT attribution_model FROM shop)
  GROUP BY channel ORDER BY revenue DESC, channel`;

const campaignsSql = `SELECT campaign, spend_eur, orders, net_revenue_eur, roas,
    ${earnedMargin('margin_eur', 'orders')} AS margin, roi, channel, platform, campaign_id
  FROM roi_by_campaign
  WHERE attribution_model = (SELECT attribution_model FROM shop) AND spend_eur > 0 AND platform NOT IN ('influencer', 'shop')
  ORDER BY spend_eur DESC, platform, campaign_id LIMIT 6`;

const influencersSql = `SELECT r.influencer_id, r.spend_eur, r.orders, r.net_revenue_eur, r.roas,
    ${earnedMargin('r.margin_eur', 'r.orders')} AS margin, r.roi, q.squares
  FROM roi_by_influencer AS r LEFT JOIN (
    SELECT o.influencer_id, sum(power(CAST(e.margin_eur AS double), 2E0)) AS squares
    FROM influencer_orders AS o JOIN order_economics AS e ON e.order_id = o.order_id
    GROUP BY o.influencer_id) AS q ON q.influencer_id = r.influencer_id
  WHERE r.spend_eur > 0 OR r.orders > 0
  ORDER BY r.net_revenue_eur DESC, r.influencer_id LIMIT 6`;

/**
 * Margins that one model credits, squared and added up, by what the orders are credited to: what the interval of their
 * sum is made of.
 */
const squaresSql = (by: string) => `SELECT ${by}, sum(margin * margin) AS squares FROM (
    SELECT ${by}, a.order_id, sum(a.credit * CAST(e.margin_eur AS double)) AS margin
    FROM attribution AS a
    JOIN shop AS s ON s.attribution_model = a.attribution_model AND s.lookback_days = a.lookback_days
    JOIN order_economics AS e ON e.order_id = a.order_id
    GROUP BY ${by}, a.order_id) AS credited
  GROUP BY ${by}`;

const headings = ['spend €', 'orders', 'revenue €', 'ROAS', 'margin €', 'ROI', '95 %'];
const right = [false, ...headings.map(() => true)];

/** Between which values the ROI lies as far as chance in the orders goes; words where there are too few of them. */
function interval([spend, orders, , , margin, roi]: Row, squares: number): string {
  if (roi === null || roi === undefined || margin === null) return '';
  if (Number(orders) < fewestOrders) return 'few orders';
  const range = mapped(sumInterval(Number(margin), squares), (value) => value / Number(spend) - 1);
  return range === undefined ? '' : `${(range.low * 100).toFixed(0)} to ${(range.high * 100).toFixed(0)}`;
}

const amounts = ([spend, orders, revenue, roas, margin, roi]: Row) => [
  count(spend),
  count(orders),
  count(revenue),
  ratio(roas),
  count(margin),
  percent(roi),
];
const figures = (row: Row, squares: number) => [...amounts(row), interval(row, squares)];

/** The sums of some channels, and the ratios of the sums. */
function totals(channels: readonly Row[], ratios: 'with ratios' | 'without ratios'): string[] {
  const sumOf = (column: number) => channels.reduce((sum, row) => sum + Number(row[column]), 0);
  const [spend, orders, revenue, margin] = [sumOf(1), sumOf(2), sumOf(3), sumOf(5)];
  const over = (value: number) => (spend === 0 || ratios === 'without ratios' ? null : value / spend);
  const isKnown = orders === 0 || channels.some((row) => Number(row[2]) > 0 && row[5] !== null);
  const [marginOf, roi] = isKnown ? [margin, over(margin - spend)] : [null, null];
  return [...amounts([spend, orders, revenue, over(revenue), marginOf, roi]), ''];
}

/** The days that the figures are of; and where fees of influencers' deals lie after all else, to which day. */
function periodOf(channels: readonly Row[], zone: AnswerValue | undefined): string {
  const daysAt = (column: number) =>
    channels.flatMap(({ [column]: day }) => (typeof day === 'string' ? [day] : [])).toSorted();
  const [first = '–', last = '–', seen] = [daysAt(8)[0], daysAt(9).at(-1), daysAt(10).at(-1)];
  const shopDays = `the shop's days in ${cell(zone)} that have`;
  return seen !== undefined && first <= seen && seen < last
    ? `${first} to ${seen} (${shopDays} orders, visits or ads), with the fees of influencers' deals to ${last}`
    : `${first} to ${last} (${shopDays} spend or orders)`;
}

/**
 * What of a channel's cost is of days after those that the lake has seen, of deals that run on or of reports that go
 * further than orders and visits, and its ROI without that.
 */
function aheadLines(channels: readonly Row[]): string[] {
  return channels.flatMap(([channel = null, spend, , , , margin, , , , , , ahead = null, seenTo = null]) => {
    if (!(Number(ahead) > 0)) return [];
    const why =
      channel === 'Influencer'
        ? 'fees of deals that run on'
        : 'its reports go further than orders and visits, and what came back of these days is not known';
    const until = Number(spend) - Number(ahead);
    const without =
      margin === null || until <= 0 ? '' : ` Without them its ROI is ${percent((Number(margin) - until) / until)}.`;
    return [
      `Of what ${cell(channel)} cost, ${count(ahead)} € are of days after ${cell(seenTo)}, the last that the ` +
        `lake has seen: ${why}.${without}`,
    ];
  });
}

/** The sum of squares by what it is of. */
async function squaresOf(warehouse: Asking, by: string): Promise<(...names: readonly AnswerValue[]) => number> {
  const { rows } = await warehouse.query(squaresSql(by));
  const all = new Map(rows.map((row) => [JSON.stringify(row.slice(0, -1)), Number(row.at(-1) ?? 0)]));
  return (...names) => all.get(JSON.stringify(names)) ?? 0;
}

/** What every channel, campaign and influencer of a lake brought back, as text. */
export const roiReportOf = (lake: Lake): Promise<string> =>
  withWarehouse(lake, loadCatalog(), (warehouse) => roiReport(askedTogether(warehouse)));

/** The same, of a warehouse. */
export async function roiReport(warehouse: Asking): Promise<string> {
  const rowsOf = async (sql: string) => (await warehouse.query(sql)).rows;
  const [[[zone, model, lookback] = []], sold, channels, campaigns, influencers, ofChannel, ofCampaign, incremental] =
    await Promise.all([
      rowsOf('SELECT time_zone, attribution_model, lookback_days FROM shop'),
      rowsOf(soldSql),
      rowsOf(channelsSql),
      rowsOf(campaignsSql),
      rowsOf(influencersSql),
      squaresOf(warehouse, 'channel'),
      squaresOf(warehouse, 'channel, platform, campaign_id'),
      incrementalLines(warehouse),
    ]);
  const paid = channels.filter((row) => Number(row[1]) > 0);
  const width = terminalWidth();
  const hasOrders = sold.length > 0;
  // Without a single order what came back is not known, and is no loss of all that was spent.
  const shown = ([spend = '', ...cells]: string[]) => [
    spend,
    ...(hasOrders ? cells : cells.map((_, at) => (at === cells.length - 1 ? '' : '–'))),
  ];
  const [revenue, covered] = [3, 7].map((column) => channels.reduce((sum, row) => sum + Number(row[column]), 0));
  const coverage = revenue === undefined || revenue === 0 ? 1 : (covered ?? 0) / revenue;
  return [
    paragraph(`What each euro brought back, ${periodOf(channels, zone)}`, width),
    `${paragraph(
      `Attribution: ${cell(model).replace('non_', 'non-').replaceAll('_', ' ')} touch, ` +
        `${cell(lookback)} days of look-back. Revenue without VAT, after discounts.`,
      width,
    )}\n`,
    table(
      ['channel', ...headings],
      [
        ...channels.map(([name = null, ...rest]) => [cell(name), ...shown(figures(rest, ofChannel(name)))]),
        ['all with spend', ...shown(totals(paid, 'with ratios'))],
        // Orders that nobody paid for are no return on what was spent.
        ['all channels', ...shown(totals(channels, 'without ratios'))],
      ],
      { rightAligned: right, width },
    ),
    ...incremental,
    ...(campaigns.length === 0
      ? []
      : [
          '\nAd campaigns with the largest spend\n',
          table(
            ['campaign', ...headings],
            campaigns.map(([name, ...rest]) => [cell(name), ...shown(figures(rest, ofCampaign(...rest.slice(6))))]),
            { rightAligned: right, width },
          ),
        ]),
    ...(influencers.length === 0
      ? []
      : [
          '\nInfluencers with the largest revenue, by code or link\n',
          table(
            ['influencer', ...headings],
            influencers.map(([name, ...rest]) => [cell(name), ...shown(figures(rest, Number(rest[6] ?? 0)))]),
            { rightAligned: right, width },
          ),
        ]),
    '',
    paragraph(
      '95 %: between these the ROI lies, in per cent, as far as chance in the orders goes (under ' +
        `${fewestOrders} orders: nothing can be said).`,
      width,
    ),
    ...(hasOrders ? aheadLines(channels).map((line) => paragraph(line, width)) : []),
    paragraph(
      'Credit is not cause: Display, retargeting and brand search are shown to people of whom many would have ' +
        'bought anyway. How much a channel causes, only an experiment tells.',
      width,
    ),
    ...(isPartial(coverage)
      ? [
          paragraph(
            `Margin and ROI are of ${percent(coverage)} of the revenue: of the rest no cost of goods is known.`,
            width,
          ),
        ]
      : []),
    '',
  ].join('\n');
}
