import { identifier } from '../../../../../lambdas/shared/sql-text.ts';
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

/** The name of what is at hand in a lambda, which the number of those around it makes its own. */
const own = (name: string, { lambdas: around }: Scope): string => identifier(`${name}$${around}`);

/** DuckDB takes `x.field` of a lambda's parameter for a column, in HAVING. */
const fieldOf = (value: string | undefined, field: string): string => `struct_extract(${value}, '${field}')`;

const textsOf = (analysis: Surroundings, call: Call): readonly string[] =>
  call.args.map((value) => analysis.respelling.text(value.kind === 'lambda' ? value.body : value));

/**
 * Trino's state may have a type of its own, DuckDB's is that of the elements: both travel in one struct, the state in
 * `s`, an element in `x`.
 */
const reduce: LambdaForm = (analysis, call, signature, variables, scope) => {
  const [left, right, last, list] = ['a', 'b', 'c', 'l'].map((name) => own(name, scope));
  lambdas(analysis, call, signature, variables, scope, (_, index, lambda) => {
    if (lambda !== call.args[2]) return `${last}`;
    return index === 0 ? fieldOf(left, 's') : fieldOf(right, 'x');
  });
  const [state, element] = ['S', 'T'].map((name) => duckType(filled({ name: 'variable', variable: name }, variables)));
  const [values = '', first = '', step = '', end = ''] = textsOf(analysis, call);
  const travelling = (s: string, x: string): string =>
    `struct_pack(s := CAST(${s} AS ${state}), x := CAST(${x} AS ${element}))`;
  const folded =
    `list_reduce(list_prepend(${travelling(first, 'NULL')}, list_transform(${list}, lambda ${right}: ` +
    `${travelling('NULL', `${right}`)})), lambda ${left}, ${right}: ${travelling(step, 'NULL')})`;
  const ended = `list_extract(list_transform([${fieldOf(folded, 's')}], lambda ${last}: ${end}), 1)`;
  analysis.respelling.rewrite(
    call,
    `list_extract(list_transform([${values}], lambda ${list}: CASE WHEN ${list} IS NOT NULL THEN ${ended} END), 1)`,
  );
  return filled(signature.result, variables);
};

/** A function of a map's entries, or of two lists' pairs. */
const ofPairs =
  (
    keys: readonly [string, string],
    part: typeof fieldOf,
    write: (pair: string, texts: readonly string[]) => string,
  ): LambdaForm =>
  (analysis, call, signature, variables, scope) => {
    const pair = own('e', scope);
    lambdas(analysis, call, signature, variables, scope, (_, index) => part(pair, keys[index] ?? ''));
    analysis.respelling.rewrite(call, write(pair, textsOf(analysis, call)));
    return filled(signature.result, variables);
  };

const entry = ['key', 'value'] as const;
const elementOf = (list: string | undefined, place: string): string => `${list}[${place}]`;
const entriesOf = (map: string): string => `map_entries(${map})`;

/** Functions whose lambdas DuckDB takes in another form. */
export const lambdaForms: Readonly<Record<string, LambdaForm | undefined>> = {
  reduce,
  zip_with: ofPairs(
    ['1', '2'],
    elementOf,
    (pair, [a = '', b = '', body = '']) => `list_transform(list_zip(${a}, ${b}), lambda ${pair}: ${body})`,
  ),
  map_filter: ofPairs(
    entry,
    fieldOf,
    (pair, [map = '', body = '']) => `map_from_entries(list_filter(${entriesOf(map)}, lambda ${pair}: ${body}))`,
  ),
  transform_values: ofPairs(
    entry,
    fieldOf,
    (pair, [map = '', body = '']) =>
      `map_from_entries(list_transform(${entriesOf(map)}, lambda ${pair}: struct_pack(key := ${fieldOf(pair, 'key')}, value := ${body})))`,
  ),
  transform_keys: ofPairs(
    entry,
    fieldOf,
    (pair, [map = '', body = '']) =>
      `map_from_entries(list_transform(${entriesOf(map)}, lambda ${pair}: struct_pack(key := ${body}, value := ${fieldOf(pair, 'value')})))`,
  ),
};
