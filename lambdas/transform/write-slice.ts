import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Day } from '../shared/days.ts';
import { targetLiteral, textOf, type Session } from '../shared/duckdb.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import type { Table } from '../shared/schema/table.ts';
import { writeRejects, type Reject } from './rejects.ts';
import { fileOf } from '../shared/schema/parts.ts';
import type { SliceName } from '../shared/slices/staleness.ts';
import type { BatchContext } from './staging.ts';
import { sliceSelect } from './statement.ts';

/** What of a slice was staged. */
export interface Counts {
  readonly staged: number;
  readonly bad: number;
  readonly duplicates: number;
}

/** The counts of each slice in `staged` and `duplicates`. */
export async function countBySlice(session: Session): Promise<Map<Day, Counts>> {
  const rows = await session.rows(`SELECT CAST(_slice AS VARCHAR) AS day, count(*) AS staged, count(_reasons) AS bad,
    (SELECT count(*) FROM duplicates AS l WHERE l._slice = s._slice) AS duplicates FROM staged AS s GROUP BY _slice`);
  return new Map(
    rows.map((row) => [
      textOf(row['day']),
      { staged: Number(row['staged']), bad: Number(row['bad']), duplicates: Number(row['duplicates']) },
    ]),
  );
}

/** What a slice came to: `rowsIn = rowsOut + rejected + duplicates`. */
export interface Written {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly bytesOut: number;
  readonly etag: string;
}

/**
 * Writes the rejects of a slice and its rows (those in `good`, where no SELECT gives others), each by one atomic put:
 * sorted, ZSTD, with statistics.
 * @throws Error where a record is not accounted for; then nothing was written
 */
export async function writeSlice(
  { session, lake, scratch, catalog }: BatchContext,
  table: Table,
  { day, part }: SliceName,
  { staged, bad, duplicates }: Counts,
  rejects: readonly Reject[],
  select = sliceSelect(table, day),
): Promise<Written> {
  const path = join(scratch, `${day}-${fileOf(table.name, part)}`);
  const { rowsChanged: rowsOut } = await session.connection.run(
    `COPY (${select}) TO ${targetLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
  );
  const stagedRejects = rejects.filter((reject) => reject.staged).length;
  // What could not be unpacked never reached `staged`.
  const rowsIn = staged + rejects.length - stagedRejects;
  if (rowsIn !== rowsOut + rejects.length + duplicates || bad !== stagedRejects) {
    await rm(path, { force: true });
    throw new Error(
      `${table.name} of ${day}${part === undefined ? '' : `, part ${part},`} does not add up: ${rowsIn} ` +
        `records in, but ${rowsOut} rows out + ${rejects.length} rejected + ${duplicates} duplicates. Nothing ` +
        'was written for it.',
    );
  }
  await writeRejects(lake, catalog, table, { day, part }, rejects);
  const bytesOut = (await stat(path)).size;
  const { etag } = await lake.putFile(sliceKey(table, day, part), path, {
    contentType: 'application/vnd.apache.parquet',
    metadata: { rows: String(rowsOut) },
  });
  return { rowsIn, rowsOut, rejected: rejects.length, duplicates, bytesOut, etag };
}
