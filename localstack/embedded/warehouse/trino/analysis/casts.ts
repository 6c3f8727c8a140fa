import type { Call, Expression } from '../ast.ts';
import { isExactText } from '../literals.ts';
import type { Scope } from '../scope.ts';
import { unportable } from '../tokens.ts';
import { duckType, isInteger, isNumber, parseType, same, scalar, spell, type Type } from '../types.ts';
import { fromJson } from './json-casts.ts';
import { calledOnce } from './once.ts';
import type { Surroundings } from './surroundings.ts';
import { asReal } from './widening.ts';

type Cast = Extract<Expression, { kind: 'cast' }>;

/** A cast, by which Trino is strict about texts and rounds half up. */
export function castOf(analysis: Surroundings, value: Cast, scope: Scope): Type {
  const width = /^varchar ?\( ?(\d+) ?\)$/i.exec(value.type)?.[1];
  const to = width === undefined ? parseType(value.type) : scalar('varchar');
  if (to === undefined || width === '0')
    throw unportable(analysis.sql, value.typeAt.start, `the type ${value.type}`, typeAdvice(value.type));
  const from = analysis.type(value.value, scope);
  // As a text, a number with a fraction is another one in each engine.
  if (isScalarOfJson(value.value) && ['double', 'decimal'].includes(to.name) && !scope.isGroupedBy(value.value.name))
    analysis.respelling.rewrite(
      value.value,
      analysis.respelling.text(value.value).replace(/^json_extract_scalar\b/i, `json_extract_${to.name}`),
    );
  const text = castText(analysis, value, from, to);
  if (text === undefined)
    throw unportable(
      analysis.sql,
      value.start,
      `the cast from ${spell(from)} to ${spell(to)}`,
      castAdvice(from, to) ?? 'an expression of that type',
    );
  if (width === undefined) analysis.respelling.rewrite(value, text);
  else if (from.name === 'varchar') analysis.respelling.rewrite(value, `system.main.left(${text}, ${width})`);
  else if (isNumber(from) || from.name === 'unknown')
    analysis.respelling.rewrite(value, `fitting(${text}, ${width}, ${value.lenient})`);
  else throw unportable(analysis.sql, value.start, `the cast from ${spell(from)} to ${value.type}`, 'varchar');
  return to.name === 'json' && from.name !== 'json' ? scalar('made json') : to;
}

/** DuckDB's text for a cast; undefined for one that the engines do apart. */
function castText(analysis: Surroundings, { value, lenient }: Cast, from: Type, to: Type): string | undefined {
  const { respelling } = analysis;
  const written = respelling.text(value);
  const cast = (text: string): string => `${lenient ? 'TRY_CAST' : 'CAST'}(${text} AS ${duckType(to)})`;
  if (same(from, to)) return written;
  if (from.name === 'unknown' || isAlike(from, to, value)) return cast(written);
  if (to.name === 'char')
    return ['varchar', 'char'].includes(from.name) ? `as_char(${written}, ${to.length})` : undefined;
  if (from.name === 'char') return to.name === 'varchar' ? `rpad(${written}, ${from.length}, ' ')` : undefined;
  if (to.name === 'real' && from.name === 'decimal') return asReal(written, from);
  if (to.name === 'real' && from.name === 'double') return cast(calledOnce(analysis, 'within_real', [value]));
  if (from.name === 'json' || from.name === 'made json') {
    if (lenient) throw unportable(analysis.sql, value.start, 'TRY_CAST of JSON', 'CAST');
    const read = fromJson('j$', to);
    return read && `list_extract(list_transform([${written}], lambda j$: ${read}), 1)`;
  }
  if (to.name === 'json')
    return isPlainJson(from) ? `to_json(${from.name === 'map' ? `sorted_map(${written})` : written})` : undefined;
  if (from.name === 'varchar') {
    // A literal is read here and now.
    if (value.kind === 'literal' && isExactText(to.name, value.text)) return cast(written);
    const guard = textGuards[to.name];
    return guard && cast(calledOnce(analysis, guard, [value], String(lenient)));
  }
  if (to.name === 'varchar') return asText(written, from);
  if (from.name === 'instant' && (to.name === 'date' || to.name === 'timestamp') && isIso(value)) {
    const [text = value] = value.args;
    return cast(calledOnce(analysis, 'iso_in_utc', [text]));
  }
  if (to.name === 'boolean') return isNumber(from) ? `(${written} <> 0)` : undefined;
  if (from.name === 'boolean') return isNumber(to) ? cast(`CAST(${written} AS INTEGER)`) : undefined;
  if ((from.name === 'double' || from.name === 'real') && isInteger(to)) return cast(`system.main.round(${written})`);
  // By the shortest text of the double, as Trino does; DuckDB takes the double times a power of ten.
  if (from.name === 'double' && to.name === 'decimal')
    return cast(calledOnce(analysis, 'digits_of', [value], String(to.precision), String(to.scale), String(lenient)));
  return undefined;
}

