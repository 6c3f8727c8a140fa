import type { Paths } from './paths.ts';

/**
 * What a file of `models/` exports as `weightsOf`: what a model says of channels, from at least one journey with an
 * order. Only proportions count: an order's credit is shared between the channels of its path (`touchCredits`), and a
 * weight below 0 counts as 0.
 * @returns a weight for each of `paths.names`
 */
export type WeightsOf = (paths: Paths) => readonly number[];
