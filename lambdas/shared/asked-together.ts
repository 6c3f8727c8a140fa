import type { Answer, QueriesTogether } from './ports/warehouse.ts';

/** A query that waits for those that are asked with it. */
export interface Waiting {
  readonly sql: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** What answers queries as they are asked. */
export interface Asking {
  readonly query: (sql: string) => Promise<Answer>;
}

/** Hands each who asked the answer to its own query, or the failure of them all. */
export async function settle(asked: readonly Waiting[], answered: Promise<readonly Answer[]>): Promise<void> {
  try {
    for (const [i, one] of (await answered).entries()) asked[i]?.resolve(one);
  } catch (error) {
    for (const { reject } of asked) reject(error);
  }
}

/** What each has asked. */
export const texts = (asked: readonly Waiting[]) => asked.map(({ sql }) => sql);

/**
 * Queries of the house's own that are asked at one time, as by `Promise.all`, are answered together: an engine of its
 * own for each takes longer than to answer it.
 */
export function askedTogether(warehouse: QueriesTogether): Asking {
  let waiting: Waiting[] = [];
  function answer(): void {
    const asked = waiting;
    waiting = [];
    void settle(asked, warehouse.queryAll(texts(asked)));
  }
  return {
    query: (sql) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) queueMicrotask(answer);
        waiting.push({ sql, resolve, reject });
      }),
  };
}
