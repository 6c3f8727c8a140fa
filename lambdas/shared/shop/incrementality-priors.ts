import type { Experiment } from './experiments.ts';

/**
 * Which part of its attributed orders a channel causes: the likeliest, and the ends between which it is in 95 of 100
 * shops.
 */
export interface Incrementality {
  readonly incrementality: number;
  readonly low: number;
  readonly high: number;
}

/**
 * What is believed of a channel that was never tested: wide, and set by hand from published experiments
 * (docs/experiments.md names them). Search is brand and generic names together; Display is mostly retargeting. Above 1
 * is possible: who saw an ad and came by another way.
 */
export const priors: Readonly<Record<Experiment['channel'], Incrementality>> = {
  Affiliates: { incrementality: 0.3, low: 0, high: 1 },
  Audio: { incrementality: 0.7, low: 0.1, high: 2 },
  'Cross-network': { incrementality: 0.5, low: 0.1, high: 1.2 },
  Display: { incrementality: 0.25, low: 0, high: 0.9 },
  Email: { incrementality: 0.3, low: 0, high: 0.9 },
  Influencer: { incrementality: 0.7, low: 0.2, high: 1.6 },
  'Mobile Push Notifications': { incrementality: 0.3, low: 0, high: 0.9 },
  'Paid Other': { incrementality: 0.5, low: 0.05, high: 1.3 },
  'Paid Search': { incrementality: 0.4, low: 0.03, high: 1 },
  'Paid Shopping': { incrementality: 0.6, low: 0.15, high: 1.2 },
  'Paid Social': { incrementality: 0.65, low: 0.2, high: 1.5 },
  'Paid Video': { incrementality: 0.7, low: 0.15, high: 2 },
  SMS: { incrementality: 0.3, low: 0, high: 0.9 },
};
