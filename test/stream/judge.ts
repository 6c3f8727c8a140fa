/** Judges many schedules at once: each by what landed, all of them by what one transform makes of it. */
import { deepEqual } from 'node:assert/strict';
import { dirname } from 'node:path';
import fc from 'fast-check';
import type { Engine } from '../../lambdas/shared/duckdb.ts';
import { smallLake } from '../small-lake.ts';
import { expectAllLanded } from './oracle.ts';
import { run } from './run.ts';
import { schedule, type Schedule } from './schedule.ts';

/** What happened in the runs: schedules in which nothing happens would prove nothing. */
export interface Seen {
  runs: number;
  deaths: number;
  calls: number;
  events: number;
  givenUp: number;
  damaged: number;
}

export const nothingSeen = (): Seen => ({ runs: 0, deaths: 0, calls: 0, events: 0, givenUp: 0, damaged: 0 });

const sideBySide = 4;

/** Runs the schedules, each with a machine of its own, then the embedded transform over what landed of them all. */
export async function judgeAll(engine: Engine, schedules: readonly Schedule[], seen = nothingSeen()): Promise<void> {
  const small = await smallLake(engine);
  try {
    const ids: string[] = [];
    /**
     * Raw objects of all runs, put together as gzip allows where they say the same about themselves: each was judged
     * alone.
     */
    const objects = new Map<string, { bodies: Buffer[]; rows: number; metadata: Record<string, string> }>();
    let [lines, unclean] = [0, 0];
    const judge = async (planned: Schedule, i: number) => {
      const ran = await run(planned, i * 10_000);
      const raw = await expectAllLanded(ran, planned);
      ids.push(...raw.ids);
      lines += raw.lines.length;
      unclean += raw.unclean;
      for await (const { key } of ran.lake.list('raw/web/events/')) {
        const { rows, ...metadata } = (await ran.lake.head(key))?.metadata ?? {};
        const place = `${dirname(key)}/${Object.values(metadata).join('-')}.jsonl.gz`;
        const object = objects.get(place) ?? { bodies: [], rows: 0, metadata };
        object.bodies.push(await ran.lake.get(key));
        object.rows += Number(rows);
        objects.set(place, object);
      }
      seen.runs++;
      seen.deaths += ran.deaths;
      seen.calls += ran.calls;
      seen.events += ran.acknowledged.length;
      seen.givenUp += ran.givenUp;
      seen.damaged += ran.damage.length > 0 ? 1 : 0;
    };
    const waiting = [...schedules.entries()];
    // While one waits for a thread that packs its lines, others go on.
    await Promise.all(
      Array.from({ length: sideBySide }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await judge(next[1], next[0]);
      }),
    );
    for (const [key, { bodies, rows, metadata }] of objects)
      await small.lake.put(key, Buffer.concat(bodies), { metadata: { ...metadata, rows: String(rows) } });
    const { built } = await small.transform('web_events');
    const sum = (count: (one: (typeof built)[number]) => number) => built.reduce((total, one) => total + count(one), 0);
    deepEqual(
      {
        in: sum((one) => one.rowsIn),
        out: sum((one) => one.rowsOut),
        rejected: sum((one) => one.rejected),
        duplicates: sum((one) => one.duplicates),
      },
      { in: lines, out: ids.length, rejected: unclean, duplicates: lines - ids.length - unclean },
    );
    const rows = await small.rows('web_events');
    deepEqual(rows.map((row) => String(row['event_id'])).toSorted(), ids.toSorted());
    deepEqual(
      rows.filter((row) => String(row['client_at']).slice(0, 10) !== row['dt']),
      [],
    );
  } finally {
    await small.dispose();
  }
}

/** How many schedules are judged by one transform. */
export const group = 250;

/**
 * Judges the random schedules from one number up to another, of all that a seed gives.
 * @throws Error with the smallest schedule that fails, and the seed
 */
export async function judgeRandom(engine: Engine, seed: number, from: number, to: number, seen: Seen): Promise<void> {
  for (let first = from; first < to; first += group) {
    const sample = { seed: seed + first, numRuns: Math.min(group, to - first) };
    try {
      await judgeAll(engine, fc.sample(schedule, sample), seen);
    } catch (error) {
      // Alone, to name the smallest that fails.
      const { failed, counterexample, errorInstance, numShrinks } = await fc.check(
        fc.asyncProperty(schedule, async (planned) => {
          await expectAllLanded(await run(planned), planned);
        }),
        sample,
      );
      const words = failed
        ? `one fails (${String(errorInstance).split('\n', 1)[0]}); shrunk ${numShrinks} times, to be kept in test/stream/regressions.ts: ${JSON.stringify(counterexample?.[0])}`
        : 'each lands alone, and what is built of all of them is wrong';
      throw new Error(
        `Of the ${sample.numRuns} schedules from number ${first} on, of seed ${seed}, ${words}. Again: ` +
          `SCHEDULES_SEED=${seed + first} SCHEDULES=${sample.numRuns} npm run test:schedules`,
        { cause: error },
      );
    }
  }
}
