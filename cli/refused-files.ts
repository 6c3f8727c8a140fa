import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { looksLike } from '../lambdas/import/import.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import type { RunSummary } from '../localstack/embedded/run/run-summary.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { lakeFlag } from './context.ts';
import { cell } from './cell.ts';

/** A raw object of which nothing could be read. */
interface RefusedFile {
  readonly key: string;
  readonly message: string;
}

/** The objects that slices of this run refused as a whole. */
async function refusedWhole(root: string, { steps }: Pick<RunSummary, 'steps'>): Promise<RefusedFile[]> {
  const slices = new Set(
    steps.flatMap(({ table, built }) =>
      built.flatMap(({ day, rejected }) => ((rejected ?? 0) > 0 ? [`${table} ${day}`] : [])),
    ),
  );
  if (slices.size === 0) return [];
  const sql = `SELECT table_name, dt, object, array_join(messages, ' ') FROM rejects
    WHERE array_join(reasons, ' ') LIKE '%:document%' OR array_join(reasons, ' ') LIKE '%\\_column:%' ESCAPE '\\'`;
  const { rows } = await withWarehouse(filesLake(root), loadCatalog(), (warehouse) => warehouse.query(sql));
  const found = new Map(
    rows.flatMap(([table, day, key, message]) =>
      slices.has(`${cell(table)} ${cell(day)}`) ? [[cell(key), cell(message)] as const] : [],
    ),
  );
  return [...found].map(([key, message]) => ({ key, message }));
}

/** What is looked into: of many files the first few tell what is wrong. */
const named = 5;

/** A line for each raw object that a run refused as a whole: what it looks like, and what to do. */
export async function refusedFileLines(root: string, summary: Pick<RunSummary, 'steps'>): Promise<string[]> {
  const files = await refusedWhole(root, summary);
  if (files.length === 0) return [];
  const scratch = await mkdtemp(join(tmpdir(), 'sillage-look-'));
  const lake = filesLake(root);
  try {
    const lines: string[] = [];
    for (const { key, message } of files.slice(0, named)) {
      const like = await looksLike(await lake.localPath(key, scratch), scratch);
      lines.push(
        typeof like === 'string'
          ? `${key}: nothing of it could be read. ${message}`
          : `${key}: nothing of it could be read there. It looks like ${like.source}, ${like.report}: move it to inbox/ of the lake and run again, or import it with "sillage import FILE${lakeFlag(root)}".`,
      );
    }
    if (files.length > named)
      lines.push(
        `and ${files.length - named} more files of which nothing could be read: sillage rejects${lakeFlag(root)}`,
      );
    return lines;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
