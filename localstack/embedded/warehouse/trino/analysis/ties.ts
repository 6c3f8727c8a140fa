import { identifier } from '../../../../../lambdas/shared/sql-text.ts';
import type { Query } from '../ast.ts';
import type { Column } from '../scope.ts';
import { failed, unportable } from '../tokens.ts';
import type { Surroundings } from './surroundings.ts';

/** `FETCH FIRST n ROWS WITH TIES`, which DuckDB has not: the rows whose rank is one of the first. */
export function withTies(analysis: Surroundings, query: Query, rows: number, columns: readonly Column[]): void {
  if (query.orderBy.length === 0)
    throw failed(analysis.sql, query.start, 'FETCH FIRST WITH TIES clause requires ORDER BY');
  const names = columns.map((_, i) => `c${i}`);
  const order = query.orderBy.map(({ value, directionAt }) => {
    const places = columns.flatMap(({ name }, i) =>
      value.kind === 'name' && value.parts.length === 1 && value.parts[0] === name ? [i] : [],
    );
    const place = value.kind === 'literal' ? Number(value.text) - 1 : places.length === 1 ? places[0] : undefined;
    if (place === undefined)
      throw unportable(analysis.sql, value.start, 'WITH TIES by what is no column of the answer', 'ORDER BY 1');
    return `${names[place]}${directionAt ? ` ${analysis.respelling.text(directionAt)}` : ''}`;
  });
  const by = `ORDER BY ${order.join(', ')}`;
  const shown = columns.map(({ name }, i) => `${names[i]} AS ${identifier(name)}`).join(', ');
  const ranked =
    `SELECT *, rank() OVER (${by}) AS place FROM (${analysis.respelling.text(query.body)}) AS ` +
    `q(${names.join(', ')})`;
  analysis.respelling.rewrite(
    { start: query.body.start, end: query.end },
    `SELECT ${shown} FROM (${ranked}) WHERE place <= ${rows} ${by}`,
  );
}
