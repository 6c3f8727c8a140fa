/** Expressions made from the function table and random values: what nobody thought of when the traps were written. */
import { array as listOf, type Arbitrary, constantFrom, integer, oneof, sample, tuple } from 'fast-check';
import {
  functionNames,
  type Parameter,
  type Signature,
  signaturesOf,
} from '../../localstack/embedded/warehouse/trino/functions/register.ts';
import { spell, type Type } from '../../localstack/embedded/warehouse/trino/types.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const two = (n: number): string => String(n).padStart(2, '0');

const whole = oneof(integer({ min: -20, max: 20 }), integer(), constantFrom(2_147_483_647, -2_147_483_647));
const number = whole.map((n) => (n < 0 ? `(${n})` : String(n)));
const long = oneof(
  whole.map(String),
  constantFrom('9223372036854775807', '-9223372036854775807', '9007199254740993', '4294967296'),
).map((n) => `CAST(${n} AS bigint)`);
const double = constantFrom(
  '0E0', '-0E0', '1E0', '0.5E0', '-2.5E0', '2.5E0', '1.005E0', '1E300', '-1E300', '1E-300', '123456789.987654321E0', '1E15', '0.1E0', '99.995E0', 'nan()', 'infinity()', '(-infinity())',
).map((n) => (n.startsWith('-') ? `(${n})` : n)); // prettier-ignore
/** Of every scale. */
const decimal = tuple(integer({ min: 0, max: 12 }), integer({ min: 0, max: 12 }), integer({ min: 0, max: 2 ** 31 - 1 }), constantFrom('', '-')).map(
  ([before, behind, digits, sign]) => {
    const text = String(digits).repeat(3);
    const fraction = text.slice(0, behind);
    return `DECIMAL '${sign}${text.slice(-Math.max(1, before))}${fraction === '' ? '' : `.${fraction}`}'`;
  },
); // prettier-ignore
const text = oneof(
  constantFrom(
    '', ' ', 'a', 'a-b', 'ABC', '  x ', "it's", 'Straße', 'ÉTÉ', 'é', '日本語', '👍🏽', '1', ' 1', '-1.50', '1e3', 'NaN', 'true', 'T', '2024-02-29', '2024-02-30', '2024-1-5', '2024-02-29 10:20:30', 'a,b,,c', '%', '_', String.raw`\d`, '{"a": 1}', '[1, 2]', 'https://shop.example/a?b=c#d', 'x=1;y=2',
  ),
  listOf(constantFrom('a', 'b', 'B', ' ', '-', '1', 'é', '🙂', ','), { maxLength: 8 }).map((letters) => letters.join('')),
).map(quoted); // prettier-ignore
/** Of every century, and the days where calendars go wrong. */
const day = oneof(
  tuple(integer({ min: 1, max: 9999 }), integer({ min: 1, max: 12 }), integer({ min: 1, max: 28 })).map(
    ([year, month, date]) => `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}`,
  ),
  constantFrom('1582-10-04', '1582-10-15', '1900-02-28', '2000-02-29', '1969-12-31', '1970-01-01', '2024-02-29', '2024-12-31', '2026-03-29'),
); // prettier-ignore
const date = day.map((value) => `DATE '${value}'`);
const clock = tuple(
  integer({ min: 0, max: 23 }),
  integer({ min: 0, max: 59 }),
  integer({ min: 0, max: 59 }),
  integer({ min: 0, max: 999 }),
);
const timestamp = tuple(day, clock).map(
  ([value, [hour, minute, second, milli]]) =>
    `TIMESTAMP '${value} ${two(hour)}:${two(minute)}:${two(second)}.${String(milli).padStart(3, '0')}'`,
);

const forms: Readonly<Record<string, readonly string[] | undefined>> = {
  'day unit': ['day', 'week', 'month', 'quarter', 'year'],
  'time unit': ['second', 'minute', 'hour'],
  unit: ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'],
  format: ['%Y-%m', '%d/%m/%y', '%H:%i:%s', '%W', '%b %e'],
  'parse format': ['%Y-%m-%d', '%d/%m/%Y', '%Y-%m-%d %H:%i'],
  joda: ['yyyy-MM', 'dd/MM/yyyy HH:mm:ss', 'EEE'],
  pattern: ['a', '[a-c]+', String.raw`\d+`, String.raw`\w`, '(a)(b)?', '^a', 'b$', '(?i)B'],
  pieces: ['(a)', '([a-z]+)'],
  parting: ['-', ',', String.raw`\s+`],
  replacement: ['x', '$0', ''],
  path: ['$.a', '$', '$[0]', '$.a.b'],
  zone: ['America/New_York', 'Europe/Paris', 'Asia/Kolkata'],
  utc: ['UTC'],
};

