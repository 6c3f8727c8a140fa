import { identifier } from '../../../../../lambdas/shared/sql-text.ts';
import type { Body, Expression, Query, Select, SelectItem } from '../ast.ts';
import { type Column, mixedWith, Scope, unitOf } from '../scope.ts';
import { failed, type Span, unportable } from '../tokens.ts';
import { common, spell } from '../types.ts';
import { recursive } from './recursion.ts';
import { fromClause, renamed } from './relations.ts';
import type { Surroundings } from './surroundings.ts';
import { withTies } from './ties.ts';

/** The columns of a query, in the sight of what stands around it. */
export function queryOf(analysis: Surroundings, query: Query, around: Scope): readonly Column[] {
  const scope = new Scope(around, query);
  for (const cte of query.ctes) {
    const { name, columns, query: inner, start } = cte;
    const found = query.recursive
      ? recursive(analysis, cte, scope, (body, within) => bodyOf(analysis, body, within).columns)
      : analysis.query(inner, scope);
    scope.commonTables.set(name, renamed(analysis, found, columns, start));
  }
  const { columns, inside } = bodyOf(analysis, query.body, scope);
  if (query.orderBy.length > 0) orderBy(analysis, query, columns, inside ?? scope);
  if (query.ties !== undefined) withTies(analysis, query, query.ties, columns);
  return columns;
}

/** Whether a literal of ORDER BY or GROUP BY is the place of a column. */
const isPosition = ({ type, text }: Extract<Expression, { kind: 'literal' }>, columns: readonly Column[]): boolean =>
  type === 'integer' && Number(text) >= 1 && Number(text) <= columns.length;

function orderBy(analysis: Surroundings, query: Query, columns: readonly Column[], inside: Scope): void {
  const output = new Scope(inside);
  output.sources.push({ columns });
  const select = query.body.kind === 'select' ? query.body : undefined;
  for (const { value } of query.orderBy) {
    if (value.kind === 'literal') {
      if (!isPosition(value, columns))
        throw failed(analysis.sql, value.start, `ORDER BY position ${value.text} is not in the select list`);
      continue;
    }
    if (
      select?.distinct === true &&
      !(value.kind === 'name' && columns.some((column) => column.name === value.parts.at(-1)))
    ) {
      throw failed(analysis.sql, value.start, 'For SELECT DISTINCT, ORDER BY expressions must appear in select list');
    }
    if (value.kind !== 'name') refuseAliases(analysis, select, value, inside);
    const sees =
      value.kind === 'name' &&
      value.parts.length === 1 &&
      columns.filter((column) => column.name === value.parts[0]).length === 1
        ? output
        : inside;
    analysis.comparable(analysis.type(value, value.kind === 'name' ? sees : output), value);
  }
}

/**
 * Refuses a name that is both a column and the alias of something else: inside an expression DuckDB takes the column,
 * Trino the alias.
 */
function refuseAliases(analysis: Surroundings, select: Select | undefined, value: Expression, inside: Scope): void {
  for (const item of select?.items ?? []) {
    if (
      item.kind !== 'value' ||
      item.alias === undefined ||
      (item.value.kind === 'name' && item.value.parts.at(-1) === item.alias)
    )
      continue;
    const { alias } = item;
    if (analysis.names(value, alias) && !('problem' in inside.find([alias])))
      throw unportable(
        analysis.sql,
        value.start,
        `${alias} in ORDER BY, which is both a column and an alias,`,
        'the position, ORDER BY 1',
      );
  }
}

function bodyOf(
  analysis: Surroundings,
  body: Body,
  scope: Scope,
): { readonly columns: readonly Column[]; readonly inside?: Scope } {
  switch (body.kind) {
    case 'select':
      return selectOf(analysis, body, scope);
    case 'nested':
      return { columns: analysis.query(body.query, scope) };
    case 'values':
      return { columns: valuesOf(analysis, body.rows, scope, body) };
    case 'set': {
      const left = bodyOf(analysis, body.left, scope).columns;
      const right = bodyOf(analysis, body.right, scope).columns;
      if (left.length !== right.length)
        throw failed(
          analysis.sql,
          body.right.start,
          `${body.operator.toUpperCase()} query has different number of fields: ${left.length}, ${right.length}`,
        );
      return {
        columns: left.map((column, i) => {
          const type = common(column.type, right[i]?.type ?? column.type);
          if (type === undefined)
            throw failed(
              analysis.sql,
              body.right.start,
              `column ${i + 1} in ${body.operator.toUpperCase()} query has incompatible types: ` +
                `${spell(column.type)}, ${spell(right[i]?.type ?? column.type)}`,
            );
          return { ...mixedWith(column, right[i]), type };
        }),
      };
    }
    default:
      return body satisfies never;
  }
}

function valuesOf(
  analysis: Surroundings,
  rows: readonly (readonly Expression[])[],
  scope: Scope,
  at: Span,
): readonly Column[] {
  const types = rows.map((row) => row.map((value) => analysis.type(value, scope)));
  for (const row of rows) valuesRow(analysis, row, at);
  const first = types[0] ?? [];
  return first.map((start, i) => ({
    name: `_col${i}`,
    type: types.reduce((sofar, row) => {
      const type = row.length === first.length ? common(sofar, row[i] ?? sofar) : undefined;
      if (type === undefined)
        throw failed(analysis.sql, at.start, 'VALUES rows have different numbers of columns, or incompatible types');
      return type;
    }, start),
  }));
}

