import { dayBefore, dayNumber, daysIn, isoOf, type Days } from '../../lambdas/shared/day-numbers.ts';
import { readBudgetHistory } from '../../lambdas/attribute/response/history.ts';
import { knownResponse } from '../../lambdas/attribute/response/know-response.ts';
import type { KnownResponse } from '../../lambdas/attribute/response/known-response.ts';
import { earnedMargin } from '../../lambdas/shared/earned-margin.ts';
import {
  endedSpendSql,
  firstSpend,
  lateSpendSql,
  uncreditedSql,
  unknownSpendSql,
  type EndedSpend,
  type LateSpend,
} from '../../lambdas/shared/known-spend.ts';
import { failedChecksSql } from '../../lambdas/shared/failed-checks.ts';
import { moneyTables, refusedSql, type Refused } from '../../lambdas/shared/refused-records.ts';
import { seenDays, soldSql } from '../../lambdas/shared/seen-days.ts';
import { knownMargin, type Figure } from '../figures/ratios.ts';
import type { AnswerRow, Warehouse } from '../../lambdas/shared/ports/warehouse.ts';

/** What a shop, or a part of it, took and spent over some days. EUR; null where it is not known. */
export interface Sums {
  readonly spend: Figure;
  readonly revenue: number;
  readonly orders: number;
  readonly newCustomers: Figure;
  readonly margin: Figure;
  /** Of the revenue, what is of orders whose cost of goods is known: the margin is of it alone. */
  readonly covered: Figure;
}

/** One day: all of the shop's orders, each once. */
export interface DaySums extends Sums {
  readonly day: number;
}

export interface NamedSums extends Sums {
  readonly name: string;
  /** A platform; the category of a product. */
  readonly aside: string | null;
  /** Revenue of the days before; undefined where nothing is compared. */
  readonly before: number | undefined;
  /** Of a product. */
  readonly units: Figure;
}

/** What one channel that can be withheld is credited with, and what it caused of that. EUR. */
export interface CausedSums {
  readonly channel: string;
  /** `measured: ` and the experiments, or `prior`. */
  readonly basis: string;
  readonly spend: number;
  readonly orders: number;
  readonly revenue: number;
  readonly margin: Figure;
  readonly caused: {
    readonly orders: number;
    readonly revenue: number;
    readonly revenueLow: number;
    readonly revenueHigh: number;
    readonly margin: Figure;
  };
}

/** All that a report shows, without words. */
export interface ReportFigures {
  readonly shop: { readonly name: string; readonly zone: string; readonly model: string; readonly lookback: number };
  readonly daily: readonly DaySums[];
  readonly dailyBefore: readonly DaySums[] | undefined;
  readonly channels: readonly NamedSums[];
  readonly campaigns: readonly NamedSums[];
  readonly influencers: readonly NamedSums[];
  readonly products: readonly NamedSums[];
  readonly incremental: readonly CausedSums[];
  /** The first day of which spend is known; undefined where nothing ever was spent. */
  readonly spendFrom: number | undefined;
  /** Channels that are credited with revenue of days before the first on which they cost anything. */
  readonly lateSpend: readonly LateSpend[];
  /** Paid channels that are credited with revenue and of which no cost is known on any day. */
  readonly unknownSpend: readonly string[];
  /** The share of the orders of which nothing tells what brought them, where it is much. */
  readonly uncredited: number | undefined;
  /** Platforms whose reports end before the days of the report do. */
  readonly endedSpend: readonly EndedSpend[];
  /** Checks that the last run found broken, as errors; the first of them. */
  readonly failedChecks: readonly string[];
  /** Records of these days that were refused, and are missing. */
  readonly refused: readonly Refused[];
  /** Whether the lake has any order: without one, nothing is known of what came back. */
  readonly hasOrders: boolean;
  /** Learnt from all days of the lake, whatever those of the report. */
  readonly response: KnownResponse;
}

type Asking = Pick<Warehouse, 'query'>;

/** Rows of a table at most. */
const most = 10;

const within = ({ from, to }: Days) => `day BETWEEN DATE '${isoOf(from)}' AND DATE '${isoOf(to)}'`;
const number = (value: AnswerRow[number] | undefined): number => Number(value ?? 0);
const text = (value: AnswerRow[number] | undefined): string => (typeof value === 'string' ? value : '');

/** The days that the shop has seen whole, and that are over in its time zone; undefined where there are none. */
export async function knownDays(warehouse: Asking, now = new Date()): Promise<Days | undefined> {
  const [{ rows }, seen] = await Promise.all([warehouse.query('SELECT time_zone FROM shop'), seenDays(warehouse)]);
  if (seen === undefined) return undefined;
  const over = dayBefore(now, text(rows[0]?.[0]) || 'UTC');
  const days = { from: dayNumber(seen.first), to: Math.min(dayNumber(seen.whole), over) };
  return days.from > days.to ? undefined : days;
}

