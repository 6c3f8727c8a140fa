import { sampleQuantile } from '../statistics.ts';
import { stdtri } from '../special-functions.ts';
import { ratioVariance, together, type BeforeDuring } from './panel.ts';

/** An effect as the logarithm of what was ÷ what would have been: 0 is none, −0.1 about ten per cent fewer. */
export interface LogEffect {
  readonly effect: number;
  readonly standardError: number;
  /** Degrees of freedom of the t law that the interval is of. */
  readonly degrees: number;
}

/** Why there is no effect to tell, in words. */
export interface Unknown {
  readonly unknown: string;
}

/** The quantile by which an interval of this level is wide. */
const halfWidth = ({ standardError, degrees }: LogEffect, level: number): number =>
  -stdtri(degrees, (1 - level) / 2) * standardError;

/** The ends of the interval of the logarithm. */
export function interval(one: LogEffect, level = 0.95): { readonly low: number; readonly high: number } {
  const half = halfWidth(one, level);
  return { low: one.effect - half, high: one.effect + half };
}

/** Whether chance alone would hardly make such an effect. */
export const isSeen = (one: LogEffect, level = 0.95): boolean => Math.abs(one.effect) > halfWidth(one, level);

/** Fewer orders than this in an area, before or during, say nothing of it alone: small areas are put together. */
const fewestInArea = 10;
/** Fewer areas than this do not tell how areas differ by themselves. */
export const fewestControls = 4;

/** Small areas put together until each has enough; in order of size, so that nothing but the sums decides. */
export function sizeable(areas: readonly BeforeDuring[]): BeforeDuring[] {
  const isEnough = ({ before, during }: BeforeDuring) =>
    Math.min(before.value ** 2 / before.squares, during.value ** 2 / during.squares) >= fewestInArea;
  const found: BeforeDuring[] = [];
  let open: BeforeDuring[] = [];
  for (const area of areas.toSorted((a, b) => b.before.value - a.before.value)) {
    open.push(area);
    const sum = together(open);
    if (!isEnough(sum)) continue;
    found.push(sum);
    open = [];
  }
  const last = found.pop();
  return last === undefined ? [] : [...found, together([last, ...open])];
}

/** So many times the usual distance from the others is no chance any more. */
const oddness = 4;

/**
 * Without the areas that moved, for reasons of their own, so far from the others that chance and the usual differences
 * do not explain it (by the median, which one odd area does not move): a new shop, a strike.
 */
export function alike<A>(areas: readonly A[], sumsOf: (area: A) => BeforeDuring): A[] {
  const ratio = (area: A) => Math.log(sumsOf(area).during.value / sumsOf(area).before.value);
  const middle = sampleQuantile(areas.map(ratio), 0.5);
  const distance = (area: A) => Math.abs(ratio(area) - middle) / Math.sqrt(ratioVariance(sumsOf(area)));
  // 1.4826: of normal values, the standard deviation over the median distance.
  const usual = Math.max(1, 1.4826 * sampleQuantile(areas.map(distance), 0.5));
  return areas.filter((area) => distance(area) <= oddness * usual);
}

/**
 * The variance between areas of the logarithm of during ÷ before, beyond chance in their orders (DerSimonian and Laird,
 * 1986).
 */
export function varianceBetween(areas: readonly BeforeDuring[]): number {
  const ratios = areas.map((area) => Math.log(area.during.value / area.before.value));
  const weights = areas.map((area) => 1 / ratioVariance(area));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const total = sum(weights);
  const mean = sum(ratios.map((ratio, n) => ratio * (weights[n] ?? 0))) / total;
  const q = sum(ratios.map((ratio, n) => (weights[n] ?? 0) * (ratio - mean) ** 2));
  return Math.max(0, (q - (areas.length - 1)) / (total - sum(weights.map((weight) => weight ** 2)) / total));
}

/** Σ of squared shares: what a variance of each area's own comes to in their sum. */
function concentration(areas: readonly BeforeDuring[]): number {
  const total = areas.reduce((sum, { before }) => sum + before.value, 0);
  return areas.reduce((sum, { before }) => sum + (before.value / total) ** 2, 0);
}

/**
 * Difference in differences of logarithms: during ÷ before of the held-out areas, over during ÷ before of the others.
 * What all areas have in common, as seasons and promotions, cancels out. Its error is chance in the orders, and how
 * much areas differ by themselves, learnt from the others (so a t law of as many degrees).
 * @returns why not, where the areas are too few or too small
 */
export function differenceInDifferences(
  heldOut: readonly BeforeDuring[],
  controls: readonly BeforeDuring[],
): LogEffect | Unknown {
  const apart = alike(sizeable(controls), (area) => area);
  const [treated, others] = [together(heldOut), together(apart)];
  if (apart.length < fewestControls)
    return {
      unknown:
        `The areas that were not held out are too few or too small: ${apart.length} with ${fewestInArea} orders ` +
        `before and during, of ${fewestControls} at least.`,
    };
  const parts = [treated.before, treated.during, others.before, others.during];
  if (parts.some(({ value, squares }) => value <= 0 || value ** 2 / squares < fewestInArea))
    return {
      unknown:
        `Too few orders: ${fewestInArea} at least are needed in the held-out areas and in the others, before ` +
        'and during.',
    };
  const between = varianceBetween(apart);
  return {
    effect: Math.log(treated.during.value / treated.before.value) - Math.log(others.during.value / others.before.value),
    standardError: Math.sqrt(
      ratioVariance(treated) +
        ratioVariance(others) +
        between * (concentration(heldOut.filter(({ before }) => before.value > 0)) + concentration(apart)),
    ),
    degrees: apart.length - 1,
  };
}
