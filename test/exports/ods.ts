/** Tables as LibreOffice saves them: OpenDocument, with numbers and days as values beside what is shown. */
import { strToU8, zipSync } from 'fflate';
import type { SampleCell } from '../../lambdas/import/samples/workbook.ts';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function cellXml(cell: SampleCell): string {
  if (cell === undefined) return '<table:table-cell/>';
  if (typeof cell === 'number')
    return `<table:table-cell office:value-type="float" office:value="${cell}"><text:p>${cell.toLocaleString('fr-FR')}</text:p></table:table-cell>`;
  if (cell instanceof Date)
    return (
      `<table:table-cell office:value-type="date" office:date-value="${cell.toISOString().slice(0, 10)}">` +
      `<text:p>${cell.toLocaleDateString('fr-FR', { timeZone: 'UTC' })}</text:p></table:table-cell>`
    );
  return `<table:table-cell office:value-type="string"><text:p>${escaped(cell)}</text:p></table:table-cell>`;
}

/** The bytes of an .ods with these sheets, by their names. */
export function ods(sheets: Readonly<Record<string, readonly (readonly SampleCell[])[]>>): Uint8Array {
  const tables = Object.entries(sheets).map(
    ([name, rows]) =>
      `<table:table table:name="${escaped(name)}">${rows
        .map((cells) => `<table:table-row>${cells.map(cellXml).join('')}</table:table-row>`)
        .join(
          '',
        )}<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>`,
  );
  return zipSync({
    mimetype: strToU8('application/vnd.oasis.opendocument.spreadsheet'),
    'content.xml': strToU8(
      `<?xml version="1.0"?><office:document-content><office:body><office:spreadsheet>${tables.join('')}</office:spreadsheet></office:body></office:document-content>`,
    ),
  });
}
