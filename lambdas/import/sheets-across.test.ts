/** Sheets that go on to the right are refused with how to turn them, and others are not taken for such. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lookAt } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sheets-across-'));
});
afterEach(() => rm(home, { recursive: true }));

test.each<[string, string, RegExp]>([
  [
    'months',
    'Influenceur;Code;Janvier 2025;Février 2025;Mars 2025;Total\n@lea;LEA10;500;500;800;1800\n',
    /^It has a column for each month \(“Janvier 2025”, “Février 2025”, “Mars 2025”\).*one row of each month/,
  ],
  [
    'budgets of months, beside a day',
    'Pseudo;Code;Date;Budget janv.;Budget févr.\n@lea;LEA10;05/01/2025;500;500\n',
    /^It has a column for each month \(“Budget janv\.”, “Budget févr\.”\)/,
  ],
  ['channels by month', 'Canal;Jan;Feb;Mar\nGoogle Ads;100;200;300\n', /marketing_costs of shop\.json/],
  [
    'influencers',
    ';@lea;@nina\nCode;LEA10;NINA15\nDate;15/03/2025;16/03/2025\nCachet;500;300\n',
    /^It has a column for each influencer \(“@lea”, “@nina”\).*transposed/,
  ],
])('%s are refused', async (_, text, why) => {
  expect(await lookAt(home, 'sheet.csv', text)).toMatchObject([
    { kind: 'refused', why: expect.stringMatching(why) as unknown },
  ]);
});

test('months beside a fee and a day are read as before', async () => {
  const [one] = await lookAt(
    home,
    'sheet.csv',
    'Influenceur;Code;Date;Cachet;Janv;Fév\n@lea;LEA10;15/01/2025;1000;500;500\n',
  );
  expect(one?.kind).toBe('understood');
});

test('one month in a name is no column of months', async () => {
  expect(await lookAt(home, 'sheet.csv', 'Mars;Venus\n1;2\n')).toMatchObject([
    { kind: 'refused', why: expect.stringMatching(/^Its headings are not those/) as unknown },
  ]);
});
