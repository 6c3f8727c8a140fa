import * as z from 'zod';
import { engineVersion } from '../../localstack/embedded/warehouse/engine-version.ts';
import { jsonObject } from '../shared/json-object.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { Answer } from '../shared/ports/warehouse.ts';
import { checkedDaysKey } from '../shared/schema/ops-keys.ts';
import type { NamedSlice } from '../shared/slices/ledger-rows.ts';
import { codeVersion } from '../shared/slices/staleness.ts';
import type { Check } from './check-definition.ts';

/** How many rows a check looked at, and how many of them broke its promise. */
export interface Counts {
  readonly failures: number;
  readonly checked: number;
}

/** What was found in one day of a table. */
const dayDocument = z.object({
  /** Of what: the etags of the day's slices. */
  slices: z.string(),
  /** Rows that each part looked at. */
  checked: z.array(z.number()),
  /** By check, where rows broke its promise. */
  failures: z.record(z.string(), z.number()),
});
type DayFound = z.infer<typeof dayDocument>;

const tableDocument = z.object({
  /** What was promised, and the engine that was asked: other promises, or another meaning of them, are checked anew. */
  promises: z.string(),
  days: z.record(z.string(), dayDocument),
});

const document = z.object({
  /** SHA-256 of what follows as it was written: a wrong count would hide a fault. */
  checksum: z.string(),
  tables: z.record(z.string(), tableDocument),
});
type Found = z.infer<typeof document>['tables'];

const checksumOf = (tables: Found) => codeVersion(JSON.stringify(tables));

/** Checks of a table that are made together, day by day: `select` gives `dt`, rows looked at, and failures of each. */
interface Part {
  readonly checks: readonly Check[];
  readonly select: (where: string) => string;
}

function partsOf(table: string, checks: readonly Check[]): Part[] {
  const byRow = checks.filter(({ broken }) => broken !== undefined);
  const counts = byRow.map(({ broken }, i) => `count_if(${broken}) AS failures_${i}`).join(', ');
  const rows: Part = {
    checks: byRow,
    select: (where) => `SELECT dt, count(*) AS checked, ${counts} FROM ${table} ${where} GROUP BY dt`,
  };
  const keys = checks.flatMap((one): Part[] => {
    if (one.uniqueInDay === undefined) return [];
    const columns = one.uniqueInDay.join(', ');
    return [
      {
        checks: [one],
        select: (where) =>
          `SELECT dt, sum(n) AS checked, sum(n - 1) AS failures
          FROM (SELECT dt, count(*) AS n FROM ${table} ${where} GROUP BY ${columns}, dt) AS t GROUP BY dt`,
      },
    ];
  });
  return [...(byRow.length === 0 ? [] : [rows]), ...keys];
}

/** What is worth to be remembered, and by whom it was found. */
export interface Remembering {
  /** Bytes of a table's slices from which on a day that has not changed is not read again. */
  readonly worth?: number;
  readonly engine?: string;
}

/** The days of a table, each with what stands of it. */
function daysOf(slices: readonly NamedSlice[]): Map<string, string> {
  const standing = new Map<string, string[]>();
  for (const { day, part, etag } of slices)
    standing.set(day, [...(standing.get(day) ?? []), JSON.stringify([part ?? null, etag])]);
  return new Map([...standing].map(([day, all]) => [day, codeVersion(...all.toSorted())]));
}

/** One table's checks of a day: what is remembered of days that stand as they were, and what the others must be asked. */
class TableDays {
  readonly checks: readonly Check[];
  readonly queries: readonly string[];
  readonly promises: string;
  readonly #parts: readonly Part[];
  readonly #days: ReadonlyMap<string, string>;
  readonly #known: Readonly<Record<string, DayFound>>;
  readonly #asked: readonly string[];

