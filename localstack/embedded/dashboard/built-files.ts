import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { contentTypeOf } from '../../../lambdas/shared/content-types.ts';
import type { LocalAnswer } from '../http/local-server.ts';

/** A file of a build has its content in its name; the page that names them has not. */
const [forAYear, askEachTime] = ['private, max-age=31536000, immutable', 'no-cache'] as const;

/**
 * The files of a build by their paths below it, `assets/index-….js`, read once: no address of a request ever becomes a
 * path of the disk. What is no plain file, such as a link, is left out.
 */
export async function builtFiles(folder: string): Promise<ReadonlyMap<string, LocalAnswer>> {
  const files = new Map<string, LocalAnswer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replaceAll(sep, '/');
    files.set(name, {
      status: 200,
      headers: {
        'content-type': contentTypeOf(name),
        'cache-control': name.startsWith('assets/') ? forAYear : askEachTime,
      },
      body: await readFile(path),
    });
  }
  return files;
}
