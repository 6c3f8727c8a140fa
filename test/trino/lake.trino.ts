import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { sliceRelation, sliceStatement } from '../../lambdas/model/model.ts';
import { isShopTable } from '../../lambdas/model/shop-tables.ts';
import { athenaSql } from '../../lambdas/model/relations.ts';
import { addDays, type Day } from '../../lambdas/shared/days.ts';
import type { Table } from '../../lambdas/shared/schema/table.ts';
import { trinoType } from '../../lambdas/shared/schema/types.ts';
import { ask } from '../../localstack/trino/client.ts';
import { differences, shown } from './compare.ts';
import { lake } from './lake.ts';
import { areViewsAsked, catalog, connector, onDuckdb, server } from './surroundings.ts';
import { plainType } from '../../localstack/trino/values.ts';

const relations = [...catalog.values()].filter(({ zone }) => zone !== 'raw');
const tables = relations.filter(({ isView }) => !isView);
const models = tables.filter((table) => table.zone === 'marts' && !isShopTable(table) && table.madeBy === undefined);

/** A model's slices are asked for one by one: so many of a lake, from its first day to its last. */
const slices = 3;
const spread = (days: readonly Day[]): Day[] =>
  days.filter(
    (_, i) =>
      days.length <= slices ||
      Math.floor((i * (slices - 1)) / (days.length - 1)) !== Math.floor(((i - 1) * (slices - 1)) / (days.length - 1)),
  );

const columnsOf = (table: Table): string[] => [
  ...table.columns
    .filter(({ pii }) => pii !== 'direct')
    .map(({ name, type }) => `${name} ${plainType(trinoType(type))}`),
  ...(table.isView ? [] : ['dt date']),
];

describe('the lake', () => {
  test.each(areViewsAsked ? relations : tables)(
    '$name has the declared columns and types, and the same rows',
    async (table) => {
      const sql = `SELECT * FROM ${table.name}`;
      const trino = await ask(server, lake, sql);
      expect(trino.columns.map(({ name, type }) => `${name} ${type}`)).toEqual(columnsOf(table));
      const duckdb = await onDuckdb((warehouse) => warehouse.query(sql));
      expect(differences(trino, duckdb, { ordered: false })).toEqual([]);
    },
  );

  /** The days that a table has. */
  const daysOf = async (table: string): Promise<Day[]> =>
    (await ask(server, lake, `SELECT DISTINCT dt FROM ${table} ORDER BY 1`)).rows.map(([day]) => z.string().parse(day));

  /** A schema in which a model sees the windows of one slice, and no more. */
  const placeSlice = async (table: Table, day: Day): Promise<string> => {
    const schema = `${lake}_slice`;
    await ask(server, schema, `CREATE SCHEMA IF NOT EXISTS ${schema}`);
    const slice = sliceRelation(day);
    if (slice.kind === 'view') await ask(server, schema, `CREATE OR REPLACE VIEW slice AS ${slice.sql}`);
    for (const { table: read, from, to } of table.reads) {
      await ask(
        server,
        schema,
        `CREATE OR REPLACE VIEW ${read} AS SELECT * FROM ${lake}.${read} WHERE dt BETWEEN DATE ` +
          `'${addDays(day, from)}' AND DATE '${addDays(day, to)}'`,
      );
    }
    return schema;
  };

  (areViewsAsked ? test : test.skip).each(models)('the model $name gives the rows of its slices', async (table) => {
    const days = await daysOf(table.name);
    expect(days.length).toBeGreaterThan(0);
    const columns = [...table.columns.map(({ name }) => name), 'dt'].join(', ');
    await onDuckdb(async (warehouse) => {
      for (const day of spread(days)) {
        const schema = await placeSlice(table, day);
        const [trino, duckdb] = [
          await ask(server, schema, sliceStatement(table, athenaSql(table.name))),
          await warehouse.query(`SELECT ${columns} FROM ${table.name} WHERE dt = DATE '${day}'`),
        ];
        expect({ day, differences: differences(trino, duckdb, { ordered: false }) }).toEqual({ day, differences: [] });
      }
    });
  });

  // Rows in memory have no partitions.
  if (connector === 'hive')
    test.each(tables)('$name: a filter on dt reads its partitions alone', async ({ name }) => {
      const days = await daysOf(name);
      // A small lake may have no refund yet.
      const last = days.at(-1) ?? '2024-01-01';
      const plan = (await ask(server, lake, `EXPLAIN SELECT * FROM ${name} WHERE dt >= DATE '${last}'`)).rows
        .map(([line]) => shown(line ?? ''))
        .join('\n');
      // The scan is given the one partition by its name, and no filter is left to look at rows.
      expect({
        scanned: days.filter((day) => plan.includes(day)),
        byPartition: plan.includes('PARTITION_KEY'),
        byRow: plan.includes('filterPredicate'),
      }).toEqual({ scanned: days.slice(-1), byPartition: days.length > 0, byRow: false });
    });
});
