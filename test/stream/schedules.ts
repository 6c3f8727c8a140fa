/**
 * `npm run test:schedules`: judges 10,000 random schedules, on all cores. `SCHEDULES=…` says how many,
 * `SCHEDULES_SEED=…` which ones.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openEngine } from '../../lambdas/shared/duckdb.ts';
import { group, judgeRandom, nothingSeen, type Seen } from './judge.ts';

const part = z.object({ seed: z.number(), from: z.number(), to: z.number() });
const seenSchema: z.ZodType<Seen> = z.object({
  runs: z.number(),
  deaths: z.number(),
  calls: z.number(),
  events: z.number(),
  givenUp: z.number(),
  damaged: z.number(),
});

/** The work of one process. */
async function judgePart({ seed, from, to }: z.infer<typeof part>): Promise<Seen> {
  const engine = await openEngine({
    threads: 1,
    memoryMb: 400,
    spill: join(tmpdir(), `sillage-schedules-${process.pid}`),
  });
  const seen = nothingSeen();
  try {
    await judgeRandom(engine, seed, from, to, seen);
  } finally {
    engine.close();
  }
  return seen;
}

async function judgeOnAllCores(seed: number, count: number): Promise<Seen> {
  // Whole groups, so that each can be run again alone.
  const groups = Math.ceil(count / group);
  const cores = Math.min(availableParallelism(), groups);
  const begin = (core: number) => Math.min(count, Math.trunc((core * groups) / cores) * group);
  const total = nothingSeen();
  await Promise.all(
    Array.from({ length: cores }, async (_, core) => {
      const child = fork(import.meta.filename, [JSON.stringify({ seed, from: begin(core), to: begin(core + 1) })]);
      child.on('message', (message) => {
        const seen = seenSchema.parse(message);
        total.runs += seen.runs;
        total.deaths += seen.deaths;
        total.calls += seen.calls;
        total.events += seen.events;
        total.givenUp += seen.givenUp;
        total.damaged += seen.damaged;
      });
      await once(child, 'exit');
    }),
  );
  return total;
}

const [given] = process.argv.slice(2);
if (given !== undefined) {
  const seen = await judgePart(part.parse(JSON.parse(given)));
  process.send?.(seen);
  process.disconnect();
} else {
  const count = Number(process.env['SCHEDULES'] ?? 10_000);
  const seed = Number(process.env['SCHEDULES_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));
  console.info(`${count} random schedules, seed ${seed}`);
  const startedAt = performance.now();
  const { runs, deaths, events, damaged, givenUp } = await judgeOnAllCores(seed, count);
  console.info(
    `${runs} schedules held in ${Math.round((performance.now() - startedAt) / 1000)} s: ${events} events, ` +
      `${deaths} deaths of a process, ${damaged} damaged logs, ${givenUp} batches given up`,
  );
  // What a process has said of a schedule that fails stands above.
  if (runs < count) process.exitCode = 1;
}
