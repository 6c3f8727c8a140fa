import { earnedMargin } from '../lambdas/shared/earned-margin.ts';
import type { Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { cell } from './cell.ts';
import { count, percent } from './figures.ts';
import { terminalWidth } from './output.ts';
import { table } from './table.ts';

/** A return on spend; a loss is the greater, the more of it was caused: so the ends are put in order. */
const returnOn = (margin: string, name: string) =>
  `(${earnedMargin(margin, 'sum(attributed_orders)')} - CAST(sum(spend_eur) AS double)) / NULLIF(CAST(sum(spend_eur) AS double), 0E0) AS ${name}`;
const ends = 'sum(incremental_margin_low_eur), sum(incremental_margin_high_eur)';

const sql = `SELECT channel, substr(basis, 11) AS experiment, sum(spend_eur) AS spend,
  sum(attributed_orders) AS attributed, sum(incremental_orders) AS incremental,
  ${returnOn('sum(attributed_margin_eur)', 'roi')}, ${returnOn('sum(incremental_margin_eur)', 'true_roi')},
  ${returnOn(`least(${ends})`, 'low')}, ${returnOn(`greatest(${ends})`, 'high')}
FROM roi_incremental WHERE basis LIKE 'measured: %'
GROUP BY channel, basis ORDER BY channel`;

/**
 * What channels caused by their experiments, beside what they are credited with: no line where no experiment was read.
 */
export async function incrementalLines(warehouse: Pick<Warehouse, 'query'>): Promise<string[]> {
  const { rows } = await warehouse.query(sql);
  if (rows.length === 0) return [];
  return [
    '\nWhat channels caused, by an experiment and what is believed of such channels, beside what they are credited with\n',
    table(
      ['channel', 'spend €', 'orders credited', 'caused', 'ROI credited', 'ROI caused', '95 %', 'experiment'],
      rows.map(([channel = null, experiment = null, spend, attributed, incremental, roi, trueRoi, low, high]) => [
        cell(channel),
        count(spend),
        count(attributed),
        count(incremental),
        percent(roi),
        percent(trueRoi),
        low === null ? '–' : `${percent(low)} to ${percent(high)}`,
        cell(experiment),
      ]),
      { rightAligned: [false, true, true, true, true, true, true, false], width: terminalWidth() },
    ),
  ];
}
