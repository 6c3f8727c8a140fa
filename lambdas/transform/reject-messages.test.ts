import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { explainer, maskedTexts, oneAField } from './reject-messages.ts';

const catalog = loadCatalog();
const orders = tableNamed(catalog, 'orders');
const ordersFile = { feed: tableNamed(catalog, 'raw_crm_orders') };
const deals = tableNamed(catalog, 'influencer_deals');
const dealsFile = {
  feed: tableNamed(catalog, 'raw_influencer_deals'),
  headings: new Map([['cachet', 'Cachet ']]),
};

/** An engine whose rule of what is personal is a simple one: digits are. */
const asked: string[][] = [];
const session = {
  rows: async (_: string, [list]: readonly unknown[] = []) => {
    const texts = z.array(z.string()).parse(JSON.parse(String(list)));
    asked.push(texts);
    return texts.map((value) => ({ value, masked: value.replaceAll(/\d/gu, '*') }));
  },
};

const told = async (table: typeof orders, file: typeof ordersFile, reason: string, given: unknown, found?: string) => {
  const record = typeof given === 'string' ? given : JSON.stringify(given);
  const explain = await explainer(session, table, [{ file, record, reasons: [reason] }]);
  return explain(file, reason, record, found);
};

const time = 'which is not a time. Write it as 2025-12-31T10:00:00+01:00, with its offset from UTC.';
const long = 'ab'.repeat(40);

test.each<readonly [what: string, reason: string, record: unknown, begin: string]>([
  ['a value, once it is masked', 'type:created_at', { created_at: 'June 5' }, `created_at holds “June *”, ${time}`],
  ['a number', 'type:created_at', { created_at: 12 }, `created_at holds “**”, ${time}`],
  ['a choice', 'type:created_at', { created_at: false }, `created_at holds “false”, ${time}`],
  ['60 signs of it', 'type:created_at', { created_at: long }, `created_at holds “${long.slice(0, 60)}”, ${time}`],
  ['nothing of an empty one', 'type:created_at', { created_at: '' }, `created_at holds something, ${time}`],
  ['nothing of a list', 'type:created_at', { created_at: ['x'] }, `created_at holds something, ${time}`],
  ['nothing of what is no record', 'type:created_at', '{', `created_at holds something, ${time}`],
  ['nothing of a record that is null', 'type:created_at', null, `created_at holds something, ${time}`],
  ["a field's name and value", 'type:country', { shipping_address: { country_code: 'x' } }, 'shipping_address.country_code holds “x”, which is not what belongs there.'], // prettier-ignore
  ['a field that is named itself', 'type:shipping_address.zip', { shipping_address: { zip: 'z' } }, 'shipping_address.zip holds “z”, which is not what belongs there.'], // prettier-ignore
  ['a field that is no column', 'type:lines', { lines: 'x' }, 'lines holds “x”, which is not what belongs there.'],
  ['nothing of a person', 'type:customer_id', { customer: { id: 'x' } }, 'customer.id holds something, which is not what belongs there.'], // prettier-ignore
])('a message repeats %s', async (_, reason, record, words) => {
  expect(await told(orders, ordersFile, reason, record)).toBe(`The field ${words}`);
});

test('a row of a sheet is told by its heading as it is written, and where it stands in the imported file', async () => {
  const record = { cachet: 'free', _import: { row: 7, file: 'deals.csv' } };
  const words =
    'The column “Cachet ” holds “free”, which is not a number. Write digits with a decimal comma or point, as ' +
    '1234,50: no words, no formula.';
  expect(await told(deals, dealsFile, 'type:fee', record)).toBe(`${words} It is row 7 of deals.csv.`);
  expect(await told(deals, dealsFile, 'type:fee', { ...record, _import: { row: 7 } })).toBe(words);
  expect(await told(deals, dealsFile, 'type:fee', { ...record, _import: { file: 'deals.csv' } })).toBe(words);
});

test('what a person gave is not even asked for', async () => {
  asked.length = 0;
  await told(orders, ordersFile, 'type:customer_id', { customer: { id: 'Lea' } });
  expect(asked.flat()).toEqual(['']);
});

test('two reasons of one field are one, whether they name the column or the field', () => {
  const reasons = ['type:country', 'required:shipping_address.country_code', 'type:created_at', 'required:order_id'];
  expect(oneAField(orders, ordersFile, reasons)).toEqual(['type:country', 'type:created_at', 'required:order_id']);
});

test('texts are masked once each, and none of none', async () => {
  asked.length = 0;
  expect(await maskedTexts(session, [])).toEqual(new Map());
  expect(await maskedTexts(session, ['a1', 'b', 'a1'])).toEqual(new Map([['a1', 'a*'], ['b', 'b']])); // prettier-ignore
  expect(asked).toEqual([['a1', 'b']]);
});
