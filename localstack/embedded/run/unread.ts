import { basename } from 'node:path';
import { dayOfKey } from '../../../lambdas/shared/days.ts';
import type { Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import { codeOf } from '../lake/errors.ts';
import { standingUnder } from '../lake/list.ts';

/** Something in the raw zone that no table reads. */
export interface Unread {
  /** Its key, or the path of what can be no object; a folder's ends with a slash. */
  readonly key: string;
  /** Why it is not read, and what to do about it. */
  readonly reason: string;
}

/** What systems leave in every folder that they look at or keep: nobody takes these for exports. */
const litter = new Set(['.DS_Store', '.gitkeep']);

/** Why an object of raw is not read: it stands in no `dt=` folder of a real day, or under the prefix of no feed. */
function whyUnread(key: string, feeds: readonly string[]): string | undefined {
  const feed = feeds.find((prefix) => key.startsWith(prefix));
  if (feed === undefined) return 'it stands under no feed.';
  return dayOfKey(key) === undefined
    ? `it stands in no folder of a day. Move it, as to ${feed}dt=2025-01-31/${basename(key)}`
    : undefined;
}

/** All that stands in raw and is not read, with the reason: objects that are in the wrong place, and what can be no object. */
export async function unreadObjects(root: string, catalog: Catalog): Promise<Unread[]> {
  const feeds = [...catalog.values()].filter(({ zone }) => zone === 'raw').map(({ prefix }) => prefix);
  const unread: Unread[] = [];
  try {
    for await (const { path, strange } of standingUnder(root, 'raw/')) {
      const reason = strange ?? whyUnread(path, feeds);
      if (reason !== undefined && !litter.has(basename(path))) unread.push({ key: path, reason });
    }
  } catch (error) {
    // Who may read the figures need not be who may read what people sent.
    if (codeOf(error) !== 'EACCES') throw error;
    unread.push({ key: 'raw/', reason: 'you may not look into it, so nothing can be said of it.' });
  }
  return unread;
}
