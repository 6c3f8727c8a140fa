import { saysNothing } from './amounts.ts';
import { folded } from './folded.ts';
import type { Heading } from './heading.ts';
import { languageOf, type Language } from './language.ts';
import { Refused } from './refused.ts';
import type { Row, Sheet } from './rows.ts';
import { isTotal, isTotalAlone } from './totals.ts';
import { trimmed } from './trimmed.ts';

const isEmpty = (cells: readonly string[]) => cells.every((cell) => trimmed(cell) === '');

/** A long number as a spreadsheet shows it: `1.2021E+17`. */
const roundedId = /^\d+(?:[.,]\d+)?E\+\d+$/i;
/** Whether a spreadsheet rounded a number: what it was is gone. */
export const isRounded = (text: string): boolean => roundedId.test(text);
/** Fields by which things are told apart; of Shopify's orders the name is such a one. */
const isId = (field: string) => /(?:^|_)(?:id|sku|number|reference)$|^name$/.test(field);

/** Headings that are names of columns: a database wrote them, and says of an empty cell that it is. */
const isOfDatabase = (headings: readonly string[]) =>
  headings.some((heading) => heading.includes('_')) &&
  headings.every((heading) => /^(?:[a-z][a-z0-9]*(?:_[a-z0-9]+)*)?$/.test(heading));

/** How databases write an empty cell. */
const nothing: ReadonlySet<string> = new Set(['NULL', String.raw`\N`]);

/** A cell with where its column is, from 0, and what stands above it. */
export interface Cell {
  readonly at: number;
  readonly heading: string;
  /** Without the spaces around it. */
  readonly text: string;
}

/** A sheet with its heading: rows are read by their fields. */
export class Table {
  readonly heading: Heading;
  readonly language: Language;
  /** A workbook's name of it. */
  readonly name: string | undefined;
  readonly #sheet: Sheet;
  readonly #whole: Sheet;
  readonly #isOfDatabase: boolean;

  /** `whole`: where its rows are a part of a sheet, that sheet. */
  constructor(sheet: Sheet, heading: Heading, whole = sheet) {
    this.#isOfDatabase = isOfDatabase(heading.written);
    this.#sheet = sheet;
    this.#whole = whole;
    this.heading = heading;
    this.name = sheet.name;
    this.language = languageOf(heading.written);
  }

  has(field: string): boolean {
    return this.heading.columns.has(field);
  }

