import { identifier } from '../../../../../lambdas/shared/sql-text.ts';
import type { TableExpression, Unnest } from '../ast.ts';
import { type Column, Scope, mixedWith, type Source, unitOf } from '../scope.ts';
import { failed, type Names, unportable } from '../tokens.ts';
import { common, isRow, scalar, spell, type Type } from '../types.ts';
import type { Surroundings } from './surroundings.ts';

/** What a FROM clause puts in sight. */
export function fromClause(analysis: Surroundings, table: TableExpression, scope: Scope, around: Scope): void {
  switch (table.kind) {
    case 'table':
      scope.sources.push(tableOf(analysis, table, around));
      return;
    case 'derived': {
      const columns = analysis.query(table.query, table.lateral ? scope : around);
      scope.sources.push({
        columns: renamed(analysis, columns, table.columns, table.start),
        ...(table.alias !== undefined && { alias: table.alias }),
      });
      return;
    }
    case 'unnest':
      scope.sources.push({
        columns: renamed(analysis, unnested(analysis, table, scope), table.columns, table.start),
        ...(table.alias !== undefined && { alias: table.alias }),
      });
      return;
    case 'join':
      join(analysis, table, scope, around);
  }
}

type Of<Kind extends TableExpression['kind']> = Extract<TableExpression, { readonly kind: Kind }>;

function tableOf(analysis: Surroundings, table: Of<'table'>, around: Scope): Source {
  const inQuery = table.qualifier ? undefined : around.commonTable(table.name);
  const known = inQuery ? undefined : analysis.relation(table);
  const columns = renamed(analysis, inQuery ?? known?.columns ?? [], table.columns, table.start);
  // Under names of the query's own, any column may be meant.
  if (known && table.columns) analysis.whole.add(known.name);
  if (table.share) {
    const { share } = table;
    if (share.kind !== 'literal' || !['integer', 'decimal', 'double'].includes(share.type) || Number(share.text) > 100)
      throw unportable(analysis.sql, share.start, 'a sample of other than 0 to 100', 'TABLESAMPLE BERNOULLI (10)');
    analysis.respelling.replace(share, `${Number(share.text)} PERCENT`);
  }
  // The engine has one schema.
  if (known && (table.qualifierAt || known.spelled !== known.name)) {
    const alias = table.alias === undefined ? ` AS ${identifier(table.name)}` : '';
    const nameAt = { start: table.start, end: table.nameEnd };
    analysis.respelling.replace(nameAt, `${identifier(known.spelled)}${alias}`);
  }
  // Under names of the query's own, the hidden column has none.
  const hidden = table.columns ? [] : (known?.hidden ?? []);
  return { alias: table.alias ?? table.name, columns, hidden, ...(known && { relation: known.name }) };
}

function join(analysis: Surroundings, table: Of<'join'>, scope: Scope, around: Scope): void {
  const { type, right, on } = table;
  if (right.kind === 'derived' && right.lateral && (type === 'right' || type === 'full'))
    throw unportable(analysis.sql, right.start, `${type.toUpperCase()} JOIN LATERAL`, 'LEFT JOIN LATERAL (…) ON TRUE');
  const first = scope.sources.length;
  fromClause(analysis, table.left, scope, around);
  const before = scope.sources.length;
  fromClause(analysis, right, scope, around);
  if (on) analysis.boolean(on, scope);
  const isPlain = type === 'cross' || (type === 'left' && on?.kind === 'literal' && on.text === 'true');
  if (right.kind === 'unnest' && !isPlain)
    throw unportable(
      analysis.sql,
      right.start,
      'a join to UNNEST that is neither CROSS nor LEFT … ON TRUE',
      'CROSS JOIN UNNEST(…), and WHERE',
    );
  if (table.using) using(analysis, table, scope, [first, before]);
}

export function renamed(
  analysis: Surroundings,
  columns: readonly Column[],
  names: Names | undefined,
  at: number,
): readonly Column[] {
  if (names === undefined) return columns;
  if (names.length !== columns.length)
    throw failed(analysis.sql, at, `${names.length} column names are given for ${columns.length} columns`);
  return columns.map((column, i) => ({
    name: names[i]?.value ?? '',
    shown: names[i]?.written ?? '',
    type: column.type,
    ...unitOf(column),
  }));
}

