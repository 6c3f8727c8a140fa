/** A deal whose contract date is corrected: one fee in every view, and nothing that counts twice without a word. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { order } from './small-lake.ts';

const catalog = loadCatalog();
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'corrected-day-'));
});
afterAll(() => rm(home, { recursive: true }));

const header =
  'id_contrat;pseudo;plateforme;cachet;devise;cout_produits;taux_commission;code_promo;lien_tracke;campagne;date_contrat;date_fin';
const deal = (from: string, to: string) => `${header}\nD1;@lea;Instagram;300,00;EUR;0,00;0,10;LEA;;lea;${from};${to}\n`;

test('its fee is spent once, and a run over some days alone says what it leaves', async () => {
  const lake = filesLake(home);
  await lake.put(
    'raw/influencers/roster/dt=2025-03-01/roster.csv',
    'pseudo;nom;plateforme;palier;abonnes;inscrit_le\n@lea;Léa;Instagram;micro;12345;01/03/2025\n',
  );
  await lake.put('raw/influencers/deals/dt=2025-03-01/deals.csv', deal('01/03/2025', '30/03/2025'));
  await lake.put(
    'raw/crm/orders/dt=2025-04-20/orders.json',
    JSON.stringify(
      order(1, {
        created_at: '2025-03-12T10:00:00+01:00',
        updated_at: '2025-04-20T10:00:00+02:00',
        total_price: '60.00',
        total_tax: '10.00',
        discount_codes: [{ code: 'LEA' }],
        landing_site: null,
        referring_site: null,
      }),
    ),
  );
  // The whole fee, and a tenth of what the order left.
  const spent = async () =>
    withWarehouse(filesLake(home), catalog, async (warehouse) => {
      const rows = async (sql: string) => (await warehouse.query(sql)).rows.map((row) => row.map(String).join(' '));
      return [
        ...(await rows(`SELECT deals, fee_eur, spend_eur FROM roi_by_influencer`)),
        ...(await rows(
          `SELECT CAST(sum(spend_eur) AS decimal(18,2)) FROM marketing_daily WHERE channel = 'Influencer'`,
        )),
        ...(await rows(`SELECT CAST(min(day) AS varchar) FROM marketing_daily WHERE spend_eur > 0`)),
        ...(await rows(`SELECT CAST(dt AS varchar) FROM influencer_deals`)),
      ];
    });
  const outcome = async (days?: { from: string; to: string }) => {
    const { checks, warnings, steps } = await run(home, days && { days });
    return {
      failures: checks
        .filter(({ severity, failures }) => severity === 'error' && failures > 0)
        .map((check) => check.check_name),
      warnings: warnings.filter((line) => line.includes('up to date')),
      built: steps
        .find(({ table }) => table === 'influencer_deals')
        ?.built.map(({ day }) => day)
        .toSorted(),
    };
  };
  const isWhole = { failures: [], warnings: [] };
  const once = ['1 300.00 305.00', '305.00'];
  expect(await outcome()).toEqual({ ...isWhole, built: ['2025-03-01'] });
  expect(await spent()).toEqual([...once, '2025-03-01', '2025-03-01']);

  await lake.put('raw/influencers/deals/dt=2025-03-10/deals.csv', deal('10/03/2025', '08/04/2025'));
  // The new day alone: the deal is on both, and whoever asks for the new day is told, also when it is up to date.
  const isTwice = {
    failures: ['influencer_deals.deal_id:unique'],
    warnings: [expect.stringContaining('slices are not up to date: influencer_deals of 2025-03-01.')],
  };
  const newDay = { from: '2025-03-10', to: '2025-03-31' };
  expect(await outcome(newDay)).toEqual({ ...isTwice, built: ['2025-03-10'] });
  expect(await outcome(newDay)).toEqual({ ...isTwice, built: [] });

  expect(await outcome()).toEqual({ ...isWhole, built: ['2025-03-01'] });
  expect(await spent()).toEqual([...once, '2025-03-10', '2025-03-10']);
  expect(await outcome(newDay)).toEqual({ ...isWhole, built: [] });

  // The correction is taken back while only the first day is asked for: the new one is still there.
  await lake.delete('raw/influencers/deals/dt=2025-03-10/deals.csv');
  expect(await outcome({ from: '2025-03-01', to: '2025-03-01' })).toEqual({
    failures: isTwice.failures,
    warnings: [expect.stringContaining('influencer_deals of 2025-03-10.')],
    built: ['2025-03-01'],
  });
  expect(await outcome()).toEqual({ ...isWhole, built: [] });
  expect(await spent()).toEqual([...once, '2025-03-01', '2025-03-01']);
});

test('a run over the old day alone says that the new one, which was never built, is behind', async () => {
  const folder = await mkdtemp(join(home, 'never-built-'));
  const lake = filesLake(folder);
  const sent = (day: string, updated: string) =>
    JSON.stringify(order(1, { created_at: `${day}T10:00:00+01:00`, updated_at: `${updated}T10:00:00+01:00` }));
  await lake.put('raw/crm/orders/dt=2025-01-02/orders.json', sent('2025-01-02', '2025-01-02'));
  await run(folder);
  await lake.put('raw/crm/orders/dt=2025-01-08/orders.json', sent('2025-01-07', '2025-01-08'));
  const days = { from: '2025-01-01', to: '2025-01-05' };
  const said = async (options = {}) =>
    (await run(folder, options)).warnings.filter((line) => line.includes('up to date'));
  // It counts nowhere, and each run that leaves it so says so.
  for (const _ of [1, 2])
    expect(await said({ days })).toEqual([
      expect.stringContaining('slices are not up to date: order_items of 2025-01-07, orders of 2025-01-07'),
    ]);
  expect(await said()).toEqual([]);
  expect(await said({ days })).toEqual([]);
});
