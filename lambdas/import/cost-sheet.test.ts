/** What products cost, by a sheet of the shop's own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lines, lookAt, partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cost-sheet-'));
});
afterEach(() => rm(home, { recursive: true }));

const exported = '2025-04-01T08:00:00.000Z';
const costsIn = async (text: string) => {
  const [part] = await partsOf(home, 'costs.csv', text);
  return [part?.shape, lines(part).map(({ id, sku, cost, updated_at }) => [id, sku, cost, updated_at])];
};
const why = async (text: string) => {
  const [one] = await lookAt(home, 'costs.csv', text);
  return one?.kind === 'refused' ? one.why : one?.kind;
};

test.each<[string, string, readonly unknown[]]>([
  ['in French', 'SKU;Coût HT\nCR;4,20 €\nSE;3\n', [['sheet:CR', 'CR', '4.20', exported], ['sheet:SE', 'SE', '3.00', exported]]],
  ['in English, with a currency', 'SKU,Product,Unit cost,Currency\nCR,Cream,4.20,EUR\n', [['sheet:CR', 'CR', '4.20', exported]]],
  ['in German', 'Artikelnummer;Einkaufspreis (EUR)\nCR;4,20\n', [['sheet:CR', 'CR', '4.20', exported]]],
  [
    'with the day from which each holds, also beside names',
    "Référence;Nom;Prix d'achat HT;Valable à partir du\nCR;Crème;4,20;01/01/2025\nCR;Crème;5,20;15/07/2025\n",
    [['sheet:CR', 'CR', '4.20', '2025-01-01T00:00:00+01:00'], ['sheet:CR', 'CR', '5.20', '2025-07-15T00:00:00+02:00']],
  ],
  ['twice alike', 'SKU;Coût\nCR;4,20\nCR;4,20\n', [['sheet:CR', 'CR', '4.20', exported]]],
])('is read: %s', async (_, text, expected) => {
  expect(await costsIn(text)).toEqual(['cost-sheet', expected]);
}); // prettier-ignore

test('a cost of nothing is one, and an empty cell is none', async () => {
  const [part] = await partsOf(home, 'costs.csv', 'SKU;Coût\nCR;0\nSE;\nXX;-\n');
  expect([lines(part).map(({ cost }) => cost), part?.leftOut]).toEqual([
    ['0.00'],
    [{ why: 'no cost', rows: 2, first: 3 }],
  ]);
});

test('a row that adds up the others is no product, and is told; one whose SKU begins so is', async () => {
  const [part] = await partsOf(home, 'costs.csv', 'SKU;Coût\nSUM-01;4\nSE;3\nTotal;7,00\nTotal général :;7\n');
  expect([lines(part).map(({ sku }) => sku), part?.leftOut]).toEqual([
    ['SUM-01', 'SE'],
    [{ why: 'a totals row', rows: 2, first: 4 }],
  ]);
});

test.each<[string, string, RegExp]>([
  [
    'in another currency',
    'SKU,Cost,Currency\nCR,4.20,USD\n',
    /“4\.20” USD, and costs are read in the shop's currency, EUR/,
  ],
  ['by “Cost currency”', 'SKU,Cost,Cost currency\nCR,4.20,USD\n', /“4\.20” USD, and costs are read in/],
  ['by “Devise du coût”', 'SKU;Coût;Devise du coût\nCR;4,20;CHF\n', /“4,20” CHF, and costs are read in/],
  ["by “Devise d'achat”", "SKU;Prix d'achat;Devise d'achat\nCR;4,20;USD\n", /“4,20” USD, and costs are read in/],
  ['by a sign', 'SKU,Cost\nCR,$4.20\n', /costs are read in the shop's currency, EUR/],
  ['less than nothing', 'SKU;Coût\nCR;-1\n', /In row 2, “Coût” is “-1”, which is no amount from 0/],
  ['no number', 'SKU;Coût\nCR;selon volume\n', /which is no amount from 0/],
  ['two of one SKU', 'SKU;Coût\nCR;4\nCR;5\n', /CR has two costs, in rows 2 and 3 \(4\.00 and 5\.00\).*“Valid from”/],
  ['from no day', 'SKU;Coût;À partir du\nCR;4;bientôt\n', /“À partir du” is “bientôt”, which is no day/],
  ['from a day that may be two', 'SKU,Cost,Valid from\nCR,4,03/04/2025\n', /may be two days: say --dates/],
])('is refused: %s', async (_, text, words) => {
  expect(await why(text)).toMatch(words);
});

test.each([
  ['lines of orders', 'Order,SKU,Cost\n1,CR,4\n'],
  ['stock', 'SKU,Qty,Cost\nCR,3,12\n'],
  ['invoices', 'Référence;Date;Libellé;Coût\nF1;01/03/2025;Flacons;400\n'],
  ['costs with VAT', "SKU;Prix d'achat TTC\nCR;5,04\n"],
])('is not taken for one: %s', async (_, text) => {
  expect(await why(text)).not.toBe('understood');
});

test.each([
  ["Référence;Prix d'achat HT;Conditionnement\nCR;48,00;carton de 12\n", true],
  ['SKU,Cost,Units per case\nCR,48.00,12\n', true],
  ["Référence;Nom;Prix d'achat HT;Colisage\nCR;Crème;48,00;12\n", true],
  ["Référence;Prix d'achat HT;Conditionnement\nCR;4,00;flacon\n", false],
  ['SKU,Cost,Units per case\nCR,4.00,1\n', false],
])('that a cost may be that of a pack is told: %j', async (text, isTold) => {
  const [part] = await partsOf(home, 'c.csv', text);
  expect(part?.notes.some((note) => note.includes('each cost is taken for that of one unit'))).toBe(isTold);
});
