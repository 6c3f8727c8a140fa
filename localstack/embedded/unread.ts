import { dayOfKey } from '../../lambdas/shared/days.ts';
import type { Catalog } from '../../lambdas/shared/schema/catalog.ts';
import { keysUnder } from './files/list.ts';

/** The raw objects that no table reads: those in no `dt=` folder of a real day, and those under the prefix of no feed. */
export async function unreadKeys(root: string, catalog: Catalog): Promise<string[]> {
  const feeds = [...catalog.values()].filter(({ zone }) => zone === 'raw').map(({ prefix }) => prefix);
  const unread: string[] = [];
  for await (const key of keysUnder(root, 'raw/')) {
    if (dayOfKey(key) === undefined || !feeds.some((prefix) => key.startsWith(prefix))) unread.push(key);
  }
  return unread;
}
