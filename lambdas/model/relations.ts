import { readFileSync } from 'node:fs';
import type { AnswerColumn, Relation } from '../shared/ports/warehouse.ts';
import { home } from '../shared/home.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import type { Column, Table } from '../shared/schema/table.ts';
import { trinoType } from '../shared/schema/types.ts';

/** The text of a model or a view, as it also runs on Athena. */
export function athenaSql(name: string): string {
  return readFileSync(new URL(`athena/${name}.sql`, home), 'utf8');
}

const answerColumn = ({ name, type, unit }: Column): AnswerColumn => ({
  name,
  type: trinoType(type),
  ...(unit === 'share' && { unit }),
});

/**
 * A table of the lake as a warehouse sees it: without columns that hold personal data as it came, unless a person asks
 * for just these.
 */
export function relationOf(
  table: Table,
  keys: readonly string[],
  { direct = false }: { readonly direct?: boolean } = {},
): Extract<Relation, { kind: 'table' }> {
  const columns = table.columns.filter((column) => direct || column.pii !== 'direct').map(answerColumn);
  // What land refused is written once: no run makes it anew in the columns of today.
  return {
    name: table.name,
    kind: 'table',
    columns: [...columns, { name: 'dt', type: 'date' }],
    keys,
    ...(table.zone === 'ops' && { mayLack: true }),
  };
}

/** A view of the lake as a warehouse sees it: a test holds that its text gives the columns of its document. */
export const viewOf = ({ name, columns }: Table): Extract<Relation, { kind: 'view' }> => ({
  name,
  kind: 'view',
  sql: athenaSql(name),
  columns: columns.map(answerColumn),
});

/** What a catalogue declares beside raw, a view by its text, a table without any object. */
export const declaredRelations = (catalog: Catalog): Relation[] =>
  [...catalog.values()]
    .filter(({ zone }) => zone !== 'raw')
    .map((table) => (table.isView ? viewOf(table) : relationOf(table, [])));
