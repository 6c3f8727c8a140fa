import { expect, test } from '@jest/globals';
import { readSheet } from 'read-excel-file/node';
import { strFromU8, unzipSync } from 'fflate';
import type { ExportedTable } from './table.ts';
import { xlsxOf } from './xlsx.ts';

test('a reader of spreadsheets finds every cell where it is: exact numbers, texts that look like formulas, gaps, many columns', async () => {
  const columns = Array.from({ length: 30 }, (_, i) => ({ label: `c${i}`, kind: i === 0 ? 'text' : 'money' }) as const);
  const gap: ExportedTable['rows'][number] = ['=1+1', null, ...Array.from({ length: 28 }, (_, i) => i + 0.125)];
  const content = xlsxOf({ title: 'a/b: c', columns, rows: [gap, ['é & <ü>', 1 / 3]] });
  const rows = await readSheet(Buffer.from(content));
  const filled = (row: readonly unknown[]) => [...row, ...Array.from({ length: 30 - row.length }, () => null)];
  expect(rows).toEqual([columns.map(({ label }) => label), gap, filled(['é & <ü>', 1 / 3])]);
});

test('whole orders are written without the point of their decimals, shares of orders with it', () => {
  const files = unzipSync(xlsxOf({ title: 'T', columns: [{ label: 'Orders', kind: 'count' }], rows: [[12], [0.5]] }));
  const [sheet, styles] = ['worksheets/sheet1', 'styles'].map((name) =>
    strFromU8(files[`xl/${name}.xml`] ?? new Uint8Array()),
  );
  const formats = [...(/<cellXfs.*<\/cellXfs>/.exec(styles ?? '')?.[0] ?? '').matchAll(/<xf(?: numFmtId="(\d+)")?/g)];
  const formatOf = (at: string) => formats[Number(new RegExp(`r="${at}" s="(\\d)"`).exec(sheet ?? '')?.[1])]?.[1];
  // 3 is #,##0 of every spreadsheet, 165 one of the file's own.
  expect([formatOf('A2'), formatOf('A3')]).toEqual(['3', '165']);
});
