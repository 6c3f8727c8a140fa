/** What multiplies or distorts a sum without an error: told beside the answer, since only the asker knows what is meant. */
import type { Call, Expression, Query, Select, TableExpression, Unnest } from './ast.ts';
import { grains } from './grains.ts';
import type { Column } from './scope.ts';

/** Columns of which each value repeats every order: a sum over several of them counts it as often. */
const repeating: Readonly<Record<string, string>> = {
  attribution_model:
    'every model gives out every order, so the rows repeat it; keep one: WHERE attribution_model = (SELECT ' +
    'attribution_model FROM shop)',
  lookback_days:
    'every look-back gives out every order, so the rows repeat it; keep one: WHERE lookback_days = (SELECT ' +
    'lookback_days FROM shop)',
};

/** Ratios: their mean is not the ratio of the sums, and their sum is nothing. */
const ratio =
  /^(?:roas|roi|mer|ctr|over_claim_ratio|cost_coverage|lift|ltv_(?:eur|to_cac)|cost_per_engagement_eur|(?:cpc|cpm|cpa|cac|aov)(?:_eur)?|\w+_(?:rate|share|roas|roi|mer)|blended_(?:cac|aov)_eur)$/u;

/** Sums up to the end of a month: the next month's has them again. */
const soFar = /_so_far_eur$/u;
const adding: ReadonlySet<string> = new Set(['avg', 'sum']);
const counting: ReadonlySet<string> = new Set(['count', 'count_if']);

/** Counts that stand with each product of one order or refund: over several products a sum counts it as often. */
const eachProduct: ReadonlyMap<string, { readonly counted: string; readonly advice: string }> = new Map([
  ['product_performance', { counted: 'orders', advice: 'count orders in orders_daily' }],
  ['product_performance_daily', { counted: 'orders', advice: 'count orders in orders_daily' }],
  ['product_returns', { counted: 'refunds', advice: 'count(DISTINCT refund_id) in refunds' }],
]);

/** The relations that a query reads itself, each with its columns. */
type Reads = readonly (readonly [relation: string, columns: readonly Column[]])[];

const isTree = (part: unknown): part is object => typeof part === 'object' && part !== null;
const isQuery = (part: object): part is Query => 'ctes' in part;
const isSelect = (part: object): part is Select => 'kind' in part && part.kind === 'select' && 'items' in part;
const isExpression = (part: unknown): part is Expression => isTree(part) && 'kind' in part && 'start' in part;

/** All that a text is made of, itself first; `enters` leaves out what it does not want to see inside. */
export function nodesIn(root: object, enters: (part: object) => boolean = () => true): object[] {
  const found: object[] = [];
  for (const open = [root]; open.length > 0;) {
    const part = open.pop();
    if (part === undefined) break;
    found.push(part);
    open.push(...Object.values(part).flat(2).filter(isTree).filter(enters));
  }
  return found;
}
/** Without the queries inside. */
const ownNodes = (root: object): object[] => nodesIn(root, (part) => !isQuery(part));

const isName = (part: object): part is Extract<Expression, { kind: 'name' }> => 'kind' in part && part.kind === 'name';
const isAdding = (part: object): part is Call =>
  'kind' in part && part.kind === 'call' && 'name' in part && typeof part.name === 'string' && adding.has(part.name);
const isCounting = (part: object): boolean =>
  'kind' in part &&
  part.kind === 'call' &&
  'name' in part &&
  typeof part.name === 'string' &&
  (adding.has(part.name) || counting.has(part.name)) &&
  !('distinct' in part && part.distinct === true);

const uncast = (value: Expression): Expression => (value.kind === 'cast' ? uncast(value.value) : value);
/** The column that a value is, as it stands. */
function columnOf(value: Expression): string | undefined {
  const plain = uncast(value);
  return plain.kind === 'name' ? plain.parts.at(-1) : undefined;
}
const namesIn = (call: Call) => call.args.flatMap((argument) => ownNodes(argument).filter(isName));

const conjuncts = (value: Expression): readonly Expression[] =>
  value.kind === 'logic' && value.operator === 'and' ? value.operands.flatMap(conjuncts) : [value];

const tablesIn = (table: TableExpression) =>
  ownNodes(table).filter(
    (part): part is Extract<TableExpression, { kind: 'table' }> => 'kind' in part && part.kind === 'table',
  );

/** The sides of a join of which every row stays, whatever its condition says. */
const keptSides = ({ type, left, right }: Extract<TableExpression, { kind: 'join' }>): TableExpression[] => [
  ...(type === 'left' || type === 'full' ? [left] : []),
  ...(type === 'right' || type === 'full' ? [right] : []),
];
const isJoin = (part: object): part is Extract<TableExpression, { kind: 'join' }> =>
  'kind' in part && part.kind === 'join' && 'left' in part && 'right' in part;

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

