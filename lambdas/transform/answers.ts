import * as z from 'zod';
import { isTooDeep, jsonTexts, parsedJson } from '../shared/json-texts.ts';

/** One page of a reporting API's answer, without what the platform wraps around its records. */
interface Page {
  readonly records: readonly unknown[];
  /** What the platform says instead of records, in its own words. */
  readonly error?: string | undefined;
  /** Its number and how many there are, where the platform counts them. */
  readonly place?: { readonly page: number; readonly of: number } | undefined;
  /** Whether a page comes after it, and before it; undefined where the platform does not say. */
  readonly isFollowed: boolean;
  readonly isFirst: boolean | undefined;
}

/** A document of one platform's pages, as one pull or a part of one. */
export interface Answer {
  readonly records: readonly unknown[];
  /** The first thing that is wrong with it: a reason, and what shows it. */
  readonly problem?: { readonly reason: string; readonly record: string };
  readonly isFollowed: boolean;
  readonly isFirst: boolean | undefined;
}

const told = z.object({
  code: z.union([z.number(), z.string()]).optional(),
  message: z.string().optional(),
  status: z.string().optional(),
});
/** A code and a message on one line: they become a reject's reason. */
const words = ({ code, message, status }: z.infer<typeof told>): string =>
  [code, message ?? status]
    .filter((part) => part !== undefined)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 200) || 'no message';

const failed = z
  .object({ error: told })
  .transform(({ error }): Page => ({ records: [], error: words(error), isFollowed: false, isFirst: true }));

// In Google's JSON an empty list is left out; a row of totals comes in a page of its own.
const unread = z.unknown().optional();
const googlePage = z
  .strictObject({
    results: z.array(z.unknown()).default([]),
    nextPageToken: z.string().default(''),
    summaryRow: unread,
    fieldMask: unread,
    requestId: unread,
    totalResultsCount: unread,
    queryResourceConsumption: unread,
  })
  .transform(({ results, nextPageToken }): Page => ({
    records: results,
    isFollowed: nextPageToken !== '',
    isFirst: undefined,
  }));

const metaPage = z
  .object({
    data: z.array(z.unknown()),
    paging: z.object({ next: z.string().optional(), previous: z.string().optional() }).nullish(),
  })
  .transform(({ data, paging }): Page => ({
    records: data,
    isFollowed: paging?.next !== undefined,
    isFirst: paging?.previous === undefined,
  }));

const tiktokFailed = z
  .object({ code: z.number().refine((code) => code !== 0), message: z.string().optional() })
  .transform((answer): Page => ({ records: [], error: words(answer), isFollowed: false, isFirst: true }));
const tiktokPage = z
  .object({
    data: z.object({
      list: z.array(z.unknown()).nullable(),
      page_info: z.object({ page: z.number(), total_page: z.number() }).partial().nullish(),
    }),
  })
  .transform(({ data: { list, page_info: info } }): Page => {
    const [page, of] = [info?.page ?? 1, info?.total_page ?? 1];
    return { records: list ?? [], place: { page, of }, isFollowed: page < of, isFirst: page <= 1 };
  });

/** A report as an import makes it of a page's export: all of it in one. */
const importedReport = z
  .strictObject({ records: z.array(z.unknown()) })
  .transform(({ records }): Page => ({ records, isFollowed: false, isFirst: true }));

/** How the pages of each feed are read. A page that is none of these has another shape than the platform's answers. */
const platforms: ReadonlyMap<string, z.ZodType<Page>> = new Map<string, z.ZodType<Page>>([
  ['raw_google_ads', z.union([failed, googlePage])],
  ['raw_meta_ads', z.union([failed, metaPage])],
  ['raw_tiktok_ads', z.union([tiktokFailed, failed, tiktokPage])],
  ['raw_ad_reports', importedReport],
]);

function missingPage(pages: readonly Page[]): string | undefined {
  const places = pages.flatMap(({ place }) => (place ? [place] : []));
  const numbers = new Set(places.map(({ page }) => page));
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  const gap =
    places.length === 0
      ? undefined
      : Array.from({ length: last - first + 1 }, (_, i) => first + i).find((page) => !numbers.has(page));
  return gap === undefined ? undefined : `page ${gap} of ${Math.max(...places.map(({ of }) => of))} is not here`;
}

/**
 * Reads what one of the advertising platforms answered: a page, a list of pages, or pages one after the other.
 * The pages that can be read are read, whatever is wrong with another.
 * @throws Error where nobody has said how that feed's pages are read
 */
export function readAnswer(feed: string, text: string): Answer {
  const platform = platforms.get(feed);
  if (!platform) throw new Error(`answers.ts does not say how the pages of ${feed} are read.`);
  const pages: Page[] = [];
  const seen = new Set<string>();
  let problem: Answer['problem'];
  for (const part of jsonTexts(text)) {
    let document: unknown;
    try {
      document = parsedJson(part);
    } catch {
      problem ??= { reason: 'malformed:document', record: part };
      continue;
    }
    if (isTooDeep(document)) {
      problem ??= { reason: 'too_deep:document', record: part };
      continue;
    }
    for (const one of Array.isArray(document) ? (document as readonly unknown[]) : [document]) {
      const page = platform.safeParse(one);
      if (!page.success) problem ??= { reason: 'shape:document', record: part };
      else if (page.data.error !== undefined) problem ??= { reason: `platform_error:${page.data.error}`, record: part };
      else if (page.data.records.length > 0 && seen.size === seen.add(JSON.stringify(page.data.records)).size)
        problem ??= { reason: 'repeated_page:document', record: part };
      else pages.push(page.data);
    }
  }
  const gap = missingPage(pages);
  if (gap !== undefined) problem ??= { reason: 'missing_page:object', record: gap };
  return {
    records: pages.flatMap(({ records }) => records),
    ...(problem && { problem }),
    isFollowed: pages.at(-1)?.isFollowed ?? false,
    isFirst: pages[0]?.isFirst,
  };
}
