import type { Expression } from '../ast.ts';
import { signaturesOf } from '../functions/register.ts';
import type { Scope } from '../scope.ts';
import { failed, unportable } from '../tokens.ts';
import { scalar, spell, type Type } from '../types.ts';
import type { Surroundings } from './surroundings.ts';

const units =
  'year quarter month week day day_of_month day_of_week dow day_of_year doy year_of_week yow hour minute second';
const known: ReadonlySet<string> = new Set(units.split(' '));

/** `extract(unit FROM x)` is the function of that name. */
export function extract(analysis: Surroundings, value: Extract<Expression, { kind: 'extract' }>, scope: Scope): Type {
  const { unit, unitAt, from } = value;
  if (!known.has(unit))
    throw unportable(analysis.sql, unitAt.start, `extract(${unit} FROM x)`, `one of ${[...known].join(', ')}`);
  const type = analysis.type(from, scope);
  const signature = signaturesOf(unit)?.find(
    ({ parameters: [parameter] }) => parameter?.is === 'value' && parameter.type.name === type.name,
  );
  if (signature === undefined) throw failed(analysis.sql, value.start, `Cannot extract ${unit} from ${spell(type)}`);
  const text = analysis.respelling.text(from);
  analysis.respelling.rewrite(value, `CAST(${signature.spelling ?? unit}(${text}) AS BIGINT)`);
  return scalar('bigint');
}
