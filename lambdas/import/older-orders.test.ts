import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { landAll, look } from './import.ts';
import { olderOrders, ordersByBoth, ordersOfTwoShops } from './older-orders.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'older-orders-'));
});
afterEach(() => rm(home, { recursive: true }));

const head =
  'Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,' +
  'Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,' +
  'Lineitem requires shipping,Lineitem taxable,Cancelled at,Refunded Amount,Discount Code';
/** An order of a status, with what was given back. */
const order = (name: string, status: string, refunded = 0, day = '2025-03-10', code = '') =>
  `${name},a@b.fr,${status},${day} 10:00:00 +0100,EUR,20.00,0.00,3.33,20.00,0.00,` +
  `${day} 10:00:00 +0100,1,Soap,20.00,S,true,true,` +
  `${status === 'voided' ? '2025-03-11 10:00:00 +0100' : ''},${refunded.toFixed(2)},${code}`;

/** Paid orders by their numbers, four a day. */
const march = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) =>
    order(`#${from + at}`, 'paid', 0, `2025-03-${String(10 + Math.floor((from + at - 1) / 4))}`),
  );

/** Writes the exports one after the other, a day apart by their files' times, and looks at them. */
async function told(exports: readonly (readonly string[])[], together: boolean): Promise<string[]> {
  const lake = memoryLake();
  const lines: string[] = [];
  const paths: string[] = [];
  for (const [n, orders] of exports.entries()) {
    const path = join(home, `orders_${n + 1}.csv`);
    await writeFile(path, `${[head, ...orders].join('\n')}\n`);
    const time = new Date(Date.UTC(2025, 3, n + 1));
    await utimes(path, time, time);
    paths.push(path);
  }
  for (const batch of together ? [paths] : paths.map((path) => [path])) {
    const scratch = await mkdtemp(join(home, 'scratch-'));
    const looked = await look(lake, batch, { scratch });
    expect(looked.map(({ kind }) => kind)).toEqual(batch.map(() => 'understood'));
    lines.push(...(await olderOrders(lake, looked)));
    await landAll(lake, looked, scratch);
  }
  return lines;
}

test.each<[string, readonly (readonly string[])[], RegExp | undefined]>([
  [
    'a newer export knows more',
    [
      [order('#1', 'pending'), order('#2', 'paid')],
      [order('#1', 'paid'), order('#2', 'voided')],
    ],
    undefined,
  ],
  ['other orders of the day are no matter', [[order('#1', 'voided')], [order('#2', 'paid')]], undefined],
  ['what was refunded stays so', [[order('#1', 'partially_refunded', 5)], [order('#1', 'refunded', 20)]], undefined],
  [
    'a cancelled order is sold again',
    [[order('#1', 'voided')], [order('#1', 'paid')]],
    /^orders_2\.csv is newer .*1 of its orders is as before \(#1 is cancelled in orders_1\.csv/,
  ],
  ['a refund shrinks', [[order('#1', 'refunded', 20)], [order('#1', 'partially_refunded', 5)]], /#1 is refunded/],
  [
    'what was paid waits for its payment',
    [
      [order('#1', 'paid'), order('#2', 'paid')],
      [order('#1', 'pending'), order('#2', 'authorized')],
    ],
    /2 of its orders are as before \(#1 is paid/,
  ],
  ['the first day was cut', [march(1, 20), march(2, 20)], undefined],
  [
    'an order within its days is gone',
    [march(1, 20), march(1, 20).filter((_, at) => at !== 5)],
    /^An order \(#6\) of orders_1\.csv is not in orders_2\.csv, .*has the others of that day: it still counts/,
  ],
  [
    'an order within its days is of another day',
    [march(1, 20), march(1, 20).map((line, at) => (at === 5 ? order('#6', 'paid', 0, '2025-03-28') : line))],
    undefined,
  ],
  [
    'codes are gone',
    [
      ['#1', '#2', '#3'].map((name) => order(name, 'paid', 0, '2025-03-10', name === '#3' ? '' : 'LEA10')),
      ['#1', '#2', '#3'].map((name) => order(name, 'paid')),
    ],
    /^2 orders \(the first is #1\) have a code in orders_1\.csv, and none in orders_2\.csv, which is newer and counts/,
  ],
  ['a code came', [[order('#1', 'paid')], [order('#1', 'paid', 0, '2025-03-10', 'LEA10')]], undefined],
  [
    'it has other orders, as where it was filtered',
    [march(1, 20), march(1, 20).filter((_, at) => at % 2 === 0)],
    undefined,
  ],
])('%s', async (_, exports, expected) => {
  for (const together of [false, true]) {
    const lines = await told(exports, together);
    expect(lines.map((line) => expected?.test(line))).toEqual(expected === undefined ? [] : [true]);
  }
});

test.each([
  ['of Shopify', 'Id,', '5001,', { orders: [{ id: 5001, name: '#1', currency: 'EUR', created_at: '2025-03-10T10:00:00+01:00', updated_at: '2025-03-10T10:00:00+01:00', total_price: '20.00', subtotal_price: '20.00', financial_status: 'voided', line_items: [{ id: 1, title: 'Soap', quantity: 1, price: '20.00' }] }] }], // prettier-ignore
])('an order %s that is told by both doors is named, whichever came first', async (_, extra, id, answer) => {
  const csv = join(home, 'orders.csv');
  await writeFile(csv, `${extra}${head}\n${id}${order('#1', 'paid')}\n${id.replace('1', '2')}${order('#2', 'paid')}\n`);
  const json = join(home, 'answer.json');
  await writeFile(json, JSON.stringify(answer));
  for (const batches of [[[csv], [json]], [[json], [csv]], [[csv, json]]]) {
    const lake = memoryLake();
    const lines: string[] = [];
    for (const batch of batches) {
      const scratch = await mkdtemp(join(home, 'scratch-'));
      const looked = await look(lake, batch, { scratch });
      lines.push(...(await ordersByBoth(lake, looked)));
      await landAll(lake, looked, scratch);
    }
    expect(lines).toEqual([expect.stringMatching(/^An order \(#1\) of orders\.csv is in answer\.json, too/u)]);
  }
});

test.each([
  [
    'of two shops',
    '2025-03-20',
    [
      expect.stringMatching(
        /^1 order number is in b\.csv and in a\.csv for orders of different days \(the first: #1 of 2025-03-20 and of 2025-03-10\)/u,
      ),
    ],
  ],
  ['told again, in another zone', '2025-03-10', []],
] as const)('one order number %s', async (_, date, expected) => {
  const paths = ['a.csv', 'b.csv'].map((name) => join(home, name));
  await writeFile(paths[0] ?? '', `${head}\n${order('#1', 'paid')}\n`);
  await writeFile(
    paths[1] ?? '',
    `${head}\n${order('#1', 'paid').replaceAll('2025-03-10 10:00:00 +0100', `${date} 12:00:00 +0100`)}\n${order('#2', 'paid')}\n`,
  );
  for (const batches of [[paths], paths.map((path) => [path])]) {
    const lake = memoryLake();
    const lines: string[] = [];
    for (const batch of batches) {
      const scratch = await mkdtemp(join(home, 'scratch-'));
      const looked = await look(lake, batch, { scratch });
      lines.push(...(await ordersOfTwoShops(lake, looked)));
      await landAll(lake, looked, scratch);
    }
    expect(lines).toEqual(expected);
  }
});
