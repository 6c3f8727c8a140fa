import { differenceInDifferences, isSeen } from './difference.ts';
import { beforeDuring, type Series, type Window } from './panel.ts';

/** The windows by place in a panel that begins before the experiment. */
export interface Windows {
  readonly before: Window;
  readonly during: Window;
}

/** Difference in differences of the areas of a panel. */
export const didOf = (series: readonly Series[], isHeldOut: (area: string) => boolean, { before, during }: Windows) => {
  const of = (heldOut: boolean) =>
    series.filter(({ area }) => isHeldOut(area) === heldOut).map((one) => beforeDuring(one, before, during));
  return differenceInDifferences(of(true), of(false));
};

/**
 * Stretches as long as the experiment, before it, reckoned as if they were it: how often an effect is seen where there
 * is none.
 */
export function placebosInTime(
  series: readonly Series[],
  isHeldOut: (area: string) => boolean,
  { before, during }: Windows,
) {
  const length = during.to - during.from;
  let [stretches, seen] = [0, 0];
  for (let to = before.to; to - 2 * length >= before.from; to -= length) {
    const one = didOf(series, isHeldOut, {
      before: { from: before.from, to: to - length },
      during: { from: to - length, to },
    });
    if ('unknown' in one) continue;
    stretches += 1;
    if (isSeen(one)) seen += 1;
  }
  return { stretches, seen };
}

/** Whether the first and the second half of the days before tell the held-out areas from the others. */
export function preTrend(series: readonly Series[], isHeldOut: (area: string) => boolean, { before }: Windows) {
  const half = before.from + Math.floor((before.to - before.from) / 2);
  const one = didOf(series, isHeldOut, {
    before: { from: before.from, to: half },
    during: { from: half, to: before.to },
  });
  return 'unknown' in one ? 'unknown' : isSeen(one) ? 'apart' : 'alike';
}
