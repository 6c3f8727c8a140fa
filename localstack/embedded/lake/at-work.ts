import { isAbsolute } from 'node:path';
import { isHeld } from '../../../lambdas/lease/lease.ts';
import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { isLocked } from './lock.ts';

/** Whether a lake's objects are the files of a folder of this machine. */
export const isFolder = ({ location }: Lake): boolean => isAbsolute(location);

/** Whether a run is at work in a lake: it has the lock of the folder, or the lease of the bucket. */
export async function isAtWork(lake: Lake): Promise<boolean> {
  return isFolder(lake) ? isLocked(lake.location, 'run') : isHeld(lake);
}
