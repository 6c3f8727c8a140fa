import { textOf, type Session } from '../duckdb.ts';
import type { Lake } from '../ports/lake.ts';
import { sliceKey } from '../schema/slice-key.ts';
import { tableNamed, type Catalog } from '../schema/catalog.ts';
import type { Table } from '../schema/table.ts';
import type { Day } from '../days.ts';
import { wholeOf, type Part } from '../schema/parts.ts';
import { snapshotKey } from '../schema/ops-keys.ts';
import { inputRows, inputsUnder, keyOfInput } from './ledger-inputs.ts';
import { LedgerWriter, newRunId, type LedgerRow } from './ledger-writer.ts';
import {
  compactLedger,
  partOf,
  readLedger,
  type Damaged,
  type LedgerRows,
  type Source,
  type Standings,
} from './ledger-rows.ts';
import { explainedBy, inputsChanged, inputsHash, type StaleSlice, type Standing } from './staleness.ts';

/** What the ledger says last of one slice. */
export interface Entry extends Standing {
  readonly rowsIn: number | null;
  readonly rowsOut: number;
  readonly rejected: number | null;
  readonly duplicates: number | null;
  readonly bytesOut: number;
  readonly finishedAt: string;
  readonly runId: string;
  readonly reason: string;
}

/** What of the slices that stand was made from raw objects. */
export interface MadeFromRaw {
  readonly slices: number;
  /** Keys of the raw objects. */
  readonly keys: readonly string[];
}

/** How far behind rows of a clock that was ahead a run begins: the names of runs tell seconds apart. */
const behindMs = 1000;

/** Objects beside the snapshot that a reader bears with. */
const few = 16;

/**
 * The ledger: one row for each slice that a run built or removed, written after the slice's object is in place.
 * A slice without its row is built again, to the same content; so a crash between the two changes nothing.
 */
export class Ledger {
  /** Objects of the ledger that could not be believed: what only they name counts as never built. */
  readonly damaged: readonly Damaged[];
  readonly #keys: readonly string[];
  readonly #writer: LedgerWriter;
  readonly #table: Table;
  readonly #lake: Lake;
  /** Reads again what is seldom needed of the objects that were read when it was opened. */
  readonly #session: Session;
  readonly #sources: readonly Source[];
  /** Inputs of the slices of this run, by table and day. */
  readonly #inputs = new Map<string, readonly string[]>();
  readonly #entries: Map<string, Map<Day, readonly Entry[]>>;
  /** The time of the newest row that stood when the ledger was opened, and of those that had to come behind it, ms. */
  #newest: number;
  /** The days of each table in order, where they are known. */
  readonly #days = new Map<string, Day[]>();
  /** Objects that were there when the ledger was opened, and that the snapshot does not cover. */
  readonly #loose: number;

  private constructor(
    lake: Lake,
    table: Table,
    entries: Map<string, Map<Day, readonly Entry[]>>,
    writer: LedgerWriter,
    newest: number,
    session: Session,
    { keys, damaged, sources }: Omit<LedgerRows, 'rows'>,
  ) {
    this.damaged = damaged;
    this.#session = session;
    this.#sources = sources;
    this.#loose = sources.filter(({ key }) => key !== snapshotKey).length;
    this.#keys = keys;
    this.#writer = writer;
    this.#newest = newest;
    this.#lake = lake;
    this.#table = table;
    this.#entries = entries;
  }

  get runId(): string {
    return this.#writer.runId;
  }

