import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { literal, pathLiteral, targetLiteral, textOf, type Session } from '../duckdb.ts';
import type { Lake } from '../ports/lake.ts';
import { snapshotKey } from '../schema/ops-keys.ts';
import { isUnbroken, putSealed } from '../sealed.ts';

/** The last row of every slice at some moment, with the objects of the ledger that these rows are from. */
export interface Snapshot {
  readonly path: string;
  /** What need not be read again. */
  readonly covered: ReadonlySet<string>;
}

const coveredSchema = z.array(z.string());

/**
 * The snapshot of the ledger; undefined where there is none, or none that can be believed: then all objects of the
 * ledger are read.
 */
export async function readSnapshot(lake: Lake, session: Session, scratch: string): Promise<Snapshot | undefined> {
  if ((await lake.head(snapshotKey)) === undefined || !(await isUnbroken(lake, snapshotKey))) return undefined;
  const path = await lake.localPath(snapshotKey, scratch);
  try {
    const [row] = await session.rows(
      `SELECT decode(value) AS covered FROM parquet_kv_metadata(${pathLiteral(path)}) WHERE decode(key) = 'covered'`,
    );
    return { path, covered: new Set(coveredSchema.parse(JSON.parse(textOf(row?.['covered'])))) };
  } catch {
    // It only saves reading: what it says stands in the objects too.
    return undefined;
  }
}

/** Writes the rows of a SELECT as the snapshot that covers these objects. */
export async function writeSnapshot(
  lake: Lake,
  session: Session,
  scratch: string,
  select: string,
  covered: readonly string[],
): Promise<void> {
  await mkdir(scratch, { recursive: true });
  const path = join(scratch, 'ledger-snapshot.parquet');
  try {
    await session.run(
      `COPY (${select}) TO ${targetLiteral(path)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA { covered: ${literal(JSON.stringify(covered))} })`,
    );
    await putSealed(lake, snapshotKey, await readFile(path));
  } finally {
    await rm(path, { force: true });
  }
}
