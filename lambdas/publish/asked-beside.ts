import type { DuckdbWarehouse, SelectCopy } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { askedTogether, settle, texts, type Asking, type Waiting } from '../shared/asked-together.ts';
import type { Materialised } from '../shared/ports/warehouse.ts';

/**
 * Queries beside files that are written: what is asked at once, before anything is awaited, is answered by the engine
 * that writes them, so that a view which both read is computed once.
 */
export function askedBeside<Copy extends SelectCopy>(
  warehouse: Pick<DuckdbWarehouse, 'answerAll' | 'queryAll'>,
  copies: readonly Copy[],
): Asking & { readonly copied: AsyncIterable<Copy & Materialised> } {
  const later = askedTogether(warehouse);
  let first: Waiting[] | undefined = [];
  const begun = new Promise<AsyncIterable<Copy & Materialised>>((resolve) => {
    queueMicrotask(() => {
      const asked = first ?? [];
      first = undefined;
      const { answers, copied } = warehouse.answerAll(texts(asked), copies);
      void settle(asked, answers);
      resolve(copied);
    });
  });
  return {
    query: (sql) =>
      first === undefined ? later.query(sql) : new Promise((resolve, reject) => first?.push({ sql, resolve, reject })),
    copied: (async function* each() {
      yield* await begun;
    })(),
  };
}
