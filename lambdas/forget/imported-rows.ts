/** The rows of a file that was imported which are a person's: they say more than the records that were made of them. */
import type { Row } from '../import/rows.ts';
import { sheetsOf } from '../import/workbook.ts';
import { Refused } from '../import/refused.ts';
import { sheetRows } from '../transform/sheet-rows.ts';
import { jsonTexts } from '../shared/json-texts.ts';
import { parsed } from './gather.ts';
import { opened } from './opened.ts';
import type { Finder } from './person.ts';
import { delimiterOf } from './sheet.ts';

/** A row of the person's: by heading, what stands in it; or a record of a file of records. */
export type ImportedRow =
  | { readonly sheet?: string | undefined; readonly row: number; readonly cells: Readonly<Record<string, string>> }
  | { readonly row: number; readonly record: unknown };

const deepest = 30;
const filled = ({ cells }: Row) => cells.filter((cell) => cell.trim() !== '').length;

/** Whether a text is the person's address, number or id, and no more. */
function isTheirs(text: string, finder: Finder): boolean {
  const cell = text.trim().replace(/^'/, '');
  const [found] = finder.find(cell);
  return found !== undefined && found.from === 0 && found.to === cell.length;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What is in a value beside the objects of its lists: each of these may be another's. */
function ownTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap((one) => (isObject(one) ? [] : ownTexts(one)));
  return isObject(value) ? Object.values(value).flatMap((one) => ownTexts(one)) : [];
}

/** All objects in the lists of a value. */
const listedIn = (value: unknown): object[] =>
  Array.isArray(value)
    ? value.flatMap((one) => (isObject(one) && !Array.isArray(one) ? [one] : listedIn(one)))
    : isObject(value)
      ? Object.values(value).flatMap((one) => listedIn(one))
      : [];

/** Of an event of GA4 a list, too, tells who it is of, and all of it is of one person. */
const textsOf = (record: object): string[] =>
  'event_name' in record
    ? [...ownTexts(record), ...listedIn(record).flatMap((one) => ownTexts(one))]
    : ownTexts(record);

/** The person's records in a value. An answer of an API has a list of records, of which the others are others'. */
const recordsIn = (value: unknown, finder: Finder): object[] =>
  listedIn([value]).flatMap((record) =>
    textsOf(record).some((one) => isTheirs(one, finder))
      ? [record]
      : Object.values(record).flatMap((one) => recordsIn(one, finder)),
  );

/** By heading where one row is it: of the first rows the one with the most cells. */
function inColumns(rows: readonly Row[], sheet: string | undefined, finder: Finder): ImportedRow[] {
  const heading = rows
    .slice(0, deepest)
    .reduce<Row | undefined>((best, row) => (filled(row) > (best ? filled(best) : 0) ? row : best), undefined);
  return rows
    .filter(({ row, cells }) => row !== heading?.row && cells.some((cell) => isTheirs(cell, finder)))
    .map(({ row, cells }) => ({
      ...(sheet !== undefined && { sheet }),
      row,
      cells: Object.fromEntries(
        cells.flatMap((cell, at) => (cell === '' ? [] : [[heading?.cells[at]?.trim() || `column ${at + 1}`, cell]])),
      ),
    }));
}

/** The values of JSON texts, one a line or as they come, those of a list each one; undefined for texts without the person. */
const jsonValues = (text: string, finder: Finder): unknown[] =>
  [...jsonTexts(text)].flatMap((one) => (finder.isIn(one) ? [parsed(one)].flat() : [undefined]));

/** The person's rows in the bytes of a file that was imported. What only names the person among others' is none. */
export async function importedRows(body: Buffer, finder: Finder): Promise<ImportedRow[]> {
  const open = await opened(body);
  if (open.kind === 'zip') {
    const sheets = await sheetsOf(body).catch((error: unknown) => {
      if (error instanceof Refused) return [];
      throw error;
    });
    const found: ImportedRow[] = [];
    for (const sheet of sheets) {
      const rows: Row[] = [];
      for await (const row of sheet.rows()) rows.push(row);
      found.push(...inColumns(rows, sheet.name, finder));
    }
    return found;
  }
  if (open.kind !== 'text') return [];
  const text = open.letters.decode(open.plain).replace(/^\uFEFF/, '');
  if (!finder.isIn(text)) return [];
  if (/^\s*[{[]/.test(text))
    return jsonValues(text, finder).flatMap((value, at) =>
      recordsIn(value, finder).map((record) => ({ row: at + 1, record })),
    );
  const rows = [...sheetRows(text, delimiterOf(text, ','))].map(({ cells }, at): Row => ({
    row: at + 1,
    cells: cells ?? [],
  }));
  return inColumns(rows, undefined, finder);
}
