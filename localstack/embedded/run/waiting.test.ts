import { join } from 'node:path';
import { rm, utimes, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { landAll, look } from '../../../lambdas/import/import.ts';
import { undoImport } from '../../../lambdas/import/undo.ts';
import { readProfile } from '../../../lambdas/shared/shop/profile.ts';
import { engineOfTests, type EngineOfTests } from '../../../test/engine-of-tests.ts';
import { smallLake, type SmallLake } from '../../../test/small-lake.ts';
import { waitingForRun, waitingOfAnswer } from './waiting.ts';

let made: EngineOfTests;
engineOfTests('waiting', (one) => (made = one));

const at = new Date('2025-04-01T08:00:00Z');
const meta = (day: string, spend: string) =>
  `Campaign name,Day,Amount spent (EUR),Impressions,Link clicks,Account ID\nSpring,${day},${spend},1000,10,111\n`;
const orders = [
  'id_order,reference,order_state,date_add,email,iso_code,postcode,currency,' +
    'total_discounts_tax_incl,total_products_wt,total_shipping_tax_incl,total_paid_tax_incl,total_tax,' +
    'refunded,payment,voucher_code,product_reference,product_name,product_quantity,' +
    'unit_price_tax_incl',
  '1,R1,Livré,2025-03-10 10:00:00,a@b.fr,FR,75011,EUR,0,40,0,40,6.67,0,CB,,SER,Serum,2,20.00',
].join('\n');

async function imported({ lake }: SmallLake, name: string, text: string): Promise<void> {
  const path = join(made.folder, name);
  await writeFile(path, text);
  await utimes(path, at, at);
  const scratch = join(made.folder, `scratch-${name}`);
  await landAll(lake, await look(lake, [path], { scratch }), scratch);
}

async function run(small: SmallLake): Promise<void> {
  const { profile } = await readProfile(small.lake);
  for (const table of ['fx_rates', 'ad_spend', 'orders', 'web_events']) await small.transform(table, { profile });
}

test('what came, went or was set since the last run is told, until the next one', async () => {
  const small = await smallLake(made.engine);
  const told = () => waitingForRun(small.lake, ' --lake x');
  const still = 'Figures are still as they were before: sillage run --lake x';
  try {
    // Of a lake that nobody has built, there are no figures yet.
    await imported(small, 'march.csv', meta('2025-03-01', '10.00'));
    expect(await told()).toEqual([]);
    await run(small);
    expect(await told()).toEqual([]);

    await imported(small, 'april.csv', meta('2025-03-31', '20.00'));
    expect(await told()).toEqual([`april.csv waits for a run since the import. ${still}`]);
    expect(await waitingOfAnswer(small.lake, ' --lake x')).toEqual(await told());
    // The name of a file may be a person's.
    expect(await waitingOfAnswer(small.lake, ' --lake x', true)).toEqual([
      `1 imported file waits for a run since the import. ${still}`,
    ]);
    await imported(small, 'orders.csv', orders);
    expect(await told()).toEqual([`april.csv, orders.csv wait for a run since the import. ${still}`]);
    await run(small);
    expect(await told()).toEqual([]);

    await undoImport(small.lake, 'march.csv');
    expect(await told()).toEqual([`march.csv (taken out) waits for a run since the import. ${still}`]);
    await run(small);
    expect(await told()).toEqual([]);
    // Imported again, it stands under the key that was emptied.
    await imported(small, 'march.csv', meta('2025-03-01', '10.00'));
    expect(await told()).toEqual([`march.csv waits for a run since the import. ${still}`]);
    await run(small);

    const shop = (zone: string) => small.lake.put('shop.json', JSON.stringify({ name: 'Lune', time_zone: zone }));
    await shop('Europe/Paris');
    // A name is no part of these tables; the zone is as it was.
    expect(await told()).toEqual([]);
    await shop('Asia/Kolkata');
    expect(await told()).toEqual([`time_zone of the shop's profile was changed since the last run. ${still}`]);
    // Put back from elsewhere, a file has the time that it had there.
    for (const key of ['shop.json', ...(await small.keys('raw/imports/'))])
      await utimes(join(small.lake.location, key), at, at);
    expect(await waitingOfAnswer(small.lake, ' --lake x')).toEqual(await told());
    await run(small);
    expect(await told()).toEqual([]);

    // Taken away, every part of it is as it is without one.
    await setTimeout(1100);
    await rm(join(small.lake.location, 'shop.json'));
    expect(await told()).toEqual([`time_zone of the shop's profile was changed since the last run. ${still}`]);
    expect(await waitingOfAnswer(small.lake, ' --lake x')).toEqual(await told());
  } finally {
    await small.dispose();
  }
}, 60_000);
