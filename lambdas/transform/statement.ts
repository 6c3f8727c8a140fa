/** The statements around the `SELECT`: what stages its records, what lists the duplicates, and what gives the rows. */
import { identifier, literal } from '../shared/duckdb.ts';
import type { Day } from '../shared/days.ts';
import type { Table } from '../shared/schema/table.ts';
import { cast, converted, convertedFrom, untyped } from './column-values.ts';
import { helpers, text, type Described } from './described.ts';
import { impersonal, impersonalTexts } from './impersonal.ts';
import { read } from './names.ts';

/** Whether a table is of what is sent again whole, each time as a newer version. */
const hasVersions = (
  table: Table,
): table is Table & {
  readonly versionsOf: string;
  readonly keep: NonNullable<Table['keep']>;
} => table.versionsOf !== undefined && table.keep !== undefined;

/** The day of a version of what is sent again whole that has no row: it is written nowhere (`no_day()` in SQL). */
export const noDay: Day = '0001-01-01';

/** Whether a version of what is sent again whole may have no row, and says so by one of no day. */
const maySayNone = (
  table: Table,
): table is Table & { readonly versionsOf: string; readonly keep: NonNullable<Table['keep']> } =>
  hasVersions(table) && table.rowsPerRecord === 'some';

/** Each way in which a row can break the schema: the condition and its reason. */
function rules(
  table: Table,
  described: ReadonlyMap<string, string>,
  given: ReadonlySet<string>,
): { broken: string; reason: string }[] {
  const found: { broken: string; reason: string }[] = [];
  for (const column of table.columns) {
    if (column.derive !== undefined) continue;
    const name = identifier(column.name);
    const from = convertedFrom(table, column, given);
    const isText = described.get(column.name) === text && column.type.kind !== 'string';
    if (isText) found.push({ broken: identifier(`_untyped_${column.name}`), reason: `type:${column.name}` });
    if (column.required && from === undefined) {
      found.push({
        broken: isText ? `${name} IS NULL AND NOT ${identifier(`_untyped_${column.name}`)}` : `${name} IS NULL`,
        reason: `required:${column.name}`,
      });
    }
    // An EUR value has the bounds of its amount: one reason is enough.
    if (from !== undefined) continue;
    if (column.min !== undefined) found.push({ broken: `${name} < ${column.min}`, reason: `min:${column.name}` });
    if (column.max !== undefined) found.push({ broken: `${name} > ${column.max}`, reason: `max:${column.name}` });
    if (column.pattern !== undefined)
      found.push({
        broken: `NOT regexp_matches(${name}, ${literal(column.pattern)})`,
        reason: `pattern:${column.name}`,
      });
    if (column.accepted) {
      found.push({
        broken: `NOT list_contains([${column.accepted.map(literal).join(', ')}], CAST(${name} AS VARCHAR))`,
        reason: `accepted:${column.name}`,
      });
    }
  }
  // A row that may name no currency is more than its amounts: without a rate it stands, and they are unknown in EUR.
  if (
    table.columns.some((column) => column.name === 'currency' && column.required) &&
    table.columns.some((column) => convertedFrom(table, column, given) !== undefined)
  ) {
    found.push({ broken: "currency <> 'EUR' AND _rate IS NULL AND dt IS NOT NULL", reason: 'no_rate:currency' });
  }
  return found;
}

/**
 * The statement that stages every record of a batch of slices in the temporary table `staged`: the columns of the
 * schema in their types, `_slice` (the day it belongs to), `_reasons` (null for a good row), `_file`, `_record` (null
 * for a good row).
 *
 * It expects the variable `rates`, and a relation for each feed that the SELECT reads.
 * A record belongs to its own day, or to its object's where it has none or where the object's writer promised one day.
 */
