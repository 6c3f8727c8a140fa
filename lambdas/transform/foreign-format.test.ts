import { describe, expect, test } from '@jest/globals';
import { foreignDocument, foreignFormat } from './foreign-format.ts';

const sheet = 'spreadsheet:document';
const text = 'not_utf8:document';

/** The first bytes of a file, as hex: what the formats' own specifications begin with. */
const formats: readonly (readonly [what: string, bytes: string, reason: string, found: string])[] = [
  ['a zip', '504b0304 1400', sheet, 'an .xlsx, .ods or zip file'],
  ['an empty zip', '504b0506 0000', sheet, 'an empty zip file'],
  ['an old Excel sheet', 'd0cf11e0 a1b11ae1', sheet, 'an .xls file'],
  ['a PDF', '25504446 2d312e37', sheet, 'a PDF file'],
  ['UTF-16, little end first', 'fffe 7b00', text, 'UTF-16'],
  ['UTF-16, big end first', 'feff 007b', text, 'UTF-16'],
];
const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('a file of another format', () => {
  test.each(formats)('is known by its first bytes: %s', (_, hex, reason, found) => {
    expect(foreignFormat(bytesOf(hex))).toMatchObject({ reason, found });
    expect(foreignDocument(bytesOf(hex))).toMatchObject({ reason, found });
  });

  test.each(formats)('but not by some of them: %s', (_, hex) => {
    const start = bytesOf(hex.split(' ')[0] ?? '');
    expect(foreignFormat(start.subarray(0, -1))).toBeUndefined();
    expect(
      foreignFormat(Buffer.from(start.map((byte, at) => (at === start.length - 1 ? byte ^ 0x08 : byte)))),
    ).toBeUndefined();
    expect(foreignFormat(Buffer.concat([Buffer.from(' '), start]))).toBeUndefined();
  });

  test('is told from what is text, and guessed where it has no mark', () => {
    expect(foreignDocument(Buffer.from('{"a":"é"}'))).toBeUndefined();
    expect(foreignDocument(Buffer.alloc(0))).toBeUndefined();
    expect(foreignDocument(Buffer.from('caf\u00E9', 'latin1'))).toEqual({
      reason: text,
      found: 'probably Windows-1252',
    });
    // Of two bytes a letter every second is a NUL; UTF-8 may hold some of them.
    const wide = (letters: number) =>
      Buffer.concat([Buffer.from('\u00E9', 'latin1'), Buffer.from('a'.repeat(letters), 'utf16le')]);
    expect(foreignDocument(wide(101))).toEqual({ reason: text, found: 'UTF-16' });
    expect(foreignDocument(wide(100))).toEqual({ reason: text, found: 'probably Windows-1252' });
    // Only the beginning is looked at.
    expect(foreignDocument(Buffer.concat([Buffer.alloc(999, 0xe9), Buffer.alloc(500)]))).toMatchObject({
      found: 'probably Windows-1252',
    });
  });
});
