import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openMacros, type Macros } from './macro-cases.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros();
});
afterAll(() => macros.close());

type Case = readonly [given: string | null, expected: unknown];
const seed = 20250103;

const tables: Readonly<Record<string, readonly Case[]>> = {
  'instant(x)': [
    ['2025-01-05T10:00:00.123Z', '2025-01-05 10:00:00.123'],
    ['2025-01-05T10:00:00.123+01:00', '2025-01-05 09:00:00.123'],
    ['2025-01-05T00:30:00+02:00', '2025-01-04 22:30:00'],
    ['2025-01-05T10:00:00-05:30', '2025-01-05 15:30:00'],
    ['2025-01-05T10:00:00+0200', '2025-01-05 08:00:00'],
    ['2025-01-05T10:00:00', '2025-01-05 10:00:00'],
    ['2025-01-05 10:00', '2025-01-05 10:00:00'],
    ['2025-01-05', '2025-01-05 00:00:00'],
    ['2024-02-29T12:00:00Z', '2024-02-29 12:00:00'],
    ['1970-01-01T00:00:00Z', '1970-01-01 00:00:00'],
    ['2099-12-31T23:59:59.999Z', '2099-12-31 23:59:59.999'],
    ['2025-02-29T12:00:00Z', null],
    ['2025-13-01', null],
    ['yesterday', null],
    ['now', null],
    ['1735689600000', null],
    ['', null],
    [null, null],
    ['2025-01-05 10:00:00 UTC', '2025-01-05 10:00:00'],
    ['2025-01-05 10:00:00 GMT', '2025-01-05 10:00:00'],
    ['2025/1/5 9:05', '2025-01-05 09:05:00'],
    ['2025-01-05T10:00:00+05', '2025-01-05 05:00:00'],
    ['2025-01-05T10:00:00.123456+01:00', '2025-01-05 09:00:00.123'],
    ['2025-01-05T24:00:00Z', '2025-01-06 00:00:00'],
    // A number may count seconds, milliseconds or days, a zone's name stands for several, and 10/03 is two days: none
    // is believed.
    ...[
      '1735689600',
      '45726.375',
      '2025-07-05 10:00:00 CET',
      '2025-07-05T10:00:00 BST',
      '2025-07-05 10:00:00 PST',
      '2025-01-05 10:00:00 Europe/Paris',
      '2025-01-05 10:00:00 NZ',
      '2025-01-05 10:00:00 Etc/GMT+5',
      'Mon, 10 Mar 2025 09:00:00 GMT',
      '10/03/2025 09:00',
      '10-03-2025 09:00',
      '2025-01-05T10:00:00+25:00',
      '2025-01-05T10:00:00+1',
      '2025-01-05T10:00:00 PM',
      '2025-01-05T10:00:00+01:00[Europe/Paris]',
      '20250105T100000Z',
      'epoch',
      '2025-W02-1',
    ].map((text) => [text, null] as const),
    // What the engine takes for a moment and no shop has lived.
    ['infinity', null],
    ['-infinity', null],
    ['20255-01-05T10:00:00Z', null],
    ['0001-01-01T00:00:00Z', null],
    ['2025-01-05 (BC)', null],
    ['2100-01-01T00:00:00Z', null],
  ],
  'calendar_day(x)': [
    ['2025-01-05', '2025-01-05'],
    ['05/01/2025', '2025-01-05'],
    ['5/1/2025', '2025-01-05'],
    ['31/12/2024', '2024-12-31'],
    ['29/02/2025', null],
    ['32/01/2025', null],
    ['12/31/2024', null],
    ['05/01/25', null],
    ['05/01/20255', null],
    ['20255-01-05', null],
    ['infinity', null],
    ['5 janvier 2025', null],
    ['', null],
    [null, null],
  ],
  'ip_network(x)': [
    ['192.168.17.42', '192.168.17.0/24'],
    ['8.8.8.8', '8.8.8.0/24'],
    ['::ffff:192.168.17.42', '192.168.17.0/24'],
    ['::FFFF:192.168.17.42', '192.168.17.0/24'],
    ['192.168.17', null],
    ['192.168.17.42.1', null],
    ['192.168.17.42:8080', null],
    ['unknown', null],
    ['2001:db8:0:0:0:0:0:1', '2001:db8:0::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8:0::/48'],
    ['2001::abcd', '2001:0:0::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1%eth0', null],
    ['foo:bar:baz', null],
    ['2001:db8:1', null],
    ['', null],
    [null, null],
  ],
  'email_of(x)': [
    ['  Marie.Curie@Example.FR ', 'marie.curie@example.fr'],
    ['marie@example.fr', 'marie@example.fr'],
    ['undefined', null],
    ['null', null],
    ['   ', null],
    ['', null],
    [null, null],
  ],
  'phone_of(x)': [
    ['06 12 34 56 78', '33612345678'],
    ['06.12.34.56.78', '33612345678'],
    ['+33 6 12 34 56 78', '33612345678'],
    ['0033612345678', '33612345678'],
    ['+33 (0)6 12 34 56 78', '33612345678'],
    ['+41 79 123 45 67', '41791234567'],
    ['0041 79 123 45 67', '41791234567'],
    ['n/a', null],
    ['', null],
    [null, null],
  ],
  'whole(x, TRY_CAST(x AS BIGINT))': [
    ['12', '12'],
    ['12.0', '12'],
    ['-3', '-3'],
    ['1.7', null],
    ['0.5', null],
    ['0x1F', null],
    ['twelve', null],
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', null],
    [null, null],
  ],
  'finite(TRY_CAST(x AS DOUBLE))': [
    ['1.5', 1.5],
    ['1e300', 1e300],
    ['1e400', null],
    ['NaN', null],
    ['inf', null],
    ['-', null],
    [null, null],
  ],
  'handle_of(x)': [
    [' @Lea.Bio ', 'lea.bio'],
    ['lea', 'lea'],
    ['https://www.instagram.com/lea.bio/', 'lea.bio'],
    ['instagram.com/Lea.Bio?igsh=x', 'lea.bio'],
    ['lea.bio (Léa)', 'lea.bio'],
    ['https://www.tiktok.com/@lea', 'lea'],
    ['https://m.youtube.com/c/LeaBio/videos', 'leabio'],
    ['@léa_bio', 'léa_bio'],
    ['e\u0301va', '\u00E9va'],
    ['@', ''],
    ['', ''],
    ['@lea, @zoe', ''],
    ['lea bio', ''],
    ['https://www.instagram.com/p/Cx1/', ''],
    ['https://linktr.ee/lea', ''],
    ['lea@bio.fr', ''],
    [null, null],
  ],
  'consent(x)': [
    ['true', 'true'],
    ['True', 'true'],
    ['granted', 'true'],
    [' GRANTED ', 'true'],
    ['false', 'false'],
    ['FALSE', 'false'],
    ['denied', 'false'],
    ['', null],
    [null, null],
    ...['1', '0', 't', 'yes', 'on', 'null', 'unknown'].map((text) => [text, `no choice: ${text}`] as const),
  ],
  [`TRY_CAST(consent(x) AS BOOLEAN)`]: [
    ['1', null],
    ['0', null],
    ['yes', null],
    ['t', null],
    ['granted', true],
    ['denied', false],
  ],
  "influencer_key('TikTok ', x)": [
    ['@Lea', 'tiktok:lea'],
    ['', null],
    [null, null],
  ],
  // The platform as a sheet of deals has it, and one of posts, by hand.
  "influencer_key(x, '@lea')": [
    ['Insta', 'instagram:lea'],
    [' IG', 'instagram:lea'],
    ['Tik Tok', 'tiktok:lea'],
    ['TT', 'tiktok:lea'],
    ['Youtube', 'youtube:lea'],
    ['YT', 'youtube:lea'],
    ['Pinterest', 'pinterest:lea'],
    ['Big', 'big:lea'],
    [null, null],
  ],
  [`fields(x, '{"a": "VARCHAR", "b": {"c": "VARCHAR"}}') IS NULL`]: [
    ['{}', false],
    ['{"a":1}', false],
    [' \t{"a":1}', false],
    ['{"a":', true],
    ['{"a"', true],
    ['{"a":1,', true],
    ['{"a":[', true],
    ['[]', true],
    ['[{"a":1}]', true],
    ['5', true],
    ['"a"', true],
    ['null', true],
    ['a', true],
    ['{"a":1}{"a":2}', true],
    ['['.repeat(100_000), true],
  ],
  [`fields(x, '{"a": "VARCHAR", "b": {"c": "VARCHAR"}}').a`]: [
    ['{"a":820982911946154508}', '820982911946154508'],
    ['{"a":"é\\u2028"}', 'é\u2028'],
    ['{"a":null}', null],
    ['{"a":true}', 'true'],
    ['{"b":5,"a":"x"}', 'x'],
    ['{"A":1}', null],
  ],
};

