import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import type { QueryOptions } from '../../../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../../../lambdas/shared/schema/catalog.ts';
import { describedTables } from '../../../lambdas/ask/described-tables.ts';
import { firstRows } from '../../../lambdas/ask/first-rows.ts';
import { lakeStatus } from '../run/lake-status.ts';
import { waitingOfAnswer } from '../run/waiting.ts';
import { withWarehouse } from '../warehouse/lake-warehouse.ts';
import { rejectsOf, runsOf } from './pipeline-report.ts';
import type { LakeReader } from './reader.ts';

export interface LakeReaderOptions {
  /** Keeps what tells one person from another from every query. */
  readonly withholdsPersons: boolean;
  /** What the engine of one query may take, MB. */
  readonly memoryLimitMb: number;
}

/**
 * Reads a lake in this process. It is opened anew for each question, so that each is answered from the lake as it
 * stands.
 */
export function lakeReader(lake: Lake, { withholdsPersons, memoryLimitMb }: LakeReaderOptions): LakeReader {
  const catalog = loadCatalog();
  return {
    query: async (sql, { maxRows, ...limits }) => {
      const warnings: string[] = [];
      const answer = await withWarehouse(
        lake,
        catalog,
        async (warehouse) => firstRows(await warehouse.stream(sql, limits), maxRows),
        { withholdsPersons, memoryLimitMb, onWarning: (line) => warnings.push(line) },
      );
      return { ...answer, notes: [...warnings, ...(await waitingOfAnswer(lake, '', true)), ...answer.notes] };
    },
    tables: () => Promise.resolve(describedTables(catalog, { withholdsPersons })),
    pipeline: async (signal) => {
      const options: QueryOptions = signal === undefined ? {} : { signal };
      const status = await lakeStatus(lake);
      // All of it: what the reader of a pipeline is shown of a record is named here, column by column.
      return withWarehouse(
        lake,
        catalog,
        async (warehouse) => ({
          status,
          runs: await runsOf(warehouse, options),
          rejects: await rejectsOf(warehouse, options),
        }),
        { memoryLimitMb },
      );
    },
    close: () => Promise.resolve(),
  };
}
