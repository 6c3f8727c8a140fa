import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LimitReached, QueryFailed, UnportableSql } from '../../../lambdas/shared/ports/warehouse.ts';
import { atOnce, readerProcess, waitingAtMost } from './reader-process.ts';
import { type LakeReader, TooBusy } from './reader.ts';

const root = mkdtempSync(join(tmpdir(), 'reader-process-'));
const limits = { timeoutMs: 120_000, maxRows: 10 };
let reader: LakeReader;

beforeAll(() => {
  // A lake in which nothing is built: its tables are there, and empty.
  mkdirSync(join(root, 'raw/web/events/dt=2025-01-01'), { recursive: true });
  writeFileSync(join(root, 'raw/web/events/dt=2025-01-01/events.jsonl'), '{}\n');
  reader = readerProcess({ lake: root, withholdsPersons: false, memoryMb: 300 });
});
afterAll(async () => {
  await reader.close();
  rmSync(root, { recursive: true });
});

/** Goes on for hours. */
const endless =
  'SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 9000)) AS b(y) CROSS ' +
  'JOIN UNNEST(sequence(1, 9000)) AS c(z) WHERE (x * y + z) % 7 = 3';

test('values come as JSON can hold them, to the last digit', async () => {
  expect(
    await reader.query(
      `SELECT 9007199254740993 AS big, DECIMAL '1.10' AS cents, DATE '2025-01-31' AS day, infinity() AS ` +
        'beyond, ARRAY[1, NULL] AS list',
      limits,
    ),
  ).toMatchObject({ rows: [['9007199254740993', '1.10', '2025-01-31', 'Infinity', [1, null]]], isCut: false });
});

test('rows beyond the limit are left off, and said to be', async () => {
  const { rows, isCut } = await reader.query('SELECT x FROM UNNEST(sequence(1, 11)) AS t(x)', limits);
  expect({ rows: rows.length, isCut }).toEqual({ rows: 10, isCut: true });
  expect((await reader.query('SELECT x FROM UNNEST(sequence(1, 10)) AS t(x)', limits)).isCut).toBe(false);
});

describe('an error keeps its class and its words on the way', () => {
  test.each([
    ['SELECT a FROM orders', QueryFailed, /line 1:8: Column 'a'/],
    ['DELETE FROM orders', UnportableSql, /line 1:1: DELETE as a statement/],
    ['SELECT 1; SELECT 2', UnportableSql, /one SELECT/],
  ])('%s', async (sql, kind, words) => {
    const error: unknown = await reader.query(sql, limits).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(String(error)).toMatch(words);
  });

  test('a limit of time', async () => {
    const error: unknown = await reader
      .query(endless, { ...limits, timeoutMs: 200 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'LimitReached', limit: 'time' });
  });
});

test('who goes away ends the query, and one that waits leaves; more than can wait are turned away', async () => {
  const leaving = Array.from({ length: atOnce + waitingAtMost }, () => new AbortController());
  const going = leaving.map(({ signal }) =>
    reader.query(endless, { ...limits, signal }).catch((error: unknown) => error),
  );
  await expect(reader.query('SELECT 1', limits)).rejects.toThrow(TooBusy);
  for (const one of leaving) one.abort(new Error('gone'));
  expect(await Promise.all(going)).toEqual(going.map(() => new Error('gone')));
  expect((await reader.query('SELECT 1', limits)).rows).toEqual([[1]]);
});

test('a query that takes the memory of its process ends, with its process at the worst, and the next one is answered', async () => {
  const huge = `SELECT length(array_join(array_agg(CAST(a.x AS varchar) || 'a text of some length that is written three million times ${'x'.repeat(400)}'), ''))
    FROM UNNEST(sequence(1, 10000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 300)) AS b(y)`;
  const error: unknown = await reader.query(huge, limits).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LimitReached);
  expect(error).toMatchObject({ limit: 'memory' });
  expect((await reader.query('SELECT 1', limits)).rows).toEqual([[1]]);
});
