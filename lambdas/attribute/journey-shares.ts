import { markov } from './markov.ts';
import { poolSmall, type Paths } from './paths.ts';
import { shapley } from './shapley.ts';
import { sumOf } from './statistics.ts';
import { touchedBy } from './touched.ts';
import type { Order } from './transitions.ts';

/** What journeys say of one channel or campaign. */
export interface JourneyShare {
  readonly name: string;
  /** Journeys with an order that touched it. */
  readonly conversions: number;
  readonly nonConversions: number;
  /** Its part of the removal effects of all, 0 to 1, with its standard error by the bootstrap. */
  readonly markov: { readonly share: number; readonly error: number };
  /** Its part of the Shapley values above 0, with the standard error of the sampling: 0 where it is exact. */
  readonly shapley: { readonly share: number; readonly error: number };
}

/** What journeys say of all of them, the largest removal effect first. */
export interface JourneyShares {
  readonly conversions: number;
  readonly nonConversions: number;
  readonly names: readonly JourneyShare[];
  /** Names that were put together with others, since too few orders tell of each. */
  readonly pooled: number;
  /** Why a chain of this order says little; undefined where nothing keeps it from it. */
  readonly remark: string | undefined;
}

export interface SharesOptions {
  readonly order: Order;
  /** Replicates of the bootstrap over the journeys. */
  readonly replicates: number;
  /** Orders that a name must have a part in, to stand alone. */
  readonly least: number;
  /** The pool of a name that has fewer. */
  readonly poolOf: (name: string) => string;
}

/**
 * What Markov's removal effect and Shapley's value (of the share of journeys that end with an order) say of each name,
 * and how sure it is. The same journeys give the same figures.
 * @throws Error where no journey ended with an order
 */
export function journeyShares(journeys: Paths, { order, replicates, least, poolOf }: SharesOptions): JourneyShares {
  const paths = poolSmall(journeys, { least, poolOf });
  const kept = new Set(paths.names);
  const chain = markov(paths, { order, replicates });
  const { values } = shapley(paths, { worth: 'rate' });
  const worth = sumOf(values.map(({ value }) => Math.max(0, value)));
  const counts = touchedBy(paths);
  const names = paths.names.map((name, place): JourneyShare => {
    const { share = 0, standardError = 0 } = chain.effects[place] ?? {};
    const of = values[place];
    return {
      name,
      ...(counts.get(name) ?? { conversions: 0, nonConversions: 0 }),
      markov: { share, error: standardError },
      shapley: { share: of?.share ?? 0, error: worth > 0 ? (of?.standardError ?? 0) / worth : 0 },
    };
  });
  return {
    conversions: sumOf(paths.types.map((type) => type.conversions)),
    nonConversions: sumOf(paths.types.map((type) => type.nonConversions)),
    names: names.toSorted((a, b) => b.markov.share - a.markov.share || (a.name < b.name ? -1 : 1)),
    pooled: journeys.names.filter((name) => !kept.has(name)).length,
    remark: chain.remark,
  };
}
