import { identifier } from '../../../../lambdas/shared/sql-text.ts';

/** The types of Trino that the portable subset knows. */
export type Type =
  | { readonly name: Scalar }
  | Decimal
  | Char
  | { readonly name: 'array'; readonly element: Type }
  | { readonly name: 'map'; readonly key: Type; readonly value: Type }
  | { readonly name: 'row'; readonly fields: readonly Field[] }
  /** A type yet to be found, only in the signatures of functions. */
  | { readonly name: 'variable'; readonly variable: string };

export interface Decimal {
  readonly name: 'decimal';
  readonly precision: number;
  readonly scale: number;
}

/** A text of so many characters, filled up with blanks: DuckDB holds it without them, as Trino does. */
export interface Char {
  readonly name: 'char';
  readonly length: number;
}

/**
 * `made json` is what a query itself makes of values, so that its text is known. `timestamp(0)` is a literal's, and
 * what is computed from it: as a text it has no milliseconds. `instant` is a timestamp with time zone whose zone only
 * the value knows, `utc` one in UTC, `zoned` one that at_timezone moved: DuckDB holds the first two as instants and the
 * last as the clock on the wall, so they are apart here.
 */
export type Scalar =
  | 'unknown' | 'boolean' | 'tinyint' | 'smallint' | 'integer' | 'bigint' | 'real' | 'double' | 'varchar' | 'varbinary' | 'date' | 'timestamp' | 'timestamp(0)' | 'instant' | 'utc' | 'zoned' | 'json' | 'made json'
  | 'interval day to second' | 'interval year to month'; // prettier-ignore

export interface Field {
  readonly name?: string;
  readonly type: Type;
}

const scalars: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['boolean', 'boolean'], ['tinyint', 'tinyint'], ['smallint', 'smallint'], ['integer', 'integer'], ['int', 'integer'], ['bigint', 'bigint'], ['double', 'double'], ['varchar', 'varchar'],
  ['varbinary', 'varbinary'], ['real', 'real'], ['date', 'date'], ['timestamp', 'timestamp'], ['timestamp(3)', 'timestamp'], ['json', 'json'],
]); // prettier-ignore

export const scalar = (name: Scalar): Type => ({ name });
export const decimal = (precision: number, scale: number): Decimal => ({
  name: 'decimal',
  precision: Math.min(precision, 38),
  scale,
});
/** @returns undefined for a length that Trino has not */
export const charOf = (length: number): Char | undefined =>
  length >= 1 && length <= 65_536 ? { name: 'char', length } : undefined;
export const array = (element: Type): Type => ({ name: 'array', element });

/** Reads a type in Trino's spelling; undefined for a type that the subset has not. */
export function parseType(text: string): Type | undefined {
  const spelling = text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/ ?([(),]) ?/g, '$1')
    .trim();
  const plain = scalars.get(spelling);
  if (plain !== undefined) return scalar(plain);
  const width = /^char(?:\((\d+)\))?$/.exec(spelling);
  if (width !== null) return charOf(Number(width[1] ?? 1));
  const shape = /^(decimal|array|map|row)\((.+)\)$/.exec(spelling);
  const [kind, inside] = [shape?.[1], shape?.[2] ?? ''];
  const parts = atCommas(inside);
  if (kind === 'decimal') {
    const [precision, scale] = [Number(parts[0]), Number(parts[1] ?? 0)];
    return parts.length <= 2 && precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision
      ? decimal(precision, scale)
      : undefined;
  }
  if (kind === 'array') {
    const element = parts.length === 1 ? parseType(inside) : undefined;
    return element && array(element);
  }
  if (kind === 'map') {
    const [key, value] = [parseType(parts[0] ?? ''), parseType(parts[1] ?? '')];
    return parts.length === 2 && key && value ? { name: 'map', key, value } : undefined;
  }
  if (kind !== 'row') return undefined;
  const fields = parts.map((part) => {
    const [, name, type] = /^"?([a-z_][a-z0-9_]*)"? (.+)$/.exec(part) ?? [];
    const parsed = parseType(type ?? '');
    return name !== undefined && parsed !== undefined ? { name, type: parsed } : undefined;
  });
  const known = fields.filter((field) => field !== undefined);
  return known.length === fields.length ? { name: 'row', fields: known } : undefined;
}

