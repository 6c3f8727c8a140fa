import type { AbsorbingChain } from './absorption.ts';
import type { Paths } from './paths.ts';

/**
 * The states and transitions that the paths go through, without their weights, so that a bootstrap weighs them anew and
 * builds nothing. A state of order k is the last k touches (fewer at a journey's beginning); state 0 is the start.
 */
export interface Transitions {
  /** For each state, the touch that it ends in; -1 for the start. */
  readonly touchOf: Int32Array;
  readonly rowStart: Int32Array;
  readonly column: Int32Array;
  /**
   * The transitions of path type t: `steps` from `stepStart[t]` to before `stepStart[t + 1]`, each a place in `column`.
   */
  readonly stepStart: Int32Array;
  readonly steps: Int32Array;
  /** For each path type, the state that it ends in. */
  readonly lastState: Int32Array;
}

/** The order of the chain: how many of the last touches decide on the next step. */
export type Order = 1 | 2 | 3;

/**
 * Reads states and transitions from the paths.
 * @throws Error where there are too many names for states of this order
 */
export function transitionsOf({ names, types }: Paths, order: Order): Transitions {
  const base = names.length + 1;
  const window = base ** order;
  if (window * base > Number.MAX_SAFE_INTEGER)
    throw new Error(`${names.length} names are too many for order ${order}: pool the small ones.`);
  // A state's memory: its touches as the digits of a number.
  const memoryOf = [0];
  const stateOf = new Map([[0, 0]]);
  const touchOf = [-1];
  const edgeOf = new Map<number, number>();
  const from: number[] = [];
  const to: number[] = [];
  const addEdge = (state: number, touch: number) => {
    const memory = ((memoryOf[state] ?? 0) * base + touch + 1) % window;
    let next = stateOf.get(memory);
    if (next === undefined) {
      next = touchOf.length;
      stateOf.set(memory, next);
      memoryOf.push(memory);
      touchOf.push(touch);
    }
    edgeOf.set(state * base + touch, from.length);
    from.push(state);
    to.push(next);
    return from.length - 1;
  };
  const stepStart = new Int32Array(types.length + 1);
  const lastState = new Int32Array(types.length);
  const steps = new Int32Array(types.reduce((sum, { touches }) => sum + touches.length, 0));
  let step = 0;
  types.forEach(({ touches }, type) => {
    let state = 0;
    for (const touch of touches) {
      const edge = edgeOf.get(state * base + touch) ?? addEdge(state, touch);
      steps[step] = edge;
      step += 1;
      state = to[edge] ?? 0;
    }
    stepStart[type + 1] = step;
    lastState[type] = state;
  });
  return { touchOf: Int32Array.from(touchOf), ...byRow(from, to, touchOf.length, steps), stepStart, lastState };
}

/** Lays the transitions row by row, and tells the steps their new places. */
function byRow(from: readonly number[], to: readonly number[], states: number, steps: Int32Array) {
  const rowStart = new Int32Array(states + 1);
  for (const state of from) rowStart[state + 1] = (rowStart[state + 1] ?? 0) + 1;
  for (let state = 0; state < states; state += 1)
    rowStart[state + 1] = (rowStart[state + 1] ?? 0) + (rowStart[state] ?? 0);
  const free = rowStart.slice();
  const column = new Int32Array(to.length);
  const place = from.map((state, edge) => {
    const at = free[state] ?? 0;
    free[state] = at + 1;
    column[at] = to[edge] ?? 0;
    return at;
  });
  return { rowStart, column, steps: steps.map((edge) => place[edge] ?? 0) };
}

/** How often each path type was taken: the counts themselves, or a bootstrap's. */
export interface Weights {
  readonly conversions: ArrayLike<number>;
  readonly nonConversions: ArrayLike<number>;
}

/**
 * The chain of the maximum likelihood: each transition's share of all that leave its state. Also how often each state
 * was left.
 */
export function weigh(transitions: Transitions, weights: Weights): AbsorbingChain & { readonly left: Float64Array } {
  const { rowStart, column, stepStart, steps, lastState } = transitions;
  const states = rowStart.length - 1;
  const probability = new Float64Array(column.length);
  const conversion = new Float64Array(states);
  const left = new Float64Array(states);
  for (let type = 0; type < lastState.length; type += 1) {
    const converted = weights.conversions[type] ?? 0;
    const weight = converted + (weights.nonConversions[type] ?? 0);
    if (weight === 0) continue;
    for (let at = stepStart[type] ?? 0; at < (stepStart[type + 1] ?? 0); at += 1) {
      const edge = steps[at] ?? 0;
      probability[edge] = (probability[edge] ?? 0) + weight;
    }
    const state = lastState[type] ?? 0;
    conversion[state] = (conversion[state] ?? 0) + converted;
    left[state] = (left[state] ?? 0) + weight;
  }
  for (let state = 0; state < states; state += 1) {
    let whole = left[state] ?? 0;
    const end = rowStart[state + 1] ?? 0;
    for (let at = rowStart[state] ?? 0; at < end; at += 1) whole += probability[at] ?? 0;
    left[state] = whole;
    if (whole === 0) continue;
    for (let at = rowStart[state] ?? 0; at < end; at += 1) probability[at] = (probability[at] ?? 0) / whole;
    conversion[state] = (conversion[state] ?? 0) / whole;
  }
  return { rowStart, column, probability, conversion, left };
}
