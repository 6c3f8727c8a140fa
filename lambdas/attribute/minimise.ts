/** Where a function is smallest. */
export interface Minimum {
  readonly at: readonly number[];
  readonly value: number;
}

/**
 * A start over, with a simplex of another size on the other side, finds out whether the last one had shrunk too early.
 */
const mostStarts = 6;

/**
 * The minimum of a smooth function of few variables, without derivatives: the simplex method (Nelder and Mead, 1965),
 * begun anew from where it ended until that gains nothing (McKinnon, 1998, shows why one start is not enough).
 * @param of may be ∞ or NaN where it is not defined
 * @param tolerance of the value, relative
 * @throws Error where the function has no value at the start, or no end is found
 */
export function minimise(
  of: (at: readonly number[]) => number,
  start: readonly number[],
  { tolerance = 1e-9, mostSteps = 1000 }: { readonly tolerance?: number; readonly mostSteps?: number } = {},
): Minimum {
  const defined = (at: readonly number[]): Minimum => {
    const value = of(at);
    return { at, value: Number.isNaN(value) ? Infinity : value };
  };
  let best = defined(start);
  if (best.value === Infinity) throw new Error('The function to minimise has no value at the start.');
  for (let round = 0; round < mostStarts; round += 1) {
    const size = round % 2 === 0 ? 0.25 : -0.1;
    const next = descend(defined, best, { tolerance, mostSteps, size });
    const gain = best.value - next.value;
    best = next;
    if (best.value === -Infinity) break;
    if (round > 0 && gain <= 10 * tolerance * (1 + Math.abs(best.value))) return best;
  }
  throw new Error(`No minimum was found in ${mostStarts} starts: the function may fall for ever.`);
}

/** One run of the simplex, with the usual coefficients: reflection 1, expansion 2, contraction ½, shrinkage ½. */
function descend(
  of: (at: readonly number[]) => Minimum,
  start: Minimum,
  { tolerance, mostSteps, size }: { readonly tolerance: number; readonly mostSteps: number; readonly size: number },
): Minimum {
  const between = (from: readonly number[], to: readonly number[], share: number) =>
    from.map((value, axis) => value + share * ((to[axis] ?? 0) - value));
  const corner = (moved: number) => of(start.at.map((value, axis) => (axis === moved ? value + size : value)));
  const simplex = [start, ...start.at.map((_, axis) => corner(axis))];
  for (let step = 0; step < mostSteps; step += 1) {
    simplex.sort((a, b) => a.value - b.value);
    const [best = start] = simplex;
    const worst = simplex.at(-1) ?? start;
    const second = simplex.at(-2) ?? start;
    const width = Math.max(...worst.at.map((value, axis) => Math.abs(value - (best.at[axis] ?? 0))));
    // Both: on a flat floor the values agree long before the places do.
    if (worst.value - best.value <= tolerance * (1 + Math.abs(best.value)) && width < 1e-4) break;
    const others = simplex.slice(0, -1);
    const centre = start.at.map((_, axis) => others.reduce((sum, { at }) => sum + (at[axis] ?? 0), 0) / others.length);
    const reflected = of(between(centre, worst.at, -1));
    let next = reflected;
    if (reflected.value < best.value) {
      const expanded = of(between(centre, worst.at, -2));
      if (expanded.value < reflected.value) next = expanded;
    } else if (reflected.value >= second.value) {
      next = of(between(centre, worst.at, reflected.value < worst.value ? -0.5 : 0.5));
      if (next.value >= Math.min(reflected.value, worst.value)) {
        simplex.forEach((point, place) => {
          if (place > 0) simplex[place] = of(between(best.at, point.at, 0.5));
        });
        continue;
      }
    }
    simplex[simplex.length - 1] = next;
  }
  return simplex.reduce((least, point) => (point.value < least.value ? point : least));
}
