import * as z from 'zod';
import type { Day } from '../days.ts';
import { jsonObject } from '../json-object.ts';
import type { Lake } from '../ports/lake.ts';
import type { Table } from '../schema/table.ts';
import { erasuresPrefix, importsPrefix } from '../schema/ops-keys.ts';
import type { Ledger } from './ledger.ts';

/** What a plan of an erasure and its certificate have in common. */
const erasure = z.looseObject({ objects: z.array(z.looseObject({ key: z.string() })) });

/** What is noted of an imported sheet in place of which a newer one counts: its documents have no row any more. */
const imported = z.looseObject({ taken_back: z.array(z.string()).default([]) });

/** The raw objects that erasures have rewritten, or newer versions of a sheet have emptied. */
async function emptiedObjects(lake: Lake): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const one of lake.keys(erasuresPrefix)) {
    const known = await jsonObject(lake, one, erasure);
    known?.objects.forEach(({ key }) => keys.add(key));
  }
  for await (const one of lake.keys(importsPrefix)) {
    const known = /\/(?:import|undone)\.json$/.test(one) ? await jsonObject(lake, one, imported) : undefined;
    known?.taken_back.forEach((key) => keys.add(key));
  }
  return keys;
}

/**
 * Of the days that have nothing to be made from any more, those that nobody has emptied. A slice was emptied where an
 * erasure, or a newer version of a sheet, has rewritten one of its raw objects, and all of them still stand: else a
 * disk may be missing.
 */
export async function notErased(
  lake: Lake,
  ledger: Ledger,
  table: Table,
  days: readonly Day[],
  standing: { has(key: string): boolean },
): Promise<Day[]> {
  if (days.length === 0) return [];
  const erased = await emptiedObjects(lake);
  if (erased.size === 0) return [...days];
  const inputs = await ledger.inputKeys(table.name, days);
  return days.filter((day) => {
    const raw = (inputs.get(day) ?? [])
      .filter((input) => input.startsWith('raw/'))
      .map((input) => input.slice(0, input.lastIndexOf('@')));
    return !(raw.some((key) => erased.has(key)) && raw.every((key) => standing.has(key)));
  });
}
