import type { Call } from '../ast.ts';
import { unportable } from '../tokens.ts';
import { asDecimal, type Decimal, decimal, duckType, isNumber, type Type } from '../types.ts';
import type { TypedForm } from './aggregates.ts';
import { remainderType } from './arithmetic.ts';
import { nonzero, ofUnits } from './decimals.ts';
import type { Surroundings } from './surroundings.ts';
import { argumentsOf } from './written.ts';

/** The decimal of whole numbers into which one is rounded. */
const wholeOf = ({ precision, scale }: Decimal): Decimal => decimal(precision - scale + Math.min(1, scale), 0);

const isDecimal = (type: Type | undefined): type is Decimal => type?.name === 'decimal';

const wrapped = (analysis: Surroundings, call: Call, text: string, result: Decimal): Decimal => {
  analysis.respelling.rewrite(call, `CAST(${text} AS ${duckType(result)})`);
  return result;
};

/** Whole numbers up or down. */
const rounding =
  (name: string): TypedForm =>
  (analysis, call, [type]) => {
    if (!isDecimal(type) || call.args.length !== 1) return undefined;
    return wrapped(analysis, call, `${name}(${argumentsOf(analysis, call).join(', ')})`, wholeOf(type));
  };

/** To a number of decimals that is written out; a minus rounds before the point. */
const places = (analysis: Surroundings, call: Call, name: string): number => {
  const [, digits] = call.args;
  const number = digits?.kind === 'unary' ? digits.operand : digits;
  if (number?.kind !== 'literal' || number.type !== 'integer')
    throw unportable(analysis.sql, call.start, `${name} of a decimal to a computed place`, `${name}(x, 2)`);
  return Number(number.text) * (digits?.kind === 'unary' ? -1 : 1);
};

const round: TypedForm = (analysis, call, [type]) => {
  if (!isDecimal(type) || call.args.length > 2) return undefined;
  const [value = ''] = argumentsOf(analysis, call);
  if (call.args.length === 1) return wrapped(analysis, call, `round(${value})`, wholeOf(type));
  const digits = places(analysis, call, 'round');
  const result = decimal(type.precision + 1, type.scale);
  if (digits >= 0) return wrapped(analysis, call, `round(${value}, ${digits})`, result);
  // DuckDB cuts before the point.
  const units = `whole_round(units_of(${value}, ${type.scale}), ${digits - type.scale})`;
  analysis.respelling.rewrite(call, ofUnits(units, type.scale, result));
  return result;
};

/** Towards zero. */
const truncate: TypedForm = (analysis, call, [type]) => {
  if (!isDecimal(type) || call.args.length > 2) return undefined;
  const [value = ''] = argumentsOf(analysis, call);
  const digits = call.args.length === 1 ? 0 : places(analysis, call, 'truncate');
  const result = call.args.length === 1 ? decimal(Math.max(1, type.precision - type.scale), 0) : type;
  if (digits < 0) throw unportable(analysis.sql, call.start, 'truncate before the point', 'truncate(x)');
  const kept = Math.min(digits, type.scale);
  const units = `units_of(${value}, ${type.scale}) // power_of_ten(${type.scale - kept})`;
  analysis.respelling.rewrite(call, ofUnits(units, kept, result));
  return result;
};

const mod: TypedForm = (analysis, call, [first, second]) => {
  const [dividend, divisor] = call.args;
  if (!first || !second || !dividend || !divisor || !isNumber(first) || !isNumber(second)) return undefined;
  const [a, b] = [asDecimal(first), asDecimal(second)];
  if (!isDecimal(a) || !isDecimal(b)) return undefined;
  const result = remainderType(a, b);
  const { scale } = result;
  const units = `units_of(${analysis.respelling.text(dividend)}, ${scale}) % units_of(${nonzero(analysis, divisor)}, ${scale})`;
  analysis.respelling.rewrite(call, ofUnits(units, scale, result));
  return result;
};

/** Functions of decimals, whose result has a precision and scale of its own. */
export const decimalForms: Readonly<Record<string, TypedForm | undefined>> = {
  abs: (analysis, call, [type]) => {
    if (!isDecimal(type)) return undefined;
    return wrapped(analysis, call, `abs(${argumentsOf(analysis, call).join(', ')})`, type);
  },
  sign: (analysis, call, [type]) =>
    isDecimal(type)
      ? wrapped(analysis, call, `sign(${argumentsOf(analysis, call).join(', ')})`, decimal(1, 0))
      : undefined,
  round,
  floor: rounding('floor'),
  ceil: rounding('ceil'),
  ceiling: rounding('ceil'),
  truncate,
  mod,
};