/** Types that arrays, maps and variables are made of. */
const plain: readonly Type[] = (['integer', 'bigint', 'smallint', 'real', 'double', 'varchar', 'date', 'boolean'] as const).map((name) => ({ name })); // prettier-ignore

/** Values of a type, as a query writes them, NULL among them. */
function valueOf(type: Type): Arbitrary<string> {
  const given = known(type);
  const none = constantFrom(`CAST(NULL AS ${spell(type)})`);
  return type.name === 'variable' || type.name === 'row' || spell(type).includes('json') || spell(type).includes('zone')
    ? given
    : oneof({ arbitrary: given, weight: 12 }, { arbitrary: none, weight: 1 });
}

function known(type: Type): Arbitrary<string> {
  switch (type.name) {
    case 'integer':
      return number;
    case 'tinyint':
    case 'smallint':
      return oneof(integer({ min: -20, max: 20 }), constantFrom(-128, 127)).map((n) => `CAST(${n} AS ${type.name})`);
    case 'bigint':
      return long;
    case 'double':
      return double;
    case 'real':
      return oneof(double, decimal, number).map((n) => `CAST(${n} AS real)`);
    case 'decimal':
      return decimal;
    case 'char':
      return text.map((value) => `CAST(${value} AS ${spell(type)})`);
    case 'date':
      return date;
    case 'timestamp':
    case 'timestamp(0)':
      return timestamp;
    case 'boolean':
      return constantFrom('true', 'false');
    case 'varbinary':
      return text.map((value) => `to_utf8(${value})`);
    case 'instant':
      return timestamp.map((value) => `with_timezone(${value}, 'UTC')`);
    case 'utc':
      return timestamp.map((value) => `at_timezone(with_timezone(${value}, 'UTC'), 'UTC')`);
    case 'zoned':
      return timestamp.map((value) => `at_timezone(with_timezone(${value}, 'UTC'), 'Europe/Paris')`);
    case 'json':
    case 'made json':
      return constantFrom('{"a": 1}', '{"a": {"b": "x"}}', '[1, 2, 3]', '"x"', 'null', '{}').map((value) => `json_parse('${value}')`); // prettier-ignore
    case 'interval day to second':
      return integer({ min: 0, max: 40 }).map((n) => `INTERVAL '${n}' DAY`);
    case 'interval year to month':
      return integer({ min: 0, max: 40 }).map((n) => `INTERVAL '${n}' MONTH`);
    case 'array':
      return listOf(valueOf(type.element), { minLength: 1, maxLength: 4 }).map((items) => `ARRAY[${items.join(', ')}]`);
    case 'map':
      return tuple(known(type.key), valueOf(type.value)).map(([key, value]) => `MAP(ARRAY[${key}], ARRAY[${value}])`);
    case 'row':
      return tuple(...type.fields.map((field) => valueOf(field.type))).map((fields) => `ROW(${fields.join(', ')})`);
    case 'varchar':
    case 'unknown':
    case 'variable':
      return text;
    default:
      return type satisfies never;
  }
}

/** A signature's type with its variables filled in, each with one type throughout. */
function filled(type: Type, variables: ReadonlyMap<string, Type>): Type {
  if (type.name === 'variable') return variables.get(type.variable) ?? { name: 'integer' };
  if (type.name === 'array') return { name: 'array', element: filled(type.element, variables) };
  if (type.name === 'map')
    return { name: 'map', key: filled(type.key, variables), value: filled(type.value, variables) };
  if (type.name === 'row')
    return { name: 'row', fields: type.fields.map((field) => ({ ...field, type: filled(field.type, variables) })) };
  return type;
}

/**
 * What answers otherwise each time, is an estimate, takes any of several, is a name of the release, or loses all digits
 * of some doubles by its way of adding up.
 */
const moving = new Set(
  (
    'now localtimestamp current_timestamp current_date version arbitrary any_value approx_percentile ' +
    'approx_distinct approx_most_frequent random rand corr covar_pop covar_samp regr_slope ' +
    'regr_intercept'
  ).split(' '),
);

