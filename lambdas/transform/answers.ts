import * as z from 'zod';
import { isTooDeep, jsonTexts, parsedJson } from '../shared/json-texts.ts';
import { together, type Page, type Pages } from './pages.ts';

/** A document of one platform's pages, as one pull or a part of one. */
export interface Answer {
  readonly records: readonly unknown[];
  /** The first thing that is wrong with it: a reason, and what shows it. */
  readonly problem?: { readonly reason: string; readonly record: string };
  readonly pages: Pages;
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
    totalResultsCount: z.union([z.string(), z.number()]).optional(),
    queryResourceConsumption: unread,
  })
  .transform(({ results, nextPageToken, totalResultsCount }): Page => ({
    records: results,
    total: Number(totalResultsCount ?? Number.NaN) || undefined,
    isFollowed: nextPageToken !== '',
    isFirst: undefined,
  }));

/** Insights' cursors are the places of a page's first row and its last: `MjQZD` is “24” in base64, its `=` as `ZD`. */
const placeOf = (cursor: string | undefined): number | undefined => {
  const text = Buffer.from((cursor ?? '').replaceAll('ZD', '='), 'base64').toString('latin1');
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
};

const metaPage = z
  .object({
    data: z.array(z.unknown()),
    paging: z
      .object({
        next: z.string().optional(),
        previous: z.string().optional(),
        cursors: z.object({ before: z.string(), after: z.string() }).partial().nullish().catch(undefined),
      })
      .nullish(),
  })
  .transform(({ data, paging }): Page => {
    const [from, to] = [placeOf(paging?.cursors?.before), placeOf(paging?.cursors?.after)];
    const isPlaced = from !== undefined && to !== undefined && data.length === to - from + 1;
    return {
      records: data,
      span: isPlaced ? { from, to } : undefined,
      isFollowed: paging?.next !== undefined,
      isFirst: paging?.previous === undefined,
    };
  });

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
  const known = together(pages);
  if (known.gap !== undefined) problem ??= { reason: 'missing_page:object', record: known.gap };
  return { records: pages.flatMap(({ records }) => records), ...(problem && { problem }), pages: known };
}
