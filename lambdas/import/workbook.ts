import { unzipSync, zipSync, type Zippable } from 'fflate';
import readWorkbook from 'read-excel-file/universal';
import { odsSheets } from './ods.ts';
import { whyNoZippedTable } from './other-files.ts';
import { shownIn, withoutCharts, type Shown } from './workbook-cells.ts';
import { sheetOf, type Row, type Sheet } from './rows.ts';
import { Refused } from './refused.ts';

/**
 * Longest workbook that is opened, bytes unpacked: some 500,000 cells. A report that is longer is better as CSV, which
 * is read in pieces.
 */
export const workbookLimit = 100 * 2 ** 20;
/** A zip packs text some ten times; sheets of one repeated cell a hundred times. */
const highestRatio = 200;

const asCsv = 'Save the sheet as “CSV UTF-8” and import that.';

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly originalSize: number;
}

/** The files in a zip, unpacked no further than to its list. @throws Refused where it is damaged */
export function entriesOf(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  try {
    unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        entries.push({ name, size, originalSize });
        return false;
      },
    });
  } catch (error) {
    throw new Refused('It is a zip or .xlsx file that is damaged or was cut short: download it, or save it, again.', {
      cause: error,
    });
  }
  return entries;
}

/** Whether a zip is a table of OpenDocument (.ods). */
export const isOds = (entries: readonly Entry[]): boolean =>
  entries.some(({ name }) => name === 'content.xml') && entries.some(({ name }) => name === 'mimetype');

/** Whether a zip is a workbook. @throws Refused for a workbook of another kind than .xlsx */
export function isWorkbook(entries: readonly Entry[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  const other = whyNoZippedTable(names);
  if (other !== undefined) throw new Refused(other);
  return names.has('xl/workbook.xml') || isOds(entries);
}

/**
 * What is in the zip, with the sizes that its list says. Who lies in the list gets no more room than the list says, so
 * that what reads it next can be blown up by nothing.
 * @throws Refused for a zip bomb
 */
function honest(bytes: Uint8Array, entries: readonly Entry[]): Zippable & Record<string, Uint8Array> {
  const size = entries.reduce((sum, { originalSize }) => sum + originalSize, 0);
  if (size > workbookLimit)
    throw new Refused(
      `It is a workbook that unpacks to ${Math.round(size / 2 ** 20)} MB; up to ${workbookLimit / 2 ** 20} MB ` +
        `are read. ${asCsv}`,
    );
  if (entries.some((one) => one.originalSize > 2 ** 20 && one.originalSize > one.size * highestRatio))
    throw new Refused(
      `It is a workbook that unpacks to more than ${highestRatio} times its size, as bombs do. ${asCsv}`,
    );
  try {
    const isRead = ({ name }: { readonly name: string }) =>
      /^(?:\[Content_Types\]\.xml|_rels\/|xl\/)/.test(name) && !name.startsWith('xl/media/');
    return unzipSync(bytes, { filter: isRead });
  } catch (error) {
    throw new Refused(`It is a damaged workbook: open it in Excel, let it be repaired, and save it again.`, {
      cause: error,
    });
  }
}

/**
 * A number of a workbook as digits and a point, so that no sign of it can be taken for thousands. One that is too large to be
 * exact stays as a spreadsheet shows it: `1.2021E+17`.
 */
function digits(number: number): string {
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) return number.toExponential();
  if (Number.isInteger(number)) return number.toFixed(0);
  const decimals = number.toFixed(6).replace(/0+$/, '');
  // Three decimals alone could be thousands.
  return /\.\d{3}$/.test(decimals) ? `${decimals}0` : decimals;
}

/** `A` of the first column, `AA` of the 27th. */
const columnName = (at: number): string =>
  (at < 26 ? '' : columnName(Math.floor(at / 26) - 1)) + String.fromCodePoint(65 + (at % 26));

/** A row as it is shown: a number with the currency that its format has. */
function rowOf(row: number, cells: readonly unknown[], shown: Shown | undefined): Row {
  const texts = cells.map((cell, at) => {
    const sign = typeof cell === 'number' ? shown?.signs.get(`${columnName(at)}${row}`) : undefined;
    return sign === undefined ? textOfCell(cell) : `${textOfCell(cell)} ${sign}`;
  });
  const { struck, hidden } = shown ?? {};
  return {
    row,
    cells: texts,
    ...(struck?.has(row) === true && { isStruck: true }),
    ...(hidden === 'all' ? { hidden: 'sheet' } : hidden?.has(row) === true && { hidden: 'row' }),
  };
}

function textOfCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return digits(value);
  if (value instanceof Date) {
    const moment = value.toISOString();
    return moment.endsWith('T00:00:00.000Z') ? moment.slice(0, 10) : moment;
  }
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}

/**
 * The sheets of an .xlsx or .ods workbook: of a formula its last value, of a merged cell its first part, and of a
 * number the currency that it is shown in, where that is another than `currency`, the shop's.
 * @throws Refused
 */
export async function sheetsOf(bytes: Uint8Array, currency?: string): Promise<Sheet[]> {
  const entries = entriesOf(bytes);
  if (isOds(entries)) return odsSheets(bytes, currency);
  const files = withoutCharts(honest(bytes, entries));
  const shown = shownIn(files, currency);
  try {
    const sheets = await readWorkbook(new Blob([new Uint8Array(zipSync(files, { level: 0 }))]));
    return sheets.map(({ sheet, data }) =>
      sheetOf(
        sheet,
        data.map((cells, at) => rowOf(at + 1, cells, shown.get(sheet))),
      ),
    );
  } catch (error) {
    throw new Refused(
      'It is a workbook that cannot be read ' +
        `(${error instanceof Error ? error.message.split('\n')[0] : 'unknown reason'}). Open it in Excel and ` +
        `save it again as .xlsx. ${asCsv}`,
      { cause: error },
    );
  }
}
