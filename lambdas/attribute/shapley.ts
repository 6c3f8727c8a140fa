import { normalised } from './credit.ts';
import type { Paths } from './paths.ts';
import { seededRandom, shuffle } from './random.ts';
import { standardDeviation } from './statistics.ts';

/**
 * What a coalition of channels is worth, from the journeys that touched no other channel.
 * - `conversions`: how many of them converted (Zhao, Mahboobi and Bagheri, 2018: Shapley value methods for attribution
 * modeling in online
 *   advertising). Journeys that did not convert change nothing.
 * - `rate`: the share of them that converted, 0 where there are none. They do count, and a channel that lowers the rate
 * has a
 *   value below 0.
 */
export type Worth = 'conversions' | 'rate';

/** A set of channels, and the journeys that touched just these. */
export interface ChannelSet {
  /** Places of the channels, each once. */
  readonly members: readonly number[];
  readonly conversions: number;
  readonly journeys: number;
}

/** Channels up to which each coalition is looked at: 2²⁰ are a million coalitions, 8 MB a measure. */
const mostExact = 20;

const worths: Readonly<Record<Worth, (conversions: number, journeys: number) => number>> = {
  conversions: (conversions) => conversions,
  rate: (conversions, journeys) => (journeys === 0 ? 0 : conversions / journeys),
};

/** The Shapley values of the channels (or campaigns). */
export interface ShapleyModel {
  readonly method: 'exact' | 'sampled';
  readonly values: readonly {
    readonly name: string;
    /** In conversions, or in points of the rate; they add up to the worth of all channels together. */
    readonly value: number;
    /** Of all values above 0, the share. */
    readonly share: number;
    /**
     * For the credits within one order (`touchCredits`). Of the worth `conversions` all weights are 1: as the values
     * are, by their closed form, each order's equal split, the credits of all orders add up to them. Of the rate it is
     * the share.
     */
    readonly weight: number;
    /**
     * Standard error of the value by the sampling of permutations; 0 where it is exact. The journeys' own chance is not
     * in it.
     */
    readonly standardError: number;
  }[];
}

/**
 * Shapley values (Shapley, 1953: A value for n-person games). Exact over all coalitions for up to 20 channels, and for
 * any number where the worth is `conversions`: its values have a closed form (`equalSplit`). Sampled for the rate of
 * more channels.
 * @param permutations how many orders of arrival are sampled, where they are
 */
export function shapley(
  paths: Paths,
  {
    worth = 'conversions',
    permutations = 2000,
    seed = 1,
  }: { readonly worth?: Worth; readonly permutations?: number; readonly seed?: number } = {},
): ShapleyModel {
  const sets = channelSets(paths);
  const channels = paths.names.length;
  const estimate =
    channels <= mostExact
      ? exactly(shapleyValues(coalitionWorths(sets, { channels, worth }), channels))
      : worth === 'conversions'
        ? exactly(equalSplit(sets, channels))
        : sampledValues(sets, { channels, worth, permutations, seed });
  const shares = normalised(estimate.values);
  return {
    method: estimate.errors === undefined ? 'exact' : 'sampled',
    values: paths.names.map((name, place) => ({
      name,
      value: estimate.values[place] ?? 0,
      share: shares[place] ?? 0,
      weight: worth === 'conversions' ? 1 : (shares[place] ?? 0),
      standardError: estimate.errors?.[place] ?? 0,
    })),
  };
}

interface Estimate {
  readonly values: readonly number[];
  readonly errors?: readonly number[];
}

const exactly = (values: readonly number[]): Estimate => ({ values });

/** Journeys by the set of channels that they touched, whatever the order and however often. */
export function channelSets(paths: Paths): ChannelSet[] {
  const sets = new Map<string, { members: number[]; conversions: number; journeys: number }>();
  for (const { touches, conversions, nonConversions } of paths.types) {
    const members = [...new Set(touches)].sort((a, b) => a - b);
    const key = members.join();
    let set = sets.get(key);
    if (set === undefined) sets.set(key, (set = { members, conversions: 0, journeys: 0 }));
    set.conversions += conversions;
    set.journeys += conversions + nonConversions;
  }
  return [...sets.values()];
}

/**
 * The worth of each of the 2ⁿ coalitions, by the bits of its channels: sums over all subsets at once, the zeta
 * transform (Yates, 1937; Björklund, Husfeldt, Kaski and Koivisto, 2007: Fourier meets Möbius), n·2ⁿ additions instead
 * of 3ⁿ.
 */
export function coalitionWorths(
  sets: readonly ChannelSet[],
  { channels, worth }: { readonly channels: number; readonly worth: Worth },
): Float64Array {
  const conversions = new Float64Array(2 ** channels);
  const journeys = new Float64Array(2 ** channels);
  for (const set of sets) {
    const bits = set.members.reduce((sum, member) => sum | (1 << member), 0);
    conversions[bits] = (conversions[bits] ?? 0) + set.conversions;
    journeys[bits] = (journeys[bits] ?? 0) + set.journeys;
  }
  for (const sums of [conversions, journeys])
    for (let bit = 1; bit < sums.length; bit *= 2)
      for (let coalition = 0; coalition < sums.length; coalition += 1)
        if ((coalition & bit) !== 0) sums[coalition] = (sums[coalition] ?? 0) + (sums[coalition ^ bit] ?? 0);
  const worthOf = worths[worth];
  return conversions.map((count, coalition) => worthOf(count, journeys[coalition] ?? 0));
}

