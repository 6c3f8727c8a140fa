/** A lake's rows, as the embedded engine reads them, in a catalogue of Trino that has no files. */
import { withWarehouse } from '../../localstack/embedded/warehouse/lake-warehouse.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import type { Answer } from '../../lambdas/shared/ports/warehouse.ts';
import type { Catalog } from '../../lambdas/shared/schema/catalog.ts';
import type { Table } from '../../lambdas/shared/schema/table.ts';
import { trinoType, type ColumnType } from '../../lambdas/shared/schema/types.ts';
import { ask } from '../../localstack/trino/client.ts';
import { shown } from './compare.ts';

/** Trino takes a statement of a million characters. */
const batchLimit = 700_000;

/** JSON cannot be cast to these. */
const carried = (type: ColumnType): string =>
  type.kind === 'date' || type.kind === 'timestamp' ? 'varchar' : trinoType(type);

/** Rows as the texts of JSON arrays, so many at once as a statement takes. */
function* batches(rows: Answer['rows']): Generator<string> {
  let batch: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = shown(row);
    if (length + text.length > batchLimit) {
      yield `[${batch.join(',')}]`;
      [batch, length] = [[], 0];
    }
    batch.push(text);
    length += text.length;
  }
  if (batch.length > 0) yield `[${batch.join(',')}]`;
}

/**
 * Makes the tables with their declared types and puts the rows in; one JSON is planned in no time, where a thousand
 * `VALUES` are not.
 */
export async function placeRows(
  server: string,
  schema: string,
  root: string,
  catalog: Catalog,
  tables: readonly Table[],
): Promise<void> {
  await withWarehouse(filesLake(root), catalog, async (warehouse) => {
    for (const { name, columns: all } of tables) {
      const declared = all.filter(({ pii }) => pii !== 'direct');
      const columns: readonly { readonly name: string; readonly type: ColumnType }[] = [
        ...declared,
        { name: 'dt', type: { kind: 'date' } },
      ];
      const listed = (each: (column: (typeof columns)[number]) => string): string => columns.map(each).join(', ');
      await ask(
        server,
        schema,
        `CREATE TABLE "${name}" (${listed((column) => `"${column.name}" ${trinoType(column.type)}`)})`,
      );
      const { rows } = await warehouse.query(`SELECT ${listed((column) => column.name)} FROM ${name}`);
      for (const json of batches(rows)) {
        await ask(
          server,
          schema,
          `INSERT INTO "${name}" SELECT ${listed((column) => `CAST("${column.name}" AS ${trinoType(column.type)})`)}
          FROM UNNEST(CAST(json_parse('${json.replaceAll("'", "''")}') AS array(row(${listed((column) => `"${column.name}" ${carried(column.type)}`)}))))`,
        );
      }
    }
  });
}
