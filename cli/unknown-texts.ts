import { describedTables } from '../lambdas/ask/described-tables.ts';
import type { AnswerRow, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { conditionsIn, unknownTexts } from '../localstack/embedded/mcp/empty-answers.ts';
import type { DescribedTable } from '../localstack/embedded/reader/reader.ts';

const isNothing = (row: AnswerRow) => row.every((value) => value === null || Number(value) === 0);

type Answering = Pick<Warehouse, 'stream' | 'query'>;

/** The same warehouse, which tells what `notesOf` says of a question that had no row, or no figure but 0, in answer. */
function behindNothing<W extends Answering>(
  warehouse: W,
  tell: (note: string) => void,
  notesOf: (sql: string, tables: readonly DescribedTable[]) => Promise<string[]>,
): W {
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
      for (const note of await notesOf(sql, tables)) tell(note);
    }
    return { ...answer, rows: told() };
  };
  return { ...warehouse, stream };
}

/**
 * The same warehouse, which says after an answer without a row, or without a figure but 0, which of the names that were
 * asked for stand nowhere: `channel = 'Paid social'` finds nothing, and that is not 0.
 */
export function tellingUnknown<W extends Answering>(warehouse: W, tell: (note: string) => void): W {
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
  return behindNothing(warehouse, tell, (sql, tables) => unknownTexts(sql, tables, ask));
}

/** The same where each question costs money: says how to find out which names there are, and does not ask. */
export function tellingHowToKnow<W extends Answering>(warehouse: W, tell: (note: string) => void): W {
  return behindNothing(warehouse, tell, async (sql, tables) =>
    conditionsIn(sql, tables).map(
      ({ table, column, text }) =>
        `The answer has no figure but 0. If no row of ${table} has the ${column} '${text}', nothing was found, which ` +
        `is not 0. This query, which costs a scan, tells what there is: SELECT DISTINCT ${column} FROM ${table}`,
    ),
  );
}
