import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sliceRelation, sliceStatement } from '../lambdas/model/model.ts';
import { athenaSql, relationOf, declaredRelations } from '../lambdas/model/relations.ts';
import { isShopTable } from '../lambdas/model/shop-tables.ts';
import { home } from '../lambdas/shared/home.ts';
import { tableNamed } from '../lambdas/shared/schema/catalog.ts';
import type { Table } from '../lambdas/shared/schema/table.ts';
import { trinoType } from '../lambdas/shared/schema/types.ts';
import { Gate } from '../localstack/embedded/warehouse/trino/gate.ts';
import { spell } from '../localstack/embedded/warehouse/trino/types.ts';
import { catalog } from './fixture.ts';

const files = readdirSync(new URL('athena/', home))
  .filter((file) => file.endsWith('.sql'))
  .map((file) => file.slice(0, -4));
const tables = files.flatMap((name) => catalog.get(name) ?? []);
const models = tables.filter((table) => !table.isView);
const views = tables.filter((table) => table.isView);

/** What the catalogue has, a view by its text. */
const relations = declaredRelations(catalog);

/** Without the quotes that Trino puts around a row's fields. */
const columnsOf = (table: Table): string[] =>
  table.columns.map(({ name, type }) => `${name} ${trinoType(type).replaceAll('"', '')}`);
const admit = (gate: Gate, sql: string): { columns: string[]; reads: readonly string[] } => {
  const { columns, reads } = gate.admitQuery(sql);
  return { columns: columns.map(({ name, type }) => `${name} ${spell(type)}`), reads };
};

test('each mart has its SQL, and each SQL its schema document', () => {
  expect(files).toEqual(
    [...catalog.values()]
      .filter((table) => table.zone === 'marts' && !isShopTable(table) && table.madeBy === undefined)
      .map(({ name }) => name)
      .toSorted(),
  );
  expect([models.length, views.length]).not.toContain(0);
});

test.each(files)('%s.sql says first what a row is', (name) => {
  const lines = athenaSql(name).split('\n');
  expect(lines[0]).toMatch(/^-- One row is (?:one|the) /);
  const head = lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith('-- ')),
    )
    .join(' ');
  expect(head).toMatch(/\.$/);
});

// Rows of one day are many: which of them is the last would be each engine's choice. (An older Trino fails of a date.)
test.each(files)('%s.sql orders what max_by and min_by take by more than a day', (name) => {
  expect(athenaSql(name).match(/\b(?:max|min)_by\(\w+, (?:\w+\.)?(?:dt|day|\w*_date)\)/g)).toBeNull();
});

test.each(['athena/', 'lambdas/transform/'])('the SQL of %s is no wider than the sources, 120 columns', (folder) => {
  const wide = readdirSync(new URL(folder, home))
    .filter((file) => file.endsWith('.sql'))
    .flatMap((file) =>
      readFileSync(new URL(folder + file, home), 'utf8')
        .split('\n')
        .flatMap((line, i) => (line.length > 120 ? [`${file}:${String(i + 1)} has ${String(line.length)}`] : [])),
    );
  expect(wide).toEqual([]);
});

describe('a model', () => {
  test.each(models)('$name has the columns and Trino’s types of its schema, and its day', (table) => {
    // No more than it declares: to the gate, another table does not exist.
    const gate = new Gate([
      sliceRelation('2026-03-10'),
      ...table.reads.map((input) => relationOf(tableNamed(catalog, input.table), [])),
    ]);
    expect(admit(gate, sliceStatement(table, athenaSql(table.name))).columns).toEqual([...columnsOf(table), 'dt date']);
  });

  test.each(models)('$name reads what it declares, all of it and no more', (table) => {
    const gate = new Gate([sliceRelation('2026-03-10'), ...relations]);
    const { reads } = admit(gate, athenaSql(table.name));
    expect(reads.filter((name) => name !== 'slice').toSorted()).toEqual(
      table.reads.map((input) => input.table).toSorted(),
    );
  });

  test.each(models)('$name has a key and an order that are its columns', (table) => {
    const names = table.columns.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...table.primaryKey, ...table.sort]));
    expect([table.primaryKey.length, table.sort.length]).not.toContain(0);
  });
});

describe('a view', () => {
  test.each(views)('$name has the columns and Trino’s types of its schema', (table) => {
    expect(admit(new Gate(relations), athenaSql(table.name)).columns).toEqual(columnsOf(table));
  });
});
