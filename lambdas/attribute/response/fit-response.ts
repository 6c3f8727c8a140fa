import { seededRandom } from '../random.ts';
import { correlation, meanOf, standardDeviation } from '../statistics.ts';
import { baselineColumns, unexplained } from './baseline.ts';
import { addContribution, type Curve } from './curve.ts';
import { ellipticalSlice } from './elliptical-slice.ts';
import { fewestDays, fewestSpendDays, leastLearnt, type ChannelResponse, type Refusal } from './known-response.ts';
import { refusalInWords } from './refusal-in-words.ts';

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

export interface Response {
  readonly channels: readonly (ChannelResponse & { readonly curves: readonly Curve[] })[];
  /** Largest potential scale reduction of the chains (Gelman and Rubin, 1992): above 1.1 they have not met. */
  readonly scaleReduction: number;
}

/** Spends that rise and fall together as closely as this cannot be told apart. */
const mostAlike = 0.9;

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
    throw new RangeError(`${refusalInWords({ kind: 'short_history', value: days.length })}.`);
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
): Refusal | undefined {
  const spent = spend.filter((one) => one > 0).length;
  if (spent < fewestSpendDays) return { kind: 'few_days', value: spent };
  if (tested >= leastLearnt) return undefined;
  const alike = (other: ChannelHistory) => correlation(spend, other.spend) ?? 0;
  const twin = channels.find((other) => other.channel !== channel && alike(other) > mostAlike);
  if (twin !== undefined) return { kind: 'alike', channel: twin.channel, value: alike(twin) };
  return learnt < leastLearnt ? { kind: tested > 0 ? 'little_tested' : 'little_learnt', value: learnt } : undefined;
}

/** Gelman and Rubin's potential scale reduction of chains of one length. */
function scaleReduction(all: readonly (readonly number[])[]): number {
  const length = all[0]?.length ?? 0;
  const within = meanOf(all.map((chain) => standardDeviation(chain) ** 2));
  const between = standardDeviation(all.map(meanOf)) ** 2;
  return within === 0 ? 1 : Math.sqrt((length - 1) / length + between / within);
}
