/** Workbooks for tests: as much of Office Open XML as Excel needs to open one. */
import { strToU8, zipSync } from 'fflate';

/** A text, a number, a day, or a cell that says nothing. */
export type SampleCell = string | number | Date | undefined;

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const columnName = (at: number): string =>
  (at < 26 ? '' : columnName(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));
const dayNumber = (day: Date) => day.getTime() / 86_400_000 + 25_569;

function cellXml(cell: SampleCell, name: string): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return `<c r="${name}"><v>${cell}</v></c>`;
  if (cell instanceof Date) return `<c r="${name}" s="1"><v>${dayNumber(cell)}</v></c>`;
  return `<c r="${name}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
}

const sheetXml = (rows: readonly (readonly SampleCell[])[]) =>
  `${xml}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows
    .map((cells, at) =>
      cells.every((cell) => cell === undefined)
        ? ''
        : `<row r="${at + 1}">${cells.map((cell, i) => cellXml(cell, `${columnName(i)}${at + 1}`)).join('')}</row>`,
    )
    .join('')}</sheetData></worksheet>`;

/** The bytes of an .xlsx with these sheets, by their names. A row without cells is not written, as Excel does. */
export function workbook(sheets: Readonly<Record<string, readonly (readonly SampleCell[])[]>>): Uint8Array {
  const names = Object.keys(sheets);
  const main = 'http://schemas.openxmlformats.org';
  const file = (text: string) => strToU8(xml + text);
  return zipSync({
    '[Content_Types].xml': file(
      `<Types xmlns="${main}/package/2006/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="xml" ContentType="application/xml"/>' +
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>' +
        `<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>${names.map((_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`).join('')}</Types>`,
    ),
    '_rels/.rels': file(
      `<Relationships xmlns="${main}/package/2006/relationships">` +
        `<Relationship Id="rId1" Type="${main}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': file(
      `<workbook xmlns="${main}/spreadsheetml/2006/main" xmlns:r="${main}/officeDocument/2006/relationships">` +
        `<sheets>${names.map((name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': file(
      `<Relationships xmlns="${main}/package/2006/relationships">${names.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${main}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}` +
        `<Relationship Id="rId${names.length + 1}" Type="${main}/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`,
    ),
    'xl/styles.xml': file(
      `<styleSheet xmlns="${main}/spreadsheetml/2006/main"><fonts count="1"><font/></fonts>` +
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1">' +
        '<xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/>' +
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    ),
    ...Object.fromEntries(
      names.map((name, i) => [`xl/worksheets/sheet${i + 1}.xml`, strToU8(sheetXml(sheets[name] ?? []))]),
    ),
  });
}
