import type { Answer, QueriesTogether } from './ports/warehouse.ts';

/** A query that waits for those that are asked with it. */
interface Waiting {
  readonly sql: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Queries of the house's own that are asked at one time, as by `Promise.all`, are answered together: an engine of its
 * own for each takes longer than to answer it.
 */
export function askedTogether(warehouse: QueriesTogether): { readonly query: (sql: string) => Promise<Answer> } {
  let waiting: Waiting[] = [];
  async function answer(): Promise<void> {
    const asked = waiting;
    waiting = [];
    try {
      const answers = await warehouse.queryAll(asked.map(({ sql }) => sql));
      for (const [i, one] of answers.entries()) asked[i]?.resolve(one);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
  return {
    query: (sql) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) queueMicrotask(() => void answer());
        waiting.push({ sql, resolve, reject });
      }),
  };
}
