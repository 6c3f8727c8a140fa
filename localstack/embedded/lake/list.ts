import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { compareKeys, whyStray } from '../../../lambdas/shared/ports/lake-rules.ts';
import { codeOf, explain, isMissing } from './errors.ts';

/**
 * Synchronous: a folder of one object takes 20 µs, and ten times that through the thread pool; a lake has one for each
 * slice.
 */
function entriesOf(root: string, folder: string): readonly Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    // A folder may vanish while it is listed. Only a root that is a file is worth an error.
    if (codeOf(error) === 'ENOENT' || (folder !== '' && isMissing(error))) return [];
    throw error;
  }
}

/** Something that stands in the folder of a lake, by its path there. A folder's ends with a slash. */
export interface Standing {
  readonly path: string;
  /** Why it is no object, and what to do about it; undefined for an object. */
  readonly strange?: string | undefined;
}

/** Why a link is no object, and what to do about it. */
export const whyLink = 'it is a link, and links are not followed. Put what it leads to in its place.';

function strangenessOf(path: string, entry: Dirent): string | undefined {
  const broken = whyStray(entry.isDirectory() ? path.slice(0, -1) : path);
  if (broken !== undefined) return broken;
  if (entry.isSymbolicLink()) return whyLink;
  return entry.isFile() || entry.isDirectory()
    ? undefined
    : 'it is no file but a pipe, a socket or a device. Take it away.';
}

/**
 * All that stands under `root` and begins with `prefix`, in order: objects, and what cannot be one. Of folders only
 * those that no object can be in.
 *
 * A folder sorts by its name with the slash, as its keys do: `a b`, `a.txt`, `a/x`, `a0`.
 */
export function* standingUnder(root: string, prefix: string, folder = ''): Generator<Standing> {
  const standing = entriesOf(root, folder).map((entry) => {
    const path = `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`;
    return { path, strange: strangenessOf(path, entry) };
  });
  for (const one of standing.sort((a, b) => compareKeys(a.path, b.path))) {
    if (one.strange === undefined && one.path.endsWith('/')) {
      if (one.path.startsWith(prefix) || prefix.startsWith(one.path)) yield* standingUnder(root, prefix, one.path);
    } else if (one.path.startsWith(prefix)) yield one;
  }
}

/** The keys of all objects under `root` that begin with `prefix`, in order. */
export function* keysUnder(root: string, prefix: string): Generator<string> {
  for (const { path, strange } of standingUnder(root, prefix)) if (strange === undefined) yield path;
}

/** The keys of all files that begin with `prefix`, at once. @throws LakeUnavailable where they are closed to this person */
export function listKeys(root: string, prefix: string): string[] {
  try {
    return [...keysUnder(root, prefix)];
  } catch (error) {
    throw explain(root, error);
  }
}