describe.each(Object.entries(tables))('%s', (expression, cases) => {
  test.each(
    cases.map(([given, expected], i) => ({ i, given: given === null ? 'null' : given.slice(0, 60), expected })),
  )('of $given is $expected', async ({ i, expected }) => {
    expect(await macros.evaluate(expression, [cases[i]?.[0] ?? null])).toEqual([expected]);
  });
});

describe('shop_day', () => {
  const paris = new Intl.DateTimeFormat('en-CA', {
    timeZone: 'Europe/Paris',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const days = (instants: readonly number[]) =>
    macros.evaluate(
      'shop_day(instant(x))',
      instants.map((ms) => new Date(ms).toISOString()),
    );

  test('is the day in Europe/Paris', async () => {
    const instant = fc.oneof(
      fc.integer({ min: Date.UTC(1996, 0, 1), max: Date.UTC(2037, 11, 31) }),
      // Near midnight in Paris of every season, and near the hours at which the clocks move.
      fc
        .tuple(fc.integer({ min: 0, max: 15_000 }), fc.integer({ min: -7_200_000, max: 7_200_000 }))
        .map(([day, off]) => Date.UTC(1996, 0, 1) + day * 86_400_000 - 3_600_000 + off),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(instant, { minLength: 500, maxLength: 500 }), async (instants) => {
        expect(await days(instants)).toEqual(instants.map((ms) => paris.format(ms)));
      }),
      { numRuns: 20, seed },
    );
  });

  test('at the last second before and the first after each change of the clocks', async () => {
    const changes = Array.from({ length: 42 }, (_, i) => 1996 + i).flatMap((year) =>
      [2, 9].map((month) => {
        const last = new Date(Date.UTC(year, month + 1, 0, 1));
        return last.getTime() - last.getUTCDay() * 86_400_000;
      }),
    );
    // 22:30 UTC is before midnight in Paris in winter, after it in summer: the evening before the change and the one
    // after it differ.
    const evenings = changes.flatMap((ms) => [ms - 1, ms, ms - 2.5 * 3_600_000, ms + 21.5 * 3_600_000]);
    expect(await days(evenings)).toEqual(evenings.map((ms) => paris.format(ms)));
  });
});

test('instant is the instant that JavaScript reads, whatever the offset', async () => {
  const offset = fc.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 14 }), fc.constantFrom(0, 15, 30, 45));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2099, 0, 1) }), offset), {
        minLength: 100,
        maxLength: 100,
      }),
      async (given) => {
        const texts = given.map(
          ([ms, [sign, hours, minutes]]) =>
            `${new Date(ms).toISOString().slice(0, -1)}${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`,
        );
        const read = await macros.evaluate("strftime(instant(x), '%Y-%m-%dT%H:%M:%S.%gZ')", texts);
        expect(read).toEqual(texts.map((text) => new Date(text).toISOString()));
      },
    ),
    { numRuns: 20, seed },
  );
});

