/** What a report says of itself besides its figures, and how a moment, a sign for nothing and a part of claims are read. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { landed, lookAt, partsOf, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'report-remarks-'));
});
afterEach(() => rm(home, { recursive: true }));

const microsoft = (lines: readonly string[], ...days: readonly string[]) =>
  [
    ...lines.map((line) => `"${line}"`),
    '"TimePeriod","AccountId","CurrencyCode","CampaignName","CampaignId","CampaignType","Impressions","Clicks","Spend"',
    ...days.map((day) => `"${day}","150","EUR","Brand","380","Search","1200","55","100.00"`),
  ].join('\n');
const notesOf = async (text: string) => (await partsOf(home, 'r.csv', text))[0]?.notes.join('\n');

describe('the lines above a heading are told', () => {
  test.each<[string, RegExp]>([
    ['Report Filter: Campaign status = Active', /It is filtered \(“Campaign status = Active”\)/],
    ['Potential Incomplete Data: true', /data may be incomplete/],
    [
      'Time Zone: (GMT-08:00) Pacific Time',
      /days are those of \(GMT-08:00\) Pacific Time, and the shop's are of Europe\/Paris/,
    ],
  ])('%s', async (line, told) => {
    expect(await notesOf(microsoft([line], '2025-03-10'))).toMatch(told);
  });
  test.each([
    'Report Filter: ',
    'Potential Incomplete Data: false',
    'Time Zone: (GMT+01:00) Amsterdam, Berlin, Bern',
    'Time zone: GMT+1:00',
  ])('but not “%s”', async (line) => {
    expect(await notesOf(microsoft([line], '2025-03-10'))).not.toMatch(/filtered|incomplete|days are those/);
  });
});

describe('a report of a Saturday and its Sunday is by day', () => {
  const [saturday, sunday] = ['2025-03-08', '2025-03-09'];
  test.each([['Report Time: 3/8/2025,3/9/2025'], ['Report Aggregation: Daily']])('where it says: %s', async (line) => {
    expect((await partsOf(home, 'r.csv', microsoft([line], saturday, sunday)))[0]?.days).toEqual({
      from: saturday,
      to: sunday,
    });
  });
});

describe('a day that is written as a moment in UTC is the shop’s', () => {
  const meta = (day: string) =>
    `Campaign name,Campaign ID,Account ID,Day,Amount spent (EUR),Impressions,Link clicks\nA,11,555,${day},10,100,1\n`;
  const klaviyo = (day: string) =>
    `Campaign Name,Campaign ID,Send Time,Total Recipients,Unique Opens,Unique Clicks\nA,01,${day},100,40,5\n`;
  test.each<[string, (day: string) => string, string, string]>([
    ['midnight in Paris', meta, '2025-03-09T23:00:00.000Z', '2025-03-10'],
    ['midnight in summer', meta, '2025-06-09T22:00:00.000Z', '2025-06-10'],
    ['midnight in UTC, as databases write a day', meta, '2025-03-10T00:00:00Z', '2025-03-10'],
    ['an e-mail that was sent late', klaviyo, '2025-03-09T23:30:00+00:00', '2025-03-10'],
    ['an e-mail that was sent at midnight in New York', klaviyo, '2025-03-10 00:00:00-04:00', '2025-03-10'],
    ['a time without an offset', klaviyo, '2025-03-09 23:30:00', '2025-03-09'],
  ])('%s', async (_, text, written, day) => {
    expect((await partsOf(home, 'r.csv', text(written)))[0]?.days).toEqual({ from: day, to: day });
  });
});

test('rows that part what a campaign sold alone count once, by the row that has the whole', async () => {
  const text = [
    'Campaign name,Campaign ID,Account ID,Day,Amount spent (EUR),Impressions,Link clicks,Conversion device,Purchases,Purchases conversion value',
    'A,11,555,2025-03-10,100.00,1000,20,,5,250',
    'A,11,555,2025-03-10,,,,Desktop,3,150',
    'A,11,555,2025-03-10,,,,iPhone,2,100',
  ].join('\n');
  const [part] = await partsOf(home, 'r.csv', text);
  expect([part?.records, totals(part)?.[0], part?.leftOut[0]?.rows]).toEqual([1, 'spend 100.00 EUR', 2]);
  // Where no row has the whole, the parts are all there is.
  const parts = await partsOf(home, 'r.csv', text.replace(',,5,250', ',,,'));
  expect(parts[0]?.records).toBe(3);
});

test('a row that names no account or currency is of those that all others name', async () => {
  const text =
    'Day,Campaign,Campaign ID,Campaign type,Customer ID,Currency code,Impr.,Clicks,Cost\n' +
    '2025-03-10,Brand,11,Search,123,USD,100,5,10.00\n' +
    '2025-03-10,Operating cost, --, --, --, --,0,0,2.00\n';
  const [part] = await partsOf(home, 'r.csv', text);
  expect([part?.account, part?.currencies]).toEqual(['123', ['USD']]);
  expect(part && landed(part)).toContain('"campaign":{"id":"Operating cost","name":"Operating cost"');
});

test('amounts in millionths are told where nobody clicked, too', async () => {
  const video = (cost: string) =>
    `Day,Campaign,Campaign ID,Campaign type,Customer ID,Currency code,Impr.,Clicks,Cost\n2025-03-10,A,11,Video,1,EUR,100000,0,${cost}\n`;
  expect(await notesOf(video('900500000'))).toMatch(/An impression of it costs 9005\.00 .*micros/);
  expect(await notesOf(video('900.50'))).not.toContain('micros');
});

test('a report by goals is refused: each has the whole of what was spent', async () => {
  const text =
    'Gregorian date,Account ID,Currency code,Campaign,Campaign ID,Campaign type,Goal,Impr.,Clicks,Spend\n3/13/2025,1,EUR,Brand,11,Search,Purchase,100,5,10.10\n';
  const [one] = await lookAt(home, 'r.csv', text);
  expect(one?.kind === 'refused' && one.why).toContain('broken down by “Goal”');
});

test.each([
  ['America/Los_Angeles', true],
  ['Europe/Berlin', false],
  ['Nowhere/Else', false],
])('an answer of an account in %s', async (timeZone, isTold) => {
  const answer = [
    { results: [{ customer: { id: '1', currencyCode: 'EUR', timeZone }, campaign: { id: '1', name: 'A', advertisingChannelType: 'SEARCH' }, segments: { date: '2025-03-10' }, metrics: { costMicros: '5', clicks: '1' } }] }, // prettier-ignore
  ];
  expect((await notesOf(JSON.stringify(answer)))?.includes(`days are those of ${timeZone}`)).toBe(isTold);
});

const metaWith = (heading: string, value: string) =>
  'Nom de la campagne,Jour,ID de la campagne,Montant dépensé (EUR),Impressions,Clics sur un lien,' +
  `"${heading}",ID du compte,Nom du compte\n` +
  `Printemps,2025-03-10,120001,12.50,5000,50,${value},777,Boutique\n`;

test.each([
  ['Achats (clic 7 jours)', '3', true],
  ['Purchases (7-day click)', '3', true],
  ['Achats sur le site web', '3', true],
  ['7-day click purchases', '3', true],
  ['Achats', '3', false],
  ['Coût par achats', '4.20', false],
  ['Couverture', '900', false],
])('Meta’s “%s” tells nothing of its claims, which is told: %s', async (heading, value, isTold) => {
  const [part] = await partsOf(home, 'm.csv', metaWith(heading, value));
  expect(part?.notes.some((note) => note.includes(`“${heading}” is a part of the purchases`))).toBe(isTold);
});
