import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { declaredRelations, relationOf } from './relations.ts';

const catalog = loadCatalog();

test.each([
  ['curated', 'orders', false],
  ['marts', 'sessions', false],
  ['ops', 'rejects', true],
])('a table of %s (%s) has the columns of today in each of its objects: not so %s', (zone, name, lacks) => {
  const table = tableNamed(catalog, name);
  expect(table.zone).toBe(zone);
  const relation = relationOf(table, ['a.parquet']);
  expect(relation).toEqual({
    name,
    kind: 'table',
    columns: expect.arrayContaining([{ name: 'dt', type: 'date' }]),
    keys: ['a.parquet'],
    ...(lacks && { mayLack: true }),
  });
  expect(Object.keys(relation)).toHaveLength(lacks ? 5 : 4);
  expect(relation.columns.at(-1)).toEqual({ name: 'dt', type: 'date' });
});

test('personal data as it came is seen by nobody who does not ask for just that', () => {
  const direct = [...catalog.values()].flatMap((table) =>
    table.columns.filter(({ pii }) => pii === 'direct').map(({ name }) => [table.name, name] as const),
  );
  expect(direct.length).toBeGreaterThan(0);
  for (const [of, name] of direct) {
    const table = tableNamed(catalog, of);
    const names = (relation: ReturnType<typeof relationOf>) => relation.columns.map((column) => column.name);
    expect(names(relationOf(table, []))).not.toContain(name);
    expect(names(relationOf(table, [], { direct: true }))).toEqual([...table.columns.map((one) => one.name), 'dt']);
  }
});

test('a catalogue declares all but raw: a view by its text, a table without any object', () => {
  const relations = declaredRelations(catalog);
  const names = [...catalog.values()].filter(({ zone }) => zone !== 'raw').map(({ name }) => name);
  expect(relations.map(({ name }) => name)).toEqual(names);
  for (const relation of relations) {
    const { name, isView } = tableNamed(catalog, relation.name);
    const { kind, sql, keys } = { sql: undefined, keys: undefined, ...relation };
    const text = () => readFileSync(new URL(`../../athena/${name}.sql`, import.meta.url)).toString();
    expect({ name, kind, sql, keys }).toEqual(
      isView ? { name, kind: 'view', sql: text() } : { name, kind: 'table', keys: [] },
    );
  }
});

test('of its columns an answer knows which are shares, of a table and of a view', () => {
  const shares = declaredRelations(catalog).flatMap(({ name, columns = [] }) =>
    columns.filter(({ unit }) => unit !== undefined).map((column) => `${name}.${column.name} ${String(column.unit)}`),
  );
  const declared = [...catalog.values()].flatMap(({ name, zone, columns }) =>
    zone === 'raw' ? [] : columns.filter(({ unit }) => unit === 'share').map((one) => `${name}.${one.name} share`),
  );
  expect(declared.length).toBeGreaterThan(2);
  expect(shares).toEqual(declared);
});
