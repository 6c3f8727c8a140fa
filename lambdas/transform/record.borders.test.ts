/** Names of record.sql at their borders: each value beside the nearest one that is judged otherwise. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openMacros, type Macros } from './macro-cases.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros();
});
afterAll(() => macros.close());

type Value = string | null;

test('the shape of GraphQL: its ids, or one of its names where a record has no id', async () => {
  const names = ['data', 'edges', 'node', 'nodes', 'createdAt', '__parentId'];
  const cases: readonly (readonly [record: string, id: Value, expected: boolean | null])[] = [
    ['{}', 'gid://shopify/Order/1', true],
    ['{}', '1', false],
    ['{"data": {}}', '1', false],
    ['{"name": "data"}', null, null],
    ...names.map((name) => [JSON.stringify({ [name]: {} }), null, true] as const),
  ];
  const found = await macros.evaluate(
    'is_graphql(x, y)',
    cases.map(([record, id]) => [record, id]),
  );
  expect(found).toEqual(cases.map(([, , expected]) => expected));
});

test.each<readonly [expression: string, cases: readonly (readonly [given: Value, expected: Value])[]]>([
  [
    'folded(x)',
    [
      ['Crème', 'crème'],
      ['cre\u0300me', 'crème'],
      ['a\u00a0B', 'a b'],
      ['a\u202fB', 'a b'],
      ['a  b', 'a b'],
      ['a   b', 'a b'],
      ['a    b', 'a b'],
      ['  a ', 'a'],
      ['   ', null],
      ['', null],
      [null, null],
    ],
  ],
  [
    "unread_day(x, 'day')",
    [
      ['2026-03-10', null],
      ['31/12/2025', null],
      ['soon', 'type:day'],
      ['', null],
      [null, null],
    ],
  ],
  [
    "unread_handle(x, 'name')",
    [
      ['@lea', null],
      ['https://www.instagram.com/p/abc/', 'handle:name'],
      ['!', 'handle:name'],
      ['  ', null],
      ['', null],
    ],
  ],
  [
    'network_of(x)',
    [
      [' IG ', 'instagram'],
      ['Insta', 'instagram'],
      [' TikTok ', 'tiktok'],
      ['tik-tok', 'tiktok'],
      ['tt', 'tiktok'],
      [' You Tube ', 'youtube'],
      ['yt', 'youtube'],
      [' Twitch ', 'twitch'],
      ['instagrams', 'instagrams'],
      [null, null],
    ],
  ],
  [
    'handle_of(x)',
    [
      // A word that is no name in a link may be one by itself.
      ['reels', 'reels'],
      ['https://www.instagram.com/reels/', ''],
    ],
  ],
])('%s', async (expression, cases) => {
  const found = await macros.evaluate(
    expression,
    cases.map(([given]) => given),
  );
  expect(found).toEqual(cases.map(([, expected]) => expected));
});

test('the faults of a row are those of its cells, then those that its SELECT found, without gaps', async () => {
  const found = await macros.evaluate("array_to_string(faults_of([x], [y, 'last']), ', ')", [
    ['a', 'b'],
    [null, 'b'],
    ['a', null],
    [null, null],
  ]);
  expect(found).toEqual(['a, b, last', 'b, last', 'a, last', 'last']);
});

test.each([
  ['2025-01-10 22:59:59.999', '2025-01-10'],
  ['2025-01-10 23:00:00', '2025-01-11'],
  ['2025-07-10 21:59:59.999', '2025-07-10'],
  ['2025-07-10 22:00:00', '2025-07-11'],
  // The days on which the clocks move, and those beside them; in 2024 the last Sunday of March is its last day.
  ['2025-03-29 22:30:00', '2025-03-29'],
  ['2025-03-30 22:30:00', '2025-03-31'],
  ['2025-10-25 22:30:00', '2025-10-26'],
  ['2025-10-26 22:30:00', '2025-10-26'],
  ['2024-03-30 22:30:00', '2024-03-30'],
  ['2024-03-31 22:30:00', '2024-04-01'],
  ['2024-02-29 22:30:00', '2024-02-29'],
  ['2024-10-26 22:30:00', '2024-10-27'],
  ['2024-10-27 22:30:00', '2024-10-27'],
  ['2024-11-02 22:30:00', '2024-11-02'],
])('%s UTC is of the day %s in Central Europe', async (moment, day) => {
  expect(await macros.evaluate('CAST(central_european_day(CAST(x AS TIMESTAMP)) AS VARCHAR)', [moment])).toEqual([day]);
});
