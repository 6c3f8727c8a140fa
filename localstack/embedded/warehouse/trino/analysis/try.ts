import type { Expression } from '../ast.ts';
import { signaturesOf } from '../functions/register.ts';
import type { Scope } from '../scope.ts';
import { unportable } from '../tokens.ts';
import type { Type } from '../types.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * `try(x)`. DuckDB's TRY takes no aggregate and no window: they are computed before it, and with them the columns that
 * stand beside them.
 */
export function tried(analysis: Surroundings, value: Expression, scope: Scope): readonly [type: Type, text: string] {
  const parts = partsOf(value);
  if (!parts.some(isOfRows)) return [analysis.type(value, scope), `try(${analysis.respelling.text(value)})`];
  const others = parts.find(({ kind }) => !['call', 'name'].includes(kind));
  if (others)
    throw unportable(
      analysis.sql,
      others.start,
      'a lambda or a subquery in try(…) of an aggregate',
      'x / NULLIF(y, 0)',
    );
  const fields = parts.map((part, i) => {
    const type = analysis.type(part, scope);
    const field = `f${i} := ${analysis.respelling.text(part)}`;
    analysis.standIns.set(part, { type, text: `struct_extract(v$, 'f${i}')` });
    return field;
  });
  const type = analysis.type(value, scope);
  const text = `TRY(${analysis.respelling.text(value)})`;
  for (const part of parts) analysis.standIns.delete(part);
  return [type, `list_extract(list_transform([struct_pack(${fields.join(', ')})], lambda v$: ${text}), 1)`];
}

/** What a value is computed from: columns, aggregates, windows; and lambdas and subqueries, which cannot be moved. */
function partsOf(value: Expression): readonly Expression[] {
  if (['name', 'lambda', 'subquery', 'exists', 'inquery', 'quantified'].includes(value.kind) || isOfRows(value))
    return [value];
  return Object.values(value).flat(2).filter(isExpression).flatMap(partsOf);
}

const isOfRows = (value: Expression): boolean =>
  value.kind === 'call' &&
  (value.over !== undefined || signaturesOf(value.name)?.some(({ kind }) => kind === 'aggregate') === true);

const isExpression = (part: unknown): part is Expression => typeof part === 'object' && part !== null && 'kind' in part;
