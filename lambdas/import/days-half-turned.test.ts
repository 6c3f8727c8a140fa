/** Days that a spreadsheet of another country has read, day for month, beside those that it left as they were. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lookAt, partsOf } from './samples/look-at.ts';
import { workbook, type SampleCell } from './samples/workbook.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'days-half-turned-'));
});
afterEach(() => rm(home, { recursive: true }));

type Day = string | Date;
const sheets: Readonly<Record<string, (days: readonly Day[]) => readonly (readonly SampleCell[])[]>> = {
  deals: (days) => [
    ['Pseudo', 'Date', 'Cachet', 'Code'],
    ...days.map((day, at) => [`@lea${at}`, day, 100, `LEA${at}`]),
  ],
  posts: (days) => [['Deal', 'Pseudo', 'Date', 'Vues'], ...days.map((day, at) => [`d${at}`, `@lea${at}`, day, 100])],
  costs: (days) => [['SKU', 'Coût HT', 'À partir du'], ...days.map((day, at) => [`S${at}`, 5, day])],
  orders: (days) => [
    ['id_order', 'order_state', 'date_add', 'email', 'currency', 'total_discounts_tax_incl', 'total_shipping_tax_incl', 'total_paid_tax_incl', 'total_tax', 'refunded', 'product_reference', 'product_name', 'product_quantity', 'unit_price_tax_incl'], // prettier-ignore
    ...days.map((day, at) => [12 + at, 'Paiement accepté', day, `a${at}@example.org`, 'EUR', 0, 0, 24, 4, 0, 'C1', 'Crème', 1, 24]), // prettier-ignore
  ],
};
const [fourth, fifth] = [new Date('2025-03-04'), new Date('2025-03-05')];

test.each(Object.entries(sheets))('of %s are refused', async (_, rowsOf) => {
  const refused = { kind: 'refused', why: expect.stringMatching(/^(?:.*: )?Its days are written in two ways .*may have taken the month for the day\./u) as unknown }; // prettier-ignore
  expect(await lookAt(home, 'days.xlsx', workbook({ A: rowsOf([fourth, '13/04/2025', fifth]) }))).toMatchObject([
    refused,
  ]);
});

test.each(Object.entries(sheets))('of %s are none where a day of each way shows it', async (_, rowsOf) => {
  for (const days of [
    [fourth, new Date('2025-03-14'), '13/04/2025'],
    [fourth, '13/04/2025', '03/04/2025'],
    [fourth, fifth],
  ])
    // prettier-ignore
    expect(await partsOf(home, 'days.xlsx', workbook({ A: rowsOf(days) }))).toHaveLength(1);
});

test.each(['deals', 'posts', 'costs'])(
  'days of %s that only the language of the headings orders are told',
  async (kind) => {
    const notesOf = async (...days: readonly string[]) =>
      (await partsOf(home, 'days.xlsx', workbook({ A: sheets[kind]?.(days) ?? [] })))[0]?.notes.join('\n');
    expect(await notesOf('03/04/2025', '05/04/2025')).toMatch(
      /^“03\/04\/2025” is read as 2025-04-03, as days are written/m,
    );
    expect(await notesOf('03/04/2025', '15/04/2025')).not.toContain('is read as 2025');
  },
);
