import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEngine, type Engine, type Session } from '../shared/duckdb.ts';
import { home } from '../shared/home.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { loadNames, read } from './names.ts';
import { columnsFound, selectColumnsFile } from './select-columns.ts';

let engine: Engine;
let session: Session;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 300, spill: tmpdir() });
  session = await engine.connect();
  await loadNames(session);
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
