/**
 * What Athena's adapter answers on the lake that was made in the deployment, beside the embedded engine: every table,
 * the columns of every view, and questions.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { z } from 'zod';
import { analystsQuestions } from '../../cdk/questions.ts';
import { athenaClient } from '../../lambdas/shared/aws/athena-executions.ts';
import { athenaTables } from '../../lambdas/shared/aws/athena-tables.ts';
import { athenaWarehouse } from '../../lambdas/shared/aws/athena-warehouse.ts';
import { s3Lake } from '../../lambdas/shared/aws/s3-lake.ts';
import { materialiseApart } from '../../lambdas/model/materialise-apart.ts';
import { ModelStep } from '../../lambdas/model/model.ts';
import { modelBatch } from '../../lambdas/plan/planned.ts';
import { readProfile } from '../../lambdas/shared/shop/profile.ts';
import { Inputs } from '../../lambdas/shared/slices/inputs.ts';
import { Listings } from '../../lambdas/shared/slices/listings.ts';
import { profileInputs } from '../../lambdas/shared/slices/profile-inputs.ts';
import { withLake } from '../../localstack/embedded/run/workspace.ts';
import { engineVersion } from '../../localstack/embedded/warehouse/engine-version.ts';
import { materialiseIn } from '../../localstack/embedded/warehouse/materialise.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { type Answer, type AnswerValue, type Warehouse, whole } from '../../lambdas/shared/ports/warehouse.ts';
import { loadCatalog, tableNamed } from '../../lambdas/shared/schema/catalog.ts';
import { sliceKey } from '../../lambdas/shared/schema/slice-key.ts';
import type { Table } from '../../lambdas/shared/schema/table.ts';
import { trinoType } from '../../lambdas/shared/schema/types.ts';
import { duckdbWarehouse, type DuckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { withWarehouse } from '../../localstack/embedded/warehouse/lake-warehouse.ts';
import { parseType, type Type } from '../../localstack/embedded/warehouse/trino/types.ts';
import { type AthenaFront, athenaFront } from '../athena-front.ts';
import { done } from '../support-sillage.ts';
import { ask } from '../../localstack/trino/client.ts';
import { differences } from '../trino/compare.ts';
import { plainType } from '../../localstack/trino/values.ts';
import { glueCatalog } from './query-engine.ts';

/** What the deployment calls itself, and where the query engine is. */
export interface Deployment {
  readonly trino: string;
  readonly workgroup: string;
  readonly database: string;
  readonly lake: Lake;
  /** Bucket of what Athena keeps. */
  readonly results: string;
}

const catalog = loadCatalog();
const relations = [...catalog.values()].filter(({ zone }) => zone !== 'raw');

/** `npm run test:trino` asks them all; the command below asks a view over others. */
const askedHere: ReadonlySet<number> = new Set([5, 10]);

/** What every query may see of a table, and its types. */
const columnsOf = (table: Table) => [
  ...table.columns
    .filter(({ pii }) => pii !== 'direct')
    .map(({ name, type }) => ({ name, type: plainType(trinoType(type)), isNested: ['array', 'map', 'struct'].includes(type.kind) })), // prettier-ignore
  ...(table.isView ? [] : [{ name: 'dt', type: 'date', isNested: false }]),
];

/**
 * A value out of the JSON of a nested column, as the embedded engine gives it: JSON leaves out the noughts behind a
 * decimal.
 */
function fromJson(value: unknown, type: Type | undefined): AnswerValue {
  if (value === null || type === undefined) return z.null().parse(value);
  if (type.name === 'array') return z.array(z.unknown()).parse(value).map((item) => fromJson(item, type.element)); // prettier-ignore
  if (type.name === 'map' || type.name === 'row') {
    const typeOf = (key: string) =>
      type.name === 'map' ? type.value : type.fields.find(({ name }) => name === key)?.type;
    const members = Object.entries(z.record(z.string(), z.unknown()).parse(value));
    return Object.fromEntries(members.map(([key, member]) => [key, fromJson(member, typeOf(key))]));
  }
  if (type.name === 'decimal') return z.number().parse(value).toFixed(type.scale);
  return z.union([z.boolean(), z.number(), z.string()]).parse(value);
}

/**
 * Asks for a whole table, as the adapter advises where a column is nested; the values are then read out of the JSON.
 */
