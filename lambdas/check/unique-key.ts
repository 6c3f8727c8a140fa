import * as z from 'zod';
import type { Answer } from '../shared/ports/warehouse.ts';
import type { NamedSlice } from '../shared/slices/ledger-rows.ts';
import { codeVersion } from '../shared/slices/staleness.ts';
import type { Check, Counts } from './check-definition.ts';
import { StandingDays } from './standing-days.ts';

const dayDocument = z.object({
  slices: z.string(),
  /** Rows with a key. */
  checked: z.number(),
});
type DayFound = z.infer<typeof dayDocument>;

/** Days of a table that have no key twice among all of them. */
export const keyDocument = z.object({
  promises: z.string(),
  days: z.record(z.string(), dayDocument),
});
export type KeyFound = z.infer<typeof keyDocument>;

/** A check that a column has no value twice in a table, over all its days. */
export type UniqueCheck = Check & { readonly unique: string };

/**
 * What is remembered of a column that has no value twice: of days that stand as they did, none has one that another of
 * them has, so that only the values of the others are looked for.
 */
export class UniqueKey {
  readonly check: UniqueCheck;
  readonly queries: readonly string[];
  readonly #promises: string;
  readonly #days: StandingDays<DayFound>;

  constructor(
    check: UniqueCheck,
    slices: readonly NamedSlice[],
    { found, engine }: { readonly found: KeyFound | undefined; readonly engine: string },
  ) {
    const { table, unique, sql } = check;
    this.check = check;
    this.#promises = codeVersion(engine, sql);
    const days = new StandingDays(slices, found?.promises === this.#promises ? found.days : {});
    this.#days = days;
    const byDay = `SELECT dt, count(${unique}) AS checked FROM ${table} ${days.where} GROUP BY dt`;
    const repeated = `SELECT coalesce(sum(n - 1), 0) AS failures
      FROM (SELECT count(*) AS n FROM ${table}
        WHERE ${unique} IN (SELECT ${unique} FROM ${table} ${days.where}) GROUP BY ${unique}) AS t`;
    // Of most of the days it costs less to look at all values than to look for each.
    const isMost = 2 * days.asked.length > days.size;
    this.queries = days.asked.length === 0 ? [] : [byDay, isMost ? sql : repeated];
  }

  /** What the check came to over all days, and what of it is remembered. @param answers to the queries */
  take([byDay, repeated]: readonly Answer[]): { readonly counts: Counts; readonly kept: KeyFound | undefined } {
    const asked = this.#days.toFill((slices) => ({ slices, checked: 0 }));
    for (const [dt, checked] of byDay?.rows ?? []) {
      const day = z.iso.date().parse(dt);
      const found = asked.get(day);
      if (found !== undefined) asked.set(day, { ...found, checked: Number(checked) });
    }
    const days = { ...this.#days.known, ...Object.fromEntries(asked) };
    const failures = Number(repeated?.rows[0]?.[0] ?? 0);
    const checked = Object.values(days).reduce((sum, day) => sum + day.checked, 0);
    return { counts: { failures, checked }, kept: failures === 0 ? { promises: this.#promises, days } : undefined };
  }
}