/** Every day, also those without an order. Of days before `knownFrom` it is not known what was spent. */
async function daily(warehouse: Asking, days: Days, knownFrom: Promise<number | undefined>): Promise<DaySums[]> {
  const [orders, costs, spendFrom] = await Promise.all([
    warehouse.query(`SELECT day, sum(orders), sum(net_revenue_eur), sum(covered_eur), sum(margin_eur),
    sum(CASE WHEN is_new_customer THEN orders ELSE 0 END) FROM orders_daily WHERE ${within(days)} GROUP BY day`),
    warehouse.query(`SELECT day, sum(spend_eur) FROM channel_costs_daily WHERE ${within(days)} GROUP BY day`),
    knownFrom,
  ]);
  const took = new Map(orders.rows.map((row) => [text(row[0]), row]));
  const spent = new Map(costs.rows.map(([day, spend]) => [text(day), number(spend)]));
  return daysIn(days).map((day) => {
    const [, count, revenue, covered, margin, fresh] = took.get(isoOf(day)) ?? [];
    return {
      day,
      spend: spendFrom !== undefined && day < spendFrom ? null : (spent.get(isoOf(day)) ?? 0),
      revenue: number(revenue),
      orders: number(count),
      newCustomers: number(fresh),
      // An order that brought no revenue (a gift card, a free one) has a margin also where no other's cost is known.
      margin: (margin ?? null) === null && number(count) > 0 ? null : number(margin),
      covered: number(covered),
    };
  });
}

/** The sums of days. A margin is known where that of some of the revenue is; spend where that of each day is. */
export function sumOf(days: readonly Sums[]): Sums {
  const add = (of: (one: Sums) => Figure) => days.reduce((sum, one) => sum + (of(one) ?? 0), 0);
  const [revenue, covered] = [add((one) => one.revenue), add((one) => one.covered)];
  return {
    spend: days.some(({ spend }) => spend === null) ? null : add((one) => one.spend),
    revenue,
    orders: add((one) => one.orders),
    newCustomers: add((one) => one.newCustomers),
    margin: knownMargin(
      add((one) => one.margin),
      covered,
      revenue,
    ),
    covered,
  };
}

/** A table: its view, what a row is told by, and which rows come first. */
interface Source {
  readonly view: string;
  /** Two columns: the name, and what stands beside it. */
  readonly by: readonly [name: string, aside: string];
  /** What tells rows apart beside these. */
  readonly id?: string;
  readonly where?: string;
  readonly spend?: string;
  readonly newCustomers?: string;
  readonly margin?: string;
  readonly units?: string;
  readonly first: 'spend' | 'revenue';
  readonly limit?: number;
}

const sources = {
  channels: { view: 'marketing_daily', by: ['channel', "''"], first: 'revenue' },
  campaigns: {
    view: 'roi_by_campaign_daily',
    by: ['campaign', 'platform'],
    id: 'campaign_id',
    where: "platform NOT IN ('influencer', 'shop')",
    first: 'spend',
    limit: most,
  },
  influencers: {
    view: 'roi_by_influencer_daily',
    by: ['handle', 'platform'],
    id: 'influencer_id',
    first: 'revenue',
  },
  products: {
    view: 'product_performance_daily',
    by: ['title', 'category'],
    id: 'product_id',
    spend: 'NULL',
    newCustomers: 'NULL',
    margin: 'gross_margin_eur',
    units: 'units',
    first: 'revenue',
    limit: most,
  },
} as const satisfies Readonly<Record<string, Source>>;

async function named(warehouse: Asking, source: Source, days: Days, before: Days | undefined): Promise<NamedSums[]> {
  const { view, by, id = "''", where = 'true', first, limit } = source;
  const { spend = 'spend_eur', newCustomers = 'new_customers', margin = 'margin_eur', units = 'NULL' } = source;
  const of = (column: string) => (column === 'NULL' ? 'NULL' : `sum(${column})`);
  const keys = `coalesce(${by[0]}, ''), coalesce(${by[1]}, ''), coalesce(${id}, '')`;
  const rows = async (range: Days) =>
    (
      await warehouse.query(`SELECT ${keys}, ${of(spend)}, sum(net_revenue_eur), sum(orders), ${of(newCustomers)},
      sum(covered_eur), ${of(margin)}, ${of(units)} FROM ${view} WHERE ${within(range)} AND ${where} GROUP BY 1, 2, 3`)
    ).rows;
  const keyOf = (row: AnswerRow) => row.slice(0, 3).map(text).join('\u0000');
  const [now, then] = await Promise.all([rows(days), before && rows(before)]);
  const earlier = then && new Map(then.map((row) => [keyOf(row), number(row[4])]));
  // What sold before and sells no more is a row, too, or the rows would not add up to what was sold before.
  const seen = new Set(now.map(keyOf));
  const gone = (then ?? []).filter((row) => !seen.has(keyOf(row))).map((row) => row.slice(0, 3));
  const optional = (value: AnswerRow[number] | undefined, column: string) => (column === 'NULL' ? null : number(value));
  return [...now, ...gone]
    .map((row): NamedSums => ({
      name: text(row[0]),
      aside: text(row[1]) || null,
      before: earlier && (earlier.get(keyOf(row)) ?? 0),
      spend: optional(row[3], spend),
      revenue: number(row[4]),
      orders: number(row[5]),
      newCustomers: optional(row[6], newCustomers),
      margin: knownMargin(number(row[8]), number(row[7]), number(row[4])),
      covered: number(row[7]),
      units: optional(row[9], units),
    }))
    .filter(
      (one) =>
        Math.abs(one.revenue) >= 0.005 ||
        (one.spend ?? 0) >= 0.005 ||
        one.orders > 0 ||
        Math.abs(one.before ?? 0) >= 0.005,
    )
    .toSorted((a, b) => (b[first] ?? 0) - (a[first] ?? 0) || (a.name < b.name ? -1 : 1))
    .slice(0, limit);
}

