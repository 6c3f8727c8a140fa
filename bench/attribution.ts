import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { line, type Measured, megabytes, seconds } from './measure.ts';

const Took = z.object({ seconds: z.number(), cpuSeconds: z.number() });
const Ran = z.object({
  touches: z.number(),
  types: z.number(),
  peak: z.number(),
  counting: Took,
  shapley: Took,
  markov: z.tuple([Took, Took, Took]),
  bootstrap: Took,
});

/** Markov and Shapley over a million journeys and twenty channels. */
export function benchAttribution(): void {
  const child = spawnSync(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('attribution-run.ts', import.meta.url))],
    { encoding: 'utf8' },
  );
  if (child.status !== 0) throw new Error(`The attribution models ended with ${child.status}:\n${child.stderr}`);
  const { touches, types, peak, counting, shapley, markov, bootstrap } = Ran.parse(JSON.parse(child.stdout));
  const millions = (count: number) => `${(count / 1e6).toFixed(2)} M`;
  const cpu = ({ cpuSeconds }: Measured) => `${seconds(cpuSeconds)} of processor time`;
  const all = [counting, shapley, markov[0]];
  const sum = (key: keyof Measured) => all.reduce((total, took) => total + took[key], 0);
  process.stdout.write(`\nattribution of 1,000,000 journeys, ${millions(touches)} touches, 20 channels\n`);
  line('counting path types', seconds(counting.seconds), `${cpu(counting)}, ${millions(types)} path types`);
  line('Shapley, exact over 2^20 coalitions', seconds(shapley.seconds), cpu(shapley));
  line('Markov, order 1, twenty removals', seconds(markov[0].seconds), cpu(markov[0]));
  line('… all three', seconds(sum('seconds')), `${seconds(sum('cpuSeconds'))} of processor time; target: 10 s`);
  line('… peak memory', megabytes(peak), 'target: 1 GB');
  line('Markov, order 2', seconds(markov[1].seconds), cpu(markov[1]));
  line('Markov, order 3', seconds(markov[2].seconds), cpu(markov[2]));
  line('a replicate of the bootstrap, order 1', seconds(bootstrap.seconds / 20));
}
