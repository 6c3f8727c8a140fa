import { describedTables } from '../lambdas/ask/described-tables.ts';
import type { AnswerRow, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { unknownTexts } from '../localstack/embedded/mcp/empty-answers.ts';

const isNothing = (row: AnswerRow) => row.every((value) => value === null || Number(value) === 0);

/**
 * The same warehouse, which says after an answer without a row, or without a figure but 0, which of the names that were
 * asked for stand nowhere: `channel = 'Paid social'` finds nothing, and that is not 0.
 */
export function tellingUnknown<W extends Pick<Warehouse, 'stream' | 'query'>>(
  warehouse: W,
  tell: (note: string) => void,
): W {
  const ask = async (sql: string) => {
    const { columns, rows } = await warehouse.query(sql);
    return rows.map((row) =>
      Object.fromEntries(
        columns.map(({ name }, at) => {
          const value = row[at];
          return [name, typeof value === 'string' || typeof value === 'number' ? value : null];
        }),
      ),
    );
  };
  const stream: Warehouse['stream'] = async (sql, limits) => {
    const answer = await warehouse.stream(sql, limits);
    const { columns, rows } = answer;
    if (columns.length === 0) return answer;
    async function* told() {
      let isEmpty = true;
      for await (const batch of rows) {
        isEmpty &&= batch.every(isNothing);
        yield batch;
      }
      if (!isEmpty) return;
      const tables = describedTables(loadCatalog(), { withholdsPersons: false });
      for (const note of await unknownTexts(sql, tables, ask)) tell(note);
    }
    return { ...answer, rows: told() };
  };
  return { ...warehouse, stream };
}
