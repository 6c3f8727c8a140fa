/** Many expressions in one statement: Trino takes as long to plan one as to answer fifty. */
import type { Answer } from '../../lambdas/shared/ports/warehouse.ts';
import { ask, TrinoFailed } from '../../localstack/trino/client.ts';

/** So many are asked in one SELECT, which fails as a whole where one does. */
const together = 25;

/** Trino's answers to expressions, one by one; those that fail are found by halves. */
export async function askTogether(
  server: string,
  expressions: readonly string[],
): Promise<readonly (Answer | TrinoFailed)[]> {
  if (expressions.length > together) {
    const first = await askTogether(server, expressions.slice(0, together));
    return [...first, ...(await askTogether(server, expressions.slice(together)))];
  }
  const sql = `SELECT ${expressions.map((expression, i) => `${expression} AS c${i}`).join(', ')}`;
  try {
    const { columns, rows } = await ask(server, 'traps', sql, { user: 'fuzz', catalog: 'system' });
    return columns.map(({ type }, i) => ({ columns: [{ name: 'c0', type }], rows: [[rows[0]?.[i] ?? null]] }));
  } catch (error) {
    if (!(error instanceof TrinoFailed)) throw error;
    const half = Math.ceil(expressions.length / 2);
    if (expressions.length === 1) return [error];
    return [
      ...(await askTogether(server, expressions.slice(0, half))),
      ...(await askTogether(server, expressions.slice(half))),
    ];
  }
}
