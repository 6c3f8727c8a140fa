/** Answers of interfaces that come in pages: each page says whether another follows it. */
import * as z from 'zod';
import { Refused } from './refused.ts';

const words = z.string().min(1);
const yes = z.literal(true);
/** How interfaces say that there is more. */
const followed = z.union([
  z.looseObject({ next: words }),
  z.looseObject({ next: z.looseObject({ href: words }) }),
  z.looseObject({ hasMore: yes }),
  z.looseObject({ has_more: yes }),
  z.looseObject({ hasNextPage: yes }),
  z.looseObject({ has_next_page: yes }),
  z.looseObject({ nextPageToken: words }),
  z.looseObject({ next_page_token: words }),
  z.looseObject({ nextPage: z.union([words, z.number()]) }),
  z.looseObject({ next_page: z.union([words, z.number()]) }),
  z.looseObject({ next_cursor: words }),
]);
const preceded = z.union([z.looseObject({ previous: words }), z.looseObject({ prev: words })]);
/** Where they say it: beside the list of records, or in an object of its own. */
const places = ['links', '_links', 'paging', 'pagination', 'meta', 'pageInfo', 'page_info'];

const says = (what: z.ZodType, page: Readonly<Record<string, unknown>>) =>
  [page, ...places.map((name) => page[name])].some((place) => what.safeParse(place).success);

/** What an answer names its records; a record itself may have lists of other things, and a `next` of its own. */
const lists = ['results', 'data', 'events', 'visits', 'orders', 'items', 'records'];

/** Looks whether a file holds the first of an answer's pages, and the last. */
export class OfPages {
  #isFirst = true;
  #isFollowed = false;
  #isPreceded = false;

  look(record: Readonly<Record<string, unknown>>): void {
    if (!lists.some((name) => Array.isArray(record[name]))) return;
    if (this.#isFirst) this.#isPreceded = says(preceded, record);
    this.#isFirst = false;
    this.#isFollowed = says(followed, record);
  }

  /** @throws Refused where a page is missing at one of the ends */
  end(): void {
    if (this.#isFollowed || this.#isPreceded)
      throw new Refused(
        'It is one page of an answer that has others. Put all of them into one file, in their order (cat ' +
          'page1.json page2.json > all.json), and import that.',
      );
  }
}
