/**
 * Simulated panels with a planted effect, from a seed: seasons, areas of unlike size, noise of each area, one odd area.
 */
import { randomNormal, randomPoisson } from 'd3-random';
import { seededRandom } from '../random.ts';
import type { Panel } from './panel.ts';

export interface World {
  readonly panel: Panel;
  /** Those that the channel was withheld from: every fourth by size, from one that the seed says. */
  readonly heldOut: ReadonlySet<string>;
}

/**
 * Orders by area and day. @param lift share of the orders that the channel causes, which the held-out areas lack from
 * day `from` on
 */
export function world(
  seed: number,
  {
    lift,
    from = 56,
    days = 84,
    areas = 24,
    perDay = 160,
  }: {
    readonly lift: number;
    readonly from?: number;
    readonly days?: number;
    readonly areas?: number;
    readonly perDay?: number;
  },
): World {
  const random = seededRandom(seed);
  const normal = randomNormal.source(random)(0, 1);
  const poisson = randomPoisson.source(random);
  // As departments: the largest has some ten times the orders of the smallest.
  const sizes = Array.from({ length: areas }, (_, area) => 1 / (area + 3));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const first = Math.floor(random() * 4);
  const isHeldOut = (area: number) => area % 4 === first;
  // The odd one is not held out: it doubles when the experiment begins, for reasons of its own.
  const odd = (first + 1) % 4;
  const season = Array.from({ length: days }, (_, day) => {
    const weekday = [1, 0.95, 0.9, 0.95, 1, 1.1, 1.2][day % 7] ?? 1;
    return weekday * (1 + (0.4 * day) / days) * (day >= 60 && day < 67 ? 1.8 : 1);
  });
  const series = sizes.map((size, area) => {
    const sums = new Float64Array(days);
    const drift = 0.04 * normal();
    let week = 0;
    for (let day = 0; day < days; day += 1) {
      if (day % 7 === 0) week = 0.08 * normal();
      const own = Math.exp(week + (day >= from ? drift : 0)) * (area === odd && day >= from ? 2 : 1);
      const lacks = isHeldOut(area) && day >= from ? 1 - lift : 1;
      sums[day] = poisson(((perDay * size) / total) * (season[day] ?? 1) * own * lacks)();
    }
    return { area: `A${String(area).padStart(2, '0')}`, sums, squares: sums };
  });
  return {
    panel: { days, series },
    heldOut: new Set(series.filter((_, area) => isHeldOut(area)).map(({ area }) => area)),
  };
}
