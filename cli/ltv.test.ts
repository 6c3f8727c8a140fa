import { expect, test } from '@jest/globals';
import type { AnswerRow } from '../lambdas/shared/ports/warehouse.ts';
import { readValues } from './ltv.ts';

/** 60 customers of two channels over half a year, every third of whom comes back. */
const purchases: readonly AnswerRow[] = Array.from({ length: 60 }, (_, n) => n).flatMap((n) => {
  const day = (at: number) => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
  const bought = (at: number): AnswerRow => [
    `b${n}`,
    n % 2 === 0 ? 'Paid Search' : 'Paid Social',
    day(at),
    String(10 + (n % 7)),
    '2026-06-30',
    '40.00',
    '40.00',
  ];
  return [bought(n), ...(n % 3 === 0 ? [bought(n + 30), bought(n + 30 + (n % 5) * 9)] : [])];
});
const costs: readonly AnswerRow[] = [
  ['Paid Search', '300.00', 30, '300.00', 30],
  ['Paid Social', null, null, '0.00', 30],
];

const valuesWith = (unknown: readonly AnswerRow[]) =>
  readValues(
    {
      query: (sql: string) =>
        Promise.resolve({
          columns: [],
          rows: sql.includes('FROM customer_orders') ? purchases : sql.includes('LEFT JOIN spent') ? unknown : costs,
        }),
    },
    { weeks: 8, rate: 0 },
  );

test('of all customers no CAC is told where the cost of a paid channel is not known', async () => {
  const cacOf = (values: Awaited<ReturnType<typeof valuesWith>>) => values.map(({ channel, cac }) => [channel, cac]);
  const [known, partly] = [await valuesWith([]), await valuesWith([['Paid Social']])];
  expect(cacOf(known)).toEqual([
    ['Paid Search', 10],
    ['Paid Social', null],
    ['all', 5],
  ]);
  expect(cacOf(partly).at(-1)).toEqual(['all', null]);
  expect(partly.at(-1)).toMatchObject({
    ltvToCac: null,
    cacRemark: expect.stringMatching(/nothing is known of what Paid Social cost/) as unknown,
  });
});

test('a customer is won by what was spent on the days of which it is known, not by half of it', async () => {
  // Twenty of its thirty customers came before the reports begin.
  const half: readonly AnswerRow[] = [['Paid Search', '300.00', 10, '300.00', 10], ['Paid Social', null, null, null, null]]; // prettier-ignore
  const query = (sql: string) =>
    Promise.resolve({
      columns: [],
      rows: sql.includes('FROM customer_orders') ? purchases : sql.includes('LEFT JOIN spent') ? [] : half,
    });
  const values = await readValues({ query }, { weeks: 8, rate: 0 });
  expect(values.map(({ channel, cac }) => [channel, cac])).toEqual([
    ['Paid Search', 30],
    ['Paid Social', null],
    ['all', 30],
  ]);
});

test('where the orders say nothing of later ones, it is told what to wait for, and where to look meanwhile', async () => {
  const once = [...new Map(purchases.map((row) => [row[0], row])).values()];
  const query = (sql: string) =>
    Promise.resolve({ columns: [], rows: sql.includes('FROM customer_orders') ? once : sql.includes('LEFT JOIN spent') ? [] : costs }); // prettier-ignore
  await expect(readValues({ query }, { weeks: 8, rate: 0 })).rejects.toThrow(
    /say too little of what they will buy: No customer came back.* a year or so\. .*customer_ltv/,
  );
});
