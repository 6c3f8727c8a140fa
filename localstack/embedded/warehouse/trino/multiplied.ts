/** What multiplies or distorts a sum without an error: told beside the answer, since only the asker knows what is meant. */
import type { Query, Select } from './ast.ts';
import { averagedRatios, namedRatios } from './averaged-ratios.ts';
import { grains } from './grains.ts';
import { isAddedWhole, isKept, repeating } from './kept-values.ts';
import { isSelect, nodesIn, ownNodes, isAdding, isCounting, namesIn, queriesNamed, type Reads } from './query-nodes.ts';
import { repeatedByJoins } from './repeated-by-joins.ts';
import type { Column } from './scope.ts';

/** Sums up to the end of a month: the next month's has them again. */
const soFar = /_so_far_eur$/u;

/** Counts that stand with each product of one order or refund: over several products a sum counts it as often. */
const eachProduct: ReadonlyMap<string, { readonly counted: string; readonly advice: string }> = new Map([
  ['product_performance', { counted: 'orders', advice: 'count orders in orders_daily' }],
  ['product_performance_daily', { counted: 'orders', advice: 'count orders in orders_daily' }],
  ['product_returns', { counted: 'refunds', advice: 'count(DISTINCT refund_id) in refunds' }],
]);

/** Columns of an order itself: every model and every look-back has them alike. */
const ofOrders: ReadonlySet<string> = new Set(['order_id', 'dt']);

/** Whether a SELECT gives each order once, however often its rows have it. */
const isEachOnce = ({ distinct, groupBy, items }: Select): boolean =>
  distinct ||
  groupBy.length > 0 ||
  items.every((item) =>
    ownNodes(item).some((part) => 'kind' in part && part.kind === 'call' && 'distinct' in part && part.distinct),
  );

/**
 * What a query of its own relations should be told.
 * @param isNamed whether the query says anything of a column of one of them
 */
export function multiplied(
  query: Query,
  reads: Reads,
  isNamed: (relation: string, column: string) => boolean,
): string[] {
  const nodes = nodesIn(query);
  const calls = nodes.filter(isAdding);
  const has = (columns: readonly Column[], name: string) => columns.some((column) => column.name === name);
  /** Of a table that gives out orders; others only tell of which model they are. */
  const repeats = (relation: string, columns: readonly Column[], column: string) =>
    has(columns, column) &&
    (has(columns, 'orders') || has(columns, 'credit') || grains.get(relation)?.includes(column) === true);
  const isKeptApart = (column: string) =>
    isKept(
      query,
      column,
      reads.some(([relation, columns]) => has(columns, column) && !repeats(relation, columns, column)),
    );
  const isAdded = nodes.some(isCounting);
  /** Whether nothing is asked of a relation but which orders it has: repeated rows have no others. */
  const isOfOrders = (relation: string, columns: readonly Column[]) =>
    !isAdded &&
    columns.every(({ name }) => ofOrders.has(name) || !isNamed(relation, name)) &&
    nodes.filter(isSelect).every(isEachOnce);
  const repeated = reads.flatMap(([relation, columns]) =>
    has(columns, 'orders') || has(columns, 'credit')
      ? Object.entries(repeating).flatMap(([column, advice]) =>
          has(columns, column) &&
          !isOfOrders(relation, columns) &&
          (!isKeptApart(column) || isAddedWhole(query, relation, column)) &&
          (isAdded || !isNamed(relation, column))
            ? [`${relation} has a row for each ${column}: ${advice}`]
            : [],
        )
      : [],
  );
  const isOfCustomers = calls.some(
    (call) => !call.distinct && namesIn(call).some(({ parts }) => parts.at(-1) === 'customers'),
  );
  const lived = reads.flatMap(([relation, columns]) =>
    isOfCustomers && has(columns, 'customers') && has(columns, 'months_later') && !isKept(query, 'months_later', false)
      ? [
          `${relation} has a row for each months_later, and customers stands in all of them; keep one: WHERE ` +
            'months_later = 0',
        ]
      : [],
  );
  const grown = calls.find(
    (call) => call.name === 'sum' && namesIn(call).some(({ parts }) => soFar.test(parts.at(-1) ?? '')),
  );
  const summed = reads.flatMap(([relation, columns]) =>
    grown !== undefined && has(columns, 'months_later') && !isKept(query, 'months_later', false)
      ? [
          `${relation} has a row for each months_later, and each has all months before it again: keep one, or ` +
            'the last of each cohort',
        ]
      : [],
  );
  const ofProducts = reads.flatMap(([relation]) => {
    const { counted, advice } = eachProduct.get(relation) ?? {};
    if (counted === undefined || reads.filter(([, columns]) => has(columns, counted)).length > 1) return [];
    const call = calls.find((one) => one.name === 'sum' && namesIn(one).some(({ parts }) => parts.at(-1) === counted));
    return call === undefined || ['product_id', 'title'].some((column) => isKept(query, column, false))
      ? []
      : [
          `${relation} has a row for each product, and what is of several products stands in all of them: ` +
            `sum(${counted}) counts it as often; ${advice}`,
        ];
  });
  const selects = nodes.filter(isSelect);
  const own = queriesNamed(query);
  const joined = selects.flatMap((select) => repeatedByJoins(select, reads, own, selects));
  const averaged = averagedRatios(calls, namedRatios(selects)).map(
    (call) => `${call} is of ratios: a mean of ratios is not the ratio; divide the sums, sum(a) / NULLIF(sum(b), 0)`,
  );
  // A mean or a sum of amounts is never of each amount once: two orders may come to the same.
  const merged = calls.flatMap((call) => {
    const [name] = call.distinct ? namesIn(call) : [];
    const column = name?.parts.at(-1);
    return column === undefined
      ? []
      : [
          `${call.name}(DISTINCT ${column}) takes amounts that are equal for one, of different rows too: sum rows that ` +
            'are there once, as in a query inside',
        ];
  });
  return [...new Set([...repeated, ...lived, ...summed, ...ofProducts, ...joined, ...averaged, ...merged])];
}
