import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lines, partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tax-on-top-'));
});
afterEach(() => rm(home, { recursive: true }));

const heading =
  'Name,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Country,Id';
const order = (number: number, taxes: string, total: string) =>
  `#${number},paid,2025-03-10 10:00:00 +0100,EUR,39.00,4.90,${taxes},${total},0.00,2025-03-10 10:00:00 +0100,1,Sérum,39.00,S,FR,${number}`;
/** 20 % of 43.90 that hold it, and on top of them. */
const [held, onTop] = ['7.32', '8.78'];
const included = order(1, held, '43.90');

test.each([
  ['tax on top, alone', [order(2, onTop, '52.68')], [[false, undefined]]],
  ['tax on top, among orders of the country whose prices hold it', [included, order(2, onTop, '52.68'), order(3, held, '43.90')], [[true, undefined], [false, undefined], [true, undefined]]], // prettier-ignore
  ['a tip as large as the tax, among such', [included, order(2, held, '51.22')], [[true, undefined], [true, '7.32']]], // prettier-ignore
  ['another tip', [included, order(2, held, '48.90')], [[true, undefined], [true, '5.00']]], // prettier-ignore
])('%s', async (_, orders, expected) => {
  const [part] = await partsOf(home, 'orders_export.csv', `${[heading, ...orders].join('\n')}\n`);
  expect(lines(part).map(({ taxes_included: isIncluded, total_tip_received: tip }) => [isIncluded, tip])).toEqual(
    expected,
  );
});
