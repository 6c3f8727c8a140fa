import { allImports, type Manifest } from '../../../lambdas/import/land.ts';
import { parquetFiles, textOf } from '../../../lambdas/shared/duckdb.ts';
import { ObjectNotFound, type Lake } from '../../../lambdas/shared/ports/lake.ts';
import { tableNamed } from '../../../lambdas/shared/schema/catalog.ts';
import { rejectsKey } from '../../../lambdas/shared/schema/ops-keys.ts';
import type { Workspace } from './workspace.ts';

/** A file of which no record is in any table. */
export interface RefusedFile {
  /** The raw object, or what was imported. */
  readonly key: string;
  /** Why, in words. */
  readonly message: string;
  /** Its records came by an import: the object is what the import made. */
  readonly isImport: boolean;
}

interface Refusals {
  readonly records: number;
  readonly message: string;
  readonly isWhole: boolean;
}

/**
 * Where a reject can be read; undefined where its retention is over, or it is gone: a run that judges its day writes it
 * anew.
 */
async function standingPath(lake: Lake, key: string, scratch: string): Promise<string | undefined> {
  try {
    return await lake.localPath(key, scratch);
  } catch (error) {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  }
}

/** What is refused of each raw object, as the lake stands, by whichever run. */
async function refusals({ lake, catalog, engine, ledger, scratch }: Workspace): Promise<ReadonlyMap<string, Refusals>> {
  const keys = ledger
    .standings()
    .slices.filter(({ table, rejected }) => rejected > 0 && catalog.has(table))
    .map(({ table, day, part }) => rejectsKey(catalog, tableNamed(catalog, table), day, part));
  const paths = (await Promise.all(keys.map((key) => standingPath(lake, key, scratch)))).filter(
    (path) => path !== undefined,
  );
  if (paths.length === 0) return new Map();
  const session = await engine.connect();
  try {
    const rows = await session.rows(
      `SELECT object, count(DISTINCT line) AS records, min(array_to_string(messages, ' ')) AS message,
        bool_or(array_to_string(reasons, ' ') SIMILAR TO '.*(:document|_column:).*') AS is_whole
      FROM ${parquetFiles(paths)} GROUP BY object ORDER BY object`,
    );
    return new Map(
      rows.map((row) => [
        textOf(row['object'] ?? null),
        { records: Number(row['records']), message: textOf(row['message'] ?? null), isWhole: row['is_whole'] === true },
      ]),
    );
  } finally {
    session.close();
  }
}

/** Of an import, why all of a part was refused; undefined where some of it was not. */
function whyWhole({ records, documents }: Manifest['parts'][number], refused: ReadonlyMap<string, Refusals>) {
  const found = documents.flatMap((key) => refused.get(key) ?? []);
  const isAll = records > 0 && found.reduce((sum, one) => sum + one.records, 0) >= records;
  return isAll ? found[0]?.message : undefined;
}

/**
 * The files of which everything is refused, as the lake stands: a run that builds nothing new tells of them as the
 * first one did.
 */
export async function refusedFiles(workspace: Workspace): Promise<RefusedFile[]> {
  const refused = await refusals(workspace);
  if (refused.size === 0) return [];
  const imported: RefusedFile[] = [];
  for await (const { file, parts } of allImports(workspace.lake))
    for (const part of parts) {
      const message = whyWhole(part, refused);
      if (message !== undefined)
        imported.push({
          key: part.sheet === undefined ? file : `${file}, sheet ${part.sheet}`,
          message,
          isImport: true,
        });
    }
  const landed = [...refused].flatMap(([key, { message, isWhole }]) =>
    isWhole ? [{ key, message, isImport: false }] : [],
  );
  return [...landed, ...imported];
}
