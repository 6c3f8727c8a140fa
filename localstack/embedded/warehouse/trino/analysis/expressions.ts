import { identifier, literal as literalText } from '../../../../../lambdas/shared/sql-text.ts';
import type { Expression } from '../ast.ts';
import { isExactText, isOfCalendar, timeZone } from '../literals.ts';
import { didYouMean, type Scope } from '../scope.ts';
import { failed, type Span, unportable } from '../tokens.ts';
import { array, common, decimal, duckType, isInteger, isNumber, scalar, spell, type Type } from '../types.ts';
import { arithmetic } from './arithmetic.ts';
import { analyseCall } from './calls.ts';
import { castOf } from './casts.ts';
import { extract } from './extract.ts';
import { compareRows } from './rows.ts';
import type { Surroundings } from './surroundings.ts';

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** The type that Trino gives an expression. */
export function typeOf(analysis: Surroundings, value: Expression, scope: Scope): Type {
  switch (value.kind) {
    case 'literal':
      return literal(analysis, value);
    case 'interval':
      if (value.negative) analysis.respelling.replace(value, `(-INTERVAL '${value.amount}' ${value.unit})`);
      return scalar(
        value.unit === 'month' || value.unit === 'year' ? 'interval year to month' : 'interval day to second',
      );
    case 'name':
      return nameOf(analysis, value, scope);
    case 'subscript':
      return subscript(analysis, value, scope);
    case 'at zone':
      return atZone(analysis, value, scope);
    case 'field':
      return fieldOf(analysis, analysis.type(value.of, scope), value.field, value);
    case 'unary': {
      const type = analysis.type(value.operand, scope);
      // With its sign it is an integer to Trino, and a bigint to DuckDB.
      if (value.operand.kind === 'literal' && value.operand.text === '2147483648')
        throw unportable(analysis.sql, value.start, 'the literal -2147483648', '-2147483647 - 1');
      if (type.name === 'interval day to second' || type.name === 'interval year to month') return type;
      if (!isNumber(type)) throw failed(analysis.sql, value.start, `Cannot negate ${spell(type)}`);
      return type;
    }
    case 'arithmetic':
      return arithmetic(analysis, value, scope);
    case 'quantified': {
      analysis.inQuery(value.value, value.query, scope);
      if (value.quantifier.text === 'some') analysis.respelling.replace(value.quantifier, 'any');
      return scalar('boolean');
    }
    case 'compare':
      if (compareRows(analysis, value, scope)) return scalar('boolean');
      analysis.alike([value.left, value.right], scope, `'${value.operator.toUpperCase()}'`, true);
      return scalar('boolean');
    case 'logic':
      for (const operand of value.operands) analysis.boolean(operand, scope);
      return scalar('boolean');
    case 'between':
      analysis.alike([value.value, value.low, value.high], scope, 'BETWEEN', true);
      return scalar('boolean');
    case 'in':
      if (compareRows(analysis, value, scope)) return scalar('boolean');
      analysis.alike([value.value, ...value.list], scope, 'IN', true);
      return scalar('boolean');
    case 'inquery':
      analysis.inQuery(value.value, value.query, scope);
      return scalar('boolean');
    case 'like':
      for (const part of [value.value, value.pattern, ...(value.escape ? [value.escape] : [])])
        expect(analysis, part, 'varchar', scope, 'LIKE');
      return scalar('boolean');
    case 'isnull':
      analysis.type(value.value, scope);
      return scalar('boolean');
    case 'exists':
      analysis.query(value.query, scope);
      return scalar('boolean');
    case 'subquery': {
      return analysis.oneColumn(value.query, scope);
    }
    case 'case': {
      if (value.operand) analysis.alike([value.operand, ...value.whens.map(([when]) => when)], scope, 'CASE', true);
      else for (const [when] of value.whens) analysis.boolean(when, scope);
      return analysis.alike(
        [...value.whens.map(([, then]) => then), ...(value.otherwise ? [value.otherwise] : [])],
        scope,
        'CASE',
      );
    }
    case 'cast':
      return castOf(analysis, value, scope);
    case 'array':
      return array(value.elements.length === 0 ? scalar('unknown') : analysis.alike(value.elements, scope, 'ARRAY'));
    case 'row':
      return { name: 'row', fields: value.fields.map((field) => ({ type: analysis.type(field, scope) })) };
    case 'extract':
      return extract(analysis, value, scope);
    case 'lambda':
      throw failed(analysis.sql, value.start, 'a lambda expression stands where a value is expected');
    case 'call':
      return analyseCall(analysis, value, scope);
    default:
      return value satisfies never;
  }
}

export function literal(analysis: Surroundings, value: Of<'literal'>): Type {
  const { type, text } = value;
  switch (type) {
    case 'integer':
      if (BigInt(text) > 9_223_372_036_854_775_807n)
        throw failed(analysis.sql, value.start, `Invalid numeric literal: ${text}`);
      return scalar(BigInt(text) > 2_147_483_647n ? 'bigint' : 'integer');
    case 'decimal': {
      if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text))
        throw failed(analysis.sql, value.start, `Invalid decimal literal: ${text}`);
      const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
      const exact = decimal(Math.max(1, whole.replace(/^0+/, '').length + fraction.length), fraction.length);
      // In parentheses it begins with one.
      if (value.isNamed) analysis.respelling.replace(value, `CAST('${text}' AS ${duckType(exact)})`);
      return exact;
    }
    case 'date':
    case 'timestamp':
      if (!isExactText(type, text))
        throw unportable(
          analysis.sql,
          value.start,
          `${type.toUpperCase()} '${text}'`,
          type === 'date' ? "DATE '2024-01-31'" : "TIMESTAMP '2024-01-31 10:00:00'",
        );
      if (!isOfCalendar(text))
        throw failed(analysis.sql, value.start, `'${text}' is not a valid ${type.toUpperCase()} literal`);
      return scalar(type === 'timestamp' && !/\.\d{3}$/.test(text) ? 'timestamp(0)' : type);
    case 'double':
    case 'boolean':
    case 'varchar':
      return scalar(type);
    default:
      return scalar('unknown');
  }
}

