import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { openEngine } from '../shared/duckdb.ts';
import { defaultProfile, type ShopProfile } from '../shared/shop/profile.ts';
import { knowingNames } from './names.ts';

/** A session that knows the names of `record.sql`, `traffic.sql` and the list of traffic sources, for their tests. */
export interface Macros {
  /** The values of an expression over `x`, and `y` where each case has two, in the order of the cases; null is null. */
  evaluate(expression: string, cases: readonly (string | null | readonly (string | null)[])[]): Promise<unknown[]>;
  /** Where visits came from, in the order of the pages. A page without a host needs `home`, a host of the shop. */
  visits(pages: readonly Page[]): Promise<Visit[]>;
  /** The category that the list has for each name of a source. */
  categories(names: readonly string[]): Promise<unknown[]>;
  /** What the list calls each of them. */
  canonicals(names: readonly string[]): Promise<unknown[]>;
  close(): void;
}

export interface Page {
  readonly url: string | null;
  readonly referrer?: string | null;
  readonly home?: string | null;
}

const visit = z.object({
  source: z.string().nullable(),
  medium: z.string().nullable(),
  campaign: z.string().nullable(),
  campaign_id: z.string().nullable(),
  content: z.string().nullable(),
  term: z.string().nullable(),
  click_id_name: z.string().nullable(),
  click_id: z.string().nullable(),
  channel: z.string().nullable(),
  is_return: z.boolean(),
});
export type Visit = z.output<typeof visit>;

/** The host of a URL, an expression in SQL: the steps that a SELECT takes in columns of their own. */
export const hostOf = (url: string) =>
  ['authority_of(x)', 'lower(bare_host(x))', 'host_in(x)'].reduce(
    (value, step) => `list_transform([${value}], lambda x: ${step})[1]`,
    url,
  );

export async function openMacros(profile: ShopProfile = defaultProfile): Promise<Macros> {
  const engine = await openEngine({ threads: 1, memoryMb: 400, spill: join(tmpdir(), 'sillage-macros') });
  const session = knowingNames(await engine.connect(), profile);
  const listed = async (part: string, names: readonly string[]) => {
    const found = await session.rows(
      `WITH given AS (SELECT unnest(from_json(?, '["VARCHAR"]')) AS source_name, generate_subscripts(from_json(?, '["VARCHAR"]'), 1) AS place)
      SELECT listing.${part} AS part FROM with_listing(given) ORDER BY place`,
      [JSON.stringify(names), JSON.stringify(names)],
    );
    return found.map((row): unknown => row['part']);
  };
  return {
    async evaluate(expression, cases) {
      const rows = cases.map((one, place) => ({
        place,
        values: typeof one === 'string' || one === null ? [one] : one,
      }));
      const found = await session.rows(
        `SELECT place, ${expression} AS value FROM (
           SELECT c.place AS place, c."values"[1] AS x, c."values"[2] AS y, c."values"[3] AS z, c."values"[4] AS w
           FROM (SELECT unnest(from_json(?, '[{"place": "INTEGER", "values": ["VARCHAR"]}]')) AS c)) ORDER BY place`,
        [JSON.stringify(rows)],
      );
      return found.map((row): unknown => row['value']);
    },
    async visits(pages) {
      const rows = pages.map(({ url, referrer = null, home = null }, place) => ({
        place,
        page_url: url,
        referrer_url: referrer,
        home,
      }));
      const found = await session.rows(
        `WITH given AS (SELECT unnest(from_json(?, '[{"place": "INTEGER", "page_url": "VARCHAR", "referrer_url": "VARCHAR", "home": "VARCHAR"}]')) AS c),
         pages AS (SELECT c.place, c.page_url, c.referrer_url, coalesce(c.home, ${hostOf('c.page_url')}) AS home FROM given)
         SELECT ${Object.keys(visit.shape).join(', ')} FROM with_source(pages) ORDER BY place`,
        [JSON.stringify(rows)],
      );
      return found.map((row) => visit.parse(row));
    },
    categories: (names) => listed('category', names),
    canonicals: (names) => listed('canonical', names),
    close() {
      session.close();
      engine.close();
    },
  };
}