/** What grows with a number: with a large one it would take all memory. */
const growing = new Set(['repeat', 'lpad', 'rpad', 'sequence']);
const few = integer({ min: -3, max: 30 }).map((n) => (n < 0 ? `(${n})` : String(n)));

function argument(
  name: string,
  parameter: Parameter,
  variables: ReadonlyMap<string, Type>,
): Arbitrary<string> | undefined {
  if (parameter.is === 'lambda') return lambdaOf(parameter.types.map((type) => filled(type, variables)));
  if (growing.has(name) && parameter.is === 'value' && ['integer', 'bigint'].includes(parameter.type.name)) return few;
  if (parameter.is === 'value') return valueOf(filled(parameter.type, variables));
  return parameter.form === 'group'
    ? constantFrom('0', '1')
    : constantFrom(...(forms[parameter.form] ?? ['a'])).map(quoted);
}

/** A lambda of so many parameters, whose body has the last type: a value of it, a parameter, or one worked on. */
function lambdaOf(types: readonly Type[]): Arbitrary<string> {
  const [result = { name: 'integer' } as const, ...reversed] = types.toReversed();
  const takes = reversed.toReversed();
  const names = takes.map((_, i) => `p${i}`);
  const own = names.filter((_, i) => spell(takes[i] ?? result) === spell(result));
  const worked = own.flatMap((name): readonly string[] => {
    if (['integer', 'bigint', 'double'].includes(result.name)) return [name, `${name} + 1`, `abs(${name})`, `coalesce(${name}, 0)`]; // prettier-ignore
    if (result.name === 'varchar') return [name, `upper(${name})`, `${name} || 'x'`];
    return [name];
  });
  const asked = names.flatMap((name) => [`${name} IS NULL`, `${name} IS NOT NULL`, `${name} = ${name}`]);
  const body =
    result.name === 'boolean' && asked.length > 0
      ? oneof(constantFrom(...asked), valueOf(result))
      : worked.length > 0
        ? oneof({ arbitrary: constantFrom(...worked), weight: 3 }, { arbitrary: valueOf(result), weight: 1 })
        : valueOf(result);
  return body.map((said) => `(${names.join(', ')}) -> ${said}`);
}

const order = ['ORDER BY k', 'ORDER BY k DESC', 'PARTITION BY g ORDER BY k', 'PARTITION BY g ORDER BY k DESC'];
const frames = ['', ' ROWS BETWEEN 1 PRECEDING AND CURRENT ROW', ' ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING', ' ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING', ' RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW']; // prettier-ignore

/** What a window gives row by row, in their order: `k` tells them apart, `g` makes parts of them. */
function windowed(name: string, given: readonly Arbitrary<string>[], count: number): Arbitrary<string> {
  const columns = Array.from({ length: count }, (_, i) => `x${i}`);
  const rows = listOf(tuple(integer({ min: 0, max: 1 }), ...given), { minLength: 1, maxLength: 5 });
  const isFramed = !['row_number', 'rank', 'dense_rank', 'ntile', 'percent_rank', 'cume_dist', 'lag', 'lead'].includes(name); // prettier-ignore
  return tuple(rows, constantFrom(...order), constantFrom(...(isFramed ? frames : ['']))).map(([list, by, frame]) => {
    const values = list.map((row, k) => `(${[k, ...row].join(', ')})`).join(', ');
    const call = `${name}(${columns.join(', ')}) OVER (${by}${frame})`;
    return (
      `(SELECT array_agg(w ORDER BY k) FROM (SELECT k, ${call} AS w FROM (VALUES ${values}) AS ` +
      `t(${['k', 'g', ...columns].join(', ')})))`
    );
  });
}

