/** One account in two spellings: its campaigns never count under both without a word. */
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { importInbox } from './inbox.ts';
import { landAll, look } from './import.ts';
import type { Looked } from './looked.ts';
import { exported } from './samples/look-at.ts';

let home: string;
let at = 0;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'other-accounts-'));
});
afterEach(() => rm(home, { recursive: true }));

/** What importing these files together comes to: why one is refused, or its account. */
async function bring(
  lake: Lake,
  files: Readonly<Record<string, string>>,
  account?: string,
): Promise<(string | undefined)[]> {
  const folder = join(home, String(at++));
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    await utimes(join(folder, name), exported, exported);
  }
  const scratch = join(folder, 'scratch');
  const paths = Object.keys(files).map((name) => join(folder, name));
  const looked = await look(lake, paths, { scratch, ...(account !== undefined && { account }) });
  await landAll(lake, looked, scratch);
  return looked.map((one: Looked) =>
    one.kind === 'refused' ? one.why : one.kind === 'understood' ? one.understood.parts[0]?.account : one.kind,
  );
}

const microsoft = (accounts: Readonly<Record<string, string>>, day = '2025-03-01', spend = '100.00', id = '380') =>
  `Day,${Object.keys(accounts).join(',')},Currency code,Campaign,Campaign ID,Campaign type,Impr.,` +
  `Clicks,Spend\n${day},${Object.values(accounts).join(',')},EUR,Brand FR,${id},Search,1200,55,` +
  `${spend}\n`;
const criteo = (account: string, spend: string) =>
  `Day,${account === '' ? '' : 'Advertiser ID,'}Campaign ID,Campaign,Currency,Displays,Clicks,Cost\n2025-03-01,${account === '' ? '' : `${account},`}98,R,EUR,2400,12,${spend}\n`;
const linkedin = (account: Readonly<Record<string, string>>) =>
  `Start Date (in UTC),${Object.keys(account).join(',')},Currency,Campaign ID,Campaign Name,` +
  `Total Spent,Impressions,Clicks\n3/13/2025,${Object.values(account).join(',')},EUR,300,B2B,10.50,` +
  '1000,20\n';
const metaCsv =
  'Day,Campaign name,Campaign ID,Account name,Amount spent (EUR),Impressions,Link clicks\n2025-03-10,P,901,Lune,5.00,100,1\n';
const metaJson = JSON.stringify({
  data: [{ account_id: '555', account_currency: 'EUR', campaign_id: '901', campaign_name: 'P', spend: '5.00', impressions: '100', date_start: '2025-03-10', date_stop: '2025-03-10' }], // prettier-ignore
  paging: {},
});
const byName = microsoft({ 'Account name': 'Lune' });
const byId = microsoft({ 'Account name': 'Lune', 'Account ID': '150' });
const byNumber = microsoft({ 'Account name': 'Lune', 'Account number': 'X76' });

const first = (file: string, account: string) =>
  new RegExp(`so it would count twice. Say first of .*: sillage import "${file}" --account "${account}". Then import`);
const say = (account: string) =>
  new RegExp(`so it would count twice. Say of which account it is: --account "${account}"`);

describe('the later of two files is refused, with what to say', () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['a name, then an id', { 'a.csv': byName, 'b.csv': byId }, first('a.csv', '150')],
    ['an id, then a name', { 'a.csv': byId, 'b.csv': byName }, say('150')],
    ['a name, then a number', { 'a.csv': byName, 'b.csv': byNumber }, say('Lune')],
    ['an id, then a number', { 'a.csv': byId, 'b.csv': byNumber }, say('150')],
    ['nothing, then an id and another sum', { 'a.csv': criteo('', '120.00'), 'b.csv': criteo('123', '120.50') }, first('a.csv', '123')], // prettier-ignore
    ['an id, then nothing', { 'a.csv': criteo('123', '120.50'), 'b.csv': criteo('', '120.00') }, say('123')],
    ['LinkedIn', { 'a.csv': linkedin({ 'Account Name': 'Lune' }), 'b.csv': linkedin({ 'Account Name': 'Lune', 'Account ID': '512' }) }, first('a.csv', '512')], // prettier-ignore
    ['a table, then an API', { 'a.csv': metaCsv, 'b.json': metaJson }, first('a.csv', '555')],
    ['an API, then a table', { 'a.json': metaJson, 'b.csv': metaCsv }, say('555')],
  ])('%s', async (_, files, words) => {
    const [[name, text] = ['', ''], ...others] = Object.entries(files);
    const refused = [expect.any(String), expect.stringMatching(words)];
    expect(await bring(memoryLake(), files)).toEqual(refused);
    const lake = memoryLake();
    expect([...(await bring(lake, { [name]: text })), ...(await bring(lake, Object.fromEntries(others)))]).toEqual(refused); // prettier-ignore
  });
});