function nameOf(analysis: Surroundings, value: Of<'name'>, scope: Scope): Type {
  const found = scope.find(value.parts, (query) => analysis.correlated.add(query));
  const written = value.parts.join('.');
  if ('problem' in found) {
    if (found.problem === 'ambiguous') throw failed(analysis.sql, value.start, `Column '${written}' is ambiguous`);
    const personal = analysis.personal(value.parts, scope);
    if (personal !== undefined)
      throw failed(
        analysis.sql,
        value.start,
        `Column '${written}' tells one person of ${personal} from another, and is not shown here: ask for ` +
          'counts or sums',
      );
    throw failed(analysis.sql, value.start, `Column '${written}' cannot be resolved${hint(analysis, value, scope)}`);
  }
  const { column, used } = found;
  const rest = value.parts.slice(used);
  const behind = rest.map((part) => `.${identifier(part)}`).join('');
  if (column.spelled !== undefined) analysis.respelling.rewrite(value, `${column.spelled}${behind}`);
  else if (used === 3) analysis.respelling.rewrite(value, value.parts.slice(1).map(identifier).join('.'));
  return rest.reduce((type, part) => fieldOf(analysis, type, part, value), column.type);
}

/** What may have been meant by a name that is none: the view that has the day, a text, or the nearest name. */
function hint(analysis: Surroundings, value: Of<'name'>, scope: Scope): string {
  const asked = value.parts.at(-1) ?? '';
  const daily = days.has(asked) ? analysis.daily(scope) : undefined;
  if (daily !== undefined) return `; ${daily.name} has a row for each day, by its column ${daily.day}`;
  for (let inside: Scope | undefined = scope; inside; inside = inside.around)
    if (inside.aliases.has(asked)) return ', for an alias is not seen here; write its expression';
  if (analysis.sql[value.start] === '"') return '; a text takes single quotes';
  return didYouMean(asked, scope.names());
}

/** Names by which people ask for a day. */
const days: ReadonlySet<string> = new Set(['dt', 'day', 'date', 'local_date', 'order_date', 'week', 'month']);

function fieldOf(analysis: Surroundings, type: Type, name: string, at: Span): Type {
  const field = type.name === 'row' ? type.fields.find((candidate) => candidate.name === name) : undefined;
  const isList = type.name === 'array' && type.element.name === 'row';
  if (field === undefined && isList)
    throw failed(
      analysis.sql,
      at.start,
      `an array has no field '${name}': write a[1].${name}, or CROSS JOIN UNNEST(a)`,
    );
  if (field === undefined) throw failed(analysis.sql, at.start, `${spell(type)} has no field '${name}'`);
  return field.type;
}

/** `a[i]` and `m[k]`, which fail where there is no such element. */
function subscript(analysis: Surroundings, value: Of<'subscript'>, scope: Scope): Type {
  const [of, index] = [analysis.type(value.of, scope), analysis.type(value.index, scope)];
  const text = (part: Span): string => analysis.respelling.text(part);
  if (of.name === 'array' && isInteger(index)) {
    analysis.respelling.rewrite(value, `item_at(${text(value.of)}, ${text(value.index)})`);
    return of.element;
  }
  if (of.name === 'map' && common(of.key, index) !== undefined) {
    const key = `CAST(${text(value.index)} AS ${duckType(of.key)})`;
    analysis.respelling.rewrite(value, `value_at(${text(value.of)}, ${key})`);
    return of.value;
  }
  if (of.name === 'row') throw unportable(analysis.sql, value.start, 'the subscript of a row', 'the field by its name');
  throw failed(analysis.sql, value.start, `Cannot use ${spell(index)} for subscript of ${spell(of)}`);
}

/**
 * DuckDB holds an instant without a zone: in UTC it stays one, in another zone it becomes the clock on the wall there.
 */
function atZone(analysis: Surroundings, value: Of<'at zone'>, scope: Scope): Type {
  const type = analysis.type(value.value, scope);
  if (!['timestamp', 'timestamp(0)', 'utc', 'instant'].includes(type.name))
    throw unportable(analysis.sql, value.start, `${spell(type)} AT TIME ZONE`, 'a timestamp, or the instant itself');
  const instant = `CAST(${analysis.respelling.text(value.value)} AS TIMESTAMPTZ)`;
  if (value.zone.toLowerCase() === 'utc') {
    analysis.respelling.rewrite(value, instant);
    return scalar('utc');
  }
  const zone = timeZone(value.zone);
  if ('refused' in zone) throw unportable(analysis.sql, value.start, zone.refused, zone.advice);
  analysis.respelling.rewrite(value, `timezone(${literalText(zone.text)}, ${instant})`);
  return scalar('zoned');
}

function expect(
  analysis: Surroundings,
  value: Expression,
  name: 'boolean' | 'varchar',
  scope: Scope,
  what: string,
): void {
  const type = analysis.type(value, scope);
  if (type.name !== name && type.name !== 'unknown')
    throw failed(analysis.sql, value.start, `${what} must be ${name}, not ${spell(type)}`);
}