  /** Reads what is known of every slice. */
  static async open(
    lake: Lake,
    catalog: Catalog,
    session: Session,
    scratch: string,
    { runId, writer }: { readonly runId?: string; readonly writer?: string } = {},
  ): Promise<Ledger> {
    const table = tableNamed(catalog, 'pipeline_runs');
    const { rows, ...read } = await readLedger(
      lake,
      table,
      session,
      scratch,
      // The inputs are most of the ledger, and few of them are ever asked for.
      table.columns.flatMap(({ name }) => (name === 'input_keys' ? [] : [name])),
    );
    const entries = new Map<string, Map<Day, readonly Entry[]>>();
    for (const row of rows)
      if (row['action'] === 'built')
        put(slicesOf(entries, textOf(row['table_name'])), textOf(row['slice']), entryOf(row));
    const now = Date.now();
    const last = rows.reduce((latest, row) => Math.max(latest, timeOf(row).getTime()), 0);
    const newest = last > now ? last + behindMs : last;
    const ownId = runId ?? newRunId(new Date(Math.max(now, newest)));
    return new Ledger(lake, table, entries, new LedgerWriter(lake, table, ownId, writer), newest, session, read);
  }

  /** The slices that stand, and the ledger's objects, as those who only read the lake know them. */
  standings(): Standings {
    const slices = [...this.#entries].flatMap(([table, days]) =>
      [...days].flatMap(([day, entries]) =>
        wholeOf(entries).map(({ part, bytesOut, outputEtag, rejected }) => ({
          table,
          day,
          part,
          bytes: bytesOut,
          etag: outputEtag,
          rejected: rejected ?? 0,
        })),
      ),
    );
    return { slices, keys: [...this.#keys, ...this.#writer.keys], damaged: this.damaged };
  }

  /** What is known of a slice that stands. */
  entry(table: string, day: Day, part?: Part): Entry | undefined {
    return this.entries(table, day).find((entry) => entry.part === part);
  }

  /** What is known of a day: of one that is cut, of each part that stands. */
  entries(table: string, day: Day): readonly Entry[] {
    return this.#entries.get(table)?.get(day) ?? [];
  }

  /** All parts of a day; none where one is missing. */
  whole(table: string, day: Day): readonly Entry[] {
    return wholeOf(this.entries(table, day));
  }

  /** The days of a table that stand, in order. */
  days(table: string): readonly Day[] {
    const known = this.#days.get(table);
    if (known) return known;
    const days = [...(this.#entries.get(table)?.keys() ?? [])].toSorted();
    this.#days.set(table, days);
    return days;
  }

  /** The inputs of slices that stand, as `key@etag`. */
  async inputKeys(table: string, days: readonly Day[]): Promise<Map<Day, readonly string[]>> {
    const rows = await inputRows(this.#session, this.#table, this.#sources, table, days);
    const own = days.flatMap((day) => {
      const keys = this.#inputs.get(`${table} ${day}`);
      return keys === undefined ? [] : [[day, keys] as const];
    });
    return new Map([...rows, ...own]);
  }

  /** By day what those slices of a table were built from, as `key@etag`, that are stale since their inputs have changed. */
  async inputsBefore(stale: readonly StaleSlice[]): Promise<Map<Day, readonly string[]>> {
    const changed = stale.filter(({ reason }) => reason === inputsChanged);
    const [first] = changed;
    return first === undefined
      ? new Map()
      : this.inputKeys(
          first.table,
          changed.map(({ day }) => day),
        );
  }

  /** Slices of one table that are stale, and of those whose inputs have changed in what. */
  async explained(stale: readonly StaleSlice[]): Promise<StaleSlice[]> {
    const before = await this.inputsBefore(stale);
    return stale.map((slice) => explainedBy(before.get(slice.day) ?? [], slice));
  }

  /** How many slices of these tables stood when the ledger was opened, and from which raw objects they were made. */
  async madeFromRaw(tables: readonly string[]): Promise<MadeFromRaw> {
    const slices = tables.reduce((sum, table) => sum + this.days(table).length, 0);
    const inputs = await inputsUnder(this.#session, this.#table, this.#sources, ['raw/'], tables);
    return { slices, keys: [...new Set(inputs.map(keyOfInput))] };
  }

  /** What the slices were made from that stood when the ledger was opened, as `key@etag`: keys that begin so. */
  madeFrom(prefixes: readonly string[]): Promise<string[]> {
    return inputsUnder(this.#session, this.#table, this.#sources, prefixes);
  }

  /** Adds a row; it is written with the next batch, or by `flush`. */
  async add(given: LedgerRow): Promise<void> {
    // A clock that was ahead once and was set right: what is built now counts, and not what was built in its future.
    const isBehind = given.finished_at.getTime() < this.#newest;
    const row = isBehind ? { ...given, finished_at: new Date(++this.#newest) } : given;
    const slices = slicesOf(this.#entries, row.table_name);
    const part = row.part ?? undefined;
    if (row.action === 'removed' || !slices.has(row.slice)) this.#days.delete(row.table_name);
    this.#inputs.set(`${row.table_name} ${row.slice}`, row.input_keys);
    if (row.action === 'built' && row.output_etag !== null) {
      put(slices, row.slice, {
        part,
        inputs: row.inputs,
        code: row.code,
        outputEtag: row.output_etag,
        rowsIn: row.rows_in,
        rowsOut: row.rows_out,
        rejected: row.rejected,
        duplicates: row.duplicates,
        bytesOut: row.bytes_out,
        finishedAt: row.finished_at.toISOString(),
        runId: this.runId,
        reason: row.reason,
      });
    } else drop(slices, row.slice, part);
    await this.#writer.add(row);
  }

  /** Takes a slice's object away and says so. */
  async remove(
    lake: Lake,
    step: LedgerRow['step'],
    table: Table,
    day: Day,
    reason: string,
    part?: Part,
  ): Promise<void> {
    const startedAt = new Date();
    await lake.delete(sliceKey(table, day, part));
    await this.add({
      step,
      table_name: table.name,
      slice: day,
      part: part ?? null,
      action: 'removed',
      reason,
      inputs: inputsHash([]),
      input_keys: [],
      code: '',
      rows_in: null,
      rows_out: 0,
      rejected: null,
      duplicates: null,
      bytes_out: 0,
      output_etag: null,
      started_at: startedAt,
      finished_at: new Date(),
    });
  }

  /** Writes the rows that are held back. @throws what the lake throws; the rows are then held back still */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /**
   * Makes the snapshot anew where many objects have come since it was made: so opening the ledger costs the same in its
   * tenth year.
   */
  async compact(session: Session, scratch: string): Promise<void> {
    if (this.#loose + this.#writer.keys.length > few) await compactLedger(this.#lake, this.#table, session, scratch);
  }
}

function slicesOf(entries: Map<string, Map<Day, readonly Entry[]>>, table: string): Map<Day, readonly Entry[]> {
  const known = entries.get(table);
  if (known) return known;
  const made = new Map<Day, readonly Entry[]>();
  entries.set(table, made);
  return made;
}

/** Leaves out what was known of a slice. */
function drop(slices: Map<Day, readonly Entry[]>, day: Day, part: Part | undefined): void {
  const others = (slices.get(day) ?? []).filter((entry) => entry.part !== part);
  if (others.length > 0) slices.set(day, others);
  else slices.delete(day);
}

/** Puts what is known of a slice in the place of what was. */
function put(slices: Map<Day, readonly Entry[]>, day: Day, entry: Entry): void {
  drop(slices, day, entry.part);
  slices.set(day, [...(slices.get(day) ?? []), entry]);
}

const timeOf = (row: Readonly<Record<string, unknown>>) => new Date(`${String(row['finished_at']).replace(' ', 'T')}Z`);

function entryOf(row: Readonly<Record<string, unknown>>): Entry {
  const count = (name: string) => (row[name] === null ? null : Number(row[name]));
  return {
    part: partOf(row),
    inputs: String(row['inputs']),
    code: String(row['code']),
    outputEtag: String(row['output_etag']),
    rowsIn: count('rows_in'),
    rowsOut: Number(row['rows_out']),
    rejected: count('rejected'),
    duplicates: count('duplicates'),
    bytesOut: Number(row['bytes_out']),
    finishedAt: timeOf(row).toISOString(),
    runId: String(row['run_id']),
    reason: String(row['reason']),
  };
}
