import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEngine, type Engine } from '../../lambdas/shared/duckdb.ts';
import { smallLake } from '../small-lake.ts';
import { expectAllLanded } from './oracle.ts';
import { regressions } from './regressions.ts';
import { run } from './run.ts';
import { schedule, type Schedule } from './schedule.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 400, spill: join(tmpdir(), 'sillage-schedules') });
});
afterAll(() => engine.close());

/** Runs the schedules, each with streams of its own, then the embedded transform over what landed of them all. */
async function expectAllBuilt(schedules: readonly Schedule[]): Promise<void> {
  const small = await smallLake(engine);
  try {
    const acknowledged: string[] = [];
    let [lines, unclean] = [0, 0];
    for (const [i, planned] of schedules.entries()) {
      const ran = await run(planned, i * 10_000);
      const raw = await expectAllLanded(ran, planned);
      acknowledged.push(...ran.acknowledged);
      lines += raw.lines.length;
      unclean += raw.unclean;
      for await (const { key } of ran.lake.list('raw/')) {
        await small.lake.put(key.replace(/[^/]+$/, (name) => `${i}-${name}`), await ran.lake.get(key), { metadata: (await ran.lake.head(key))?.metadata ?? {} });
      }
    }
    const { built } = await small.transform('web_events');
    const sum = (count: (one: (typeof built)[number]) => number) => built.reduce((total, one) => total + count(one), 0);
    expect({ in: sum((one) => one.rowsIn), out: sum((one) => one.rowsOut), rejected: sum((one) => one.rejected), duplicates: sum((one) => one.duplicates) })
      .toEqual({ in: lines, out: acknowledged.length, rejected: unclean, duplicates: lines - acknowledged.length - unclean });
    const rows = await small.rows('web_events');
    expect(rows.map((row) => String(row['event_id'])).toSorted()).toEqual(acknowledged.toSorted());
    expect(rows.filter((row) => String(row['client_at']).slice(0, 10) !== row['dt'])).toEqual([]);
  } finally {
    await small.dispose();
  }
}

describe('whatever fails between the page and the lake', () => {
  test('raw holds each acknowledged event, and every record is accounted for', async () => {
    const seen = { runs: 0, kills: 0, calls: 0, events: 0, givenUp: 0 };
    await fc.assert(fc.asyncProperty(schedule, async (planned) => {
      const ran = await run(planned);
      await expectAllLanded(ran, planned);
      seen.runs++;
      seen.kills += ran.kills;
      seen.calls += ran.calls;
      seen.events += ran.acknowledged.length;
      seen.givenUp += ran.givenUp;
    }), { numRuns: 300 });
    // Schedules in which nothing happens would prove nothing.
    expect(seen.kills).toBeGreaterThan(seen.runs / 4);
    expect(seen.givenUp).toBeGreaterThan(0);
    expect(seen.events).toBeGreaterThan(4 * seen.runs);
  });

  test('web_events has each acknowledged event once, and the ledger balances', async () => {
    await fc.assert(fc.asyncProperty(fc.array(schedule, { minLength: 20, maxLength: 20 }), expectAllBuilt), { numRuns: 15 });
  });
});

describe('schedules that have failed once', () => {
  test.each(regressions)('$name', async ({ schedule: planned }) => {
    await expectAllBuilt([planned]);
  });
});
