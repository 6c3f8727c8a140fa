/** What is taken away as a file against what the page shows: the same rows, the same columns, the exact figures. */
import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { readSheet } from 'read-excel-file/node';
import { z } from 'zod';
import { isNear, titles, type World } from './dashboard-expect.ts';
import { daily } from './dashboard-detail-sql.ts';
import { wholeTable, type WholeTable } from './dashboard-page.ts';
import { rowsOf } from '../support-sillage.ts';

async function download(page: Page, card: Locator, kind: 'CSV' | 'XLSX'): Promise<Buffer> {
  const [given] = await Promise.all([
    page.waitForEvent('download'),
    card.getByRole('button', { name: kind, exact: true }).click(),
  ]);
  return readFile(await given.path());
}

type Cell = string | number | null;
const Lines = z.array(z.array(z.string()));

/** A file as rows of texts and numbers, the way in which the spreadsheet of that language reads it. */
function readCsv(content: Buffer, language: 'en' | 'fr'): Cell[][] {
  const delimiter = language === 'fr' ? ';' : ',';
  const lines = Lines.parse(parse(content, { bom: true, delimiter }));
  const number = language === 'fr' ? /^-?\d+(?:,\d+)?(?:e-?\d+)?$/ : /^-?\d+(?:\.\d+)?(?:e-?\d+)?$/;
  return lines.map((line) =>
    line.map((text) => (text === '' ? null : number.test(text) ? Number(text.replace(',', '.')) : text)),
  );
}

const SheetRows = z.array(z.array(z.union([z.string(), z.number(), z.null()])));

/**
 * The rows of a file that are not those of the table: none where both say the same.
 * @param off by how much a number may differ: a CSV has money in whole cents
 */
function differences(table: WholeTable, file: readonly (readonly Cell[])[], off = 0): unknown[] {
  const [heads = [], ...rows] = file;
  const found: unknown[] = [];
  if (rows.length !== table.rows.length) found.push(`${rows.length} rows, not ${table.rows.length}`);
  for (const [column, head] of heads.entries()) {
    const at = table.heads.indexOf(String(head));
    if (at < 0) {
      // What the page shows by its place or in small letters, a file tells in a column of texts.
      if (rows.some((row) => typeof row[column] === 'number')) found.push(`no column ${head}`);
      continue;
    }
    for (const [i, row] of table.rows.entries()) {
      const [shown, given] = [row[at], rows[i]?.[column] ?? null];
      const isSame =
        typeof given === 'number'
          ? isNear(shown?.value ?? null, given) || Math.abs((shown?.value ?? Number.NaN) - given) <= off
          : given === null
            ? shown?.value === null
            : true;
      if (!isSame) found.push([i, head, shown, given]);
    }
  }
  return found;
}

export function describeExports({ lake, days, page, open }: World): void {
  describe.each([
    { language: 'en', query: '&open=Paid+Social' },
    { language: 'fr', query: '&lang=fr&country=FR&model=first&open=Paid+Social' },
  ] as const)('the files of the page in $language', ({ language, query }) => {
    const { channels, models, claims, influencers, cohorts } = titles[language];

    test.each([channels, models, claims, influencers, cohorts])(
      '%s: cell by cell what the page shows',
      async (title) => {
        await open(`?from=${days.from}&to=${days.to}${query}`, title);
        const card = page().locator(`section[aria-label="${title}"]`);
        const table = await wholeTable(page(), title);
        expect(table.rows.length).toBeGreaterThan(1);
        const csv = readCsv(await download(page(), card, 'CSV'), language);
        const xlsx = SheetRows.parse(await readSheet(await download(page(), card, 'XLSX')));
        expect(csv.flat().filter((cell) => typeof cell === 'number').length).toBeGreaterThan(1);
        expect({ csv: differences(table, csv, 0.005_001), xlsx: differences(table, xlsx) }).toEqual({
          csv: [],
          xlsx: [],
        });
      },
    );
  });

  test('the file of the chart has the orders of each day, and every day of the period', async () => {
    await open(`?from=${days.from}&to=${days.to}`, 'Revenue per day');
    const card = page().locator('section[aria-label="Revenue per day"]');
    const [, ...rows] = readCsv(await download(page(), card, 'CSV'), 'en');
    const lakes = await rowsOf(
      z.object({ name: z.string(), revenue: z.number() }),
      lake,
      daily({ model: '', ...days }),
    );
    const revenue = new Map(lakes.map((row) => [row.name, row.revenue]));
    expect(rows.map(([day]) => day)).toHaveLength(7);
    const wrong = rows.filter(([day, value]) => !isNear(Number(value), revenue.get(String(day)) ?? 0));
    expect(wrong).toEqual([]);
  });
}
