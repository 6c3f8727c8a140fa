import { describe, expect, test } from '@jest/globals';
import { readAnswer } from './answers.ts';

const tiktok = (page: number, of: number) => ({
  code: 0,
  data: { list: [{ n: page }], page_info: { page, total_page: of } },
});
const meta = (n: number, paging?: object) => ({ data: [{ n }], paging });
/** Page `n` of `of` of Insights, of two rows each, with the places of its rows as cursors. */
const insights = (n: number, of: number) => ({
  data: [{ row: 2 * n }, { row: 2 * n + 1 }],
  paging: {
    cursors: { before: cursor(2 * n - 2), after: cursor(2 * n - 1) },
    ...(n < of && { next: 'n' }),
    ...(n > 1 && { previous: 'p' }),
  },
});
const cursor = (place: number) => Buffer.from(String(place)).toString('base64').replaceAll('=', 'ZD');
const google = (n: number, nextPageToken?: string, totalResultsCount?: string) => ({
  results: [{ n }],
  nextPageToken,
  totalResultsCount,
});
const answer = (feed: string, ...pages: readonly object[]) =>
  readAnswer(feed, pages.map((page) => JSON.stringify(page)).join('\n'));
const numbers = (records: readonly unknown[]) => records.map((record) => JSON.stringify(record));

