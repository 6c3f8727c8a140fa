import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import { lookAt, sample } from '../lambdas/import/samples/look-at.ts';
import { lookedLines } from './import-lines.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'import-lines-'));
});
afterEach(() => rm(home, { recursive: true }));

test('what is said of a file fits the terminal, and in a pipe each thing is one line', async () => {
  const [one] = await lookAt(home, 'orders_export.csv', sample('orders_export.csv'));
  if (one === undefined) throw new Error('There is one file.');
  const piped = lookedLines(one);
  const shown = lookedLines(one, 80);
  expect(Math.max(...shown.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
  expect(shown.map((line) => line.trim()).join(' ')).toBe(piped.map((line) => line.trim()).join(' '));
  const read = piped.find((line) => line.startsWith('  read: '));
  expect(read).toContain('“Lineitem sku” as item_sku');
  expect(read).toMatch(/, and by their names “Name”, “Email”, /);
  expect(read).not.toContain('“Name” as name');
});

test('of headings that are all called as what they are read as the names are said alone', async () => {
  const [one] = await lookAt(home, 'fx.csv', 'Date, USD, JPY, GBP, \n10 March 2025, 1.0857, 160.1, 0.84, \n');
  expect(one && lookedLines(one)).toContain('  read: by their names “Date”, “USD”, “JPY”, “GBP”');
});
