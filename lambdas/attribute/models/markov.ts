import { markov } from '../markov.ts';
import type { WeightsOf } from '../weights.ts';

/**
 * The removal effects of a chain of order 1: what share of the orders would be missing if every journey that touches
 * the channel ended there. A higher order needs more journeys than most shops have in 90 days (`MarkovModel.remark`).
 */
export const weightsOf: WeightsOf = (paths) => markov(paths).effects.map(({ effect }) => effect);
