/** What a cell of OpenDocument holds besides its value: comments, errors, what a merged cell lies over. */
import { describe, expect, test } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { odsSheets } from './ods.ts';
import type { Row } from './rows.ts';

const row = (...cells: readonly string[]) => `<table:table-row>${cells.join('')}</table:table-row>`;
const content = (rows: readonly string[]) =>
  '<office:document-content><office:body><office:spreadsheet><table:table ' +
  `table:name="A">${rows.join('')}</table:table></office:spreadsheet></office:body></office:document-content>`;
async function rowsOf(...rows: readonly string[]): Promise<(readonly string[])[]> {
  const all: Row[] = [];
  for (const sheet of odsSheets(zipSync({ mimetype: strToU8('x'), 'content.xml': strToU8(content(rows)) })))
    for await (const one of sheet.rows()) all.push(one);
  return all.map(({ cells }) => cells);
}
const text = (inside: string, attributes = '') =>
  `<table:table-cell office:value-type="string" ${attributes}>${inside}</table:table-cell>`;
const number = (value: string, shown: string, attributes = '') =>
  `<table:table-cell office:value-type="float" office:value="${value}" ${attributes}><text:p>${shown}</text:p></table:table-cell>`;
const comment =
  '<office:annotation><dc:creator>Paul</dc:creator><dc:date>2025-01-01</dc:date><text:p>to be<text:s/>seen</text:p><text:p>again</text:p></office:annotation>';

test.each<[what: string, cell: string, expected: string]>([
  ['a comment is no part of a text', text(`${comment}<text:p>LEA10</text:p>`), 'LEA10'],
  ['a comment on a cell of nothing is nothing', `<table:table-cell>${comment}</table:table-cell>`, ''],
  ['two lines are two', text('<text:p>LEA10<text:line-break/>LEA15</text:p>'), 'LEA10\nLEA15'],
  ['a tab parts words', text('<text:p>Léa<text:tab/>Bio</text:p>'), 'Léa Bio'],
  ['a text that stands as its value alone', text('', 'office:string-value="@lea"'), '@lea'],
  ['an error that is written as 0', number('0', '#REF!'), '#REF!'],
  ['an error of LibreOffice', number('0', 'Err:502'), 'Err:502'],
  ['a number that is shown in another way', number('1500.5', '#1'), '1500.5'],
])('%s', async (_, cell, expected) => {
  expect(await rowsOf(row(text('<text:p>a</text:p>'), cell, text('<text:p>b</text:p>')))).toEqual([
    ['a', expected, 'b'],
  ]);
});

test('what a merged cell lies over is not seen', async () => {
  const covered = number('900', '900').replaceAll('table:table-cell', 'table:covered-table-cell');
  const end = text('<text:p>end</text:p>');
  expect(await rowsOf(row(number('300', '300', 'table:number-rows-spanned="2"'), end), row(covered, end))).toEqual([
    ['300', 'end'],
    ['', 'end'],
  ]);
});

describe('formulas without a value', () => {
  const unvalued = '<table:table-cell table:formula="of:=100+200"/>';
  const name = text('<text:p>@lea</text:p>');
  test('are refused where none has one: what wrote the file did not calculate', async () => {
    await expect(rowsOf(row(name), row(name, unvalued))).rejects.toThrow(
      /^Its formulas have no values \(the first is in row 2\).*Open it in LibreOffice/,
    );
  });
  test('are empty where others have one, also one of no letters', async () => {
    const empty = text('', 'table:formula="of:=&quot;&quot;" office:string-value=""');
    expect(await rowsOf(row(name, unvalued, name), row(name, empty, name))).toEqual([
      ['@lea', '', '@lea'],
      ['@lea', '', '@lea'],
    ]);
  });
});
