/** Before reports of one account are imported it is told what they take from each other: the lake then has just that. */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { landAll, look } from '../lambdas/import/import.ts';
import { allImports } from '../lambdas/import/land.ts';
import { replaced } from '../lambdas/import/replaced-reports.ts';
import { engineOfTests, type EngineOfTests } from './engine-of-tests.ts';
import { drawn, seed } from './exports/clothes.ts';
import { smallLake } from './small-lake.ts';

let made: EngineOfTests;
engineOfTests('replaced', (all) => {
  made = all;
});

const campaigns = ['1', '2', '3'];
const days = ['2025-03-10', '2025-03-11', '2025-03-12'];
const spends = [0, 5, 10, 20, 50];

const report = fc.record({
  isOfAds: fc.boolean(),
  isJson: fc.boolean(),
  /** Of its export: some are written in one. */
  second: fc.nat(3),
  rows: fc
    .uniqueArray(
      fc.record({
        campaign: fc.constantFrom(...campaigns),
        day: fc.constantFrom(...days),
        spend: fc.constantFrom(...spends),
      }),
      { minLength: 1, maxLength: 6, selector: ({ campaign, day }) => campaign + day },
    )
    // Rows that are equal in every cell count once, and reports that are equal are one.
    .map((rows) => rows.toSorted((a, b) => (a.day + a.campaign < b.day + b.campaign ? -1 : 1))),
});
const accounts = fc.array(fc.array(report, { minLength: 2, maxLength: 4 }), { minLength: 40, maxLength: 40 });

type Drawn = typeof report extends fc.Arbitrary<infer T> ? T : never;

interface Told extends Drawn {
  readonly name: string;
  readonly account: string;
}

/** As Meta's interface and its page write it; what no report has twice tells it from others. */
function textOf({ account, isJson, isOfAds, rows, name }: Told): string {
  const cells = rows.map(({ campaign, day, spend }) => ({
    account_id: account,
    campaign_id: campaign,
    campaign_name: `C${campaign}`,
    spend: String(spend),
    impressions: spend === 0 ? '0' : '9',
    date: day,
    ad: isOfAds ? { adset_id: '7', ad_id: `8${campaign}` } : undefined,
  }));
  if (isJson)
    return JSON.stringify({
      data: cells.map(({ date, ad, ...cell }) => ({
        ...cell,
        ...ad,
        account_name: name,
        account_currency: 'EUR',
        date_start: date,
        date_stop: date,
      })),
      paging: {},
    });
  const heading = 'Day,Campaign name,Campaign ID,Account ID,Account name,Amount spent (EUR),Impressions,Link clicks';
  return [
    heading + (isOfAds ? ',Ad set ID,Ad ID' : ''),
    ...cells.map((cell) =>
      [
        cell.date,
        cell.campaign_name,
        cell.campaign_id,
        account,
        name,
        cell.spend,
        cell.impressions,
        '0',
        ...(cell.ad ? [cell.ad.adset_id, cell.ad.ad_id] : []),
      ].join(','),
    ),
  ].join('\n');
}

const has = ({ rows }: Told, day: string) => rows.some((row) => row.day === day);
const spendIn = ({ rows }: Told, campaign: string, day: string) =>
  rows.find((row) => row.campaign === campaign && row.day === day)?.spend;

/** Which file takes campaigns from which, by what the lake has; `reports`: of one account, the oldest first. */
function takenFrom(reports: readonly Told[], inLake: ReadonlyMap<string, number>): string[] {
  const pairs = reports.flatMap((older, at) =>
    older.rows
      .filter(({ campaign, day, spend }) => spend > 0 && !inLake.has(`${older.account} ${campaign} ${day}`))
      .flatMap(({ campaign, day }) => {
        const newer = reports.slice(at + 1).find((one) => one.isOfAds === older.isOfAds && has(one, day));
        return newer?.rows.some((row) => row.campaign === campaign) === false ? [`${newer.name} < ${older.name}`] : [];
      }),
  );
  return [...new Set(pairs)];
}

