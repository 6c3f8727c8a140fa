import type { Call } from '../ast.ts';
import type { Scope } from '../scope.ts';
import { failed, unportable } from '../tokens.ts';
import { common, duckType, same, scalar, spell, type Type } from '../types.ts';
import { format } from './format.ts';
import { jsonExists, jsonValue } from './json-paths.ts';
import { normalize } from './normalize.ts';
import type { Surroundings } from './surroundings.ts';
import { tried } from './try.ts';
import { argumentsOf } from './written.ts';

type Form = (analysis: Surroundings, call: Call, scope: Scope) => Type;

/** Writes a call that nothing can hang on. */
function write(analysis: Surroundings, call: Call, name: string, ...more: readonly string[]): void {
  refuseHangings(analysis, call);
  analysis.respelling.rewrite(call, `${name}(${[...argumentsOf(analysis, call), ...more].join(', ')})`);
}

function refuseHangings(analysis: Surroundings, call: Call): void {
  if (call.over || call.filter || call.distinct || call.orderBy.length > 0)
    throw failed(analysis.sql, call.start, `${call.name} is not an aggregate function`);
}

const coalesce: Form = (analysis, call, scope) => {
  const type = analysis.alike(call.args, scope, call.name);
  write(analysis, call, 'coalesce');
  return type;
};

/** Least and greatest are NULL where an argument is, which DuckDB skips. */
const extreme: Form = (analysis, call, scope) => {
  const type = analysis.alike(call.args, scope, call.name, true);
  refuseHangings(analysis, call);
  // There is a macro for up to four; the greatest of more is that of the greatest of each four.
  let texts = argumentsOf(analysis, call);
  while (texts.length > 1) {
    const fours = Array.from({ length: Math.ceil(texts.length / 4) }, (_, i) => texts.slice(4 * i, 4 * i + 4));
    texts = fours.map((four) => (four.length === 1 ? `${four[0]}` : `${call.name}(${four.join(', ')})`));
  }
  analysis.respelling.rewrite(call, `(${texts[0]})`);
  return type;
};

const nullif: Form = (analysis, call, scope) => {
  const [first, second, third] = call.args;
  if (!first || !second || third) throw failed(analysis.sql, call.start, 'nullif takes two arguments');
  const [a, b] = [analysis.type(first, scope), analysis.type(second, scope)];
  const both = common(a, b);
  if (both === undefined) throw failed(analysis.sql, call.start, `nullif cannot compare ${spell(a)} and ${spell(b)}`);
  analysis.comparable(both, call);
  write(analysis, call, 'nullif');
  // Trino keeps the type of the first, DuckDB may widen it.
  if (!same(a, both) && a.name !== 'unknown') analysis.respelling.wrap(call, 'CAST(', ` AS ${duckType(a)})`);
  return a;
};

const ifForm: Form = (analysis, call, scope) => {
  const [condition, ...branches] = call.args;
  if (!condition || branches.length === 0 || branches.length > 2)
    throw failed(analysis.sql, call.start, 'if takes two or three arguments');
  analysis.boolean(condition, scope);
  const type = analysis.alike(branches, scope, 'if');
  write(analysis, call, 'if', ...(branches.length === 1 ? ['NULL'] : []));
  return type;
};

const tryForm: Form = (analysis, call, scope) => {
  const [value, other] = call.args;
  if (!value || other) throw failed(analysis.sql, call.start, 'try takes one argument');
  refuseHangings(analysis, call);
  const [type, text] = tried(analysis, value, scope);
  analysis.respelling.rewrite(call, text);
  return type;
};

const grouping: Form = (analysis, call, scope) => {
  for (const argument of call.args) analysis.type(argument, scope);
  analysis.respelling.rewrite(call, `CAST(grouping(${argumentsOf(analysis, call).join(', ')}) AS INTEGER)`);
  return scalar('integer');
};

const concatWs: Form = (analysis, call, scope) => {
  if (call.args.length < 2) throw failed(analysis.sql, call.start, 'concat_ws takes a separator and at least one text');
  const types = call.args.map((argument) => analysis.type(argument, scope));
  const [, only] = call.args;
  if (only && types.length === 2 && types[1]?.name === 'unknown')
    throw unportable(analysis.sql, only.start, 'NULL as an argument of concat_ws', 'CAST(NULL AS varchar)');
  const type = types.find(({ name }) => name !== 'varchar' && name !== 'unknown') ?? scalar('varchar');
  if (type.name !== 'varchar')
    throw unportable(analysis.sql, call.start, `concat_ws of ${spell(type)}`, 'array_join(a, separator)');
  write(analysis, call, 'concat_ws');
  return type;
};

const concat: Form = (analysis, call, scope) => {
  const types = call.args.map((argument) => analysis.type(argument, scope));
  if (types.some(({ name }) => name === 'unknown'))
    throw unportable(analysis.sql, call.start, 'NULL as an argument of concat', 'CAST(NULL AS varchar)');
  if (types.some(({ name }) => name === 'char'))
    throw unportable(analysis.sql, call.start, 'concat of a char', 'CAST(x AS varchar), which keeps its blanks');
  if (types.length < 2 || types.length > 8)
    throw unportable(analysis.sql, call.start, `concat of ${types.length} arguments`, 'a || b || c');
  const type = types.reduce<Type | undefined>((sofar, next) => sofar && common(sofar, next), scalar('unknown'));
  if (type?.name === 'varchar') {
    write(analysis, call, 'concat');
    return type;
  }
  if (type?.name === 'array' && types.length > 2)
    throw unportable(analysis.sql, call.start, 'concat of more than two arrays', 'concat(concat(a, b), c)');
  if (type?.name !== 'array')
    throw failed(
      analysis.sql,
      call.start,
      `Unexpected parameters (${types.map(spell).join(', ')}) for function concat; write CAST(x AS varchar)`,
    );
  write(analysis, call, 'concat_arrays');
  return type;
};

/** The forms whose type follows from their arguments. */
export const callForms: Readonly<Record<string, Form | undefined>> = {
  coalesce,
  greatest: extreme,
  least: extreme,
  nullif,
  if: ifForm,
  try: tryForm,
  grouping,
  concat_ws: concatWs,
  concat,
  format,
  normalize,
  json_value: jsonValue,
  json_exists: jsonExists,
};
