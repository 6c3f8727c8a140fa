import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import { isSeen } from '../../test/seen.ts';
import { visible, visibleJson, visibleLines } from './visible.ts';

const anyText = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('\u001b', '\u009b', '\u202e', '\n', '\t', '\\', 'é', '😀', '\u2028'),
  ),
  maxLength: 30,
});

describe('visible', () => {
  test.each([
    ['\u001b]0;title\u0007', String.raw`\x1b]0;title\x07`],
    ['a\u0000b\u007f\u009b31m', String.raw`a\x00b\x7f\x9b31m`],
    ['one\r\ntwo\tthree', String.raw`one\x0d\ntwo\tthree`],
    ['\u202egpj.exe\u2066\u200f\u061c', String.raw`\u{202e}gpj.exe\u{2066}\u{200f}\u{61c}`],
    ['\u2028\u2029', String.raw`\u{2028}\u{2029}`],
    ['half \ud83d of 😀', String.raw`half \u{d83d} of 😀`],
    ['Crème d’été, 日本, \u00a0 and \\x1b', 'Crème d’été, 日本, \u00a0 and \\x1b'],
  ])('shows %j as %j', (text, shown) => expect(visible(text)).toBe(shown));

  test('leaves nothing that a terminal obeys, whatever the text, and changes what it left no more', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = visible(text);
        expect(isSeen(shown)).toBe(true);
        expect(stripVTControlCharacters(shown)).toBe(shown);
        expect(visible(shown)).toBe(shown);
        expect(shown === text).toBe(isSeen(text));
        const lines = visibleLines(text).split('\n');
        expect(lines).toEqual(text.split('\n').map((line) => visible(line)));
      }),
      { verbose: true },
    );
  });

  test('JSON keeps every value, and has nothing hidden but its line ends', () => {
    fc.assert(
      fc.property(
        fc.dictionary(anyText, fc.oneof(anyText, fc.array(anyText), fc.integer())),
        fc.constantFrom(undefined, 2),
        (value, indent) => {
          const json = visibleJson(value, indent);
          expect(isSeen(indent === undefined ? json : json.replaceAll('\n', ''))).toBe(true);
          expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        },
      ),
      { verbose: true },
    );
    expect(visibleJson({ large: 9_007_199_254_740_993n })).toBe('{"large":"9007199254740993"}');
  });
});
