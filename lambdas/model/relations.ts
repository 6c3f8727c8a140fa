import { readFileSync } from 'node:fs';
import type { Relation } from '../shared/ports/warehouse.ts';
import { home, type Table } from '../shared/schema/catalog.ts';
import { trinoType } from '../shared/schema/types.ts';

/** The text of a model or a view, as it also runs on Athena. */
export function athenaSql(name: string): string {
  return readFileSync(new URL(`athena/${name}.sql`, home), 'utf8');
}

/** A table of the lake as a warehouse sees it. */
export function relationOf(table: Table, keys: readonly string[]): Relation {
  const columns = table.columns.map((column) => ({ name: column.name, type: trinoType(column.type) }));
  return { name: table.name, kind: 'table', columns: [...columns, { name: 'dt', type: 'date' }], keys };
}