/** Which report of ads keeps the lake from what one of campaigns has. */
function keptFrom(reports: readonly Told[], inLake: ReadonlyMap<string, number>): string[] {
  const stands = (one: Told, day: string) =>
    has(one, day) && reports.findLast((other) => other.isOfAds === one.isOfAds && has(other, day)) === one;
  return reports.flatMap((coarser) =>
    reports.flatMap((finer) => {
      if (coarser.isOfAds || !finer.isOfAds) return [];
      const isShort = campaigns.some((campaign) => {
        const shared = days.filter((day) =>
          [coarser, finer].every((one) => stands(one, day) && spendIn(one, campaign, day) !== undefined),
        );
        const own = shared.reduce((sum, day) => sum + (spendIn(coarser, campaign, day) ?? 0), 0);
        const kept = shared.reduce((sum, day) => sum + (inLake.get(`${coarser.account} ${campaign} ${day}`) ?? 0), 0);
        return own - kept > 1;
      });
      return isShort ? [`${finer.name} < ${coarser.name}`] : [];
    }),
  );
}

const spent = z.array(
  z.object({ account_id: z.string(), campaign_id: z.string(), day: z.string(), spend: z.coerce.number() }),
);

test('what is told is what the lake then lacks', async () => {
  process.stderr.write(`import-replaced: SILLAGE_SEED=${seed}\n`);
  const all = drawn(accounts, 'reports').flatMap((reports, account) =>
    reports.map((one, at): Told => ({
      ...one,
      account: String(500 + account),
      name: `${account}-${at}.${one.isJson ? 'json' : 'csv'}`,
    })),
  );
  const small = await smallLake(made.engine);
  const [folder, scratch] = [await mkdtemp(join(tmpdir(), 'replaced-')), await mkdtemp(join(tmpdir(), 'scratch-'))];
  for (const one of all) {
    const moment = new Date(Date.UTC(2025, 3, 1, 8, 0, one.second));
    await writeFile(join(folder, one.name), textOf(one));
    await utimes(join(folder, one.name), moment, moment);
  }
  const looked = await look(small.lake, [folder], { scratch });
  expect(looked.flatMap((one) => (one.kind === 'understood' ? [] : [one]))).toEqual([]);
  const lines = await replaced(small.lake, looked);
  await landAll(small.lake, looked, scratch);
  for (const table of ['fx_rates', 'ad_spend']) await small.transform(table);

  const rows = spent.parse(
    await small.ask(
      'SELECT account_id, campaign_id, CAST(dt AS VARCHAR) AS day, CAST(sum(spend_eur) AS VARCHAR) AS spend ' +
        'FROM ad_spend GROUP BY ALL',
    ),
  );
  const inLake = new Map(rows.map((row) => [`${row.account_id} ${row.campaign_id} ${row.day}`, row.spend]));
  const keys = new Map<string, string>();
  for await (const { file, parts } of allImports(small.lake)) keys.set(file, parts[0]?.documents[0] ?? '');
  const byKey = all.toSorted((a, b) => ((keys.get(a.name) ?? '') < (keys.get(b.name) ?? '') ? -1 : 1));
  const accountsOf = [...new Set(all.map(({ account }) => account))].map((account) =>
    byKey.filter((one) => one.account === account),
  );
  const pairsOf = (words: RegExp) =>
    lines.flatMap((line) => {
      const [, newer, older] = words.exec(line) ?? [];
      return newer === undefined ? [] : [`${newer} < ${older}`];
    });
  const lost = accountsOf.flatMap((reports) => takenFrom(reports, inLake));
  const short = accountsOf.flatMap((reports) => keptFrom(reports, inLake));
  expect([lost.length, short.length].every((count) => count > 5)).toBe(true);
  expect(pairsOf(/^(\S+) replaces the days that (\S+) has/).toSorted()).toEqual(lost.toSorted());
  expect(pairsOf(/^(\S+) has .* by ads; (\S+) has/).toSorted()).toEqual(short.toSorted());
  for (const path of [folder, scratch]) await rm(path, { recursive: true });
  await small.dispose();
});
