import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DuckdbWarehouse, duckdbWarehouse } from '../duckdb-warehouse.ts';
import { functionNames, type Parameter, type Signature, signaturesOf } from './functions/register.ts';
import { spell, type Type } from './types.ts';

/*
 * Every signature in the places where analysts put calls: over columns, over aggregates, over windows, in GROUP BY, in
 * a subquery. All must give one answer. (That it is Trino's, the traps say.) A macro that is written only for plain
 * columns fails here.
 */

let warehouse: DuckdbWarehouse;
beforeAll(async () => {
  warehouse = await duckdbWarehouse({ relations: [], resolve: (key) => key, threads: 1 });
});
afterAll(() => warehouse.close());

const iso = "from_iso8601_timestamp('2024-02-29T10:20:30.400Z')";

/** A value of each type. */
const values: Readonly<Record<string, string | undefined>> = {
  boolean: 'true',
  tinyint: 'CAST(2 AS tinyint)',
  smallint: 'CAST(2 AS smallint)',
  integer: '2',
  bigint: 'CAST(3 AS bigint)',
  real: 'CAST(0.5 AS real)',
  double: '0.5E0',
  varchar: "'a-b'",
  varbinary: "to_utf8('ab')",
  date: "DATE '2024-02-29'",
  timestamp: "CAST(TIMESTAMP '2024-02-29 10:20:30' AS timestamp)",
  instant: iso,
  utc: `at_timezone(${iso}, 'UTC')`,
  zoned: `at_timezone(${iso}, 'Europe/Paris')`,
  json: `json_parse('{"a": 1}')`,
  'made json': "CAST(ARRAY['x'] AS json)",
  'interval day to second': "INTERVAL '1' DAY",
  'interval year to month': "INTERVAL '1' MONTH",
};

const forms: Readonly<Record<string, string | undefined>> = {
  'day unit': "'day'",
  'time unit': "'hour'",
  unit: "'hour'",
  format: "'%Y-%m'",
  'parse format': "'%Y-%m-%d'",
  joda: "'yyyy-MM'",
  'parse joda': "'yyyy-MM-dd'",
  pattern: "'a(-)b'",
  pieces: "'(a)'",
  parting: "'-'",
  replacement: "'$1x'",
  path: "'$.a'",
  zone: "'America/New_York'",
  utc: "'UTC'",
  group: '1',
};

/** Texts that a function can read. */
const texts: Readonly<Record<string, string | undefined>> = {
  date: "'2024-02-29'",
  from_iso8601_date: "'2024-02-29'",
  from_iso8601_timestamp: "'2024-02-29T10:20:30Z'",
  date_parse: "'2024-02-29'",
  parse_datetime: "'2024-02-29'",
  json_parse: `'{"a": 1}'`,
  json_extract: `'{"a": 1}'`,
  json_extract_scalar: `'{"a": 1}'`,
  json_array_length: "'[1, 2]'",
  codepoint: "'a'",
  from_hex: "'ff'",
  from_base64: "'YQ=='",
};

function valueOf(type: Type, name: string): string {
  if (type.name === 'variable') return type.variable === 'V' || type.variable === 'S' ? '2' : "'a'";
  if (type.name === 'array') return `ARRAY[${valueOf(type.element, name)}]`;
  if (type.name === 'map') return `MAP(ARRAY[${valueOf(type.key, name)}], ARRAY[${valueOf(type.value, name)}])`;
  if (type.name === 'row') return `ROW(${type.fields.map((field) => valueOf(field.type, name)).join(', ')})`;
  const value = (type.name === 'varchar' ? texts[name] : undefined) ?? values[type.name];
  if (value === undefined) throw new Error(`no value of ${spell(type)} for ${name}`);
  return value;
}

const lambdaOf = (types: readonly Type[]): string => {
  const names = types.slice(0, -1).map((_, i) => `p${i}`);
  return `(${names.join(', ')}) -> ${types.at(-1)?.name === 'boolean' ? 'true' : names[0]}`;
};

/** Where values rise from the first to the last: bounds, sequences. */
const rising: Readonly<Record<string, readonly string[] | undefined>> = {
  width_bucket: ['0.5E0', '0E0', '1E0', 'CAST(4 AS bigint)'],
};

/** Arguments that are written out wherever they stand. */
const constants: Readonly<Record<string, readonly (string | undefined)[] | undefined>> = {
  listagg: [undefined, "','"],
  array_join: [undefined, "','", "'-'"],
  split_to_map: [undefined, "','", "'-'"],
  approx_most_frequent: ['3', undefined, '10'],
  approx_percentile: [undefined, '0.5E0'],
};

