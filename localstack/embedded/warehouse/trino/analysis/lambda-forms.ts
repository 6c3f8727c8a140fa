import { identifier } from '../../../../../lambdas/shared/duckdb.ts';
import type { Call } from '../ast.ts';
import type { Signature } from '../functions/register.ts';
import type { Scope } from '../scope.ts';
import { duckType, type Type } from '../types.ts';
import { lambdas } from './lambdas.ts';
import { filled, type Variables } from './resolution.ts';
import type { Surroundings } from './surroundings.ts';

type LambdaForm = (
  analysis: Surroundings,
  call: Call,
  signature: Signature,
  variables: Variables,
  scope: Scope,
) => Type;

/** The name of what is at hand in a lambda, which the call's place makes its own. */
const own = (name: string, place: number): string => identifier(`${name}$${place}`);

const textsOf = (analysis: Surroundings, call: Call): readonly string[] =>
  call.args.map((value) => analysis.respelling.text(value.kind === 'lambda' ? value.body : value));

/**
 * Trino's state may have a type of its own, DuckDB's is that of the elements: both travel in one struct, the state in `s`, an element
 * in `x`.
 */
const reduce: LambdaForm = (analysis, call, signature, variables, scope) => {
  const [left, right, last, list] = ['a', 'b', 'c', 'l'].map((name) => own(name, analysis.placeOf(call)));
  const stepAt = call.args[2] && analysis.placeOf(call.args[2]);
  lambdas(analysis, call, signature, variables, scope, (_, index, place) => {
    if (place !== stepAt) return `${last}`;
    return index === 0 ? `${left}.s` : `${right}.x`;
  });
  const [state, element] = ['S', 'T'].map((name) => duckType(filled({ name: 'variable', variable: name }, variables)));
  const [values = '', first = '', step = '', end = ''] = textsOf(analysis, call);
  const travelling = (s: string, x: string): string =>
    `struct_pack(s := CAST(${s} AS ${state}), x := CAST(${x} AS ${element}))`;
  const folded = `list_reduce(list_prepend(${travelling(first, 'NULL')}, list_transform(${list}, lambda ${right}: ${travelling('NULL', `${right}`)})), lambda ${left}, ${right}: ${travelling(step, 'NULL')})`;
  const ended = `list_extract(list_transform([${folded}.s], lambda ${last}: ${end}), 1)`;
  analysis.respelling.rewrite(
    call,
    `list_extract(list_transform([${values}], lambda ${list}: CASE WHEN ${list} IS NOT NULL THEN ${ended} END), 1)`,
  );
  return filled(signature.result, variables);
};

/** A function of a map's entries, or of two lists' pairs. */
const ofPairs =
  (keys: readonly [string, string], write: (pair: string, texts: readonly string[]) => string): LambdaForm =>
  (analysis, call, signature, variables, scope) => {
    const pair = own('e', analysis.placeOf(call));
    lambdas(analysis, call, signature, variables, scope, (_, index) => `${pair}${keys[index] ?? ''}`);
    analysis.respelling.rewrite(call, write(pair, textsOf(analysis, call)));
    return filled(signature.result, variables);
  };

const entry = ['.key', '.value'] as const;
const entriesOf = (map: string): string => `map_entries(${map})`;

/** Functions whose lambdas DuckDB takes in another form. */
export const lambdaForms: Readonly<Record<string, LambdaForm | undefined>> = {
  reduce,
  zip_with: ofPairs(
    ['[1]', '[2]'],
    (pair, [a = '', b = '', body = '']) => `list_transform(list_zip(${a}, ${b}), lambda ${pair}: ${body})`,
  ),
  map_filter: ofPairs(
    entry,
    (pair, [map = '', body = '']) => `map_from_entries(list_filter(${entriesOf(map)}, lambda ${pair}: ${body}))`,
  ),
  transform_values: ofPairs(
    entry,
    (pair, [map = '', body = '']) =>
      `map_from_entries(list_transform(${entriesOf(map)}, lambda ${pair}: struct_pack(key := ${pair}.key, value := ${body})))`,
  ),
  transform_keys: ofPairs(
    entry,
    (pair, [map = '', body = '']) =>
      `map_from_entries(list_transform(${entriesOf(map)}, lambda ${pair}: struct_pack(key := ${body}, value := ${pair}.value)))`,
  ),
};
