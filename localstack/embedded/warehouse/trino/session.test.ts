import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Warehouse } from '../../../../lambdas/shared/ports/warehouse.ts';
import { duckdbWarehouse, type DuckdbWarehouse } from '../duckdb-warehouse.ts';
import { inSession } from './session.ts';
import { copyTo } from '../../../../test/copy-to.ts';

let folder: string;
let open: DuckdbWarehouse;
let session: Warehouse;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-session-'));
  const resolve = (key: string): string => join(folder, key);
  const writer = await duckdbWarehouse({ relations: [], resolve, threads: 1 });
  for (const [file, n] of [
    ['a.parquet', 1],
    ['b.parquet', 2],
  ] as const)
    // prettier-ignore
    await copyTo(writer, `SELECT ${n} AS n, 'anna' AS person`, join(folder, file), { orderBy: ['n'] });
  await writer.close();
  open = await duckdbWarehouse({
    relations: [
      {
        name: 'visits',
        kind: 'table',
        columns: [{ name: 'n', type: 'integer' }, { name: 'person', type: 'varchar' }],
        keys: ['a.parquet', 'b.parquet'],
        location: 's3://lake',
      },
      { name: 'persons', kind: 'view', sql: 'SELECT person, count(*) AS visits FROM visits GROUP BY 1' },
    ],
    resolve,
    threads: 1,
    isWithheld: (_, column) => column === 'person',
  }); // prettier-ignore
  session = inSession(open);
});
afterAll(async () => {
  await open.close();
  await rm(folder, { recursive: true, force: true });
});

const rowsOf = async (sql: string) => (await session.query(sql)).rows;

test('a prepared statement is run with its values, and forgotten', async () => {
  expect((await session.query('PREPARE p FROM SELECT n + ? AS m FROM visits WHERE n < ? ORDER BY 1')).notes).toEqual(['EXECUTE p runs it.']); // prettier-ignore
  expect(await rowsOf('EXECUTE p USING 10, 9')).toEqual([[11], [12]]);
  expect(await rowsOf('EXECUTE p USING 10, 2')).toEqual([[11]]);
  expect(await rowsOf('DESCRIBE OUTPUT p')).toEqual([['m', 'integer']]);
  await expect(session.query('EXECUTE p USING 1')).rejects.toThrow('Incorrect number of parameters');
  await session.query('DEALLOCATE PREPARE p');
  await expect(session.query('EXECUTE p USING 10, 9')).rejects.toThrow('not found: p');
});

describe('a view of the session', () => {
  test('is asked as a table, by itself and through another, until it is dropped', async () => {
    await session.query('CREATE VIEW twice AS SELECT n * 2 AS m FROM visits');
    await session.query('CREATE OR REPLACE VIEW sillage.most AS SELECT max(m) AS m FROM twice');
    expect(await rowsOf('SELECT t.m, most.m FROM twice AS t CROSS JOIN most ORDER BY 1')).toEqual([[2, 4], [4, 4]]); // prettier-ignore
    await expect(session.query('CREATE VIEW twice AS SELECT 1 AS m')).rejects.toThrow('already exists');
    await session.query('DROP VIEW most');
    await expect(session.query('SELECT * FROM most')).rejects.toThrow("Table 'most' does not exist");
    await session.query('DROP VIEW IF EXISTS most');
    await expect(session.query('DROP VIEW most')).rejects.toThrow("none of this session's");
    // It is none of the lake's.
    await expect(open.query('SELECT * FROM twice')).rejects.toThrow("Table 'twice' does not exist");
  });

  test('that cannot be asked is not kept, and the mistake has its place in the statement', async () => {
    await expect(session.query('CREATE VIEW wrong AS\n  SELECT m FROM visits')).rejects.toThrow('line 2:10: Column');
    await expect(session.query('SELECT * FROM wrong')).rejects.toThrow("Table 'wrong' does not exist");
  });

  test.each([
    ['CREATE VIEW visits AS SELECT 1 AS a', "'visits' is a name of the lake's"],
    ['CREATE VIEW "shown visits" AS SELECT 1 AS a', 'small letters'],
    ['CREATE VIEW other.v AS SELECT 1 AS a', "Schema 'other' does not exist"],
    ['CREATE TABLE v AS SELECT 1 AS a', 'CREATE as a statement'],
    ['DROP TABLE visits', 'DROP as a statement'],
  ])('%s', async (sql, message) => {
    await expect(session.query(sql)).rejects.toThrow(message);
  });

  test('sees no more than a query does: what is withheld stays so', async () => {
    await expect(session.query('CREATE VIEW who AS SELECT person FROM visits')).rejects.toThrow('is not shown here');
    await expect(session.query('CREATE VIEW who AS SELECT count(DISTINCT person) AS n FROM persons')).rejects.toThrow('is not shown here'); // prettier-ignore
    await session.query('CREATE VIEW everything AS SELECT * FROM visits');
    expect((await session.query('SELECT * FROM everything ORDER BY 1')).rows).toEqual([[1], [2]]);
    await expect(session.query('SELECT person FROM everything')).rejects.toThrow('is not shown here');
    await session.query('CREATE VIEW counted AS SELECT count(*) AS n FROM persons');
    expect(await rowsOf('SELECT n FROM counted')).toEqual([[1]]);
  });
});

test('"$path" tells the object of a row, where a query names it', async () => {
  expect(await rowsOf('SELECT n, "$path" FROM visits ORDER BY 1')).toEqual([[1, 's3://lake/a.parquet'], [2, 's3://lake/b.parquet']]); // prettier-ignore
  expect(await rowsOf(`SELECT count(*) FROM visits AS v WHERE v."$path" LIKE '%b.parquet'`)).toEqual([[1]]);
  expect((await session.query('SELECT * FROM visits')).columns.map(({ name }) => name)).toEqual(['n']);
  await expect(session.query('SELECT "$path" FROM persons')).rejects.toThrow('cannot be resolved');
});

test('what the engine finds wrong is told with its place in the query', async () => {
  await expect(session.query('SELECT n,\n  count(*) FROM visits')).rejects.toThrow("line 1:8: 'n' must be an aggregate expression or appear in GROUP BY clause"); // prettier-ignore
  await expect(session.query('SELECT 1\nFROM visits\nWHERE sum(n) > 1')).rejects.toThrow('line 3:7: WHERE cannot contain an aggregation; write HAVING'); // prettier-ignore
});
