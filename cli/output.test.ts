import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { AnswerColumn, AnswerRow, AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import stringWidth from 'string-width';
import { isSeen } from '../test/seen.ts';
import { formats, print, type OutputOptions } from './output.ts';
import { foldedTable, table } from './table.ts';

async function* inBatches(rows: readonly AnswerRow[], size: number): AsyncGenerator<readonly AnswerRow[]> {
  for (let i = 0; i < rows.length; i += size) yield await Promise.resolve(rows.slice(i, i + size));
}

async function printed(
  columns: readonly AnswerColumn[],
  rows: readonly AnswerRow[],
  options: OutputOptions,
  size = 3,
): Promise<string> {
  const to = new PassThrough();
  const shown = text(to);
  await print({ columns, rows: inBatches(rows, size) }, to, options);
  to.end();
  return shown;
}

const nasty = fc.constantFrom(
  '\u001b',
  '\u0000',
  '\u009b',
  '\u202e',
  '\n',
  '\r',
  '\t',
  '=',
  '+',
  '-',
  '@',
  '＝',
  ';',
  ',',
  '"',
  "'",
  ' ',
  '\u00a0',
  '\ufeff',
  '1',
  'a',
  'é',
  '\u2028',
);
const anyText = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: nasty },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  ),
  maxLength: 12,
});
const columns: readonly AnswerColumn[] = [
  { name: 'a', type: 'varchar' },
  { name: 'n', type: 'bigint' },
  { name: 'list', type: 'array(varchar)' },
  { name: 'd', type: 'double' },
];
const anyRows = fc.array(
  fc.tuple(
    fc.option(anyText),
    fc.integer(),
    fc.array(anyText, { maxLength: 3 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  { maxLength: 8 },
);
/** A name that no other column has: JSON shows each once. */
const anyName = anyText.filter((name) => !columns.slice(1).some((column) => column.name === name));
const named = (name: string) => columns.map((column, i) => (i === 0 ? { ...column, name } : column));
const cellsOf = (csv: string): string[][] => parse(csv, { relax_column_count: true, record_delimiter: '\n' });

/**
 * Whether a spreadsheet would compute a cell, or what one that cuts at semicolons makes of it: looked at letter by
 * letter.
 */
function isRun(cellText: string): boolean {
  if (/^[+-]?[\d.,]+(?:[eE][+-]?\d+)?$/u.test(cellText)) return false;
  return cellText
    .split(';')
    .some((part) =>
      ['=', '+', '-', '@', '＝', '＋', '－', '＠'].includes(part.replace(/^["\s\ufeff\u200b\u00ad]+/u, '').charAt(0)),
    );
}

describe('what strangers wrote', () => {
  test('comes out of no format as a control character, whether in a value or in a name', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, anyRows, fc.constantFrom(...formats), async (name, rows, format) => {
        const shown = await printed(named(name), rows, { format });
        expect(isSeen(shown.replaceAll('\n', ''))).toBe(true);
        // And no text makes a line of its own.
        const lines = {
          table: rows.length + 3,
          vertical: rows.length * (columns.length + 1) + 1,
          csv: rows.length + 1,
          jsonl: rows.length,
          json: rows.length === 0 ? 1 : 2 + shown.split('\n').filter((line) => line.startsWith('  ')).length,
        };
        expect(shown.split('\n')).toHaveLength(lines[format] + 1);
      }),
      { verbose: true },
    );
  });

  test('is in CSV no formula of a spreadsheet, and numbers stay numbers', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, anyRows, async (name, rows) => {
        const [head, ...cells] = cellsOf(await printed(named(name), rows, { format: 'csv' }));
        expect(cells).toHaveLength(rows.length);
        for (const one of [head?.[0], ...cells.flatMap(([word, , list]) => [word, list])])
          expect({ one, isRun: isRun(one ?? '') }).toEqual({ one, isRun: false });
        expect(cells.map(([, n, , d]) => [Number(n), Number(d)])).toEqual(
          rows.map(([, n, , d]) => [n, d === 0 ? 0 : d]),
        );
      }),
      { verbose: true },
    );
  });

  test.each([
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['+1+cmd', "'+1+cmd"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', String.raw`\t=1`],
    [' =1', "' =1"],
    ['＝1', "'＝1"],
    ['hiver;=1+1', "hiver;'=1+1"],
    ['-5', '-5'],
    ['+33612345678', '+33612345678'],
    ['-1,5', '-1,5'],
    ['-1.5e-3', '-1.5e-3'],
    ['-', "'-"],
    ['été = chaud', 'été = chaud'],
    ['a-b', 'a-b'],
    ['', ''],
  ])('%j is %j in a cell', async (value, expected) =>
    expect(
      cellsOf(
        await printed(
          [
            { name: 'a', type: 'varchar' },
            { name: 'b', type: 'bigint' },
          ],
          [[value, 1]],
          { format: 'csv' },
        ),
      )[1],
    ).toEqual([expected, '1']),
  );

  test('is with --raw in CSV as it is, for another reader of CSV', async () => {
    const asText = (value: AnswerValue) => (value === null ? '' : typeof value === 'object' ? value : String(value));
    await fc.assert(
      fc.asyncProperty(anyName, anyRows, async (name, rows) => {
        const [head, ...cells] = cellsOf(await printed(named(name), rows, { format: 'csv', raw: true }));
        expect(head?.[0]).toBe(name);
        expect(cells.map(([a, n, list, d]): unknown[] => [a, n, JSON.parse(list ?? ''), d])).toEqual(
          rows.map((row) => row.map(asText)),
        );
      }),
      { verbose: true },
    );
  });

  test('is in JSON the same value', async () => {
    await fc.assert(
      fc.asyncProperty(anyRows, fc.integer({ min: 1, max: 9 }), async (rows, size) => {
        const objects = rows.map(([a, n, list, d]) => ({ a, n, list, d: d === 0 ? 0 : d }));
        expect(JSON.parse(await printed(columns, rows, { format: 'json' }, size))).toEqual(objects);
        const lines = (await printed(columns, rows, { format: 'jsonl' }, size)).split('\n').slice(0, -1);
        expect(lines.map((line): unknown => JSON.parse(line))).toEqual(objects);
      }),
      { verbose: true },
    );
  });
});

test('a column alone keeps its rows where they are empty', async () => {
  expect(cellsOf(await printed([{ name: 'a', type: 'varchar' }], [[''], [null], ['x']], { format: 'csv' }))).toEqual([
    ['a'],
    [''],
    [''],
    ['x'],
  ]);
});

test.each([
  ['table', ' a      n  list  d\n ───────────────────────\n(0 rows)\n'],
  ['vertical', '(0 rows)\n'],
  ['csv', 'a,n,list,d\n'],
  ['json', '[]\n'],
  ['jsonl', ''],
] as const)('no rows as %s', async (format, expected) => {
  expect(
    (await printed(columns, [], { format })).replaceAll(/─+/gu, '───────────────────────').replace(/a +n/u, 'a      n'),
  ).toBe(expected);
});

describe('an answer of any size', () => {
  async function* endless(): AsyncGenerator<readonly AnswerRow[]> {
    // Not quite: who never stops to take is told so.
    for (let n = 0; n < 5000; n++)
      yield await Promise.resolve(Array.from({ length: 256 }, (_, i): AnswerRow => [`row ${n} ${i}`, n, [], 0.5]));
    throw new Error('more was taken than anybody read');
  }

  test.each(formats)('as %s comes while it is computed, and ends where nobody reads on', async (format) => {
    let taken = 0;
    const to = new Writable({
      write(chunk: Buffer, _encoding, done) {
        taken += chunk.length;
        done(taken > 1_000_000 ? Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) : null);
      },
    });
    to.on('error', () => undefined);
    await print({ columns, rows: endless() }, to, { format });
    expect(taken).toBeGreaterThan(1_000_000);
  });

  test.each(formats)('as %s is computed no faster than it is read', async (format) => {
    let computed = 0;
    async function* counted() {
      for await (const batch of endless()) {
        computed += 1;
        yield batch;
      }
    }
    const stop = new AbortController();
    const to = new PassThrough({ highWaterMark: 1000 });
    const printing = print({ columns, rows: counted() }, to, { format }, stop.signal).catch((error: unknown) => error);
    await once(to, 'readable');
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    // A page of a table is four batches.
    expect(computed).toBeLessThanOrEqual(5);
    stop.abort(new Error('enough'));
    expect(await printing).toEqual(new Error('enough'));
  });

  test('is a table of many rows and of many columns alike', async () => {
    const rows = Array.from({ length: 40_000 }, (_, i): AnswerRow => [`name ${i}`, i, ['x'], i / 7]);
    const lines = (await printed(columns, rows, { format: 'table' }, 256)).split('\n');
    expect(lines).toHaveLength(rows.length + 4);
    expect(lines.at(-2)).toBe('(40000 rows)');
    const wide = Array.from({ length: 5000 }, (_, i) => ({ name: `c${i}`, type: 'bigint' }));
    expect((await printed(wide, [wide.map((_, i) => i)], { format: 'table' })).split('\n')).toHaveLength(5);
  });
});

