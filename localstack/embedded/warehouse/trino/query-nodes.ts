/** What a query is made of, as questions about it are asked. */
import type { Call, Expression, Query, Select, TableExpression } from './ast.ts';
import type { Column } from './scope.ts';

const adding: ReadonlySet<string> = new Set(['avg', 'sum']);

const counting: ReadonlySet<string> = new Set(['count', 'count_if']);

/** The relations that a query reads itself, each with its columns. */
export type Reads = readonly (readonly [relation: string, columns: readonly Column[]])[];

export const isTree = (part: unknown): part is object => typeof part === 'object' && part !== null;

export const isQuery = (part: object): part is Query => 'ctes' in part;

export const isSelect = (part: object): part is Select => 'kind' in part && part.kind === 'select' && 'items' in part;

export const isExpression = (part: unknown): part is Expression => isTree(part) && 'kind' in part && 'start' in part;

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
export const ownNodes = (root: object): object[] => nodesIn(root, (part) => !isQuery(part));

export const isName = (part: object): part is Extract<Expression, { kind: 'name' }> =>
  'kind' in part && part.kind === 'name';

export const isCall = (part: object): part is Call =>
  'kind' in part && part.kind === 'call' && 'name' in part && typeof part.name === 'string';

export const isAdding = (part: object): part is Call => isCall(part) && adding.has(part.name);

export const isCounting = (part: object): boolean =>
  isCall(part) && (adding.has(part.name) || counting.has(part.name)) && !part.distinct;

export const uncast = (value: Expression): Expression => (value.kind === 'cast' ? uncast(value.value) : value);

/** The column that a value is, as it stands. */
export function columnOf(value: Expression): string | undefined {
  const plain = uncast(value);
  return plain.kind === 'name' ? plain.parts.at(-1) : undefined;
}

export const namesIn = (call: Call) => call.args.flatMap((argument) => ownNodes(argument).filter(isName));

export const conjuncts = (value: Expression): readonly Expression[] =>
  value.kind === 'logic' && value.operator === 'and' ? value.operands.flatMap(conjuncts) : [value];

export const tablesIn = (table: TableExpression) =>
  ownNodes(table).filter(
    (part): part is Extract<TableExpression, { kind: 'table' }> => 'kind' in part && part.kind === 'table',
  );

/** The sides of a join of which every row stays, whatever its condition says. */
export const keptSides = ({ type, left, right }: Extract<TableExpression, { kind: 'join' }>): TableExpression[] => [
  ...(type === 'left' || type === 'full' ? [left] : []),
  ...(type === 'right' || type === 'full' ? [right] : []),
];

export const isJoin = (part: object): part is Extract<TableExpression, { kind: 'join' }> =>
  'kind' in part && part.kind === 'join' && 'left' in part && 'right' in part;

/** Whether the rows, or the partitions, of a SELECT are of one value of a column each. */
export function isApart({ groupBy, groupedPartly, items }: Select, column: string): boolean {
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

export const isPartitioned = (part: object, column: string): boolean =>
  'partitionBy' in part &&
  Array.isArray(part.partitionBy) &&
  part.partitionBy.some((value: unknown) => isExpression(value) && columnOf(value) === column);

/** The SELECTs whose rows a query gives. */
export function givenBy({ body }: Query): Select[] {
  const found: Select[] = [];
  for (const open: object[] = [body]; open.length > 0;) {
    const part = open.pop();
    if (part !== undefined && isSelect(part)) found.push(part);
    else if (part !== undefined) open.push(...Object.values(part).flat(2).filter(isTree));
  }
  return found;
}

/** The queries of a FROM and those of WITH that it names, each by the name that the SELECT calls it. */
export function calledIn({ from }: Select, named: ReadonlyMap<string, Query>): (readonly [string, Query])[] {
  const found: (readonly [string, Query])[] = [];
  for (const open = from ? [from] : []; open.length > 0;) {
    const one = open.pop();
    if (one?.kind === 'join') open.push(one.left, one.right);
    else if (one?.kind === 'derived') found.push([one.alias ?? '', one.query]);
    else if (one?.kind === 'table' && one.qualifier === undefined) {
      const query = named.get(one.name);
      if (query) found.push([one.alias ?? one.name, query]);
    }
  }
  return found;
}

/** The queries that a SELECT reads its rows from. */
export const readBy = (select: Select, named: ReadonlyMap<string, Query>): Query[] =>
  calledIn(select, named).map(([, query]) => query);

export const queriesNamed = (query: Query): ReadonlyMap<string, Query> =>
  new Map(
    nodesIn(query)
      .filter(isQuery)
      .flatMap(({ ctes }) => ctes.map((cte) => [cte.name, cte.query] as const)),
  );
