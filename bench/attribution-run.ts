/**
 * Attribution models over a million journeys, in a process of its own so that the memory is theirs. Prints one JSON
 * object.
 */
import { markov } from '../lambdas/attribute/markov.ts';
import { countPaths, type Journey } from '../lambdas/attribute/paths.ts';
import { seededRandom } from '../lambdas/attribute/random.ts';
import { shapley } from '../lambdas/attribute/shapley.ts';
import { type Measured, timed } from './measure.ts';

const journeys = 1_000_000;
const channels = Array.from({ length: 20 }, (_, place) => `channel ${place + 1}`);

/** Journeys of 1 to 20 touches, 4 on average; a few channels have most touches, 3 % of the journeys convert. */
function* simulated(): Generator<Journey> {
  const random = seededRandom(1);
  for (let journey = 0; journey < journeys; journey += 1) {
    const touches: string[] = [];
    do touches.push(channels[Math.floor(20 * random() ** 2)] ?? '');
    while (touches.length < 20 && random() < 0.75);
    yield { touches, converted: random() < 0.03, value: 5000 };
  }
}

const made = await timed(async () => {
  let touches = 0;
  for (const journey of simulated()) touches += journey.touches.length;
  return touches;
});
const counted = await timed(async () => countPaths(simulated()));
const paths = counted.result;
const exact = await timed(async () => shapley(paths));
const first = await timed(async () => markov(paths));
// The most memory until here: what follows is beyond the target.
const peak = process.resourceUsage().maxRSS * 1024;
const second = await timed(async () => markov(paths, { order: 2 }));
const third = await timed(async () => markov(paths, { order: 3 }));
const bootstrap = await timed(async () => markov(paths, { replicates: 20 }));

const figure = ({ seconds, cpuSeconds }: Measured): Measured => ({ seconds, cpuSeconds });
const less = (one: Measured, other: Measured): Measured => ({
  seconds: one.seconds - other.seconds,
  cpuSeconds: one.cpuSeconds - other.cpuSeconds,
});
process.stdout.write(
  JSON.stringify({
    touches: made.result,
    types: paths.types.length,
    peak,
    counting: less(counted, made),
    shapley: figure(exact),
    markov: [first, second, third].map(figure),
    bootstrap: less(bootstrap, first),
  }),
);
