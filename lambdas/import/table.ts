import { saysNothing } from './amounts.ts';
import { Refused } from './refused.ts';
import type { Row, Sheet } from './rows.ts';

/**
 * A heading as its names are compared: without accents, case and signs. `Amount spent (EUR)` and `Amount spent €` →
 * `amount spent eur`.
 */
export function folded(heading: string): string {
  return heading
    .replaceAll('€', ' EUR ')
    .replaceAll('$', ' USD ')
    .replaceAll('£', ' GBP ')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}%#]+/gu, ' ')
    .trim();
}

/** A sign of ASCII that is seen. */
const isSeen = (code: number) => code > 0x20 && code < 0x7f;

/** Without the spaces of any kind, and the signs of no width, around it. Most cells have none: two looks spare a search. */
const trimmed = (cell: string) =>
  cell === '' || (isSeen(cell.charCodeAt(0)) && isSeen(cell.charCodeAt(cell.length - 1)))
    ? cell
    : cell.replaceAll(/^[\s\u200B-\u200D\u2060\uFEFF]+|[\s\u200B-\u200D\u2060\uFEFF]+$/gu, '');

/** What a file's headings are written in: it tells what a comma in a number is where the numbers do not. */
export type Language = 'en' | 'fr' | 'de';

const words: readonly (readonly [Language, RegExp])[] = [
  [
    'fr',
    /\b(?:jour|campagne|montant|depense|cout|clics|nom|couverture|devise|achats|valeur|pseudo|plateforme|cachet)\b/,
  ],
  ['de', /\b(?:tag|datum|kampagne|kosten|klicks|wahrung|impressionen|konto|betrag|ausgegebener)\b/],
];

export function languageOf(headings: readonly string[]): Language {
  const text = headings.map(folded).join(' ');
  const count = (pattern: RegExp) => text.match(new RegExp(pattern, 'g'))?.length ?? 0;
  const [fr, de] = words.map(([, pattern]) => count(pattern));
  if ((fr ?? 0) === 0 && (de ?? 0) === 0) return 'en';
  return (de ?? 0) > (fr ?? 0) ? 'de' : 'fr';
}

/**
 * The fields of a shape, each by the names that its heading has, folded. A group `currency` of a name tells the
 * currency.
 */
export type Fields = Readonly<Record<string, RegExp>>;

/** What a person says that headings mean: the field of each, by its heading folded. */
export type GivenHeadings = ReadonlyMap<string, string>;

/** A row that names the columns. */
export interface Heading {
  readonly row: number;
  /** The headings as they are written. */
  readonly written: readonly string[];
  /** The column of each field that is there, from 0. */
  readonly columns: ReadonlyMap<string, number>;
  /** Further columns whose headings mean a field that another column is read for. */
  readonly rivals: ReadonlyMap<string, readonly number[]>;
  /** The currency that a heading names. */
  readonly currency: string | undefined;
  /** All that headings name. */
  readonly currencies: ReadonlySet<string>;
  /** What stands above it: a report's title and dates. */
  readonly above: readonly string[];
}

/** How far down a heading is looked for. */
const deepest = 30;

/** The heading of a row, by the fields of a shape. */
function headingIn({ row, cells }: Row, fields: Fields, given: GivenHeadings, above: readonly string[]): Heading {
  const columns = new Map<string, number>();
  for (const [at, cell] of cells.entries()) {
    const field = given.get(folded(cell));
    if (field !== undefined && Object.hasOwn(fields, field) && !columns.has(field)) columns.set(field, at);
  }
  // Of what a person named nothing else is asked.
  const isSaid = new Set(columns.keys());
  let currency: string | undefined;
  const rivals = new Map<string, number[]>();
  const currencies = new Set<string>();
  for (const [at, cell] of cells.entries()) {
    const name = folded(cell);
    if (name === '' || given.has(name)) continue;
    const matches = Object.entries(fields).flatMap(([field, pattern]) => {
      const found = pattern.exec(name);
      return found ? [{ field, currency: found.groups?.['currency']?.toUpperCase() }] : [];
    });
    const free = matches.find(({ field }) => !columns.has(field));
    const taken = free ?? matches[0];
    if (taken === undefined) continue;
    if (free) {
      columns.set(free.field, at);
      currency ??= free.currency;
    } else if (isSaid.has(taken.field)) continue;
    else rivals.set(taken.field, [...(rivals.get(taken.field) ?? []), at]);
    if (taken.currency !== undefined) currencies.add(taken.currency);
  }
  return { row, written: cells.map(trimmed), columns, rivals, currency, currencies, above };
}