test('a table keeps its columns apart by what a terminal shows of a text, and one long text pads no other line', () => {
  const long = 'x'.repeat(5000);
  const lines = table(
    ['name', 'n'],
    [
      ['日本', '1'],
      ['été', '22'],
      [long, '3'],
    ],
    { rightAligned: [false, true] },
  ).split('\n');
  expect(lines[2]).toBe(` 日本${' '.repeat(196)}   1`);
  expect(lines[3]).toBe(` été${' '.repeat(197)}  22`);
  expect(lines[4]).toBe(` ${long}   3`);
});

test('a table that is too wide is folded: its first column stands in each part, and no text is cut', () => {
  const layout = { rightAligned: [false, true, false], width: 23 };
  const headings = ['name', 'orders', 'campaign'];
  const rows = [['a', '12', 'soins bio']];
  expect(foldedTable(headings, rows, { ...layout, width: 24 })).toBe(table(headings, rows, { ...layout, width: 24 }));
  expect(foldedTable(headings, rows, layout)).toBe(
    [
      ' name  orders',
      ' ────────────',
      ' a         12',
      '',
      ' name  campaign',
      ' ───────────────',
      ' a     soins bio',
    ].join('\n'),
  );
  // Where nothing limits a line, it is one table.
  expect(foldedTable(headings, rows, { rightAligned: layout.rightAligned })).not.toContain('\n\n');
});

