import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareKeys, isKey } from '../../../lambdas/shared/ports/lake-rules.ts';
import { codeOf, isMissing } from './errors.ts';

async function entriesOf(root: string, folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    // A folder may vanish while it is listed. Only a root that is a file is worth an error.
    if (codeOf(error) === 'ENOENT' || (folder !== '' && isMissing(error))) return [];
    throw error;
  }
}

/**
 * The keys of all files under `root` that begin with `prefix`, in order. Links to files count as files; links to
 * folders are not followed, for they may lead round in a circle.
 *
 * A folder sorts by its name with the slash, as its keys do: `a b`, `a.txt`, `a/x`, `a0`.
 */
export async function* keysUnder(root: string, prefix: string, folder = ''): AsyncGenerator<string> {
  const paths = (await entriesOf(root, folder)).map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`);
  for (const path of paths.sort(compareKeys)) {
    if (!path.endsWith('/')) {
      if (path.startsWith(prefix) && isKey(path)) yield path;
    } else if ((path.startsWith(prefix) || prefix.startsWith(path)) && isKey(path.slice(0, -1))) {
      yield* keysUnder(root, prefix, path);
    }
  }
}

/** The keys of all files that begin with `prefix`, at once. */
export async function listKeys(root: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of keysUnder(root, prefix)) keys.push(key);
  return keys;
}
