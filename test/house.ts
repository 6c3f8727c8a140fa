/** For the tests of this folder: a generated lake that the pipeline has run over, and its warehouse. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GenerateRequest } from '../lambdas/generate/generate.ts';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import { generate } from '../lambdas/generate/generate.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import type { RunOptions } from '../localstack/embedded/run/run-summary.ts';
import { run } from '../localstack/embedded/run/runner.ts';

export type Row = Readonly<Record<string, AnswerValue>>;

export interface Workspace {
  /** The lake's folder. */
  readonly root: string;
  /** The rows that a query answers. */
  rows(sql: string): Promise<Row[]>;
  /** Checks of severity error that found failures. */
  readonly broken: readonly string[];
  remove(): Promise<void>;
}

/** Generates a world and runs the whole pipeline over it; it publishes where the options say so. */
export async function house(request: GenerateRequest, options: RunOptions = {}): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), 'house-'));
  const lake = filesLake(root);
  await generate(lake, request);
  const { checks } = await run(root, options);
  return {
    root,
    broken: checks
      .filter(({ failures, severity }) => severity === 'error' && failures > 0)
      .map(({ check_name: name, failures }) => `${name}: ${String(failures)}`),
    rows: (sql) =>
      withWarehouse(lake, loadCatalog(), async (warehouse) => {
        const { columns, rows } = await warehouse.query(sql);
        return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
      }),
    remove: () => rm(root, { recursive: true }),
  };
}
