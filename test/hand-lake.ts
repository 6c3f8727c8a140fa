/** Lakes of files that people export: imported as the command does it, run, and asked. */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { cell as cellText } from '../cli/cell.ts';
import { landAll, look } from '../lambdas/import/import.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';

const exported = new Date('2025-04-01T08:00:00Z');

/** Files by their names, as they were downloaded on the first of April. */
export type Files = Readonly<Record<string, Uint8Array | string>>;

/** One `sillage import`; each file must be understood. `feed`: what a person says by `--feed`. */
export async function importFiles(root: string, files: Files, feed?: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hand-files-'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content);
    await utimes(join(folder, name), exported, exported);
  }
  const scratch = join(folder, '.scratch');
  const looked = await look(filesLake(root), [folder], { scratch, feed });
  expect(looked.filter(({ kind }) => kind !== 'understood')).toEqual([]);
  await landAll(filesLake(root), looked, scratch);
  await rm(folder, { recursive: true });
}

/** What a query answers: the cells of a row as a person reads them. */
export const rowsOf = (root: string, sql: string): Promise<string[]> =>
  withWarehouse(filesLake(root), loadCatalog(), async (warehouse) =>
    (await warehouse.query(sql)).rows.map((row) => row.map((cell) => cellText(cell)).join(' | ')),
  );

/** The same, by the names of the columns. */
export const recordsOf = (root: string, sql: string): Promise<Readonly<Record<string, unknown>>[]> =>
  withWarehouse(filesLake(root), loadCatalog(), async (warehouse) => {
    const { columns, rows } = await warehouse.query(sql);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
  });

/** Runs a lake, of which no record may be refused, and in which every check must hold. */
export async function runWhole(root: string): Promise<void> {
  const summary = await run(root);
  expect(await rowsOf(root, "SELECT object, array_join(messages, ' ') FROM rejects")).toEqual([]);
  expect(summary.checks.filter(({ severity, failures }) => severity === 'error' && failures > 0)).toEqual([]);
}
