import type { Expression } from '../ast.ts';
import type { Scope } from '../scope.ts';
import { failed, unportable } from '../tokens.ts';
import {
  asDecimal,
  common,
  decimal,
  isInteger,
  isInterval,
  isMoment,
  isNumber,
  scalar,
  spell,
  type Decimal,
  type Type,
} from '../types.ts';
import { nonzero, ofUnits, quotient } from './decimals.ts';
import type { Surroundings } from './surroundings.ts';
import { widened } from './widening.ts';

type Arithmetic = Extract<Expression, { kind: 'arithmetic' }>;

/** The type of `+ - * / % ||`, and DuckDB's spelling of those that it would compute otherwise. */
export function arithmetic(analysis: Surroundings, value: Arithmetic, scope: Scope): Type {
  const { operator, left, right } = value;
  const [a, b] = [analysis.type(left, scope), analysis.type(right, scope)];
  if (operator === '||') return concatenation(analysis, value, a, b);
  if (isNumber(a) && isNumber(b)) return numeric(analysis, value, a, b);
  const unknown = a.name === 'unknown' ? b : a;
  if ((a.name === 'unknown' || b.name === 'unknown') && (isNumber(unknown) || unknown.name === 'unknown'))
    return unknown;
  const moved = momentArithmetic(analysis, value, a, b);
  if (moved) return moved;
  const advice = [a, b].some(isMoment) && [a, b].some(isInteger) ? "; write x + INTERVAL '7' DAY" : '';
  throw failed(analysis.sql, value.start, `Cannot apply operator: ${spell(a)} ${operator} ${spell(b)}${advice}`);
}

function concatenation(analysis: Surroundings, value: Arithmetic, a: Type, b: Type): Type {
  const { left, right } = value;
  if (a.name === 'unknown' || b.name === 'unknown')
    throw unportable(analysis.sql, value.start, 'NULL beside ||, which is an array to Trino', 'CAST(NULL AS varchar)');
  if (a.name === 'varchar' && b.name === 'varchar') return a;
  if (a.name === 'char' || b.name === 'char')
    throw unportable(analysis.sql, value.start, '|| of a char', 'CAST(x AS varchar), which keeps its blanks');
  const both = common(a, b);
  if (
    a.name === 'array' &&
    b.name === 'array' &&
    [a, b].some(({ element }) => element.name === 'unknown') &&
    both?.name === 'array' &&
    both.element.name === 'array'
  )
    throw unportable(analysis.sql, value.start, '|| of an array without a type', 'CAST(ARRAY[NULL] AS array(…))');
  if (a.name === 'array' && b.name === 'array' && both) {
    const [x, y] = [left, right].map((part) => analysis.respelling.text(part));
    analysis.respelling.rewrite(value, `concat_arrays(${x}, ${y})`);
    return both;
  }
  // An array that holds arrays could take the other as an element, too.
  for (const [whole, part, of] of [
    [a, b, right],
    [b, a, left],
  ] as const)
    if (whole.name === 'array' && part.name !== 'array' && common(whole.element, part)) {
      const element = common(whole.element, part) ?? part;
      const [x, y] = [left, right].map((side) =>
        side === of ? `[${analysis.respelling.text(side)}]` : analysis.respelling.text(side),
      );
      analysis.respelling.rewrite(value, `concat_arrays(${x}, ${y})`);
      return { name: 'array', element };
    }
  if (a.name === 'array' || b.name === 'array')
    throw unportable(analysis.sql, value.start, '|| between such an array and an element', 'a || ARRAY[x]');
  const advice = [a, b].some(({ name }) => name === 'varchar') ? '; write CAST(x AS varchar)' : '';
  throw failed(analysis.sql, value.start, `Cannot apply operator: ${spell(a)} || ${spell(b)}${advice}`);
}

/** Sums and differences of moments and intervals; undefined where there are none. */
function momentArithmetic(analysis: Surroundings, value: Arithmetic, a: Type, b: Type): Type | undefined {
  const { operator, left, right } = value;
  const text = (part: Expression): string => analysis.respelling.text(part);
  if (operator === '+' || operator === '-') {
    if (isInterval(a) && isInterval(b)) return a.name === b.name ? a : undefined;
    const [moment, interval, by] = isInterval(a) && operator === '+' ? [b, a, left] : [a, b, right];
    if (isInterval(interval)) return shifted(analysis, value, moment, interval, by);
    if (operator === '-' && isMoment(a) && isMoment(b)) {
      if (a.name === 'zoned' || b.name === 'zoned')
        throw unportable(analysis.sql, value.start, `${spell(a)} - ${spell(b)}`, "date_diff('day', a, b)");
      // DuckDB gives whole days for dates, and an interval for the rest.
      const type = [a, b].some(({ name }) => name === 'utc' || name === 'instant') ? 'TIMESTAMPTZ' : 'TIMESTAMP';
      analysis.respelling.rewrite(value, `(CAST(${text(left)} AS ${type}) - CAST(${text(right)} AS ${type}))`);
      return scalar('interval day to second');
    }
  }
  if (operator === '*' && (isInterval(a) || isInterval(b))) {
    const [interval, by, factor] = isInterval(a) ? [left, b, right] : [right, a, left];
    if (!isInteger(by)) throw unportable(analysis.sql, value.start, `an INTERVAL times ${spell(by)}`, 'a whole number');
    analysis.respelling.rewrite(value, `(${text(interval)} * CAST(${text(factor)} AS INTEGER))`);
    return isInterval(a) ? a : b;
  }
  if (isInterval(a) || isInterval(b))
    throw unportable(analysis.sql, value.start, 'such arithmetic on an INTERVAL', "date_add('day', n, x)");
  return undefined;
}