/** The rows of a sheet among which its heading is. */
export async function firstRows(sheet: Sheet): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of sheet.rows()) {
    rows.push(row);
    if (rows.length === deepest) break;
  }
  return rows;
}

/** The columns of fields that no heading names, where most of the cells below look like one. */
function guessed(heading: Heading, below: readonly Row[], byValue: Fields): Heading {
  const columns = new Map(heading.columns);
  for (const [field, pattern] of Object.entries(byValue)) {
    if (columns.has(field)) continue;
    const at = heading.written.findIndex((_, column) => {
      const cells = below.map(({ cells: all }) => trimmed(all[column] ?? '')).filter((cell) => cell !== '');
      return cells.length > 0 && cells.filter((cell) => pattern.test(cell)).length > cells.length / 2;
    });
    if (at < 0) continue;
    for (const [other, column] of columns) if (column === at) columns.delete(other);
    columns.set(field, at);
  }
  return { ...heading, columns };
}

/** A heading of two lines: where its lower one is empty, a cell of the upper one is merged down over it. */
function underMerged(row: Row, above: Row | undefined): Row {
  const filled = above?.cells.filter((cell) => trimmed(cell) !== '') ?? [];
  if (above === undefined || above.row !== row.row - 1 || filled.length < 2) return row;
  const width = Math.max(row.cells.length, above.cells.length);
  const cells = Array.from({ length: width }, (_, at) => {
    const own = row.cells[at] ?? '';
    return trimmed(own) === '' ? (above.cells[at] ?? '') : own;
  });
  return { ...row, cells };
}

/** The row that names the most fields, where it names all that are needed. */
export function findHeading(
  rows: readonly Row[],
  fields: Fields,
  needs: readonly string[],
  given: GivenHeadings,
  byValue: Fields = {},
): Heading | undefined {
  let best: Heading | undefined;
  const above: string[] = [];
  const wholes = new Set<Row | undefined>();
  for (const [at, row] of rows.entries()) {
    const before = rows[at - 1];
    const lines = wholes.has(before) ? row : underMerged(row, before);
    const heading = guessed(headingIn(lines, fields, given, [...above]), rows.slice(at + 1), byValue);
    const isWhole = needs.every((field) => heading.columns.has(field));
    if (isWhole) wholes.add(row);
    if (isWhole && heading.columns.size > (best?.columns.size ?? 0)) best = heading;
    above.push(
      row.cells
        .map(trimmed)
        .filter((cell) => cell !== '')
        .join(' '),
    );
  }
  return best;
}

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

const totalWord =
  '(?:(?:grand|sous|sub)[- ]?)?(?:totals?|totaux|somme|sum|summe|gesamt(?:summe)?|insgesamt|total general)';
const totals = new RegExp(String.raw`^${totalWord}\b`, 'iu');
const totalAlone = new RegExp(String.raw`^${totalWord}(?:\s+(?:g[eé]n[eé]ral|ht|ttc|eur|€))*\s*:?$`, 'iu');

/** Whether a total is named where a product would be, and nothing else: SUM-01 is a product. */
export const isTotalAlone = (text: string): boolean => totalAlone.test(text);

/** Whether a text begins with the word of a total: it may be a name, too. */
export const beginsAsTotal = (text: string): boolean => totals.test(text);

/** Whether the first word of a row is that of a total. */
export const isTotal = ({ cells }: Row): boolean =>
  beginsAsTotal(trimmed(cells.find((cell) => trimmed(cell) !== '') ?? ''));
