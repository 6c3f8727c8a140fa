import { expect, test } from '@jest/globals';
import { defaultState } from '../app/state.ts';
import { csvOf } from './csv.ts';
import { fileName, namedAfter } from './table.ts';

test.each([
  ['en' as const, 'Revenue,Orders,Share\r\n1109.31,0.3,0.123456789012\r\n'],
  ['fr' as const, 'Revenue;Orders;Share\r\n1109,31;0,3;0,123456789012\r\n'],
])('money has cents, and no figure the dust of its addition: %s', (language, expected) => {
  const columns = [
    { label: 'Revenue', kind: 'money' as const },
    { label: 'Orders', kind: 'count' as const },
    { label: 'Share', kind: 'percent' as const },
  ];
  const rows = [[1109.3100000000002, 0.1 + 0.2, 0.12345678901234]];
  expect(csvOf({ title: 'T', columns, rows }, language)).toBe(`\uFEFF${expected}`);
});

test('no name of a stranger is a formula to a spreadsheet, wherever that cuts a cell', () => {
  const names = ['=1+1', '＝1+1', ' @SUM(1)', 'a;=1+2', '-5', 'Crème – été'];
  const columns = [{ label: 'Name', kind: 'text' as const }];
  expect(
    csvOf({ title: 'T', columns, rows: names.map((name) => [name]) }, 'en')
      .split('\r\n')
      .slice(1, -1),
  ).toEqual(["'=1+1", "'＝1+1", "' @SUM(1)", '"a;\'=1+2"', '-5', 'Crème – été']);
});

test('a file is named after what its figures are of', () => {
  const filters = { ...defaultState.filters, channel: 'Paid Social', country: 'FR' };
  const page = { days: { from: 20_000, to: 20_001 }, model: 'linear', state: { ...defaultState, filters } };
  expect(fileName(namedAfter('Channels', page, true), 'csv')).toBe(
    'sillage-channels-2024-10-04-2024-10-05-linear-paid-social-fr.csv',
  );
  // Side by side stand all models, of the orders that the filters leave.
  const other = { ...page, state: { ...page.state, lookback: 7 } };
  expect(namedAfter('Models', other, 'filters')).toContain('2024-10-05 lookback 7 Paid Social');
  expect(namedAfter('Channels', other, true)).toContain('linear lookback 7 Paid Social');
  expect(namedAfter('Influencers', page, false)).toBe('Influencers 2024-10-04 2024-10-05');
});
