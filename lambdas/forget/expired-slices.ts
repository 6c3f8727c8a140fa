/**
 * A person in slices whose raw has expired: no run makes them again, so they are rewritten themselves. What is made
 * from them is built again as ever, since they have changed.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withEngine } from '../shared/aws/lambda-engine.ts';
import { dayOfKey, type Day } from '../shared/days.ts';
import { identifier, literal, pathLiteral, targetLiteral, textOf, type Session } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { expirations, hasExpired, type Expirations } from '../shared/slices/expirations.ts';
import { Ledger } from '../shared/slices/ledger.ts';
import { fetchedAhead } from './ahead.ts';
import { parquetRowsOf, rowText } from './opened.ts';
import type { Finder, Person } from './person.ts';
import type { RewrittenObject } from './plan.ts';
import { isOwn, namesOf } from './records.ts';
import { lookInto } from './search.ts';

/** What becomes of the rows of a slice, by their number in it. */
interface Edits {
  readonly removed: number[];
  readonly masked: Map<number, Readonly<Record<string, string>>>;
}

/** The feeds of a table of which raw objects may have expired. */
const expiredFeeds = (catalog: Catalog, { zone, reads }: Table, expired: Expirations): Table[] =>
  zone === 'curated'
    ? reads.map(({ table }) => tableNamed(catalog, table)).filter(({ name }) => expired.has(name))
    : [];

/** The slices whose raw may have expired: of a lake that is younger than its retention, none. */
const ofExpiredDays = (expired: Expirations, feeds: readonly Table[]) => (key: string) => {
  const day = dayOfKey(key);
  return day !== undefined && feeds.some(({ name }) => day < (expired.get(name) ?? ''));
};

/** A row in the words of its feed's records: by these it is known whose it is. */
const asRecord = (row: Readonly<Record<string, unknown>>) => ({
  ...row,
  ecommerce: { transaction_id: row['transaction_id'] ?? null },
});

/**
 * What the rows tell of which the records may have expired: the feed, and its records as far as they are known still.
 */
export async function* expiredRecords(
  lake: Lake,
  catalog: Catalog,
): AsyncGenerator<{ readonly feed: Table; readonly record: object }> {
  const expired = await expirations(lake, catalog);
  for (const table of catalog.values())
    for (const feed of expiredFeeds(catalog, table, expired))
      for await (const { body } of fetchedAhead(lake, table.prefix, ofExpiredDays(expired, [feed])))
        for await (const rows of parquetRowsOf(body)) for (const row of rows) yield { feed, record: asRecord(row) };
}

async function editsOf(body: Buffer, feed: Table, person: Person, finder: Finder): Promise<Edits> {
  const edits: Edits = { removed: [], masked: new Map() };
  let number = 0;
  for await (const rows of parquetRowsOf(body))
    for (const row of rows) {
      const names = namesOf(feed, asRecord(row));
      if (names !== undefined && isOwn(person, names)) edits.removed.push(number);
      else if (finder.isIn(rowText(row))) {
        const texts = Object.entries(row).flatMap(([name, value]) =>
          typeof value === 'string' && finder.isIn(value) ? [[name, finder.masked(value)] as const] : [],
        );
        edits.masked.set(number, Object.fromEntries(texts));
      }
      number++;
    }
  return edits;
}

/** The columns of a slice as they are to be. */
function columnsOf({ columns }: Table, { masked }: Edits): string {
  const edited = columns.flatMap(({ name }) => {
    const cases = [...masked].flatMap(([row, texts]) =>
      texts[name] === undefined ? [] : [`WHEN ${row} THEN ${literal(texts[name])}`],
    );
    return cases.length === 0
      ? []
      : [`CASE file_row_number ${cases.join(' ')} ELSE ${identifier(name)} END AS ${identifier(name)}`];
  });
  return `* EXCLUDE (file_row_number)${edited.length === 0 ? '' : ` REPLACE (${edited.join(', ')})`}`;
}

interface Slice {
  readonly table: Table;
  readonly feed: Table;
  readonly day: Day;
}

