import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentTypeOf } from '../shared/content-types.ts';
import { home } from '../shared/home.ts';
import { ObjectNotFound, type Lake } from '../shared/ports/lake.ts';
import { pageKey, sitePrefix } from '../shared/schema/site-keys.ts';

/** Where the built page is in a bundle; a checkout builds it (`dashboard/build.ts`). */
export const bundledPage = fileURLToPath(new URL('dashboard/site', home));

async function isThere(lake: Lake, key: string, bytes: Buffer): Promise<boolean> {
  const there = await lake.get(key).catch((error: unknown) => {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  });
  return there?.equals(bytes) === true;
}

/**
 * Puts the page of this release beside what it reads, where it is not there yet: first the files that it names, each
 * named by its content, and then the page. So whoever loads it meanwhile has one release or the other, and one that was
 * loaded before goes on finding its files.
 */
export async function publishPage(lake: Lake, folder: string): Promise<void> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = found
    .filter((file) => file.isFile())
    .map((file) =>
      join(file.parentPath, file.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((name) => `${sitePrefix}${name}` !== pageKey);
  for (const name of [...names.toSorted(), pageKey.slice(sitePrefix.length)]) {
    const bytes = await readFile(join(folder, name));
    const key = `${sitePrefix}${name}`;
    if (!(await isThere(lake, key, bytes))) await lake.put(key, bytes, { contentType: contentTypeOf(name) });
  }
}
