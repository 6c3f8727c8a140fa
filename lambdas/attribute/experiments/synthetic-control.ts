import { seededRandom, shuffle } from '../random.ts';
import { alike, fewestControls, type LogEffect, type Unknown } from './difference.ts';
import { beforeDuring, logVariance, sumIn, wholeOf, type Series, type Sum, type Window } from './panel.ts';

/**
 * A synthetic control's effect, and how it stands among the placebos: the same reckoning of areas that nothing was
 * withheld from.
 */
export interface SyntheticEffect extends LogEffect {
  /** Groups of other areas that were reckoned as if they had been held out. */
  readonly placebos: number;
  /** How many of them came out at least as far from 0, by their own error, this one counted. */
  readonly asFar: number;
  /** What the areas weigh, of 1; those of none left out. */
  readonly weights: readonly (readonly [area: string, weight: number])[];
}

/** An area in the time before, week by week as shares of its mean; and its sums. */
interface Shape {
  readonly area: string;
  readonly weeks: readonly number[];
  readonly before: Sum;
  readonly during: Sum;
}

const mostSteps = 60;
const mostPlacebos = 20;

function shapeOf(series: Series, before: Window, during: Window): Shape {
  const weeks: number[] = [];
  // From the end, so that every week is whole.
  for (let to = before.to; to - 7 >= before.from; to -= 7) weeks.push(sumIn(series, { from: to - 7, to }).value);
  const mean = weeks.reduce((sum, week) => sum + week, 0) / weeks.length;
  return {
    area: series.area,
    weeks: weeks.map((week) => week / mean),
    before: sumIn(series, before),
    during: sumIn(series, during),
  };
}

/**
 * Weights of the controls, none below 0, of sum 1, whose weeks before come closest to the held-out areas'; drawn
 * towards their sizes as far as chance in the weeks asks (a ridge: Doudchenko and Imbens, 2016). Exponentiated gradient
 * descent (Kivinen and Warmuth, 1997).
 */
export function weightsOf(target: Shape, controls: readonly Shape[]): Float64Array {
  const total = controls.reduce((sum, { before }) => sum + before.value, 0);
  const sizes = controls.map(({ before }) => before.value / total);
  const count = target.weeks.length;
  // Chance in one of the target's weeks, as a share of their mean, for every week.
  const ridge = count * count * logVariance(target.before);
  const weeks = controls.map((control) => Float64Array.from(control.weeks));
  const weights = Float64Array.from(sizes);
  const slopes = new Float64Array(sizes.length);
  for (let step = 0; step < mostSteps; step += 1) {
    slopes.forEach((_, n) => (slopes[n] = ridge * ((weights[n] ?? 0) / (sizes[n] ?? 1) - 1)));
    for (let at = 0; at < count; at += 1) {
      let miss = -(target.weeks[at] ?? 0);
      for (let n = 0; n < weeks.length; n += 1) miss += (weights[n] ?? 0) * (weeks[n]?.[at] ?? 0);
      for (let n = 0; n < weeks.length; n += 1) slopes[n] = (slopes[n] ?? 0) + miss * ((weeks[n]?.[at] ?? 0) - 1);
    }
    let sum = 0;
    for (let n = 0; n < weeks.length; n += 1) {
      const change = Math.max(-1, Math.min(1, -(slopes[n] ?? 0) / (0.5 + ridge)));
      sum += weights[n] = (weights[n] ?? 0) * Math.exp(change);
    }
    for (let n = 0; n < weeks.length; n += 1) weights[n] = (weights[n] ?? 0) / sum;
  }
  return weights;
}

/** The effect on a target, and how far chance in the orders alone moves it. */
function reckoned(target: Shape, controls: readonly Shape[], { from, to }: Window, before: Window) {
  const weights = weightsOf(target, controls);
  const scale = (to - from) / (before.to - before.from);
  const parts = controls.map(({ before: was, during: is }, n) => (weights[n] ?? 0) * (is.value / (was.value * scale)));
  const growth = parts.reduce((sum, part) => sum + part, 0);
  const noise = controls.reduce(
    (sum, { before: was, during: is }, n) =>
      sum + ((parts[n] ?? 0) / growth) ** 2 * (logVariance(was) + (is.value > 0 ? logVariance(is) : 1)),
    logVariance(target.before) + logVariance(target.during),
  );
  const effect = Math.log(target.during.value / (target.before.value * scale * growth));
  return { effect, chance: Math.sqrt(noise), weights };
}

/**
 * Groups of as many other areas, each as if it had been held out; the others are its controls. Some of them, by a seed,
 * where there are many.
 */
function* groups(areas: number, size: number, seed: number): Generator<ReadonlySet<number>> {
  if (size === 1) {
    for (let area = 0; area < areas; area += 1) yield new Set([area]);
    return;
  }
  const random = seededRandom(seed);
  const order = Int32Array.from({ length: areas }, (_, area) => area);
  for (let group = 0; group < mostPlacebos; group += 1) {
    shuffle(order, random);
    yield new Set(order.slice(0, size));
  }
}

/**
 * Synthetic control (Abadie, Diamond and Hainmueller, 2010): what the held-out areas would have had, from the weighted
 * growth of those other areas that moved as they did before. Its error is that of placebos: groups of the other areas,
 * reckoned as if they had been held out.
 * @returns why not, where the areas are too few or too small
 */
export function syntheticControl(
  heldOut: readonly Series[],
  others: readonly Series[],
  { before, during, seed = 1 }: { readonly before: Window; readonly during: Window; readonly seed?: number },
): SyntheticEffect | Unknown {
  if (before.to - before.from < 21)
    return { unknown: 'Three weeks before the experiment at least are needed to see which areas move alike.' };
  const days = during.to;
  const target = shapeOf(wholeOf(heldOut, days), before, during);
  // An area that had orders in the days before the first whole week alone has no shape.
  const wholeWeeks = { from: before.to - 7 * Math.floor((before.to - before.from) / 7), to: before.to };
  const usable = alike(
    others.filter((one) => sumIn(one, wholeWeeks).value > 0 && sumIn(one, during).value > 0),
    (one) => beforeDuring(one, before, during),
  );
  const shapes = usable.map((one) => shapeOf(one, before, during));
  const size = Math.min(heldOut.length, Math.floor(usable.length / 3));
  if (
    usable.length < 2 * fewestControls ||
    sumIn(wholeOf(heldOut, days), wholeWeeks).value <= 0 ||
    target.during.value <= 0
  )
    return { unknown: `Too few areas with orders for placebos: ${usable.length}, of ${2 * fewestControls} at least.` };
  const { effect, chance, weights } = reckoned(target, shapes, during, before);
  const placebos: number[] = [];
  for (const group of groups(usable.length, size, seed)) {
    const pretended = shapeOf(
      wholeOf(
        usable.filter((_, n) => group.has(n)),
        days,
      ),
      before,
      during,
    );
    const rest = shapes.filter((_, n) => !group.has(n));
    const one = reckoned(pretended, rest, during, before);
    placebos.push(one.effect / one.chance);
  }
  const inflation = Math.sqrt(placebos.reduce((sum, z) => sum + z ** 2, 0) / placebos.length);
  return {
    effect,
    standardError: chance * Math.max(1, inflation),
    degrees: usable.length - 1,
    placebos: placebos.length,
    asFar: 1 + placebos.filter((z) => Math.abs(z) >= Math.abs(effect / chance)).length,
    weights: shapes.flatMap(({ area }, n) => ((weights[n] ?? 0) >= 0.005 ? [[area, weights[n] ?? 0] as const] : [])),
  };
}
