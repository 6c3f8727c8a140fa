import { identifier, literal as sqlLiteral } from '../../../../lambdas/shared/duckdb.ts';
import type { Call, Expression } from './ast.ts';
import { functionNames, leftOut, type Signature, signaturesOf } from './functions.ts';
import { groupAlwaysMatches, literalRules } from './literals.ts';
import type { Respelling } from './respelling.ts';
import { didYouMean, Scope } from './scope.ts';
import { failed, type Span, unportable } from './tokens.ts';
import { common, decimal, duckType, same, scalar, spell, type Type } from './types.ts';

/** What a call needs of the analysis of the query around it. */
export interface Surroundings {
  readonly sql: string;
  readonly respelling: Respelling;
  /** The type that Trino gives an expression. */
  type(value: Expression, scope: Scope): Type;
  /** The common type of values; where they are compared, it must be one that both engines compare alike. */
  alike(values: readonly Expression[], scope: Scope, what: string, compared?: boolean): Type;
  /** Refuses a type that the engines compare apart. */
  comparable(type: Type, at: Span): void;
  /** Refuses a condition that is no boolean. */
  boolean(value: Expression, scope: Scope): void;
}

/** The type of a function call, after Trino's resolution: the first signature that fits exactly, else the first that fits by widening. */
export function analyseCall(around: Surroundings, call: Call, scope: Scope): Type {
  const { name, args } = call;
  hangings(around, call, scope);
  if (call.star && name === 'count') return scalar('bigint');
  const special = callForms[name];
  if (special !== undefined) return special(around, call, scope);
  const signatures = signaturesOf(name);
  if (signatures === undefined) throw unknownFunction(around.sql, call);
  if (call.star) throw failed(around.sql, call.start, `${name}(*) is not a function`);
  const types = args.map((argument) => (argument.kind === 'lambda' ? undefined : around.type(argument, scope)));
  const [first] = types;
  if (first?.name === 'decimal') {
    const form = decimals[name];
    if (form !== undefined) return form(around, call, first);
  }
  const untyped = args.find((_, i) => types[i]?.name === 'unknown');
  // Trino would take the tinyint of a family, or not know which one.
  if (untyped && signatures.length > 1)
    throw unportable(
      around.sql,
      untyped.start,
      `NULL as an argument of ${name}`,
      'CAST(NULL AS varchar), or of another type',
    );
  const apart = types.find((type) => doublesOnly[name]?.includes(type?.name ?? '') === false);
  if (apart)
    throw unportable(
      around.sql,
      call.start,
      `${name} of ${spell(apart)}, which Trino does not take for a double,`,
      `${name}(CAST(x AS double))`,
    );
  const fitting = signatures.filter((signature) => signature.parameters.length === args.length);
  const chosen = choose(fitting, types, args, true) ?? choose(fitting, types, args, false);
  if (chosen === undefined) throw mismatch(around.sql, call, signatures, types);
  const { signature, variables } = chosen;
  if (signature.kind === 'window' && call.over === undefined)
    throw failed(around.sql, call.start, `Window function ${name} requires OVER clause`);
  if (signature.kind === 'scalar' && (call.over || call.filter || call.distinct || call.orderBy.length > 0))
    throw failed(around.sql, call.start, `${name} is not an aggregate function`);
  literals(around, call, signature);
  lambdas(around, call, signature, variables, scope);
  if (comparing.has(name) || call.distinct) for (const type of compared(name, variables)) around.comparable(type, call);
  const result = filled(signature.result, variables);
  respell(around, call, signature, result);
  return result;
}

/** Trino brings whole numbers and decimals to a real, of seven digits, where a function has such a form; truncate has one for decimals. */
const doublesOnly: Readonly<Record<string, readonly string[] | undefined>> = {
  corr: ['double'], covar_samp: ['double'], covar_pop: ['double'], regr_slope: ['double'], regr_intercept: ['double'], truncate: ['double'],
  geometric_mean: ['double', 'integer', 'bigint'],
}; // prettier-ignore