function callOf(name: string, { kind, parameters }: Signature): Arbitrary<string> | undefined {
  const call = tuple(constantFrom(...plain), constantFrom(...plain), constantFrom(...plain)).chain(([t, k, v]) => {
    const variables = new Map<string, Type>([['T', t], ['U', k], ['K', k], ['V', v], ['S', v], ['R', v]]); // prettier-ignore
    const given = parameters.map((parameter) => argument(name, parameter, variables) ?? constantFrom('x -> x'));
    if (kind === 'window') return windowed(name, given, parameters.length);
    if (kind === 'scalar') return tuple(...given).map((args) => `${name}(${args.join(', ')})`);
    // What an aggregate reads is a table of rows; its literals stand in the call.
    const columns = parameters.map((parameter, i) => (parameter.is === 'literal' ? undefined : `x${i}`));
    const named = columns.filter((column) => column !== undefined);
    return listOf(tuple(...given), { minLength: 1, maxLength: 4 }).map((rows) => {
      const values = rows.map((row) => `(${row.filter((_, i) => columns[i] !== undefined).join(', ')})`);
      const args = columns.map((column, i) => column ?? rows[0]?.[i] ?? '');
      return `(SELECT ${name}(${args.join(', ')}) FROM (VALUES ${values.join(', ')}) AS t(${named.join(', ')}))`;
    });
  });
  return kind === 'aggregate' && parameters.length === 0 ? undefined : call;
}

/** Aggregates over windows. */
const overWindows: readonly Arbitrary<string>[] = ['sum', 'avg', 'min', 'max', 'count'].flatMap((name) =>
  [number, double, decimal].map((values) => windowed(name, [values], 1)),
);

const calls: readonly Arbitrary<string>[] = functionNames()
  .filter((name) => !moving.has(name))
  .flatMap((name) => {
    const made = (signaturesOf(name) ?? []).flatMap((signature) => callOf(name, signature) ?? []);
    return made.length === 0 ? [] : [oneof(...made)];
  });

const numeric = oneof(number, long, double, decimal, decimal);
const anything = oneof(numeric, text, date, timestamp, constantFrom('true', 'false', 'NULL'));
const targets = ['boolean', 'integer', 'bigint', 'double', 'decimal(10,2)', 'decimal(38,0)', 'varchar', 'varchar(3)', 'date', 'timestamp(3)']; // prettier-ignore

/** What is no call: operators, casts, forms whose type follows from their arguments. */
const forming: readonly Arbitrary<string>[] = [
  tuple(numeric, constantFrom('+', '-', '*', '/', '%'), numeric).map((parts) => parts.join(' ')),
  tuple(numeric, constantFrom('+', '-', '*', '/', '%'), numeric).map((parts) => parts.join(' ')),
  tuple(anything, constantFrom(...targets), constantFrom('CAST', 'TRY_CAST')).map(([value, type, cast]) => `${cast}(${value} AS ${type})`), // prettier-ignore
  tuple(anything, constantFrom(...targets), constantFrom('CAST', 'TRY_CAST')).map(([value, type, cast]) => `${cast}(${value} AS ${type})`), // prettier-ignore
  tuple(anything, constantFrom('=', '<>', '<', '>=', 'IS DISTINCT FROM'), anything).map((parts) => parts.join(' ')),
  tuple(constantFrom('abs', 'sign', 'ceil', 'floor', 'round', 'truncate', '-'), decimal).map(([name, value]) => `${name}(${value})`), // prettier-ignore
  tuple(constantFrom('round', 'truncate'), numeric, integer({ min: -3, max: 5 })).map(([name, value, places]) => `${name}(${value}, ${places})`), // prettier-ignore
  tuple(constantFrom('mod', 'greatest', 'least', 'nullif', 'coalesce'), numeric, numeric).map(([name, a, b]) => `${name}(${a}, ${b})`), // prettier-ignore
  tuple(constantFrom('sum', 'avg', 'min', 'max', 'count', 'stddev', 'var_pop'), listOf(decimal, { minLength: 1, maxLength: 4 })).map(([name, rows]) => `(SELECT ${name}(x) FROM (VALUES ${rows.join(', ')}) AS t(x))`), // prettier-ignore
  tuple(oneof(date, timestamp), constantFrom('+', '-'), integer({ min: 0, max: 400 }), constantFrom('DAY', 'MONTH', 'YEAR', 'HOUR')).map(([at, sign, n, unit]) => `${at} ${sign} INTERVAL '${n}' ${unit}`), // prettier-ignore
  tuple(text, constantFrom('LIKE', 'NOT LIKE'), text).map((parts) => parts.join(' ')),
  tuple(text, text).map(([a, b]) => `${a} || ${b}`),
  ...overWindows,
];

/** So many expressions, the same ones for a seed. */
export const fuzzed = (count: number, seed: number): readonly string[] =>
  sample(oneof({ arbitrary: oneof(...calls), weight: 2 }, { arbitrary: oneof(...forming), weight: 1 }), {
    numRuns: count,
    seed,
  });