  /**
   * A cell without the spaces around it; empty where the column is not there, or a database says that it is. A formula
   * that a sign keeps from being one is its text.
   * @throws Refused where it is an id that a spreadsheet has rounded: two ids may look the same then
   */
  cell({ cells, row }: Row, field: string): string {
    const at = this.heading.columns.get(field);
    const text = at === undefined ? '' : trimmed(cells[at] ?? '');
    if (this.#isOfDatabase && nothing.has(text)) return '';
    if (isRounded(text) && isId(field))
      throw new Refused(
        `In row ${row}, “${this.headingOf(field)}” is “${text}”: a spreadsheet has rounded it, and others may ` +
          'look the same. Export the file again, and import it as it came, without opening and saving it.',
      );
    return text;
  }

  /** As it is written. */
  headingOf(field: string): string {
    return this.heading.written[this.heading.columns.get(field) ?? -1] ?? field;
  }

  /** Cells of other columns whose headings mean the same field. */
  rivalsOf({ cells }: Row, field: string): Cell[] {
    return (this.heading.rivals.get(field) ?? []).map((at) => ({
      at,
      heading: this.heading.written[at] ?? '',
      text: trimmed(cells[at] ?? ''),
    }));
  }

  /** Cells of all columns whose headings mean a field, that which is read first. */
  allOf(row: Row, field: string): Cell[] {
    const at = this.heading.columns.get(field);
    if (at === undefined) return [];
    return [{ at, heading: this.headingOf(field), text: this.cell(row, field) }, ...this.rivalsOf(row, field)];
  }

  /** The same, of which a field is read from another of its columns. */
  readingOf(field: string, at: number): Table {
    const { columns, rivals } = this.heading;
    const before = columns.get(field);
    const others = (rivals.get(field) ?? []).filter((one) => one !== at);
    return this.#headed({
      ...this.heading,
      columns: new Map([...columns, [field, at]]),
      rivals: new Map([...rivals, [field, before === undefined || before === at ? others : [before, ...others]]]),
    });
  }

  /** The same, of which fields are read from the column that the first of their names is of, wherever it stands. */
  preferring(order: Readonly<Record<string, readonly RegExp[]>>): Table {
    const { columns, rivals, written } = this.heading;
    const [read, others] = [new Map(columns), new Map(rivals)];
    for (const [field, names] of Object.entries(order)) {
      const own = columns.get(field);
      const all = own === undefined ? [] : [own, ...(rivals.get(field) ?? [])];
      const name = names.find((one) => all.some((at) => one.test(folded(written[at] ?? ''))));
      const [first, ...same] = name ? all.filter((at) => name.test(folded(written[at] ?? ''))) : [];
      if (first === undefined || all.length === 1) continue;
      read.set(field, first);
      // What another name has is another thing, not the same in a second column; but of what was spent each is told.
      const alike = field === 'spend' ? all.filter((at) => at !== first) : same;
      others.delete(field);
      if (alike.length > 0) others.set(field, alike);
    }
    return this.#headed({ ...this.heading, columns: read, rivals: others });
  }

  /** The same, of which the cells of a field are what `read` makes of them. */
  reading(field: string, read: (text: string, row: number) => string): Table {
    const [sheet, at, top] = [this.#sheet, this.heading.columns.get(field), this.heading.row];
    if (at === undefined) return this;
    const made: Sheet = {
      name: sheet.name,
      broken: () => sheet.broken(),
      async *rows() {
        for await (const row of sheet.rows()) {
          const cell = row.cells[at];
          if (row.row <= top || cell === undefined) yield row;
          else yield { ...row, cells: row.cells.with(at, read(trimmed(cell), row.row)) };
        }
      },
    };
    return new Table(made, this.heading);
  }

  #headed(heading: Heading): Table {
    return new Table(this.#sheet, heading, this.#whole);
  }

  /**
   * Whether a row adds up others: its first word says so, and no other cell says of which day or thing it is. A campaign
   * may be called “Total Look”.
   */
  addsUp(row: Row, telling: readonly string[]): boolean {
    const first = row.cells.findIndex((cell) => trimmed(cell) !== '');
    if (!isTotal(row) || isTotalAlone(trimmed(row.cells[first] ?? ''))) return isTotal(row);
    return telling.every((field) => this.heading.columns.get(field) === first || saysNothing(this.cell(row, field)));
  }

  /** The headings that nothing is read of. */
  get ignored(): string[] {
    const read = new Set(this.heading.columns.values());
    return this.heading.written.filter((heading, at) => heading !== '' && !read.has(at));
  }

  /** Once its rows were read, the first letter of its sheet that is broken, with what stands around it. */
  broken(): string | undefined {
    return this.#sheet.broken();
  }

  /**
   * The rows below the heading that say anything.
   * @throws Refused where one has another width: its cells are not those of their headings
   */
  async *rows(): AsyncGenerator<Row> {
    const width = this.heading.written.findLastIndex((heading) => heading !== '') + 1;
    for await (const row of this.#sheet.rows()) {
      if (row.row <= this.heading.row || isEmpty(row.cells)) continue;
      this.#assertWidth(row, width);
      yield row;
    }
  }

  /** All rows of the sheet, where its own are a part of them: one hand has written the days and numbers of all. */
  async besides(): Promise<Row[]> {
    const all: Row[] = [];
    if (this.#whole === this.#sheet) return all;
    for await (const row of this.#whole.rows()) if (row.row > this.heading.row && !isEmpty(row.cells)) all.push(row);
    return all;
  }

  /**
   * A workbook has its cells in columns, whatever stands in them; so has a row that adds up others, or is one remark.
   */
  #assertWidth(row: Row, width: number): void {
    const { cells } = row;
    const filled = cells.findLastIndex((cell) => trimmed(cell) !== '') + 1;
    if (this.name !== undefined || filled === 1 || isTotal(row)) return;
    const counts = `row ${row.row} has ${filled > width ? filled : cells.length} cells for ${width} headings`;
    if (filled > width)
      throw new Refused(
        `Its columns are not where their headings are: ${counts}. A cell holds the sign between the cells and ` +
          'has no quotes around it, as an amount with a decimal comma between commas. Export it again, or save ' +
          'it as .xlsx.',
      );
    if (cells.length >= width) return;
    throw new Refused(
      row.isUnended === true
        ? `It was cut short: its last row, ${counts}. Download it again.`
        : `Its columns are not where their headings are: ${counts}. Was that row written by hand, or with ` +
            'another sign between its cells?',
    );
  }
}
