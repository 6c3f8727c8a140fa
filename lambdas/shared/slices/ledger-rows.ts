import { types } from 'node:util';
import { isDay, type Day } from '../days.ts';
import { identifier, pathLiteral, textOf, type Json, type Session } from '../duckdb.ts';
import type { Lake } from '../ports/lake.ts';
import type { Column, Table } from '../schema/table.ts';
import { isPart, wholeOf, type Part } from '../schema/parts.ts';
import { damagedPrefix, ledgerRun, snapshotKey } from '../schema/ops-keys.ts';
import { isUnbroken } from '../sealed.ts';
import { readSnapshot, writeSnapshot } from './ledger-snapshot.ts';

/** An object that cannot be believed, and why. */
export interface Damaged {
  readonly key: string;
  readonly problem: string;
}

/** Keeps a damaged object of `ops/` where it is in nobody's way: what only it named has been built again. */
export async function setAside(lake: Lake, { key }: Damaged): Promise<void> {
  await lake.put(`${damagedPrefix}${key.slice('ops/'.length)}`, await lake.get(key));
  await lake.delete(key);
}

/** What the ledger says last of every slice, built or removed. */
export interface LedgerRows {
  readonly rows: readonly Readonly<Record<string, Json>>[];
  /** The objects that the rows are from. */
  readonly keys: readonly string[];
  readonly damaged: readonly Damaged[];
  /** What was read: the snapshot, and the objects that it does not cover. */
  readonly sources: readonly Source[];
}

/** An object and where it lies. */
export interface Source {
  readonly key: string;
  readonly path: string;
}

/** Column of the answer that tells the object: no column of a table begins so. */
const origin = '_path';

const columnsNeeded: ReadonlySet<string> = new Set(['run_id', 'table_name', 'slice', 'part', 'action', 'output_etag']);

/**
 * Reads the last row of each slice, of these columns. An object that is damaged, or that another release wrote in a way
 * that is not understood, is named and done without.
 */
export async function readLedger(
  lake: Lake,
  table: Table,
  session: Session,
  scratch: string,
  asked: readonly string[],
): Promise<LedgerRows> {
  const columns = table.columns.filter(({ name }) => columnsNeeded.has(name) || asked.includes(name));
  const snapshot = await readSnapshot(lake, session, scratch);
  const damaged: Damaged[] = [];
  const covered: string[] = [];
  let sources: Source[] = [];
  for await (const key of lake.keys(table.prefix)) {
    if (ledgerRun(key) === undefined) continue;
    if (snapshot?.covered.has(key)) covered.push(key);
    else if (await isUnbroken(lake, key)) sources.push({ key, path: await lake.localPath(key, scratch) });
    else damaged.push({ key, problem: 'its bytes are not those that were written' });
  }
  let first: Source[] = snapshot === undefined ? [] : [{ key: snapshotKey, path: snapshot.path }];
  for (;;) {
    const { rows, bad } = await attempt(session, columns, [...first, ...sources]);
    if (bad.length === 0)
      return {
        rows,
        keys: [...covered, ...sources.map(({ key }) => key)].toSorted(),
        damaged,
        sources: [...first, ...sources],
      };
    // A snapshot of another release: what it covers is read itself.
    if (bad.some(({ key }) => key === snapshotKey)) {
      first = [];
      for (const key of covered.splice(0)) sources.push({ key, path: await lake.localPath(key, scratch) });
      continue;
    }
    damaged.push(...bad);
    sources = sources.filter(({ key }) => !bad.some((one) => one.key === key));
  }
}

/** Makes the snapshot anew, over all that stands. */
export async function compactLedger(lake: Lake, table: Table, session: Session, scratch: string): Promise<void> {
  const { sources, keys } = await readLedger(
    lake,
    table,
    session,
    scratch,
    table.columns.map(({ name }) => name),
  );
  await writeSnapshot(
    lake,
    session,
    scratch,
    `SELECT * EXCLUDE (${origin}) FROM (${lastRowsOf(table.columns, sources)})`,
    keys,
  );
}

async function attempt(
  session: Session,
  columns: readonly Column[],
  sources: readonly Source[],
): Promise<{ rows: Record<string, Json>[]; bad: Damaged[] }> {
  try {
    const rows = await lastRows(session, columns, sources);
    const keys = new Map(sources.map(({ key, path }) => [path, key]));
    const bad = new Map<string, Damaged>();
    for (const row of rows) {
      const key = keys.get(textOf(row[origin])) ?? '';
      const problem = problemOf(row, columns, key);
      if (problem !== undefined) bad.set(key, { key, problem });
    }
    return { rows, bad: [...bad.values()] };
  } catch (error) {
    // One object is enough to fail them all: each is tried alone.
    const bad: Damaged[] = [];
    for (const source of sources) {
      const problem = await unreadable(session, columns, source);
      if (problem !== undefined) bad.push({ key: source.key, problem });
    }
    if (bad.length === 0) throw error;
    return { rows: [], bad };
  }
}