/** A call over the columns of `v`, each put into what `around` makes of it, and the row of `v`. */
function callOf(name: string, { parameters }: Signature, around: (column: string) => string) {
  const row: string[] = [];
  const args = parameters.map((parameter: Parameter, i) => {
    if (parameter.is === 'literal') return forms[parameter.form];
    const constant = constants[name]?.[i];
    if (constant !== undefined) return constant;
    if (parameter.is === 'lambda') return lambdaOf(parameter.types);
    row.push(rising[name]?.[i] ?? valueOf(parameter.type, name));
    return around(`c${i}`);
  });
  const columns = parameters.flatMap((parameter, i) =>
    parameter.is === 'value' && constants[name]?.[i] === undefined ? [`c${i}`] : [],
  );
  const from = `(SELECT ${[...row.map((value, i) => `${value} AS ${columns[i]}`), '1 AS k'].join(', ')}) AS v`;
  const bare = ['current_date', 'current_timestamp', 'localtimestamp'].includes(name);
  return { call: bare ? name : `${name}(${args.join(', ')})`, from };
}

const isOfRows = (type: Type): boolean => type.name === 'array' && type.element.name === 'row';

/** What no answer can show is told by whether there is anything. */
const shown = (call: string, { result }: Signature): string =>
  ['json', 'made json', 'varbinary', 'instant', 'zoned'].includes(result.name) || isOfRows(result)
    ? `(${call} IS NOT NULL)`
    : call;

const isComparable = ({ result }: Signature): boolean => !['array', 'map', 'row', 'variable'].includes(result.name);

/** The queries of which each gives one row, and all the same. */
function queriesOf(name: string, signature: Signature): readonly string[] {
  const written = (around: (column: string) => string): { readonly call: string; readonly from: string } => {
    const { call, from } = callOf(name, signature, around);
    return { call: shown(call, signature), from };
  };
  const plain = written((column) => column);
  if (signature.kind === 'window') {
    const over = `${callOf(name, signature, (column) => column).call} OVER (ORDER BY k)`;
    const aggregated = callOf(name, signature, (column) => `any_value(${column})`).call;
    return [
      `SELECT ${over} FROM ${plain.from}`,
      `SELECT ${aggregated} OVER (ORDER BY k) FROM ${plain.from} GROUP BY k`,
      `SELECT (SELECT ${over} FROM ${plain.from})`,
      `SELECT x FROM (SELECT ${over} AS x FROM ${plain.from}) AS q`,
    ];
  }
  if (signature.kind === 'aggregate') {
    const within = name === 'listagg' ? ' WITHIN GROUP (ORDER BY k)' : '';
    const call = `${plain.call}${within}`;
    return [
      `SELECT ${call} FROM ${plain.from}`,
      `SELECT ${call} FROM ${plain.from} GROUP BY k`,
      `SELECT (SELECT ${call} FROM ${plain.from})`,
      `SELECT x FROM (SELECT k, ${call} AS x FROM ${plain.from} GROUP BY k HAVING ${call} IS NOT NULL OR k = 1) AS q`,
      `SELECT any_value(${call}) OVER () FROM ${plain.from}`,
      ...(name === 'listagg' || name === 'approx_distinct'
        ? []
        : [`SELECT ${call} OVER (PARTITION BY k) FROM ${plain.from}`]),
    ];
  }
  const aggregate = written((column) => `any_value(${column})`);
  const window = written((column) => `any_value(${column}) OVER ()`);
  return [
    `SELECT ${plain.call} FROM ${plain.from}`,
    `SELECT ${aggregate.call} FROM ${plain.from}`,
    `SELECT ${window.call} FROM ${plain.from}`,
    `SELECT (SELECT ${plain.call}) FROM ${plain.from}`,
    ...(isComparable(signature) ? [`SELECT ${plain.call} FROM ${plain.from} GROUP BY ${plain.call}`] : []),
    `SELECT k FROM ${plain.from} GROUP BY k HAVING ${aggregate.call} IS NULL OR k = 1 ORDER BY 1`,
  ];
}

/** Another instant with each query. */
const isMoving = (name: string): boolean => ['now', 'localtimestamp', 'current_timestamp'].includes(name);

const signatures = functionNames().flatMap((name) =>
  (signaturesOf(name) ?? []).map((signature, i) => [`${name} ${i + 1}`, name, signature] as const),
);

describe('a signature gives one answer wherever it stands', () => {
  test.each(signatures)('%s', async (_, name, signature) => {
    const queries = queriesOf(name, signature);
    const together = `SELECT ${queries.map((sql, i) => `(${sql}) AS x${i}`).join(', ')}`;
    const answer = await warehouse.query(together).catch(async (error: unknown) => {
      // Which of them it was is told by the query alone.
      for (const sql of queries) await warehouse.query(sql);
      throw error;
    });
    const [row = []] = answer.rows;
    // The last query of a scalar is of HAVING, and gives the key.
    const given = signature.kind === 'scalar' ? [...row.slice(0, -1), row.at(-1) === 1 ? row[0] : row.at(-1)] : row;
    const expected = given.map((value) => (isMoving(name) ? value : given[0]));
    expect(given).toEqual(expected);
  });
});
