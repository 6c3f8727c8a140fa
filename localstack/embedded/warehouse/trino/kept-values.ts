/** Whether a query keeps one value of a column, or the values apart: of a column whose every value repeats each order. */
import type { Expression, Query, Select, TableExpression } from './ast.ts';
import { grains } from './grains.ts';
import {
  isTree,
  isQuery,
  isSelect,
  isExpression,
  nodesIn,
  ownNodes,
  isName,
  isAdding,
  isCounting,
  columnOf,
  conjuncts,
  tablesIn,
  uncast,
  keptSides,
  isJoin,
  isApart,
  isPartitioned,
  givenBy,
  calledIn,
  readBy,
  queriesNamed,
} from './query-nodes.ts';

/** Columns of which each value repeats every order: a sum over several of them counts it as often. */
export const repeating: Readonly<Record<string, string>> = {
  attribution_model:
    'every model gives out every order, so the rows repeat it; keep one: WHERE attribution_model = (SELECT ' +
    'attribution_model FROM shop)',
  lookback_days:
    'every look-back gives out every order, so the rows repeat it; keep one: WHERE lookback_days = (SELECT ' +
    'lookback_days FROM shop)',
};

/** Whether a part of a join's condition is of a column whose rows stay all the same: it leaves out none. */
function isIdle(join: Extract<TableExpression, { kind: 'join' }>, part: object, column: string): boolean {
  const kept = keptSides(join)
    .flatMap(tablesIn)
    .filter(({ name }) => grains.get(name)?.includes(column) === true);
  return ownNodes(part)
    .filter(isName)
    .some(({ parts }) => {
      const [last, alias] = parts.toReversed();
      return last === column && kept.some((table) => alias === undefined || alias === (table.alias ?? table.name));
    });
}

/** Whether a condition is turned round: `(a = 'x') = false` leaves all but one, as NOT does. */
const isTurned = ({ operator, left, right }: Extract<Expression, { kind: 'compare' }>): boolean =>
  [left, right].some(
    (side) => side.kind === 'literal' && side.text.toLowerCase() === (operator === '=' ? 'false' : 'true'),
  );

/** Whether what stands for all others (ELSE, the third of `if`) is of the rows of several values, and tells none of them. */
function isOfOthers(node: Expression, column: string): boolean {
  const rest =
    node.kind === 'case' ? node.otherwise : node.kind === 'call' && node.name === 'if' ? node.args[2] : undefined;
  const names = rest === undefined ? [] : ownNodes(rest).filter(isName);
  return names.length > 0 && !names.some(({ parts }) => parts.at(-1) === column);
}

/**
 * The one value that a condition leaves of a column, as a text of its own; undefined where it may leave several.
 * @param ties whether another column, or a query, has one value of it
 */
