import { mapped, type Interval } from '../../figures/intervals.ts';
import { roi, type Figure } from '../../figures/ratios.ts';

/** What a channel cost, and the margin that it caused, with both ends of its interval; null where none is known. */
export interface CausedMargin {
  readonly spend: number;
  readonly margin: Figure;
  readonly low: Figure;
  readonly high: Figure;
}

/** The return on what a channel caused. A loss is the greater, the more of it was caused: so the ends are put in order. */
export function causedRoi({ spend, margin, low, high }: CausedMargin): {
  readonly value: Figure;
  readonly interval: Interval | undefined;
} {
  const ends = low === null || high === null ? undefined : { low, high };
  return { value: roi(margin, spend), interval: mapped(ends, (end) => roi(end, spend)) };
}
