import { hash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOfKey, type Day } from '../shared/days.ts';
import { literal, parquetFiles, targetLiteral, textOf, type Json } from '../shared/duckdb.ts';
import { ObjectNotFound } from '../shared/ports/lake.ts';
import type { Table } from '../shared/schema/table.ts';
import { recordDaysKey } from '../shared/schema/ops-keys.ts';
import type { BatchContext } from './staging.ts';
import { noDay } from './statement.ts';
import { recordsSelect } from './record-selects.ts';

/** SHA-256 of what is remembered of each month of raw objects. */
export type Seals = Readonly<Record<string, string>>;

/** The records of a table that have versions on several days. */
export interface Moves {
  /** For each day with versions of such a record, the other days that have versions of one of them. */
  readonly days: Readonly<Record<Day, readonly Day[]>>;
  /** For each raw object, the days of other versions of its records. */
  readonly objects: ReadonlyMap<string, readonly Day[]>;
}

const monthOf = ({ key }: { readonly key: string }) => (dayOfKey(key) ?? '').slice(0, 7);

/**
 * Of a table whose records may change their day: which records, by 64 bits of their keys, each raw object has on which
 * days. It is kept by month of the raw objects, so that a new object writes its own month only.
 */
export class RecordDays {
  readonly #context: BatchContext;
  readonly #table: Table;
  /** The files of the months that are remembered, and whole. */
  readonly #paths: ReadonlyMap<string, string>;
  readonly #seals: Seals;
  /** Files of what was found since, each with the months of the raw objects that it tells of. */
  readonly #found: { readonly path: string; readonly months: ReadonlySet<string> }[] = [];

  private constructor(context: BatchContext, table: Table, paths: ReadonlyMap<string, string>, seals: Seals) {
    this.#context = context;
    this.#table = table;
    this.#paths = paths;
    this.#seals = seals;
  }

  /** Opens what is remembered under these seals. A month that is gone, or has other bytes, is not. */
  static async open(context: BatchContext, table: Table, seals: Seals): Promise<RecordDays> {
    const { lake, scratch } = context;
    const paths = new Map<string, string>();
    for (const [month, seal] of Object.entries(seals)) {
      try {
        const path = await lake.localPath(recordDaysKey(table, month), join(scratch, 'record-days'));
        if (hash('sha256', await readFile(path)) === seal) paths.set(month, path);
      } catch (error) {
        if (!(error instanceof ObjectNotFound)) throw error;
      }
    }
    return new RecordDays(context, table, paths, seals);
  }

  /** Whether the month of a raw object is remembered. */
  has(key: string): boolean {
    return this.#paths.has(monthOf({ key }));
  }

  /** Takes in the records of the staged objects. @returns the days that each file, by its number, has records for */
  async look(select: string, objects: readonly { readonly key: string }[]): Promise<Record<string, Json>[]> {
    const { session, scratch } = this.#context;
    await session.run(`CREATE OR REPLACE TEMP TABLE looked AS ${recordsSelect(this.#table, select)}`);
    const path = join(scratch, `record-days-${this.#found.length}.parquet`);
    await mkdir(scratch, { recursive: true });
    await session.run(
      `COPY (SELECT getvariable('file_keys')[file] AS object, day, record FROM looked WHERE record IS NOT ` +
        `NULL) TO ${targetLiteral(path)} (FORMAT parquet)`,
    );
    this.#found.push({ path, months: new Set(objects.map(monthOf)) });
    const days = await session.rows(
      `SELECT DISTINCT file, CAST(day AS VARCHAR) AS day FROM looked WHERE day <> DATE ${literal(noDay)}`,
    );
    await session.run('DROP TABLE looked');
    return days;
  }

  /**
   * The records with versions on several days, now that all new objects were taken in.
   * @param kept the objects that are as they are remembered, where some are not
   */
  async moves(kept: readonly string[] | undefined): Promise<Moves> {
    const { session } = this.#context;
    const all = this.#all([...this.#paths.values()], kept);
    if (all === '') return { days: {}, objects: new Map() };
    await session.run(`CREATE OR REPLACE TEMP TABLE moved AS SELECT DISTINCT object, day, record FROM (${all})
      SEMI JOIN (SELECT record FROM (${all}) GROUP BY record HAVING min(day) < max(day)) USING (record)`);
    const others = (of: 'day' | 'object') =>
      session.rows(`WITH days AS (SELECT DISTINCT record, CAST(day AS VARCHAR) AS other FROM moved)
        SELECT CAST(${of} AS VARCHAR) AS of, list(DISTINCT other ORDER BY other) AS others
        FROM moved JOIN days USING (record) WHERE other <> CAST(day AS VARCHAR) AND ${literal(noDay)} NOT IN (other, CAST(${of} AS VARCHAR)) GROUP BY ALL ORDER BY ALL`);
    const entry = (row: Readonly<Record<string, Json>>): [string, string[]] => [
      textOf(row['of']),
      Array.isArray(row['others']) ? row['others'].map(textOf) : [],
    ];
    const days = Object.fromEntries((await others('day')).map(entry));
    const objects = new Map((await others('object')).map(entry));
    await session.run('DROP TABLE moved');
    return { days, objects };
  }

  /** Writes the months of these objects, which were taken in or are gone. @returns the seals of all months */
  async save(
    changed: readonly { readonly key: string }[],
    present: readonly { readonly key: string }[],
    kept: readonly string[] | undefined,
  ): Promise<Seals> {
    const { lake, session, scratch } = this.#context;
    const months = new Set(present.map(monthOf));
    const seals = Object.fromEntries(Object.entries(this.#seals).filter(([month]) => months.has(month)));
    const path = join(scratch, 'record-days.parquet');
    await mkdir(scratch, { recursive: true });
    for (const month of new Set(changed.map(monthOf))) {
      const key = recordDaysKey(this.#table, month);
      if (!months.has(month)) {
        await lake.delete(key);
        continue;
      }
      const own = this.#paths.get(month);
      await session.run(
        `COPY (FROM (${this.#all(own === undefined ? [] : [own], kept, month)}) WHERE regexp_matches(object, ${literal(`(^|/)dt=${month}-\\d\\d/`)}) ORDER BY ALL)
          TO ${targetLiteral(path)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      seals[month] = hash('sha256', await readFile(path));
      await lake.putFile(key, path, { contentType: 'application/vnd.apache.parquet' });
    }
    // In one order, whichever month came first.
    return Object.fromEntries(Object.entries(seals).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The records of remembered files and of what was found since, of all months or of what may be of one. */
  #all(remembered: readonly string[], kept: readonly string[] | undefined, month?: string): string {
    const found = this.#found.filter(({ months }) => month === undefined || months.has(month));
    const from = (files: readonly string[]) => `SELECT object, day, record FROM ${parquetFiles(files)}`;
    const isKept = `object IN (SELECT unnest(CAST([${(kept ?? []).map(literal).join(', ')}] AS VARCHAR[])))`;
    return [
      ...(remembered.length > 0 ? [`${from(remembered)}${kept === undefined ? '' : ` WHERE ${isKept}`}`] : []),
      ...(found.length > 0 ? [from(found.map(({ path }) => path))] : []),
    ].join(' UNION ALL ');
  }
}
