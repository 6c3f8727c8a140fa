import { expect, test } from '@jest/globals';
import { type Ask, daysOfData, type Figures, heard, lastWhole, notesOn, spendOf } from './figures.ts';
import { firstSpendSql } from '../../../lambdas/shared/known-spend.ts';
import { compared } from './ready-answers.ts';

const days = { first: '2026-01-01', last: '2026-03-10', over: '2026-03-09' };

test.each([
  ['whole days', { from: '2026-03-01', to: '2026-03-09' }, []],
  ['a day that goes on', { from: '2026-03-10', to: '2026-03-10' }, [/^2026-03-10 is not over .* 2026-03-09\.$/u]],
  [
    'days that begin before the data and end with a day that goes on',
    { from: '2025-12-01', to: '2026-03-10' },
    [/^Only a part/u, /is not over/u],
  ],
  ['days to come', { from: '2026-04-01', to: '2026-04-02' }, [/^There are no orders and no visits/u]],
])('%s are told as such', (_, period, told) => {
  expect(notesOn(period, days)).toEqual(told.map((words) => expect.stringMatching(words)));
});

test('a day that was exported in part is not the last whole one, and is told as what it is', async () => {
  const found = await daysOfData(
    (sql) =>
      Promise.resolve(
        sql.includes('FROM seen_days')
          ? [{ first: '2026-01-01', last: '2026-03-10', whole: '2026-03-09' }]
          : sql.includes('FROM check_results')
            ? []
            : [{ time_zone: 'Europe/Paris' }],
      ),
    new Date('2026-03-20T08:00:00Z'),
  );
  expect(lastWhole(found)).toBe('2026-03-09');
  expect(notesOn({ from: '2026-03-04', to: '2026-03-10' }, found)).toEqual([
    '2026-03-10 was not over when it was exported, and a part of it is missing: against whole days it looks ' +
      'worse than it is. The last whole day is 2026-03-09.',
  ]);
});

/** Reports begin on 2026-03-05; Paid Social is credited with orders before. */
let isGoogleOnly = false;
let refused: readonly Figures[] = [];
const ask: Ask = (sql) => {
  if (sql === firstSpendSql) return Promise.resolve([{ first: '2026-03-05' }]);
  if (sql.includes('FROM pipeline_runs')) return Promise.resolve([...refused]);
  if (sql.startsWith('SELECT platform'))
    return Promise.resolve(sql.includes("< DATE '2026-03-09'") ? [] : [{ platform: 'meta_ads', last: '2026-03-09' }]);
  if (sql.includes('LEFT JOIN spent')) return Promise.resolve(isGoogleOnly ? [{ channel: 'Paid Social' }] : []);
  if (sql.startsWith('WITH spent')) return Promise.resolve([{ channel: 'Paid Social', first: '2026-03-05' }]);
  if (sql.startsWith('WITH sold')) return Promise.resolve([{ orders: 4, spend_eur: 0, blended_cac_eur: 2 }]);
  if (sql.includes('FROM check_results')) return Promise.resolve([]);
  if (sql.includes('FROM order_days')) return Promise.resolve([{ first_day: '2026-01-01' }]);
  if (sql.includes('FROM seen_days'))
    return Promise.resolve([{ first: '2026-01-01', last: '2026-03-10', whole: '2026-03-10' }]);
  return Promise.resolve([{ time_zone: 'Europe/Paris' }]);
};

test.each([
  ['2026-03-05', true],
  ['2026-03-04', false],
])('of days from %s on it is known what was spent: %s', async (from, isKnown) => {
  const { isKnown: known, notes } = await spendOf(ask, { from, to: '2026-03-09' });
  expect([known, notes.length]).toEqual([isKnown, isKnown ? 1 : 2]);
});

test('reports that end before a period does are told: what came after looks like no cost', async () => {
  const { notes } = await spendOf(ask, { from: '2026-03-05', to: '2026-03-10' });
  expect(notes.at(-1)).toMatch(/^The reports of meta_ads end on 2026-03-09: what it cost after that day is not known/);
});

