import { describe, expect, test } from '@jest/globals';
import type { AnswerValue } from '../../../lambdas/shared/ports/warehouse.ts';
import { javaDouble } from '../warehouse/trino/java-double.ts';
import { parseType } from '../warehouse/trino/types.ts';
import { wireColumn, wireValue } from './wire.ts';

/** Taken from what Trino 476 sent. */
const varchar = { rawType: 'varchar', arguments: [{ kind: 'LONG', value: 2_147_483_647 }] };
const plain = (rawType: string) => ({ rawType, arguments: [] });
const decimal = (precision: number, scale: number) => ({
  rawType: 'decimal',
  arguments: [precision, scale].map((value) => ({ kind: 'LONG', value })),
});

describe('as Trino writes', () => {
  test.each([
    ['bigint', 'bigint', plain('bigint')],
    ['varchar', 'varchar', varchar],
    ['decimal(3,2)', 'decimal(3, 2)', decimal(3, 2)],
    ['timestamp(3)', 'timestamp', plain('timestamp')],
    ['timestamp(3) with time zone', 'timestamp with time zone', plain('timestamp with time zone')],
    ['interval day to second', 'INTERVAL DAY TO SECOND', plain('interval day to second')],
    ['array(integer)', 'array(integer)', { rawType: 'array', arguments: [{ kind: 'TYPE', value: plain('integer') }] }],
    [
      'map(varchar, decimal(2,1))',
      'map(varchar, decimal(2, 1))',
      { rawType: 'map', arguments: [varchar, decimal(2, 1)].map((value) => ({ kind: 'TYPE', value })) },
    ],
    [
      'row(a integer, b varchar)',
      'row(a integer, b varchar)',
      {
        rawType: 'row',
        arguments: [
          { kind: 'NAMED_TYPE', value: { fieldName: { name: 'a' }, typeSignature: plain('integer') } },
          { kind: 'NAMED_TYPE', value: { fieldName: { name: 'b' }, typeSignature: varchar } },
        ],
      },
    ],
  ])('a column of %s', (type, told, typeSignature) => {
    expect(wireColumn({ name: 'x', type }, { isParametric: false })).toEqual({ name: 'x', type: told, typeSignature });
  });

  test('a client that knows digits of the second is told them', () => {
    const signature = { rawType: 'timestamp', arguments: [{ kind: 'LONG', value: 3 }] };
    expect(wireColumn({ name: 'x', type: 'timestamp(3)' }, { isParametric: true })).toEqual({
      name: 'x',
      type: 'timestamp(3)',
      typeSignature: signature,
    });
  });

  test.each([
    [1e7, '1.0E7'], [1, '1.0'], [0, '0.0'], [-0, '-0.0'], [1e-4, '1.0E-4'], [123_456.789, '123456.789'], [1e-3, '0.001'],
    [-1.5e300, '-1.5E300'], [9_999_999.5, '9999999.5'], [NaN, 'NaN'], [Infinity, 'Infinity'], [-Infinity, '-Infinity'],
  ])('the double %p', (value, written) => {
    expect(javaDouble(value)).toBe(written);
  }); // prettier-ignore

  test.each<[string, AnswerValue, string]>([
    ['bigint', 9_007_199_254_740_993n, '9007199254740993'],
    ['integer', 3, '3'],
    ['double', 3, '3.0'],
    ['double', NaN, '"NaN"'],
    ['decimal(3,2)', '1.50', '"1.50"'],
    ['varchar', 'a"\n', String.raw`"a\"\n"`],
    ['array(double)', [1, null], '[1.0,null]'],
    ['map(varchar, double)', { b: 1 }, '{"b":1.0}'],
    // By the order of the type, whatever that of the object.
    ['row(b integer, a double)', { a: 1, b: 2 }, '[2,1.0]'],
    ['boolean', true, 'true'],
    ['date', null, 'null'],
  ])('a value of %s', (type, value, written) => {
    expect(wireValue(value, parseType(type))).toBe(written);
  });
});
