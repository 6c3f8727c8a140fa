import { array, parseType, scalar, type Type } from '../types.ts';
import { aggregates, windows } from './aggregates.ts';
import { arrays } from './arrays.ts';
import { json } from './json.ts';
import { numbers } from './numbers.ts';
import { texts } from './texts.ts';
import { times } from './times.ts';

/*
 * The allow-list: every function of the portable subset with Trino's signatures, one to a line, in a file a family.
 * What is not here is refused by name.
 *
 * `T`, `U`, `K`, `V`, `S`, `R` stand for any type. A parameter in brackets is a literal of a known form (see
 * `literals.ts`). After `|` comes the spelling that DuckDB wants where it is another: a parenthesis opened there is
 * closed after the arguments, and `f < g` puts the call of g, with what hangs on it, into f. A `*` at its end is the text
 * of the literal that comes first; `f < g_*` gives the next argument to g, and those after it to f. `cast` is said where
 * DuckDB's result has another type than Trino's.
 */

/**
 * A parameter: a type, a literal of a known form, or a lambda (the types of its parameters and, last, of its result).
 */
export type Parameter =
  | { readonly is: 'value'; readonly type: Type }
  | { readonly is: 'literal'; readonly form: string }
  | { readonly is: 'lambda'; readonly types: readonly Type[] };

export interface Signature {
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly parameters: readonly Parameter[];
  readonly result: Type;
  /** DuckDB's spelling, where it is another. */
  readonly spelling?: string;
  /** DuckDB's result must be cast to Trino's type. */
  readonly cast: boolean;
}

/** Reads a type of a signature, such as `map(K, array(V))`. */
function typeOf(text: string): Type {
  const trimmed = text.trim();
  if (/^[A-Z]$/.test(trimmed)) return { name: 'variable', variable: trimmed };
  const plain = parseType(trimmed);
  if (plain !== undefined) return plain;
  const [, kind, inside = ''] = /^(array|map|row)\((.*)\)$/.exec(trimmed) ?? [];
  const [first, second] = inside.startsWith('array') ? [inside] : inside.split(',');
  if (kind === 'array') return array(typeOf(inside));
  if (kind === 'map') return { name: 'map', key: typeOf(first ?? ''), value: typeOf(second ?? '') };
  if (kind === 'row') return { name: 'row', fields: [{ type: typeOf(first ?? '') }, { type: typeOf(second ?? '') }] };
  switch (trimmed) {
    case 'instant':
    case 'utc':
    case 'zoned':
    case 'made json':
    case 'interval day to second':
    case 'interval year to month':
      return scalar(trimmed);
    default:
      throw new TypeError(`${trimmed} is no type of a signature`);
  }
}

function parameter(text: string): Parameter {
  const [, form] = /^\[(.*)\]$/.exec(text) ?? [];
  if (form !== undefined) return { is: 'literal', form };
  const [, lambda] = /^function\((.*)\)$/.exec(text) ?? [];
  return lambda === undefined
    ? { is: 'value', type: typeOf(text) }
    : { is: 'lambda', types: lambda.split(', ').map(typeOf) };
}

function signatures(kind: Signature['kind'], lines: string): readonly (readonly [string, Signature])[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [head = '', ...rest] = line.trim().split(' | ');
      const [, name = '', parameters = '', result = ''] =
        /^(\w+)\((.*)\) ((?:map|row|array)\(.*\)|\S+)$/.exec(head) ?? [];
      // A comma parts two parameters unless it stands inside the parentheses of one of them.
      const listed = parameters.match(/(?:[^,()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+/g) ?? [];
      const spelling = rest.find((word) => word !== 'cast');
      return [
        name,
        {
          kind,
          parameters: listed.map((text) => parameter(text.trim())),
          result: typeOf(result),
          cast: rest.includes('cast'),
          ...(spelling !== undefined && { spelling }),
        },
      ];
    });
}

const functionRegister: ReadonlyMap<string, readonly Signature[]> = (() => {
  const register = new Map<string, Signature[]>();
  const all = [
    ...[numbers, texts, json, times, arrays].flatMap((family) => signatures('scalar', family)),
    ...signatures('aggregate', aggregates),
    ...signatures('window', windows),
  ];
  for (const [name, signature] of all) register.set(name, [...(register.get(name) ?? []), signature]);
  return register;
})();

/** The signatures of a function; undefined where the subset has no such function. */
export const signaturesOf = (name: string): readonly Signature[] | undefined => functionRegister.get(name);

/** All functions of the subset, with the forms whose types follow from their arguments (`analyser.ts`). */
export const functionNames = (): readonly string[] =>
  [
    ...functionRegister.keys(),
    'coalesce',
    'nullif',
    'if',
    'try',
    'greatest',
    'least',
    'grouping',
    'concat',
    'format',
    'concat_ws',
    'normalize',
    'json_value',
    'json_exists',
  ].toSorted();
