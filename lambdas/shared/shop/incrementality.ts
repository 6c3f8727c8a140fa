import { isChangedSince, type Experiment } from './experiments.ts';
import { priors, type Incrementality } from './incrementality-priors.ts';

/** What is known of a channel, and of what kind the knowledge is. */
export interface KnownIncrementality extends Incrementality {
  /** Of which model's credits the share is; undefined for a prior, which is of any. */
  readonly attributionModel: string | undefined;
  /** How much of the prior's variance the experiments have taken away: 0 to 1. */
  readonly tested: number;
  /** Newest first; none for a prior. */
  readonly experiments: readonly string[];
  /** Which experiment does not count, and why, where none does. */
  readonly outdated: string | undefined;
}

/** Half a 95 % interval of the normal law, in standard deviations. */
const half = 1.959964;
const precision = ({ low, high }: Incrementality) => ((2 * half) / Math.max(high - low, 1e-6)) ** 2;

/** Several pieces of knowledge as one: each weighs by its precision, as independent normal laws do. */
export function combined(pieces: readonly Incrementality[]): Incrementality {
  const total = pieces.reduce((sum, piece) => sum + precision(piece), 0);
  const incrementality = pieces.reduce((sum, piece) => sum + piece.incrementality * precision(piece), 0) / total;
  const reach = half / Math.sqrt(total);
  return { incrementality, low: incrementality - reach, high: incrementality + reach };
}

/**
 * What experiments of one channel say together. Where they lie further apart than their intervals allow, something that
 * none of them knows moved them, and together they say as much less (the ratio of Birge, 1932).
 */
function agreed(experiments: readonly Incrementality[]): Incrementality {
  const all = combined(experiments);
  const apart = experiments.reduce(
    (sum, one) => sum + precision(one) * (one.incrementality - all.incrementality) ** 2,
    0,
  );
  const wider = Math.sqrt(Math.max(1, apart / Math.max(1, experiments.length - 1)));
  const reach = (wider * (all.high - all.low)) / 2;
  return { ...all, low: all.incrementality - reach, high: all.incrementality + reach };
}

/**
 * Which part of its credits a channel causes: what is believed of such channels, and what its own experiments found,
 * each by its precision: a poor experiment moves the belief a little, a good one makes it forgotten. Experiments of one
 * campaign, corrected after they were read, or read with another look-back or another model than the newest, do not
 * count.
 */
export function incrementalityOf(
  channel: Experiment['channel'],
  experiments: readonly Experiment[],
  lookbackDays: number,
): KnownIncrementality {
  const tested = experiments
    .filter((one) => one.channel === channel && (one.campaign ?? null) === null && one.result !== undefined)
    .toSorted((a, b) => (a.to > b.to ? -1 : 1));
  const usable = tested.flatMap((one) =>
    one.result !== undefined && one.result.lookback_days === lookbackDays && !isChangedSince(one)
      ? [{ id: one.id, result: one.result }]
      : [],
  );
  const attributionModel = usable[0]?.result.attribution_model;
  const counted = usable.filter(({ result }) => result.attribution_model === attributionModel);
  const [newest] = counted.length === 0 ? tested : [];
  const believed = priors[channel];
  const known = counted.length === 0 ? believed : combined([believed, agreed(counted.map(({ result }) => result))]);
  return {
    ...known,
    tested: 1 - precision(believed) / precision(known),
    attributionModel,
    experiments: counted.map(({ id }) => id),
    outdated:
      newest &&
      `${newest.id} was ${isChangedSince(newest) ? 'changed after it was read' : 'read with another look-back'}`,
  };
}
