/** A heading of two lines: groups above, and names that are merged down over both. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { landed, partsOf, totals } from './samples/look-at.ts';
import { workbook } from './samples/workbook.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'two-line-headings-'));
});
afterEach(() => rm(home, { recursive: true }));

const none = undefined;

test('what is merged down over both lines of a heading names its column', async () => {
  const sheet = workbook({
    Deals: [
      ['Influenceur', 'Plateforme', 'Contrat', none, 'Suivi', 'Devise'],
      [none, none, 'Date', 'Cachet', 'Code'],
      ['@lea', 'Instagram', new Date('2025-03-13'), 100, 'LEA', 'CHF'],
      ['@mia', 'TikTok', new Date('2025-03-14'), 50, 'MIA', 'CHF'],
    ],
  });
  const [part] = await partsOf(home, 'deals.xlsx', sheet);
  expect(totals(part)).toEqual(['deals 2', 'fees 150.00 CHF']);
  expect(part && landed(part)).toMatch(/@lea;Instagram;.*\n.*@mia;TikTok;/u);
  expect(part?.notes.join('\n')).not.toMatch(/does not name the (?:platform|currency)/);
});

test('a row of groups alone names nothing below it, and rows take nothing from the heading', async () => {
  const text =
    'Campagne printemps;;;;\n;Contact;;Contrat;\nPseudo;Plateforme;Date;Cachet;Code\n@lea;;13/03/2025;100;\n@mia;TikTok;14/03/2025;50;MIA';
  const [part] = await partsOf(home, 'deals.csv', text);
  expect(part?.records).toBe(2);
  expect(totals(part)).toEqual(['deals 2', 'fees 150.00 EUR']);
});
