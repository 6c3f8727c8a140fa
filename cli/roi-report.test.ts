import { expect, test } from '@jest/globals';
import type { AnswerValue, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { roiReport } from './roi-report.ts';

type Row = readonly AnswerValue[];

/** Channel, spend, orders, revenue, ROAS, margin, ROI, sessions, first and last day with spend or orders. */
const report = (...channels: readonly Row[]) => {
  const warehouse: Pick<Warehouse, 'query'> = {
    query: (sql) =>
      Promise.resolve({
        columns: [],
        rows: sql.includes('FROM roi_by_channel_daily')
          ? channels
          : sql.endsWith('FROM shop')
            ? [['Europe/Paris', 'last_non_direct', 30]]
            : [],
      }),
  };
  return roiReport(warehouse);
};
const line = (text: string, name: string) =>
  text
    .split('\n')
    .find((one) => one.trim().startsWith(name))
    ?.trim()
    .split(/ {2,}/u);

test('what was spent is measured by the orders of the channels that it went to; the others only add to the whole', async () => {
  const text = await report(
    ['Paid Social', '100.00', 10, 300, 3, 150, 0.5, 1000, '2025-01-01', '2025-03-31'],
    ['Display', '100.00', 1, 60, 0.6, 30, -0.7, 200, '2025-01-02', '2025-03-30'],
    ['Direct', '0.00', 20, 900, null, 600, null, 2000, '2025-01-01', '2025-04-01'],
    ['Referral', '0.00', 0, 0, null, 0, null, 5, null, null],
  );
  expect(line(text, 'channels with spend')).toEqual([
    'channels with spend',
    '1,200',
    '200.00',
    '11',
    '360.00',
    '1.80',
    '180.00',
    '-10 %',
  ]);
  expect(line(text, 'all channels')).toEqual(['all channels', '3,205', '200.00', '31', '1,260.00', '–', '780.00', '–']);
  expect(text.split('\n')[0]).toBe(
    "What each euro brought back, 2025-01-01 to 2025-04-01 (the shop's days in Europe/Paris that have spend or orders)",
  );
});

test('nothing spent has no ratio, and an empty lake no days', async () => {
  expect(
    line(await report(['Direct', '0.00', 1, 50, null, 30, null, 9, '2025-01-01', '2025-01-01']), 'channels with spend'),
  ).toEqual(['channels with spend', '0', '0.00', '0', '0.00', '–', '0.00', '–']);
  expect((await report()).split('\n')[0]).toMatch(/^What each euro brought back, – to –/u);
});

test('the model is named as people write it', async () => {
  expect(await report()).toContain('Attribution: last non-direct touch, 30 days of look-back.');
});

test('a margin that is known of no order is unknown, in the sums too; one that is known of some counts', async () => {
  const unknown = ['Paid Social', '46.62', 1, 45.58, 0.98, null, null, 9, '2025-03-10', '2025-03-12'] as const;
  expect(line(await report(unknown), 'channels with spend')?.slice(-2)).toEqual(['–', '–']);
  expect(line(await report(unknown), 'all channels')?.slice(-2)).toEqual(['–', '–']);
  const known = ['Display', '10.00', 1, 60, 6, 30, 2, 9, '2025-03-10', '2025-03-12'] as const;
  expect(line(await report(unknown, known), 'channels with spend')?.slice(-2)).toEqual(['30.00', '-47 %']);
});
