/** The lake's log of experiments: what the simulated shop's people would have written into it. */
import { ObjectNotFound, type Lake } from '../shared/ports/lake.ts';
import { experimentSchema, experimentsKey, experimentsSchema, type Experiment } from '../shared/shop/experiments.ts';
import { studiesOf } from './lift-study.ts';
import { dayOf } from './market/calendar.ts';
import type { Market } from './market/market.ts';

/** By which the generator knows its own entries: a person who edits one changes it. */
const note = 'Written by the simulated market. Change this note, and the file is yours: it is not written again.';

/** Where postcodes know less than the areas of orders do: Corsica has two, and each island overseas is one. */
const areas: Readonly<Record<string, readonly string[]>> = {
  '20': ['2A', '2B'],
  '97': ['971', '972', '973', '974', '976'],
};

/**
 * The experiments that are over. `display-regions-1`: the channel, how it was held out, and the number among those of its
 * kind.
 */
function experimentsOf(market: Market, last: string): Experiment[] {
  const kinds: string[] = [];
  const studies = studiesOf(market, dayOf(last));
  return market.holdouts.all.flatMap(({ channel, from, to, regions, people }, number) => {
    const how = regions ? 'regions' : people === undefined ? 'pause' : 'people';
    const kind = `${channel.toLowerCase().replaceAll(' ', '-')}-${how}`;
    kinds.push(kind);
    if (to > last) return [];
    return experimentSchema.parse({
      id: `${kind}-${kinds.filter((one) => one === kind).length}`,
      channel,
      from,
      to,
      held_out: regions
        ? { regions: regions.flatMap((region) => areas[region] ?? [region]) }
        : people === undefined
          ? { everywhere: true }
          : { people },
      study: studies.get(number),
      note,
    });
  });
}

/**
 * The experiments of the log: `own` where it is the generator's as it wrote it, or not there; anything else is a
 * person's.
 */
async function known(lake: Lake): Promise<{ readonly own: boolean; readonly ids: readonly string[] }> {
  try {
    const found = experimentsSchema.safeParse(JSON.parse((await lake.get(experimentsKey)).toString('utf8')));
    const experiments = found.data?.experiments ?? [];
    return {
      own: found.success && experiments.every((one) => one.note === note && one.result === undefined),
      ids: experiments.map(({ id }) => id),
    };
  } catch (error) {
    if (error instanceof ObjectNotFound) return { own: true, ids: [] };
    if (error instanceof SyntaxError) return { own: false, ids: [] };
    throw error;
  }
}

/**
 * Writes the experiments that are over into the lake's log, unless a person has edited it.
 *
 * @param last the last day that the lake has
 * @returns what a person has to add by hand: the experiments that an edited log lacks
 */
export async function logExperiments(lake: Lake, market: Market, last: string): Promise<readonly Experiment[]> {
  const experiments = experimentsOf(market, last);
  if (experiments.length === 0) return [];
  const { own, ids } = await known(lake);
  if (!own) return experiments.filter(({ id }) => !ids.includes(id));
  await lake.put(experimentsKey, `${JSON.stringify({ experiments }, null, 2)}\n`, { contentType: 'application/json' });
  return [];
}