export function stageStatement(table: Table, select: string, columns: readonly Described[]): string {
  const described = new Map(columns.map((column) => [column.name, column.type]));
  const given = new Set(described.keys());
  const missing = table.columns.filter(
    (c) => !given.has(c.name) && c.derive === undefined && convertedFrom(table, c, given) === undefined,
  );
  if (missing.length > 0)
    throw new Error(`The SELECT of ${table.name} does not give ${missing.map((c) => c.name).join(', ')}.`);

  const own = table.columns.filter((column) => given.has(column.name));
  const hasGone = given.has(helpers.gone);
  const euros = table.columns.flatMap((column) => {
    const from = convertedFrom(table, column, given);
    return from === undefined ? [] : [`${converted(column, from)} AS ${identifier(column.name)}`];
  });
  const typed = own.flatMap((column) => {
    const type = described.get(column.name) ?? text;
    const value = cast(column, type);
    const name = identifier(column.name);
    const judged =
      type === text && column.type.kind !== 'string'
        ? [`${untyped(column, value)} AS ${identifier(`_untyped_${column.name}`)}`]
        : [];
    const isText = column.type.kind === 'string';
    return [`${isText ? value : impersonal(table, column, value)} AS ${name}`, ...judged];
  });
  const broken = rules(table, described, given);
  const reject = given.has(helpers.reject) ? helpers.reject : 'NULL';
  const hasFaults = given.has(helpers.faults);
  const rate =
    euros.length > 0
      ? "CASE WHEN currency <> 'EUR' THEN map_extract_value(getvariable('rates'), currency || ' ' || CAST(dt AS " +
        'VARCHAR)) END'
      : 'CAST(NULL AS DOUBLE)';
  const { at } = helpers;
  const helper = given.has(helpers.userAgent) ? `, ${helpers.userAgent}` : '';
  // Of two versions of one moment the text decides, and does so in every table that is made of them.
  const hasTold = given.has(helpers.toldBy);
  const version = !hasVersions(table)
    ? ''
    : `, {'whole': ${hasTold ? `${helpers.toldBy} IS DISTINCT FROM 'export'` : 'true'}, 'at': ` +
      `${identifier(table.keep.column)}, 'detailed': ${hasTold ? `${helpers.toldBy} IS NULL` : 'true'}, ` +
      `'progress': ${given.has(helpers.progress) ? helpers.progress : '[0]'}, 'text': ` +
      `${given.has(helpers.digest) ? helpers.digest : `digest_of(${helpers.record})`}} AS _version, ` +
      (hasGone ? helpers.gone : `false AS ${helpers.gone}`);
  const told = [helpers.toldBy, helpers.progress, helpers.digest, helpers.gone]
    .flatMap((name) => (given.has(name) ? [`, ${name}`] : []))
    .join('');

  const hasRow =
    (hasGone ? `NOT ${helpers.gone} AND ` : '') +
    (maySayNone(table) ? `dt IS DISTINCT FROM DATE ${literal(noDay)} AND ` : '');
  const isRefused = ['_outside', '_reject IS NOT NULL', ...(hasFaults ? [`len(${helpers.faults}) > 0`] : [])].join(
    ' OR ',
  );
  const isBroken = broken.map((rule) => `coalesce(${rule.broken}, false)`).join('\n    OR ');
  const reasons = [
    '_reject',
    "CASE WHEN _outside THEN 'partition:dt' END",
    ...broken.map((rule) => `CASE WHEN ${rule.broken} THEN ${literal(rule.reason)} END`),
  ].join(', ');
  const faults = hasFaults ? `, ${helpers.faults}` : '';

  return `CREATE OR REPLACE TEMP TABLE staged AS
WITH selected AS (
${select}
), typed AS (
  SELECT ${typed.join(',\n    ')},
    CAST(dt AS DATE) AS dt, ${helpers.record}, ${helpers.at}, CAST(${reject} AS VARCHAR) AS _reject${faults}${helper}${told}
  FROM selected
), ${impersonalTexts(table, own)}, placed AS (
  SELECT *, CASE WHEN ${at}.is_single_day THEN ${at}.day ELSE coalesce(dt, ${at}.day) END AS _slice,
    coalesce(${at}.is_single_day AND dt <> ${at}.day, false) AS _outside, ${rate} AS _rate
  FROM impersonal
), judged AS (
  SELECT *, ${hasRow}(${isRefused} OR ${isBroken}) AS _bad
  FROM placed
)
SELECT ${[...own.map((column) => identifier(column.name)), ...euros].join(', ')}, _slice, ${at}.file AS _file${helper}${version},
  CASE WHEN _bad THEN ${helpers.record} END AS ${helpers.record},
  CASE WHEN NOT _bad THEN NULL WHEN ends_with(_reject, ':record') THEN [_reject] ELSE list_filter(
    ${hasFaults ? `${helpers.faults} || ` : ''}[${reasons}],
    lambda reason: reason IS NOT NULL) END AS _reasons
FROM judged`;
}

/** The order of two records with one primary key, the better one first, as far as what they tell of it decides. */
export function preferred(table: Table): string[] {
  const keep = hasVersions(table)
    ? ['_version DESC']
    : table.keep
      ? [`${identifier(table.keep.column)} ${table.keep.which === 'newest' ? 'DESC' : 'ASC'} NULLS LAST`]
      : [];
  return [...(table.prefer === undefined ? [] : [`${identifier(table.prefer)} DESC NULLS LAST`]), ...keep];
}

/**
 * Order in which the better of two records with one primary key comes first; the whole row last, so that the choice is
 * the same on every run.
 */
function better(table: Table): string {
  const columns = table.columns
    .filter((column) => column.derive === undefined)
    .map((column) => identifier(column.name));
  const derivedFrom = table.columns.some((column) => column.derive !== undefined) ? [helpers.userAgent] : [];
  return [...preferred(table), `CAST(row(${[...columns, ...derivedFrom].join(', ')}) AS VARCHAR)`].join(', ');
}