/** Whether the rows, or the partitions, of a SELECT are of one value of a column each. */
function isApart({ groupBy, groupedPartly, items }: Select, column: string): boolean {
  return groupBy.some((value) => {
    if (groupedPartly.includes(value)) return false;
    const item = value.kind === 'literal' && value.type === 'integer' ? items[Number(value.text) - 1] : undefined;
    const alias = value.kind === 'name' && value.parts.length === 1 ? value.parts[0] : undefined;
    const meant =
      item?.kind === 'value'
        ? item.value
        : (items.flatMap((one) => (one.kind === 'value' && one.alias === alias && alias ? [one.value] : []))[0] ??
          value);
    return columnOf(value) === column || columnOf(meant) === column;
  });
}
const isPartitioned = (part: object, column: string): boolean =>
  'partitionBy' in part &&
  Array.isArray(part.partitionBy) &&
  part.partitionBy.some((value: unknown) => isExpression(value) && columnOf(value) === column);

/** The SELECTs whose rows a query gives. */
function givenBy({ body }: Query): Select[] {
  const found: Select[] = [];
  for (const open: object[] = [body]; open.length > 0;) {
    const part = open.pop();
    if (part !== undefined && isSelect(part)) found.push(part);
    else if (part !== undefined) open.push(...Object.values(part).flat(2).filter(isTree));
  }
  return found;
}

