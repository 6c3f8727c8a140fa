import * as z from 'zod';
import type { Answer } from '../shared/ports/warehouse.ts';
import type { NamedSlice } from '../shared/slices/ledger-rows.ts';
import { codeVersion } from '../shared/slices/staleness.ts';
import type { Check, Counts } from './check-definition.ts';
import { StandingDays } from './standing-days.ts';

/** What was found in one day of a table. */
const dayDocument = z.object({
  slices: z.string(),
  /** Rows that each part looked at. */
  checked: z.array(z.number()),
  /** By check, where rows broke its promise. */
  failures: z.record(z.string(), z.number()),
});
type DayFound = z.infer<typeof dayDocument>;

export const tableDocument = z.object({
  /** What was promised, and the engine that was asked: other promises, or another meaning of them, are checked anew. */
  promises: z.string(),
  days: z.record(z.string(), dayDocument),
});
export type TableFound = z.infer<typeof tableDocument>;

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

/** One table's checks of a day: what is remembered of days that stand as they were, and what the others must be asked. */
export class TableDays {
  readonly checks: readonly Check[];
  readonly queries: readonly string[];
  readonly #promises: string;
  readonly #parts: readonly Part[];
  readonly #days: StandingDays<DayFound>;

  constructor(
    table: string,
    checks: readonly Check[],
    slices: readonly NamedSlice[],
    { found, engine }: { readonly found: TableFound | undefined; readonly engine: string },
  ) {
    this.checks = checks;
    this.#parts = partsOf(table, checks);
    this.#promises = codeVersion(engine, ...this.#parts.map(({ select }) => select('')));
    const days = new StandingDays(slices, found?.promises === this.#promises ? found.days : {});
    this.#days = days;
    this.queries = days.asked.length === 0 ? [] : this.#parts.map(({ select }) => select(days.where));
  }

  /** What each check came to over all days, and what stands of each day. @param answers to the queries */
  take(answers: readonly Answer[]): { readonly counts: Map<string, Counts>; readonly kept: TableFound } {
    const asked = this.#days.toFill((slices) => ({ slices, checked: this.#parts.map(() => 0), failures: {} }));
    for (const [n, { rows }] of answers.entries())
      for (const [dt, checked, ...failures] of rows) {
        const day = z.iso.date().parse(dt);
        const found = asked.get(day);
        if (found === undefined) throw new Error(`Nobody asked what ${day} has.`);
        found.checked[n] = Number(checked);
        for (const [i, one] of (this.#parts[n]?.checks ?? []).entries())
          if (Number(failures[i]) > 0) found.failures[one.name] = Number(failures[i]);
      }
    const days = { ...this.#days.known, ...Object.fromEntries(asked) };
    return { counts: this.#counts(Object.values(days)), kept: { promises: this.#promises, days } };
  }

  #counts(days: readonly DayFound[]): Map<string, Counts> {
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
