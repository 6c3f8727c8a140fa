/**
 * A file that was imported, and of which another thing is said now, is read anew: the lake is as if that had been said at
 * first. And one that is taken out leaves the lake as if it had never been there.
 */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { landAll, look, type LookOptions } from './import.ts';
import { importOf, unfinishedImports } from './land.ts';
import type { Looked } from './looked.ts';
import { exported } from './samples/look-at.ts';
import { SaidStates } from './shapes/order-states.ts';
import { undoImport } from './undo.ts';

let home: string;
let calls = 0;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'read-anew-'));
});
afterAll(() => rm(home, { recursive: true }));

type Said = Omit<LookOptions, 'scratch'>;

async function imported(
  lake: Lake,
  name: string,
  text: string,
  said: Said = {},
  at = exported,
): Promise<Looked | undefined> {
  const path = join(home, name);
  await writeFile(path, text);
  await utimes(path, at, at);
  const scratch = join(home, `scratch-${calls++}`);
  const looked = await look(lake, [path], { scratch, ...said });
  await landAll(lake, looked, scratch);
  return looked[0];
}

/** What feeds of a lake say: its documents that have a record. */
async function told(lake: Lake): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { key } of lake.list('raw/')) {
    if (key.startsWith('raw/imports/') || (await lake.head(key))?.metadata?.['rows'] === '0') continue;
    found[key] = (await lake.get(key)).toString();
  }
  return found;
}

const deals =
  'Pseudo;Plateforme;Date;Cachet;Code\n@lea;Instagram;03/04/2024;100;LEA10\n@max;TikTok;05/06/2024;50;MAX\n';
const meta =
  'Campaign name,Day,Amount spent (EUR),Impressions,Link clicks\nSpring,2025-03-01,"12.34",1000,10\nSpring,2025-03-02,"2.66",100,1\n';
const presta = [
  'id_order,reference,order_state,date_add,email,iso_code,postcode,currency,' +
    'total_discounts_tax_incl,total_products_wt,total_shipping_tax_incl,total_paid_tax_incl,total_tax,' +
    'refunded,payment,voucher_code,product_reference,product_name,product_quantity,' +
    'unit_price_tax_incl',
  '1,R1,Litige,2025-03-10 10:00:00,a@b.fr,FR,75011,EUR,0,40,0,40,6.67,0,CB,,SER,Serum,2,20.00',
  '2,R2,Livré,2025-03-11 10:00:00,a@b.fr,FR,75011,EUR,0,40,0,40,6.67,0,CB,,SER,Serum,2,20.00',
].join('\n');
const states = (meaning: 'paid' | 'pending'): Said => ({ states: new SaidStates([['litige', meaning]]) });
const twoOrders = presta
  .replaceAll('2025-03-10 10:00:00', '10/03/2025')
  .replaceAll('2025-03-11 10:00:00', '11/03/2025');

const cases: readonly (readonly [what: string, file: string, text: string, first: () => Said, then: () => Said])[] = [
  ['a currency', 'deals.csv', deals, () => ({ dates: 'dmy' }), () => ({ dates: 'dmy', currency: 'GBP' })],
  ['the order of days', 'deals.csv', deals, () => ({ dates: 'dmy' }), () => ({ dates: 'mdy' })],
  ['an account', 'meta.csv', meta, () => ({}), () => ({ account: '1234567890' })],
  ['a state', 'presta.csv', presta, () => states('paid'), () => states('pending')],
  ['the order of days of orders, which stand under others then', 'presta.csv', twoOrders, () => ({ ...states('paid'), dates: 'dmy' }), () => ({ ...states('paid'), dates: 'mdy' })],
  ['a heading', 'deals.csv', deals.replace('Cachet', 'Forfait;Cachet').replaceAll(/;(100|50);/g, ';7;$1;'), () => ({ dates: 'dmy' }), () => ({ dates: 'dmy', map: { Forfait: 'fee' } })],
]; // prettier-ignore

test.each(cases)('%s', async (_, file, text, first, then) => {
  const [lake, fresh] = [memoryLake(), memoryLake()];
  await imported(lake, file, text, first());
  const before = await told(lake);
  const anew = await imported(lake, file, text, then());
  expect(anew).toMatchObject({ kind: 'understood', understood: { again: true } });
  await imported(fresh, file, text, then());
  expect(await told(lake)).toEqual(await told(fresh));
  expect(await told(lake)).not.toEqual(before);
  // Said again, or not said: nothing changes.
  for (const said of [then(), {}]) {
    expect((await imported(lake, file, text, said))?.kind).toBe('known');
    expect(await told(lake)).toEqual(await told(fresh));
  }
});

test('what was said before goes on counting beside what is said now', async () => {
  const lake = memoryLake();
  await imported(lake, 'deals.csv', deals, { dates: 'mdy' });
  await imported(lake, 'deals.csv', deals, { currency: 'GBP' });
  const [text = ''] = Object.values(await told(lake));
  expect(text).toContain('@lea;Instagram;100;GBP;0;0;LEA10;;;04/03/2024');
});

