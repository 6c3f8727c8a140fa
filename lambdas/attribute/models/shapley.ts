import { shapley } from '../shapley.ts';
import type { WeightsOf } from '../weights.ts';

/**
 * The Shapley values of the share of journeys that end with an order. Those of the number of orders would be each
 * order's equal split between its channels (`equalSplit`), which `linear` says almost: of the share, journeys without
 * an order count too.
 */
export const weightsOf: WeightsOf = (paths) => shapley(paths, { worth: 'rate' }).values.map(({ weight }) => weight);
