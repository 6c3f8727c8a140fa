import { describe, expect, test } from '@jest/globals';
import { readAnswer } from './answers.ts';

const tiktok = (page: number, of: number) => ({
  code: 0,
  data: { list: [{ n: page }], page_info: { page, total_page: of } },
});
const meta = (n: number, paging?: object) => ({ data: [{ n }], paging });
const google = (n: number, nextPageToken?: string) => ({ results: [{ n }], nextPageToken });
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
    expect(answer(feed, ...pages)).toMatchObject({ isFirst, isFollowed });
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
