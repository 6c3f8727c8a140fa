import { earnedMargin } from '../lambdas/shared/earned-margin.ts';
import type { AnswerValue, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { cell } from './cell.ts';
import { paragraph } from './cut.ts';
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

/** A share in per cent, whose column says so. */
const whole = (share: AnswerValue | undefined) => (100 * Number(share)).toFixed(0);

/**
 * What channels caused by their experiments, beside what they are credited with: no line where no experiment was read.
 */
export async function incrementalLines(warehouse: Pick<Warehouse, 'query'>): Promise<string[]> {
  const { rows } = await warehouse.query(sql);
  if (rows.length === 0) return [];
  return [
    `\n${paragraph('What channels caused, by an experiment and what is believed of such channels, beside what they are credited with', terminalWidth())}\n`,
    table(
      ['channel', 'spend €', 'orders credited', 'caused', 'ROI credited', 'ROI caused', '95 %', 'experiment'],
      rows.map(([channel = null, experiment = null, spend, attributed, incremental, roi, trueRoi, low, high]) => [
        cell(channel),
        count(spend),
        count(attributed),
        count(incremental),
        percent(roi),
        percent(trueRoi),
        low === null ? '–' : `${whole(low)} to ${whole(high)}`,
        cell(experiment),
      ]),
      { rightAligned: [false, true, true, true, true, true, true, false], width: terminalWidth(), wrapsLast: true },
    ),
  ];
}