describe('the pages of an answer', () => {
  test.each<readonly [pages: readonly number[], of: number, missing: string | undefined]>([
    [[1, 2, 3], 3, undefined],
    [[3, 1, 2], 3, undefined],
    [[1, 3], 3, 'page 2 of 3 is not here'],
    [[2, 4, 5], 5, 'page 3 of 5 is not here'],
    // What may stand before and behind them stands in other files.
    [[2, 3], 5, undefined],
    [[5], 5, undefined],
  ])('TikTok counts them: of %j of %i is missing: %s', (pages, of, missing) => {
    const { problem, records } = answer('raw_tiktok_ads', ...pages.map((page) => tiktok(page, of)));
    expect(problem).toEqual(missing === undefined ? undefined : { reason: 'missing_page:object', record: missing });
    expect(numbers(records)).toEqual(pages.map((n) => `{"n":${n}}`));
  });

  test.each<readonly [string, string, readonly object[], isFirst: boolean | undefined, isFollowed: boolean]>([
    ['TikTok, all', 'raw_tiktok_ads', [tiktok(1, 2), tiktok(2, 2)], true, false],
    ['TikTok, the first', 'raw_tiktok_ads', [tiktok(1, 2)], true, true],
    ['TikTok, the last', 'raw_tiktok_ads', [tiktok(2, 2)], false, false],
    ['TikTok, without numbers', 'raw_tiktok_ads', [{ data: { list: null } }], true, false],
    ['Meta, the only one', 'raw_meta_ads', [meta(1)], true, false],
    ['Meta, from the middle', 'raw_meta_ads', [meta(1, { next: 'x', previous: 'y' })], false, true],
    ['Meta, the last', 'raw_meta_ads', [meta(1, { previous: 'y' })], false, false],
    ['Google, which does not say what came before', 'raw_google_ads', [google(1, 'token')], undefined, true],
    ['Google, the last', 'raw_google_ads', [google(1, 'token'), google(2)], undefined, false],
    ['nothing', 'raw_google_ads', [], undefined, false],
  ])('say what stands around them: %s', (_, feed, pages, isFirst, isFollowed) => {
    expect(answer(feed, ...pages).pages).toMatchObject({ isFirst, isFollowed });
  });

  const [first, middle, last] = [meta(1, { next: 'x' }), meta(2, { next: 'x', previous: 'y' }), meta(3, { previous: 'y' })]; // prettier-ignore
  const another = meta(9);
  test.each<readonly [string, string, readonly object[]]>([
    ['Meta, in another order', 'raw_meta_ads', [last, first, middle]],
    ['Meta, as a shell sorts them', 'raw_meta_ads', [1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => insights(n, 11))],
    ['Meta, of two reports', 'raw_meta_ads', [first, middle, last, another, meta(5, { next: 'x' }), meta(6, { previous: 'y' })]], // prettier-ignore
    ['Meta, of two accounts that count alike', 'raw_meta_ads', [insights(1, 2), insights(2, 2), ...[1, 2].map((n) => ({ ...insights(n, 2), data: [{ a: n }, { b: n }] }))]], // prettier-ignore
    ['TikTok, of two reports', 'raw_tiktok_ads', [tiktok(1, 2), tiktok(2, 2), ...[3, 1, 2].map((n) => ({ data: { list: [{ m: n }], page_info: { page: n, total_page: 3 } } }))]], // prettier-ignore
    ['TikTok, of a report that grew meanwhile', 'raw_tiktok_ads', [tiktok(1, 2), tiktok(2, 3), tiktok(3, 3)]],
    ['Google, in another order, with the number of rows', 'raw_google_ads', [google(2, undefined, '2'), google(1, 't', '2')]], // prettier-ignore
    ['Google, of a query with a LIMIT', 'raw_google_ads', [google(1, undefined, '2000')]],
  ])('are all here: %s', (_, feed, pages) => {
    const { problem, pages: known } = answer(feed, ...pages);
    expect([problem, known.isFollowed, known.isFirst ?? true]).toEqual([undefined, false, true]);
  });

  test.each<readonly [string, string, readonly object[], string]>([
    [
      'Meta, by the places of its rows',
      'raw_meta_ads',
      [insights(1, 4), insights(4, 4)],
      'its rows 3 to 6 are not here',
    ],
    ['Meta, before another report', 'raw_meta_ads', [first, another], 'one of its pages names a next one, which is not here'], // prettier-ignore
    ['Meta, behind another report', 'raw_meta_ads', [another, last], 'the page before one of its pages is not here'],
    ['TikTok, of one of two reports', 'raw_tiktok_ads', [tiktok(1, 2), tiktok(2, 2), { data: { list: [{ m: 1 }], page_info: { page: 1, total_page: 3 } } }, tiktok(3, 3)], 'page 2 of 3 is not here'], // prettier-ignore
    ['Google, by the number of rows', 'raw_google_ads', [google(1, 't', '3'), google(3, undefined, '3')], 'only 2 of its 3 rows are here'], // prettier-ignore
  ])('are not all here: %s', (_, feed, pages, record) => {
    expect(answer(feed, ...pages).problem).toEqual({ reason: 'missing_page:object', record });
  });

  test('whose cursors are no places of rows say nothing of them', () => {
    const pages = [first, last].map((page) => ({ ...page, paging: { ...page.paging, cursors: { before: 'MAZDZD', after: 'QWxi' } } })); // prettier-ignore
    expect(answer('raw_meta_ads', ...pages).problem).toBeUndefined();
  });

  test('of which one is there twice are told, and each is read once', () => {
    const page = JSON.stringify(google(1));
    expect(readAnswer('raw_google_ads', page + page)).toMatchObject({
      records: [{ n: 1 }],
      problem: { reason: 'repeated_page:document', record: page },
    });
    // Pages without records are alike, and no repetition.
    expect(readAnswer('raw_google_ads', '{}{}').problem).toBeUndefined();
  });

  test('of a feed that nobody reads are an error of this program', () => {
    expect(() => readAnswer('raw_web_events', '{}')).toThrow('answers.ts does not say how');
  });
});

test.each([
  [{ error: { code: 190, message: 'Token\n expired' } }, '190 Token expired'],
  [{ error: { status: 'UNAUTHENTICATED' } }, 'UNAUTHENTICATED'],
  [{ error: { code: 1, message: 'm', status: 's' } }, '1 m'],
  [{ error: {} }, 'no message'],
  [{ error: { message: 'x'.repeat(201) } }, 'x'.repeat(200)],
])('what a platform says instead of records is told in its words: %j', (page, words) => {
  expect(answer('raw_google_ads', page)).toMatchObject({
    records: [],
    problem: { reason: `platform_error:${words}`, record: JSON.stringify(page) },
  });
});

test('TikTok says so by a code that is not 0', () => {
  expect(answer('raw_tiktok_ads', { code: 40105, message: 'Access token is incorrect' }).problem?.reason).toBe(
    'platform_error:40105 Access token is incorrect',
  );
});
