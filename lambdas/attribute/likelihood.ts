import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { minimise, type Minimum } from './minimise.ts';

/** A model fitted by maximum likelihood; its parameters are all above 0. */
export interface Fit {
  readonly parameters: readonly number[];
  readonly logLikelihood: number;
  /** Covariance of the logarithms of the parameters; undefined where the data do not fix them all. */
  readonly covariance: Matrix | undefined;
}

/**
 * Maximum likelihood over the logarithms of the parameters, which keeps them above 0, with the inverse of the observed
 * information as covariance (Efron and Hinkley, 1978), by central differences.
 * @param start of the right scale
 * @throws Error where no maximum is found
 */
export function maximise(logLikelihood: (parameters: readonly number[]) => number, start: readonly number[]): Fit {
  const cost = (logs: readonly number[]) => -logLikelihood(logs.map(Math.exp));
  const minimum = leastOf(cost, start.map(Math.log));
  const ranAway = minimum.at.some((log, axis) => Math.abs(log - Math.log(start[axis] ?? NaN)) > farthest);
  return {
    parameters: minimum.at.map(Math.exp),
    logLikelihood: -minimum.value,
    covariance: ranAway ? undefined : inverse(hessian(cost, minimum.at)),
  };
}

/** Where a likelihood rises for ever, the data say nothing of its parameters. @throws Error in words for people */
function leastOf(cost: (logs: readonly number[]) => number, start: readonly number[]): Minimum {
  try {
    return minimise(cost, start);
  } catch (error) {
    throw new Error('too few of them came back yet, or over too few weeks, to fit a curve to.', { cause: error });
  }
}

/**
 * A parameter e⁸ = 3,000 times from a start of the right scale ran towards 0 or ∞; what curvature it has there is
 * rounding.
 */
const farthest = 8;

/** Steps of the differences on the scale of logarithms: errors of rounding and of the third order are about alike. */
const step = 1e-3;

function moved(at: readonly number[], ...moves: readonly (readonly [axis: number, by: number])[]): number[] {
  const next = [...at];
  for (const [axis, by] of moves) next[axis] = (next[axis] ?? 0) + by;
  return next;
}

function hessian(of: (at: readonly number[]) => number, at: readonly number[]): Matrix {
  const second = (i: number, j: number) => {
    const corner = (a: number, b: number) => of(moved(at, [i, a * step], [j, b * step]));
    return (corner(1, 1) - corner(1, -1) - corner(-1, 1) + corner(-1, -1)) / (4 * step * step);
  };
  return new Matrix(at.map((_, i) => at.map((__, j) => second(Math.min(i, j), Math.max(i, j)))));
}

/**
 * A parameter known no better than to a factor of e³ = 20, by one standard error, is not known: the fit ran along a
 * flat ridge.
 */
const mostUncertain = 3;

/**
 * The inverse, where the information is that of a maximum that the data fix: positive definite, and none of the
 * parameters open.
 */
function inverse(information: Matrix): Matrix | undefined {
  if (!information.to1DArray().every(Number.isFinite)) return undefined;
  const cholesky = new CholeskyDecomposition(information);
  if (!cholesky.isPositiveDefinite()) return undefined;
  const covariance = cholesky.solve(Matrix.eye(information.rows));
  return covariance.diagonal().every((variance) => variance < mostUncertain ** 2) ? covariance : undefined;
}

/**
 * Variance of the logarithm of what is computed from a fit's parameters, by the delta method (Oehlert, 1992: A note on
 * the delta method). @returns undefined where the data do not fix the parameters
 */
export function logVariance(
  { parameters, covariance }: Fit,
  of: (parameters: readonly number[]) => number,
): number | undefined {
  if (covariance === undefined) return undefined;
  const logs = parameters.map(Math.log);
  const logOf = (at: readonly number[]) => Math.log(of(at.map(Math.exp)));
  const slope = Matrix.columnVector(
    logs.map((_, axis) => (logOf(moved(logs, [axis, step])) - logOf(moved(logs, [axis, -step]))) / (2 * step)),
  );
  return slope.transpose().mmul(covariance).mmul(slope).get(0, 0);
}
