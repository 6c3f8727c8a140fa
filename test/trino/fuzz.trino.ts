/**
 * Both engines asked what nobody wrote down: `npm run test:trino -- --fuzz 20000 --seed 7` asks more. Where the
 * embedded engine answers, Trino gives the same; where it refuses, Trino is not asked. A difference that is found
 * becomes a trap.
 */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Answer } from '../../lambdas/shared/ports/warehouse.ts';
import { TrinoFailed } from '../../localstack/trino/client.ts';
import { differences, shown } from './compare.ts';
import { embedded } from './embedded.ts';
import { fuzzed } from './fuzzed.ts';
import { server } from './surroundings.ts';
import { askTogether } from './together.ts';

const count = z.coerce
  .number()
  .int()
  .positive()
  .parse(process.env['SILLAGE_FUZZ'] ?? '250');
const seed = z.coerce
  .number()
  .int()
  .parse(process.env['SILLAGE_FUZZ_SEED'] ?? '1');
test(`${count} expressions of the seed ${seed} are answered alike, or not at all`, async () => {
  const ours = await embedded();
  const answered: { readonly sql: string; readonly answer: Answer }[] = [];
  try {
    for (const sql of new Set(fuzzed(count, seed))) {
      const answer = await ours.ask(`SELECT ${sql} AS c0`);
      if (typeof answer !== 'string') answered.push({ sql, answer });
    }
  } finally {
    ours.close();
  }
  // A generator that makes nothing that can be asked would find nothing.
  expect(answered.length).toBeGreaterThan(count / 4);
  const apart: string[] = [];
  const theirs = await askTogether(
    server,
    answered.map(({ sql }) => sql),
  );
  for (const [i, { sql, answer }] of answered.entries()) {
    const trino = theirs[i];
    if (trino === undefined || trino instanceof TrinoFailed)
      apart.push(`${sql}: Trino fails (${trino?.message.slice(0, 100)}), the embedded engine answers ${shown(answer.rows[0]?.[0] ?? null)}`); // prettier-ignore
    else apart.push(...differences(trino, answer, { ordered: true }).map((difference) => `${sql}: ${difference}`));
  }
  expect({ seed, apart }).toEqual({ seed, apart: [] });
});
