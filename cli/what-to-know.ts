import { findingsOf } from '../lambdas/check/findings.ts';
import { zonesThatDiffer } from '../lambdas/import/imported-zones.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { readProfile } from '../lambdas/shared/shop/profile.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { lakeFlag } from './context.ts';

/** What makes the figures of a lake in a folder wrong without failing a check: a sentence for each, with what to do. */
export async function whatToKnow(root: string): Promise<string[]> {
  const [lake, flag] = [filesLake(root), lakeFlag(root)];
  const { profile } = await readProfile(lake);
  return [
    ...(await withWarehouse(lake, loadCatalog(), (warehouse) => findingsOf(warehouse, flag))),
    ...(await zonesThatDiffer(lake, profile.time_zone, flag)),
  ];
}
