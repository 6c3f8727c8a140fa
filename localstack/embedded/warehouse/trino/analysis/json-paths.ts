import { literal } from '../../../../../lambdas/shared/sql-text.ts';
import type { Call } from '../ast.ts';
import type { Scope } from '../scope.ts';
import { failed, unportable } from '../tokens.ts';
import { parseType, scalar, spell, type Type } from '../types.ts';
import { fromJson } from './json-casts.ts';
import { calledOnce } from './once.ts';
import type { Surroundings } from './surroundings.ts';

/** `lax $.a."b c"[0]`: members and single indices. */
const path = /^(?<mode>lax|strict)\s+\$(?<steps>(?:\.(?:[A-Za-z_][A-Za-z0-9_]*|"[^"\\*]+")|\[[0-9]+\])*)$/;
const step = /\.(?:[A-Za-z_]\w*|"[^"]+")|\[\d+\]/g;

/** The item at the path of `json_value` or `json_exists`, as DuckDB's text. */
function itemOf(analysis: Surroundings, call: Call, scope: Scope): string {
  const { sql } = analysis;
  const [value, written] = call.args;
  if (value === undefined || written?.kind !== 'literal' || written.type !== 'varchar')
    throw failed(sql, call.start, `${call.name} takes a text and the path as a literal`);
  const type = analysis.type(value, scope);
  if (type.name !== 'varchar' && type.name !== 'unknown')
    throw failed(sql, value.start, `Cannot read input of type ${spell(type)} as JSON; ${call.name} reads a text`);
  const groups = path.exec(written.text)?.groups;
  if (groups === undefined)
    throw unportable(sql, written.start, `the JSON path '${written.text}'`, "'lax $.a.b[0]', of members and indices");
  const parents: string[] = [];
  const arrays: string[] = [];
  let at = '$';
  for (const [text] of (groups['steps'] ?? '').matchAll(step)) {
    (text.startsWith('[') ? arrays : parents).push(literal(at));
    at += text;
  }
  const isLax = groups['mode'] === 'lax';
  return calledOnce(
    analysis,
    isLax ? 'json_lax_item' : 'json_item',
    [value],
    literal(at),
    `[${parents.join(', ')}]`,
    ...(isLax ? [`[${arrays.join(', ')}]`] : []),
  );
}

/** The one scalar at a path, as a text or the type behind RETURNING; NULL for what is none. */
export function jsonValue(analysis: Surroundings, call: Call, scope: Scope): Type {
  const { returning } = call;
  const to = returning === undefined ? scalar('varchar') : parseType(returning.type);
  const read = to && (to.name === 'varchar' ? 'json_item_text(j$)' : fromJson('j$', to));
  if (to === undefined || read === undefined || ['array', 'map', 'row', 'json'].includes(to.name))
    throw unportable(
      analysis.sql,
      returning?.at.start ?? call.start,
      `RETURNING ${returning?.type ?? ''}`,
      'RETURNING varchar, bigint, double or decimal',
    );
  const item = `json_scalar(${itemOf(analysis, call, scope)})`;
  analysis.respelling.rewrite(call, `list_extract(list_transform([${item}], lambda j$: ${read}), 1)`);
  return to;
}

/** Whether there is an item at a path; of what is no JSON, there is none. */
export function jsonExists(analysis: Surroundings, call: Call, scope: Scope): Type {
  const item = itemOf(analysis, call, scope);
  const [value] = call.args;
  const text = value === undefined ? '' : analysis.respelling.text(value);
  analysis.respelling.rewrite(call, `(CASE WHEN ${text} IS NOT NULL THEN ${item} IS NOT NULL END)`);
  return scalar('boolean');
}