/** A moment moved by an interval; DuckDB makes a timestamp of a date, Trino does not. */
function shifted(
  analysis: Surroundings,
  at: Expression,
  moment: Type,
  interval: Type,
  by: Expression,
): Type | undefined {
  if (moment.name === 'date') {
    const whole = by.kind === 'interval' && ['day', 'month', 'year'].includes(by.unit);
    if (!whole)
      throw unportable(
        analysis.sql,
        at.start,
        'a date moved by other than a literal of days, months or years',
        "date_add('day', n, x)",
      );
    analysis.respelling.wrap(at, 'CAST(', ' AS DATE)');
    return moment;
  }
  if (moment.name === 'timestamp' || moment.name === 'timestamp(0)') return moment;
  if (moment.name === 'utc' && interval.name === 'interval day to second') return moment;
  if (!isMoment(moment)) return undefined;
  throw unportable(
    analysis.sql,
    at.start,
    `${spell(moment)} ± INTERVAL`,
    "at_timezone(x, 'UTC') cast to timestamp first",
  );
}

function numeric(analysis: Surroundings, value: Arithmetic, a: Type, b: Type): Type {
  const { operator, left, right } = value;
  const type = common(a, b) ?? scalar('double');
  for (const [part, from] of [
    [left, a],
    [right, b],
  ] as const) {
    const text = analysis.respelling.text(part);
    // Decimals are computed by digits of their own.
    const wide = widened(text, from, type.name === 'decimal' ? asDecimal(from) : type);
    if (wide !== text) analysis.respelling.rewrite(part, wide);
  }
  if (operator === '/' || operator === '%') return divided(analysis, value, type, asDecimal(a), asDecimal(b));
  const [x, y] = [asDecimal(a), asDecimal(b)];
  if (type.name !== 'decimal' || x.name !== 'decimal' || y.name !== 'decimal') return type;
  if (operator === '*') {
    if (x.scale + y.scale > 38) throw failed(analysis.sql, value.start, 'the product has more than 38 decimals');
    return decimal(x.precision + y.precision, x.scale + y.scale);
  }
  const scale = Math.max(x.scale, y.scale);
  return decimal(Math.max(x.precision - x.scale, y.precision - y.scale) + scale + 1, scale);
}

/**
 * Division and remainder: whole numbers stay whole, decimals stay decimals, and zero is an error; DuckDB gives doubles,
 * and NULL.
 */
function divided(analysis: Surroundings, value: Arithmetic, type: Type, a: Type, b: Type): Type {
  const { operator, left, right } = value;
  if (type.name === 'double' || type.name === 'real') {
    if (operator === '/') return type;
    throw unportable(
      analysis.sql,
      value.operatorAt.start,
      `the remainder of ${type.name}s`,
      'whole numbers or decimals',
    );
  }
  const dividend = analysis.respelling.text(left);
  // A zero that is written fails row by row, as all others do, and not before there is a row.
  const divisor = isZero(right)
    ? `CAST(failing('Division by zero', ${dividend}) AS INTEGER)`
    : nonzero(analysis, right);
  if (isInteger(type)) {
    analysis.respelling.rewrite(value, `(${dividend} ${operator === '/' ? '//' : '%'} ${divisor})`);
    return type;
  }
  if (a.name !== 'decimal' || b.name !== 'decimal') throw new TypeError(`${spell(a)} ${operator} ${spell(b)}`);
  const result = operator === '/' ? quotientType(a, b) : remainderType(a, b);
  if (result.scale > 37) throw unportable(analysis.sql, value.start, 'a quotient of so many decimals', 'doubles');
  analysis.respelling.rewrite(
    value,
    operator === '/'
      ? quotient({ text: dividend, ...a }, { text: divisor, ...b }, result)
      : ofUnits(`units_of(${dividend}, ${result.scale}) % units_of(${divisor}, ${result.scale})`, result.scale, result),
  );
  return result;
}

const isZero = (value: Expression): boolean =>
  value.kind === 'literal' && value.type === 'integer' && Number(value.text) === 0;

const quotientType = (a: Decimal, b: Decimal): Decimal =>
  decimal(a.precision + b.scale + Math.max(0, b.scale - a.scale), Math.max(a.scale, b.scale));

export const remainderType = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale);
  return decimal(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale);
};