const unnamed = (currency: string, day = '2025-03-10', campaign = 'P') =>
  `Day,Campaign name,Amount spent (${currency}),Impressions,Link clicks\n${day},${campaign},5.00,100,1\n`;

test('of two accounts that are not named, the one in another currency is refused, and imported under a name', async () => {
  const lake = memoryLake();
  const [eur, usd] = [unnamed('EUR'), unnamed('USD', '2025-03-10', 'US')];
  const words = /^It names no account and is in USD; a\.csv, of 2025-03-10 too, names none either and is in EUR\./;
  expect(await bring(lake, { 'a.csv': eur, 'b.csv': usd })).toEqual(['unnamed', expect.stringMatching(words)]);
  expect(await bring(lake, { 'b.csv': usd })).toEqual([expect.stringMatching(words)]);
  expect(await bring(lake, { 'b.csv': usd }, 'Lune US')).toEqual(['Lune US']);
  expect(await bring(lake, { 'c.csv': unnamed('EUR', '2025-03-10', 'Q') })).toEqual(['unnamed']);
});

test('doing as it says brings both under one account', async () => {
  const lake = memoryLake();
  await bring(lake, { 'a.csv': byName, 'also.csv': microsoft({ 'Account name': 'Lune' }, '2025-03-01', '99.00') });
  expect(await bring(lake, { 'a.csv': byName }, '150')).toEqual(['Lune (150)']);
  expect(await bring(lake, { 'also.csv': microsoft({ 'Account name': 'Lune' }, '2025-03-01', '99.00') }, '150')).toEqual(['Lune (150)']); // prettier-ignore
  expect(await bring(lake, { 'b.csv': byId })).toEqual(['Lune (150)']);
  expect(await bring(lake, { 'c.csv': byNumber }, '150')).toEqual(['Lune (150)']);
});

test('in the inbox, too', async () => {
  const lake = memoryLake();
  await bring(lake, { 'a.csv': byName });
  await lake.put('inbox/b.csv', byId);
  const { refused } = await importInbox(lake, join(home, 'inbox'));
  expect(refused).toEqual([{ name: 'b.csv', why: expect.stringMatching(first('a.csv', '150')) as unknown }]);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ['one spelling', { 'a.csv': byName, 'b.csv': microsoft({ 'Account name': 'Lune' }, '2025-03-01', '90.00') }],
  ['other days', { 'a.csv': byName, 'b.csv': microsoft({ 'Account ID': '150' }, '2025-03-02') }],
  ['other campaigns', { 'a.csv': byName, 'b.csv': microsoft({ 'Account ID': '150' }, '2025-03-01', '9.00', '381') }],
  [
    'other days of an account that is not named, in another currency',
    { 'a.csv': unnamed('EUR'), 'b.csv': unnamed('USD', '2025-03-11') },
  ],
  ['two ids', { 'a.csv': byId, 'b.csv': microsoft({ 'Account ID': '151' }) }],
  ['campaigns that are known by their names', { 'a.csv': byName.replace('Campaign ID', 'Id 2'), 'b.csv': byId.replace('Campaign ID', 'Id 2') }], // prettier-ignore
])('is imported: %s', async (_, files) => {
  const accounts = await bring(memoryLake(), files);
  expect(accounts.join('\n')).not.toMatch(/count twice/);
});
