import type { AttributionWeightsRow } from '../shared/schema/rows.generated.ts';
import { normalised } from './credit.ts';
import type { Paths } from './paths.ts';
import { sumOf } from './statistics.ts';
import { touchedBy } from './touched.ts';
import type { WeightsOf } from './weights.ts';

/** A model by its name. */
export interface DataDrivenModel {
  readonly name: string;
  readonly weightsOf: WeightsOf;
}

/** Fewer orders than this say little of a dozen channels. */
const fewConversions = 100;

const inWords = (number: number): string => number.toLocaleString('en-GB');

/** On what the weights rest, in words. */
function remarkOf(conversions: number, nonConversions: number): string {
  const journeys = `${inWords(conversions)} journeys with an order and ${inWords(nonConversions)} without, of the 90 days before`;
  if (conversions === 0) return `Nothing to learn from, so all channels are alike: ${journeys}.`;
  const reserves = [
    ...(conversions < fewConversions ? ['few orders, so the weights are rough'] : []),
    ...(nonConversions === 0 ? ['a journey without an order is known after 30 quiet days'] : []),
  ];
  return [`Learnt from ${journeys}`, ...reserves].join('; ') + '.';
}

/**
 * The weights of each model for each channel, as shares of their sum. They are rounded to four digits: another
 * machine's last bit changes nothing, and neither does one journey among many.
 * @param channels all that an order may be credited to, whether a journey has touched it or not
 */
export function channelWeights(
  paths: Paths,
  channels: readonly string[],
  models: readonly DataDrivenModel[],
): AttributionWeightsRow[] {
  const conversions = sumOf(paths.types.map((type) => type.conversions));
  const remark = remarkOf(conversions, sumOf(paths.types.map((type) => type.nonConversions)));
  const counts = touchedBy(paths);
  const names = [...new Set([...channels, ...paths.names])].toSorted();
  return models.flatMap(({ name: model, weightsOf }) => {
    const found = conversions === 0 ? [] : weightsOf(paths);
    const byName = new Map(paths.names.map((name, place) => [name, found[place] ?? 0]));
    const shares = normalised(names.map((name) => byName.get(name) ?? 0));
    return names.map((channel, place) => ({
      attribution_model: model,
      channel,
      weight: Math.round((shares[place] ?? 0) * 1e4) / 1e4,
      conversions: counts.get(channel)?.conversions ?? 0,
      non_conversions: counts.get(channel)?.nonConversions ?? 0,
      remark,
    }));
  });
}
