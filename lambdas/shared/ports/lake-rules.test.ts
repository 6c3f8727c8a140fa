import { describe, expect, test } from '@jest/globals';
import { checkKey, checkMetadata, compareKeys, isKey } from './lake-rules.ts';

describe('the rules of every lake', () => {
  test('keys go by their UTF-8 bytes, where UTF-16 would put the emoji before ｚ', () => {
    const ordered = ['', 'a', 'a b', 'a%', 'a+b', 'a.txt', 'a/x', 'a0', 'a=', 'b', 'é', '日本', 'ｚ', '😀'];
    expect(ordered.toReversed().sort(compareKeys)).toEqual(ordered);
  });

  test.each(['a', 'raw/web/dt=2024-01-31/part 1.json.gz', 'été/😀', 'a..b', 'n'.repeat(240), `${'é/'.repeat(341)}a`])(
    '%s may be a key',
    (key) => {
      expect(isKey(key)).toBe(true);
      expect(() => checkKey(key)).not.toThrow();
    },
  );

  test('a refusal names the key and the reason', () => {
    expect(() => checkKey('a//b')).toThrow('The key "a//b" cannot name an object: two of its slashes stand together.');
    expect(() => checkKey('a\n\u001B[2J')).toThrow(
      String.raw`The key "a\n\x1b[2J" cannot name an object: it holds a control character.`,
    );
    expect(() => checkMetadata({ Rows: '1' })).toThrow('The metadata name "Rows" may hold only a–z, 0–9 and hyphens.');
  });
});