  constructor(
    table: string,
    checks: readonly Check[],
    slices: readonly NamedSlice[],
    { found, engine }: { readonly found: Found[string] | undefined; readonly engine: string },
  ) {
    this.checks = checks;
    this.#parts = partsOf(table, checks);
    this.promises = codeVersion(engine, ...this.#parts.map(({ select }) => select('')));
    this.#days = daysOf(slices);
    const days = found?.promises === this.promises ? found.days : {};
    this.#known = Object.fromEntries(
      Object.entries(days).filter(([day, { slices: of }]) => of === this.#days.get(day)),
    );
    this.#asked = [...this.#days.keys()].filter((day) => this.#known[day] === undefined);
    const all = this.#asked.length === this.#days.size;
    const where = all ? '' : `WHERE dt IN (${this.#asked.map((day) => `DATE '${day}'`).join(', ')})`;
    this.queries = this.#asked.length === 0 ? [] : this.#parts.map(({ select }) => select(where));
  }

  /** What stands of each day, with the answers to the queries. */
  found(answers: readonly Answer[]): Record<string, DayFound> {
    const asked = new Map<string, DayFound>(
      this.#asked.map((day) => [
        day,
        { slices: this.#days.get(day) ?? '', checked: this.#parts.map(() => 0), failures: {} },
      ]),
    );
    for (const [n, { rows }] of answers.entries())
      for (const [dt, checked, ...failures] of rows) {
        const day = z.iso.date().parse(dt);
        const found = asked.get(day);
        if (found === undefined) throw new Error(`Nobody asked what ${day} has.`);
        found.checked[n] = Number(checked);
        for (const [i, one] of (this.#parts[n]?.checks ?? []).entries())
          if (Number(failures[i]) > 0) found.failures[one.name] = Number(failures[i]);
      }
    return { ...this.#known, ...Object.fromEntries(asked) };
  }

  /** What each check came to over all days. */
  counts(found: Readonly<Record<string, DayFound>>): Map<string, Counts> {
    const days = Object.values(found);
    const sum = (of: (day: DayFound) => number | undefined) => days.reduce((all, day) => all + (of(day) ?? 0), 0);
    return new Map(
      this.#parts.flatMap(({ checks }, n) =>
        checks.map(({ name }): [string, Counts] => [
          name,
          { failures: sum(({ failures }) => failures[name]), checked: sum(({ checked }) => checked[n]) },
        ]),
      ),
    );
  }
}

/**
 * Checks whose findings in a day depend on its rows alone: a day that stands as it did is not read again, so that a run
 * costs what it has built and not what stands. They are remembered under `ops/checked/`, which can be removed at any
 * time; of small tables nothing is, since to read them all takes as long.
 */
export class CheckedDays {
  /** Those that are made here. */
  readonly checks: ReadonlySet<Check>;
  readonly queries: readonly string[];
  readonly #lake: Lake;
  readonly #tables: ReadonlyMap<string, TableDays>;
  /** Of what is remembered. */
  readonly #before: string;

  private constructor(lake: Lake, tables: ReadonlyMap<string, TableDays>, before: string) {
    const all = [...tables.values()];
    this.checks = new Set(all.flatMap(({ checks }) => checks));
    this.queries = all.flatMap(({ queries }) => queries);
    this.#lake = lake;
    this.#tables = tables;
    this.#before = before;
  }

  static async open(
    lake: Lake,
    checks: readonly Check[],
    slices: readonly NamedSlice[],
    { worth = 2 ** 20, engine = engineVersion }: Remembering = {},
  ): Promise<CheckedDays> {
    const kept = await jsonObject(lake, checkedDaysKey, document);
    const isBelieved = kept !== undefined && kept.checksum === checksumOf(kept.tables);
    const known = new Map(isBelieved ? Object.entries(kept.tables) : []);
    const tables = new Map<string, TableDays>();
    const byDay = checks.filter((one) => one.broken !== undefined || one.uniqueInDay !== undefined);
    for (const table of new Set(byDay.map((one) => one.table))) {
      const own = byDay.filter((one) => one.table === table);
      const standing = slices.filter((one) => one.table === table);
      if (standing.length > 0 && standing.reduce((sum, { bytes }) => sum + bytes, 0) >= worth)
        tables.set(table, new TableDays(table, own, standing, { found: known.get(table), engine }));
    }
    return new CheckedDays(lake, tables, isBelieved ? kept.checksum : checksumOf({}));
  }

  /** Remembers what was found. @param answers to the queries @returns what each check came to */
  async take(answers: readonly Answer[]): Promise<Map<string, Counts>> {
    const counts = new Map<string, Counts>();
    const found: Found = {};
    let taken = 0;
    for (const [name, table] of this.#tables) {
      const days = table.found(answers.slice(taken, (taken += table.queries.length)));
      for (const [check, one] of table.counts(days)) counts.set(check, one);
      found[name] = { promises: table.promises, days };
    }
    const checksum = checksumOf(found);
    if (checksum !== this.#before)
      await this.#lake.put(checkedDaysKey, Buffer.from(JSON.stringify({ checksum, tables: found })));
    return counts;
  }
}
