import type { Day } from '../shared/days.ts';
import { firstSpend, unknownSpendSql } from '../shared/known-spend.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import { seenDays, type SeenDays } from '../shared/seen-days.ts';

/** The days of which a publication can tell. */
export interface KnownDays {
  /** Those that the shop has seen. */
  readonly seen: SeenDays | undefined;
  /** The first of which advertising reports tell. */
  readonly spendFrom: Day | undefined;
  /** Paid channels that are credited with revenue and of which no cost is known on any day. */
  readonly unknownSpend: readonly string[];
}

/** Asks a lake for the days that it knows. */
export async function knownDays(warehouse: Pick<Warehouse, 'query'>): Promise<KnownDays> {
  const [seen, spendFrom, { rows }] = await Promise.all([
    seenDays(warehouse),
    firstSpend(warehouse),
    warehouse.query(unknownSpendSql('true')),
  ]);
  return { seen, spendFrom, unknownSpend: rows.flatMap(([channel]) => (typeof channel === 'string' ? [channel] : [])) };
}