test('a heading of several words goes over several lines before a text is cut', () => {
  const headings = ['channel', 'next euro brings', 'known by'];
  const rows = [
    ['Paid Shopping', '0.19', 'measured: one experiment'],
    ['Display', '12.00', 'prior'],
  ];
  const laidOut = (width: number) => table(headings, rows, { rightAligned: [false, true, false], width });
  expect(laidOut(48)).toBe(
    `                  next
                  euro
 channel        brings  known by
 ───────────────────────────────────────────────
 Paid Shopping    0.19  measured: one experiment
 Display         12.00  prior`,
  );
  expect(laidOut(59).split('\n')[0]).toContain('next euro brings');
  expect(laidOut(40)).toContain('measured: one e…');
});

describe('on a terminal', () => {
  const money: readonly AnswerColumn[] = [
    { name: 'campaign', type: 'varchar' },
    { name: 'spend_eur', type: 'decimal(18,6)' },
    { name: 'roi', type: 'double' },
    { name: 'orders', type: 'double' },
  ];
  const long = 'Été '.repeat(40).trim();

  test('amounts have two decimals, rates are the numbers that they are, texts are cut to fit, and that is said', async () => {
    expect(await printed(money, [[long, '1234567.891234', -0.123456, 12.333333]], { format: 'table', width: 60 })).toBe(
      ` campaign                        spend_eur      roi   orders
 ───────────────────────────────────────────────────────────
 Été Été Été Été Été Été Ét…  1,234,567.89  -0.1235  12.3333
(1 row; … marks what was cut to fit: --format vertical shows it)
`,
    );
  });

  test('a share is per cent where the answer says that it is one; a name alone says nothing, and files have the number', async () => {
    const rates: readonly AnswerColumn[] = [
      { name: 'roi', type: 'double', unit: 'share' },
      { name: 'ctr', type: 'double' },
    ];
    const rows = [
      [-0.264, 1.2345],
      [12.5, 3.5],
    ];
    expect(await printed(rates, rows, { format: 'table', width: 60 })).toBe(
      `        roi     ctr
 ──────────────────
   -26.40 %  1.2345
 1,250.00 %     3.5
(2 rows)
`,
    );
    expect(await printed(rates, rows, { format: 'csv' })).toBe('roi,ctr\n-0.264,1.2345\n12.5,3.5\n');
    expect(await printed(rates, rows, { format: 'json' })).not.toContain('%');
  });

  test('a decimal has its digits, without the zeros of its type alone', async () => {
    const sums: readonly AnswerColumn[] = [{ name: 'spend', type: 'decimal(38,6)' }];
    const rows = [['9651.460000'], ['8639.697572'], ['0.000000'], ['12.305000'], ['7']];
    expect(await printed(sums, rows, { format: 'table', width: 60 })).toBe(
      `       spend
 ───────────
     9651.46
 8639.697572
        0.00
      12.305
           7
(5 rows)
`,
    );
    expect(await printed(sums, rows, { format: 'csv' })).toContain('9651.460000\n');
  });

  test('rows that are too wide stand below one another, nothing of them cut', async () => {
    const shown = await printed(money, [[long, '1.005', 1, null]], { format: 'table', width: 34 });
    expect(shown).toContain('─ 1 ───');
    expect(shown.replaceAll(/\s+/gu, ' ')).toContain(long);
    expect(shown).toContain(' roi        1\n');
  });

  test('no line is wider, whatever stands in it and however wide it is', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, anyRows, fc.integer({ min: 30, max: 90 }), async (name, rows, width) => {
        const shown = await printed(named(name), rows, { format: 'table', width });
        for (const line of shown.split('\n').filter((one) => !one.startsWith('(')))
          expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }),
      { verbose: true },
    );
  });

  test('a program gets the exact values, whatever the terminal', async () => {
    expect(await printed(money, [['a', '1.005000', 0.1234567, 1]], { format: 'csv', width: 20 })).toBe(
      'campaign,spend_eur,roi,orders\na,1.005000,0.1234567,1\n',
    );
  });
});