/**
 * The statement that takes the versions without a row out of `staged`, into `without`: for each that they are of, the
 * newest one, and its moment. Undefined where each version has a row.
 */
export function withoutStatement(table: Table): string | undefined {
  if (!maySayNone(table)) return undefined;
  const of = identifier(table.versionsOf);
  return `CREATE OR REPLACE TEMP TABLE without AS
SELECT ${of}, max(_version) AS newest, max(_version.at) AS latest FROM staged WHERE _slice = DATE ${literal(noDay)} AND _version.at IS NOT NULL GROUP BY ${of};
DELETE FROM staged WHERE _slice = DATE ${literal(noDay)}`;
}

/**
 * The rows of what was sent again whole since: a newer version of it is there, or one that tells more. One without rows
 * must be later, too: of what came after it, it knows nothing. And the versions that say that it is no more.
 */
function outdated(table: Table): string {
  if (!hasVersions(table)) return '';
  const of = identifier(table.versionsOf);
  const without = maySayNone(table)
    ? ` UNION SELECT s.rowid, s._slice FROM staged AS s JOIN without AS w ON w.${of} = s.${of}
WHERE s._reasons IS NULL AND s._version < w.newest AND s._version.at <= w.latest`
    : '';
  return ` UNION SELECT id, _slice FROM (
  SELECT rowid AS id, _slice, _version, max(_version) OVER (PARTITION BY ${of}) AS newest FROM staged WHERE _reasons IS NULL)
WHERE _version < newest${without} UNION SELECT rowid, _slice FROM staged WHERE ${helpers.gone}`;
}

/**
 * The statement that lists in `duplicates` the good rows of which a better one with the same primary key is in the same
 * slice, or in any where the day of a record may change; the table's own, where its records are not replaced one by
 * one.
 */
export function duplicatesStatement(table: Table): string {
  if (table.duplicates !== undefined) return `CREATE OR REPLACE TEMP TABLE duplicates AS ${read(table.duplicates)}`;
  const key = [...(table.dayMayChange ? [] : ['_slice']), ...table.primaryKey.map(identifier)];
  return `CREATE OR REPLACE TEMP TABLE duplicates AS
WITH repeated AS (SELECT ${key.join(', ')} FROM staged WHERE _reasons IS NULL GROUP BY ALL HAVING count(*) > 1),
ranked AS (
  SELECT s.rowid AS id, s._slice, row_number() OVER (PARTITION BY ${key.map((name) => `s.${name}`).join(', ')} ORDER BY ${better(table)}) AS place
  FROM staged AS s SEMI JOIN repeated AS r
    ON ${key.map((name) => `s.${name} ${name === '_slice' ? '=' : 'IS NOT DISTINCT FROM'} r.${name}`).join(' AND ')}
  WHERE s._reasons IS NULL)
SELECT id, _slice FROM ranked WHERE place > 1${outdated(table)}`;
}

/** The order of a table's rows: its own, and by the primary key last, so that it is the same on every run. */
export function sortKeys(table: Table): string {
  return [...new Set([...table.sort, ...table.primaryKey])].map(identifier).join(', ');
}

/**
 * The statement that gives the relation `good` its rows: the columns of the schema with `dt` last, pseudonyms and what
 * TypeScript derived in their places. A table, in order, where several slices share the work; a view where one has it
 * to itself. Expects `pseudonyms` and `user_agents`.
 */
export function goodStatement(table: Table, kind: 'TABLE' | 'VIEW'): string {
  const joins: string[] = [];
  const columns = table.columns.map((column) => {
    const name = identifier(column.name);
    if (column.derive !== undefined) return `u.${name}`;
    if (!column.pseudonymise) return `s.${name}`;
    const alias = identifier(`p_${column.name}`);
    joins.push(`LEFT JOIN pseudonyms AS ${alias} ON ${alias}.value = s.${name}`);
    return `${alias}.pseudonym AS ${name}`;
  });
  if (table.columns.some((column) => column.derive !== undefined))
    joins.push(`LEFT JOIN user_agents AS u ON u.value IS NOT DISTINCT FROM s.${helpers.userAgent}`);
  return `CREATE OR REPLACE TEMP ${kind} good AS
SELECT ${columns.join(', ')}, s._slice AS dt FROM staged AS s ${joins.join(' ')}
WHERE s._reasons IS NULL AND s.rowid NOT IN (SELECT id FROM duplicates)${kind === 'TABLE' ? ' ORDER BY dt' : ''}`;
}

/** The rows of one slice, sorted. */
export function sliceSelect(table: Table, day: string): string {
  return `SELECT * FROM good WHERE dt = DATE ${literal(day)} ORDER BY ${sortKeys(table)}`;
}
