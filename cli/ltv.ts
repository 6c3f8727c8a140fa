import { Command } from 'commander';
import { channelValues, type ChannelValue, type Purchase } from '../lambdas/attribute/customer-values.ts';
import type { Estimate } from '../lambdas/attribute/estimate.ts';
import { isPartial } from '../lambdas/shared/cost-coverage.ts';
import { unknownSpendSql } from '../lambdas/shared/known-spend.ts';
import type { Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { cell } from './cell.ts';
import { lakeOption, UsageError } from './context.ts';
import { paragraph } from './cut.ts';
import { percent } from './figures.ts';
import { helpText } from './help-text.ts';
import { numberWithin } from './number-argument.ts';
import { openLake } from './open-lake.ts';
import { terminalWidth } from './output.ts';
import { warn } from './say.ts';
import { table } from './table.ts';
import { tellWaiting } from './tell-waiting.ts';

const purchasesSql = `SELECT buyer_id, coalesce(first_channel, 'Unassigned') AS channel, local_date, margin_eur,
  last_day, net_revenue_eur, covered_eur
FROM customer_orders JOIN order_days ON local_date <= last_day WHERE first_month IS NOT NULL ORDER BY local_date, order_id`;

/**
 * What each channel cost, and whom it won, on days that have orders: from its own first day with a cost on, and from the
 * first day of which reports of advertising tell. Who was won before cost something, too, and nobody knows what.
 */
const costsSql = `WITH daily AS (
  SELECT m.channel, m.day, m.spend_eur, m.new_customers,
    min(CASE WHEN m.spend_eur > 0 THEN m.day END) OVER (PARTITION BY m.channel) AS since
  FROM marketing_daily AS m JOIN order_days AS o ON m.day BETWEEN o.first_day AND o.last_day
)
SELECT d.channel, sum(CASE WHEN d.day >= d.since THEN d.spend_eur END), sum(CASE WHEN d.day >= d.since THEN d.new_customers END),
  sum(CASE WHEN coalesce(d.day >= s.first_day, true) THEN d.spend_eur END),
  sum(CASE WHEN coalesce(d.day >= s.first_day, true) THEN d.new_customers END)
FROM daily AS d LEFT JOIN spend_days AS s ON true GROUP BY d.channel`;

/**
 * What customers are worth, and what it cost to win one of them on the days of which that is known; null where nothing
 * was spent.
 */
interface ValueWithCost extends ChannelValue {
  /** Which part of their revenue the cost of goods is known of, 0 to 1; 1 where there is none. */
  readonly covered: number;
  readonly cac: number | null;
  /** (Observed + ahead) ÷ CAC. */
  readonly ltvToCac: number | null;
  /** Why there is no CAC, where the reason is not that nothing was spent. */
  readonly cacRemark?: string;
}

/**
 * Values of the customers by the channel that won them.
 * @throws UsageError in words where the orders say nothing of later ones, or of no order the margin is known
 */
export async function readValues(
  warehouse: Pick<Warehouse, 'query'>,
  { weeks, rate }: { readonly weeks: number; readonly rate: number },
): Promise<ValueWithCost[]> {
  const { rows } = await warehouse.query(purchasesSql);
  const purchases = rows.map(([buyer = null, channel = null, day = null, margin = null]): Purchase => ({
    buyer: cell(buyer),
    channel: cell(channel),
    day: cell(day),
    margin: margin === null ? null : Number(margin),
  }));
  if (purchases.length === 0)
    throw new UsageError('The lake has no order of a new customer: there is nobody to value. Run "sillage run" first.');
  const coveredOf = (channel?: string) => {
    const own = channel === undefined ? rows : rows.filter((row) => cell(row[1] ?? null) === channel);
    const [revenue = 0, known = 0] = [5, 6].map((at) => own.reduce((sum, row) => sum + Number(row[at]), 0));
    return revenue > 0 ? known / revenue : 1;
  };
  if (purchases.every(({ margin }) => margin === null))
    throw new UsageError(
      'Of no order the cost of goods is known, so there is no margin to value customers by: enter “Cost per ' +
        'item” in the shop, export the products and import them.',
    );
  const spent = new Map(
    (await warehouse.query(costsSql)).rows.map(([channel = null, ...figures]) => {
      const [spend = 0, fresh = 0, ofAll = 0, freshOfAll = 0] = figures.map((one) => Number(one ?? 0));
      return [cell(channel), { spend, fresh, ofAll, freshOfAll }];
    }),
  );
  const unknown = (await warehouse.query(unknownSpendSql('true'))).rows.map(([channel = null]) => cell(channel));
  const cacRemark =
    unknown.length === 0
      ? undefined
      : `Of all customers no CAC is told: nothing is known of what ${unknown.join(', ')} cost. Import the ` +
        'reports of these channels, too.';
  const all = [...spent.values()].reduce(
    (sum, one) => ({ spend: sum.spend + one.ofAll, fresh: sum.fresh + one.freshOfAll }),
    { spend: 0, fresh: 0 },
  );
  const values = (() => {
    try {
      return channelValues(purchases, { lastDay: cell(rows[0]?.[4] ?? null), weeks, rate });
    } catch (error) {
      throw new UsageError(
        `These customers say too little of what they will buy: ${error instanceof Error ? error.message : String(error)} ` +
          'Ask again with more days of orders, a year or so. What they have brought so far is in ' +
          'the view customer_ltv.',
        { cause: error },
      );
    }
  })();
  return values.map((value) => {
    const { spend, fresh } = (value.channel === 'all' ? all : spent.get(value.channel)) ?? { spend: 0, fresh: 0 };
    const isAll = value.channel === 'all';
    // Of a part of the spend, for all customers, it would be too low.
    const cac = spend > 0 && fresh > 0 && !(isAll && cacRemark !== undefined) ? spend / fresh : null;
    const covered = coveredOf(value.channel === 'all' ? undefined : value.channel);
    const { observed, ahead } = value;
    const ltvToCac = cac === null || observed === null || ahead.value === null ? null : (observed + ahead.value) / cac;
    return { ...value, covered, cac, ltvToCac, ...(isAll && cacRemark !== undefined && { cacRemark }) };
  });
}

const money = (value: number | null) => (value === null ? '–' : value.toFixed(2));
const range = ({ low, high }: Estimate, digits: number) =>
  low === null || high === null ? '–' : `${low.toFixed(digits)} to ${high.toFixed(digits)}`;

function report(values: readonly ValueWithCost[], months: number): string {
  const covered = values.at(-1)?.covered;
  const remarks = new Set(
    values.flatMap(({ purchases, ahead }) => [purchases.remark ?? [], ahead.remark ?? []].flat()),
  );
  return [
    paragraph(
      `What a new customer is worth: contribution margin so far, and in the ${months} months ahead (EUR for ` +
        'one customer)',
      terminalWidth(),
    ),
    '',
    table(
      ['first channel', 'customers', 'so far', 'orders ahead', 'ahead', '95 %', 'CAC', 'LTV:CAC'],
      values.map((value) => [
        value.channel,
        String(value.customers),
        money(value.observed),
        money(value.purchases.value),
        money(value.ahead.value),
        range(value.ahead, 2),
        money(value.cac),
        money(value.ltvToCac),
      ]),
      { rightAligned: [false, true, true, true, true, true, true, true], width: terminalWidth() },
    ),
    '',
    ...[
      'Ahead: BG/NBD and gamma-gamma, fitted to all customers; 95 % is how well the orders so far fix these ' +
        'models, not what one customer will do.',
      "CAC: all that the channel cost, for each new customer that the shop's attribution model credits it " +
        'with, from the first order and the first day on of which its cost is known. By month: the view payback.',
      ...[values.at(-1)?.cacRemark ?? []].flat(),
      ...(isPartial(covered)
        ? [
            `So far, and LTV:CAC, are of the ${percent(covered)} of the revenue of which the cost of goods is ` +
              'known: they are too low.',
          ]
        : []),
      ...remarks,
    ].map((sentence) => paragraph(sentence, terminalWidth())),
    '',
  ].join('\n');
}

/** `sillage ltv`. */
export function ltvCommand(): Command {
  return new Command('ltv')
    .description('what a new customer is worth, so far and in the months ahead, by the channel that won them')
    .option('--months <n>', 'months ahead', numberWithin(1, 36), 12)
    .option('--discount <share>', 'by how much less money is worth a year later, such as 0.1', numberWithin(0, 1), 0)
    .option('--json', 'print it as JSON: a list of channels, the whole shop last')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
Columns: so far, the margin that a customer of the channel has brought; ahead, what they are expected to bring; 95 %,
between what, as far as the orders so far can tell (those of a few months seldom can); CAC, what it cost to win one.
Customers whose first order is older than the data are left out. What customers have brought month by month: the views
customer_cohorts, customer_ltv and payback.

Examples:
  sillage ltv
  sillage ltv --months 24 --discount 0.1 --json`),
    )
    .action(async (flags: { months: number; discount: number; json?: boolean; lake: string }) => {
      const lake = await openLake(flags.lake);
      await tellWaiting(lake);
      const ahead = { weeks: (flags.months * 365.25) / 12 / 7, rate: flags.discount };
      const values = await withWarehouse(lake, loadCatalog(), (warehouse) => readValues(warehouse, ahead), {
        onWarning: warn,
      });
      process.stdout.write(flags.json ? `${visibleJson(values, 2)}\n` : `${report(values, flags.months)}\n`);
    });
}
