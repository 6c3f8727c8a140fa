import type { Expression } from '../ast.ts';
import type { Signature } from '../functions/register.ts';
import { common, same, scalar, type Type } from '../types.ts';

/** What the variables of a signature stand for. */
export type Variables = Map<string, Type>;

export interface Chosen {
  readonly signature: Signature;
  readonly variables: Variables;
}

/** Trino's resolution of a function: the first signature that fits exactly, else the first that fits by widening. */
export function resolve(
  signatures: readonly Signature[],
  types: readonly (Type | undefined)[],
  args: readonly Expression[],
): Chosen | undefined {
  const fitting = signatures.filter(({ parameters }) => parameters.length === args.length);
  return choose(fitting, types, args, true) ?? choose(fitting, types, args, false);
}

function choose(
  signatures: readonly Signature[],
  types: readonly (Type | undefined)[],
  args: readonly Expression[],
  exactly: boolean,
): Chosen | undefined {
  for (const signature of signatures) {
    const variables: Variables = new Map();
    const fits = signature.parameters.every((parameter, i) => {
      const [type, argument] = [types[i], args[i]];
      if (parameter.is === 'lambda') return argument?.kind === 'lambda';
      // UTC has a form of its own and comes after [zone], so a signature is also chosen by its literal.
      if (parameter.is === 'literal')
        return type?.name === 'varchar'
          ? parameter.form !== 'utc' || (argument?.kind === 'literal' && argument.text.toLowerCase() === 'utc')
          : parameter.form === 'group' && type?.name === 'integer';
      return type !== undefined && unify(parameter.type, type, variables, exactly);
    });
    if (fits) return { signature, variables };
  }
  return undefined;
}

/** Whether an argument fits a parameter; type variables take the first type that they meet, and widen. */
function unify(parameter: Type, type: Type, variables: Variables, exactly: boolean): boolean {
  if (parameter.name === 'variable') {
    const bound = variables.get(parameter.variable);
    const both = bound === undefined ? type : common(bound, type);
    if (both === undefined) return false;
    variables.set(parameter.variable, both);
    return true;
  }
  if (type.name === 'unknown') return true;
  if (parameter.name === 'array')
    return type.name === 'array' && unify(parameter.element, type.element, variables, exactly);
  if (parameter.name === 'map')
    return (
      type.name === 'map' &&
      unify(parameter.key, type.key, variables, exactly) &&
      unify(parameter.value, type.value, variables, exactly)
    );
  if (parameter.name === 'row')
    return (
      type.name === 'row' &&
      type.fields.length === parameter.fields.length &&
      parameter.fields.every((field, i) => unify(field.type, type.fields[i]?.type ?? field.type, variables, exactly))
    );
  // A literal's timestamp takes no widening that would be heard of.
  if (parameter.name === 'timestamp' && type.name === 'timestamp(0)') return true;
  if (exactly) return same(parameter, type);
  const both = common(parameter, type);
  return both !== undefined && same(both, parameter);
}

/** A type of a signature with its variables filled in. */
export function filled(type: Type, variables: Variables): Type {
  if (type.name === 'variable') return variables.get(type.variable) ?? scalar('unknown');
  if (type.name === 'array') return { name: 'array', element: filled(type.element, variables) };
  if (type.name === 'map')
    return { name: 'map', key: filled(type.key, variables), value: filled(type.value, variables) };
  if (type.name === 'row')
    return { name: 'row', fields: type.fields.map((field) => ({ ...field, type: filled(field.type, variables) })) };
  return type;
}
