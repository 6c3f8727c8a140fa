import type { Catalog } from '../../lambdas/shared/schema/catalog.ts';
import { visible } from '../../lambdas/shared/visible.ts';

/** Raw objects that are named one by one. */
const named = 5;

/** Lines about the raw objects that no table reads: each with the place where it would be read, or the feeds that there are. */
export function unreadLines(keys: readonly string[], catalog: Catalog): string[] {
  const feeds = [...catalog.values()].filter(({ zone }) => zone === 'raw').map(({ prefix }) => prefix).toSorted();
  const feedOf = (key: string) => feeds.find((prefix) => key.startsWith(prefix));
  return [
    ...keys.slice(0, named).map((key) => {
      const feed = feedOf(key);
      return feed === undefined ? `${visible(key)} is not read: it stands under no feed.`
        : `${visible(key)} is not read: it stands in no folder of a day. Move it, as to ${feed}dt=2025-01-31/${visible(key.slice(key.lastIndexOf('/') + 1))}`;
    }),
    ...(keys.length > named ? [`and ${keys.length - named} more raw ${keys.length - named === 1 ? 'object is' : 'objects are'} not read.`] : []),
    ...(keys.some((key) => feedOf(key) === undefined) ? [`The feeds: ${feeds.join(', ')}`] : []),
  ];
}
