import { addDays, type Day } from './days.ts';

/** Tables whose every record is of money: what was refused of them is missing in figures. */
export const moneyTables = ['orders', 'refunds', 'ad_spend', 'influencer_deals'] as const;
export type MoneyTable = (typeof moneyTables)[number];

/** Records of a table that were refused. */
export interface Refused {
  readonly table: MoneyTable;
  readonly records: number;
}

/** A record may be of a day ahead, as a deal is; runs of longer before its day have not built it. */
const aheadDays = 366;

/**
 * SQL for how many records of some days were refused by tables of money. Of the ledger: whoever may read figures may not
 * read rejects, which hold records as they came.
 */
export const refusedSql = (from: Day, to: Day): string => `WITH built AS (
  SELECT table_name, slice, part, max_by(coalesce(rejected, 0), finished_at) AS refused FROM pipeline_runs
  WHERE dt >= DATE '${addDays(from, -aheadDays)}' AND table_name IN (${moneyTables.map((name) => `'${name}'`).join(', ')})
    AND slice BETWEEN DATE '${from}' AND DATE '${to}'
  GROUP BY table_name, slice, part
)
SELECT table_name, sum(refused) AS records FROM built GROUP BY table_name HAVING sum(refused) > 0 ORDER BY 1`;
