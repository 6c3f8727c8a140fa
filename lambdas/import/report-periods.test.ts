/** A report by week or by month is none of days, whatever its platform writes above its column. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lookAt, partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'report-periods-'));
});
afterEach(() => rm(home, { recursive: true }));

const microsoft = (lines: readonly string[], heading: string, days: readonly string[]) =>
  [
    ...lines.map((line) => `"${line}"`),
    `"${heading}","Account ID","Currency code","Campaign","Campaign ID","Campaign type","Impr.","Clicks","Spend"`,
    ...days.map((day) => `"${day}","150","EUR","Brand","380","Search","1200","55","100.00"`),
  ].join('\n');
const linkedin = (from: string, to: string, days: readonly string[]) =>
  [
    'Campaign Performance Report (in UTC)',
    `"Report Start: ${from}, 2025, 12:00 AM"`,
    `"Report End: ${to}, 2025, 11:59 PM"`,
    '',
    'Start Date (in UTC),Account ID,Currency,Campaign ID,Campaign Name,Total Spent,Impressions,Clicks',
    ...days.map((day) => `${day},512,EUR,300,B2B,131.00,45000,420`),
  ].join('\n');
const pinterest = (days: readonly string[]) =>
  [
    'Date,Ad account ID,Campaign ID,Campaign name,Spend in account currency,Currency,Impressions,Outbound clicks',
    ...days.map((day) => `${day},549,626,Spring,80.00,EUR,8000,80`),
  ].join('\n');
const tiktok = (days: readonly string[]) =>
  [
    'By Day,Campaign name,Campaign ID,Account ID,Currency,Cost,Impressions,Clicks (destination)',
    ...days.map((day) => `"${day}",A,71,7,EUR,30,100,1`),
  ].join('\n');
const mondays = ['2025-03-03', '2025-03-10', '2025-03-17', '2025-03-24'];
const firsts = ['2025-03-01', '2025-04-01', '2025-05-01'];

describe('is refused', () => {
  test.each<[string, string]>([
    ['its own line says months', microsoft(['Report Aggregation: Monthly'], 'TimePeriod', ['2025-03-01'])],
    ['its own line says weeks', microsoft(['Report Aggregation: Weekly'], 'Time period', ['2025-03-02'])],
    ['its own line says so above a column of days', microsoft(['Report Aggregation: Weekly'], 'Day', ['2025-03-04'])],
    ['its own line says so in French', microsoft(['Agrégation du rapport : Hebdomadaire'], 'Day', ['2025-03-04'])],
    ['a cell says that it is of a week', tiktok(['W/C 30 Mar 2026'])],
    ['a cell says so in French', tiktok(['Semaine du 30 mars 2026'])],
    ['a cell names its number beside a day', tiktok(['30.03.2026 (KW 14)'])],
    ['a cell has two days of a month', tiktok(['Mar 30 – Apr 5, 2026'])],
    ['a cell has two days without a space between them', tiktok(['March 30-April 5, 2026'])],
    ['the whole month stands on its first day', linkedin('March 1', 'March 31', ['3/1/2025'])],
    ['each month of its period does', linkedin('March 1', 'May 31', ['3/1/2025', '4/1/2025', '5/1/2025'])],
    ['the first of its months is a part', linkedin('March 13', 'April 30', ['3/13/2025', '4/1/2025'])],
    ['each week of its period does', linkedin('March 2', 'March 15', ['3/2/2025', '3/9/2025'])],
    ['the first of its weeks is a part', linkedin('March 13', 'March 30', ['3/13/2025', '3/17/2025', '3/24/2025'])],
    ['all of its period stands on one day', linkedin('March 4', 'March 20', ['3/4/2025'])],
    ['it has four Mondays in a row', pinterest(mondays)],
    ['it has three months in a row', pinterest(firsts)],
    ['its cells are weeks', tiktok(['2025-03-03 - 2025-03-09'])],
    ['its cells are weeks, in another writing', tiktok(['03/17/2025 to 03/23/2025'])],
  ])('%s', async (_, text) => {
    expect(await lookAt(home, 'report.csv', text)).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(/^It adds up days: .*(?:Day|Daily)/s) as unknown },
    ]);
  });
});

test('what is no day is refused with how to get days', async () => {
  expect(await lookAt(home, 'report.csv', tiktok(['Week 14']))).toMatchObject([
    {
      kind: 'refused',
      why:
        'In row 2, “By Day” is “Week 14”, which is no day. In TikTok Ads Manager: Custom report, dimension “By ' +
        'Day”; then export again.',
    },
  ]);
});

describe('days in two ways', () => {
  test.each<[string, readonly string[]]>([
    ['the month may stand for the day', ['2026-04-03', '13/04/2026', '2026-12-04']],
    ['the other way round', ['2026-03-04', '04/13/2026']],
  ])('are refused where %s', async (_, days) => {
    expect(await lookAt(home, 'report.csv', tiktok(days))).toMatchObject([
      {
        kind: 'refused',
        why: expect.stringMatching(/^Its days are written in two ways .*Download it again/) as unknown,
      },
    ]);
  });
  test.each<[string, readonly string[]]>([
    ['a day of one way is above twelve', ['2026-04-03', '2026-04-14', '13/04/2026']],
    ['the other way has days of the first twelve, too', ['2026-04-03', '13/04/2026', '05/04/2026']],
  ])('are read where %s', async (_, days) => {
    expect((await partsOf(home, 'report.csv', tiktok(days)))[0]?.records).toBe(days.length);
  });
});

describe('is imported, and told', () => {
  test.each<[string, string]>([
    ['two Mondays', pinterest(mondays.slice(0, 2))],
    ['two first days of months', pinterest(firsts.slice(0, 2))],
    ['Mondays, of which some are not there', pinterest([...mondays.slice(0, 2), '2025-03-31', '2025-04-14'])],
    ['one first day of a month among several', linkedin('March 4', 'May 31', ['4/1/2025'])],
    ['all of a few days on the first', linkedin('March 4', 'March 6', ['3/4/2025'])],
  ])('%s', async (_, text) => {
    const [part] = await partsOf(home, 'report.csv', text, { dates: 'mdy' });
    expect(part?.notes.join('\n')).toMatch(/has the first day of each (?:week|month|period) alone .*--undo/);
  });
});

describe('is imported without a word', () => {
  test.each<[string, string]>([
    ['a daily report by its own line', microsoft(['Report Aggregation: Daily'], 'Time period', ['2025-03-10'])],
    ['a campaign that ran on a few days', linkedin('March 1', 'March 31', ['3/1/2025', '3/2/2025', '3/8/2025'])],
    ['a campaign that ran on one of them', linkedin('March 1', 'March 31', ['3/13/2025'])],
    ['one day', linkedin('March 1', 'March 1', ['3/1/2025'])],
    ['one day, of no period that is told', pinterest(['2025-03-01'])],
    ['two days a week apart, of which neither begins a week', pinterest(['2025-03-05', '2025-03-12'])],
    ['a column that is of days by its heading', tiktok(mondays)],
    ['a day with its name', tiktok(['Mon, Mar 30, 2026'])],
    ['a day with its name in French, and its time', tiktok(['lundi 30 mars 2026 00:00:00'])],
    ['a moment with its zone', tiktok(['2026-03-30T00:00:00.000+02:00', '2026-03-31 00:00:00 UTC'])],
    ['a cell that names one day twice', tiktok(['2025-03-03 - 2025-03-03'])],
    [
      'e-mails that are sent each Monday',
      `Campaign Name,Campaign ID,Campaign Channel,Send Time,Total Recipients,Unique Opens,Unique Clicks\n${mondays.map((day) => `N,${day},Email,${day},10,5,1`).join('\n')}`,
    ],
  ])('%s', async (_, text) => {
    const [part] = await partsOf(home, 'report.csv', text, { dates: 'mdy' });
    expect(part?.notes.join('\n')).not.toMatch(/first day of each/);
  });
});

test.each(['13/03/25', '13-Mar-25', '13-mars-25', '45729', '########'])(
  'a day that a spreadsheet wrote as “%s” is refused as that',
  async (day) => {
    expect(await lookAt(home, 'report.csv', tiktok([day]))).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(/”, which is no day\. A spreadsheet wrote it/) as unknown },
    ]);
  },
);
