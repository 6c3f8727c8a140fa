import { array, parseType, scalar, type Type } from './types.ts';

/**
 * The allow-list: every function of the portable subset with Trino's signatures, one to a line. What is not here is refused by name.
 *
 * `T`, `U`, `K`, `V`, `S`, `R` stand for any type. A parameter in brackets is a literal of a known form (see `literals.ts`).
 * After `|` comes the spelling that DuckDB wants where it is another (a parenthesis opened there is closed after the arguments),
 * and `cast` where DuckDB's result has another type than Trino's.
 */
const scalars = `
  abs(integer) integer
  abs(bigint) bigint
  abs(double) double
  sign(integer) integer | cast
  sign(bigint) bigint | cast
  sign(double) double | cast
  ceil(integer) integer | cast
  ceil(bigint) bigint | cast
  ceil(double) double
  ceiling(integer) integer | ceil | cast
  ceiling(bigint) bigint | ceil | cast
  ceiling(double) double | ceil
  floor(integer) integer | cast
  floor(bigint) bigint | cast
  floor(double) double
  truncate(double) double | trunc
  round(integer) integer | cast
  round(bigint) bigint | cast
  round(double) double
  round(integer, integer) integer | whole_round | cast
  round(bigint, integer) bigint | whole_round | cast
  round(double, integer) double
  mod(integer, integer) integer | whole_mod
  mod(bigint, bigint) bigint | whole_mod
  power(double, double) double
  pow(double, double) double
  exp(double) double
  ln(double) double
  log2(double) double
  log10(double) double
  log(double, double) double
  sqrt(double) double
  pi() double
  e() double
  radians(double) double
  degrees(double) double
  sin(double) double
  cos(double) double
  tan(double) double
  asin(double) double
  acos(double) double
  atan(double) double
  atan2(double, double) double
  is_nan(double) boolean | isnan
  is_finite(double) boolean | isfinite
  is_infinite(double) boolean | isinf
  infinity() double
  width_bucket(double, double, double, bigint) bigint
  bitwise_and(bigint, bigint) bigint
  bitwise_or(bigint, bigint) bigint
  bitwise_xor(bigint, bigint) bigint
  length(varchar) bigint | cast
  length(varbinary) bigint | octet_length | cast
  lower(varchar) varchar
  upper(varchar) varchar
  trim(varchar) varchar
  ltrim(varchar) varchar
  rtrim(varchar) varchar
  substr(varchar, bigint) varchar
  substr(varchar, bigint, bigint) varchar
  substring(varchar, bigint) varchar | substr
  substring(varchar, bigint, bigint) varchar | substr
  strpos(varchar, varchar) bigint | cast
  starts_with(varchar, varchar) boolean
  replace(varchar, varchar) varchar
  replace(varchar, varchar, varchar) varchar
  lpad(varchar, bigint, varchar) varchar
  rpad(varchar, bigint, varchar) varchar
  split(varchar, varchar) array(varchar)
  split(varchar, varchar, bigint) array(varchar)
  split_part(varchar, varchar, bigint) varchar
  chr(bigint) varchar
  codepoint(varchar) integer
  levenshtein_distance(varchar, varchar) bigint | levenshtein | cast
  hamming_distance(varchar, varchar) bigint | hamming | cast
  translate(varchar, varchar, varchar) varchar
  regexp_like(varchar, [pattern]) boolean
  regexp_extract(varchar, [pattern]) varchar
  regexp_extract(varchar, [pattern], [group]) varchar
  regexp_extract_all(varchar, [pieces]) array(varchar)
  regexp_extract_all(varchar, [pieces], [group]) array(varchar)
  regexp_count(varchar, [pieces]) bigint
  regexp_split(varchar, [parting]) array(varchar)
  regexp_replace(varchar, [pieces]) varchar
  regexp_replace(varchar, [pieces], [replacement]) varchar
  url_extract_protocol(varchar) varchar
  url_extract_host(varchar) varchar
  url_extract_path(varchar) varchar
  url_extract_query(varchar) varchar
  url_extract_fragment(varchar) varchar
  url_extract_parameter(varchar, varchar) varchar
  to_utf8(varchar) varbinary
  from_utf8(varbinary) varchar
  to_hex(varbinary) varchar
  from_hex(varchar) varbinary
  to_base64(varbinary) varchar
  from_base64(varchar) varbinary
  md5(varbinary) varbinary
  sha1(varbinary) varbinary
  sha256(varbinary) varbinary
  json_extract_scalar(varchar, [path]) varchar
  json_extract_scalar(json, [path]) varchar
  json_extract(varchar, [path]) json
  json_extract(json, [path]) json
  json_array_length(varchar) bigint
  json_array_length(json) bigint
  json_parse(varchar) json
  current_date() date
  current_timestamp() utc
  now() utc
  date(varchar) date | iso_date
  date(date) date
  date(timestamp) date
  date(utc) date
  date(zoned) date
  date_trunc([day unit], date) date
  date_trunc([unit], timestamp) timestamp
  date_trunc([unit], utc) utc
  date_trunc([unit], zoned) zoned
  date_add([day unit], bigint, date) date
  date_add([unit], bigint, timestamp) timestamp
  date_diff([day unit], date, date) bigint
  date_diff([unit], timestamp, timestamp) bigint
  date_diff([time unit], instant, instant) bigint
  last_day_of_month(date) date
  last_day_of_month(timestamp) date
  from_iso8601_date(varchar) date | iso_date
  from_iso8601_timestamp(varchar) instant
  at_timezone(instant, [utc]) utc | in_utc
  at_timezone(instant, [zone]) zoned
  with_timezone(timestamp, [utc]) utc
  with_timezone(timestamp, [zone]) instant
  to_unixtime(timestamp) double
  to_unixtime(instant) double
  from_unixtime(double) utc
  to_iso8601(date) varchar
  date_format(date, [format]) varchar | strftime
  date_format(timestamp, [format]) varchar | strftime
  date_format(zoned, [format]) varchar | strftime
  date_parse(varchar, [parse format]) timestamp
  cardinality(array(T)) bigint | len
  cardinality(map(K, V)) bigint | cast
  element_at(array(T), bigint) T
  element_at(map(K, V), K) V | map_extract_value
  contains(array(T), T) boolean
  array_join(array(varchar), varchar) varchar
  array_join(array(bigint), varchar) varchar
  array_join(array(date), varchar) varchar
  array_join(array(varchar), varchar, varchar) varchar
  array_join(array(bigint), varchar, varchar) varchar
  array_sort(array(T)) array(T)
  array_distinct(array(T)) array(T)
  array_position(array(T), T) bigint
  array_remove(array(T), T) array(T)
  array_max(array(T)) T
  array_min(array(T)) T
  array_union(array(T), array(T)) array(T)
  array_intersect(array(T), array(T)) array(T)
  array_except(array(T), array(T)) array(T)
  arrays_overlap(array(T), array(T)) boolean
  reverse(array(T)) array(T) | list_reverse
  slice(array(T), bigint, bigint) array(T)
  flatten(array(array(T))) array(T)
  repeat(T, integer) array(T)
  sequence(bigint, bigint) array(bigint)
  sequence(bigint, bigint, bigint) array(bigint)
  sequence(date, date) array(date)
  sequence(date, date, interval day to second) array(date)
  sequence(date, date, interval year to month) array(date)
  transform(array(T), function(T, U)) array(U) | list_transform
  filter(array(T), function(T, boolean)) array(T) | list_filter
  any_match(array(T), function(T, boolean)) boolean | any_true(list_transform
  all_match(array(T), function(T, boolean)) boolean | all_true(list_transform
  none_match(array(T), function(T, boolean)) boolean | NOT any_true(list_transform
  reduce(array(T), S, function(S, T, S), function(S, R)) R
  map(array(K), array(V)) map(K, V)
  map_keys(map(K, V)) array(K)
  map_values(map(K, V)) array(V)
  map_entries(map(K, V)) array(row(K, V))
  map_concat(map(K, V), map(K, V)) map(K, V)
`;

