import type { Materialised } from '../lambdas/shared/ports/warehouse.ts';
import type { CopyOptions, DuckdbWarehouse } from '../localstack/embedded/warehouse/duckdb-warehouse.ts';

/** Leaves the rows of one SELECT in a file. */
export async function copyTo(
  warehouse: DuckdbWarehouse,
  select: string,
  path: string,
  options: CopyOptions,
): Promise<Materialised> {
  for await (const made of warehouse.answerAll([], [{ ...options, select, path }]).copied)
    return { path: made.path, rows: made.rows };
  throw new Error('Nothing was made.');
}