function atCommas(text: string): readonly string[] {
  const parts = [''];
  let open = 0;
  for (const character of text) {
    if (character === '(') open++;
    if (character === ')') open--;
    if (character === ',' && open === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** A type in Trino's spelling. */
export function spell(type: Type): string {
  if (type.name === 'decimal') return `decimal(${type.precision},${type.scale})`;
  if (type.name === 'array') return `array(${spell(type.element)})`;
  if (type.name === 'map') return `map(${spell(type.key)}, ${spell(type.value)})`;
  if (type.name === 'row')
    return `row(${type.fields.map((field) => (field.name === undefined ? '' : `${field.name} `) + spell(field.type)).join(', ')})`;
  if (type.name === 'variable') return type.variable;
  if (type.name === 'char') return `char(${type.length})`;
  if (type.name === 'made json') return 'json';
  if (type.name === 'instant' || type.name === 'utc' || type.name === 'zoned') return 'timestamp(3) with time zone';
  return type.name === 'timestamp' || type.name === 'timestamp(0)' ? 'timestamp(3)' : type.name;
}

/** DuckDB's names where they are not Trino's in capitals. */
const duckNames: Readonly<Record<string, string | undefined>> = {
  instant: 'TIMESTAMP WITH TIME ZONE',
  utc: 'TIMESTAMP WITH TIME ZONE',
  zoned: 'TIMESTAMP',
  varbinary: 'BLOB',
  char: 'VARCHAR',
  real: 'FLOAT',
  'timestamp(0)': 'TIMESTAMP',
  'made json': 'JSON',
  'interval day to second': 'INTERVAL',
  'interval year to month': 'INTERVAL',
  unknown: 'INTEGER',
};

/** The type in which DuckDB holds such values, in its spelling. */
export function duckType(type: Type): string {
  if (type.name === 'decimal') return `DECIMAL(${type.precision},${type.scale})`;
  if (type.name === 'array') return `${duckType(type.element)}[]`;
  if (type.name === 'map') return `MAP(${duckType(type.key)}, ${duckType(type.value)})`;
  if (type.name === 'row')
    return `STRUCT(${type.fields.map((field, i) => `${identifier(field.name ?? `field${i}`)} ${duckType(field.type)}`).join(', ')})`;
  return duckNames[type.name] ?? type.name.toUpperCase();
}

export const same = (a: Type, b: Type): boolean => a.name === b.name && spell(a) === spell(b);

const widenings: Readonly<Record<string, readonly string[]>> = {
  tinyint: ['smallint', 'integer', 'bigint', 'real', 'double'],
  smallint: ['integer', 'bigint', 'real', 'double'],
  integer: ['bigint', 'real', 'double'],
  bigint: ['real', 'double'],
  decimal: ['real', 'double'],
  real: ['double'],
  date: ['timestamp(0)', 'timestamp', 'utc', 'instant'],
  'timestamp(0)': ['timestamp', 'utc', 'instant'],
  timestamp: ['utc', 'instant'],
  utc: ['instant'],
  'made json': ['json'],
};

/** The decimal that holds every value of an integer type. */
export const asDecimal = (type: Type): Type => {
  const digits = wholeDigits[type.name];
  return digits === undefined ? type : decimal(digits, 0);
};

/** The digits of the longest number of a whole type. */
const wholeDigits: Readonly<Record<string, number | undefined>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

/** The type to which Trino brings both without a cast; undefined where it refuses. */
export function common(a: Type, b: Type): Type | undefined {
  if (same(a, b)) return a;
  if (a.name === 'unknown') return b;
  if (b.name === 'unknown') return a;
  if (widenings[a.name]?.includes(b.name)) return b;
  if (widenings[b.name]?.includes(a.name)) return a;
  if (a.name === 'char' && b.name === 'char') return a.length > b.length ? a : b;
  const [x, y] = [asDecimal(a), asDecimal(b)];
  if (x.name === 'decimal' && y.name === 'decimal') {
    const scale = Math.max(x.scale, y.scale);
    return decimal(Math.max(x.precision - x.scale, y.precision - y.scale) + scale, scale);
  }
  if (a.name === 'array' && b.name === 'array') {
    const element = common(a.element, b.element);
    return element && array(element);
  }
  if (a.name === 'map' && b.name === 'map') {
    const [key, value] = [common(a.key, b.key), common(a.value, b.value)];
    return key && value && { name: 'map', key, value };
  }
  if (a.name === 'row' && b.name === 'row' && a.fields.length === b.fields.length) {
    const fields = a.fields.map((field, i) => {
      const other = b.fields[i];
      const type = other && common(field.type, other.type);
      return type && { ...(field.name !== undefined && { name: field.name }), type };
    });
    const known = fields.filter((field) => field !== undefined);
    return known.length === fields.length ? { name: 'row', fields: known } : undefined;
  }
  return undefined;
}

export const isInteger = (type: Type): boolean => wholeDigits[type.name] !== undefined;
export const isNumber = (type: Type): boolean => isInteger(type) || ['decimal', 'real', 'double'].includes(type.name);

export const isInterval = (type: Type): boolean =>
  type.name === 'interval day to second' || type.name === 'interval year to month';
/** A day, or a moment of one. */
export const isMoment = (type: Type): boolean =>
  ['date', 'timestamp', 'timestamp(0)', 'instant', 'utc', 'zoned'].includes(type.name);

/** A row, which UNNEST lays out as one column for each field. */
export const isRow = (type: Type): type is Extract<Type, { name: 'row' }> => type.name === 'row';
