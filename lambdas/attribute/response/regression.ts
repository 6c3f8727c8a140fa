import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { Baseline } from './baseline.ts';

/** What the days say of given shapes: the posterior of the baseline and, less their prior means, of the caused shares. */
export interface Posterior {
  /** The logarithm of how likely the days are with these shapes, up to a constant. */
  readonly evidence: number;
  readonly mean: readonly number[];
  /** L of the precision LLᵀ. */
  readonly lower: Matrix;
}

/** A belief: a normal law. */
export interface Belief {
  readonly mean: number;
  readonly deviation: number;
}

/** A linear regression of daily orders on a baseline and one column a channel, with normal beliefs and a known noise: solved exactly. */
export class Regression {
  readonly #orders: readonly number[];
  readonly #baseline: Baseline;
  readonly #beliefs: readonly Belief[];
  /** Products of the baseline's own columns, which no shape changes. */
  readonly #products: readonly (readonly number[])[];

  constructor(orders: readonly number[], baseline: Baseline, beliefs: readonly Belief[]) {
    this.#orders = orders;
    this.#baseline = baseline;
    this.#beliefs = beliefs;
    this.#products = baseline.columns.map((a, i) => baseline.columns.slice(0, i + 1).map((b) => this.#dot(a, b)));
  }

  /** @param columns of the channels, by day: what each would bring if it caused all of its credits */
  posterior(columns: readonly Float64Array[]): Posterior {
    const width = this.#baseline.columns.length;
    const all = [...this.#baseline.columns, ...columns];
    const rest = this.#orders.map((order, day) =>
      columns.reduce((left, values, n) => left - (values[day] ?? 0) * (this.#beliefs[n]?.mean ?? 0), order),
    );
    const matrix = Matrix.zeros(all.length, all.length);
    all.forEach((a, i) =>
      all.slice(0, i + 1).forEach((b, j) => {
        const product = i < width ? (this.#products[i]?.[j] ?? 0) : this.#dot(a, b);
        const value = product + (i === j ? this.#precision(i) : 0);
        matrix.set(i, j, value).set(j, i, value);
      }),
    );
    const right = all.map((a) => this.#dot(a, rest));
    const factor = new CholeskyDecomposition(matrix);
    const mean = factor.solve(Matrix.columnVector(right)).getColumn(0);
    const lower = factor.lowerTriangularMatrix;
    const logDeterminant = all.reduce((sum, _, i) => sum + 2 * Math.log(lower.get(i, i)), 0);
    const explained = mean.reduce((sum, value, i) => sum + value * (right[i] ?? 0), 0);
    return { evidence: (explained - this.#dot(rest, rest) - logDeterminant) / 2, mean, lower };
  }

  #precision(place: number): number {
    const width = this.#baseline.columns.length;
    return place < width
      ? (this.#baseline.precisions[place] ?? 0)
      : 1 / (this.#beliefs[place - width]?.deviation ?? 1) ** 2;
  }

  #dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
    let sum = 0;
    for (let day = 0; day < this.#orders.length; day += 1) sum += (a[day] ?? 0) * (b[day] ?? 0);
    return sum / this.#baseline.variance;
  }
}

/** Solves Lᵀx = b, L lower triangular: of a standard normal b, x has the covariance (LLᵀ)⁻¹. */
export function solveUpper(lower: Matrix, right: readonly number[]): number[] {
  const solved = [...right];
  for (let i = right.length - 1; i >= 0; i -= 1) {
    for (let j = i + 1; j < right.length; j += 1) solved[i] = (solved[i] ?? 0) - lower.get(j, i) * (solved[j] ?? 0);
    solved[i] = (solved[i] ?? 0) / lower.get(i, i);
  }
  return solved;
}
