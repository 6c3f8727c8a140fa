import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEngine, type Engine } from '../../lambdas/shared/duckdb.ts';
import { expectAllBuilt, nothingSeen } from './judge.ts';
import { expectAllLanded } from './oracle.ts';
import { regressions } from './regressions.ts';
import { run } from './run.ts';
import { schedule, type Schedule } from './schedule.ts';

/** No machine is so busy that it needs a day: whoever waits for this test ends it himself. */
const noLimit = 86_400_000;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 400, spill: join(tmpdir(), 'sillage-schedules') });
});
afterAll(() => engine.close());

/** How many schedules are judged by one transform. */
const group = 250;
const count = Number(process.env['SCHEDULES'] ?? 1000);
const seed = Number(process.env['SCHEDULES_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));

test(`${count} random schedules, seed ${seed}: web_events has each acknowledged event once, and every record is accounted for`, async () => {
  const seen = nothingSeen();
  for (let from = 0; from < count; from += group) {
    const planned = fc.sample(schedule, { seed: seed + from, numRuns: Math.min(group, count - from) });
    await expectAllBuilt(engine, planned, seen).catch(async (error: unknown) => {
      throw await smallest(planned, seed + from) ?? error;
    });
  }
  console.info(seen);
  expect(seen.runs).toBe(count);
  expect(seen.deaths).toBeGreaterThan(seen.runs / 4);
  expect(seen.givenUp).toBeGreaterThan(0);
  expect(seen.damaged).toBeGreaterThan(0);
  expect(seen.events).toBeGreaterThan(4 * seen.runs);
}, noLimit);

/** Of schedules among which one failed, the smallest that fails, to be kept in `regressions.ts`; undefined where each alone holds. */
async function smallest(schedules: readonly Schedule[], from: number): Promise<Error | undefined> {
  void schedules;
  const { failed, counterexample, errorInstance, numShrinks } = await fc.check(fc.asyncProperty(schedule, async (planned) => {
    await expectAllLanded(await run(planned), planned);
  }), { seed: from, numRuns: group });
  if (!failed) return undefined;
  return new Error(`Of the schedules of seed ${from}, shrunk ${numShrinks} times, this one fails; keep it in test/stream/regressions.ts:\n${JSON.stringify(counterexample?.[0])}`, { cause: errorInstance });
}

describe('schedules that have failed once', () => {
  test.each(regressions)('$name', async ({ schedule: planned }) => {
    await expectAllBuilt(engine, [planned]);
  }, noLimit);
});
