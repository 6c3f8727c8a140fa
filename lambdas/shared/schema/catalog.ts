import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { attributionModels } from '../attribution-models.ts';
import { home } from '../home.ts';
import { parseTable } from './table-document.ts';
import { zones, type Column, type Table } from './table.ts';

/** Every table of the lake by name, from the schema documents. */
export type Catalog = ReadonlyMap<string, Table>;

/** Values that another file has than a schema document. */
const valuesIn: Readonly<Record<string, readonly string[]>> = {
  'lambdas/shared/attribution-models.ts': attributionModels,
};

/**
 * What a column accepts: the values that it names itself, and those of the column or file that it points to.
 * @throws Error where that has none
 */
function acceptedBy(tables: Catalog, { acceptedAs, accepted = [] }: Column, seen: readonly string[] = []): string[] {
  if (acceptedAs === undefined) return [...accepted];
  const [table = '', name] = acceptedAs.split('.');
  const other = tables.get(table)?.columns.find((column) => column.name === name);
  const values =
    valuesIn[acceptedAs] ??
    (other === undefined || seen.includes(acceptedAs) ? [] : acceptedBy(tables, other, [...seen, acceptedAs]));
  if (values.length === 0) throw new Error(`accepted_as is ${acceptedAs}, which accepts no values of its own`);
  return [...values, ...accepted];
}

/** Reads `glue-schemas/`. @throws Error naming the document that is wrong */
export function loadCatalog(root: URL = new URL('glue-schemas/', home)): Catalog {
  const tables = new Map<string, Table>();
  const refused = (table: string, error: unknown) =>
    new Error(
      `The schema glue-schemas/${table} cannot be used: ${error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  for (const zone of zones) {
    for (const file of readdirSync(new URL(`${zone}/`, root)).toSorted()) {
      try {
        const table = parseTable(zone, readFileSync(new URL(`${zone}/${file}`, root), 'utf8'));
        if (`${table.name}.json` !== file) throw new Error(`its Name is ${table.name}`);
        if (tables.has(table.name))
          throw new Error(`the zone ${tables.get(table.name)?.zone} has a table of that name`);
        tables.set(table.name, table);
      } catch (error) {
        throw refused(`${zone}/${file}`, error);
      }
    }
  }
  const resolved = new Map<string, Table>();
  for (const table of tables.values()) {
    try {
      const columns = table.columns.map((column) =>
        column.acceptedAs === undefined ? column : { ...column, accepted: acceptedBy(tables, column) },
      );
      resolved.set(table.name, { ...table, columns });
    } catch (error) {
      throw refused(`${table.zone}/${table.name}.json`, error);
    }
  }
  return resolved;
}

/** The tables that the pipeline makes: neither raw nor views, nor its own notes. */
export const madeTables = (catalog: Catalog): Table[] =>
  [...catalog.values()].filter((table) => !table.isView && (table.zone === 'curated' || table.zone === 'marts'));

/** The table of that name. @throws Error naming the tables there are */
export function tableNamed(catalog: Catalog, name: string): Table {
  const table = catalog.get(name);
  if (!table) throw new Error(`There is no table ${name}. The lake has ${[...catalog.keys()].join(', ')}.`);
  return table;
}
