import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { currencyBeside, currencyNamed, isIn } from './currencies.ts';
import { lookAt, type Options } from './samples/look-at.ts';

let home: string;
let looks = 0;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'currencies-'));
});
afterAll(() => rm(home, { recursive: true }));

test.each([
  ['100 €', 'EUR'],
  ['€1.500,00', 'EUR'],
  ['$10.88', 'USD'],
  ['US$ 10', 'USD'],
  ['CA$10', 'CA$'],
  ['£5', 'GBP'],
  ['CHF 1’200', 'CHF'],
  ['12 Fr.', 'CHF'],
  ['10.88 USD', 'USD'],
  ['10.88', undefined],
  ['--', undefined],
  ['n/a', undefined],
  ['', undefined],
  ['1,5k', undefined],
])('beside “%s” stands %s', (text, currency) => {
  expect(currencyBeside(text)).toBe(currency);
});

test('words and letters name a currency', () => {
  expect(['euros', 'Euro', '€', 'eur', 'dollars', '$', 'CAD', 'livres', 'BTC'].map(currencyNamed)).toEqual(['EUR', 'EUR', 'EUR', 'EUR', 'USD', 'USD', 'CAD', 'GBP', 'BTC']); // prettier-ignore
});

test('a bare $ may be any dollar, and nothing else', () => {
  expect(['USD', 'CAD', 'AUD', 'EUR', 'GBP'].map((currency) => isIn('$10', currency))).toEqual([true, true, true, false, false]); // prettier-ignore
});

describe('of a report', () => {
  const report = (heading: string, ...costs: readonly string[]) =>
    [`Day,Campaign,${heading},Impr.,Clicks`, ...costs.map((cost, n) => `2025-03-${10 + n},Spring,"${cost}",100,1`)].join('\n'); // prettier-ignore
  const look = async (text: string, options: Options = {}) => {
    const [one] = await lookAt(join(home, String(looks++)), 'google.csv', text, options);
    if (one?.kind === 'refused') return one.why;
    return one?.kind === 'understood' ? one.understood.parts.map(({ currencies, notes }) => [currencies, notes.join('\n')]) : []; // prettier-ignore
  };

  test('the currency beside its amounts counts, and is told; cells of nothing do not make it another', async () => {
    expect(await look(report('Cost', '--', '$10.88', '0.00'))).toEqual([
      [['USD'], expect.stringContaining('beside its amounts alone: USD is taken')],
    ]);
    expect(await look(report('Cost', '$10.88'), { currency: 'CAD' })).toEqual([[['CAD'], expect.any(String)]]);
  });

  test.each<[string, string, Options]>([
    ['its heading names another', report('Cost (EUR)', '$10.88'), {}],
    ['its column names another', report('Currency code,Cost', '10.88').replaceAll('Spring,', 'Spring,EUR,').replace('10.88', '£10.88'), {}], // prettier-ignore
    ['a person says another', report('Cost', '$10.88'), { currency: 'EUR' }],
    ['two amounts name two', report('Cost', '$10.88', '10.88 €'), {}],
  ])('is refused where %s', async (_, text, options) => {
    expect(await look(text, options)).toMatch(/In row \d+, “Cost.*” is “.*10\.88.*”, and the report is in/u);
  });
});
