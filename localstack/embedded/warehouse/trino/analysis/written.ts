import type { Call } from '../ast.ts';
import { failed, unportable } from '../tokens.ts';
import type { Scope } from '../scope.ts';
import type { Surroundings } from './surroundings.ts';

/** Types what hangs on a call: FILTER, ORDER BY, OVER, IGNORE NULLS. */
export function hangings(analysis: Surroundings, call: Call, scope: Scope): void {
  const { sql } = analysis;
  if (call.filter) analysis.boolean(call.filter, scope);
  for (const { value } of call.orderBy) {
    if (value.kind === 'literal')
      throw unportable(sql, value.start, 'a position in the ORDER BY of a call', 'the expression itself');
    analysis.comparable(analysis.type(value, scope), value);
  }
  if (call.over) analysis.window(call.over, scope);
  if (call.over && call.distinct)
    throw unportable(sql, call.start, `${call.name}(DISTINCT …) OVER`, 'the distinct rows in a subquery');
  if (call.over?.frame && isUnframed(call.name))
    throw unportable(sql, call.start, `a frame for ${call.name}`, 'OVER (PARTITION BY … ORDER BY …)');
  if (call.ignoreNullsAt && !takesIgnoreNulls.has(call.name))
    throw unportable(sql, call.ignoreNullsAt.start, `${call.name} IGNORE NULLS`, 'FILTER (WHERE x IS NOT NULL)');
  if (call.name === 'listagg' && !call.withinAt)
    throw failed(sql, call.start, 'listagg needs WITHIN GROUP (ORDER BY …)');
  if (call.name !== 'listagg' && call.withinAt)
    throw failed(sql, call.start, `${call.name} does not take WITHIN GROUP`);
}

const isUnframed = (name: string): boolean =>
  ['row_number', 'rank', 'dense_rank', 'ntile', 'percent_rank', 'cume_dist', 'lag', 'lead'].includes(name);

const takesIgnoreNulls: ReadonlySet<string> = new Set(['first_value', 'last_value', 'nth_value', 'lag', 'lead']);

/** The texts of a call's arguments, as DuckDB takes them. */
export const argumentsOf = ({ respelling }: Surroundings, call: Call): readonly string[] =>
  call.args.map((value) => respelling.text(value));

/**
 * A call under DuckDB's name, with all that hangs on it; a name may open parentheses, which are closed behind the
 * arguments (`count(true_or_null`).
 */
export function written(
  { respelling }: Surroundings,
  call: Call,
  name: string,
  args: readonly string[],
  distinct: boolean = call.distinct,
): string {
  const order = call.orderAt ? ` ${respelling.text(call.orderAt)}` : '';
  const inside = `${distinct ? 'DISTINCT ' : ''}${args.join(', ')}${order}${call.ignoreNullsAt ? ' IGNORE NULLS' : ''}`;
  const closed = ')'.repeat(1 + (name.match(/\(/g)?.length ?? 0));
  const behind = [call.filterAt, call.overAt].flatMap((span) => (span ? ` ${respelling.text(span)}` : []));
  return `${name}(${inside}${closed}${behind.join('')}`;
}
