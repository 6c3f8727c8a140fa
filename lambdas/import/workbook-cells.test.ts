/** What a workbook shows of its cells and their values do not say. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { look } from './import.ts';
import { lookAt, partsOf, totals } from './samples/look-at.ts';
import { workbook, type SampleCell } from './samples/workbook.ts';
import { signOf } from './workbook-cells.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'workbook-cells-'));
});
afterEach(() => rm(home, { recursive: true }));

test.each<[string, string | undefined]>([
  ['[$$-409]#,##0.00', '$'],
  ['#,##0.00\\ [$€-40C]', '€'],
  ['_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-', '€'],
  ['"$"#,##0.00;[Red]-"$"#,##0.00', '$'],
  ['[$CHF-807] #,##0.00', 'CHF'],
  ['#,##0.00 "USD"', 'USD'],
  ['0.0" k€"', 'k€'],
  ['#,##0," k€"', '€'],
  ['[$¥-411]#,##0', '¥'],
  ['"¥"#,##0', '¥'],
  ['#,##0.00\\ [$zł-415]', 'zł'],
  ['#,##0.00\\ "₺"', '₺'],
  ['#,##0\\ "kr"', 'kr'],
  ['#,##0\\ "krem"', undefined],
  ['[$-40C]d mmmm yyyy', undefined],
  ['0.00%', undefined],
  ['General', undefined],
])('a number that is shown as %s', (format, sign) => {
  expect(signOf(format)).toBe(sign);
});

/** A workbook with the cells of some places changed. */
function changed(
  rows: readonly (readonly SampleCell[])[],
  format: string,
  change: (sheet: string) => string,
): Uint8Array {
  const files = unzipSync(workbook({ Deals: rows }));
  const edit = (name: string, by: (text: string) => string) => {
    files[name] = strToU8(by(strFromU8(files[name] ?? new Uint8Array())));
  };
  edit('xl/styles.xml', (text) =>
    text
      .replace(
        '<fonts count="1"><font/></fonts>',
        () =>
          '<numFmts count="1">' +
          `<numFmt numFmtId="170" formatCode="${format.replaceAll('"', '&quot;')}"/></numFmts>` +
          '<fonts count="2"><font><sz val="11"/></font><font><strike/><sz val="11"/></font></fonts>',
      )
      .replace('</cellXfs>', '<xf numFmtId="170"/><xf numFmtId="0" fontId="1"/></cellXfs>'),
  );
  edit('xl/worksheets/sheet1.xml', change);
  return zipSync(files);
}
const deals: readonly (readonly SampleCell[])[] = [
  [undefined, 'Pseudo', 'Date', 'Cachet'],
  [undefined, '@lea', new Date('2025-03-12'), 300],
  [undefined, '@max', new Date('2025-03-13'), 500],
];
const styled = (style: number) => (sheet: string) => sheet.replace('<c r="D2">', `<c r="D2" s="${style}">`).replace('<c r="D3">', `<c r="D3" s="${style}">`); // prettier-ignore

describe('a number counts as it is shown', () => {
  test.each([
    ['[$$-409]#,##0.00', 'fees 800.00 USD'],
    ['#,##0.00\\ "€"', 'fees 800.00 EUR'],
    ['0" k€"', 'fees 800000.00 EUR'],
    ['[$¥-411]#,##0', 'fees 800.00 JPY'],
  ])('%s', async (format, fees) => {
    const [part] = await partsOf(home, 'd.xlsx', changed(deals, format, styled(2)));
    expect(totals(part)).toContain(fees);
  });

  test.each(['[$zł-415]#,##0.00', '[$₺-41F]#,##0.00', '[$Ft-40E]#,##0', '#,##0.00\\ "Kč"', '[$kr-41D]#,##0'])(
    '%s is not the shop’s currency: none of its deals counts as if it were',
    async (format) => {
      const [one] = await lookAt(home, 'd.xlsx', changed(deals, format, styled(2)));
      expect(one?.kind === 'refused' && one.why).toMatch(/None of its deals could count/);
    },
  );

  test.each([
    ['[$zł-415]#,##0.00', 'PLN'],
    ['[$kr-41D]#,##0', 'SEK'],
    ['[$¥-804]#,##0', 'CNY'],
    ['[$₺-41F]#,##0', 'TRY'],
  ])('%s may be the shop’s own, %s', async (format, currency) => {
    const lake = memoryLake();
    await lake.put('shop.json', JSON.stringify({ currency }));
    await writeFile(join(home, 'd.xlsx'), changed(deals, format, styled(2)));
    const [one] = await look(lake, [join(home, 'd.xlsx')], { scratch: join(home, 'scratch') });
    expect(one?.kind === 'understood' && totals(one.understood.parts[0])).toContain(`fees 800.00 ${currency}`);
  });

  test('also what goods cost: in another currency than the shop’s it refuses the sheet', async () => {
    const costs = changed([['SKU', 'Cost'], ['CR', 4.2]], '[$£-809]#,##0.00', (sheet) => sheet.replace('<c r="B2">', '<c r="B2" s="2">')); // prettier-ignore
    const [one] = await lookAt(home, 'c.xlsx', costs);
    expect(one?.kind === 'refused' && one.why).toMatch(
      /“Cost” is “4\.2 £”, and costs are read in the shop's currency, EUR/,
    );
  });
});

test('rows that are struck through count, and that is told', async () => {
  const struck = (sheet: string) =>
    sheet.replace('<c r="B3"', '<c r="B3" s="3"').replace('<c r="D3">', '<c r="D3" s="3">');
  const [part] = await partsOf(home, 'd.xlsx', changed(deals, '0', struck));
  expect(totals(part)).toContain('fees 800.00 EUR');
  expect(part?.notes).toContainEqual(expect.stringMatching(/^1 row is struck through \(the first is row 3\)/));
});

