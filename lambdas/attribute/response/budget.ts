import { marginalMargin, steadyMargin } from './curve.ts';
import { summary, type ChannelResponse, type Range } from './known-response.ts';

/** How far the spend of a channel may go, EUR a day. */
export interface Limits {
  readonly min: number;
  readonly max: number;
}

export interface Plan {
  /** Spend a day by channel, EUR. */
  readonly spend: ReadonlyMap<string, number>;
  /** Margin after spend that it brings more than today's division, EUR a day: the middle, and the ends of 90 %. */
  readonly gain: Range;
}

/** The part of a channel in a plan. */
export interface PlannedChannel extends Limits {
  readonly response: ChannelResponse;
  /** What is spent today, EUR a day. */
  readonly today: number;
}

/** What a channel's spend of a day brings by each draw. */
const marginsOf = ({ curves, reference }: ChannelResponse, spend: number): number[] =>
  curves.map((curve) => steadyMargin(curve, reference, spend));

/** What the next euro a day brings, of which 1 pays the euro itself: the middle, and the ends of 90 %. */
export function marginalReturn({ curves, reference }: ChannelResponse, spend: number) {
  return summary(curves.map((curve) => marginalMargin(curve, reference, spend)));
}

/** Margin after spend of a division against today's, by each draw, EUR a day. */
export function gainOf(channels: readonly PlannedChannel[], spend: ReadonlyMap<string, number>): Range {
  const draws = channels[0]?.response.curves.map(() => 0) ?? [];
  for (const { response, today } of channels) {
    const next = spend.get(response.channel) ?? today;
    const [before, after] = [marginsOf(response, today), marginsOf(response, next)];
    draws.forEach((sum, draw) => {
      draws[draw] = sum + (after[draw] ?? 0) - (before[draw] ?? 0) - (next - today);
    });
  }
  return draws.length === 0 ? { middle: 0, low: 0, high: 0 } : summary(draws);
}

/**
 * Divides a budget between channels so that it brings the most, by the mean of the draws: from the least that each must
 * have, one step after the other to whoever gains most by it. The curves are concave, so no other division in such
 * steps brings more (Fox, 1966).
 * @param total EUR a day; with `keep` what brings less than it costs is not spent
 * @param step EUR a day
 * @throws RangeError where the limits cannot be met, in words
 */
export function divide(
  channels: readonly PlannedChannel[],
  { total, step, keep = false }: { readonly total: number; readonly step: number; readonly keep?: boolean },
): Plan {
  const least = channels.reduce((sum, { min }) => sum + min, 0);
  const most = channels.reduce((sum, { max }) => sum + max, 0);
  if (least > total + 1e-9 || (!keep && most < total - 1e-9))
    throw new RangeError(
      `A budget of ${total.toFixed(2)} EUR a day does not fit the limits of the channels, ${least.toFixed(2)} ` +
        `to ${most.toFixed(2)} EUR together.`,
    );
  const spend = new Map(channels.map(({ response, min }) => [response.channel, min]));
  const mean = (response: ChannelResponse, at: number) =>
    marginsOf(response, at).reduce((sum, one) => sum + one, 0) / Math.max(1, response.curves.length);
  for (let left = total - least; left > 1e-9;) {
    const offers = channels.flatMap(({ response, max }) => {
      const at = spend.get(response.channel) ?? 0;
      const more = Math.min(step, left, max - at);
      return more > 1e-9
        ? [{ channel: response.channel, more, gain: (mean(response, at + more) - mean(response, at)) / more }]
        : [];
    });
    const best = offers.toSorted((a, b) => b.gain - a.gain)[0];
    if (best === undefined || (keep && best.gain < 1)) break;
    spend.set(best.channel, (spend.get(best.channel) ?? 0) + best.more);
    left -= best.more;
  }
  return { spend, gain: gainOf(channels, spend) };
}
