import { identifier } from '../../../../../lambdas/shared/duckdb.ts';
import type { Body, Cte } from '../ast.ts';
import { type Column, mixedWith, Scope } from '../scope.ts';
import { failed, unportable } from '../tokens.ts';
import { duckType, spell } from '../types.ts';
import { renamed } from './relations.ts';
import type { Surroundings } from './surroundings.ts';

/** How often Trino computes the second branch; a query whose branch then still gives rows fails. */
const mostSteps = 10;

/**
 * A common table of WITH RECURSIVE. The first branch gives the types, the second must keep them. As Trino does, the
 * steps are written out one behind the other: DuckDB's own recursion goes as deep as it finds rows, and leaves rows out
 * that it has had.
 */
export function recursive(
  analysis: Surroundings,
  cte: Cte,
  scope: Scope,
  columnsOf: (body: Body, scope: Scope) => readonly Column[],
): readonly Column[] {
  const { name, columns, query } = cte;
  const { body } = query;
  if (body.kind !== 'set' || body.operator !== 'union') return analysis.query(query, scope);
  // What the steps make of a value is not known before they are read.
  const seed = renamed(analysis, columnsOf(body.left, scope), columns, query.start).map((column) =>
    mixedWith(column, undefined),
  );
  const inner = new Scope(scope);
  inner.commonTables.set(name, seed);
  const step = columnsOf(body.right, inner);
  const references = inner.referred.get(name) ?? 0;
  seed.forEach((column, i) => {
    const type = step[i]?.type;
    if (type === undefined || spell(type) !== spell(column.type))
      throw failed(
        analysis.sql,
        body.right.start,
        `the recursive branch must give column ${column.name} the type ${spell(column.type)}`,
      );
  });
  if (query.ctes.length > 0 || query.orderBy.length > 0 || query.limited)
    throw unportable(analysis.sql, query.start, 'WITH, ORDER BY or LIMIT right inside WITH RECURSIVE', 'it outside');
  if (references === 0) return seed;
  if (references > 1)
    throw failed(analysis.sql, body.right.start, 'multiple recursive references in the step relation of recursion');
  if (columns === undefined)
    throw failed(analysis.sql, cte.start, `missing column aliases in recursive WITH query; write ${name}(a, b, …)`);
  const names = seed.map((column) => identifier(column.name)).join(', ');
  const cast = seed.map((column) => `CAST(${identifier(column.name)} AS ${duckType(column.type)})`).join(', ');
  const level = (i: number): string => identifier(`${name} ${i}`);
  const table = (i: number, text: string): string =>
    `${level(i)}(${names}) AS MATERIALIZED (SELECT ${cast} FROM (${text}) AS q(${names}))`;
  const stepText = analysis.respelling.text(body.right);
  const steps = Array.from({ length: mostSteps + 1 }, (_, i) =>
    table(i + 1, `WITH ${identifier(name)}(${names}) AS (SELECT * FROM ${level(i)}) ${stepText}`),
  );
  const all = Array.from({ length: mostSteps + 1 }, (_, i) => `SELECT * FROM ${level(i)}`).join(' UNION ALL ');
  const whole =
    `SELECT ${body.isDistinct ? 'DISTINCT ' : ''}* FROM (${all}) AS q(${names}) WHERE (SELECT ` +
    `not_too_deep(count(*)) FROM ${level(mostSteps + 1)})`;
  analysis.respelling.rewrite(
    cte,
    [table(0, analysis.respelling.text(body.left)), ...steps, `${identifier(name)}(${names}) AS (${whole})`].join(', '),
  );
  return seed;
}
