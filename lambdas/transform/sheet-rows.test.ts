import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { sheetRows } from './sheet-rows.ts';

/** `row cells`, or `row !text` where its quotes are wrong. */
const told = (text: string, width?: number) =>
  [...sheetRows(text, ';', width)].map(
    ({ row, cells, text: shown }) => `${row} ${cells ? cells.join('|') : `!${shown}`}`,
  );

const cases: readonly {
  readonly id: string;
  readonly text: string;
  readonly width?: number;
  readonly rows: readonly string[];
}[] = [
  { id: 'line ends of every kind', text: 'a;b\r\nc;d\re;f\ng;h', rows: ['1 a|b', '2 c|d', '3 e|f', '4 g|h'] },
  { id: 'empty rows count', text: 'a\n\n\nb\n', rows: ['1 a', '2 ', '3 ', '4 b'] },
  {
    id: 'a line break in a quoted cell is in one row, as a spreadsheet shows it',
    text: 'a;"b\nc"\nd;e\n',
    rows: ['1 a|b\nc', '2 d|e'],
  },
  { id: 'quotes within quotes', text: '"a ""b""";""\n', rows: ['1 a "b"|'] },
  { id: 'a separator in a quoted cell', text: '"a;b";c', rows: ['1 a;b|c'] },
  { id: 'a separator at the end is an empty cell', text: 'a;\n', rows: ['1 a|'] },
  { id: 'an inch mark', text: 'a\n5" b;c\nd\n', rows: ['1 a', '2 !5" b;c', '3 d'] },
  { id: 'signs behind a closed quote', text: 'a\n"b" c;d\ne\n', rows: ['1 a', '2 !"b" c;d', '3 e'] },
  { id: 'a quote that never closes', text: 'a\n"b;c\nd;e\n', rows: ['1 a', '2 !"b;c', '3 d|e'] },
  {
    id: 'a quote that is closed in another row, too few cells',
    text: 'a;b;c\n1;"2;3\n4;5;6"\n7;8;9\n',
    width: 3,
    rows: ['1 a|b|c', '2 !1;"2;3', '3 !4;5;6"', '4 7|8|9'],
  },
  { id: 'nothing', text: '', rows: [] },
];

describe('the rows of a sheet', () => {
  test.each(cases)('$id', ({ text, width, rows }) => {
    expect(told(text, width)).toEqual(rows);
  });

  test('are those of another reader, where the sheet is well formed', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ' ', '"', ';', '\n', '\r', 'é', ','), maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (rows, end, isClosed) => {
          const text =
            rows
              .map((cells) =>
                cells.map((one) => (/["\n\r;]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one)).join(';'),
              )
              .join(end) + (isClosed ? end : '');
          expect([...sheetRows(text, ';')].map(({ cells }) => cells)).toEqual(
            parse(text, { delimiter: ';', relax_column_count: true, record_delimiter: end }),
          );
        },
      ),
      { numRuns: 500, seed: 20250301 },
    );
  });

  test('whatever is wrong with one row, the others are as they were', () => {
    const good = fc.array(fc.stringMatching(/^[a-z0-9 ]{1,4}$/), { minLength: 3, maxLength: 3 });
    const bad = fc.constantFrom('x;5" y;z', '"x;y;z', 'x;"y" w;z', 'x;y;"', '""";x;y');
    fc.assert(
      fc.property(fc.array(good, { maxLength: 5 }), bad, fc.array(good, { maxLength: 5 }), (before, broken, after) => {
        const text = [...before.map((cells) => cells.join(';')), broken, ...after.map((cells) => cells.join(';'))].join(
          '\n',
        );
        const rows = [...sheetRows(text, ';', 3)];
        expect(rows.map(({ cells }) => cells)).toEqual([...before, undefined, ...after]);
        expect(rows.map(({ row }) => row)).toEqual(rows.map((_, at) => at + 1));
      }),
      { numRuns: 300, seed: 20250302 },
    );
  });
});
