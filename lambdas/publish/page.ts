import { readFileSync } from 'node:fs';
import { home } from '../shared/home.ts';
import { ObjectNotFound, type Lake } from '../shared/ports/lake.ts';
import { pageKey } from '../shared/schema/site-keys.ts';

/** Puts the page of this release beside what it reads, where it is not there yet. */
export async function publishPage(lake: Lake): Promise<void> {
  const page = readFileSync(new URL('dashboard/index.html', home));
  const there = await lake.get(pageKey).catch((error: unknown) => {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  });
  if (there?.equals(page) !== true) await lake.put(pageKey, page, { contentType: 'text/html; charset=utf-8' });
}