/** DuckDB wants parentheses around a row of one value, and no ROW before them. */
function valuesRow(analysis: Surroundings, row: readonly Expression[], at: Span): void {
  const [only] = row;
  if (only !== undefined && row.length === 1) analysis.respelling.wrap(only, '(', ')');
  else if (only !== undefined) {
    const word = analysis.tokenBefore(only, 2);
    if (word?.text === 'row' && word.start >= at.start) analysis.respelling.replace(word, '');
  }
}

function selectOf(
  analysis: Surroundings,
  select: Select,
  around: Scope,
): { readonly columns: readonly Column[]; readonly inside: Scope } {
  const scope = new Scope(around);
  scope.aliases = new Set(select.items.flatMap((item) => (item.kind === 'value' ? (item.alias ?? []) : [])));
  scope.groupedBy = groupedBy(select);
  if (select.from) fromClause(analysis, select.from, scope, around);
  if (select.where) analysis.boolean(select.where, scope);
  const columns: Column[] = [];
  for (const item of select.items) {
    if (item.kind === 'star') columns.push(...starOf(analysis, item, scope));
    else {
      const type = analysis.type(item.value, scope);
      // Many a name is a keyword to DuckDB, and no alias without AS.
      if (item.bare) analysis.respelling.replace(item.bare, `AS ${identifier(item.alias ?? '')}`);
      const own = item.value.kind === 'name' ? item.value : undefined;
      const name = item.alias ?? own?.parts.at(-1) ?? `_col${columns.length}`;
      const shown = item.shown ?? own?.shown;
      columns.push({ name, type, ...(shown !== undefined && { shown }), ...passedThrough(own, scope) });
    }
  }
  for (const value of select.groupBy) {
    if (value.kind === 'literal') {
      if (!isPosition(value, columns))
        throw failed(analysis.sql, value.start, `GROUP BY position ${value.text} is not in select list`);
      continue;
    }
    refuseAliasOf(analysis, select, value, scope);
    analysis.comparable(analysis.type(value, scope), value);
  }
  if (select.having) analysis.boolean(select.having, scope);
  for (const window of select.windows) analysis.window(window, scope);
  return { columns, inside: scope };
}

/** What a column is of which a SELECT takes the values as they are: any expression may make something else of them. */
function passedThrough(name: Extract<Expression, { kind: 'name' }> | undefined, scope: Scope): Pick<Column, 'unit'> {
  const found = name && scope.find(name.parts);
  // With parts left over it is a field of a row.
  return found === undefined || 'problem' in found || found.used < (name?.parts.length ?? 0)
    ? {}
    : unitOf(found.column);
}

/** The functions of whose calls a SELECT groups, as they are written or by their position. */
function groupedBy({ groupBy, items }: Select): ReadonlySet<string> {
  return new Set(
    groupBy.flatMap((value) => {
      const item = value.kind === 'literal' ? items[Number(value.text) - 1] : undefined;
      const group = item?.kind === 'value' ? item.value : value;
      return group.kind === 'call' ? group.name : [];
    }),
  );
}

/** Trino groups by columns and positions; an alias is none, as it is in other dialects. */
function refuseAliasOf(analysis: Surroundings, select: Select, value: Expression, scope: Scope): void {
  if (value.kind !== 'name' || value.parts.length > 1 || !('problem' in scope.find(value.parts))) return;
  const place = select.items.findIndex((item) => item.kind === 'value' && item.alias === value.parts[0]);
  if (place < 0) return;
  throw failed(
    analysis.sql,
    value.start,
    `Column '${value.parts[0]}' cannot be resolved: GROUP BY takes no alias; write GROUP BY ${place + 1}`,
  );
}

function starOf(analysis: Surroundings, item: Extract<SelectItem, { kind: 'star' }>, scope: Scope): readonly Column[] {
  const sources = scope.sources.filter((source) => item.of === undefined || source.alias === item.of);
  if (sources.length === 0)
    throw failed(
      analysis.sql,
      item.start,
      item.of === undefined
        ? 'SELECT * not allowed in queries without FROM clause'
        : `Unable to resolve reference ${item.of}`,
    );
  for (const { relation } of sources) if (relation !== undefined) analysis.whole.add(relation);
  const columns = sources.flatMap((source) =>
    source.columns.map((column) => ({ column, from: source.alias, joined: source.joined === true })),
  );
  // Trino puts the columns of USING first, DuckDB leaves them where they are.
  if (scope.sources.some((source) => source.joined === true)) {
    const nameless = columns.find(({ from, joined }) => from === undefined && !joined);
    if (nameless) throw unportable(analysis.sql, item.start, '* over a join with USING to what has no name', 'AS t');
    const named = columns.map(({ column, from, joined }) =>
      joined ? identifier(column.name) : `${identifier(from ?? '')}.${identifier(column.name)}`,
    );
    analysis.respelling.rewrite(item, named.join(', '));
  }
  return columns.map(({ column }) => column);
}
