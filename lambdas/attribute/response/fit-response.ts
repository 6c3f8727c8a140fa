import { correlation, meanOf, seededRandom, sampleQuantile, standardDeviation } from '../random.ts';
import { baselineColumns, unexplained } from './baseline.ts';
import { addContribution, type Curve } from './curve.ts';
import { ellipticalSlice } from './elliptical-slice.ts';

/** A channel's spend, and what is believed of it before the days are looked at. EUR. */
export interface ChannelHistory {
  readonly channel: string;
  /** By day. */
  readonly spend: readonly number[];
  /**
   * Incremental margin a day at the mean spend: the middle of the prior, and the standard deviation of its logarithm.
   */
  readonly prior: {
    readonly margin: number;
    readonly spread: number;
    readonly basis: string;
    /** How much of the doubt (variance) that there was without experiments they have taken away: 0 is nothing, 1 all. */
    readonly tested: number;
  };
}

/** Days of a shop, without gaps. */
export interface ShopHistory {
  /** YYYY-MM-DD, one after the other. */
  readonly days: readonly string[];
  /** Contribution margin of all orders of each day, EUR. */
  readonly margin: readonly number[];
  /** Names of days that sell by themselves, such as Black Friday's week. */
  readonly occasions: ReadonlyMap<string, string>;
  readonly channels: readonly ChannelHistory[];
}

/** What is known of one channel's response. */
export interface ChannelResponse {
  readonly channel: string;
  /** Mean spend a day, by which the curves are told. */
  readonly reference: number;
  /** Draws from the posterior. */
  readonly curves: readonly Curve[];
  /**
   * How much of the doubt about the margin is gone: experiments take their part of the variance, and the days theirs of
   * what they leave (of its logarithm). 0 is nothing, 1 all.
   */
  readonly learnt: number;
  readonly basis: string;
  /** Why its curve says nothing; undefined where it says something. */
  readonly refusal?: string;
}

export interface Response {
  readonly channels: readonly ChannelResponse[];
  /** Largest potential scale reduction of the chains (Gelman and Rubin, 1992): above 1.1 they have not met. */
  readonly scaleReduction: number;
}

/** Fewer days than these cannot tell a trend from an effect. */
export const fewestDays = 56;
/** On fewer days with spend there is nothing to see. */
const fewestSpendDays = 14;
/** Spends that rise and fall together as closely as this cannot be told apart. */
const mostAlike = 0.9;
/** What experiments and days must take of the doubt, to be said to have spoken. */
const leastLearnt = 0.25;

const priorOf = { halfSaturation: { middle: 1, spread: 0.7 }, halfLife: { middle: 3, spread: 0.5 } } as const;
const [chains, keptDraws, thin] = [3, 250, 15];

/**
 * Fits what each channel's spend brings to the shop's daily margin: margin = demand without marketing (weekday, slow
 * trend, occasions) + a curve of each channel's spend + noise. Bayesian: log-normal priors for the curves, flat ones
 * for demand and noise, which are integrated out; three chains, by a seed.
 * @throws RangeError where there are too few days, in words
 */
export function fitResponse(history: ShopHistory, seed = 1): Response {
  const { days, margin, channels } = history;
  if (days.length < fewestDays)
    throw new RangeError(
      `${days.length} days are too few: ${fewestDays} at least are needed to tell a trend from an effect.`,
    );
  const { squares, rank } = unexplained(baselineColumns(days, history.occasions));
  const references = channels.map(({ spend }) => Math.max(meanOf(spend), 1e-9));
  const curveAt = (at: Float64Array, { prior }: ChannelHistory, i: number): Curve => ({
    margin: prior.margin * Math.exp(prior.spread * (at[3 * i] ?? 0)),
    halfSaturation: priorOf.halfSaturation.middle * Math.exp(priorOf.halfSaturation.spread * (at[3 * i + 1] ?? 0)),
    halfLife: priorOf.halfLife.middle * Math.exp(priorOf.halfLife.spread * (at[3 * i + 2] ?? 0)),
  });
  const logLikelihood = (at: Float64Array) => {
    const brought = new Float64Array(days.length);
    channels.forEach((one, i) => addContribution(curveAt(at, one, i), references[i] ?? 1, one.spend, brought));
    const left = brought.map((value, day) => (margin[day] ?? 0) - value);
    return -0.5 * (days.length - rank) * Math.log(Math.max(squares(left), 1e-12));
  };
  const drawn = Array.from({ length: chains }, (_, chain) =>
    ellipticalSlice(logLikelihood, {
      axes: 3 * channels.length,
      kept: keptDraws,
      thin,
      random: seededRandom(seed * 1000 + chain),
    }),
  );
  return {
    channels: channels.map((one, i) => {
      const along = drawn.flat().map((at) => at[3 * i] ?? 0);
      const left = Math.min(1, standardDeviation(along) ** 2);
      const learnt = 1 - (1 - one.prior.tested) * left;
      const refusal = refusalOf(one, { channels, learnt });
      return {
        channel: one.channel,
        reference: references[i] ?? 1,
        curves: drawn.flat().map((at) => curveAt(at, one, i)),
        learnt,
        basis: one.prior.basis,
        ...(refusal !== undefined && { refusal }),
      };
    }),
    scaleReduction: Math.max(
      1,
      ...channels.map((_, i) => scaleReduction(drawn.map((chain) => chain.map((at) => at[3 * i] ?? 0)))),
    ),
  };
}

/** Why nothing can be said of a channel's curve. */
function refusalOf(
  { channel, spend, prior: { tested } }: ChannelHistory,
  { channels, learnt }: { readonly channels: readonly ChannelHistory[]; readonly learnt: number },
): string | undefined {
  const spent = spend.filter((one) => one > 0).length;
  if (spent < fewestSpendDays) return `it has spend on ${spent} days only, of ${fewestSpendDays} at least`;
  if (tested >= leastLearnt) return undefined;
  const alike = (other: ChannelHistory) => correlation(spend, other.spend) ?? 0;
  const twin = channels.find((other) => other.channel !== channel && alike(other) > mostAlike);
  if (twin !== undefined)
    return `its spend rose and fell with that of ${twin.channel} (correlation ${alike(twin).toFixed(2)}): which of the two worked cannot be told`;
  if (learnt < leastLearnt)
    return tested > 0
      ? `its experiment was too small, and its spend changed too little: together they have taken ${Math.round(100 * learnt)} % of the doubt, of ${100 * leastLearnt} % at least`
      : `its spend changed too little, or too much like demand: the days have taken ${Math.round(100 * learnt)} % of the doubt, of ${100 * leastLearnt} % at least`;
  return undefined;
}

/** Gelman and Rubin's potential scale reduction of chains of one length. */
function scaleReduction(all: readonly (readonly number[])[]): number {
  const length = all[0]?.length ?? 0;
  const within = meanOf(all.map((chain) => standardDeviation(chain) ** 2));
  const between = standardDeviation(all.map(meanOf)) ** 2;
  return within === 0 ? 1 : Math.sqrt((length - 1) / length + between / within);
}

/** The middle and the ends of 90 % of the draws. */
export function summary(draws: readonly number[]): {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
} {
  return { middle: sampleQuantile(draws, 0.5), low: sampleQuantile(draws, 0.05), high: sampleQuantile(draws, 0.95) };
}