function pinned(node: object, column: string, ties: boolean): string | undefined {
  if (isJoin(node) && node.on !== undefined && keptSides(node).length > 0) {
    const { on, left, right } = node;
    const found = [left, right, ...conjuncts(on).filter((part) => !isIdle(node, part, column))];
    return found.map((part) => pinned(part, column, ties)).find((one) => one !== undefined);
  }
  if (isExpression(node)) {
    if (node.kind === 'logic' && node.operator === 'not') return undefined;
    if (node.kind === 'compare' && isTurned(node)) return undefined;
    if (isOfOthers(node, column)) return undefined;
    if (node.kind === 'logic' && node.operator === 'or') {
      const [first, ...others] = node.operands.map((operand) => pinned(operand, column, ties));
      return others.every((other) => other === first) ? first : undefined;
    }
    if (node.kind === 'compare' && node.operator === '=') {
      const [left, right] = [node.left, node.right].map(columnOf);
      if (left === column && right === column) return ties ? 'tied' : undefined;
      const other = left === column ? node.right : right === column ? node.left : undefined;
      if (other !== undefined) return other.kind === 'literal' ? other.text : 'value';
    }
    if (node.kind === 'in' && columnOf(node.value) === column)
      return node.negated || node.list.length !== 1 ? undefined : 'value';
    if (node.kind === 'inquery' && columnOf(node.value) === column) return ties && !node.negated ? 'tied' : undefined;
    if (node.kind === 'case' && node.operand !== undefined && columnOf(node.operand) === column) return 'value';
  }
  for (const part of Object.values(node).flat(2)) {
    const found = isTree(part) ? pinned(part, column, ties) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether values of a column that a query inside kept apart are added up again. */
function isJoinedAgain(query: Query, column: string): boolean {
  const nodes = nodesIn(query);
  const named = queriesNamed(query);
  const givesApart = (one: Query, depth = 0): boolean =>
    givenBy(one).some(
      (select) =>
        isApart(select, column) ||
        (select.groupBy.length === 0 &&
          depth < 10 &&
          readBy(select, named).some((inner) => givesApart(inner, depth + 1))),
    );
  return nodes
    .filter(isSelect)
    .some(
      (select) =>
        !isApart(select, column) &&
        select.items.some((item) =>
          ownNodes(item).some((part) => isAdding(part) && part.name === 'sum' && !part.distinct),
        ) &&
        readBy(select, named).some((inner) => givesApart(inner)),
    );
}

/** The values of a column that the SELECTs keep whose rows come together in a query's, one each. */
function keptIn(query: Query, column: string, ties: boolean, named: ReadonlyMap<string, Query>, depth = 0): string[] {
  return givenBy(query).flatMap((select) => {
    const own = pinned({ ...select, from: undefined }, column, ties);
    if (own !== undefined) return [own];
    return depth < 10 ? readBy(select, named).flatMap((one) => keptIn(one, column, ties, named, depth + 1)) : [];
  });
}

/** The columns of a query that tell the SELECTs apart whose rows come together in it: a text of each, or the column. */
function labelsIn(query: Query, column: string, named: ReadonlyMap<string, Query>, depth = 0): string[] {
  // The first one's names are the query's.
  const selects = givenBy(query).toReversed();
  const [first] = selects;
  const within = depth < 10 ? selects.flatMap((select) => readBy(select, named)) : [];
  const inner = [column, ...within.flatMap((one) => labelsIn(one, column, named, depth + 1))];
  return (first?.items ?? []).flatMap((item, at) => {
    if (item.kind === 'star') return inner;
    const texts = selects.map(({ items }) => {
      const one = items[at];
      const value = one?.kind === 'value' ? uncast(one.value) : undefined;
      return value?.kind === 'literal' ? value.text : '';
    });
    const name = item.alias ?? columnOf(item.value);
    const isLabel = new Set(texts).size > 1 || inner.includes(columnOf(item.value) ?? '');
    return isLabel && name !== undefined ? [name] : [];
  });
}

/** Whether what several SELECTs keep, of one value of a column each, is added up by another. */
function isAddedOver(query: Query, column: string, ties: boolean): boolean {
  const named = queriesNamed(query);
  return nodesIn(query)
    .filter(isSelect)
    .some(
      (select) =>
        select.items.some((item) => ownNodes(item).some(isCounting)) &&
        readBy(select, named).some((inner) => {
          const own = { ...select, from: undefined };
          return (
            new Set(keptIn(inner, column, ties, named)).size > 1 &&
            !labelsIn(inner, column, named).some(
              (label) => isApart(select, label) || pinned(own, label, ties) !== undefined,
            )
          );
        }),
    );
}

const gives = (query: Query, column: string) =>
  givenBy(query).some(({ items }) =>
    items.some((item) => item.kind === 'value' && (item.alias ?? columnOf(item.value)) === column),
  );

/** What an expression is multiplied by, where that is a number that the text says. */
function weightOf(part: Expression): number | undefined {
  if (part.kind !== 'arithmetic' || (part.operator !== '*' && part.operator !== '/')) return undefined;
  const [left, right] = [part.left, part.right].map((side) => {
    const plain = uncast(side);
    return plain.kind === 'literal' ? Number(plain.text) : Number.NaN;
  });
  const weight = part.operator === '/' ? 1 / Number(right) : Number.isNaN(right) ? Number(left) : Number(right);
  return Number.isNaN(weight) ? undefined : weight;
}
/** Whether an expression is of several models what stands between them: a part of each, all of which are one. */
function isMean(part: Expression): boolean {
  const own = ownNodes(part).filter(isExpression);
  const sums = own.filter((one) => one.kind === 'arithmetic' && one.operator === '+').length;
  const weight = weightOf(part);
  if (weight !== undefined) return sums > 0 && Math.abs(weight * (sums + 1) - 1) < 0.05;
  const weights = own.flatMap((one) => weightOf(one) ?? []);
  return (
    part.kind === 'arithmetic' &&
    part.operator === '+' &&
    weights.length > 1 &&
    Math.abs(weights.reduce((sum, one) => sum + one, 0) - 1) < 0.05
  );
}

/** Whether what is kept of one value of a column is added to what is kept of another; a mean of both is none. */
function isAddedAcross(query: Query, column: string, ties: boolean): boolean {
  const named = queriesNamed(query);
  return nodesIn(query)
    .filter(isSelect)
    .some((select) => {
      const called = new Map(calledIn(select, named));
      const kept = (side: Expression): readonly string[] => {
        const own = ownNodes(side);
        const inner = own.flatMap((part) => Object.values(part).flat(2).filter(isTree).filter(isQuery));
        const names = own.filter(isName).flatMap(({ parts }) => {
          const [name = '', alias] = parts.toReversed();
          if (alias === undefined) return [...called.values()].filter((one) => gives(one, name));
          return called.get(alias) ?? [];
        });
        const said = inner.length > 0 ? undefined : pinned(side, column, ties);
        return [
          ...(said === undefined ? [] : [said]),
          ...[...inner, ...names].flatMap((one) => keptIn(one, column, ties, named)),
        ];
      };
      const own = [...select.items, ...(select.having ? [select.having] : [])].flatMap(ownNodes);
      const meant = new Set(own.flatMap((part) => (isExpression(part) && isMean(part) ? ownNodes(part) : [])));
      return own.some((part) => {
        if (!isExpression(part) || part.kind !== 'arithmetic' || part.operator !== '+' || meant.has(part)) return false;
        const [left, right] = [kept(part.left), kept(part.right)];
        return left.length > 0 && right.length > 0 && new Set([...left, ...right]).size > 1;
      });
    });
}

/** Whether a SELECT adds up rows of every value of a column beside those of one: `sum(a) FILTER (…), sum(b)`. */
function isAddedBeside(query: Query, column: string, ties: boolean): boolean {
  return nodesIn(query)
    .filter(isSelect)
    .some((select) => {
      const calls = select.items.flatMap((item) => ownNodes(item)).filter(isCounting);
      const inside = new Set(calls.flatMap((call) => ownNodes(call).filter((part) => part !== call)));
      const [one, all] = [true, false].map((has) =>
        calls.some((call) => !inside.has(call) && (pinned(call, column, ties) !== undefined) === has),
      );
      const rows = { ...select, items: [], having: undefined };
      return one && all && !isApart(select, column) && pinned(rows, column, ties) === undefined;
    });
}

/** Whether a window adds up rows, or groups, of every value of a column. */
function isAddedInWindow(query: Query, column: string): boolean {
  return nodesIn(query)
    .filter(isSelect)
    .some((select) =>
      select.items
        .flatMap((item) => ownNodes(item))
        .filter(isAdding)
        .some(({ over, distinct }) => {
          const named = select.windows.filter(({ name }) => name !== undefined && name === over?.base);
          return over !== undefined && !distinct && ![over, ...named].some((one) => isPartitioned(one, column));
        }),
    );
}

/** Whether a query keeps the values of a column apart, or keeps one. */
export function isKept(query: Query, column: string, ties: boolean): boolean {
  if (pinned(query, column, ties) !== undefined)
    return (
      !isAddedOver(query, column, ties) && !isAddedAcross(query, column, ties) && !isAddedBeside(query, column, ties)
    );
  return (
    !isAddedInWindow(query, column) &&
    nodesIn(query).some(
      (part) =>
        (isSelect(part) && isApart(part, column) && !isJoinedAgain(query, column)) ||
        isPartitioned(part, column) ||
        (ties &&
          isJoin(part) &&
          part.using?.includes(column) === true &&
          !keptSides(part)
            .flatMap(tablesIn)
            .some(({ name }) => grains.get(name)?.includes(column) === true)),
    )
  );
}

/** Whether a SELECT adds up a relation's rows and says nothing of a column: what others say of it is not of its rows. */
export function isAddedWhole(query: Query, relation: string, column: string): boolean {
  const named = queriesNamed(query);
  /** What the relation is called there. */
  const aliases = ({ from }: Select): readonly string[] =>
    from === undefined
      ? []
      : tablesIn(from)
          .filter(({ name, qualifier }) => name === relation && (qualifier !== undefined || !named.has(relation)))
          .map(({ alias, name }) => alias ?? name);
  /** Whether a part says something of the column, and not of another relation's of that name. */
  const speaks = (part: object, select: Select) =>
    (isName(part) &&
      part.parts.at(-1) === column &&
      (part.parts.length === 1 || aliases(select).includes(part.parts.at(-2) ?? ''))) ||
    ('using' in part && Array.isArray(part.using) && part.using.includes(column));
  return nodesIn(query)
    .filter(isSelect)
    .some(
      (select) =>
        aliases(select).length > 0 &&
        select.items.some((item) => ownNodes(item).some(isCounting)) &&
        !nodesIn(select).some((part) => speaks(part, select)),
    );
}
