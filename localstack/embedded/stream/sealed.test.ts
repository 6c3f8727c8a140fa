import { expect, test } from '@jest/globals';
import { sealed, unsealed } from './sealed.ts';

/** Checksums as Python's zlib has them, of the object on one line; one begins with zeros. */
test.each([
  ['0', '5c52077a'],
  ['4', '00f3947a'],
])('a checkpoint at %s is sealed as it has always been', (after, crc32) => {
  const text = `{\n  "after": "${after}",\n  "isFinished": false,\n  "crc32": "${crc32}"\n}`;
  expect(sealed({ after, isFinished: false })).toBe(text);
  expect(unsealed(text)).toEqual({ after, isFinished: false });
});

test('what was written before it was sealed is read', () =>
  expect(unsealed('{ "after": "7" }')).toEqual({ after: '7' }));

test.each([
  ['a digit changed', '{ "after": "5", "isFinished": false, "crc32": "00f3947a" }', 'its CRC-32 is '],
  ['a checksum without its zeros', '{ "after": "4", "isFinished": false, "crc32": "f3947a" }', 'it says "f3947a"'],
  ['a checksum that is no text', '{ "after": "4", "isFinished": false, "crc32": 15963258 }', 'it says 15963258'],
  ['no object', '7', 'It holds no JSON object.'],
  ['nothing', 'null', 'It holds no JSON object.'],
  ['no JSON', '{ "after"', 'JSON'],
])('%s is refused', (_, text, words) => expect(() => unsealed(text)).toThrow(words));
