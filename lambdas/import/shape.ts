import type { Day } from '../shared/days.ts';
import type { DateOrder } from './dates.ts';
import type { Documents } from './documents.ts';
import type { Restated } from './restated.ts';
import type { Fields } from './heading.ts';
import type { Table } from './table.ts';
import type { SaidStates } from './shapes/order-states.ts';
import type { Offsets } from './time-zones.ts';

/** What a person may say of a file that does not say it itself. */
export interface ImportOptions {
  /** The order of days such as 03/04/2025. */
  readonly dates?: DateOrder | undefined;
  /** The advertising account of a report that names none. */
  readonly account?: string | undefined;
  /** ISO 4217, of a report that names none. */
  readonly currency?: string | undefined;
  /** Orders that lost a line are left out, and told, where else their file is refused. */
  readonly acceptIncomplete?: boolean | undefined;
  /** What states of orders mean that no rule knows. */
  readonly states?: SaidStates | undefined;
  /** The sheet of influencers, by its file's name, in place of which this one counts. */
  readonly replaces?: string | undefined;
  /** A sheet of influencers that is like another one counts beside it. */
  readonly adds?: boolean | undefined;
}

/** What a shape is given to turn a file into records. */
export interface ImportContext {
  /** The person's own file, by its name. */
  readonly file: string;
  /** When the source wrote it, as far as that is known. */
  readonly exportedAt: Date;
  readonly options: ImportOptions;
  readonly shop: { readonly currency: string; readonly timeZone: string };
  readonly documents: Documents;
}

/** A sum that a file holds: what was imported, and what the file itself says, where it says it. */
export interface Total {
  readonly what: string;
  readonly imported: string;
  readonly own?: string | undefined;
}

/** Rows that are no record, and why. */
export interface LeftOut {
  readonly why: string;
  readonly rows: number;
  /** The first of them. */
  readonly first: number;
}

/** What a shape understood of a table. */
export interface Converted {
  readonly account?: string | undefined;
  /** Of a report of advertisements. */
  readonly restated?: readonly Restated[] | undefined;
  readonly currencies: readonly string[];
  readonly timeZone?: string | undefined;
  /** In which offsets from UTC the shop wrote its moments. */
  readonly offsets?: Offsets | undefined;
  readonly days?: { readonly from: Day; readonly to: Day } | undefined;
  /** Rows that say anything, without the heading. */
  readonly rows: number;
  readonly leftOut: readonly LeftOut[];
  readonly totals: readonly Total[];
  /** What a person should know: what was assumed, what the file does not say. */
  readonly notes: readonly string[];
}

/** A kind of table that is known by its headings. */
export interface Shape {
  /** As `--feed` names it. */
  readonly name: string;
  readonly source: string;
  readonly report: string;
  readonly fields: Fields;
  /** Without these it is another kind of table. */
  readonly needs: readonly string[];
  /** How the platform writes headings of these fields, where it writes them in one way alone. */
  readonly headings?: Readonly<Record<string, string>>;
  /** What the cells of a field look like: its column is known by them where no heading names it. */
  readonly byValue?: Fields;
  /** Headings, as they are written, of columns that are read beside those of its fields. */
  readonly others?: RegExp;
  /** Headings, folded, of another kind of table that has these fields too. */
  readonly foreign?: RegExp;
  /** Headings, folded, with which it is of this kind whatever else it has. */
  readonly certain?: RegExp;
  /** Headings and lines, folded, of which it has one: other kinds of table may have all that is needed. */
  readonly own?: RegExp;
  /** Headings, folded, that are as good as one of its own where all of these are there. */
  readonly ownTogether?: readonly RegExp[];
  /** Of several columns for a field, the names of which the first is read, wherever they stand. */
  readonly prefers?: Readonly<Record<string, readonly RegExp[]>>;
  /** The table with other columns read, where its cells tell which of several are meant. */
  readonly settled?: (table: Table) => Promise<Table>;
  /** Writes the records to the documents. @throws Refused */
  convert(table: Table, context: ImportContext): Promise<Converted>;
}

/** Counts rows that are left out, by reason. */
export class LeftOuts {
  readonly #found = new Map<string, { rows: number; first: number }>();

  add(why: string, row: number): void {
    const known = this.#found.get(why);
    if (known) known.rows++;
    else this.#found.set(why, { rows: 1, first: row });
  }

  get all(): LeftOut[] {
    return [...this.#found].map(([why, { rows, first }]) => ({ why, rows, first }));
  }
}

/** The first and last of some days. */
export class DaySpan {
  #from: Day | undefined;
  #to: Day | undefined;

  add(day: Day): void {
    if (this.#from === undefined || day < this.#from) this.#from = day;
    if (this.#to === undefined || day > this.#to) this.#to = day;
  }

  get range(): { from: Day; to: Day } | undefined {
    return this.#from === undefined || this.#to === undefined ? undefined : { from: this.#from, to: this.#to };
  }
}
