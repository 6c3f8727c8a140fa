import * as z from 'zod';
import { engineVersion } from '../../localstack/embedded/warehouse/engine-version.ts';
import { jsonObject } from '../shared/json-object.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { Answer } from '../shared/ports/warehouse.ts';
import { checkedDaysKey } from '../shared/schema/ops-keys.ts';
import type { NamedSlice } from '../shared/slices/ledger-rows.ts';
import { codeVersion } from '../shared/slices/staleness.ts';
import type { Check, Counts } from './check-definition.ts';
import { tableDocument, TableDays, type TableFound } from './table-days.ts';
import { keyDocument, UniqueKey, type KeyFound, type UniqueCheck } from './unique-key.ts';

const document = z.object({
  /** SHA-256 of what follows as it was written: a wrong count would hide a fault. */
  checksum: z.string(),
  tables: z.record(z.string(), tableDocument),
  /** By the name of its check. */
  keys: z.record(z.string(), keyDocument),
});
interface Found {
  readonly tables: Record<string, TableFound>;
  readonly keys: Record<string, KeyFound>;
}

const checksumOf = ({ tables, keys }: Found) => codeVersion(JSON.stringify([tables, keys]));
const nothing: Found = { tables: {}, keys: {} };

/** What is worth to be remembered, and by whom it was found. */
export interface Remembering {
  /** Bytes of a table's slices from which on a day that has not changed is not read again. */
  readonly worth?: number;
  readonly engine?: string;
}

const isUnique = (one: Check): one is UniqueCheck => one.unique !== undefined;

/**
 * Checks of which something is known of the days that stand as they did: they are not read again, so that a run costs
 * what it has built and not what stands. It is remembered under `ops/checked/`, which can be removed at any time; of
 * small tables nothing is, since to read them all takes as long.
 */
export class CheckedDays {
  /** Those that are made here. */
  readonly checks: ReadonlySet<Check>;
  readonly queries: readonly string[];
  readonly #lake: Lake;
  readonly #tables: ReadonlyMap<string, TableDays>;
  readonly #keys: readonly UniqueKey[];
  /** Of what is remembered. */
  readonly #before: string;

  private constructor(lake: Lake, tables: ReadonlyMap<string, TableDays>, keys: readonly UniqueKey[], before: string) {
    const all = [...tables.values()];
    this.checks = new Set([...all.flatMap(({ checks }) => checks), ...keys.map(({ check }) => check)]);
    this.queries = [...all, ...keys].flatMap(({ queries }) => queries);
    this.#lake = lake;
    this.#tables = tables;
    this.#keys = keys;
    this.#before = before;
  }

  static async open(
    lake: Lake,
    checks: readonly Check[],
    slices: readonly NamedSlice[],
    { worth = 2 ** 20, engine = engineVersion }: Remembering = {},
  ): Promise<CheckedDays> {
    const kept = await jsonObject(lake, checkedDaysKey, document);
    const known = kept?.checksum === checksumOf(kept ?? nothing) ? kept : undefined;
    const { tables: foundOf, keys: foundOfKeys } = known ?? nothing;
    const tables = new Map<string, TableDays>();
    const keys: UniqueKey[] = [];
    for (const table of new Set(checks.map((one) => one.table))) {
      const own = checks.filter((one) => one.table === table);
      const standing = slices.filter((one) => one.table === table);
      if (standing.length === 0 || standing.reduce((sum, { bytes }) => sum + bytes, 0) < worth) continue;
      const byDay = own.filter((one) => one.broken !== undefined || one.uniqueInDay !== undefined);
      if (byDay.length > 0) tables.set(table, new TableDays(table, byDay, standing, { found: foundOf[table], engine }));
      for (const one of own.filter(isUnique))
        keys.push(new UniqueKey(one, standing, { found: foundOfKeys[one.name], engine }));
    }
    return new CheckedDays(lake, tables, keys, known?.checksum ?? checksumOf(nothing));
  }

  /** Remembers what was found. @param answers to the queries @returns what each check came to */
  async take(answers: readonly Answer[]): Promise<Map<string, Counts>> {
    const counts = new Map<string, Counts>();
    const found: Found = { tables: {}, keys: {} };
    let taken = 0;
    const next = ({ queries }: { readonly queries: readonly string[] }) =>
      answers.slice(taken, (taken += queries.length));
    for (const [name, table] of this.#tables) {
      const { counts: own, kept } = table.take(next(table));
      for (const [check, one] of own) counts.set(check, one);
      found.tables[name] = kept;
    }
    for (const key of this.#keys) {
      const { counts: own, kept } = key.take(next(key));
      counts.set(key.check.name, own);
      if (kept !== undefined) found.keys[key.check.name] = kept;
    }
    const checksum = checksumOf(found);
    if (checksum !== this.#before)
      await this.#lake.put(checkedDaysKey, Buffer.from(JSON.stringify({ checksum, ...found })));
    return counts;
  }
}
