import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { visible } from './visible.ts';

test.each([
  ['a\nb\tc', String.raw`a\x0ab\x09c`],
  ['\u001B]0;title\u0007', String.raw`\x1b]0;title\x07`],
  ['\u007F\u009B31m\u0085', String.raw`\x7f\x9b31m\x85`],
  ['exe.\u202Egpj\u2066', String.raw`exe.\u{202e}gpj\u{2066}`],
  ['a\u2028b\u2029', String.raw`a\u{2028}b\u{2029}`],
  ['half \uD83D', String.raw`half \u{d83d}`],
  ['raw/été 日本/😀 "it\'s" \\ %0A.csv', 'raw/été 日本/😀 "it\'s" \\ %0A.csv'],
])('%j is shown as %s', (text, shown) => expect(visible(text)).toBe(shown));

/** As Unicode lists them: the controls, and what turns or ends a line. */
function isObeyed(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || [0x61c, 0x200e, 0x200f].includes(code) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

test('nothing that a terminal obeys is left, and nothing is escaped twice', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    const shown = visible(text);
    expect(Array.from(shown).filter(isObeyed)).toEqual([]);
    expect(visible(shown)).toBe(shown);
  }));
});