const aggregates = `
  count(T) bigint
  count_if(boolean) bigint | count(true_or_null
  sum(integer) bigint | cast
  sum(bigint) bigint | cast
  sum(double) double
  avg(integer) double
  avg(bigint) double
  avg(double) double
  min(T) T
  max(T) T
  min_by(T, U) T | arg_min_null
  max_by(T, U) T | arg_max_null
  any_value(T) T
  arbitrary(T) T | any_value
  bool_and(boolean) boolean
  bool_or(boolean) boolean
  every(boolean) boolean | bool_and
  array_agg(T) array(T) | list
  listagg(varchar, varchar) varchar | string_agg
  map_agg(K, V) map(K, V)
  histogram(T) map(T, bigint) | cast
  approx_distinct(T) bigint | count(DISTINCT
  approx_percentile(bigint, double) bigint | quantile_disc | cast
  approx_percentile(double, double) double | quantile_disc | cast
  geometric_mean(double) double
  stddev(double) double
  stddev_samp(double) double
  stddev_pop(double) double
  variance(double) double
  var_samp(double) double
  var_pop(double) double
  covar_samp(double, double) double
  covar_pop(double, double) double
  regr_slope(double, double) double
  regr_intercept(double, double) double
  corr(double, double) double
`;

const windows = `
  row_number() bigint
  rank() bigint
  dense_rank() bigint
  ntile(bigint) bigint
  percent_rank() double
  cume_dist() double
  first_value(T) T
  last_value(T) T
  nth_value(T, bigint) T
  lag(T) T
  lag(T, bigint) T
  lag(T, bigint, T) T
  lead(T) T
  lead(T, bigint) T
  lead(T, bigint, T) T
`;

