import { earnedMargin } from '../lambdas/shared/earned-margin.ts';
import type { AnswerValue, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { cell } from './cell.ts';
import { terminalWidth } from './output.ts';
import { table } from './table.ts';

const euros = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const money = (value: AnswerValue | undefined) =>
  value === null || value === undefined ? '–' : euros.format(Number(value));
const count = (value: AnswerValue | undefined) =>
  value === null || value === undefined
    ? '–'
    : new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 }).format(Number(value));
const ratio = (value: AnswerValue | undefined) =>
  value === null || value === undefined ? '–' : Number(value).toFixed(2);
const percent = (value: AnswerValue | undefined) =>
  value === null || value === undefined ? '–' : `${(Number(value) * 100).toFixed(0)} %`;

/** The sums of one kind of thing; ratios are taken of the sums, and are null where their denominator is 0, or a part is unknown. */
const sums = `sum(spend_eur) AS spend, sum(orders) AS orders, sum(net_revenue_eur) AS revenue,
  sum(net_revenue_eur) / NULLIF(CAST(sum(spend_eur) AS double), 0E0) AS roas,
  ${earnedMargin('sum(margin_eur)', 'sum(orders)')} AS margin,
  (${earnedMargin('sum(margin_eur)', 'sum(orders)')} - CAST(sum(spend_eur) AS double))
    / NULLIF(CAST(sum(spend_eur) AS double), 0E0) AS roi`;

const headings = ['spend €', 'orders', 'net revenue €', 'ROAS', 'margin €', 'ROI'];
const figures = ([spend, orders, revenue, roas, margin, roi]: readonly AnswerValue[]) => [
  money(spend),
  count(orders),
  money(revenue),
  ratio(roas),
  money(margin),
  percent(roi),
];
const right = [false, ...headings.map(() => true)];

/** The sums of some channels, and the ratios of the sums. */
function totals(channels: readonly (readonly AnswerValue[])[], ratios: 'with ratios' | 'without ratios'): string[] {
  const sumOf = (column: number) => channels.reduce((sum, row) => sum + Number(row[column]), 0);
  const [spend, orders, revenue, margin, sessions] = [sumOf(1), sumOf(2), sumOf(3), sumOf(5), sumOf(7)];
  const over = (value: number) => (spend === 0 || ratios === 'without ratios' ? null : value / spend);
  const isKnown = orders === 0 || channels.some((row) => Number(row[2]) > 0 && row[5] !== null);
  const [known, roi] = isKnown ? [margin, over(margin - spend)] : [null, null];
  return [count(sessions), ...figures([spend, orders, revenue, over(revenue), known, roi])];
}

/** What every channel, campaign and influencer brought back, as text. */
export async function roiReport(warehouse: Pick<Warehouse, 'query'>): Promise<string> {
  const [[zone, model, lookback] = []] = (
    await warehouse.query('SELECT time_zone, attribution_model, lookback_days FROM shop')
  ).rows;
  const channels = (
    await warehouse.query(`SELECT channel, ${sums}, sum(sessions) AS sessions,
    min(CASE WHEN spend_eur > 0 OR orders > 0E0 THEN day END) AS first_day,
    -- The fees of deals that still run have days ahead.
    max(CASE WHEN impressions > 0 OR orders > 0E0 OR sessions > 0 THEN day END) AS last_day
    FROM roi_by_channel_daily WHERE attribution_model = (SELECT attribution_model FROM shop)
    GROUP BY channel ORDER BY 4 DESC`)
  ).rows;
  const paid = channels.filter((row) => Number(row[1]) > 0);
  const days = channels
    .flatMap((row) => [row[8], row[9]].flatMap((day) => (typeof day === 'string' ? [day] : [])))
    .toSorted();
  const campaigns = (
    await warehouse.query(
      `SELECT campaign, spend_eur, orders, net_revenue_eur, roas, ${earnedMargin('margin_eur', 'orders')} AS margin, roi
      FROM roi_by_campaign
      WHERE attribution_model = (SELECT attribution_model FROM shop) AND spend_eur > 0 AND platform <> 'influencer'
      ORDER BY spend_eur DESC LIMIT 6`,
    )
  ).rows;
  const influencers = (
    await warehouse.query(
      `SELECT influencer_id, spend_eur, orders, net_revenue_eur, roas, ${earnedMargin('margin_eur', 'orders')} AS margin, roi
      FROM roi_by_influencer WHERE spend_eur > 0
      ORDER BY net_revenue_eur DESC, influencer_id LIMIT 6`,
    )
  ).rows;
  const named = (rows: readonly (readonly AnswerValue[])[]) =>
    rows.map(([name, ...rest]) => [cell(name), ...figures(rest)]);
  const width = terminalWidth();
  return [
    `What each euro brought back, ${days[0] ?? '–'} to ${days.at(-1) ?? '–'} (the shop's days in ${cell(zone)} that have spend or orders)`,
    `Attribution: ${cell(model).replace('non_', 'non-').replaceAll('_', ' ')} touch, ${cell(lookback)} days of look-back. Revenue without VAT, after discounts.\n`,
    table(
      ['channel', 'sessions', ...headings],
      [
        ...channels.map(([name, ...rest]) => [cell(name), count(rest[6]), ...figures(rest)]),
        ['channels with spend', ...totals(paid, 'with ratios')],
        // Orders that nobody paid for are no return on what was spent.
        ['all channels', ...totals(channels, 'without ratios')],
      ],
      { rightAligned: [false, true, ...right.slice(1)], width },
    ),
    '\nAd campaigns with the largest spend\n',
    table(['campaign', ...headings], named(campaigns), { rightAligned: right, width }),
    '\nInfluencers with the largest revenue, by code or link\n',
    table(['influencer', ...headings], named(influencers), { rightAligned: right, width }),
    '',
  ].join('\n');
}
