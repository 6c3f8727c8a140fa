import { madeTables, type Catalog } from '../shared/schema/catalog.ts';
import type { Column, Table } from '../shared/schema/table.ts';
import type { Check } from './check-definition.ts';
import { costChecks } from './cost-checks.ts';
import { lineProducts } from './line-products.ts';

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** The condition under which a row breaks a rule that one row can break by itself. */
function rowRules(column: Column): { rule: string; broken: string }[] {
  const { name } = column;
  return [
    ...(column.required ? [{ rule: 'required', broken: `${name} IS NULL` }] : []),
    ...(column.accepted
      ? [
          {
            rule: 'accepted',
            broken:
              `${column.type.kind === 'string' ? name : `CAST(${name} AS varchar)`} NOT IN ` +
              `(${column.accepted.map(text).join(', ')})`,
          },
        ]
      : []),
    ...(column.pattern === undefined
      ? []
      : [{ rule: 'pattern', broken: `NOT regexp_like(${name}, ${text(column.pattern)})` }]),
    ...(column.min === undefined ? [] : [{ rule: 'min', broken: `${name} < ${column.min}` }]),
    ...(column.max === undefined ? [] : [{ rule: 'max', broken: `${name} > ${column.max}` }]),
  ];
}

function uniqueCheck(table: Table, columns: readonly string[], severity: Check['severity'] = 'error'): Check {
  const known = columns.map((name) => `${name} IS NOT NULL`).join(' OR ');
  return {
    name: `${table.name}.${columns.join('+')}:unique`,
    table: table.name,
    severity,
    sql: `SELECT coalesce(sum(n - 1), 0) AS failures, coalesce(sum(n), 0) AS checked
      FROM (SELECT count(*) AS n FROM ${table.name} WHERE ${known} GROUP BY ${columns.join(', ')}) AS t`,
  };
}

/**
 * Every check that the schema documents promise, of the tables that the pipeline makes, and what margins need besides.
 */
export function checksOf(catalog: Catalog): Check[] {
  const tables = madeTables(catalog);
  const promised = tables.flatMap((table) => {
    const rows = table.columns.flatMap((column) =>
      rowRules(column).map(({ rule, broken }): Check => ({
        name: `${table.name}.${column.name}:${rule}`,
        table: table.name,
        severity: 'error',
        broken,
        sql: `SELECT count_if(${broken}) AS failures, count(*) AS checked FROM ${table.name}`,
      })),
    );
    // fx_rates has a rate a currency and day: its key is unique within its slice.
    const key = table.columns.some((column) => column.unique === 'error')
      ? []
      : [{ ...uniqueCheck(table, [...table.primaryKey, 'dt']), uniqueInDay: table.primaryKey }];
    const unique = table.columns.flatMap((column) =>
      column.unique === undefined ? [] : [{ ...uniqueCheck(table, [column.name], column.unique), unique: column.name }],
    );
    const references = table.columns.flatMap(({ name, references: to }): Check[] =>
      to
        ? [
            {
              name: `${table.name}.${name}:references`,
              table: table.name,
              severity: 'warning',
              // A table that the shop never sends promises nothing: without customers each order would point nowhere.
              sql: `SELECT count_if(r.${to.column} IS NULL) AS failures, count(*) AS checked
FROM ${table.name} AS t LEFT JOIN (SELECT DISTINCT ${to.column} FROM ${to.table}) AS r
        ON r.${to.column} = t.${name}
WHERE t.${name} IS NOT NULL AND (SELECT count(*) FROM ${to.table}) > 0`,
            },
          ]
        : [],
    );
    return [...rows, ...key, ...unique, ...references];
  });
  const own = [lineProducts, ...costChecks].filter((one) => catalog.has(one.table));
  return [...promised.filter(({ name }) => !own.some((one) => one.name === name)), ...own];
}
