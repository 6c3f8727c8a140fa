import { mkdir } from 'node:fs/promises';
import type { Day } from '../shared/days.ts';
import type { Table } from '../shared/schema/table.ts';
import type { Slice } from '../shared/slices/staleness.ts';
import type { Built } from '../shared/slices/slice-maker.ts';
import { dropLookups, stageLookups } from './lookups.ts';
import type { BatchFile } from './raw-objects.ts';
import { collectRejects } from './rejects.ts';
import { stage, type BatchContext } from './staging.ts';
import { duplicatesStatement, goodStatement } from './statement.ts';
import { growSlice, type Standing } from './grow-slice.ts';
import { countBySlice, writeSlice, type Written } from './write-slice.ts';

/** A slice of records: `rowsIn = rowsOut + rejected + duplicates`. */
export type BuiltRecords = Built & Written;

/**
 * Builds a batch of slices of one table, which are days, or one part of a day: stages and judges the records of its raw
 * files once (`staged`), finds which of them another replaces (`duplicates`), and writes what is left (`good`) and what
 * is refused, slice by slice. Of a slice that has grown the files are those that were added, and one that cannot be made
 * of these and of what stands of it is left out.
 * @param standing what stands of the slices that have grown, by day
 * @throws Error where a record is not accounted for; slices that were written before stay, and are right
 */
export async function buildBatch(
  context: BatchContext,
  table: Table,
  select: string,
  slices: readonly Slice[],
  files: readonly BatchFile[],
  standing: ReadonlyMap<Day, Standing> = new Map(),
): Promise<BuiltRecords[]> {
  const { session } = context;
  const startedAt = new Date().toISOString();
  await mkdir(context.scratch, { recursive: true });
  const staging = await stage(context, table, select, slices, files);
  await session.run(duplicatesStatement(table));
  await stageLookups(context, table);
  const counts = await countBySlice(session);
  const rejects = await collectRejects(session, table, slices, files, staging);
  const shared = slices.length > 1;
  await session.run(goodStatement(table, shared ? 'TABLE' : 'VIEW'));
  if (shared) await session.run('DROP TABLE staged');
  const drop = () => session.run(shared ? 'DROP TABLE good' : 'DROP VIEW good; DROP TABLE staged');
  const built: BuiltRecords[] = [];
  try {
    for (const { day, part } of slices) {
      const counted = counts.get(day) ?? { staged: 0, bad: 0, duplicates: 0 };
      const refused = rejects.get(day) ?? [];
      const stands = standing.get(day);
      const written = await (stands === undefined
        ? writeSlice(context, table, { day, part }, counted, refused)
        : growSlice(context, table, { day, part }, counted, refused, stands));
      if (written !== undefined) built.push({ ...written, day, part, startedAt, finishedAt: new Date().toISOString() });
    }
  } catch (error) {
    // What is tried again in this session may be one slice, where it was several: no view takes the place of a table.
    await drop().catch(() => undefined);
    throw error;
  }
  await drop();
  await session.run('DROP TABLE duplicates');
  await dropLookups(session);
  return built;
}
