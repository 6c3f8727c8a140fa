import type { Catalog } from '../lambdas/shared/schema/catalog.ts';
import { visible } from '../lambdas/shared/visible.ts';
import type { Unread } from '../localstack/embedded/run/unread.ts';

/** What is named one by one. */
const named = 5;

/** Lines about what stands in raw and is not read: each with what to do about it, and the feeds that there are. */
export function unreadLines(unread: readonly Unread[], catalog: Catalog): string[] {
  const feeds = [...catalog.values()]
    .filter(({ zone }) => zone === 'raw')
    .map(({ prefix }) => prefix)
    .toSorted();
  const more = unread.length - named;
  return [
    ...unread.slice(0, named).map(({ key, reason }) => `${visible(key)} is not read: ${visible(reason)}`),
    ...(more > 0
      ? [
          `and ${more} more raw ${more === 1 ? 'object is' : 'objects are'} not read: "sillage status --json" ` +
            'names them all.',
        ]
      : []),
    ...(unread.some(({ key }) => !feeds.some((prefix) => key.startsWith(prefix)))
      ? [`The feeds: ${feeds.join(', ')}`]
      : []),
  ];
}