/** What hangs on a call: DISTINCT, FILTER, ORDER BY, OVER, IGNORE NULLS. */
function hangings(around: Surroundings, call: Call, scope: Scope): void {
  const { respelling, sql } = around;
  if (call.filter) around.boolean(call.filter, scope);
  for (const { value } of [...call.orderBy, ...(call.over?.orderBy ?? [])]) {
    if (value.kind === 'literal')
      throw unportable(sql, value.start, 'a position in the ORDER BY of a call', 'the expression itself');
    around.comparable(around.type(value, scope), value);
  }
  for (const value of call.over?.partitionBy ?? []) around.comparable(around.type(value, scope), value);
  for (const bound of call.over?.frame?.bounds ?? []) around.type(bound, scope);
  if (call.ignoreNullsAt) {
    if (!['first_value', 'last_value', 'nth_value', 'lag', 'lead'].includes(call.name))
      throw unportable(sql, call.ignoreNullsAt.start, `${call.name} IGNORE NULLS`, 'FILTER (WHERE x IS NOT NULL)');
    respelling.replace(call.ignoreNullsAt, '');
    respelling.append(call.closeAt, ' IGNORE NULLS');
  }
  if (call.name === 'listagg') {
    if (!call.withinAt) throw failed(sql, call.start, 'listagg needs WITHIN GROUP (ORDER BY …)');
    respelling.replace(call.withinAt, ' ');
  } else if (call.withinAt) throw failed(sql, call.start, `${call.name} does not take WITHIN GROUP`);
}

type Variables = Map<string, Type>;

function choose(
  signatures: readonly Signature[],
  types: readonly (Type | undefined)[],
  args: readonly Expression[],
  exactly: boolean,
): { readonly signature: Signature; readonly variables: Variables } | undefined {
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
  if (exactly) return same(parameter, type);
  const both = common(parameter, type);
  return both !== undefined && same(both, parameter);
}

function filled(type: Type, variables: Variables): Type {
  if (type.name === 'variable') return variables.get(type.variable) ?? scalar('unknown');
  if (type.name === 'array') return { name: 'array', element: filled(type.element, variables) };
  if (type.name === 'map')
    return { name: 'map', key: filled(type.key, variables), value: filled(type.value, variables) };
  if (type.name === 'row')
    return { name: 'row', fields: type.fields.map((field) => ({ ...field, type: filled(field.type, variables) })) };
  return type;
}

/** Functions that compare their values, which the engines do apart for rows, arrays and maps. */
const comparing: ReadonlySet<string> = new Set(
  'min max min_by max_by array_sort array_max array_min array_distinct array_position array_remove array_union array_except array_intersect arrays_overlap contains histogram map_agg approx_distinct'.split(
    ' ',
  ),
);

const compared = (name: string, variables: Variables): readonly Type[] =>
  [...variables]
    .filter(([variable]) => variable === (name.endsWith('_by') ? 'U' : name === 'map_agg' ? 'K' : 'T'))
    .map(([, type]) => type);

/** Checks the literals that must have a known form, and writes them as DuckDB reads them. */
function literals(around: Surroundings, call: Call, signature: Signature): void {
  signature.parameters.forEach((parameter, i) => {
    const argument = call.args[i];
    if (parameter.is !== 'literal' || argument === undefined) return;
    if (argument.kind !== 'literal')
      throw unportable(
        around.sql,
        argument.start,
        `${call.name} with a ${parameter.form} that is not a literal`,
        'the literal itself',
      );
    if (parameter.form === 'group') {
      const pattern = call.args[1];
      if (pattern?.kind === 'literal' && !groupAlwaysMatches(pattern.text, Number(argument.text)))
        throw unportable(
          around.sql,
          argument.start,
          'a group that need not take part in the match',
          'a pattern whose group always matches',
        );
      return;
    }
    const rule = literalRules[parameter.form]?.(argument.text) ?? { refused: parameter.form, advice: undefined };
    if ('refused' in rule) throw unportable(around.sql, argument.start, rule.refused, rule.advice);
    if (rule.text !== argument.text) around.respelling.replace(argument, sqlLiteral(rule.text));
  });
}

