/** The pages of a report: what they say of each other, in whatever order they stand. */

/** One page of a reporting API's answer, without what the platform wraps around its records. */
export interface Page {
  readonly records: readonly unknown[];
  /** What the platform says instead of records, in its own words. */
  readonly error?: string | undefined;
  /** Its number and how many there are, where the platform counts them. */
  readonly place?: { readonly page: number; readonly of: number } | undefined;
  /** The places of its first record and its last in the whole report, from 0, where the platform says so. */
  readonly span?: { readonly from: number; readonly to: number } | undefined;
  /** How many records the whole report has, where the platform says so. */
  readonly total?: number | undefined;
  /** Whether a page comes after it, and before it; undefined where the platform does not say. */
  readonly isFollowed: boolean;
  readonly isFirst: boolean | undefined;
}

/** What pages that stand together are of their report. */
export interface Pages {
  /** Whether a page comes after these, and whether the first is here (undefined where it does not say). */
  readonly isFollowed: boolean;
  readonly isFirst: boolean | undefined;
  /** The places of the first of them and the last, where the platform counts its pages or their records. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Those between them that are not here, in words. */
  readonly gap?: string | undefined;
}

type Place = NonNullable<Page['place']>;

/** Of several reports, told apart by how many pages each has: a page that fewer of them have than have another. */
function lackingIn(places: readonly Place[]): string | undefined {
  for (const of of new Set(places.map((place) => place.of))) {
    const numbers = places.flatMap((place) => (place.of === of ? [place.page] : []));
    const counts = Array.from({ length: of }, (_, i) => numbers.filter((page) => page === i + 1).length);
    const lacking = counts.findIndex((count) => count < Math.max(...counts));
    if (lacking >= 0) return `page ${lacking + 1} of ${of} is not here`;
  }
  return undefined;
}

/** TikTok counts its pages. */
function numbered(places: readonly Place[]): Pages {
  const numbers = new Set(places.map(({ page }) => page));
  if (numbers.size < places.length) return { isFollowed: false, isFirst: true, gap: lackingIn(places) };
  const of = Math.max(...places.map((place) => place.of));
  const [from, to] = [Math.min(...numbers), Math.max(...numbers)];
  const missing = Array.from({ length: to - from + 1 }, (_, i) => from + i).find((page) => !numbers.has(page));
  return {
    isFollowed: to < of,
    isFirst: from <= 1,
    from,
    to,
    gap: missing === undefined ? undefined : `page ${missing} of ${of} is not here`,
  };
}

/** Where a page that names a next one is not met by one that names it: the records between, by their number from 1. */
function between(pages: readonly Page[]): string | undefined {
  const spans = pages.map(({ span }) => span);
  if (spans.includes(undefined)) return undefined;
  const begins = pages.flatMap(({ isFirst, span }) => (isFirst === false && span ? [span.from] : []));
  const ends = pages.flatMap(({ isFollowed, span }) => (isFollowed && span ? [span.to + 1] : []));
  const open = ends.filter((end) => !begins.includes(end)).toSorted((a, b) => a - b)[0];
  const next = begins.filter((begin) => open !== undefined && begin > open).toSorted((a, b) => a - b)[0];
  return open === undefined || next === undefined ? undefined : `its rows ${open + 1} to ${next} are not here`;
}

/** Meta's pages name the next and the one before: of one report as many do the one as the other. */
function linked(pages: readonly Page[]): Pages {
  const followed = pages.filter(({ isFollowed }) => isFollowed).length;
  const preceded = pages.filter(({ isFirst }) => isFirst === false).length;
  const ends = { isFollowed: followed === pages.length, isFirst: preceded < pages.length };
  const spans = pages.flatMap(({ span }) => span ?? []);
  const [from, to] =
    spans.length < pages.length
      ? []
      : [Math.min(...spans.map((span) => span.from)), Math.max(...spans.map((span) => span.to))];
  const gap = between(pages);
  if (gap !== undefined) return { ...ends, from, to, gap };
  const excess = followed - preceded;
  // One that stands at an end may go on in another file.
  if (excess === 1 && pages.at(-1)?.isFollowed) return { ...ends, isFollowed: true, from, to };
  if (excess === -1 && pages[0]?.isFirst === false) return { ...ends, isFirst: false, from, to };
  if (excess === 0 || ends.isFollowed || !ends.isFirst) return { ...ends, from, to };
  return {
    ...ends,
    gap:
      excess > 0
        ? 'one of its pages names a next one, which is not here'
        : 'the page before one of its pages is not here',
  };
}

/** Google's pages name the next one alone; some say how many records there are in all. */
function tokened(pages: readonly Page[]): Pages {
  const isFollowed = pages.at(-1)?.isFollowed ?? false;
  const total = Math.max(0, ...pages.map((page) => page.total ?? 0));
  if (total === 0 || !pages.some((page) => page.isFollowed)) return { isFollowed, isFirst: undefined };
  const rows = pages.reduce((sum, { records }) => sum + records.length, 0);
  if (rows % total === 0) return { isFollowed: false, isFirst: undefined };
  return {
    isFollowed,
    isFirst: undefined,
    gap: isFollowed ? undefined : `only ${rows} of its ${total} rows are here`,
  };
}

/** What the pages of one file are together. */
export function together(pages: readonly Page[]): Pages {
  const places = pages.flatMap(({ place }) => (place ? [place] : []));
  if (places.length > 0) return numbered(places);
  if (pages.some(({ isFirst }) => isFirst !== undefined)) return linked(pages);
  return tokened(pages);
}
