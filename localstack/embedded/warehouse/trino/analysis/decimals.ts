import type { Expression } from '../ast.ts';
import { type Decimal, duckType } from '../types.ts';
import { calledOnce } from './once.ts';
import type { Surroundings } from './surroundings.ts';

/** The last of so many decimals, as DuckDB's text: 0.01 for two. */
const unit = (scale: number): string =>
  scale === 0 ? '1' : `CAST('0.${'1'.padStart(scale, '0')}' AS DECIMAL(${scale + 1},${scale}))`;

/**
 * A decimal of a whole number of units, the last of its decimals; what is beyond the type's decimals is rounded half
 * away from zero.
 */
export const ofUnits = (units: string, scale: number, type: Decimal): string =>
  `CAST(CAST(${units} AS DECIMAL(38,0)) * ${unit(scale)} AS ${duckType(type)})`;

interface Operand {
  readonly text: string;
  readonly scale: number;
}

/**
 * A quotient of decimals, as Trino has it: on whole numbers, with one digit more, by which it is rounded. The divisor
 * is not zero.
 */
export const quotient = (a: Operand, b: Operand, type: Decimal): string =>
  ofUnits(
    `(units_of(${a.text}, ${a.scale}) * power_of_ten(${type.scale + 1 - a.scale + b.scale})) // ` +
      `units_of(${b.text}, ${b.scale})`,
    type.scale + 1,
    type,
  );

/** A divisor that is an error where it is zero. */
export function nonzero(analysis: Surroundings, divisor: Expression): string {
  const number = divisor.kind === 'unary' ? divisor.operand : divisor;
  const isGuarded =
    (number.kind === 'literal' && Number(number.text) !== 0) ||
    (divisor.kind === 'call' &&
      divisor.name === 'nullif' &&
      divisor.args[1]?.kind === 'literal' &&
      Number(divisor.args[1].text) === 0);
  return isGuarded ? analysis.respelling.text(divisor) : calledOnce(analysis, 'nonzero', [divisor]);
}