/** Types the bodies of lambdas, and writes `x -> y` in DuckDB's lasting spelling `lambda x: y`. */
function lambdas(around: Surroundings, call: Call, signature: Signature, variables: Variables, scope: Scope): void {
  signature.parameters.forEach((parameter, i) => {
    const lambda = call.args[i];
    if (parameter.is !== 'lambda' || lambda?.kind !== 'lambda') return;
    const takes = parameter.types.slice(0, -1);
    const gives = parameter.types.at(-1) ?? scalar('unknown');
    if (lambda.parameters.length !== takes.length)
      throw failed(around.sql, lambda.start, `${call.name} takes a lambda of ${takes.length} parameter(s)`);
    const hidden = lambda.parameters.find((name) => !('problem' in scope.find([name])));
    if (hidden !== undefined)
      throw unportable(
        around.sql,
        lambda.start,
        `the lambda's parameter ${hidden}, which is also a column,`,
        'another name for it',
      );
    const inside = new Scope(scope);
    inside.sources.push({
      columns: lambda.parameters.map((name, j) => ({ name, type: filled(takes[j] ?? gives, variables) })),
    });
    const type = around.type(lambda.body, inside);
    const wanted = filled(gives, variables);
    const open = gives.name === 'variable' && !variables.has(gives.variable);
    if (!open && !same(wanted, type) && type.name !== 'unknown')
      throw failed(
        around.sql,
        lambda.body.start,
        `the lambda must give ${spell(wanted)}, not ${spell(type)}: cast the first value`,
      );
    if (gives.name === 'variable' && open) variables.set(gives.variable, type);
    around.respelling.replace(lambda.arrowAt, `lambda ${lambda.parameters.map(identifier).join(', ')}:`);
  });
}

function respell(around: Surroundings, call: Call, signature: Signature, result: Type): void {
  const { respelling } = around;
  const spelling = signature.spelling ?? call.name;
  const negation = spelling.startsWith('NOT ') ? 'NOT ' : '';
  const name = spelling.slice(negation.length);
  if (name !== call.name) respelling.replace(call.nameAt, name);
  // `any_true(list_transform` opens a parenthesis more, `count(DISTINCT` takes the call's own.
  const opened = name.includes('(');
  if (name === 'count(DISTINCT')
    respelling.replace({ start: call.nameAt.start, end: (call.args[0] ?? call).start }, 'count(DISTINCT ');
  else if (opened) respelling.append(call.closeAt, ')');
  if (call.name === 'map_agg') {
    respelling.replace(call.nameAt, 'list(row');
    respelling.append(call.closeAt, ')');
    respelling.wrap(call, 'map_from_entries(', ')');
  }
  if (negation !== '') respelling.wrap(call, '(NOT ', ')');
  if (nullUnlessFinite.has(call.name)) respelling.wrap(call, 'finite(', ')');
  if (signature.cast) respelling.wrap(call, 'CAST(', ` AS ${duckType(result)})`);
  if (bare.has(call.name)) respelling.replace(call, `${call.name}()`);
}

const nullUnlessFinite: ReadonlySet<string> = new Set(['corr', 'regr_slope', 'regr_intercept']);

/** Written without parentheses in Trino, as macros in DuckDB. */
const bare: ReadonlySet<string> = new Set(['current_date', 'current_timestamp']);

/** Functions of decimals, whose result has a precision and scale of its own; the others of Trino's are refused. */
const decimals: Readonly<
  Record<string, ((around: Surroundings, call: Call, type: Extract<Type, { name: 'decimal' }>) => Type) | undefined>
> = {
  sum: (_, __, { scale }) => decimal(38, scale),
  abs: (_, __, type) => type,
  round: (around, call, type) => {
    const { precision, scale } = type;
    if (call.args.length > 2 || (call.args[1] !== undefined && call.args[1].kind !== 'literal'))
      throw unportable(around.sql, call.start, 'round of a decimal to a computed place', 'round(x, 2)');
    const result =
      call.args.length === 1 ? decimal(precision - scale + Math.min(1, scale), 0) : decimal(precision + 1, scale);
    around.respelling.wrap(call, 'CAST(', ` AS ${duckType(result)})`);
    return result;
  },
  ...Object.fromEntries(
    ['floor', 'ceil', 'ceiling'].map((name) => [
      name,
      (around: Surroundings, call: Call, { precision, scale }: Extract<Type, { name: 'decimal' }>) => {
        const result = decimal(precision - scale + Math.min(1, scale), 0);
        around.respelling.wrap(call, 'CAST(', ` AS ${duckType(result)})`);
        return result;
      },
    ]),
  ),
  ...Object.fromEntries(
    ['avg', 'sign', 'truncate', 'mod'].map((name) => [
      name,
      (around: Surroundings, call: Call) => {
        throw unportable(around.sql, call.start, `${name} of a decimal`, `${name}(CAST(x AS double))`);
      },
    ]),
  ),
};

type Form = (around: Surroundings, call: Call, scope: Scope) => Type;

const sameType: Form = (around, call, scope) => around.alike(call.args, scope, call.name);

