/**
 * A Markov chain that ends in a conversion or in nothing. Its transient states are numbered; state 0 is the start.
 * Transitions between them lie row by row (compressed sparse rows).
 */
export interface AbsorbingChain {
  /** Where each state's transitions begin in `column` and `probability`; one entry more than there are states. */
  readonly rowStart: Int32Array;
  readonly column: Int32Array;
  readonly probability: Float64Array;
  /** Probability that a state leads straight to the conversion. The rest of its row leads to nothing. */
  readonly conversion: Float64Array;
}

/** How far the answer may be from the true one. */
const tolerance = 1e-12;
/** Sweeps until the solve is given up: of a chain whose journeys have 100 steps on average, some 3,000 are needed. */
const mostSweeps = 50_000;

/**
 * Probability that a journey from the start converts: h₀ of h = Q·h + r, by Gauss–Seidel (Kemeny and Snell, 1960:
 * Finite Markov Chains, chapter 3; Saad, 2003: Iterative Methods for Sparse Linear Systems, chapter 4).
 *
 * The probability g of ending in nothing is solved beside it. From 0, both rise towards their solutions and never pass
 * them, and the solutions add up to 1: so 1 − h₀ − g₀ bounds the error of what is returned, whatever the chain.
 * @param isRemoved for each state, 1 where a journey that would enter it ends in nothing instead
 * @throws Error where the bound is not reached in the sweeps allowed
 */
export function conversionProbability(chain: AbsorbingChain, isRemoved?: Uint8Array): number {
  const { rowStart, column, probability, conversion } = chain;
  const states = conversion.length;
  const converts = new Float64Array(states);
  const ends = new Float64Array(states);
  const { nothing, stay } = exits(chain, isRemoved);
  for (let sweep = 0; sweep < mostSweeps; sweep += 1) {
    // Forwards and backwards in turn: whichever way the journeys run along the numbers, one of the two is fast.
    for (let step = 0; step < states; step += 1) {
      const state = sweep % 2 === 0 ? states - 1 - step : step;
      let h = conversion[state] ?? 0;
      let g = nothing[state] ?? 0;
      for (let at = rowStart[state] ?? 0, end = rowStart[state + 1] ?? 0; at < end; at += 1) {
        const to = column[at] ?? 0;
        if (to === state || (isRemoved !== undefined && isRemoved[to] === 1)) continue;
        const p = probability[at] ?? 0;
        h += p * (converts[to] ?? 0);
        g += p * (ends[to] ?? 0);
      }
      const leaves = 1 - (stay[state] ?? 0);
      converts[state] = h / leaves;
      ends[state] = g / leaves;
    }
    if (1 - (converts[0] ?? 0) - (ends[0] ?? 0) <= tolerance) return converts[0] ?? 0;
  }
  throw new Error(
    `The chain of ${states} states is not solved to ${tolerance} after ${mostSweeps} sweeps: its journeys ` +
      'hardly end. Cut very long ones.',
  );
}

/** For each state, the probability of going straight to nothing and of staying where one is. */
function exits({ rowStart, column, probability, conversion }: AbsorbingChain, isRemoved: Uint8Array | undefined) {
  const nothing = new Float64Array(conversion.length);
  const stay = new Float64Array(conversion.length);
  for (let state = 0; state < conversion.length; state += 1) {
    // A removed state is never entered; what it would do counts for nothing.
    let goesOn = conversion[state] ?? 0;
    for (let at = rowStart[state] ?? 0; at < (rowStart[state + 1] ?? 0); at += 1) {
      const to = column[at] ?? 0;
      const p = probability[at] ?? 0;
      if (to === state) stay[state] = p;
      if (to === state || isRemoved === undefined || isRemoved[to] !== 1) goesOn += p;
    }
    nothing[state] = Math.max(0, 1 - goesOn);
  }
  return { nothing, stay };
}
