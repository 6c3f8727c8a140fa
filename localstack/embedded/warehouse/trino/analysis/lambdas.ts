import { identifier } from '../../../../../lambdas/shared/sql-text.ts';
import type { Call, Expression } from '../ast.ts';
import type { Signature } from '../functions/register.ts';
import { Scope } from '../scope.ts';
import { failed } from '../tokens.ts';
import { same, scalar, spell, type Type } from '../types.ts';
import { filled, type Variables } from './resolution.ts';
import type { Surroundings } from './surroundings.ts';

type Lambda = Extract<Expression, { kind: 'lambda' }>;

/** What DuckDB's body of a lambda says for its parameter of a number; so many lambdas stand around. */
export type Spelled = (parameter: string, index: number, lambda: Lambda, around: number) => string;

/** A name that no column has: DuckDB would take the column for the parameter. */
const ownName: Spelled = (parameter, _, __, around) => identifier(`${parameter}$${around}`);

/**
 * Types the bodies of a call's lambdas; on the way the variables of its signature are found. Each lambda's body is
 * respelt with its parameters under the names that are given.
 */
export function lambdas(
  analysis: Surroundings,
  call: Call,
  signature: Signature,
  variables: Variables,
  scope: Scope,
  spelled: Spelled = ownName,
): void {
  signature.parameters.forEach((parameter, i) => {
    const lambda = call.args[i];
    if (parameter.is !== 'lambda' || lambda?.kind !== 'lambda') return;
    const takes = parameter.types.slice(0, -1).map((type) => filled(type, variables));
    const gives = parameter.types.at(-1) ?? scalar('unknown');
    const type = bodyType(analysis, call.name, lambda, takes, scope, spelled);
    const wanted = widened(gives, type, variables);
    const open = gives.name === 'variable' && !variables.has(gives.variable);
    if (!open && !same(wanted, type) && type.name !== 'unknown')
      throw failed(
        analysis.sql,
        lambda.body.start,
        `the lambda must give ${spell(wanted)}, not ${spell(type)}: cast the first value`,
      );
    if (gives.name === 'variable' && open) variables.set(gives.variable, type);
    // DuckDB's lasting spelling of `x -> y`.
    const names = lambda.parameters.map((name, j) => spelled(name, j, lambda, scope.lambdas));
    if (spelled === ownName) analysis.respelling.replace(lambda.arrowAt, `lambda ${names.join(', ')}:`);
  });
}

/** What a lambda must give: a state that began as an integer and goes on as a bigint is a bigint. */
function widened(gives: Type, type: Type, variables: Variables): Type {
  const wanted = filled(gives, variables);
  if (gives.name === 'variable' && gives.variable === 'S' && wanted.name === 'integer' && type.name === 'bigint')
    variables.set(gives.variable, type);
  return filled(gives, variables);
}

function bodyType(
  analysis: Surroundings,
  name: string,
  lambda: Lambda,
  takes: readonly Type[],
  scope: Scope,
  spelled: Spelled,
): Type {
  if (lambda.parameters.length !== takes.length)
    throw failed(analysis.sql, lambda.start, `${name} takes a lambda of ${takes.length} parameter(s)`);
  const inside = new Scope(scope, undefined, true);
  inside.sources.push({
    columns: lambda.parameters.map((parameter, i) => ({
      name: parameter,
      type: takes[i] ?? scalar('unknown'),
      spelled: spelled(parameter, i, lambda, scope.lambdas),
    })),
  });
  return analysis.type(lambda.body, inside);
}
