/** What the lake holds of one person (GDPR, art. 15). */
import type { Lake } from '../shared/ports/lake.ts';
import type { RecordLog } from '../shared/ports/record-log.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { isLandReject } from '../shared/schema/ops-keys.ts';
import { unpacked } from '../land/aggregated.ts';
import { fetchedAhead } from './ahead.ts';
import { isImportedFile } from '../import/land.ts';
import { importedRows } from './imported-rows.ts';
import { gather, parsed, recordsOf } from './gather.ts';
import { opened, parquetRowsOf, rowText } from './opened.ts';
import { Finder, type Person, type Seeds } from './person.ts';
import { isOwn, isPersonal, namesOf } from './records.ts';
import { lookInto } from './search.ts';

/** What stands in the place of a table's name for rows of the person's own file. */
const importsTable = 'imported file';

/** One thing that is held of the person. */
export type Held =
  /** A record as it was sent, or a row that was made from such. */
  | { readonly object: string; readonly table: string; readonly record: unknown }
  /** An object in which others' records name the person: what else they say is not the person's to see (art. 15, 4). */
  | { readonly object: string; readonly names_you: true };

export interface ExportPorts {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly log?: RecordLog | undefined;
  readonly pseudonym?: ((value: string) => string) | undefined;
}

function isOwnRecord(person: Person, feed: Table, record: unknown): boolean {
  const names = namesOf(feed, record);
  return names !== undefined && isOwn(person, names);
}

async function* rowsHeld(object: string, table: string, body: Buffer, finder: Finder): AsyncGenerator<Held> {
  for await (const rows of parquetRowsOf(body))
    for (const row of rows)
      if (finder.isIn(rowText(row))) yield { object, table, record: JSON.parse(rowText(row)) as unknown };
}

/**
 * All that the lake holds of a person: the records as they were sent, the rows made from them, and where others'
 * records name them.
 */
export async function* exportPerson(
  { lake, catalog, log, pseudonym }: ExportPorts,
  seeds: Seeds,
): AsyncGenerator<Held> {
  const { person } = await gather(lake, catalog, seeds, log);
  const wide = new Finder(person, [...person.orders, ...person.sharedVisitors], 1);
  const pseudonyms = pseudonym === undefined ? [] : [...person.emails, ...person.phones].map(pseudonym);
  const finder = new Finder(person, pseudonyms);
  const tables = [...catalog.values()].filter(({ prefix }) => prefix !== '');
  for await (const { object, body } of fetchedAhead(lake, '')) {
    const { key } = object;
    const table = tables.find(({ prefix }) => key.startsWith(prefix));
    if (table !== undefined && isPersonal(table)) {
      for await (const record of recordsOf(body, table, wide))
        if (isOwnRecord(person, table, record)) yield { object: key, table: table.name, record };
        else if (finder.isIn(rowText(record))) yield { object: key, names_you: true };
      continue;
    }
    if (isImportedFile(key)) {
      const rows = await importedRows(body, finder);
      for (const record of rows) yield { object: key, table: importsTable, record };
      if (rows.length === 0 && (await lookInto(key, body, finder)).isHolding) yield { object: key, names_you: true };
      continue;
    }
    if (table !== undefined && (table.zone !== 'ops' || isLandReject(key)) && (await opened(body)).kind === 'parquet')
      yield* rowsHeld(key, table.name, body, finder);
    else if (finder.isIn(key) || (await lookInto(key, body, finder)).isHolding) yield { object: key, names_you: true };
  }
  const feed = [...catalog.values()].find(({ name }) => name === 'raw_web_events');
  const waiting: Held[] = [];
  await log?.visit((data) => {
    for (const one of unpacked(data)) {
      const record = parsed(one.toString('utf8'));
      if (feed !== undefined && isOwnRecord(person, feed, record))
        waiting.push({ object: 'stream', table: feed.name, record });
    }
  });
  yield* waiting;
}
