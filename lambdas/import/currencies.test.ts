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
  ['¥50,000', 'JPY'],
  ['8 500 ¥', 'JPY'],
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
  expect(['EUR - Euro', 'EUR (€)', 'Euro (EUR)', 'dollars US'].map(currencyNamed)).toEqual(['EUR', 'EUR', 'EUR', 'USD']); // prettier-ignore
});

test('a bare $ may be any dollar, and nothing else', () => {
  expect(['USD', 'CAD', 'AUD', 'EUR', 'GBP'].map((currency) => isIn('$10', currency))).toEqual([true, true, true, false, false]); // prettier-ignore
});

test('a bare ¥ may be of Japan or of China, and nothing else', () => {
  expect(['JPY', 'CNY', 'EUR', 'USD'].map((currency) => isIn('¥10', currency))).toEqual([true, true, false, false]);
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

  test.each([
    ['beside its amounts', report('Cost', '¥50,000', '¥8,500'), 'JPY'],
    ['in its heading', report('Cost (¥)', '50000', '8500'), 'JPY'],
    ['in its heading, as wide as its letters', report('Cost（￥）', '50000', '8500'), 'JPY'],
    ['in its heading, of Turkey', report('Cost (₺)', '50000', '8500'), 'TRY'],
  ])('a sign %s is not the shop’s', async (_, text, currency) => {
    expect(await look(text)).toEqual([[[currency], expect.not.stringContaining('EUR is taken')]]);
  });

  test('what costs are written in is no word of the shop’s currency', async () => {
    const sheet = (heading: string, cost: string) => look(`SKU,${heading}\nA,${cost}\n`);
    expect(await sheet('Cost', '¥500')).toMatch(/“¥500”, and costs are read in the shop's currency, EUR/);
    expect(await sheet('Cost (₩)', '500')).toMatch(/KRW, and costs are read in the shop's currency, EUR/);
  });

  test.each(['€', 'Euro', 'eur', 'EUR - Euro'])(
    'the currency of a column is known as people write it: %s',
    async (cell) => {
      const text = `Day,Campaign,Cost,Currency,Impr.,Clicks\n2025-03-10,Spring,10.88,${cell},100,1\n`;
      expect(await look(text)).toEqual([[['EUR'], expect.any(String)]]);
      expect(await look(text.replace('Cost', 'Cost (EUR)'))).toEqual([[['EUR'], expect.any(String)]]);
      expect(await look(text.replace('Cost', 'Cost (USD)'))).toMatch(/a heading says that amounts are in USD/);
    },
  );

  test('a bare $ of a column may be any dollar, and what is no currency is refused', async () => {
    const text = (cell: string) => `Day,Campaign,Cost,Currency,Impr.,Clicks\n2025-03-10,Spring,10.88,${cell},100,1\n`;
    expect(await look(text('$'))).toEqual([[['USD'], expect.stringContaining('USD is taken')]]);
    expect(await look(text('$'), { currency: 'CAD' })).toEqual([[['CAD'], expect.any(String)]]);
    expect(await look(text('dollars CA'))).toMatch(/“Currency” is “dollars CA”, which is no currency that is known/);
  });

  test('amounts in millionths are asked about', async () => {
    expect(await look(report('Cost (EUR)', '12500000', '7500000'))).toEqual([
      [['EUR'], expect.stringContaining('A click of it costs 10000000.00 on average')],
    ]);
    expect(await look(report('Cost (EUR)', '100.00'))).toEqual([[['EUR'], expect.not.stringContaining('A click')]]);
  });

  test('another account than its own is refused', async () => {
    const own = report('Customer ID,Cost (EUR)', '10.00').replaceAll('Spring,', 'Spring,333-333-3333,');
    expect(await look(own, { account: '444' })).toBe(
      'It is of the account 3333333333, not of 444: leave out --account.',
    );
    expect(await look(own, { account: '333-333-3333' })).toEqual([[['EUR'], expect.any(String)]]);
  });

  test('days that may be two are read by the period that its title states, where one order alone fits', async () => {
    const titled = (title: string, day: string) => `Campaign report\n"${title}"\n${report('Cost (EUR)', '10.00').replace('2025-03-10', day)}`; // prettier-ignore
    const days = async (title: string, day: string) => {
      const [one] = await lookAt(join(home, String(looks++)), 'google.csv', titled(title, day));
      return one?.kind === 'understood' ? one.understood.parts[0]?.days?.from : undefined;
    };
    expect(await days('10 March 2025 - 10 March 2025', '10/03/2025')).toBe('2025-03-10');
    expect(await days('March 10, 2025 - March 12, 2025', '03/10/2025')).toBe('2025-03-10');
    expect(await days('1 January 2025 - 31 December 2025', '10/03/2025')).toBeUndefined();
    expect(await days('10/03/2025 - 10/03/2025', '10/03/2025')).toBeUndefined();
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