test('a work that broke off is taken up by the next try', async () => {
  const [lake, fresh] = [memoryLake(), memoryLake()];
  await imported(lake, 'presta.csv', twoOrders, { ...states('paid'), dates: 'dmy' });
  let puts = 0;
  const broken: Lake = {
    ...lake,
    putFile(...args) {
      puts += 1;
      if (puts > 2) throw new Error('the disk is full');
      return lake.putFile(...args);
    },
  };
  const then = () => ({ ...states('paid'), dates: 'mdy' as const });
  await expect(imported(broken, 'presta.csv', twoOrders, then())).rejects.toThrow('the disk is full');
  const keys: string[] = [];
  for await (const key of lake.keys('raw/imports/')) keys.push(key);
  // A run says so meanwhile: what is there is neither the one reading nor the other.
  expect(unfinishedImports(keys)).toHaveLength(1);
  await imported(lake, 'presta.csv', twoOrders, then());
  await imported(fresh, 'presta.csv', twoOrders, then());
  expect(await told(lake)).toEqual(await told(fresh));
});

test('what a try that broke off has made counts no more, though the file has another time now', async () => {
  const [lake, fresh] = [memoryLake(), memoryLake()];
  let puts = 0;
  const broken: Lake = {
    ...lake,
    putFile(...args) {
      puts += 1;
      if (puts > 2) throw new Error('the disk is full');
      return lake.putFile(...args);
    },
  };
  const said = () => ({ ...states('paid'), dates: 'dmy' as const });
  await expect(imported(broken, 'presta.csv', twoOrders, said(), new Date('2025-04-02'))).rejects.toThrow('full');
  expect(Object.keys(await told(lake))).toHaveLength(1);
  await imported(lake, 'presta.csv', twoOrders, said());
  await imported(fresh, 'presta.csv', twoOrders, said());
  expect(await told(lake)).toEqual(await told(fresh));
  await undoImport(lake, 'presta.csv');
  expect(await told(lake)).toEqual({});
});

describe('of a file of which something was removed by hand', () => {
  test('it is made again', async () => {
    const lake = memoryLake();
    await imported(lake, 'presta.csv', twoOrders, { ...states('paid'), dates: 'dmy' });
    const before = await told(lake);
    const [first = ''] = Object.keys(before);
    await lake.delete(first);
    expect(await imported(lake, 'presta.csv', twoOrders)).toMatchObject({ understood: { lost: true } });
    expect(await told(lake)).toEqual(before);
    expect((await imported(lake, 'presta.csv', twoOrders))?.kind).toBe('known');
  });

  test('nothing is, where its own bytes are gone too: somebody in it was erased', async () => {
    const lake = memoryLake();
    const one = await imported(lake, 'meta.csv', meta);
    const hash = one?.kind === 'understood' ? one.understood.hash : '';
    await lake.delete(`raw/imports/${hash}/meta.csv`);
    for (const key of Object.keys(await told(lake))) await lake.delete(key);
    expect((await imported(lake, 'meta.csv', meta))?.kind).toBe('known');
  });

  test('nor what has expired', async () => {
    const lake = memoryLake();
    const event = { event_name: 'page_view', event_timestamp: '1741597200000000', user_pseudo_id: 'v1', event_params: [{ key: 'page_location', value: { string_value: 'https://shop.example/' } }] }; // prettier-ignore
    await imported(lake, 'ga4.json', JSON.stringify(event));
    await lake.put('ops/expired.json', JSON.stringify({ raw_web_events: '2025-04-01' }));
    for (const key of Object.keys(await told(lake))) if (key.startsWith('raw/web/')) await lake.delete(key);
    expect((await imported(lake, 'ga4.json', JSON.stringify(event)))?.kind).toBe('known');
  });
});

describe('a file that is taken out', () => {
  test.each(cases)('leaves nothing that counts, and comes in again (%s)', async (_, file, text, first) => {
    const lake = memoryLake();
    await imported(lake, file, text, first());
    const before = await told(lake);
    expect(await undoImport(lake, file)).toEqual({ file, replaced: [] });
    expect(await told(lake)).toEqual({});
    expect(await imported(lake, file, text, first())).toMatchObject({ kind: 'understood' });
    expect(await told(lake)).toEqual(before);
  });

  test('is known by its name, or by the first digits of its hash where two have one name', async () => {
    const lake = memoryLake();
    const one = await imported(lake, 'meta.csv', meta);
    await imported(lake, 'meta.csv', meta.replaceAll('Spring', 'Summer'));
    await expect(undoImport(lake, 'other.csv')).rejects.toThrow(
      /No file .* is called other\.csv\. Those that were: meta\.csv/u,
    );
    await expect(undoImport(lake, 'meta.csv')).rejects.toThrow(/Several files .* called meta\.csv/u);
    const hash = one?.kind === 'understood' ? one.understood.hash : '';
    await undoImport(lake, hash.slice(0, 12));
    expect(await importOf(lake, hash)).toBeUndefined();
    expect(Object.values(await told(lake)).join('')).toMatch(/Summer/u);
    expect(Object.values(await told(lake)).join('')).not.toMatch(/Spring/u);
  });

  test('tells of the sheet that it had replaced', async () => {
    const lake = memoryLake();
    await imported(lake, 'old.csv', deals, { dates: 'dmy' });
    await imported(lake, 'new.csv', deals.replace(';100;', ';120;'), { dates: 'dmy', replaces: 'OLD.csv' });
    expect(await undoImport(lake, 'new.csv')).toEqual({ file: 'new.csv', replaced: ['old.csv'] });
    expect(await told(lake)).toEqual({});
    await imported(lake, 'old.csv', deals, { dates: 'dmy', adds: true });
    expect(Object.values(await told(lake)).join('')).toMatch(/;100;/u);
  });
});
