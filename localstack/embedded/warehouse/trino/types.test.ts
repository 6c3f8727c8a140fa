import { describe, expect, test } from '@jest/globals';
import { common, parseType, same, spell, type Type } from './types.ts';

function typeOf(text: string): Type {
  const type = parseType(text);
  if (type === undefined) throw new Error(`${text} is no type.`);
  return type;
}

/** Trino's documentation, "Data types": bigint is of 64 bits, up to 19 digits, and integer of 32, up to 10. */
const pairs: readonly (readonly [one: string, other: string, both: string | undefined])[] = [
  ['integer', 'bigint', 'bigint'],
  ['integer', 'double', 'double'],
  ['bigint', 'decimal(1,0)', 'decimal(19,0)'],
  ['bigint', 'decimal(3,1)', 'decimal(20,1)'],
  ['bigint', 'decimal(38,4)', 'decimal(38,4)'],
  ['integer', 'decimal(1,0)', 'decimal(10,0)'],
  ['integer', 'decimal(4,2)', 'decimal(12,2)'],
  ['decimal(5,2)', 'decimal(18,0)', 'decimal(20,2)'],
  ['decimal(5,2)', 'decimal(5,4)', 'decimal(7,4)'],
  ['decimal(5,2)', 'double', 'double'],
  ['date', 'timestamp(3)', 'timestamp(3)'],
  ['array(integer)', 'array(decimal(2,1))', 'array(decimal(11,1))'],
  ['map(varchar, integer)', 'map(varchar, bigint)', 'map(varchar, bigint)'],
  ['row(a integer, b date)', 'row(a bigint, b timestamp)', 'row(a bigint, b timestamp(3))'],
  ['row(a integer)', 'row(a integer, b integer)', undefined],
  ['varchar', 'integer', undefined],
  ['array(varchar)', 'array(integer)', undefined],
  ['map(varchar, integer)', 'map(integer, integer)', undefined],
  ['boolean', 'bigint', undefined],
  ['date', 'varchar', undefined],
];

describe('the type of both', () => {
  test.each(pairs)('%s and %s is %s, whichever comes first', (one, other, both) => {
    for (const [a, b] of [
      [one, other],
      [other, one],
    ] as const) {
      const found = common(typeOf(a), typeOf(b));
      expect(found && spell(found)).toBe(both);
    }
  });

  test('is itself where they are the same', () => {
    for (const text of pairs.flatMap(([one, other]) => [one, other])) {
      const type = typeOf(text);
      expect(spell(common(type, type) ?? type)).toBe(spell(type));
      expect(same(type, typeOf(text))).toBe(true);
    }
  });
});