/** The slices that hold the person and were made from raw objects that are gone for good. */
async function holdingSlices(
  lake: Lake,
  catalog: Catalog,
  ledger: Ledger,
  expired: Expirations,
  isMeant: (key: string, body: Buffer) => Promise<boolean>,
): Promise<Slice[]> {
  const found: Slice[] = [];
  for (const table of catalog.values()) {
    const feeds = expiredFeeds(catalog, table, expired);
    const [feed] = feeds;
    if (feed === undefined) continue;
    const days: Day[] = [];
    for await (const { object, body } of fetchedAhead(lake, table.prefix, ofExpiredDays(expired, feeds))) {
      const day = dayOfKey(object.key);
      if (day !== undefined && sliceKey(table, day) === object.key && (await isMeant(object.key, body))) days.push(day);
    }
    for (const [day, inputs] of await ledger.inputKeys(table.name, days)) {
      const raw = inputs.map((input) => input.slice(0, input.lastIndexOf('@')));
      const past = raw.filter((key) => feeds.some((one) => hasExpired(expired, one, key)));
      const gone = await Promise.all(past.map(async (key) => (await lake.head(key)) === undefined));
      if (gone.includes(true)) found.push({ table, feed, day });
    }
  }
  return found;
}

interface Work {
  readonly lake: Lake;
  readonly ledger: Ledger;
  readonly session: Session;
  readonly scratch: string;
}

/** Puts a slice without the person in its place, and says so in the ledger: all its sums stay right. */
async function rewriteSlice(
  { lake, ledger, session, scratch }: Work,
  { table, feed, day }: Slice,
  person: Person,
  finder: Finder,
): Promise<RewrittenObject | undefined> {
  const key = sliceKey(table, day);
  const known = ledger.entry(table.name, day);
  if (known === undefined) return undefined;
  const edits = await editsOf(await lake.get(key), feed, person, finder);
  const removed = edits.removed.length;
  if (removed + edits.masked.size === 0) return undefined;
  const startedAt = new Date();
  const from = await lake.localPath(key, scratch);
  const path = join(scratch, `${table.name}-${day}-erased.parquet`);
  const kept = removed === 0 ? 'true' : `file_row_number NOT IN (${edits.removed.join(', ')})`;
  await session.run(
    `COPY (SELECT ${columnsOf(table, edits)} FROM read_parquet(${pathLiteral(from)}, file_row_number = true, hive_partitioning = false)
      WHERE ${kept} ORDER BY file_row_number) TO ${targetLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
  );
  const [written] = await session.rows(`SELECT sum(num_rows) AS n FROM parquet_file_metadata(${pathLiteral(path)})`);
  const rowsOut = Number(textOf(written?.['n']));
  if (rowsOut !== known.rowsOut - removed)
    throw new Error(
      `${table.name} of ${day} has ${known.rowsOut} rows, and would have ${rowsOut} after ${removed} were ` +
        'erased. It was not written.',
    );
  const inputs = (await ledger.inputKeys(table.name, [day])).get(day) ?? [];
  const bytesOut = (await stat(path)).size;
  const { etag } = await lake.putFile(key, path, {
    contentType: 'application/vnd.apache.parquet',
    metadata: { rows: String(rowsOut) },
  });
  await ledger.add({
    step: 'transform',
    table_name: table.name,
    slice: day,
    action: 'built',
    reason: 'a person was erased from it: its raw objects have expired',
    code: known.code,
    inputs: known.inputs,
    input_keys: [...inputs],
    rows_in: known.rowsIn === null ? null : known.rowsIn - removed,
    rows_out: rowsOut,
    rejected: known.rejected,
    duplicates: known.duplicates,
    bytes_out: bytesOut,
    output_etag: etag,
    started_at: startedAt,
    finished_at: new Date(),
  });
  return { key, removed, masked: edits.masked.size, stripped: 0 };
}

/** Takes the person out of all slices that no run can make again. @returns what was done to which objects */
export async function eraseFromExpired(
  { lake, catalog }: { readonly lake: Lake; readonly catalog: Catalog },
  person: Person,
  finder: Finder,
): Promise<RewrittenObject[]> {
  const expired = await expirations(lake, catalog);
  if (![...catalog.values()].some((table) => expiredFeeds(catalog, table, expired).length > 0)) return [];
  return withEngine(async ({ engine, scratch }) => {
    const session = await engine.connect();
    const ledger = await Ledger.open(lake, catalog, session, join(scratch, 'ledger'));
    const isMeant = async (key: string, body: Buffer) => (await lookInto(key, body, finder)).isHolding;
    const done: RewrittenObject[] = [];
    for (const slice of await holdingSlices(lake, catalog, ledger, expired, isMeant)) {
      const made = await rewriteSlice({ lake, ledger, session, scratch }, slice, person, finder);
      // One by one: who is killed between two finds those that are done in the ledger.
      await ledger.flush();
      if (made !== undefined) done.push(made);
    }
    return done;
  });
}