/** What both engines write alike as JSON; maps only by themselves, since their keys are sorted. */
const isPlainJson = (type: Type): boolean => {
  if (type.name === 'map') return type.key.name === 'varchar' && isPlainValue(type.value);
  return isPlainValue(type);
};
const isPlainValue = (type: Type): boolean =>
  type.name === 'array' ? isPlainValue(type.element) : ['varchar', 'boolean'].includes(type.name) || isInteger(type);

const isScalarOfJson = (value: Expression): value is Call =>
  value.kind === 'call' && value.name === 'json_extract_scalar';

/** A text read as an instant: where it is in UTC, its day is too. */
const isIso = (value: Expression): value is Call => value.kind === 'call' && value.name === 'from_iso8601_timestamp';

/** Macros that give a text on to DuckDB's cast only where it is one that Trino takes, too. */
const textGuards: Readonly<Record<string, string | undefined>> = {
  boolean: 'boolean_text',
  tinyint: 'whole_text',
  smallint: 'whole_text',
  integer: 'whole_text',
  bigint: 'whole_text',
  real: 'real_text',
  double: 'double_text',
  decimal: 'decimal_text',
  date: 'date_text',
  timestamp: 'timestamp_text',
};

function asText(written: string, from: Type): string | undefined {
  if (from.name === 'timestamp') return `strftime(${written}, '%Y-%m-%d %H:%M:%S.%g')`;
  if (from.name === 'utc') return `(strftime(${written}, '%Y-%m-%d %H:%M:%S.%g') || ' UTC')`;
  // DuckDB leaves the nought before the point out where the type has no place for it.
  if (from.name === 'decimal' && from.precision === from.scale && from.scale < 38)
    return `CAST(CAST(${written} AS DECIMAL(${from.precision + 1},${from.scale})) AS VARCHAR)`;
  return undefined;
}

const whole = ['tinyint', 'smallint', 'integer', 'bigint'] as const;

/** The casts that both engines do alike for every value. */
const alike: Readonly<Record<string, readonly string[] | undefined>> = {
  boolean: [...whole, 'varchar'],
  ...Object.fromEntries(whole.map((type) => [type, [...whole, 'real', 'double', 'decimal', 'varchar']])),
  decimal: ['decimal', ...whole, 'double', 'varchar'],
  real: ['double'],
  date: ['timestamp', 'varchar', 'utc'],
  timestamp: ['date'],
  'timestamp(0)': ['date', 'timestamp'],
  utc: ['date', 'timestamp'],
  zoned: ['date', 'timestamp'],
};

function isAlike(from: Type, to: Type, value?: Expression): boolean {
  if (from.name === 'unknown') return true;
  if (from.name === 'decimal' && to.name === 'varchar' && from.precision === from.scale) return false;
  if (same(from, to) || alike[from.name]?.includes(to.name) === true) return true;
  if (value?.kind === 'literal' && from.name === 'varchar') return isExactText(to.name, value.text);
  if (from.name === 'array' && to.name === 'array') return isAlike(from.element, to.element);
  if (from.name === 'map' && to.name === 'map') return isAlike(from.key, to.key) && isAlike(from.value, to.value);
  if (from.name === 'row' && to.name === 'row') {
    // DuckDB matches fields by name where both have names, Trino by position.
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field, i) => field.name === undefined || field.name === to.fields[i]?.name) &&
      to.fields.every((field, i) => {
        const part = value?.kind === 'row' ? value.fields[i] : undefined;
        return isAlike(from.fields[i]?.type ?? field.type, field.type, part);
      })
    );
  }
  return false;
}

function castAdvice(from: Type, to: Type): string | undefined {
  if (from.name === 'timestamp(0)' && to.name === 'varchar') return 'CAST(CAST(x AS timestamp(3)) AS varchar)';
  if ((from.name === 'double' || from.name === 'real') && to.name === 'varchar')
    return 'CAST(CAST(x AS decimal(18,2)) AS varchar)';
  if (from.name === 'real') return 'CAST(CAST(x AS double) AS decimal(18,2))';
  if (from.name === 'char' || to.name === 'char') return 'CAST(x AS varchar)';
  if (from.name === 'instant')
    return "at_timezone(x, 'UTC') first: without it the answer depends on the zone of each value";
  if (from.name === 'row' && to.name === 'row') return 'ROW(…) with the fields in the order of the type';
  return undefined;
}

function typeAdvice(type: string): string {
  if (/^(?:float|number)/i.test(type)) return 'real, double or decimal(18,2)';
  if (/^(?:string|text)/i.test(type)) return 'varchar';
  if (/int\d*$/i.test(type)) return 'integer or bigint';
  if (/^(?:timestamp|datetime)/i.test(type)) return 'timestamp(3), or from_iso8601_timestamp(x)';
  return 'a type of the subset';
}
