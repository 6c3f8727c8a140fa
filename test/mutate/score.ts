/** What a sample says of all mutants. */
import type { Verdict } from './mutate.ts';

/** Of the mutants that count, how many the tests tell from the original. */
export function scoreOf(verdicts: Iterable<Verdict>): { readonly killed: number; readonly of: number } {
  const all = [...verdicts];
  const killed = all.filter((one) => one === 'killed' || one === 'endless').length;
  return { killed, of: killed + all.filter((one) => one === 'survived').length };
}

/** How likely at most so many of `of` are hit, where each is with this share. */
function atMost(hits: number, of: number, share: number): number {
  let sum = 0;
  let logOfWays = 0;
  for (let n = 0; n <= hits; n++) {
    sum += Math.exp(logOfWays + n * Math.log(share) + (of - n) * Math.log1p(-share));
    logOfWays += Math.log(of - n) - Math.log(n + 1);
  }
  return sum;
}

/** Between which shares the true one lies with 95 % confidence: the exact binomial interval of Clopper and Pearson. */
export function intervalOf(hits: number, of: number): readonly [low: number, high: number] {
  const tail = 0.025;
  /** Where what falls from 1 to 0 as the share grows crosses the tail. */
  const crossing = (probability: (share: number) => number) => {
    let [low, high] = [0, 1];
    for (let step = 0; step < 50; step++) {
      const middle = (low + high) / 2;
      if (probability(middle) > tail) low = middle;
      else high = middle;
    }
    return low;
  };
  return [
    hits === 0 ? 0 : 1 - crossing((share) => atMost(of - hits, of, share)),
    hits === of ? 1 : crossing((share) => atMost(hits, of, share)),
  ];
}
