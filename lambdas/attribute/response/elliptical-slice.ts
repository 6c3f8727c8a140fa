import { randomNormal } from 'd3-random';
import type { Random } from '../random.ts';

/**
 * Draws from a posterior whose prior is standard normal in every axis, by elliptical slice sampling (Murray, Adams and
 * MacKay, 2010): it needs no gradient and no tuning.
 * @param logLikelihood of a point, finite at the start
 * @param kept draws that are returned, `thin` steps apart, after a quarter as many that are not
 */
export function ellipticalSlice(
  logLikelihood: (at: Float64Array) => number,
  {
    axes,
    kept,
    thin,
    random,
  }: { readonly axes: number; readonly kept: number; readonly thin: number; readonly random: Random },
): Float64Array[] {
  const normal = randomNormal.source(random)();
  const draws: Float64Array[] = [];
  let at = new Float64Array(axes);
  let level = logLikelihood(at);
  const steps = Math.ceil(kept * 1.25) * thin;
  for (let step = 1; step <= steps; step += 1) {
    const other = Float64Array.from({ length: axes }, normal);
    const threshold = level + Math.log(random());
    let angle = 2 * Math.PI * random();
    let [low, high] = [angle - 2 * Math.PI, angle];
    for (;;) {
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const next = at.map((value, axis) => value * cos + (other[axis] ?? 0) * sin);
      const found = logLikelihood(next);
      // Where the bracket has shrunk to where it began, the point stays: no likelihood that is a number needs it.
      if (found > threshold || high - low < 1e-12) {
        if (found > threshold) [at, level] = [next, found];
        break;
      }
      if (angle < 0) low = angle;
      else high = angle;
      angle = low + (high - low) * random();
    }
    if (step % thin === 0 && step > steps - kept * thin) draws.push(at);
  }
  return draws;
}
