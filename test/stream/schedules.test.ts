import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../../lambdas/shared/duckdb.ts';
import { judgeAll, judgeRandom, nothingSeen } from './judge.ts';
import { regressions } from './regressions.ts';

/** However busy the machine is, it is no fault of these tests: whoever waits for them ends them himself. */
const noLimit = 86_400_000;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 400, spill: join(tmpdir(), 'sillage-schedules') });
});
afterAll(() => engine.close());

/** A sample of what `npm run test:schedules` runs 10,000 of. */
const count = Number(process.env['SCHEDULES'] ?? 24);
const seed = Number(process.env['SCHEDULES_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));

test(
  `whatever fails between the page and the lake, web_events has each acknowledged event once, and every record is accounted for: ${count} random schedules, seed ${seed}`,
  async () => {
    const seen = nothingSeen();
    await judgeRandom(engine, seed, 0, count, seen);
    expect(seen.runs).toBe(count);
    // Schedules in which nothing happens would prove nothing.
    expect(seen.deaths).toBeGreaterThan(seen.runs / 4);
    expect(seen.events).toBeGreaterThan(4 * seen.runs);
  },
  noLimit,
);

describe('schedules that have failed once', () => {
  test.each(regressions)(
    '$name',
    async ({ schedule }) => {
      await expect(judgeAll(engine, [schedule])).resolves.toBeUndefined();
    },
    noLimit,
  );
});
