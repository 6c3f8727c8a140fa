/**
 * Both engines asked what nobody wrote down: `npm run test:trino -- --fuzz 20000 --seed 7` asks more. Where the
 * embedded engine answers, Trino gives the same; where it refuses, Trino is not asked. A difference that is found
 * becomes a trap.
 */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Answer, LimitReached, QueryFailed, UnportableSql } from '../../lambdas/shared/ports/warehouse.ts';
import { duckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { ask, TrinoFailed } from '../../localstack/trino/client.ts';
import { differences, shown } from './compare.ts';
import { fuzzed } from './fuzzed.ts';
import { server } from './surroundings.ts';

const count = z.coerce
  .number()
  .int()
  .positive()
  .parse(process.env['SILLAGE_FUZZ'] ?? '250');
const seed = z.coerce
  .number()
  .int()
  .parse(process.env['SILLAGE_FUZZ_SEED'] ?? '1');
/** So many are asked in one SELECT, which fails as a whole where one does. */
const together = 25;

const select = (expressions: readonly string[]): string =>
  `SELECT ${expressions.map((expression, i) => `${expression} AS c${i}`).join(', ')}`;

/** Trino's answers one by one; those that fail are found by halves. */
async function onTrino(expressions: readonly string[]): Promise<readonly (Answer | TrinoFailed)[]> {
  try {
    const { columns, rows } = await ask(server, 'traps', select(expressions), { user: 'fuzz', catalog: 'system' });
    return columns.map(({ type }, i) => ({ columns: [{ name: 'c0', type }], rows: [[rows[0]?.[i] ?? null]] }));
  } catch (error) {
    if (!(error instanceof TrinoFailed)) throw error;
    const [half] = [Math.ceil(expressions.length / 2)];
    if (expressions.length === 1) return [error];
    return [...(await onTrino(expressions.slice(0, half))), ...(await onTrino(expressions.slice(half)))];
  }
}

test(`${count} expressions of the seed ${seed} are answered alike, or not at all`, async () => {
  const warehouse = await duckdbWarehouse({ relations: [], resolve: (key) => key, threads: 1, memoryLimitMb: 500 });
  const answered: { readonly sql: string; readonly answer: Answer }[] = [];
  try {
    for (const sql of new Set(fuzzed(count, seed))) {
      try {
        answered.push({ sql, answer: await warehouse.query(select([sql])) });
      } catch (error) {
        // An error of any other kind is a fault of the gate.
        if (!(error instanceof QueryFailed || error instanceof UnportableSql || error instanceof LimitReached)) throw new Error(`${sql}: ${String(error)}`, { cause: error }); // prettier-ignore
      }
    }
  } finally {
    await warehouse.close();
  }
  // A generator that makes nothing that can be asked would find nothing.
  expect(answered.length).toBeGreaterThan(count / 4);
  const apart: string[] = [];
  for (let start = 0; start < answered.length; start += together) {
    const part = answered.slice(start, start + together);
    const theirs = await onTrino(part.map(({ sql }) => sql));
    for (const [i, { sql, answer }] of part.entries()) {
      const trino = theirs[i];
      if (trino === undefined || trino instanceof TrinoFailed)
        apart.push(`${sql}: Trino fails (${trino?.message.slice(0, 100)}), the embedded engine answers ${shown(answer.rows[0]?.[0] ?? null)}`); // prettier-ignore
      else apart.push(...differences(trino, answer, { ordered: true }).map((difference) => `${sql}: ${difference}`));
    }
  }
  expect({ seed, apart }).toEqual({ seed, apart: [] });
});
