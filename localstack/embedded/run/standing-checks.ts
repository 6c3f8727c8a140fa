import { promisesOf } from '../../../lambdas/check/check.ts';
import { lastChecks } from '../../../lambdas/check/last-runs.ts';
import { checksIn, type Shelf } from '../../../lambdas/check/read-checks.ts';
import type { CheckResultsRow } from '../../../lambdas/shared/schema/rows.generated.ts';
import type { Damaged } from '../../../lambdas/shared/slices/ledger-rows.ts';

/**
 * What the last checks found, where no run has built or removed anything since and they promise the same; `checks` is
 * undefined where they must be made again. `unsigned` are those of which it cannot be read what they promise, as by who
 * may not read `.sillage/`, where a folder keeps it, and of a copy without it.
 */
export async function standingChecks(
  shelf: Shelf,
): Promise<{ readonly checks?: CheckResultsRow[]; readonly unsigned?: CheckResultsRow[]; readonly damaged?: Damaged }> {
  const { last, isBuiltSince } = await lastChecks(shelf.lake, shelf.catalog);
  if (last === undefined) return {};
  const found = await checksIn(shelf, last.key);
  if ('problem' in found) return { damaged: found };
  if (isBuiltSince) return {};
  const promises = (await shelf.lake.head(last.key))?.metadata['promises'];
  if (promises === undefined) return { unsigned: found };
  return promises === promisesOf(shelf.catalog) ? { checks: found } : {};
}
