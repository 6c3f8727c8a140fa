import { joinSettled } from '../../../lambdas/join/join.ts';
import { LakeUnavailable, type Lake } from '../../../lambdas/shared/ports/lake.ts';
import type { Catalog } from '../../../lambdas/shared/schema/catalog.ts';

/**
 * Joins small objects, of the stream and of webhooks, before anything is planned. A run does not depend on it: wherever it fails, each
 * record is found once, and the next run goes on from there.
 * @returns what went wrong, as warnings @throws LakeUnavailable as the run itself would
 */
export async function joinStream(
  workspace: { readonly lake: Lake; readonly catalog: Catalog },
  now = new Date(),
): Promise<readonly string[]> {
  try {
    return (await joinSettled(workspace, now)).problems;
  } catch (error) {
    if (error instanceof LakeUnavailable) throw error;
    return [
      `Small objects could not all be joined: ${error instanceof Error ? error.message : String(error)} No ` +
        'record is lost; the next run tries again.',
    ];
  }
}
