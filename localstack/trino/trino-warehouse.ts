import {
  LimitReached,
  QueryFailed,
  type AnswerRow,
  type QueryOptions,
  type Warehouse,
  WarehouseUnavailable,
  whole,
} from '../../lambdas/shared/ports/warehouse.ts';
import { Watch } from '../embedded/warehouse/watch.ts';
import { type Session, Statement, TrinoFailed } from './client.ts';

/** Trino's failures in the words of the port. */
function told(error: unknown): unknown {
  if (error instanceof TypeError)
    return new WarehouseUnavailable(`Trino does not answer any more: ${error.message}.`, { cause: error });
  if (!(error instanceof TrinoFailed)) return error;
  if (error.type === 'INSUFFICIENT_RESOURCES')
    return new LimitReached('memory', `The query was ended by Trino: ${error.words}.`, { cause: error });
  return new QueryFailed(error.type === 'USER_ERROR' ? error.words : error.message, { cause: error });
}

/** A warehouse that is a running Trino: it answers all of Trino's SQL, and no gate is before it. */
export function trinoWarehouse(session: Session): Warehouse {
  const stream: Warehouse['stream'] = async (sql, limits: QueryOptions = {}) => {
    const statement = new Statement(session, sql);
    const watch = new Watch(limits, () => void statement.cancel().catch(() => undefined));
    const during = async <T>(begin: () => Promise<T>): Promise<T> => {
      try {
        return await watch.during(begin);
      } catch (error) {
        throw limits.signal?.aborted && error === limits.signal.reason ? error : told(error);
      }
    };
    let first: readonly AnswerRow[] | undefined = await during(() => statement.begin());
    // What is wrong with the text is known with the columns, or before.
    while (first !== undefined && statement.columns.length === 0) first = await during(() => statement.next());
    async function* rows(): AsyncGenerator<readonly AnswerRow[]> {
      let isWhole = false;
      try {
        for (let batch = first; batch !== undefined; batch = await during(() => statement.next()))
          if (batch.length > 0) yield batch;
        isWhole = true;
      } finally {
        if (!isWhole) await statement.cancel().catch(() => undefined);
      }
    }
    return { columns: statement.columns, rows: rows() };
  };
  return { stream, query: async (sql, limits) => whole(await stream(sql, limits)), close: () => Promise.resolve() };
}
