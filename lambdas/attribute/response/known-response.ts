import { inOrder, quantileOfSorted } from '../statistics.ts';
import type { Saturation } from './curve.ts';

/** Why nothing can be said: of all channels (`short_history`, `few_costs`, `contradictory`), or of one. */
export type Refusal =
  /** Days of the history. */
  | { readonly kind: 'short_history'; readonly value: number }
  /** Which part of the revenue the cost of goods is known of. */
  | { readonly kind: 'few_costs'; readonly value: number }
  /** Potential scale reduction of the chains. */
  | { readonly kind: 'contradictory'; readonly value: number }
  /** Days with spend. */
  | { readonly kind: 'few_days'; readonly value: number }
  /** Correlation with the spend of that channel. */
  | { readonly kind: 'alike'; readonly value: number; readonly channel: string }
  /** Which part of the doubt the days have taken away. */
  | { readonly kind: 'little_learnt'; readonly value: number }
  /** Which part of the doubt the days and a small experiment have taken away. */
  | { readonly kind: 'little_tested'; readonly value: number };

/** Fewer days than these cannot tell a trend from an effect. */
export const fewestDays = 56;
/** Where the cost of goods is known of less of the revenue, the margin of the rest is a guess. */
export const leastCovered = 0.5;
/** On fewer days with spend there is nothing to see. */
export const fewestSpendDays = 14;
/** What experiments and days must take of the doubt, to be said to have spoken. */
export const leastLearnt = 0.25;

/** What is known of one channel's response. */
export interface ChannelResponse {
  readonly channel: string;
  /** Mean spend a day, EUR, by which the curves are told. */
  readonly reference: number;
  /** Draws from the posterior; those of one place belong together over all channels. */
  readonly curves: readonly Saturation[];
  /**
   * How much of the doubt about the margin is gone: experiments take their part of the variance, and the days theirs of
   * what they leave (of its logarithm). 0 is nothing, 1 all.
   */
  readonly learnt: number;
  readonly basis: string;
  /** Why its curve says nothing; undefined where it says something. */
  readonly refusal?: Refusal;
}

/** What is known of all channels of a shop. */
export interface KnownResponse {
  /** YYYY-MM-DD; empty where there is no day. */
  readonly days: { readonly from: string; readonly to: string; readonly count: number };
  /** With the mean spend of the last four weeks, EUR a day. */
  readonly channels: readonly (ChannelResponse & { readonly today: number })[];
  /** Why nothing can be said of any of them: then there are no curves. */
  readonly refusal?: Refusal;
}

/** A figure by its draws: the middle, and the ends of 90 %. */
export interface Range {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

export function summary(draws: readonly number[]): Range {
  const sorted = inOrder(draws);
  return {
    middle: quantileOfSorted(sorted, 0.5),
    low: quantileOfSorted(sorted, 0.05),
    high: quantileOfSorted(sorted, 0.95),
  };
}
