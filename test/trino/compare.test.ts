import { describe, expect, test } from '@jest/globals';
import type { Answer, AnswerValue } from '../../lambdas/shared/ports/warehouse.ts';
import { differences } from './compare.ts';
import { plainType, readValue } from '../../localstack/trino/values.ts';

const one = (type: string, ...values: readonly AnswerValue[]): Answer => ({
  columns: [{ name: 'x', type }],
  rows: values.map((value) => [value]),
});

describe('answers that are the same', () => {
  test.each<[string, Answer, Answer]>([
    ['doubles within a thousand-millionth', one('double', 1000, 0), one('double', 1000.000_000_9, 0)],
    ['not a number', one('double', Number.NaN), one('double', Number.NaN)],
    ['rows in another order', one('bigint', 1, 2, null), one('bigint', null, 2, 1)],
    ['doubles that sort apart by their last bits', one('double', 0.1 + 0.2, 7), one('double', 7, 0.3)],
    [
      'rows and arrays',
      one('array(row(a double, b varchar))', [{ a: 1, b: 'x' }]),
      one('array(row(a double, b varchar))', [{ a: 1 + 1e-12, b: 'x' }]),
    ],
    [
      'maps, whatever the order of their keys',
      one('map(varchar, double)', { a: 1, b: 2 }),
      one('map(varchar, double)', { b: 2, a: 1 }),
    ],
  ])('%s', (_, a, b) => {
    expect(differences(a, b, { ordered: false })).toEqual([]);
  });
});

describe('answers that are not', () => {
  test.each<[string, Answer, Answer, RegExp]>([
    ['doubles further apart', one('double', 1000), one('double', 1000.000_01), /Trino 1000; DuckDB 1000.00001/],
    ['a nought and almost nothing', one('double', 0), one('double', 1e-300), /DuckDB 1e-300/],
    ['a cent', one('decimal(18,2)', '10.00'), one('decimal(18,2)', '10.01'), /10.00.*10.01/],
    ['the scale of a decimal', one('decimal(18,2)', '1.0'), one('decimal(18,2)', '1.00'), /1.0.*1.00/],
    ['null and nothing', one('varchar', null), one('varchar', ''), /null/],
    ['a number more', one('bigint', 1), one('bigint', 1, 2), /rows: Trino 1; DuckDB 2/],
    ['a row twice instead of another', one('bigint', 1, 1, 2), one('bigint', 1, 2, 2), /row 2 of 3/],
    ['types', one('bigint', 1), one('integer', 1), /columns: Trino x bigint; DuckDB x integer/],
    ['names', one('bigint', 1), { ...one('bigint', 1), columns: [{ name: 'y', type: 'bigint' }] }, /DuckDB y bigint/],
    [
      'whole numbers beyond a double',
      one('bigint', 9_007_199_254_740_993n),
      one('bigint', 9_007_199_254_740_992n),
      /993.*992/,
    ],
    ['a field of a row', one('row(a double)', { a: 1 }), one('row(a double)', { a: 2 }), /\{"a":1\}/],
    ['a key of a map', one('map(varchar, double)', { a: 1 }), one('map(varchar, double)', { b: 1 }), /\{"b":1\}/],
  ])('%s', (_, a, b, told) => {
    expect(differences(a, b, { ordered: false })[0]).toMatch(told);
  });

  test('an order, where the query gives one', () => {
    expect(differences(one('bigint', 1, 2), one('bigint', 2, 1), { ordered: true })).toHaveLength(2);
  });
});

test.each<[string, string]>([
  ['varchar(3)', 'varchar'],
  ['timestamp(0)', 'timestamp(3)'],
  ['row("sku" varchar(2), "n" decimal(10, 2))', 'row(sku varchar, n decimal(10,2))'],
  ['decimal(10,2)', 'decimal(10,2)'],
  ['char(3)', 'char(3)'],
])('the type %s is %s', (type, plain) => {
  expect(plainType(type)).toBe(plain);
});

test.each<[unknown, string, AnswerValue]>([
  [5, 'bigint', 5],
  [2, 'smallint', 2],
  [3, 'tinyint', 3],
  ['9007199254740993', 'bigint', 9_007_199_254_740_993n],
  ['9007199254740990', 'bigint', 9_007_199_254_740_990],
  ['NaN', 'double', Number.NaN],
  ['-Infinity', 'double', -Infinity],
  ['2024-01-05 10:00:00', 'timestamp(3)', '2024-01-05 10:00:00.000'],
  ['2024-01-05 10:00:00.25', 'timestamp(3)', '2024-01-05 10:00:00.250'],
  [[[1, 'a'], null], 'array(row(n integer, t varchar))', [{ n: 1, t: 'a' }, null]],
  [{ a: 1 }, 'map(varchar, bigint)', { a: 1 }],
  ['1.50', 'decimal(10,2)', '1.50'],
])('the value %j of %s', (value, type, read) => {
  expect(readValue(value, type)).toEqual(read);
});

test.each([
  [{ '-0.0': 1, '2.0': 2 }, { '0.0': 1, '2.0': 2 }, 0],
  [{ '-0.0': 1 }, { '0.0': 2 }, 1],
  [{ '-0.0': 1, '0.0': 1 }, { '0.0': 1 }, 1],
  [{ '-0.0': 1 }, { '2.0': 1 }, 1],
])('a zero that is a key of a map has no sign, and is one key: %j and %j', (trino, duckdb, apart) => {
  const type = 'map(double, bigint)';
  expect(differences(one(type, trino), one(type, duckdb), { ordered: true })).toHaveLength(apart);
});