/** Columns by their names, since a newer release may have more of them. */
function lastRows(
  session: Session,
  columns: readonly Column[],
  sources: readonly Source[],
): Promise<Record<string, Json>[]> {
  return sources.length === 0 ? Promise.resolve([]) : session.rows(lastRowsOf(columns, sources));
}

/** The part of its day that a row speaks of. */
export const partOf = (row: Readonly<Record<string, unknown>>): Part | undefined =>
  typeof row['part'] === 'string' ? row['part'] : undefined;

/**
 * The SELECT of the last row of each slice (no release before this one knew of parts) of which a condition on the
 * table's name and the slice holds.
 */
export function lastRowsOf(columns: readonly Column[], sources: readonly Source[], where = 'true'): string {
  return `SELECT ${columns.map(({ name }) => identifier(name)).join(', ')}, ${origin}
    FROM (SELECT CAST(NULL AS VARCHAR) AS part WHERE false UNION ALL BY NAME
      SELECT * FROM read_parquet([${sources.map(({ path }) => pathLiteral(path)).join(', ')}], union_by_name = true, hive_partitioning = false, filename = '${origin}'))
    WHERE ${where}
    QUALIFY row_number() OVER (PARTITION BY table_name, slice, part ORDER BY finished_at DESC, run_id DESC) = 1`;
}

async function unreadable(session: Session, columns: readonly Column[], source: Source): Promise<string | undefined> {
  try {
    await lastRows(session, columns, [source]);
    return undefined;
  } catch (error) {
    // The engine's errors are of a realm of their own under jest.
    if (!types.isNativeError(error)) throw error;
    return `it cannot be read (${(error.message.split('\n')[0] ?? '').replaceAll(source.path, 'it')})`;
  }
}

/** Why a row cannot be one that a run wrote. */
function problemOf(row: Readonly<Record<string, Json>>, columns: readonly Column[], key: string): string | undefined {
  const wrong = columns.find(({ name, required, accepted }) => {
    const value = row[name] ?? null;
    return (required && value === null) || (accepted !== undefined && !accepted.includes(textOf(value)));
  });
  if (wrong !== undefined)
    return `it has a row whose ${wrong.name} is ${textOf(row[wrong.name])}: damaged, or of another release`;
  if (key !== snapshotKey && row['run_id'] !== ledgerRun(key))
    return `it has a row of another run, ${textOf(row['run_id'])}`;
  if ('finished_at' in row && Number.isNaN(Date.parse(textOf(row['finished_at']))))
    return `it has a row whose finished_at is ${textOf(row['finished_at'])}`;
  if (!isDay(textOf(row['slice']))) return `it has a row whose slice is ${textOf(row['slice'])}`;
  const part = partOf(row);
  if (part !== undefined && !isPart(part)) return `it has a row whose part is ${part}`;
  if (row['action'] === 'built' && row['output_etag'] === null) return 'it has a slice without the etag of its object';
  return undefined;
}

/** A slice that the ledger names. */
export interface NamedSlice {
  readonly table: string;
  readonly day: Day;
  readonly part?: Part | undefined;
  /** Size of its object, bytes. */
  readonly bytes: number;
  readonly etag: string;
  readonly rejected: number;
}

/** What a reader must know of the ledger: the slices that stand, and the objects that say so. */
export interface Standings {
  readonly slices: readonly NamedSlice[];
  readonly keys: readonly string[];
  readonly damaged: readonly Damaged[];
}

/** The slices that stand, for those who only read the lake. */
export async function readStandings(lake: Lake, table: Table, session: Session, scratch: string): Promise<Standings> {
  const { rows, keys, damaged } = await readLedger(lake, table, session, scratch, ['bytes_out', 'rejected']);
  const built = rows
    .filter((row) => row['action'] === 'built')
    .map((row) => ({
      table: textOf(row['table_name']),
      day: textOf(row['slice']),
      part: partOf(row),
      bytes: Number(row['bytes_out']),
      etag: textOf(row['output_etag']),
      rejected: Number(row['rejected'] ?? 0),
    }));
  const byDay = new Map<string, NamedSlice[]>();
  for (const one of built) {
    const name = `${one.table} ${one.day}`;
    byDay.set(name, [...(byDay.get(name) ?? []), one]);
  }
  return { slices: [...byDay.values()].flatMap((parts) => [...wholeOf(parts)]), keys, damaged };
}
