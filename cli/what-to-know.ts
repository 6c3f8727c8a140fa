import { findingsOf } from '../lambdas/check/findings.ts';
import { zonesThatDiffer } from '../lambdas/import/imported-zones.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { readProfile } from '../lambdas/shared/shop/profile.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';

/** What makes the figures of a lake wrong without failing a check: a sentence for each, with what to do. `flag`: how a command of the lake is written. */
export async function whatToKnow(lake: Lake, flag: string): Promise<string[]> {
  const { profile } = await readProfile(lake);
  return [
    ...(await withWarehouse(lake, loadCatalog(), (warehouse) => findingsOf(warehouse, flag))),
    ...(await zonesThatDiffer(lake, profile.time_zone, flag)),
  ];
}
