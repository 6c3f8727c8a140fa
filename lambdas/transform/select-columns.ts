import { version } from '@duckdb/node-api';
import { bareSql } from '../shared/bare-sql.ts';
import { textOf, type Session } from '../shared/duckdb.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import { codeVersion } from '../shared/slices/staleness.ts';
import { macrosCalledBy, read } from './names.ts';
import { selectColumns } from './select-columns.generated.ts';
import type { Described } from './described.ts';

/** The version of all that decides which columns a SELECT gives. */
const codeOf = (select: string) => codeVersion(bareSql(select), macrosCalledBy(select), version());

/** The columns of a SELECT as they were found when this code was made; undefined for any other SELECT, or engine. */
export const columnsFound = (select: string): readonly Described[] | undefined =>
  selectColumns[codeOf(select)]?.map(([name, type]) => ({ name, type }));

/** The columns that a SELECT gives. The session knows the names that it uses, and a relation for each feed. */
export const columnsOf = async (session: Session, select: string): Promise<readonly Described[]> =>
  (await session.rows(`DESCRIBE ${select}`)).map((row) => ({
    name: textOf(row['column_name']),
    type: textOf(row['column_type']),
  }));

/**
 * The text of `select-columns.generated.ts`: to bind a SELECT of many macros takes longer than to make many a slice of
 * it, and every plan needs its columns.
 * @param session knows the names of the SELECTs
 */
export async function selectColumnsFile(session: Session, catalog: Catalog): Promise<string> {
  for (const { name, zone } of catalog.values())
    if (zone === 'raw')
      await session.run(
        `CREATE OR REPLACE TEMP VIEW ${name} AS SELECT CAST(NULL AS VARCHAR) AS _record, { 'file': 0, 'day': ` +
          `CAST(NULL AS DATE), 'is_single_day': false } AS _at`,
      );
  const entries: string[] = [];
  for (const { name, zone } of catalog.values()) {
    if (zone !== 'curated') continue;
    const select = read(`${name}.sql`);
    const columns = (await columnsOf(session, select)).map((column) => JSON.stringify([column.name, column.type]));
    entries.push(`  // ${name}\n  ${JSON.stringify(codeOf(select))}: [\n    ${columns.join(',\n    ')},\n  ],\n`);
  }
  return `/** Made by \`npm run schemas\`: the columns of each SELECT, by the version of what decides them. */
export const selectColumns: Readonly<Record<string, readonly (readonly [name: string, type: string])[]>> = {
${entries.join('')}};
`;
}