/** The queries that a SELECT reads its rows from: those in its FROM, and those that WITH names. */
function readBy({ from }: Select, named: ReadonlyMap<string, Query>): Query[] {
  const found: Query[] = [];
  for (const open = from ? [from] : []; open.length > 0;) {
    const one = open.pop();
    if (one?.kind === 'join') open.push(one.left, one.right);
    else if (one?.kind === 'derived') found.push(one.query);
    else if (one?.kind === 'table' && one.qualifier === undefined) {
      const query = named.get(one.name);
      if (query) found.push(query);
    }
  }
  return found;
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

const queriesNamed = (query: Query): ReadonlyMap<string, Query> =>
  new Map(
    nodesIn(query)
      .filter(isQuery)
      .flatMap(({ ctes }) => ctes.map((cte) => [cte.name, cte.query] as const)),
  );

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

/** The queries of a FROM, by the names that the SELECT calls them. */
function calledIn({ from }: Select, named: ReadonlyMap<string, Query>): ReadonlyMap<string, Query> {
  const found = new Map<string, Query>();
  for (const open = from ? [from] : []; open.length > 0;) {
    const one = open.pop();
    if (one?.kind === 'join') open.push(one.left, one.right);
    else if (one?.kind === 'derived') found.set(one.alias ?? '', one.query);
    else if (one?.kind === 'table' && one.qualifier === undefined) {
      const query = named.get(one.name);
      if (query) found.set(one.alias ?? one.name, query);
    }
  }
  return found;
}
const gives = (query: Query, column: string) =>
  givenBy(query).some(({ items }) =>
    items.some((item) => item.kind === 'value' && (item.alias ?? columnOf(item.value)) === column),
  );

/** Whether what is kept of one value of a column is added to what is kept of another; half of both is their mean. */
function isAddedAcross(query: Query, column: string, ties: boolean): boolean {
  const named = queriesNamed(query);
  return nodesIn(query)
    .filter(isSelect)
    .some((select) => {
      const called = calledIn(select, named);
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
      const halved = new Set(
        own.flatMap((part) =>
          isExpression(part) &&
          part.kind === 'arithmetic' &&
          part.operator === '/' &&
          uncast(part.right).kind === 'literal'
            ? ownNodes(part.left)
            : [],
        ),
      );
      return own.some((part) => {
        if (!isExpression(part) || part.kind !== 'arithmetic' || part.operator !== '+' || halved.has(part))
          return false;
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
function isKept(query: Query, column: string, ties: boolean): boolean {
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
function isAddedWhole(query: Query, relation: string, column: string): boolean {
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

/** One of the relations of a FROM. */
interface Side {
  readonly alias: string;
  readonly columns: ReadonlySet<string>;
  /** What tells its rows apart; undefined where that is not known. */
  readonly grain?: readonly string[];
  /** What it is called to who asks. */
  readonly shown: string;
  /** The elements of an array: of each group of them a sum counts a row once. */
  readonly isArray?: true;
}

/** The names that a SELECT's columns have; undefined where some stand behind a star. */
function outputsOf({ items }: Select): readonly string[] | undefined {
  const names = items.map((item) => (item.kind === 'star' ? undefined : (item.alias ?? columnOf(item.value) ?? '')));
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** A query of its own: its rows are told apart by what it groups by. */
function sideOfQuery(alias: string, query: Query): Side {
  const [select, ...others] = givenBy(query);
  const outputs = select === undefined || others.length > 0 ? undefined : outputsOf(select);
  if (select === undefined || outputs === undefined) return { alias, shown: alias, columns: new Set() };
  const grain = select.groupBy.map((value) => {
    const place = value.kind === 'literal' ? Number(value.text) - 1 : -1;
    return outputs[place] ?? outputs.find((name) => name !== '' && name === columnOf(value));
  });
  const isKnown = grain.length > 0 && select.groupedPartly.length === 0 && grain.every((name) => name !== undefined);
  return {
    alias,
    shown: alias,
    columns: new Set(outputs),
    ...(isKnown && { grain: grain.filter((one) => one !== undefined) }),
  };
}

/** An array's elements: several for one row, unless one column of them is matched. */
function sideOfArray({ alias = '', arrays, columns }: Unnest): Side {
  const names = columns?.map(({ value }) => value) ?? [];
  const isOne = arrays.every((one) => one.kind === 'array' && one.elements.length < 2);
  return {
    alias,
    shown: `UNNEST ${alias}`.trim(),
    columns: new Set(names),
    ...(!isOne && { grain: names.slice(0, 1) }),
    isArray: true,
  };
}

function fromOf(
  table: TableExpression,
  known: ReadonlyMap<string, ReadonlySet<string>>,
  own: ReadonlyMap<string, Query>,
) {
  const [sides, conditions, using]: [Side[], Expression[], string[]] = [[], [], []];
  for (const open = [table]; open.length > 0;) {
    const one = open.pop();
    if (one?.kind === 'join') {
      open.push(one.right, one.left);
      if (one.on) conditions.push(one.on);
      using.push(...(one.using ?? []));
    } else if (one?.kind === 'table') {
      const alias = one.alias ?? one.name;
      const query = one.qualifier === undefined ? own.get(one.name) : undefined;
      const columns = query ? undefined : known.get(one.name);
      const grain = columns && one.columns === undefined ? grains.get(one.name) : undefined;
      sides.push(
        query && one.columns === undefined
          ? sideOfQuery(alias, query)
          : { alias, columns: columns ?? new Set(), shown: columns ? one.name : alias, ...(grain && { grain }) },
      );
    } else if (one?.kind === 'unnest') sides.push(sideOfArray(one));
    else if (one?.kind === 'derived' && one.columns === undefined) sides.push(sideOfQuery(one.alias ?? '', one.query));
    else if (one) sides.push({ alias: one.alias ?? '', shown: one.alias ?? '', columns: new Set() });
  }
  return { sides, conditions, using };
}

/** Sums of one relation's column over rows that a join with another repeats. */
function repeatedByJoins(
  select: Select,
  reads: Reads,
  own: ReadonlyMap<string, Query>,
  all: readonly Select[],
): string[] {
  if (select.from?.kind !== 'join') return [];
  const known = new Map(reads.map(([name, columns]) => [name, new Set(columns.map((column) => column.name))]));
  const { sides, conditions, using } = fromOf(select.from, known, own);
  const sideOf = ({ parts }: { readonly parts: readonly string[] }): Side | undefined => {
    const [column = '', alias] = parts.toReversed();
    if (alias !== undefined) return sides.find((side) => side.alias === alias);
    const having = sides.filter(({ columns }) => columns.has(column));
    // What none of the lake's has is of a query's own, and no side that is known.
    return having.length === 1 ? having[0] : undefined;
  };
  const isOf = (value: Expression, side: Side) => ownNodes(value).some((part) => isName(part) && sideOf(part) === side);
  const said = [...conditions, ...(select.where ? [select.where] : [])].flatMap(conjuncts);
  const matched = (side: Side): ReadonlySet<string> =>
    new Set([
      ...using,
      ...Object.keys(repeating).filter((column) => isApart(select, column)),
      ...said.flatMap((condition) => {
        const pairs =
          condition.kind === 'compare' && condition.operator === '='
            ? [
                [condition.left, condition.right],
                [condition.right, condition.left],
              ]
            : condition.kind === 'in' && !condition.negated && condition.list.length === 1
              ? [[condition.value, ...condition.list]]
              : [];
        return pairs.flatMap(([value, other]) => {
          const name = value && uncast(value);
          if (name?.kind !== 'name' || sideOf(name) !== side || other === undefined || isOf(other, side)) return [];
          return name.parts.slice(-1);
        });
      }),
    ]);
  const loose = sides.flatMap((side) => {
    const found = matched(side);
    const missing =
      side.grain?.filter(
        (column) =>
          side.columns.has(column) && !found.has(column) && !(side.isArray === true && isApart(select, column)),
      ) ?? [];
    return missing.length > 0 ? [{ side, missing }] : [];
  });
  const calls: Added[] = [...select.items, ...(select.having ? [select.having] : [])]
    .flatMap((item) => ownNodes(item).filter(isAdding))
    .map((call) => ({ call, names: namesIn(call) }));
  return [...calls, ...addedBehind(select, sides, own, all)].flatMap(({ call, names }) => {
    const summed = names[0] && sideOf(names[0]);
    if (call.distinct || summed === undefined || summed.isArray || names.some((name) => sideOf(name) !== summed))
      return [];
    const column = names[0]?.parts.at(-1) ?? '';
    return loose.flatMap(({ side, missing }) =>
      side === summed
        ? []
        : [
            `${side.shown} may have several rows for one of ${summed.shown}, since nothing matches its ` +
              `${missing.join(', ')}: ${call.name}(${column}) counts it as often; sum each by itself, then join the sums`,
          ],
    );
  });
}

/** A sum, and the names in it as a FROM has them. */
interface Added {
  readonly call: Call;
  readonly names: readonly { readonly parts: readonly string[] }[];
}

/** What other SELECTs add up of the columns that one gives as they are, row by row. */
function addedBehind(
  select: Select,
  sides: readonly Side[],
  own: ReadonlyMap<string, Query>,
  all: readonly Select[],
): Added[] {
  if (select.distinct || select.groupBy.length > 0) return [];
  const given = (column: string): { readonly parts: readonly string[] }[] =>
    select.items.flatMap((item): { readonly parts: readonly string[] }[] => {
      if (item.kind === 'star')
        return sides.some(({ alias, columns }) => (item.of ?? alias) === alias && columns.has(column))
          ? [{ parts: item.of === undefined ? [column] : [item.of, column] }]
          : [];
      const value = uncast(item.value);
      return value.kind === 'name' && (item.alias ?? value.parts.at(-1)) === column ? [value] : [];
    });
  return all
    .filter((outer) => readBy(outer, own).some((query) => givenBy(query).includes(select)))
    .flatMap(({ items }) => items.flatMap((item) => ownNodes(item).filter(isAdding)))
    .flatMap((call) => {
      const names = namesIn(call).map(({ parts }) => given(parts.at(-1) ?? ''));
      return names.length > 0 && names.every((found) => found.length > 0) ? [{ call, names: names.flat() }] : [];
    });
}

/** Columns of an order itself: every model and every look-back has them alike. */
const ofOrders: ReadonlySet<string> = new Set(['order_id', 'dt']);

/** Whether a SELECT gives each order once, however often its rows have it. */
const isEachOnce = ({ distinct, groupBy, items }: Select): boolean =>
  distinct ||
  groupBy.length > 0 ||
  items.every((item) =>
    ownNodes(item).some((part) => 'kind' in part && part.kind === 'call' && 'distinct' in part && part.distinct),
  );

const isWeighted = (part: object): boolean =>
  isExpression(part) &&
  part.kind === 'arithmetic' &&
  part.operator === '*' &&
  [part.left, part.right].every((side) => ownNodes(side).some(isName));

/** Whether a value is, or holds, one thing by another. */
const isDividedIn = (parts: readonly object[]): boolean =>
  parts.some(
    (part) =>
      isExpression(part) &&
      part.kind === 'arithmetic' &&
      part.operator === '/' &&
      [part.left, part.right].every((side) => ownNodes(side).some(isName)),
  );

/** What selects call one thing by another. */
const namedRatios = (selects: readonly Select[]): ReadonlySet<string> =>
  new Set(
    selects.flatMap(({ items }) =>
      items.flatMap((item) =>
        item.kind === 'value' && item.alias !== undefined && isDividedIn(ownNodes(item.value)) ? [item.alias] : [],
      ),
    ),
  );

/** Means of ratios, by their names or as they are written, here or in a query inside. */
function averagedRatios(calls: readonly Call[], given: ReadonlySet<string>): string[] {
  return calls.flatMap((call) => {
    const own = call.args.flatMap((argument) => ownNodes(argument));
    // A ratio times what it is a ratio of is a sum again: a weighted mean.
    const weighted = new Set(own.filter(isWeighted).flatMap(ownNodes));
    const named = own
      .filter((part) => !weighted.has(part))
      .filter(isName)
      .flatMap(({ parts }) =>
        parts.slice(-1).filter((name) => ratio.test(name) || (call.name === 'avg' && given.has(name))),
      );
    const isDivided = call.name === 'avg' && isDividedIn(own);
    return [...named, ...(isDivided && named.length === 0 ? ['a / b'] : [])].map((of) => `${call.name}(${of})`);
  });
}

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
  return [...new Set([...repeated, ...lived, ...summed, ...ofProducts, ...joined, ...averaged])];
}