describe('what a workbook does not show counts, and that is told', () => {
  test('rows', async () => {
    const hide = (sheet: string) => sheet.replace('<row r="3"', '<row r="3" hidden="1"');
    const [part] = await partsOf(home, 'd.xlsx', changed(deals, '0', hide));
    expect(totals(part)).toContain('fees 800.00 EUR');
    expect(part?.notes).toContainEqual(
      expect.stringMatching(/^1 row is hidden, by a filter or by hand \(the first is row 3\), and counts/),
    );
  });

  test('a sheet', async () => {
    const files = unzipSync(workbook({ Deals: deals }));
    const main = 'xl/workbook.xml';
    files[main] = strToU8(strFromU8(files[main] ?? new Uint8Array()).replace('<sheet ', '<sheet state="veryHidden" '));
    const [part] = await partsOf(home, 'd.xlsx', zipSync(files));
    expect(totals(part)).toContain('fees 800.00 EUR');
    expect(part?.notes).toContainEqual(expect.stringMatching(/^Its sheet “Deals” is hidden, and counts/));
    expect(part?.notes.join('\n')).not.toMatch(/rows? (?:is|are) hidden/);
  });

  test.each<[string, string, string, RegExp]>([
    ['rows', ' table:visibility="filter"', '', /^1 row is hidden, by a filter or by hand \(the first is row 2\)/],
    ['a sheet', '', ' table:display="false"', /^Its sheet “Deals” is hidden/],
  ])('%s of OpenDocument', async (_, row, style, told) => {
    const cells = (texts: readonly string[]) =>
      texts.map((text) => `<table:table-cell><text:p>${text}</text:p></table:table-cell>`).join('');
    const content =
      '<?xml version="1.0"?><office:document-content><office:automatic-styles>' +
      '<style:style style:name="ta1" style:family="table">' +
      `<style:table-properties${style}/></style:style></office:automatic-styles><office:body>` +
      '<office:spreadsheet><table:table table:name="Deals" table:style-name="ta1">' +
      `<table:table-row>${cells(['Pseudo', 'Cachet', 'Devise', 'Date'])}</table:table-row>` +
      `<table:table-row${row}>${cells(['@lea', '300', 'EUR', '01/03/2025'])}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`;
    const file = { mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': content };
    const zipped = zipSync(Object.fromEntries(Object.entries(file).map(([name, text]) => [name, strToU8(text)])));
    const [part] = await partsOf(home, 'd.ods', zipped);
    expect(totals(part)).toContain('fees 300.00 EUR');
    expect(part?.notes).toContainEqual(expect.stringMatching(told));
  });
});

describe('formulas', () => {
  const formula = (value: string) => (sheet: string) => sheet.replace('<c r="D2"><v>300</v></c>', `<c r="D2"><f>200+100</f>${value}</c>`); // prettier-ignore
  test('have their last value', async () => {
    const [part] = await partsOf(home, 'd.xlsx', changed(deals, '0', formula('<v>300</v>')));
    expect(totals(part)).toContain('fees 800.00 EUR');
  });
  test('without one refuse the workbook: the fee was 0', async () => {
    const [one] = await lookAt(home, 'd.xlsx', changed(deals, '0', formula('<v/>')));
    expect(one?.kind === 'refused' && one.why).toMatch(/^Its formulas have no values \(the first is in D2\)/);
  });
});

test('a sheet that is one chart is none', async () => {
  const files = unzipSync(workbook({ Deals: deals }));
  const edit = (name: string, from: string, to: string) => {
    files[name] = strToU8(strFromU8(files[name] ?? new Uint8Array()).replace(from, to));
  };
  edit('xl/workbook.xml', '<sheets>', '<sheets><sheet name="Chart" sheetId="9" r:id="rId9"/>');
  const kind = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartsheet';
  edit('xl/_rels/workbook.xml.rels', '<Relationship ', `<Relationship Id="rId9" Type="${kind}" Target="chartsheets/sheet1.xml"/><Relationship `); // prettier-ignore
  files['xl/chartsheets/sheet1.xml'] = strToU8('<chartsheet/>');
  const parts = await partsOf(home, 'd.xlsx', zipSync(files));
  expect(parts.map((part) => [part.sheet, totals(part)?.at(-1)])).toEqual([['Deals', 'fees 800.00 EUR']]);
});

test.each([
  ['USD', 'fees 300.00 USD'],
  ['EUR', 'fees 300.00 EUR'],
])('an amount of OpenDocument is in the currency that its cell names: %s', async (currency, fees) => {
  const texts = (...cells: readonly string[]) => cells.map((cell) => `<table:table-cell office:value-type="string"><text:p>${cell}</text:p></table:table-cell>`).join(''); // prettier-ignore
  const content =
    '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>' +
    '<office:spreadsheet><table:table table:name="Deals">' +
    `<table:table-row>${texts('Pseudo', 'Date', 'Cachet')}</table:table-row>` +
    `<table:table-row>${texts('@lea', '12/03/2025')}` +
    `<table:table-cell office:value-type="currency" office:currency="${currency}" office:value="300">` +
    '<text:p>300.00</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>';
  const ods = zipSync({ mimetype: strToU8('application/vnd.oasis.opendocument.spreadsheet'), 'content.xml': strToU8(content) }); // prettier-ignore
  const [part] = await partsOf(home, 'd.ods', ods);
  expect(totals(part)).toContain(fees);
});