test('paid channels of which nobody imported a report are told', async () => {
  isGoogleOnly = true;
  const { notes } = await spendOf(ask, { from: '2026-03-05', to: '2026-03-09' });
  isGoogleOnly = false;
  expect(notes.join('\n')).toMatch(/Nothing is known of what these paid channels cost: Paid Social\. /);
});

test('records of the days that were refused are told: nothing else tells that they are missing', async () => {
  refused = [{ table_name: 'orders', records: 2 }];
  const period = { from: '2026-03-05', to: '2026-03-06' };
  const { notes } = await compared(ask, period, { from: '2026-03-03', to: '2026-03-04' });
  refused = [];
  expect(notes.filter((note) => note.includes('refused'))).toEqual([
    'Records of 2026-03-05 to 2026-03-06 were refused, and are missing in these figures (orders: 2): ' +
      'data_quality says why.',
    'Records of 2026-03-03 to 2026-03-04 were refused, and are missing in these figures (orders: 2): ' +
      'data_quality says why.',
  ]);
});

test('where a comparison begins before the first report, what was spent then is not known', async () => {
  const { lines, notes } = await compared(
    ask,
    { from: '2026-03-05', to: '2026-03-06' },
    { from: '2026-03-03', to: '2026-03-04' },
  );
  expect(lines.map(({ metric, value, before }) => [metric, value, before])).toEqual([
    ['orders', 4, 4],
    ['spend_eur', 0, null],
    ['blended_cac_eur', 2, null],
  ]);
  expect(notes.join('\n')).toMatch(/begin on 2026-03-05: of days of 2026-03-03 to 2026-03-04 it is not known/);
});

test.each([
  ['begin before the lake', { from: '2026-03-05', to: '2026-03-06' }, { from: '2025-12-31', to: '2026-01-01' }, false],
  ['end after it', { from: '2026-03-05', to: '2026-03-31' }, { from: '2026-02-05', to: '2026-03-03' }, false],
  ['are whole', { from: '2026-03-05', to: '2026-03-06' }, { from: '2026-01-01', to: '2026-01-02' }, true],
])('of days that %s the change is told or not', async (_, period, before, isTold) => {
  const { lines, notes } = await compared(ask, period, before);
  const orders = lines.find(({ metric }) => metric === 'orders');
  expect(orders).toMatchObject({ value: 4, before: 4, change: isTold ? 0 : null, change_share: isTold ? 0 : null });
  expect(notes.some((note) => note.startsWith('No change is told'))).toBe(!isTold);
});

test('of periods of unlike length no change is told of what adds up over days', async () => {
  const { lines, notes } = await compared(
    ask,
    { from: '2026-03-08', to: '2026-03-09' },
    { from: '2026-03-05', to: '2026-03-07' },
  );
  const told = (metric: string) => lines.find((line) => line['metric'] === metric)?.['change'];
  expect([told('orders'), told('blended_cac_eur')]).toEqual([null, 0]);
  expect(notes.join('\n')).toMatch(/The periods have 2 and 3 days: no change is told/);
});

test('what the last run found wrong is told before all else', () => {
  const failed = { ...days, failedChecks: ['orders.order_id:unique'] };
  expect(notesOn({ from: '2026-03-01', to: '2026-03-09' }, failed)).toEqual([
    expect.stringMatching(/^The last run found something wrong in the data \(orders\.order_id:unique\)/u),
  ]);
});

test('a lake of visits alone tells that nothing is known of what came back', () => {
  const period = { from: '2026-03-01', to: '2026-03-09' };
  expect(notesOn(period, { ...days, isWithoutOrders: true })).toEqual([
    expect.stringMatching(/^There are no orders in the lake: .* not 0/u),
  ]);
});

test('what is to be known of the lake is heard once, of however many queries', async () => {
  const notes = new Set<string>();
  const reader = heard(
    { query: async () => Promise.resolve({ columns: [], rows: [], isCut: false, notes: ['A run is at work.'] }) },
    notes,
  );
  for (const sql of ['SELECT 1', 'SELECT 2']) await reader.query(sql, { timeoutMs: 1000, maxRows: 1 });
  expect([...notes]).toEqual(['A run is at work.']);
});
