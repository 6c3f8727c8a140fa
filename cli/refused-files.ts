import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { looksLike } from '../lambdas/import/import.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import type { RunSummary } from '../localstack/embedded/run/run-summary.ts';
import { lakeFlag } from './context.ts';

/** What is looked into: of many files the first few tell what is wrong. */
const named = 5;

/** A line for each file of which nothing could be read: what it looks like, and what to do. */
export async function refusedFileLines(root: string, files: RunSummary['refusedFiles']): Promise<string[]> {
  if (files.length === 0) return [];
  const scratch = await mkdtemp(join(tmpdir(), 'sillage-look-'));
  const lake = filesLake(root);
  try {
    const lines: string[] = [];
    for (const { key, message, isImport } of files.slice(0, named)) {
      if (isImport) {
        lines.push(`${key}: it was imported, and all of its records are refused. ${message}`);
        continue;
      }
      const like = await looksLike(await lake.localPath(key, scratch), scratch);
      lines.push(
        typeof like === 'string'
          ? `${key}: nothing of it could be read. ${message}`
          : `${key}: nothing of it could be read there. It looks like ${like.source}, ${like.report}: move it ` +
              `to inbox/ of the lake and run again, or import it with "sillage import FILE${lakeFlag(root)}".`,
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