test('a moment is the same whatever stands beside it', async () => {
  // The engine's calendar keeps the zone that it read last.
  expect(
    await macros.evaluate('instant(x)', [
      '2025-07-05 10:00:00 PST',
      '2025-07-05T10:00:00',
      '2025-07-05 10:00:00 Asia/Tokyo',
      '2025-07-05T10:00:00',
    ]),
  ).toEqual([null, '2025-07-05 10:00:00', null, '2025-07-05 10:00:00']);
});

test('every spelling of an IPv6 address has one network', async () => {
  const address = fc.ipV6().filter((ip) => !ip.includes('.'));
  await fc.assert(
    fc.asyncProperty(fc.array(address, { minLength: 100, maxLength: 100 }), async (addresses) => {
      const networks = addresses.map((ip) => {
        // The URL parser writes an address in its shortest form: expand that one.
        const [left = '', right] = new URL(`http://[${ip}]/`).hostname.slice(1, -1).split('::');
        const head = left === '' ? [] : left.split(':');
        const tail = right === undefined || right === '' ? [] : right.split(':');
        const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail];
        return `${groups.slice(0, 3).join(':')}::/48`;
      });
      expect(await macros.evaluate('ip_network(x)', addresses)).toEqual(networks);
    }),
    { numRuns: 20, seed },
  );
});
