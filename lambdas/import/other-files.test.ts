/** Files that hold no table: each is refused for what it is, whatever its name says. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { look } from './import.ts';
import { lookAt } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'other-files-'));
});
afterEach(() => rm(home, { recursive: true }));

const zip = (...names: readonly string[]) => zipSync(Object.fromEntries(names.map((name) => [name, strToU8('x')])));
const ole = (name: string) =>
  Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from(name, 'utf16le')]);
const tar = () => {
  const bytes = Buffer.alloc(1024);
  bytes.write('meta.csv');
  bytes.write('ustar', 257);
  return bytes;
};

test.each<[string, Uint8Array | string, RegExp]>([
  [
    'mail.eml',
    'Return-Path: <ads@google.com>\r\nDate: Mon, 10 Mar 2025 09:00:00 +0100\r\nFrom: "Google Ads" <ads@google.com>\r\nSubject: Your "weekly" report\r\n\r\nHello',
    /^It is an e-mail\. Save the file that is attached/,
  ],
  [
    'mail.csv',
    'Delivered-To: me@shop.fr\nDKIM-Signature: v=1; a=rsa;\n        d=google.com\nMIME-Version: 1.0\n\nHello',
    /^It is an e-mail/,
  ],
  ['mail.msg', ole('__substg1.0_0037001F'), /^It is an e-mail of Outlook/],
  ['old.xls', ole('Workbook'), /^It is an \.xls workbook/],
  ['old.doc', ole('WordDocument'), /^It is a Word document/],
  ['s.numbers', zip('Index/Document.iwa', 'preview.jpg'), /^It is a document of Numbers.*Export To, CSV/],
  [
    's.gsheet',
    '{"url":"https://docs.google.com/open?id=1A","doc_id":"1A","email":"a@b.c"}',
    /^It is a shortcut.*Download/,
  ],
  ['s.url', '[InternetShortcut]\r\nURL=https://docs.google.com/x\r\n', /^It is a shortcut/],
  [
    's.webloc',
    '<?xml version="1.0"?>\n<plist version="1.0"><dict>\n<key>URL</key><string>https://x</string></dict></plist>',
    /^It is a shortcut/,
  ],
  ...[
    'Session primary channel group (Default channel group),Sessions,Engaged sessions,Total revenue\nOrganic Search,1200,800,1500.00',
    'Landing page + query string,Sessions,Active users\n/,12,9',
    'Page path and screen class,Views,Active users\n/,12,9',
    'Source/support de la session,Sessions,Utilisateurs actifs\ngoogle / cpc,12,9',
    'Sitzung – Quelle/Medium,Sitzungen,Aktive Nutzer\ngoogle / cpc,12,9',
  ].map((table): [string, string, RegExp] => [
    'ga4.csv',
    `# ----\n# Traffic acquisition\n# Property: shop\n# ----\n#\n# All Users\n# Start date: 20250301\n# End ` +
      `date: 20250331\n${table}\n`,
    /^They are sums of GA4, which tell no single visit.*BigQuery/,
  ]),
  ['a.7z', Buffer.from('377abcaf271c0004', 'hex'), /^It is a 7z archive\. Unpack/],
  ['a.tar', tar(), /^It is a tar archive/],
  ['a.csv.bz2', Buffer.from('BZh91AY&SY'), /^It is packed with bzip2/],
  ['a.db', Buffer.from('SQLite format 3\0'), /^It is a SQLite database/],
  ['a.rtf', String.raw`{\rtf1\ansi Day,Campaign}`, /^It is an RTF document/],
  ['a.sql', '-- MySQL dump 10.13\nINSERT INTO `ps_orders` VALUES (1);\n', /^It is a dump of a database/],
])('%s', async (name, bytes, why) => {
  const [one] = await lookAt(home, name, bytes);
  expect(one).toEqual({ kind: 'refused', name, why: expect.stringMatching(why) as unknown });
});

test('lines above a heading are none of a mail', async () => {
  const [one] = await lookAt(
    home,
    'report.csv',
    'Report Name: Campaigns\nReport Time: 2025-03-10\n\nDay,Campaign name,Amount spent (EUR),Impressions,Link clicks\n2025-03-10,A,5.00,100,1\n',
  );
  expect(one?.kind).toBe('understood');
});

test.each([
  ['orders.csv.crdownload', /^Its download has not ended/],
  ['orders.csv.part', /^Its download has not ended/],
  ['.orders.csv.icloud', /^It is in iCloud and not on this machine/],
])('of a folder what is not here, or not whole yet, is refused: %s', async (name, why) => {
  await lookAt(home, name, 'Day,Campaign name,Amount spent (EUR),Impressions\n2025-03-10,A,5.00,100\n');
  const found = await look(memoryLake(), [join(home, 'files')], { scratch: join(home, 'scratch') });
  expect(found).toEqual([{ kind: 'refused', name, why: expect.stringMatching(why) as unknown }]);
});
