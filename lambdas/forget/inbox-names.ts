/** Files that wait in the inbox and are called after a person: each run would write their names again. */
import { answersPrefix, inboxPrefix } from '../import/land.ts';
import { ObjectNotFound, PreconditionFailed, type Lake } from '../shared/ports/lake.ts';
import { noChanges } from './changes.ts';
import type { Finder } from './person.ts';
import type { RewrittenObject } from './plan.ts';

/** A key without the person, under which nothing stands; `count` sets those apart that become one. */
async function freeKey(lake: Lake, key: string, finder: Finder): Promise<string> {
  const name = finder.masked(key);
  for (let count = 1; ; count++) {
    const free = count === 1 ? name : name.replace(/(?<ending>(?:\.[^./]*)?)$/, ` (${count})$<ending>`);
    if ((await lake.head(free)) === undefined) return free;
  }
}

/** Moves an object. @returns undefined where it is gone, or changed meanwhile: the next look finds what is there then */
async function moved(lake: Lake, key: string, finder: Finder): Promise<string | undefined> {
  const head = await lake.head(key);
  if (head === undefined) return undefined;
  const to = await freeKey(lake, key, finder);
  try {
    await lake.put(to, await lake.get(key), { metadata: head.metadata, ifAbsent: true });
    await lake.delete(key, { ifMatch: head.etag });
    return to;
  } catch (error) {
    if (error instanceof PreconditionFailed || error instanceof ObjectNotFound) return undefined;
    throw error;
  }
}

/**
 * Gives files of the inbox that are called after a person a name without them, and takes away what was answered of
 * them: the next run answers anew.
 * @returns what was renamed, by its new name
 */
export async function renamedInInbox(lake: Lake, finder: Finder): Promise<RewrittenObject[]> {
  const renamed: RewrittenObject[] = [];
  for (const prefix of [inboxPrefix, answersPrefix]) {
    const keys: string[] = [];
    for await (const key of lake.keys(prefix)) if (finder.isIn(key)) keys.push(key);
    for (const key of keys) {
      if (prefix === answersPrefix) await lake.delete(key);
      else {
        const to = await moved(lake, key, finder);
        if (to !== undefined) renamed.push({ ...noChanges(), key: to, masked: 1 });
      }
    }
  }
  return renamed;
}
