import { randomUUID } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Materialise } from '../../../lambdas/model/model.ts';
import type { DuckdbWarehouse } from './duckdb-warehouse.ts';

/** Holds the rows of each slice in a Parquet file of a folder, until it is moved into the lake. */
export function materialiseIn(folder: string, warehouse: Pick<DuckdbWarehouse, 'copyEach'>): Materialise {
  return async function* materialised({ table, select, narrowed, slices }) {
    await mkdir(folder, { recursive: true });
    const copies = slices.map((slice) => ({ ...slice, path: join(folder, `${randomUUID()}.parquet`) }));
    const days = new Map(copies.map(({ path, day }) => [path, day]));
    for await (const { path, rows } of warehouse.copyEach(select, copies, { orderBy: table.sort, narrowed })) {
      const day = days.get(path);
      if (day === undefined) throw new Error(`Nobody asked for ${path}.`);
      yield {
        day,
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
    }
  };
}