/** Functions of Trino that are left out because DuckDB cannot give their exact meaning, with what to write. */
export const leftOut: Readonly<Record<string, string | undefined>> = {
  json_value: "json_extract_scalar(x, '$.path')",
  json_query: "json_extract(x, '$.path')",
  json_exists: "json_extract_scalar(x, '$.path') IS NOT NULL",
  json_format: 'json_extract_scalar of the parts: the engines write JSON apart',
  format: 'concat, lpad and CAST(… AS varchar)',
  format_datetime: "date_format(x, '%Y-%m-%d')",
  parse_datetime: "date_parse(x, '%Y-%m-%d %H:%i')",
  format_number: 'the number itself',
  typeof: 'a CAST to the type that you expect',
  rand: 'a hash of the key: a query answers alike each time',
  random: 'a hash of the key: a query answers alike each time',
  uuid: 'a key of the data: a query answers alike each time',
  cbrt: 'power(x, 1E0 / 3)',
  zip_with: 'UNNEST(a, b) AS t(x, y)',
  zip: 'UNNEST(a, b) AS t(x, y)',
  map_filter: 'UNNEST(map_entries(m)) AS t(k, v), and WHERE',
  transform_values: 'UNNEST(map_entries(m)) AS t(k, v), and map_agg(k, v)',
  transform_keys: 'UNNEST(map_entries(m)) AS t(k, v), and map_agg(k, v)',
  url_decode: 'url_extract_parameter(url, name)',
  normalize: 'lower(trim(x))',
  trim_array: 'slice(a, 1, n)',
  ilike: 'lower(a) LIKE lower(b)',
  numeric_histogram: 'width_bucket and count(*)',
  date_part: 'year(x), month(x), day(x)…',
  datediff: "date_diff('day', a, b)",
  dateadd: "date_add('day', n, x)",
  ifnull: 'coalesce(a, b)',
  nvl: 'coalesce(a, b)',
  string_agg: "listagg(x, ',') WITHIN GROUP (ORDER BY x)",
  list_transform: 'transform(a, x -> …)',
  len: 'length(x) or cardinality(a)',
  unnest: 'CROSS JOIN UNNEST(a) AS t(x)',
  quantile_cont: 'approx_percentile(x, 0.5)',
  median: 'approx_percentile(x, 0.5)',
  to_timestamp: 'date_parse(x, format) or from_unixtime(n)',
  strftime: "date_format(x, '%Y-%m-%d')",
  epoch: 'to_unixtime(x)',
  to_char: "date_format(x, '%Y-%m-%d')",
  to_date: "CAST(date_parse(x, '%d/%m/%Y') AS date)",
  char: 'varchar',
};

/** What is read off a date or a timestamp, as bigint, with DuckDB's spelling. */
const namedParts: Readonly<Record<string, string>> = {
  year: 'year', quarter: 'quarter', month: 'month', week: 'week', week_of_year: 'week', day: 'day', day_of_month: 'day', day_of_week: 'isodow',
  dow: 'isodow', day_of_year: 'dayofyear', doy: 'dayofyear', year_of_week: 'isoyear', yow: 'isoyear',
}; // prettier-ignore
const clockParts: Readonly<Record<string, string>> = {
  hour: 'hour',
  minute: 'minute',
  second: 'second',
  millisecond: 'millisecond_of_second',
};