async function everything(athena: Warehouse, table: Table, limit = ''): Promise<Answer> {
  const columns = columnsOf(table);
  const list = columns.map(({ name, isNested }) => (isNested ? `CAST(${name} AS json) AS ${name}` : name)).join(', ');
  const answer = await athena.query(`SELECT ${list} FROM ${table.name} ${limit}`);
  const types = columns.map(({ type }) => parseType(type));
  const isNested = new Set(columns.flatMap((column, i) => (column.isNested ? [i] : [])));
  return {
    columns: answer.columns.map(({ name, type }, i) => ({ name, type: isNested.has(i) ? (columns[i]?.type ?? '') : type })), // prettier-ignore
    rows: answer.rows.map((row) =>
      row.map((value, i) =>
        isNested.has(i) && typeof value === 'string' ? fromJson(JSON.parse(value), types[i]) : value,
      ),
    ),
  };
}

/** Declares the tests. What is told is not known before they run. */
export function athenaSuite(told: () => Deployment): void {
  let deployment: Deployment;
  let front: AthenaFront;
  let client: ReturnType<typeof athenaClient>;
  let athena: Warehouse;
  let closeDuckdb: () => void = () => undefined;
  let duckdb: DuckdbWarehouse;
  let reading: Promise<void>;

  beforeAll(async () => {
    deployment = told();
    const { trino, workgroup, database, lake } = deployment;
    front = await athenaFront({
      async stream(sql, { signal } = {}) {
        const { columns, rows } = await ask(trino, database, sql, { catalog: glueCatalog, signal });
        return { columns, rows: (async function* () { yield rows; })() }; // prettier-ignore
      },
    });
    client = athenaClient({ ...process.env, AWS_ENDPOINT_URL_ATHENA: front.url });
    athena = athenaWarehouse({ workgroup, database, client });
    duckdb = await new Promise((opened, reject) => {
      reading = withWarehouse(lake, catalog, async (warehouse) => {
        opened(warehouse);
        await new Promise<void>((resolve) => (closeDuckdb = resolve));
      });
      reading.catch(reject);
    });
  });

  afterAll(async () => {
    closeDuckdb();
    await reading;
    await athena.close();
    client.destroy();
    await front.close();
  });

  test('the catalogue has every table and view', async () => {
    const { columns, rows } = await whole(await athena.stream('SHOW TABLES'));
    expect(columns).toHaveLength(1);
    expect(rows.flat()).toEqual(expect.arrayContaining(relations.map(({ name }) => name)));
  });

  const namesAndTypes = (columns: readonly { readonly name: string; readonly type: string }[]) =>
    columns.map(({ name, type }) => ({ name, type }));

  test.each(relations.filter(({ isView }) => !isView))(
    '$name: names, types and rows are those of the embedded engine',
    async (table) => {
      const sql = `SELECT * FROM ${table.name}`;
      const [theirs, ours] = await Promise.all([everything(athena, table), duckdb.query(sql)]);
      expect(namesAndTypes(theirs.columns)).toEqual(namesAndTypes(columnsOf(table)));
      expect(differences(theirs, ours, { ordered: false })).toEqual([]);
    },
  );

  // The rows of views are those of `npm run test:trino`, and of what is asked below: to plan all of them takes minutes.
  test.each(relations.filter(({ isView }) => isView))('the view $name has its names and types', async (view) => {
    const { columns } = await everything(athena, view, 'LIMIT 0');
    expect(namesAndTypes(columns)).toEqual(namesAndTypes(columnsOf(view)));
  });

  describe("the analysts' questions", () => {
    test.each(analystsQuestions().filter(({ number }) => askedHere.has(number)))(
      '$number. $question',
      async ({ sql }) => {
        const [theirs, ours] = await Promise.all([athena.query(sql), duckdb.query(sql)]);
        expect(differences(theirs, ours, { ordered: true })).toEqual([]);
      },
    );
  });

  describe('a model that is computed apart, by CREATE TABLE AS', () => {
    test.each(['sessions', 'deal_landings', 'purchases', 'touchpoints', 'attribution'])(
      '%s has the rows, and the bytes, that it has on a laptop',
      async (name) => {
        const { lake, results, database } = deployment;
        const table = tableNamed(catalog, name);
        const scratch = s3Lake({ bucket: results, prefix: 'scratch/models' });
        const maker = athenaTables({ workgroup: 'sillage-dev-models', database, client, timeoutMs: 300_000 });
        await withLake(lake, async ({ ledger, scratch: folder }) => {
          const there = await duckdbWarehouse({ relations: [], resolve: (key) => scratch.localPath(key, folder) });
          const { profile } = await readProfile(lake);
          const step = new ModelStep(
            {
              lake,
              catalog,
              profile,
              inputs: new Inputs(lake, profileInputs(profile)),
              materialise: () => {
                throw new Error('It was planned for Athena.');
              },
              materialiseApart: materialiseApart({
                maker,
                scratch,
                locationOf: (one) => `${scratch.location}/${one}`,
                here: materialiseIn(join(folder, 'apart'), there),
              }),
              outgrows: () => true,
              engineVersion,
            },
            table,
          );
          const days = ledger.days(name).slice(-1);
          const before = await Promise.all(days.map((day) => lake.get(sliceKey(table, day))));
          for (const day of days) await lake.delete(sliceKey(table, day));
          const { batches } = await step.plan({ ledger, listings: new Listings(lake), workers: 1 });
          expect(batches.map(({ isOutgrown, slices }) => [isOutgrown, slices[0]?.day])).toEqual(
            days.map((day) => [true, day]),
          );
          // What cannot be built is put back: the tests behind this one ask the whole lake.
          try {
            for (const batch of batches) await step.build(modelBatch.parse(JSON.parse(JSON.stringify(batch))));
          } catch (error) {
            for (const [i, day] of days.entries()) await lake.put(sliceKey(table, day), before[i] ?? '');
            throw error;
          }
          const after = await Promise.all(days.map((day) => lake.get(sliceKey(table, day))));
          expect(after.map((bytes) => bytes.length)).toEqual(before.map((bytes) => bytes.length));
          expect(after.map((bytes, i) => bytes.equals(before[i] ?? Buffer.of()))).toEqual(days.map(() => true));
          await there.close();
        });
        const left: string[] = [];
        for await (const key of scratch.keys('')) left.push(key);
        expect(left).toEqual([]);
        expect(
          (await athena.query('SHOW TABLES')).rows
            .flat()
            .filter((one) => typeof one === 'string' && one.startsWith('scratch_')),
        ).toEqual([]);
        await maker.close();
      },
    );
  });

  test('the command says the same with --athena and without', async () => {
    const sql = 'SELECT channel, count(*) AS n, sum(spend_eur) AS spend FROM marketing_costs GROUP BY 1 ORDER BY 1';
    const env = { AWS_ENDPOINT_URL_ATHENA: front.url };
    const { workgroup, lake } = deployment;
    const [theirs, ours] = await Promise.all(
      [['--athena', workgroup], ['--lake', lake.location]].map((where) => done(['query', ...where, '--json', sql], { env })), // prettier-ignore
    );
    expect(JSON.parse(theirs ?? '')).toEqual(JSON.parse(ours ?? ''));
  });

  test('what Trino refuses comes with its line and column', async () => {
    await expect(athena.query('SELECT channel,\n nowhere FROM roi_by_channel_daily')).rejects.toThrow(
      /line 2:2: .*nowhere/u,
    );
  });

  test('a query that takes too long is ended in Trino too', async () => {
    const mark = 'a_number_that_takes_long';
    const long =
      `SELECT count(*) AS ${mark} FROM UNNEST(sequence(1, 10000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 10000)) ` +
      'AS b(y) CROSS JOIN UNNEST(sequence(1, 10000)) AS c(z) WHERE (x * y * z) % 7 = 3';
    await expect(athena.query(long, { timeoutMs: 3000 })).rejects.toMatchObject({
      name: 'LimitReached',
      limit: 'time',
    });
    const states = async () =>
      (await ask(deployment.trino, 'runtime', `SELECT state, error_code FROM queries WHERE query LIKE 'SELECT count(*) AS ${mark}%'`, { catalog: 'system' })).rows; // prettier-ignore
    let seen = await states();
    while (seen[0]?.[0] !== 'FAILED') seen = await states();
    expect(seen).toEqual([['FAILED', 'USER_CANCELED']]);
  });
}