/** Least and greatest are NULL where an argument is; DuckDB skips it, so a macro of each arity stands before it. */
const extreme: Form = (around, call, scope) => {
  if (call.args.length < 2 || call.args.length > 4)
    throw unportable(
      around.sql,
      call.start,
      `${call.name} of ${call.args.length} arguments`,
      `${call.name} of two to four`,
    );
  return around.alike(call.args, scope, call.name, true);
};

/** The forms whose type follows from their arguments. */
const callForms: Readonly<Record<string, Form | undefined>> = {
  coalesce: sameType,
  greatest: extreme,
  least: extreme,
  nullif: (around, call, scope) => {
    const [first, second, third] = call.args;
    if (!first || !second || third) throw failed(around.sql, call.start, 'nullif takes two arguments');
    const [a, b] = [around.type(first, scope), around.type(second, scope)];
    const both = common(a, b);
    if (both === undefined) throw failed(around.sql, call.start, `nullif cannot compare ${spell(a)} and ${spell(b)}`);
    around.comparable(both, call);
    // Trino keeps the type of the first, DuckDB may widen it.
    if (!same(a, both) && a.name !== 'unknown') around.respelling.wrap(call, 'CAST(', ` AS ${duckType(a)})`);
    return a;
  },
  if: (around, call, scope) => {
    const [condition, ...branches] = call.args;
    if (!condition || branches.length === 0 || branches.length > 2)
      throw failed(around.sql, call.start, 'if takes two or three arguments');
    around.boolean(condition, scope);
    if (branches.length === 1) around.respelling.append(call.closeAt, ', NULL');
    return around.alike(branches, scope, 'if');
  },
  try: (around, call, scope) => {
    const [value, other] = call.args;
    if (!value || other) throw failed(around.sql, call.start, 'try takes one argument');
    return around.type(value, scope);
  },
  grouping: (around, call, scope) => {
    for (const argument of call.args) around.type(argument, scope);
    around.respelling.wrap(call, 'CAST(', ' AS INTEGER)');
    return scalar('integer');
  },
  concat_ws: (around, call, scope) => {
    if (call.args.length < 2) throw failed(around.sql, call.start, 'concat_ws takes a separator and at least one text');
    const types = call.args.map((argument) => around.type(argument, scope));
    const [, only] = call.args;
    if (only && types.length === 2 && types[1]?.name === 'unknown')
      throw unportable(around.sql, only.start, 'NULL as an argument of concat_ws', 'CAST(NULL AS varchar)');
    const type = types.find(({ name }) => name !== 'varchar' && name !== 'unknown') ?? scalar('varchar');
    if (type.name !== 'varchar')
      throw unportable(around.sql, call.start, `concat_ws of ${spell(type)}`, 'array_join(a, separator)');
    return type;
  },
  concat: (around, call, scope) => {
    const types = call.args.map((argument) => around.type(argument, scope));
    if (types.some(({ name }) => name === 'unknown'))
      throw unportable(around.sql, call.start, 'NULL as an argument of concat', 'CAST(NULL AS varchar)');
    if (types.length < 2 || types.length > 8)
      throw unportable(around.sql, call.start, `concat of ${types.length} arguments`, 'a || b || c');
    const type = types.reduce<Type | undefined>((sofar, next) => sofar && common(sofar, next), scalar('unknown'));
    if (type?.name === 'varchar') return type;
    if (type?.name === 'array' && types.length > 2)
      throw unportable(around.sql, call.start, 'concat of more than two arrays', 'concat(concat(a, b), c)');
    if (type?.name === 'array') {
      around.respelling.replace(call.nameAt, 'concat_arrays');
      return type;
    }
    throw failed(around.sql, call.start, `Unexpected parameters (${types.map(spell).join(', ')}) for function concat`);
  },
};

function unknownFunction(sql: string, call: Call): Error {
  if (call.name in leftOut) return unportable(sql, call.start, `the function ${call.name}`, leftOut[call.name]);
  return unportable(
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
  const forms = signatures.map(({ parameters }) => `${call.name}(${parameters.map(formOf).join(', ')})`);
  return unportable(sql, call.start, `${call.name}(${given})`, [...new Set(forms)].join(' or '));
}

function formOf(parameter: Signature['parameters'][number]): string {
  if (parameter.is === 'lambda') return 'x -> …';
  return parameter.is === 'literal' ? `'${parameter.form}'` : spell(parameter.type).replaceAll('variable', 'T');
}