/** A parameter: a type, a literal of a known form, or a lambda (the types of its parameters and, last, of its result). */
export type Parameter =
  | { readonly is: 'value'; readonly type: Type }
  | { readonly is: 'literal'; readonly form: string }
  | { readonly is: 'lambda'; readonly types: readonly Type[] };

export interface Signature {
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly parameters: readonly Parameter[];
  readonly result: Type;
  /** DuckDB's spelling, where it is another. */
  readonly spelling?: string;
  /** DuckDB's result must be cast to Trino's type. */
  readonly cast: boolean;
}

/** Reads a type of a signature, such as `map(K, array(V))`. */
function typeOf(text: string): Type {
  const trimmed = text.trim();
  if (/^[A-Z]$/.test(trimmed)) return { name: 'variable', variable: trimmed };
  const plain = parseType(trimmed);
  if (plain !== undefined) return plain;
  const [, kind, inside = ''] = /^(array|map|row)\((.*)\)$/.exec(trimmed) ?? [];
  const [first, second] = inside.startsWith('array') ? [inside] : inside.split(',');
  if (kind === 'array') return array(typeOf(inside));
  if (kind === 'map') return { name: 'map', key: typeOf(first ?? ''), value: typeOf(second ?? '') };
  if (kind === 'row') return { name: 'row', fields: [{ type: typeOf(first ?? '') }, { type: typeOf(second ?? '') }] };
  switch (trimmed) {
    case 'instant':
    case 'utc':
    case 'zoned':
    case 'interval day to second':
    case 'interval year to month':
      return scalar(trimmed);
    default:
      throw new TypeError(`${trimmed} is no type of a signature`);
  }
}

function parameter(text: string): Parameter {
  const [, form] = /^\[(.*)\]$/.exec(text) ?? [];
  if (form !== undefined) return { is: 'literal', form };
  const [, lambda] = /^function\((.*)\)$/.exec(text) ?? [];
  return lambda === undefined
    ? { is: 'value', type: typeOf(text) }
    : { is: 'lambda', types: lambda.split(', ').map(typeOf) };
}

function signatures(kind: Signature['kind'], lines: string): readonly (readonly [string, Signature])[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [head = '', ...rest] = line.trim().split(' | ');
      const [, name = '', parameters = '', result = ''] =
        /^(\w+)\((.*)\) ((?:map|row|array)\(.*\)|\S+)$/.exec(head) ?? [];
      // A comma parts two parameters unless it stands inside the parentheses of one of them.
      const texts = parameters.match(/(?:[^,()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+/g) ?? [];
      const spelling = rest.find((word) => word !== 'cast');
      return [
        name,
        {
          kind,
          parameters: texts.map((text) => parameter(text.trim())),
          result: typeOf(result),
          cast: rest.includes('cast'),
          ...(spelling !== undefined && { spelling }),
        },
      ];
    });
}

function partsOf(parts: Readonly<Record<string, string>>, types: readonly string[]): string {
  return Object.entries(parts)
    .flatMap(([name, spelling]) => types.map((type) => `${name}(${type}) bigint | ${spelling} | cast`))
    .join('\n');
}

const functionRegister: ReadonlyMap<string, readonly Signature[]> = (() => {
  const register = new Map<string, Signature[]>();
  const all = [
    ...signatures('scalar', scalars),
    ...signatures('scalar', partsOf(namedParts, ['date', 'timestamp', 'utc', 'zoned'])),
    ...signatures('scalar', partsOf(clockParts, ['timestamp', 'utc', 'zoned'])),
    ...signatures('aggregate', aggregates),
    ...signatures('window', windows),
  ];
  for (const [name, signature] of all) register.set(name, [...(register.get(name) ?? []), signature]);
  return register;
})();

/** The signatures of a function; undefined where the subset has no such function. */
export const signaturesOf = (name: string): readonly Signature[] | undefined => functionRegister.get(name);

/** All functions of the subset, with the forms whose types follow from their arguments (`analyser.ts`). */
export const functionNames = (): readonly string[] =>
  [
    ...functionRegister.keys(),
    'coalesce',
    'nullif',
    'if',
    'try',
    'greatest',
    'least',
    'grouping',
    'concat',
    'concat_ws',
  ].toSorted();