async function caused(warehouse: Asking, days: Days): Promise<CausedSums[]> {
  const sql = `SELECT channel, basis, sum(spend_eur), sum(attributed_orders), sum(attributed_revenue_eur),
    ${earnedMargin('sum(attributed_margin_eur)', 'sum(attributed_orders)')}, sum(incremental_orders),
    sum(incremental_revenue_eur), sum(incremental_revenue_low_eur), sum(incremental_revenue_high_eur),
    ${earnedMargin('sum(incremental_margin_eur)', 'sum(attributed_orders)')}
    FROM roi_incremental WHERE ${within(days)} GROUP BY channel, basis
    HAVING sum(attributed_orders) > 0E0 ORDER BY 5 DESC, channel`;
  const figure = (value: AnswerRow[number] | undefined): Figure => (value === null ? null : number(value));
  return (await warehouse.query(sql)).rows
    .map((row): CausedSums => ({
      channel: text(row[0]),
      basis: text(row[1]),
      spend: number(row[2]),
      orders: number(row[3]),
      revenue: number(row[4]),
      margin: figure(row[5]),
      caused: {
        orders: number(row[6]),
        revenue: number(row[7]),
        revenueLow: number(row[8]),
        revenueHigh: number(row[9]),
        margin: figure(row[10]),
      },
    }))
    .filter(({ spend, orders }) => spend >= 0.005 || orders > 0);
}

/** Asks the lake's views for all figures of a report, by the same gate as any query. */
export async function reportFigures(warehouse: Asking, days: Days, before: Days | undefined): Promise<ReportFigures> {
  const knownFrom = firstSpend(warehouse).then((day) => (day === undefined ? undefined : dayNumber(day)));
  const [
    spendFrom,
    late,
    unknown,
    uncredited,
    ended,
    failed,
    refused,
    sold,
    shop,
    now,
    then,
    channels,
    campaigns,
    influencers,
    products,
    incremental,
    history,
  ] = await Promise.all([
    knownFrom,
    warehouse.query(lateSpendSql(within(days))),
    warehouse.query(unknownSpendSql(within(days))),
    warehouse.query(uncreditedSql(within(days))),
    warehouse.query(endedSpendSql(isoOf(days.from), isoOf(days.to))),
    warehouse.query(failedChecksSql),
    warehouse.query(refusedSql(isoOf(days.from), isoOf(days.to))),
    warehouse.query(soldSql),
    warehouse.query('SELECT name, time_zone, attribution_model, lookback_days FROM shop'),
    daily(warehouse, days, knownFrom),
    before && daily(warehouse, before, knownFrom),
    named(warehouse, sources.channels, days, before),
    named(warehouse, sources.campaigns, days, before),
    named(warehouse, sources.influencers, days, before),
    named(warehouse, sources.products, days, before),
    caused(warehouse, days),
    readBudgetHistory(warehouse),
  ]);
  const [[name, zone, model, lookback] = []] = shop.rows;
  return {
    shop: { name: text(name), zone: text(zone), model: text(model), lookback: number(lookback) },
    daily: now,
    dailyBefore: then,
    channels,
    campaigns,
    influencers,
    products,
    incremental,
    spendFrom,
    lateSpend: late.rows.map(([channel, first]) => ({ channel: text(channel), first: text(first) })),
    unknownSpend: unknown.rows.map(([channel]) => text(channel)),
    uncredited: uncredited.rows.map(([share]) => number(share))[0],
    endedSpend: ended.rows.map(([platform, last]) => ({ platform: text(platform), last: text(last) })),
    failedChecks: failed.rows.map(([check]) => text(check)),
    refused: refused.rows.flatMap(([told, records]) => {
      const table = moneyTables.find((one) => one === told);
      return table === undefined ? [] : [{ table, records: number(records) }];
    }),
    hasOrders: sold.rows.length > 0,
    response: knownResponse(history),
  };
}