/** The joined columns stand once, before all others, and belong to neither side any more. */
function using(
  analysis: Surroundings,
  { using: names = [], start }: Of<'join'>,
  scope: Scope,
  [first, second]: readonly [number, number],
): void {
  const [left, right] = [new Scope(), new Scope()];
  right.sources.push(...scope.sources.splice(second));
  left.sources.push(...scope.sources.splice(first));
  const joined = names.map((name): Column => {
    const [ours, theirs] = [left.findHere([name]), right.findHere([name])];
    if ('problem' in ours || 'problem' in theirs)
      throw failed(analysis.sql, start, `Column '${name}' of USING is missing or ambiguous`);
    const type = common(ours.column.type, theirs.column.type);
    if (type === undefined)
      throw failed(analysis.sql, start, `Column '${name}' of USING has types that cannot be compared`);
    analysis.comparable(type, { start, end: start });
    return { ...mixedWith(ours.column, theirs.column), type };
  });
  const rest = [...left.sources, ...right.sources].map((source): Source => ({
    ...source,
    columns: source.columns.filter((column) => !names.includes(column.name)),
  }));
  scope.sources.push({ columns: joined, joined: true }, ...rest);
}

const isArrayOfNamed = (type: Type): boolean =>
  type.name === 'array' && isRow(type.element) && type.element.fields.every(({ name }) => name !== undefined);

/** DuckDB lays out arrays of plain values alike; rows, maps and several arrays at once it wants in a subquery. */
function unnested(analysis: Surroundings, unnest: Unnest, scope: Scope): readonly Column[] {
  const types = unnest.arrays.map((value) => analysis.type(value, scope));
  const columns: Column[] = [];
  types.forEach((type, i) => {
    if (type.name === 'array' && isRow(type.element))
      columns.push(...type.element.fields.map((field, j) => ({ name: field.name ?? `field${j}`, type: field.type })));
    else if (type.name === 'array') columns.push({ name: `_col${columns.length}`, type: type.element });
    else if (type.name === 'map') columns.push({ name: 'key', type: type.key }, { name: 'value', type: type.value });
    else throw failed(analysis.sql, unnest.arrays[i]?.start ?? unnest.start, `Cannot unnest type: ${spell(type)}`);
  });
  if (unnest.ordinality) columns.push({ name: 'ordinality', type: scalar('bigint') });
  const [only] = types;
  const plain = types.length === 1 && only?.name === 'array' && !isRow(only.element);
  if (plain) return columns;
  const parts = unnest.arrays.map((value, i) => {
    const type = types[i];
    const rows = type?.name === 'map' || (type?.name === 'array' && isRow(type.element));
    const array = analysis.respelling.text(value);
    return `unnest(${type?.name === 'map' ? `map_entries(${array})` : array}${rows ? ', max_depth := 2' : ''})`;
  });
  if (unnest.ordinality) {
    // The shorter ones are filled up with NULL.
    const lengths = unnest.arrays.map(
      (value, i) =>
        `coalesce(${types[i]?.name === 'map' ? 'cardinality' : 'len'}(${analysis.respelling.text(value)}), 0)`,
    );
    parts.push(`unnest(range(1, CAST(system.main.greatest(${lengths.join(', ')}, 0) AS BIGINT) + 1))`);
  }
  const laidOut = `SELECT ${parts.join(', ')}`;
  if (unnest.columns !== undefined) {
    analysis.respelling.rewrite(unnest.callAt, `LATERAL (${laidOut})`);
    return columns;
  }
  // The fields of rows have names of their own.
  if (unnest.ordinality || !types.every(isArrayOfNamed))
    throw unportable(analysis.sql, unnest.start, 'UNNEST of what has no names', 'UNNEST(…) AS t(a, b)');
  const names = columns.map(({ name }) => identifier(name)).join(', ');
  analysis.respelling.rewrite(unnest.callAt, `LATERAL (SELECT * FROM (${laidOut}) AS u(${names}))`);
  return columns;
}
