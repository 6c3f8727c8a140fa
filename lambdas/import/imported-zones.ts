import type { Lake } from '../shared/ports/lake.ts';
import { allImports } from './land.ts';
import { zoneNote } from './time-zones.ts';

/** A sentence where the moments of all files that a lake has imported were not written in the shop's time zone. */
export async function zonesThatDiffer(lake: Lake, timeZone: string, flag = ''): Promise<string[]> {
  const all: Record<string, string> = {};
  for await (const { parts } of allImports(lake))
    for (const { offsets } of parts)
      for (const [offset, moment] of Object.entries(offsets ?? {})) all[offset] ??= moment;
  const note = zoneNote(all, timeZone, flag);
  return note === undefined ? [] : [note];
}
