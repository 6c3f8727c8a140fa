/** What is called “Total Look” is a campaign, a mail or a deal, and no row that adds up others. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lookAt, partsOf, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'called-as-totals-'));
});
afterEach(() => rm(home, { recursive: true }));

const google = (...rows: readonly string[]) =>
  ['Campaign,Day,Campaign ID,Campaign type,Customer ID,Currency code,Cost,Impr.,Clicks', ...rows].join('\n');
const meta = (...rows: readonly string[]) =>
  ['Campaign name,Day,Account ID,Amount spent (EUR),Impressions,Link clicks', ...rows].join('\n');

test.each<[string, string, string, number]>([
  [
    'a campaign of Google, with its totals',
    google(
      'Total Look,2025-03-10,219,Search,123-456-7890,EUR,10.00,100,5',
      'Soins,2025-03-11,220,Search,123-456-7890,EUR,5.00,50,2',
      'Total: Campaigns, --, --, --, --,EUR,15.00,150,7',
    ),
    'spend 15.00 EUR',
    1,
  ],
  ['a campaign of Meta without an id', meta('Total Look,2025-03-10,7,5,100,3', 'Soins,2025-03-10,7,7,90,2'), 'spend 12.00 EUR', 0], // prettier-ignore
  [
    'a campaign of Meta, where the days are the report’s',
    'Campaign name,Amount spent (EUR),Impressions,Link clicks,Account ID,Reporting starts,' +
      'Reporting ends\nTotal Look,5,100,3,7,2025-03-10,2025-03-10\n' +
      'Soins,7,90,2,7,2025-03-10,2025-03-10',
    'spend 12.00 EUR',
    0,
  ],
  [
    'a sum of each day',
    meta('Soins,2025-03-10,7,7,90,2', 'Huiles,2025-03-10,7,5,10,1', 'Total campagnes,2025-03-10,7,12,100,3'),
    'spend 12.00 EUR',
    1,
  ],
  [
    'an e-mail',
    'Campaign Name,Campaign ID,Campaign Channel,Send Time,Total Recipients,Unique Opens,Unique Clicks\n' +
      'Total bien-être,01A,Email,2025-03-10 09:00:00,100,40,5\n' +
      'Mars,01B,Email,2025-03-11 09:00:00,50,20,2',
    'sends 150',
    0,
  ],
  [
    'the campaign of a deal',
    'Campagne;Pseudo;Date;Cachet;Code\nTotal Look;@lea;13/03/2025;100;LEA\nPrintemps;@mia;14/03/2025;50;MIA\nTotal mars;;;150;',
    'fees 150.00 EUR',
    1,
  ],
])('%s', async (_, text, whole, left) => {
  const [part] = await partsOf(home, 'file.csv', text);
  expect(totals(part)?.find((one) => one.startsWith(whole.split(' ')[0] ?? ''))).toBe(whole);
  expect(part?.leftOut.reduce((sum, { rows }) => sum + rows, 0)).toBe(left);
  expect(part?.notes.join('\n')).not.toContain('own total');
});

test('a row of a day without a campaign that is no sum of the day is of the group above it, and refused', async () => {
  const grouped = meta('Soins,2025-03-10,7,5,100,3', ',2025-03-11,7,7,90,2', 'Huiles,2025-03-10,7,1,10,1');
  expect(await lookAt(home, 'meta.csv', grouped)).toMatchObject([
    {
      kind: 'refused',
      why: expect.stringMatching(
        /^Row 3 names no “Campaign name”, .*it spent 7\.00, and they 0\.00\. .*raw data/,
      ) as unknown,
    },
  ]);
});

test.each<[string, readonly string[]]>([
  ['a sum of its day', ['Soins,2025-03-10,7,5,100,3', ',2025-03-10,7,12,190,5', 'Huiles,2025-03-10,7,7,90,2', 'Huiles,2025-03-11,7,0,1,0']], // prettier-ignore
  ['nearly one', ['Soins,2025-03-10,7,5,100,3', ',2025-03-10,7,12.20,190,5', 'Huiles,2025-03-10,7,7,90,2', 'Huiles,2025-03-11,7,0,1,0']], // prettier-ignore
  ['one of all days', [',,7,12,191,5', 'Soins,2025-03-10,7,5,100,3', 'Huiles,2025-03-11,7,7,91,2']],
  ['one of a report of one day, of which rows were filtered out', [',2025-03-10,7,40,191,5', 'Soins,2025-03-10,7,12,100,3']], // prettier-ignore
])('a row without a campaign that is %s adds it up', async (_, rows) => {
  const [part] = await partsOf(home, 'meta.csv', meta(...rows));
  expect(totals(part)?.[0]).toBe('spend 12.00 EUR');
  expect(part?.leftOut).toMatchObject([{ why: 'a totals row', rows: 1 }]);
});

test('a campaign that has an id and no name is known by its id', async () => {
  const [part] = await partsOf(
    home,
    'meta.csv',
    'Campaign name,Campaign ID,Day,Account ID,Amount spent (EUR),Impressions,Link clicks\n,901,2025-03-10,7,5,100,3\nSoins,902,2025-03-11,7,7,90,2\n,,,7,12,190,5',
  );
  expect(totals(part)?.[0]).toBe('spend 12.00 EUR');
});
