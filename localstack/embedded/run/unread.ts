import { basename } from 'node:path';
import { dayOfKey } from '../../../lambdas/shared/days.ts';
import { unfinishedImports } from '../../../lambdas/import/land.ts';
import { importsPrefix } from '../../../lambdas/shared/schema/ops-keys.ts';
import type { Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { isFolder } from '../lake/at-work.ts';
import { codeOf } from '../lake/errors.ts';
import { standingUnder, type Standing } from '../lake/list.ts';

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

/** What of this is not read, with the reason: objects that are in the wrong place, and what can be no object. */
export function unreadAmong(standing: Iterable<Standing>, catalog: Catalog): Unread[] {
  const feeds = [...catalog.values()].filter(({ zone }) => zone === 'raw').map(({ prefix }) => prefix);
  const unread: Unread[] = [];
  const imports: string[] = [];
  for (const { path, strange } of standing) {
    // What people imported is kept there as it was; what was made of it stands under the feeds.
    if (strange === undefined && path.startsWith(importsPrefix)) {
      imports.push(path);
      continue;
    }
    const reason = strange ?? whyUnread(path, feeds);
    if (reason !== undefined && !litter.has(basename(path))) unread.push({ key: path, reason });
  }
  for (const key of unfinishedImports(imports))
    unread.push({
      key,
      reason: 'its import did not come to its end, and only a part of it may count. Import the file again.',
    });
  return unread;
}

/** What stands in raw: in a folder there may be what can be no object, in a bucket there are objects alone. */
async function* standingInRaw(lake: Lake): AsyncGenerator<Standing> {
  if (isFolder(lake)) yield* standingUnder(lake.location, 'raw/');
  else for await (const path of lake.keys('raw/')) yield { path };
}

/** All that stands in raw and is not read. */
export async function unreadObjects(lake: Lake, catalog: Catalog): Promise<Unread[]> {
  const standing: Standing[] = [];
  try {
    for await (const one of standingInRaw(lake)) standing.push(one);
    return unreadAmong(standing, catalog);
  } catch (error) {
    // Who may read the figures need not be who may read what people sent.
    if (codeOf(error) !== 'EACCES') throw error;
    return [
      ...unreadAmong(standing, catalog),
      { key: 'raw/', reason: 'you may not look into it, so nothing can be said of it.' },
    ];
  }
}
