import { randomUUID } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Materialise } from '../../../lambdas/model/model.ts';
import type { DuckdbWarehouse } from './duckdb-warehouse.ts';

/** Holds the rows of each SELECT in a Parquet file of a folder, until it is moved into the lake. */
export function materialiseIn(folder: string, warehouse: Pick<DuckdbWarehouse, 'copyTo'>): Materialise {
  return async ({ table, select, relations }) => {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${randomUUID()}.parquet`);
    const { rows } = await warehouse.copyTo(select, path, { orderBy: table.sort, relations });
    return {
      rows,
      putAs: async (lake, key) => {
        const { size: bytes } = await stat(path);
        const { etag } = await lake.putFile(key, path, {
          contentType: 'application/vnd.apache.parquet',
          metadata: { rows: String(rows) },
        });
        return { etag, bytes };
      },
    };
  };
}
