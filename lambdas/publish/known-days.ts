import type { Day } from '../shared/days.ts';
import { firstSpend } from '../shared/known-spend.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import { seenDays, type SeenDays } from '../shared/seen-days.ts';

/** The days of which a publication can tell. */
export interface KnownDays {
  /** Those that the shop has seen. */
  readonly seen: SeenDays | undefined;
  /** The first of which advertising reports tell. */
  readonly spendFrom: Day | undefined;
}

/** Asks a lake for the days that it knows. */
export async function knownDays(warehouse: Pick<Warehouse, 'query'>): Promise<KnownDays> {
  const [seen, spendFrom] = await Promise.all([seenDays(warehouse), firstSpend(warehouse)]);
  return { seen, spendFrom };
}
