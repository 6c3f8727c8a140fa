import type { Estimate } from '../estimate.ts';
import { interval, type LogEffect, type Unknown } from './difference.ts';

/** What one measure would have been more, had the channel not been withheld. */
export interface Loss extends Estimate {
  readonly method: string;
  /** The same as a share of what would have been. */
  readonly share: Estimate;
}

/** No figure, and why. */
export const none = (remark: string): Estimate => ({ value: null, low: null, high: null, remark });

/** From what there was, what would have been: a loss and its share, with intervals of the same logarithm. */
export function lossOf(during: number, one: LogEffect | Unknown, method: string): Loss {
  if ('unknown' in one) return { ...none(one.unknown), method, share: none(one.unknown) };
  const { low, high } = interval(one);
  const lost = (effect: number) => during * (Math.exp(-effect) - 1);
  const share = (effect: number) => 1 - Math.exp(effect);
  return {
    method,
    value: lost(one.effect),
    low: lost(high),
    high: lost(low),
    share: { value: share(one.effect), low: share(high), high: share(low) },
  };
}

/** A share in words; a dash where it is not known. */
export const percent = (share: number | null) => (share === null ? '–' : `${(100 * share).toFixed(1)} %`);

/** Whether two intervals have nothing in common. */
export const areDisjoint = (a: Estimate, b: Estimate) =>
  a.low !== null && a.high !== null && b.low !== null && b.high !== null && (a.low > b.high || b.low > a.high);

/**
 * The share lost, over the share that attribution credits where the channel ran; wider by the chance in the credits.
 * @param part which part of the days of the loss, by their orders, the channel was withheld on: credits are of these
 */
export function measuredIncrementality(
  orders: Loss,
  { attributed, orders: all, part }: { readonly attributed: number; readonly orders: number; readonly part: number },
): Estimate {
  const { value, low, high } = orders.share;
  if (value === null || low === null || high === null)
    return none(orders.remark ?? 'No share was lost that could be told.');
  if (attributed < 1 || all <= 0)
    return none('Attribution credits the channel with no order where it ran, so there is nothing to correct.');
  const share = (attributed / all) * part;
  const chance = (1.96 * Math.abs(value / share)) / Math.sqrt(attributed);
  return {
    value: value / share,
    low: value / share - Math.hypot((value - low) / share, chance),
    high: value / share + Math.hypot((high - value) / share, chance),
  };
}
