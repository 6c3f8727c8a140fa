import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEngine, type Engine, type Session } from '../shared/duckdb.ts';
import { home } from '../shared/home.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { knowingNames, read } from './names.ts';
import { columnsFound, selectColumnsFile } from './select-columns.ts';

let engine: Engine;
let session: Session;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 300, spill: tmpdir() });
  session = knowingNames(await engine.connect());
});
afterAll(() => engine.close());

test('the columns of each SELECT are those that the engine tells', async () => {
  const path = 'lambdas/transform/select-columns.generated.ts';
  const isFresh = readFileSync(new URL(path, home), 'utf8') === (await selectColumnsFile(session, loadCatalog()));
  expect(isFresh ? 'fresh' : `${path} is stale: run npm run schemas and commit what it writes.`).toBe('fresh');
});

test('of a SELECT that was changed nothing is known', () => {
  const select = read('customers.sql');
  expect(columnsFound(select)?.length).toBeGreaterThan(10);
  expect(columnsFound(`-- Another comment.\n${select}`)).toEqual(columnsFound(select));
  expect(columnsFound(select.replace('AS state', 'AS status'))).toBeUndefined();
});

test('a session is taught what its statements use, and nothing else', async () => {
  const own = await engine.connect();
  const taught = knowingNames(own);
  const macros = async () =>
    (
      await own.rows(
        'SELECT DISTINCT function_name AS name FROM duckdb_functions() WHERE NOT internal AND function_type ' +
          "LIKE '%macro' ORDER BY 1",
      )
    ).map(({ name }) => name);
  await taught.run('SELECT 1');
  expect(await macros()).toEqual([]);
  expect(await taught.rows("SELECT shop_day(TIMESTAMP '2025-03-01 23:30:00') AS day")).toEqual([{ day: '2025-03-02' }]);
  expect(await macros()).toEqual(['central_european_day', 'last_sunday', 'shop_day']);
  // A list is made of others, and a macro may bear the name of a variable.
  expect(
    await taught.rows("SELECT len(getvariable('unwanted_referrals')) > 10 AS known, shop_currency() AS currency"),
  ).toEqual([{ known: true, currency: 'EUR' }]);
  taught.close();
});