/**
 * φᵢ = Σ over the coalitions S without i of |S|!(n−|S|−1)!/n! · (v(S ∪ {i}) − v(S)), for any game.
 * @param worth v of each of the 2ⁿ coalitions, by the bits of its channels; that of the empty one is 0
 */
export function shapleyValues(worth: ArrayLike<number>, channels: number): number[] {
  // |S|!(n−|S|−1)!/n! = 1 / (n · C(n−1, |S|)).
  const weights = [1 / channels];
  for (let size = 1; size < channels; size += 1) weights.push(((weights[size - 1] ?? 0) * size) / (channels - size));
  const sizes = new Uint8Array(2 ** channels);
  for (let coalition = 1; coalition < sizes.length; coalition += 1)
    sizes[coalition] = (sizes[coalition >> 1] ?? 0) + (coalition & 1);
  return Array.from({ length: channels }, (_, channel) => {
    let value = 0;
    for (let coalition = 0; coalition < sizes.length; coalition += 1) {
      if ((coalition & (1 << channel)) !== 0) continue;
      value +=
        (weights[sizes[coalition] ?? 0] ?? 0) * ((worth[coalition | (1 << channel)] ?? 0) - (worth[coalition] ?? 0));
    }
    return value;
  });
}

/**
 * The Shapley values of the worth `conversions`, in closed form: each set of channels shares its conversions evenly.
 *
 * Proof. v(S) = Σ over T ⊆ S of c(T), where c(T) are the conversions of the journeys that touched just T: so v = Σ over
 * T of c(T)·u(T), where u(T) is the unanimity game, worth 1 to the coalitions that hold T and 0 to the others. In u(T)
 * the channels outside T are null players and those of T are symmetric, so each of T has 1/|T|; values add up over
 * games (Shapley, 1953). Hence φᵢ = Σ over T ∋ i of c(T)/|T|.
 */
export function equalSplit(sets: readonly ChannelSet[], channels: number): number[] {
  const values = new Float64Array(channels);
  for (const { members, conversions } of sets)
    for (const member of members) values[member] = (values[member] ?? 0) + conversions / members.length;
  return [...values];
}

/**
 * Shapley values by sampled permutations: a channel's value is what its arrival adds, on average over all orders of
 * arrival (Castro, Gómez and Tejada, 2009: Polynomial calculation of the Shapley value based on sampling). Each
 * permutation is taken with its reverse, which is antithetic (Mitchell, Cooper, Frank and Holmes, 2022: Sampling
 * permutations for Shapley value estimation); the standard error is that of the mean over the pairs. The values of
 * every permutation add up to the worth of all, so the estimates do.
 */
export function sampledValues(
  sets: readonly ChannelSet[],
  {
    channels,
    worth,
    permutations,
    seed,
  }: { readonly channels: number; readonly worth: Worth; readonly permutations: number; readonly seed: number },
): { readonly values: readonly number[]; readonly errors: readonly number[] } {
  const pairs = Math.max(2, Math.ceil(permutations / 2));
  const random = seededRandom(seed);
  const permutation = Int32Array.from({ length: channels }, (_, place) => place);
  const samples = Array.from({ length: channels }, (): number[] => []);
  for (let pair = 0; pair < pairs; pair += 1) {
    shuffle(permutation, random);
    const forwards = arrivals(sets, permutation, worths[worth]);
    const backwards = arrivals(sets, permutation.toReversed(), worths[worth]);
    samples.forEach((sample, channel) => sample.push(((forwards[channel] ?? 0) + (backwards[channel] ?? 0)) / 2));
  }
  return {
    values: samples.map((sample) => sample.reduce((sum, value) => sum + value, 0) / pairs),
    errors: samples.map((sample) => standardDeviation(sample) / Math.sqrt(pairs)),
  };
}

/**
 * What each channel's arrival adds. A set of channels counts from the arrival of its last member on: no coalition is
 * looked up.
 */
function arrivals(
  sets: readonly ChannelSet[],
  permutation: Int32Array,
  worthOf: (conversions: number, journeys: number) => number,
): Float64Array {
  const arrival = new Int32Array(permutation.length);
  permutation.forEach((channel, at) => (arrival[channel] = at));
  const conversions = new Float64Array(permutation.length);
  const journeys = new Float64Array(permutation.length);
  for (const set of sets) {
    let last = 0;
    for (const member of set.members) {
      const at = arrival[member] ?? 0;
      if (at > last) last = at;
    }
    conversions[last] = (conversions[last] ?? 0) + set.conversions;
    journeys[last] = (journeys[last] ?? 0) + set.journeys;
  }
  const added = new Float64Array(permutation.length);
  let converted = 0;
  let all = 0;
  let before = 0;
  permutation.forEach((channel, at) => {
    converted += conversions[at] ?? 0;
    all += journeys[at] ?? 0;
    const now = worthOf(converted, all);
    added[channel] = now - before;
    before = now;
  });
  return added;
}
