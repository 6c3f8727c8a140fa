/** The lake's log of experiments: what the simulated shop's people would have written into it. */
import * as z from 'zod';
import { ObjectNotFound, type Lake } from '../shared/ports/lake.ts';
import type { Holdout } from './market/holdouts.ts';

export const experimentsKey = 'experiments.json';

/** By which the generator knows its own entries: a person who edits one changes it. */
const note = 'Written by the simulated market. Change this note, and the file is yours: it is not written again.';

/** An experiment as the log has it; the days are included, in the shop's time zone. */
interface Experiment {
  readonly id: string;
  readonly channel: string;
  readonly from: string;
  readonly to: string;
  readonly held_out: { readonly regions: readonly string[] } | { readonly everywhere: true };
  readonly note: string;
}

const logSchema = z.object({ experiments: z.array(z.looseObject({ note: z.string().optional() })) });

/** `display-regions-1`: the channel, how it was held out, and the number among those of its kind. */
function experimentsOf(holdouts: readonly Holdout[]): Experiment[] {
  const kinds: string[] = [];
  return holdouts.map(({ channel, from, to, regions }) => {
    const kind = `${channel.toLowerCase().replaceAll(' ', '-')}-${regions ? 'regions' : 'pause'}`;
    kinds.push(kind);
    return {
      id: `${kind}-${kinds.filter((one) => one === kind).length}`,
      channel,
      from,
      to,
      held_out: regions ? { regions } : { everywhere: true },
      note,
    };
  });
}

/** Whether the log is the generator's own, or not there; anything else is a person's. */
async function mayWrite(lake: Lake): Promise<boolean> {
  try {
    const found = logSchema.safeParse(JSON.parse((await lake.get(experimentsKey)).toString('utf8')));
    return found.success && found.data.experiments.every((experiment) => experiment.note === note);
  } catch (error) {
    if (error instanceof ObjectNotFound) return true;
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/**
 * Writes the experiments that are over into the lake's log, unless a person has edited it.
 *
 * @param last the last day that the lake has
 * @returns what a person has to add by hand: the experiments that an edited log may lack
 */
export async function logExperiments(
  lake: Lake,
  holdouts: readonly Holdout[],
  last: string,
): Promise<readonly Experiment[]> {
  const experiments = experimentsOf(holdouts).filter(({ to }) => to <= last);
  if (experiments.length === 0) return [];
  if (!(await mayWrite(lake))) return experiments;
  await lake.put(experimentsKey, `${JSON.stringify({ experiments }, null, 2)}\n`, { contentType: 'application/json' });
  return [];
}
