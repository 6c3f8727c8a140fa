import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AnswerValue } from '../ports/warehouse.ts';
import type { Described } from '../../../test/scripted-athena.ts';
import { columnOf, rowOf } from './athena-values.ts';

describe('the values of each type', () => {
  const cases: readonly (readonly [info: Omit<Described, 'Name'>, type: string, text: string, value: AnswerValue])[] = [
    [{ Type: 'boolean' }, 'boolean', 'false', false],
    [{ Type: 'tinyint' }, 'tinyint', '-128', -128],
    [{ Type: 'smallint' }, 'smallint', '7', 7],
    [{ Type: 'integer' }, 'integer', '-2147483648', -2_147_483_648],
    [{ Type: 'bigint' }, 'bigint', '9007199254740993', 9_007_199_254_740_993n],
    [{ Type: 'bigint' }, 'bigint', '42', 42],
    [{ Type: 'float' }, 'real', '1.5', 1.5],
    [{ Type: 'double' }, 'double', '1.0E10', 1e10],
    [{ Type: 'double' }, 'double', '-Infinity', -Infinity],
    [{ Type: 'double' }, 'double', 'NaN', NaN],
    [{ Type: 'decimal', Precision: 18, Scale: 2 }, 'decimal(18,2)', '-19.90', '-19.90'],
    [{ Type: 'decimal', Precision: 38, Scale: 0 }, 'decimal(38,0)', '12', '12'],
    [{ Type: 'varchar', Precision: 2_147_483_647 }, 'varchar', '', ''],
    [{ Type: 'varchar' }, 'varchar', 'é\t"', 'é\t"'],
    [{ Type: 'json' }, 'json', '[1,null]', '[1,null]'],
    [{ Type: 'varbinary' }, 'varbinary', 'e2 98 83', 'E29883'],
    [{ Type: 'date' }, 'date', '2024-02-29', '2024-02-29'],
    [{ Type: 'timestamp', Precision: 3 }, 'timestamp(3)', '2024-01-05 10:00:00.123', '2024-01-05 10:00:00.123'],
    [{ Type: 'timestamp' }, 'timestamp(3)', '2024-01-05 10:00:00.123456', '2024-01-05 10:00:00.123'],
    [{ Type: 'timestamp' }, 'timestamp(3)', '2024-01-05 10:00:00', '2024-01-05 10:00:00.000'],
    [{ Type: 'timestamp with time zone' }, 'timestamp(3) with time zone', '2024-01-05 10:00:00.123 UTC', '2024-01-05 10:00:00.123 UTC'],
    [{ Type: 'timestamp with time zone' }, 'timestamp(3) with time zone', '2024-01-01 00:30:00.000 +01:00', '2023-12-31 23:30:00.000 UTC'],
    [{ Type: 'interval day to second' }, 'interval day to second', '2 00:00:00.000', '2 00:00:00.000'],
  ]; // prettier-ignore

  test.each(cases)('%j is %s: %s', (info, type, text, value) => {
    const described = { Name: 'v', ...info };
    const column = columnOf(described);
    expect(column).toMatchObject({ name: 'v', type });
    expect([rowOf({ Data: [{ VarCharValue: text }] }, [column]), rowOf({ Data: [{}] }, [column])]).toEqual([
      [value],
      [null],
    ]);
  });

  test.each([
    ['integer', '1.5'],
    ['boolean', 'TRUE'],
    ['double', ''],
    ['double', '1,5'],
    ['date', '05/01/2024'],
    ['timestamp', '2024-01-05'],
    ['decimal', '1.5'],
  ])('a %s is not %j', (Type, text) => {
    const column = columnOf({ Name: 'v', Type, Precision: 18, Scale: 2 });
    expect(() => rowOf({ Data: [{ VarCharValue: text }] }, [column])).toThrow(
      `Athena answered ${JSON.stringify(text)} in column v, which is no ${column.type}`,
    );
  });

  test('a clock of a region is refused by name: it may be one of two instants', () => {
    const column = columnOf({ Name: 'v', Type: 'timestamp with time zone' });
    expect(() => rowOf({ Data: [{ VarCharValue: '2024-10-27 02:30:00.000 Europe/Paris' }] }, [column])).toThrow(
      "the time zone Europe/Paris in an answer of Athena: write at_timezone(x, 'UTC')",
    );
  });

  test.each(['array', 'map', 'row'])('a column of type %s is refused by name, with what to write', (Type) => {
    expect(() => columnOf({ Name: 'tags', Type })).toThrow(
      `column tags of type ${Type} in an answer: Athena gives it as a text that can be read in two ways; ` +
        'write CAST(x AS json) AS tags',
    );
  });

  const typed = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => ({
      Type: 'bigint',
      text: String(n),
      value: Number.isSafeInteger(Number(n)) ? Number(n) : n,
    })),
    fc.double().map((n) => ({ Type: 'double', text: Object.is(n, -0) ? '-0.0' : String(n), value: n })),
    fc.boolean().map((value) => ({ Type: 'boolean', text: String(value), value })),
    fc.string({ unit: 'binary' }).map((text) => ({ Type: 'varchar', text, value: text })),
    fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }).map((cents) => {
      const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
      const text = `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
      return { Type: 'decimal', text, value: text };
    }),
    fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().replace('T', ' ').replace('Z', ''))
      .map((text) => ({ Type: 'timestamp', text, value: text })),
    fc
      .uint8Array()
      .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')))
      .map((pairs) => ({ Type: 'varbinary', text: pairs.join(' '), value: pairs.join('').toUpperCase() })),
    fc.constantFrom('integer', 'varchar', 'date', 'double').map((Type) => ({ Type, text: undefined, value: null })),
  );

  test('come back from their texts as they were', () => {
    fc.assert(
      fc.property(fc.array(typed, { minLength: 2, maxLength: 8 }), (cells) => {
        const columns = cells.map(({ Type }, i) => columnOf({ Name: `c${i}`, Type, Precision: 18, Scale: 2 }));
        const Data = cells.map(({ text }) => (text === undefined ? {} : { VarCharValue: text }));
        expect(rowOf({ Data }, columns)).toEqual(cells.map(({ value }) => value));
      }),
    );
  });
});
