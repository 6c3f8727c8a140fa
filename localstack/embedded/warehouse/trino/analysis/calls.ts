import { literal as sqlLiteral } from '../../../../../lambdas/shared/sql-text.ts';
import type { Call } from '../ast.ts';
import { leftOut } from '../functions/left-out.ts';
import { functionNames, type Signature, signaturesOf } from '../functions/register.ts';
import { groupAlwaysMatches, literalRules } from '../literals.ts';
import { didYouMean, type Scope } from '../scope.ts';
import { failed, unportable } from '../tokens.ts';
import { duckType, scalar, spell, type Type } from '../types.ts';
import { aggregateForms } from './aggregates.ts';
import { decimalForms } from './decimal-functions.ts';
import { callForms } from './forms.ts';
import { lambdaForms } from './lambda-forms.ts';
import { lambdas } from './lambdas.ts';
import { filled, resolve, type Variables } from './resolution.ts';
import type { Surroundings } from './surroundings.ts';
import { argumentsOf, hangings, written } from './written.ts';

/**
 * What Trino estimates by a sketch, and the lake computes: the answers are near each other, and equal only where values
 * are few.
 */
const estimates: Readonly<Record<string, string | undefined>> = {
  approx_percentile:
    'approx_percentile is exact here. Athena estimates it: where there are more than some 40 values, it may ' +
    'give another one near it, or one between two.',
  approx_most_frequent:
    'approx_most_frequent counts exactly here. Athena keeps as many counters as its third argument says: of ' +
    'more values its counts are estimates, and of values that are as frequent it may pick others.',
  approx_distinct: 'approx_distinct is exact here. Athena estimates it: of many values it may be 2 to 5 % off.',
};

/** The type of a function call, after Trino's resolution, and its text for DuckDB. */
export function analyseCall(analysis: Surroundings, call: Call, scope: Scope): Type {
  const { name, args } = call;
  const special = callForms[name];
  const signatures = special === undefined ? known(analysis.sql, call) : [];
  hangings(analysis, call, scope);
  const note = estimates[name];
  if (note !== undefined) analysis.notes.add(note);
  if (call.star && name === 'count') {
    analysis.respelling.rewrite(call, written(analysis, call, 'count', ['*']));
    return scalar('bigint');
  }
  if (special !== undefined) return special(analysis, call, scope);
  bareUnit(analysis.sql, call, signatures);
  if (call.star) throw failed(analysis.sql, call.start, `${name}(*) is not a function`);
  const types = args.map((argument) => (argument.kind === 'lambda' ? undefined : analysis.type(argument, scope)));
  const ofDecimals = types.some((type) => type?.name === 'decimal') ? decimalForms[name] : undefined;
  const form = ofDecimals ?? aggregateForms[name];
  const given = form?.(analysis, call, types);
  if (given) return given;
  refuseUntyped(analysis, call, signatures, types);
  const chosen = resolve(signatures, types, args);
  if (chosen === undefined) throw mismatch(analysis.sql, call, signatures, types);
  const { signature, variables } = chosen;
  if (signature.kind === 'window' && call.over === undefined)
    throw failed(analysis.sql, call.start, `Window function ${name} requires OVER clause`);
  if (signature.kind === 'scalar' && (call.over || call.filter || call.distinct || call.orderBy.length > 0))
    throw failed(analysis.sql, call.start, `${name} is not an aggregate function`);
  literals(analysis, call, signature);
  const lambdaForm = lambdaForms[name];
  if (lambdaForm) return lambdaForm(analysis, call, signature, variables, scope);
  lambdas(analysis, call, signature, variables, scope);
  if (comparing.has(name) || call.distinct)
    for (const type of compared(name, variables)) analysis.comparable(type, call);
  const result = asExact(filled(signature.result, variables), types);
  analysis.respelling.rewrite(call, respelt(analysis, call, signature, types, result));
  return result;
}

/** `date_trunc(month, x)`, as other dialects have it, or a unit that was left out. */
function bareUnit(sql: string, { name, args }: Call, signatures: readonly Signature[]): void {
  const [first] = args;
  const parameter = signatures[0]?.parameters[0];
  if (first?.kind !== 'name' || parameter?.is !== 'literal' || !parameter.form.endsWith('unit')) return;
  const word = first.shown.toLowerCase();
  const isUnit = /^(?:(?:milli)?second|minute|hour|day|week|month|quarter|year)$/.test(word);
  throw unportable(
    sql,
    first.start,
    `${name} with a unit that is not a literal`,
    `${name}('${isUnit ? word : 'day'}', …)`,
  );
}

/** Trino would take the tinyint of a family, or not know which one. */
function refuseUntyped(
  analysis: Surroundings,
  call: Call,
  signatures: readonly Signature[],
  types: readonly (Type | undefined)[],
): void {
  const untyped = call.args.find((_, i) => types[i]?.name === 'unknown');
  if (untyped && signatures.length > 1)
    throw unportable(
      analysis.sql,
      untyped.start,
      `NULL as an argument of ${call.name}`,
      'CAST(NULL AS varchar), or of another type',
    );
}

/** What is computed from a literal's timestamp has as few digits. */
const asExact = (result: Type, types: readonly (Type | undefined)[]): Type =>
  result.name === 'timestamp' && types.some((type) => type?.name === 'timestamp(0)') ? scalar('timestamp(0)') : result;

/** Functions that compare their values, which the engines do apart for rows, arrays and maps. */
const comparing: ReadonlySet<string> = new Set(
  (
    'min max min_by max_by array_sort array_max array_min array_distinct array_position array_remove ' +
    'array_union array_except array_intersect arrays_overlap contains histogram map map_agg approx_distinct'
  ).split(' '),
);

