import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { behindExports } from './behind-exports.ts';
import { landAll, look } from './import.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'behind-exports-'));
});
afterEach(() => rm(home, { recursive: true }));

const head =
  'Id,Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,' +
  'Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,' +
  'Lineitem requires shipping,Lineitem taxable,Cancelled at,Refunded Amount,Discount Code';
const row = (id: string, state: string, cancelled = '') =>
  `${id},#${id.slice(-2)},a@b.fr,${state},2025-03-01 10:00:00 +0100,EUR,20.00,0.00,3.33,20.00,0.00,2025-03-01 10:00:00 +0100,1,Soap,20.00,S,true,true,${cancelled},0.00,`;
const cancelled = '2025-03-09 10:00:00 +0100';
// (The id as a number beyond 2^53: its neighbour is another order.)
const sent = (id: string, state: string, day: string, cancelledAt: string | null = null) =>
  `{"id":${id},"name":"#${id.slice(-2)}","updated_at":"2025-03-${day}T10:00:00Z","financial_status":"${state}","cancelled_at":${JSON.stringify(cancelledAt)}}\n`;
const [first, second] = ['9007199254740992', '9007199254740993'];

async function told(rows: readonly string[], lines: readonly string[], key = 'webhook-shopify-a.jsonl') {
  const lake = memoryLake();
  for (const [n, line] of lines.entries())
    await lake.put(`raw/crm/orders/dt=2025-03-0${n + 1}/${n}${key}`, key.endsWith('.gz') ? gzipSync(line) : line);
  const path = join(home, 'orders.csv');
  await writeFile(path, [head, ...rows].join('\n'));
  const scratch = await mkdtemp(join(home, 'scratch-'));
  const looked = await look(lake, [path], { scratch });
  expect(looked).toMatchObject([{ kind: 'understood' }]);
  const before = await behindExports(lake, looked);
  await landAll(lake, looked, scratch);
  // What an import landed is compared with other files apart (olderOrders, ordersByBoth).
  expect(await behindExports(lake, looked)).toEqual(before);
  return before;
}

test.each([
  ['cancelled by the export alone', [row(first, 'paid', cancelled), row(second, 'paid')], /^An order \(#92\) of orders\.csv is cancelled, and not so as the shop's webhook told it,.*it counts/], // prettier-ignore
  ['voided', [row(first, 'voided', cancelled), row(second, 'refunded', cancelled)], /^2 orders \(the first is #92\) of orders\.csv are cancelled/], // prettier-ignore
  ['as it was told', [row(first, 'paid'), row(second, 'paid')], undefined],
])('%s', async (_, rows, expected) => {
  const lines = [sent(first, 'paid', '02'), sent(second, 'paid', '02')];
  for (const key of ['webhook-shopify-a.jsonl', 'webhook-shopify-joined-b.jsonl.gz', 'by-hand.json'])
    expect((await told(rows, lines, key)).map((line) => expected?.test(line))).toEqual(expected ? [true] : []);
});

test('of several states the newest is compared; one that waits for its payment and is paid by the export is told', async () => {
  const pending = [sent(first, 'pending', '02')];
  expect(await told([row(first, 'paid')], pending)).toEqual([expect.stringMatching(/^An order \(#92\) of .* is paid, and not/)]); // prettier-ignore
  const both = [sent(first, 'paid', '03'), ...pending];
  expect(await told([row(first, 'paid')], both)).toEqual([]);
  expect(await told([row(first, 'voided', cancelled)], [...both, sent(first, 'voided', '04', cancelled)])).toEqual([]);
  expect(await told([row(second, 'paid')], pending)).toEqual([]);
});

test('an order that the shop deleted counts in no case', async () => {
  const lines = [`{"id":${first},"deleted_at":"2025-03-01T10:00:00Z"}\n`, sent(first, 'paid', '02')];
  expect(await told([row(first, 'voided', cancelled)], lines)).toEqual([]);
});

test('what the shop told after the export is newer', async () => {
  const late = sent(first, 'paid', '02').replace('2025-03-02', '2999-01-01');
  expect(await told([row(first, 'voided', cancelled)], [late])).toEqual([]);
});
