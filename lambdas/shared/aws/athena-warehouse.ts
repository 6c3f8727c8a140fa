import type { GetQueryResultsCommandOutput } from '@aws-sdk/client-athena';
import { type AnswerRow, type QueryOptions, type StreamedAnswer, type Warehouse, whole } from '../ports/warehouse.ts';
import { athenaExecutions, type AthenaOptions } from './athena-executions.ts';
import { assertReads } from './athena-reads.ts';
import { type AthenaColumn, columnOf, rowOf } from './athena-values.ts';
import { Allowance, realTiming } from './athena-waiting.ts';

export interface AthenaWarehouseOptions extends AthenaOptions {
  /**
   * Checks a text before Athena is asked, and paid: `assertPortable` where the same text must have the same answer on a
   * laptop. Without it the text may be whatever Athena reads: where only one engine is asked, no two can differ.
   */
  readonly admit?: (sql: string) => void;
}

/** A warehouse that Athena answers. A query's rows come when it is computed, a page at a time. */
export function athenaWarehouse(options: AthenaWarehouseOptions): Warehouse {
  const { timing = realTiming } = options;
  const { ended, page, track, closing, close } = athenaExecutions(options);

  async function* rowsOf(
    id: string,
    first: { readonly rows: GetQueryResultsCommandOutput; readonly skip: number },
    columns: readonly AthenaColumn[],
    allowance: Allowance,
  ): AsyncGenerator<readonly AnswerRow[]> {
    let { rows: found, skip } = first;
    for (;;) {
      const rows = (found.ResultSet?.Rows ?? []).slice(skip);
      if (rows.length > 0) yield rows.map((row) => rowOf(row, columns));
      const token = found.NextToken;
      if (token === undefined) return;
      found = await allowance.during((leftMs) => {
        leftMs();
        return page(id, token, allowance);
      });
      skip = 0;
    }
  }

  async function asked(sql: string, { signal, timeoutMs }: QueryOptions): Promise<StreamedAnswer> {
    const ending = signal ? AbortSignal.any([signal, closing]) : closing;
    ending.throwIfAborted();
    assertReads(sql);
    options.admit?.(sql);
    const allowance = new Allowance(ending, timeoutMs, timing.now);
    const { id, StatementType } = await ended(sql, allowance, { mayRepeat: true });
    const first = await allowance.during(() => page(id, undefined, allowance));
    const columns = (first.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map((info) => columnOf(info));
    // The names are the first row of what a SELECT gives, and of nothing else.
    const skip = StatementType === 'DML' ? 1 : 0;
    return {
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: rowsOf(id, { rows: first, skip }, columns, allowance),
    };
  }

  const stream: Warehouse['stream'] = (sql, limits = {}) => track(asked(sql, limits));

  return { stream, query: async (sql, limits) => whole(await stream(sql, limits)), close };
}
