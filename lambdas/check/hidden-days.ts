import { isShopTable } from '../model/shop-tables.ts';
import type { Day } from '../shared/days.ts';
import { sliceDay } from '../shared/schema/slice-key.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import type { Standings } from '../shared/slices/ledger-rows.ts';

/** A table of which Athena does not see the oldest days. */
export interface HiddenDays {
  readonly table: string;
  /** Its oldest day. */
  readonly oldest: Day;
  readonly slices: number;
}

/**
 * The tables that have slices before the first day of the deployment: partition projection begins there, and Athena
 * answers without them and without a word. Tables of the shop's profile have days of their own.
 */
export function hiddenDays(catalog: Catalog, { slices }: Pick<Standings, 'slices'>, firstDay: Day): HiddenDays[] {
  const hidden = new Map<string, { oldest: Day; slices: number }>();
  for (const { table: name, day } of slices) {
    const table = catalog.get(name);
    if (table === undefined || isShopTable(table) || day >= sliceDay(table, firstDay)) continue;
    const known = hidden.get(name);
    hidden.set(name, {
      oldest: known === undefined || day < known.oldest ? day : known.oldest,
      slices: (known?.slices ?? 0) + 1,
    });
  }
  return [...hidden].map(([table, found]) => ({ table, ...found }));
}
