/**
 * What makes figures wrong without breaking any promise of the schema: sources that lack something, or do not meet. No
 * check fails for it; it is told after an import and by `sillage status`.
 */
import { LakeUnavailable } from '../shared/ports/lake.ts';
import type { QueriesTogether } from '../shared/ports/warehouse.ts';
import { campaigns } from './findings/campaigns.ts';
import { costs } from './findings/costs.ts';
import type { Finding } from './findings/finding.ts';
import { days } from './findings/days.ts';
import { influencers } from './findings/influencers.ts';
import { orders } from './findings/orders.ts';
import { visits } from './findings/visits.ts';

/** In the order in which they are told. */
export const findings: readonly Finding[] = [...costs, ...orders, ...campaigns, ...visits, ...influencers, ...days];

/** Everything that is to be told of a lake, in sentences. @param lake the flag that names the lake to a command, with its space */
export async function findingsOf(warehouse: QueriesTogether, lake = ''): Promise<string[]> {
  const told = async (asked: readonly Finding[]) => {
    const answers = await warehouse.queryAll(asked.map(({ sql }) => sql));
    return asked.flatMap(({ words }, n) => words(answers[n]?.rows ?? [], lake));
  };
  try {
    return await told(findings);
  } catch (error) {
    if (!(error instanceof LakeUnavailable)) throw error;
    // Rejects are closed to who may read the figures alone, and all else is told to them.
    return told(findings.filter(({ ofRejects }) => ofRejects !== true));
  }
}
