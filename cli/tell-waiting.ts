import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { isFolder } from '../localstack/embedded/lake/at-work.ts';
import { waitingOfAnswer } from '../localstack/embedded/run/waiting.ts';
import { lakeFlag } from './context.ts';
import { warn } from './say.ts';

/** How a command of this lake is written, with its space. */
export const flagOf = (lake: Lake): string => (isFolder(lake) ? lakeFlag(lake.location) : ` --lake ${lake.location}`);

/** Says beside an answer what waits for a run, and is not in it. */
export async function tellWaiting(lake: Lake): Promise<void> {
  for (const line of await waitingOfAnswer(lake, flagOf(lake))) warn(line);
}
