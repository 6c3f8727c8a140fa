import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importCommand } from './import.ts';

const home = mkdtempSync(join(tmpdir(), 'sillage-import-undo-'));
afterAll(() => rmSync(home, { recursive: true }));
let lines: string;
beforeEach(() => {
  lines = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((line) => {
    lines += String(line);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

const lake = join(home, 'lake');
const imported = (...words: readonly string[]) =>
  importCommand().parseAsync([...words, '--no-run', '--lake', lake], { from: 'user' });

test('which file would be taken out is said before a person agrees, and a name that no file has at once', async () => {
  const file = join(home, 'fx.csv');
  writeFileSync(file, 'Date, USD, JPY, GBP, \n10 March 2025, 1.0857, 160.1, 0.84, \n');
  await imported(file, '--yes');
  await expect(imported('--undo', 'nothere.csv')).rejects.toThrow(
    /^No file that was imported is called nothere\.csv\. Those that were: fx\.csv/u,
  );
  await expect(imported('--undo', 'fx.csv')).rejects.toThrow(/add --yes/u);
  expect(lines).toMatch(/fx\.csv, imported on \d{4}-\d{2}-\d{2}: 1 record\n/u);
  await imported('--undo', 'fx.csv', '--yes');
  expect(lines).toContain('fx.csv counts no more');
});

test('a file that is given twice is taken once, and no fault', async () => {
  const file = join(home, 'twice.csv');
  writeFileSync(file, 'Date, USD, JPY, GBP, \n11 March 2025, 1.0957, 160.1, 0.84, \n');
  await imported(file, file, '--yes');
  expect(lines).toContain('twice.csv: the same as twice.csv, and taken once');
  expect(lines).not.toMatch(/NOT imported|refused/u);
  expect(process.exitCode ?? 0).toBe(0);
});

test('a heading that is said and that no file has, or has as that, is refused before anything is imported', async () => {
  const file = join(home, 'deals.csv');
  writeFileSync(file, 'Pseudo;Cachet;Devise;Date;Code\n@lea;500;EUR;15/03/2025;LEA10\n');
  await expect(imported(file, '--yes', '--map', 'Budget TTC=fee')).rejects.toThrow(
    /^--map: no column “Budget TTC” of these files is read as fee\. Nothing was imported\./u,
  );
  expect(lines).not.toContain('imported 1 file');
  await imported(file, '--yes', '--map', 'cachet=fee');
  expect(lines).toContain('imported 1 file');
});
