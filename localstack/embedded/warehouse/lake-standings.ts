/** What the ledger of a lake names, and what stands beside it: an answer must not leave anything out unseen. */
import { readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isBuiltSinceChecks } from '../../../lambdas/check/last-runs.ts';
import type { Day } from '../../../lambdas/shared/days.ts';
import { openEngine } from '../../../lambdas/shared/duckdb.ts';
import { LakeUnavailable, type Lake } from '../../../lambdas/shared/ports/lake.ts';
import { tableNamed, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import { partOfFile } from '../../../lambdas/shared/schema/parts.ts';
import { sliceOfKey } from '../../../lambdas/shared/schema/slice-key.ts';
import type { Table } from '../../../lambdas/shared/schema/table.ts';
import { readStandings, type NamedSlice, type Standings } from '../../../lambdas/shared/slices/ledger-rows.ts';
import { isAtWork, isFolder } from '../lake/at-work.ts';

/**
 * Reads what the ledger says, in an engine of its own that is gone before the first query.
 * @throws LakeUnavailable where the ledger is damaged
 */
export async function standingsOf(
  lake: Lake,
  catalog: Catalog,
  scratch: string,
  onWarning: (line: string) => void,
): Promise<Standings> {
  const engine = await openEngine({ threads: 1, memoryMb: 256, spill: join(tmpdir(), `sillage-spill-${process.pid}`) });
  try {
    const session = await engine.connect();
    const read = await readStandings(lake, tableNamed(catalog, 'pipeline_runs'), session, scratch);
    session.close();
    const [damaged] = read.damaged;
    if (damaged !== undefined) {
      throw new LakeUnavailable(
        `The ledger of the lake in ${lake.location} is damaged: of ${damaged.key}, ${damaged.problem}. What ` +
          'it names would be missing in an answer. "sillage run" does without it, and builds again what it ' +
          'named.',
      );
    }
    await tellUnnamed(lake, catalog, read.slices, onWarning);
    await tellUnended(lake, catalog, read.keys, onWarning);
    return read;
  } finally {
    engine.close();
  }
}

/**
 * Slices that stand without the ledger naming them: of a run that is at work or was cut short, or of a ledger that is
 * lost.
 */
async function tellUnnamed(
  lake: Lake,
  catalog: Catalog,
  slices: readonly NamedSlice[],
  onWarning: (line: string) => void,
): Promise<void> {
  const standing = await standingSlices(lake);
  const named = new Set(slices.map(({ table, day }) => `${table} ${day}`));
  for (const table of catalog.values()) {
    if (table.isView || (table.zone !== 'curated' && table.zone !== 'marts')) continue;
    const unnamed = standing(table, (day) => !named.has(`${table.name} ${day}`));
    if (unnamed.length === 0) continue;
    if (slices.length === 0) {
      throw new LakeUnavailable(
        `The lake in ${lake.location} has slices, as of ${table.name}, but its ledger in ops/pipeline_runs ` +
          'names none: it is lost, not mounted, or the first run is still at work. Put ops/ back, or have ' +
          '"sillage run" build everything again.',
      );
    }
    const what =
      `${table.name}: ` +
      `${unnamed.length === 1 ? `the slice of ${unnamed[0]} is` : `${unnamed.length} slices, ${unnamed[0]} to ${unnamed.at(-1)}, are`} ` +
      `not counted, since the ledger does not name ${unnamed.length === 1 ? 'it' : 'them'}`;
    if (!(await isAtWork(lake)))
      throw new LakeUnavailable(
        `${what}: a run was cut short, or a part of ops/pipeline_runs is gone. Without ` +
          `${unnamed.length === 1 ? 'it' : 'them'} the answer would be wrong: "sillage run" settles it.`,
      );
    onWarning(`${what}: a run is at work.`);
  }
  if (slices.length === 0)
    onWarning(`Nothing is built in the lake in ${lake.location}, so every table is empty: "sillage run".`);
}

/**
 * That a run has built some tables and not others, whatever ended it: it ends with its checks. In a bucket, runs of the
 * stream alone make none.
 */
async function tellUnended(
  lake: Lake,
  catalog: Catalog,
  ledger: readonly string[],
  onWarning: (line: string) => void,
): Promise<void> {
  if (!isFolder(lake) || !(await isBuiltSinceChecks(lake, catalog, ledger))) return;
  onWarning(
    (await isAtWork(lake))
      ? 'A run is at work: until it ends some tables are newer than others, and figures of several may not fit ' +
          'together.'
      : 'The last run did not come to its end: some tables are newer than others, and figures of several may be ' +
          'wrong. "sillage run" goes on where it ended, or says what keeps it.',
  );
}

/** What tells of a table the days of which an object stands and that are asked for, in order. */
type StandingSlices = (table: Table, isAsked: (day: Day) => boolean) => Day[];

async function standingSlices(lake: Lake): Promise<StandingSlices> {
  if (isFolder(lake))
    return (table, isAsked) => daysOf(lake, table).filter((day) => isAsked(day) && hasSlice(lake, table, day));
  const keys: string[] = [];
  for (const zone of ['curated/', 'marts/']) for await (const key of lake.keys(zone)) keys.push(key);
  return (table, isAsked) => [
    ...new Set(
      keys.flatMap((key) => {
        const day = sliceOfKey(table, key)?.day;
        return day !== undefined && isAsked(day) ? [day] : [];
      }),
    ),
  ];
}

/** Whether the folder of a lake has an object of a day, or of a part of it. */
function hasSlice(lake: Lake, table: Table, day: Day): boolean {
  const folder = join(lake.location, table.prefix, `dt=${day}`);
  return readdirSync(folder).some((name) => partOfFile(table.name, name) !== null);
}

/** The days that a table has a folder of, in the folder of a lake. */
function daysOf(lake: Lake, table: Table): string[] {
  const folder = join(lake.location, table.prefix);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith('dt='))
    .map((name) => name.slice('dt='.length))
    .toSorted();
}
