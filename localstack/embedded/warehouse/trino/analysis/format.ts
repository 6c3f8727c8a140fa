import { literal } from '../../../../../lambdas/shared/sql-text.ts';
import type { Call } from '../ast.ts';
import type { Scope } from '../scope.ts';
import { failed, unportable } from '../tokens.ts';
import { isInteger, isNumber, scalar, spell, type Type } from '../types.ts';
import type { Surroundings } from './surroundings.ts';

/** `%,.2f`: flags, width, decimals, letter; and text between them. */
const piece = /%(?<flags>[,0-]*)(?<width>\d*)(?:\.(?<places>\d+))?(?<letter>[a-zA-Z%])|[^%]+|%/gu;

/** `format`, of a literal with `%s`, `%d`, `%.2f`, widths, and commas for thousands, as Java writes them in English. */
export function format(analysis: Surroundings, call: Call, scope: Scope): Type {
  const [pattern, ...values] = call.args;
  if (values.length === 0) throw failed(analysis.sql, call.start, 'format takes a pattern and at least one value');
  if (pattern?.kind !== 'literal' || pattern.type !== 'varchar')
    throw unportable(analysis.sql, call.start, 'format with a pattern that is not a literal', "format('%.2f', x)");
  const types = values.map((value) => analysis.type(value, scope));
  let next = 0;
  const parts = [...pattern.text.matchAll(piece)].map(({ 0: text, groups = {} }) => {
    const { flags = '', width = '', places, letter } = groups;
    if (text === '%%') return literal('%');
    if (letter === undefined && text !== '%') return literal(text);
    const [value, type] = [values[next], types[next]];
    next++;
    if (value === undefined || type === undefined) throw failed(analysis.sql, call.start, `no value for ${text}`);
    const written = number(analysis.respelling.text(value), type, letter, places, flags.includes(','));
    const isZeroed = flags.includes('0');
    if (written === undefined || (isZeroed && (letter === 's' || flags.includes('-'))))
      throw unportable(analysis.sql, value.start, `format of ${spell(type)} by ${text}`, '%s, %d or %.2f');
    return padded(written, Number(width), isZeroed ? '0' : flags.includes('-') ? '-' : '');
  });
  if (next !== values.length) throw unportable(analysis.sql, call.start, 'a value that the pattern leaves out', 'each');
  analysis.respelling.rewrite(call, parts.length === 0 ? "''" : `concat_all([${parts.join(', ')}])`);
  return scalar('varchar');
}

/** A value's text by its letter; undefined where Java writes it otherwise. */
function number(
  text: string,
  type: Type,
  letter: string | undefined,
  places: string | undefined,
  grouped: boolean,
): string | undefined {
  if (letter === 's' && places === undefined && !grouped) {
    if (type.name === 'varchar' || isInteger(type) || type.name === 'boolean' || type.name === 'date')
      return `CAST(${text} AS VARCHAR)`;
    return type.name === 'decimal' && type.scale < type.precision ? `CAST(${text} AS VARCHAR)` : undefined;
  }
  const isWhole = letter === 'd' && isInteger(type) && places === undefined;
  const isFraction = letter === 'f' && isNumber(type) && !isInteger(type);
  if (!isWhole && !isFraction) return undefined;
  // By the shortest text of a double, half up, as Java does; DuckDB's printf takes the binary value, half to even.
  const exact = type.name === 'double' ? `CAST(${text} AS VARCHAR)` : text;
  const digits = isWhole ? text : `CAST(${exact} AS DECIMAL(38,${Number(places ?? 6)}))`;
  const shown = grouped ? `with_thousands(CAST(${digits} AS VARCHAR))` : `CAST(${digits} AS VARCHAR)`;
  // Java cuts the word null to the places.
  return isWhole ? shown : `coalesce(${shown}, ${literal('null'.slice(0, Number(places ?? 6)))})`;
}

const padded = (text: string, width: number, how: '' | '-' | '0'): string =>
  width === 0 ? text : `padded_to(${text}, ${width}, ${literal(how)})`;
