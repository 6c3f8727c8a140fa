import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packed, unpacked } from './aggregated.ts';
import { aggregated, counted, delimited, sealed } from './samples.ts';

const bytes = fc.uint8Array({ maxLength: 400 }).map((data) => Buffer.from(data));

/** An aggregate written out by hand after the published format: two records, `a` and `bc`. */
const byHand = sealed(Buffer.from(['0a0170', '1a05', '0800', '1a0161', '1a06', '0800', '1a026263'].join(''), 'hex'));

/** The bytes of an aggregate of two records of one size and the key `p`, as protobuf counts them. */
function aggregatedBytes(size: number): number {
  const length = (number: number) => (number < 2 ** 7 ? 1 : number < 2 ** 14 ? 2 : 3);
  const record = 2 + 1 + length(size) + size;
  return 4 + 3 + 2 * (1 + length(record) + record) + 16;
}

describe('a record of the Kinesis Producer Library', () => {
  test('gives its records in their order', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1 }), (records) => {
        expect(unpacked(aggregated(records))).toEqual(records);
      }),
    );
  });

  test('is written as published', () => {
    expect(packed('p', [Buffer.from('a'), Buffer.from('bc')])).toEqual(byHand);
  });

  test('has lengths of one byte up to 127, as protobuf writes them', () => {
    const [short, long] = [Buffer.alloc(127, 'a'), Buffer.alloc(128, 'b')];
    const parts = [Buffer.from('0a01701a830108001a7f', 'hex'), short, Buffer.from('1a850108001a8001', 'hex'), long];
    expect(packed('p', [short, long])).toEqual(sealed(Buffer.concat(parts)));
    expect(unpacked(sealed(Buffer.concat(parts)))).toEqual([short, long]);
  });

  test('is not made of one record, which stays as it is', () => {
    expect(packed('p', [Buffer.from('a')])).toEqual(Buffer.from('a'));
  });

  test('is read as it is written, whatever the records and their key', () => {
    fc.assert(
      fc.property(bytes, fc.array(bytes, { minLength: 1 }), fc.string(), (first, more, key) => {
        expect(unpacked(Buffer.from(packed(key, [first, ...more])))).toEqual([first, ...more]);
      }),
    );
  });

  test.each([16_255, 16_256, 16_383, 16_384, 300_000])('may be of %d bytes', (size) => {
    const records = [Buffer.alloc(size, 'a'), Buffer.alloc(size, 'b')] as const;
    expect(unpacked(Buffer.from(packed('p', records)))).toEqual(records);
    expect(packed('p', records)).toHaveLength(aggregatedBytes(size));
  });

  test('is read as published', () => {
    expect(unpacked(byHand).map(String)).toEqual(['a', 'bc']);
  });

  test('may have records without data, and fields of kinds that nobody uses yet', () => {
    const fixed = Buffer.concat([
      Buffer.from([9 * 8 + 1]),
      Buffer.alloc(8, 0xff),
      Buffer.from([10 * 8 + 5]),
      Buffer.alloc(4, 0xff),
    ]);
    expect(unpacked(sealed(Buffer.concat([fixed, delimited(3, counted(1, 0))]))).map(String)).toEqual(['']);
  });

  test('may have a number of ten bytes, as long as protobuf has them', () => {
    expect(unpacked(sealed(Buffer.from(`08${'ff'.repeat(9)}011a041a02616b`, 'hex'))).map(String)).toEqual(['ak']);
  });

  test.each([
    ['no aggregate', Buffer.from('{}')],
    ['no byte', Buffer.alloc(0)],
    ['the magic number alone', Buffer.from('f3899ac2', 'hex')],
    ['another magic number', Buffer.from(byHand.map((byte, i) => (i === 3 ? byte ^ 1 : byte)))],
    ['another digest', Buffer.from(byHand.map((byte, i) => (i === byHand.length - 1 ? byte ^ 1 : byte)))],
    ['a message that is cut in a field', sealed(Buffer.from('1a05080', 'hex'))],
    ['a message that is cut in a number', sealed(Buffer.from('1a85', 'hex'))],
    ['a number that never ends', sealed(Buffer.alloc(20, 0xff))],
    ['a record that is cut', sealed(delimited(3, Buffer.from('1a09', 'hex')))],
    ['a group, which protobuf has given up', sealed(Buffer.from('0b0c', 'hex'))],
    ['an aggregate of no records', sealed(Buffer.from('0a0170', 'hex'))],
    ['a fixed field that is cut', sealed(Buffer.from('0d00', 'hex'))],
    ['a group behind a good record', sealed(Buffer.from('1a041a02616b0b0c', 'hex'))],
    ['a fixed field that is cut behind a good record', sealed(Buffer.from('1a041a02616b0d00', 'hex'))],
    ['a number of eleven bytes', sealed(Buffer.from(`08${'ff'.repeat(10)}01`, 'hex'))],
    ['a number of eleven bytes behind a good record', sealed(Buffer.from(`1a041a02616b08${'ff'.repeat(10)}01`, 'hex'))],
  ])('counts as a plain record where it is %s', (_, data) => {
    expect(unpacked(data)).toEqual([data]);
  });

  test('never fails, whatever its message', () => {
    fc.assert(
      fc.property(bytes, (message) => {
        expect(unpacked(sealed(message)).length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
