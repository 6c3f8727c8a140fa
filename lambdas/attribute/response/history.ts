import { occasionsIn } from '../../shared/shop/occasions.ts';
import { dayNumber, daysIn, isoOf } from '../../shared/day-numbers.ts';
import type { DayRange } from '../../shared/days.ts';
import { lateSpendSql, paidChannelsSql } from '../../shared/known-spend.ts';
import type { ShopHistory } from './fit-response.ts';

/** A shop's days with what its advertising channels cost and what all orders left. */
export interface BudgetHistory extends ShopHistory {
  /** Mean spend a day of the last four weeks, EUR. */
  readonly today: ReadonlyMap<string, number>;
  /** Which part of the revenue the cost of goods is known of, 0 to 1; 1 where there is none. */
  readonly covered: number;
}

/** Answers in SQL: a warehouse, or the door of one. */
interface Asking {
  query(sql: string): Promise<{ readonly rows: readonly (readonly unknown[])[] }>;
}

/** Days of spend that stand for today. */
const recent = 28;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A platform whose reports end so many days before those of another is not used any more: it costs nothing since. */
const patience = 28;

/**
 * The days of which both orders and spend are known: spend of days before the first report, after the last one of a
 * platform that is used, or of a channel that brought orders before its reports begin is not 0 but unknown, and would
 * teach that spend brings nothing.
 */
const spanSql = `WITH ends AS (
  SELECT last_day, max(last_day) OVER () AS newest FROM (
    SELECT max(dt) AS last_day FROM ad_spend WHERE dt <= date_add('day', 1, current_date)
    GROUP BY platform HAVING sum(spend_eur) > 0
  ) AS reports
), late AS (${lateSpendSql(`channel IN ${paidChannelsSql}`)})
SELECT CAST(greatest(o.first_day, s.first_day, coalesce((SELECT max(CAST(first AS date)) FROM late), s.first_day)) AS varchar),
  CAST(least(o.last_day, w.whole_day,
    (SELECT min(last_day) FROM ends WHERE last_day >= date_add('day', -${patience}, newest))) AS varchar)
FROM order_days AS o CROSS JOIN spend_days AS s CROSS JOIN seen_days AS w`;
const daysSql =
  'SELECT day, sum(net_revenue_eur), sum(covered_eur), sum(margin_eur) FROM orders_daily GROUP BY day ORDER BY ' +
  'day';
/** Of advertising alone: an influencer's fee is a contract, and a commission follows the orders. */
const spendSql = `SELECT dt, channel, sum(spend_eur) FROM ad_spend GROUP BY dt, channel`;
const priorsSql = ({
  from,
  to,
}: DayRange) => `SELECT i.channel, i.incrementality, i.incrementality_high, i.basis, i.tested, sum(r.margin_eur),
  sum(r.net_revenue_eur) - sum(r.covered_eur)
FROM channel_incrementality AS i
JOIN roi_by_channel_daily AS r ON r.channel = i.channel AND r.attribution_model = i.attribution_model
WHERE r.day BETWEEN DATE '${from}' AND DATE '${to}'
GROUP BY i.channel, i.incrementality, i.incrementality_high, i.basis, i.tested`;

/** Days around an occasion that sell by themselves: so many before, and after. */
const around = { blackFriday: [4, 3], mothersDay: [7, 0], valentine: [5, 0] } as const;

/** The occasion that each day belongs to. */
function occasionsOf(days: readonly string[]): Map<string, string> {
  const [first = '', last = ''] = [days[0], days.at(-1)];
  const found = new Map<string, string>();
  for (const { day, occasion } of occasionsIn({ from: dayNumber(first) - 10, to: dayNumber(last) + 10 })) {
    if (!(occasion === 'blackFriday' || occasion === 'mothersDay' || occasion === 'valentine')) continue;
    const [before, after] = around[occasion];
    for (let at = day - before; at <= day + after; at += 1) found.set(isoOf(at), occasion);
  }
  return found;
}

/**
 * What a budget is advised from: the days of which both orders and spend are known. A day without an order is a day; of
 * orders of which no cost is known the margin is taken for that of the others, since a channel brings them all the same.
 */
export async function readBudgetHistory(warehouse: Asking): Promise<BudgetHistory> {
  const [took, { rows: spent }, span] = await Promise.all([
    warehouse.query(daysSql),
    warehouse.query(spendSql),
    warehouse.query(spanSql),
  ]);
  const sold = new Map(took.rows.map((row) => [text(row[0]), row.slice(1).map(Number)]));
  const [from = '', to = ''] = (span.rows[0] ?? []).map(text);
  if (from === '' || to < from)
    return { days: [], margin: [], occasions: new Map(), channels: [], today: new Map(), covered: 1 };
  const days = daysIn({ from: dayNumber(from), to: dayNumber(to) }).map(isoOf);
  const known = days.map((day) => sold.get(day) ?? [0, 0, 0]);
  const [revenueOfAll = 0, covered = 0, marginOfCovered = 0] = [0, 1, 2].map((column) =>
    known.reduce((sum, row) => sum + (row[column] ?? 0), 0),
  );
  const rate = covered === 0 ? 0 : marginOfCovered / covered;
  const margin = known.map(([revenue = 0, ofKnown = 0, left = 0]) => left + (revenue - ofKnown) * rate);
  const place = new Map(days.map((day, at) => [day, at]));
  const spend = new Map<string, number[]>();
  for (const [day, channel, eur] of spent) {
    const at = place.get(text(day));
    if (at === undefined) continue;
    const own = spend.get(text(channel)) ?? days.map(() => 0);
    own[at] = (own[at] ?? 0) + Number(eur);
    spend.set(text(channel), own);
  }
  const priors = new Map((await warehouse.query(priorsSql({ from, to }))).rows.map((row) => [text(row[0]), row]));
  const channels = [...spend]
    .filter(([, own]) => own.some((eur) => eur > 0))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([channel, own]) => {
      const [, share, high, basis, tested, attributed = 0, uncovered = 0] = priors.get(channel) ?? [];
      const mean = own.reduce((sum, eur) => sum + eur, 0) / days.length;
      // Of a channel that nothing is credited to, a tenth of its spend: a middle that a wide spread leaves room to
      // leave.
      const credited = Math.max((Number(attributed) + Number(uncovered) * rate) / days.length, 0.1 * mean);
      const part = Math.max(Number(share ?? 0.5), 0.02);
      const spread = Math.log(Math.max(Number(high ?? 1.5), 1.05 * part) / part) / 1.96;
      return {
        channel,
        spend: own,
        prior: {
          margin: credited * part,
          spread: Math.min(Math.max(spread, 0.15), 1.5),
          basis: text(basis) || 'prior',
          tested: Number(tested ?? 0),
        },
      };
    });
  const today = new Map(
    channels.map(({ channel, spend: own }) => [
      channel,
      own.slice(-recent).reduce((sum, eur) => sum + eur, 0) / Math.min(recent, own.length),
    ]),
  );
  return {
    days,
    margin,
    occasions: occasionsOf(days),
    channels,
    today,
    covered: revenueOfAll > 0 ? covered / revenueOfAll : 1,
  };
}
