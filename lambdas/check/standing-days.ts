import type { NamedSlice } from '../shared/slices/ledger-rows.ts';
import { codeVersion } from '../shared/slices/staleness.ts';

/** What is remembered of a day, and of what: `slices` is a hash over the etags of the day's slices. */
interface OfDay {
  readonly slices: string;
}

/** The days of a table: those that stand as they did when something was found of them, and the others. */
export class StandingDays<Found extends OfDay> {
  readonly known: Readonly<Record<string, Found>>;
  /** Days that must be asked for. */
  readonly asked: readonly string[];
  readonly #days: ReadonlyMap<string, string>;

  constructor(slices: readonly NamedSlice[], found: Readonly<Record<string, Found>>) {
    const standing = new Map<string, string[]>();
    for (const { day, part, etag } of slices)
      standing.set(day, [...(standing.get(day) ?? []), JSON.stringify([part ?? null, etag])]);
    this.#days = new Map([...standing].map(([day, all]) => [day, codeVersion(...all.toSorted())]));
    this.known = Object.fromEntries(
      Object.entries(found).filter(([day, { slices: of }]) => of === this.#days.get(day)),
    );
    this.asked = [...this.#days.keys()].filter((day) => this.known[day] === undefined);
  }

  get size(): number {
    return this.#days.size;
  }

  /** The condition that a row is of a day that must be asked for; empty where all must. */
  get where(): string {
    return this.asked.length === this.size
      ? ''
      : `WHERE dt IN (${this.asked.map((day) => `DATE '${day}'`).join(', ')})`;
  }

  /** What is told of the days that must be asked for: at first that they have nothing. */
  toFill(nothing: (slices: string) => Found): Map<string, Found> {
    return new Map(this.asked.map((day) => [day, nothing(this.#days.get(day) ?? '')]));
  }
}
