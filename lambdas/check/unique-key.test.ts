import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEngine, textOf, type Engine, type Session } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import type { NamedSlice } from '../shared/slices/ledger-rows.ts';
import { CheckedDays } from './checked-days.ts';
import type { UniqueCheck } from './unique-key.ts';

let engine: Engine;
let session: Session;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 200, spill: join(tmpdir(), 'sillage-unique-test') });
  session = await engine.connect();
});
afterAll(() => {
  session.close();
  engine.close();
});

const unique: UniqueCheck = {
  name: 'things.id:unique',
  table: 'things',
  severity: 'error',
  unique: 'id',
  sql: `SELECT coalesce(sum(n - 1), 0) AS failures, coalesce(sum(n), 0) AS checked
    FROM (SELECT count(*) AS n FROM things WHERE id IS NOT NULL GROUP BY id) AS t`,
};

/** The values of each day; a day that has others has another etag. */
type Days = Readonly<Record<string, readonly (string | null)[]>>;

/** What the check comes to in a lake that may remember something, and what was asked for it. */
async function checked(lake: Lake, days: Days, engineName = 'DuckDB') {
  const rows = Object.entries(days).flatMap(([day, ids]) =>
    ids.map((id) => `(${id === null ? 'NULL' : `'${id}'`}, DATE '${day}')`),
  );
  await session.run('CREATE OR REPLACE TEMP TABLE things (id VARCHAR, dt DATE)');
  if (rows.length > 0) await session.run(`INSERT INTO things VALUES ${rows.join(', ')}`);
  const slices = Object.entries(days).map(([day, ids]): NamedSlice => {
    return { table: 'things', day, bytes: 1, etag: JSON.stringify(ids), rejected: 0 };
  });
  const open = await CheckedDays.open(lake, [unique], slices, { worth: 0, engine: engineName });
  const answers = [];
  for (const sql of open.queries) {
    const found = await session.rows(sql);
    answers.push({ columns: [], rows: found.map((row) => Object.values(row).map(textOf)) });
  }
  const counts = await open.take(answers);
  return { asked: open.queries, counts: counts.get(unique.name) };
}

/** The same by counting. */
function expected(days: Days) {
  const known = Object.values(days)
    .flat()
    .filter((id) => id !== null);
  return { failures: known.length - new Set(known).size, checked: known.length };
}

const three: Days = { '2025-01-01': ['a', 'b'], '2025-01-02': ['c', null], '2025-01-03': ['d'] };

test('of days that stand as they did nothing is asked', async () => {
  const lake = memoryLake();
  expect(await checked(lake, three)).toMatchObject({ counts: { failures: 0, checked: 4 } });
  expect(await checked(lake, three)).toEqual({ asked: [], counts: { failures: 0, checked: 4 } });
});

test.each<readonly [what: string, days: Days, isInPart: boolean]>([
  ['a day that is new has a value of an old one', { ...three, '2025-01-04': ['e', 'a'] }, true],
  ['a day that has changed has a value of an old one, twice', { ...three, '2025-01-02': ['d', 'd'] }, true],
  ['a day that is new has a value twice', { ...three, '2025-01-04': ['e', 'e'] }, true],
  ['a day is gone', { '2025-01-01': ['a', 'b'], '2025-01-02': ['c', null] }, false],
  ['most days have changed', { ...three, '2025-01-02': ['x'], '2025-01-03': ['a'] }, false],
])('only the values of other days are looked for: %s', async (_, days, isInPart) => {
  const lake = memoryLake();
  await checked(lake, three);
  const { asked, counts } = await checked(lake, days);
  expect(counts).toEqual(expected(days));
  expect(asked.some((sql) => sql.includes('IN (SELECT id'))).toBe(isInPart);
});

test('what has a value twice is not remembered, nor what another engine found', async () => {
  const lake = memoryLake();
  const twice: Days = { ...three, '2025-01-04': ['a'] };
  await checked(lake, twice);
  expect(await checked(lake, twice)).toMatchObject({
    asked: [expect.any(String), unique.sql],
    counts: { failures: 1, checked: 5 },
  });
  await checked(lake, three);
  expect((await checked(lake, three, 'DuckDB of another release')).asked).toEqual([expect.any(String), unique.sql]);
});

test('however days come, change and go, the same as of all rows at once', async () => {
  const ids = fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')), { maxLength: 3 });
  const names = ['2025-01-01', '2025-01-02', '2025-01-03', '2025-01-04', '2025-01-05'];
  const state = fc.dictionary(fc.constantFrom(...names), ids, { maxKeys: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(state, { minLength: 2, maxLength: 5 }), async (states) => {
      const lake = memoryLake();
      let before: Days = {};
      for (const change of states) {
        // Some days stay as they were.
        const days: Days = { ...before, ...change };
        const own = Object.keys(days).length === 0 ? undefined : expected(days);
        expect((await checked(lake, days)).counts).toEqual(own);
        const [first, ...others] = Object.entries(days);
        before = change[first?.[0] ?? ''] === undefined ? Object.fromEntries(others) : days;
      }
    }),
    { numRuns: 40, seed: 20250105 },
  );
});
