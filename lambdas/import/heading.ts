import { folded } from './folded.ts';
import type { Row, Sheet } from './rows.ts';
import { trimmed } from './trimmed.ts';

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
