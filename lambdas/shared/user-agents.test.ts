import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { versionsOf } from './libraries.ts';
import { home } from './home.ts';
import { readUserAgent, type UserAgent } from './user-agents.ts';

const cases: readonly (readonly [what: string, text: string | null, expected: UserAgent])[] = [
  ['none', null, { device: 'other', browser: null, os: null, is_bot: false }],
  ['an empty one', '', { device: 'other', browser: null, os: null, is_bot: false }],
  [
    'Chrome on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    { device: 'desktop', browser: 'Chrome', os: 'Windows', is_bot: false },
  ],
  [
    'Safari on iPhone',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
      'Version/17.0 Mobile/15E148 Safari/604.1',
    { device: 'mobile', browser: 'Safari', os: 'iOS', is_bot: false },
  ],
  [
    'Safari on iPad',
    'Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.0 ' +
      'Mobile/15E148 Safari/604.1',
    { device: 'tablet', browser: 'Safari', os: 'iOS', is_bot: false },
  ],
  [
    'Googlebot',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    { device: 'other', browser: 'Googlebot', os: null, is_bot: true },
  ],
  ['a script', 'curl/8.5.0', { device: 'other', browser: null, os: null, is_bot: true }],
];

describe('readUserAgent', () => {
  test.each(cases)('of %s', (_, text, expected) => {
    expect(readUserAgent(text)).toEqual(expected);
  });

  // A pattern that backtracked would not end within the time that a test is given.
  test('answers whatever is sent', () => {
    const hostile = fc
      .tuple(
        fc.constantFrom('(', 'Mozilla/5.0 ', 'a/1 ', ' ', ';', 'Version/', 'bot '),
        fc.integer({ min: 0, max: 20_000 }),
      )
      .map(([part, times]) => part.repeat(times));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), hostile), (text) => {
        expect(['mobile', 'tablet', 'desktop', 'other']).toContain(readUserAgent(text).device);
      }),
      { numRuns: 200, seed: 20250112 },
    );
  });

  test('the versions that make slices stale are those of the libraries there are', () => {
    const installed = (name: string) =>
      /"version": "([^"]+)"/.exec(readFileSync(new URL(`node_modules/${name}/package.json`, home), 'utf8'))?.[1];
    expect(versionsOf('bowser', 'isbot')).toBe(`bowser ${installed('bowser')}, isbot ${installed('isbot')}`);
    expect(() => versionsOf('bowser', 'bowsers')).toThrow('package.json has no dependency bowsers.');
  });
});
