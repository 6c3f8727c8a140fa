/** For the tests of this folder: a generated lake that the pipeline has run over, and its warehouse. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { GenerateRequest } from '../lambdas/generate/generate.ts';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';

// thrift, under parquetjs, requires uuid, which is ESM only: jest cannot require that on Node 20. Nothing of the house calls it.
jest.mock('uuid', () => ({}));
const { generate } = await import('../lambdas/generate/generate.ts');
const { loadCatalog } = await import('../lambdas/shared/schema/catalog.ts');
const { filesLake } = await import('../localstack/embedded/files-lake.ts');
const { withWarehouse } = await import('../localstack/embedded/lake-warehouse.ts');
const { run } = await import('../localstack/embedded/runner.ts');

export type Row = Readonly<Record<string, AnswerValue>>;

export interface House {
  /** The lake's folder. */
  readonly root: string;
  /** The rows that a query answers. */
  rows(sql: string): Promise<Row[]>;
  /** Checks of severity error that found failures. */
  readonly broken: readonly string[];
  remove(): Promise<void>;
}

/** Generates a world and runs the whole pipeline over it. */
export async function house(request: GenerateRequest): Promise<House> {
  const root = await mkdtemp(join(tmpdir(), 'house-'));
  const lake = filesLake(root);
  await generate(lake, request);
  const { checks } = await run(root);
  return {
    root,
    broken: checks.filter(({ failures, severity }) => severity === 'error' && failures > 0).map(({ check_name: name, failures }) => `${name}: ${String(failures)}`),
    rows: (sql) => withWarehouse(lake, loadCatalog(), async (warehouse) => {
      const { columns, rows } = await warehouse.query(sql);
      return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
    }),
    remove: () => rm(root, { recursive: true }),
  };
}