const compared = (name: string, variables: Variables): readonly Type[] =>
  [...variables]
    .filter(([variable]) => variable === (name.endsWith('_by') ? 'U' : name.startsWith('map') ? 'K' : 'T'))
    .map(([, type]) => type);

/** Checks the literals that must have a known form, and writes them as DuckDB reads them. */
function literals(analysis: Surroundings, call: Call, signature: Signature): void {
  signature.parameters.forEach((parameter, i) => {
    const argument = call.args[i];
    if (parameter.is !== 'literal' || argument === undefined) return;
    if (argument.kind !== 'literal')
      throw unportable(
        analysis.sql,
        argument.start,
        `${call.name} with a ${parameter.form} that is not a literal`,
        'the literal itself',
      );
    if (parameter.form === 'group') {
      const pattern = call.args[1];
      if (pattern?.kind === 'literal' && !groupAlwaysMatches(pattern.text, Number(argument.text)))
        throw unportable(
          analysis.sql,
          argument.start,
          'a group that need not take part in the match',
          'a pattern whose group always matches',
        );
      return;
    }
    if (parameter.form === 'replacement') groupsOfReplacement(analysis, call, argument.text, argument.start);
    const rule = literalRules[parameter.form]?.(argument.text) ?? { refused: parameter.form, advice: undefined };
    if ('refused' in rule) throw unportable(analysis.sql, argument.start, rule.refused, rule.advice);
    if (rule.text !== argument.text) analysis.respelling.replace(argument, sqlLiteral(rule.text));
  });
}

/** Refuses a replacement that names a group which the pattern has not: DuckDB writes nothing for it. */
function groupsOfReplacement(analysis: Surroundings, { args: [, pattern] }: Call, text: string, at: number): void {
  if (pattern?.kind !== 'literal') return;
  const groups = [...pattern.text.replaceAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]/gs, '').matchAll(/\((?!\?)/g)].length;
  const named = [...text.matchAll(/\\.|\$(\d)/gs)].map(([, digit]) => Number(digit ?? 0));
  if (named.some((group) => group > groups)) throw failed(analysis.sql, at, `the pattern has no group of that number`);
}

/** DuckDB's text for a call, by its spelling (`register.ts`); `count(DISTINCT` counts without repetition. */
function respelt(
  analysis: Surroundings,
  call: Call,
  signature: Signature,
  types: readonly (Type | undefined)[],
  result: Type,
): string {
  const spelling = signature.spelling ?? call.name;
  const [outer, inner = outer] = spelling.includes(' < ') ? spelling.split(' < ') : [undefined, spelling];
  const args = argumentsOf(analysis, call).map((argument, i) => {
    const parameter = signature.parameters[i];
    // A macro would go on with its digits.
    const isDouble = types[i]?.name === 'decimal' && parameter?.is === 'value' && parameter.type.name === 'double';
    return isDouble ? `CAST(${argument} AS DOUBLE)` : argument;
  });
  if (inner?.endsWith('*')) return withLiteral(inner, outer, args);
  const text =
    inner === 'count(DISTINCT'
      ? written(analysis, call, 'count', args, true)
      : written(analysis, call, inner ?? '', args);
  const whole = outer === undefined ? text : `${outer}(${text})`;
  return signature.cast ? `CAST(${whole} AS ${duckType(result)})` : whole;
}

/** A call by a name that ends with the literal before its arguments; the first of them is its own where another has it. */
function withLiteral(spelling: string, outer: string | undefined, [unit = '', ...args]: readonly string[]): string {
  const name = spelling.replace('*', unit.slice(1, -1));
  if (outer === undefined) return `${name}(${args.join(', ')})`;
  const [first = '', ...others] = args;
  return `${outer}(${[`${name}(${first})`, ...others].join(', ')})`;
}

/** The signatures of a function. @throws UnportableSql where the subset has none of its name */
function known(sql: string, call: Call): readonly Signature[] {
  const signatures = signaturesOf(call.name);
  if (signatures) return signatures;
  if (call.name in leftOut) throw unportable(sql, call.start, `the function ${call.name}`, leftOut[call.name]);
  throw unportable(
    sql,
    call.start,
    `the function ${call.name}${didYouMean(call.name, functionNames()).replace(/^; /, ' (').replace(/\?$/, '?)')}`,
  );
}

function mismatch(
  sql: string,
  call: Call,
  signatures: readonly Signature[],
  types: readonly (Type | undefined)[],
): Error {
  const given = types.map((type) => (type === undefined ? 'lambda' : spell(type))).join(', ');
  if (types.some((type) => type?.name === 'zoned'))
    return unportable(
      sql,
      call.start,
      `${call.name} of what at_timezone gives`,
      `${call.name} of the instant itself, or of CAST(at_timezone(…) AS timestamp)`,
    );
  if (types.some((type) => type?.name === 'char'))
    return unportable(sql, call.start, `${call.name} of a char`, 'CAST(x AS varchar), which keeps its blanks');
  const forms = signatures.map(({ parameters }) => `${call.name}(${parameters.map(formOf).join(', ')})`);
  return unportable(sql, call.start, `${call.name}(${given})`, [...new Set(forms)].join(' or '));
}

function formOf(parameter: Signature['parameters'][number]): string {
  if (parameter.is === 'lambda') return 'x -> …';
  if (parameter.is === 'literal' && parameter.form.endsWith('unit')) return "'day'";
  return parameter.is === 'literal' ? `'${parameter.form}'` : spell(parameter.type).replaceAll('variable', 'T');
}
