/**
 * Writes an XLSX (ECMA-376) of one sheet, with real numbers and formats. It is loaded only when somebody asks for one.
 */
import { strToU8, zipSync } from 'fflate';
import type { FigureKind } from '../language/format.ts';
import type { ExportedTable } from './table.ts';

const escaped = (text: string) =>
  text
    // What XML 1.0 cannot hold.
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const contentTypes = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The number of a style in `styles`, by what a figure is. */
const styleOf: Readonly<Record<FigureKind | 'text', number>> = { text: 0, money: 2, count: 3, percent: 4, ratio: 5 };
const styles =
  `${head}<styleSheet xmlns="${main}"><numFmts count="2">` +
  '<numFmt numFmtId="164" formatCode="#,##0.00\\ &quot;€&quot;"/>' +
  '<numFmt numFmtId="165" formatCode="#,##0.##"/></numFmts><fonts count="2"><font><sz val="11"/>' +
  '<name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill>' +
  '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>' +
  '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="7"><xf/>' +
  '<xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/>' +
  '<xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="10" applyNumberFormat="1"/>' +
  '<xf numFmtId="2" applyNumberFormat="1"/>' +
  '<xf numFmtId="3" applyNumberFormat="1"/></cellXfs></styleSheet>';

/** Of whole orders: a spreadsheet would show the point that stands before no decimals. */
const wholeStyle = 6;

/** The letters of a column, counted from 0: `A`, `Z`, `AA`. */
const letters = (column: number): string =>
  (column < 26 ? '' : letters(Math.floor(column / 26) - 1)) + String.fromCodePoint(65 + (column % 26));

/** A text is written as a text, so no spreadsheet takes it for a formula. */
const text = (at: string, value: string, style: number) =>
  `<c r="${at}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;

export function xlsxOf({ title, columns, rows }: ExportedTable): Uint8Array<ArrayBuffer> {
  // The format lets a cell be without its address; some readers do not.
  const address = (row: number, column: number) => `${letters(column)}${row + 1}`;
  const cells = (row: ExportedTable['rows'][number], n: number) =>
    row.map((value, i) => {
      const kind = columns[i]?.kind ?? 'text';
      const style = kind === 'count' && Number.isInteger(value) ? wholeStyle : styleOf[kind];
      const at = address(n + 1, i);
      if (value === null) return `<c r="${at}"/>`;
      return typeof value === 'string' ? text(at, value, 0) : `<c r="${at}" s="${style}"><v>${value}</v></c>`;
    });
  const lines = [columns.map(({ label }, i) => text(address(0, i), label, 1)), ...rows.map(cells)];
  const widths = columns.map(
    ({ kind }, i) => `<col min="${i + 1}" max="${i + 1}" width="${kind === 'text' ? 32 : 16}" customWidth="1"/>`,
  );
  const sheet =
    `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    `<cols>${widths.join('')}</cols>` +
    `<sheetData>${lines.map((line, n) => `<row r="${n + 1}">${line.join('')}</row>`).join('')}</sheetData></worksheet>`;
  // A sheet's name has at most 31 characters, none of these.
  const name = escaped(title.replaceAll(/[[\]:*?/\\]/g, ' ').slice(0, 31));
  const relation = (id: number, type: string, target: string) =>
    `<Relationship Id="rId${id}" Type="${relations}/${type}" Target="${target}"/>`;
  const files = {
    '[Content_Types].xml':
      `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${contentTypes}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${contentTypes}.worksheet+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${contentTypes}.styles+xml"/></Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="${packageRelations}">${relation(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="${name}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      `${head}<Relationships xmlns="${packageRelations}">` +
      `${relation(1, 'worksheet', 'worksheets/sheet1.xml')}${relation(2, 'styles', 'styles.xml')}</Relationships>`,
    'xl/worksheets/sheet1.xml': sheet,
    'xl/styles.xml': styles,
  };
  const zipped = zipSync(Object.fromEntries(Object.entries(files).map(([path, content]) => [path, strToU8(content)])));
  return Uint8Array.from(zipped);
}
