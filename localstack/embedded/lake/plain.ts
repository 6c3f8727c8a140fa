import { constants, lstatSync, readdirSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { zones } from '../../../lambdas/shared/schema/table.ts';
import { visible } from '../../../lambdas/shared/visible.ts';
import { codeOf, isMissing } from './errors.ts';

/**
 * A lake is made of plain files in plain folders. Links are not followed: one that leads out of the lake would bring in
 * what no export holds, or have a write land elsewhere. A pipe, a socket or a device is never opened: it could be
 * waited for, for ever.
 */

/** What stands at a path, be it a link; undefined where nothing does. */
export function statsAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Opens a plain file for reading. @throws an error by which nothing stands there, for anything else */
export async function openPlain(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw Object.assign(new Error(`${path} is no file.`), { code: 'ENOENT' });
}

/** The folders above an object, the outermost first. */
export const foldersAbove = (key: string): string[] =>
  [...key.matchAll(/\//gu)].map(({ index }) => key.slice(0, index));

/** The first of the folders above an object that is a link. */
export function linkAbove(root: string, key: string): string | undefined {
  for (const folder of foldersAbove(key)) {
    const stats = statsAt(join(root, folder));
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) return folder;
  }
  return undefined;
}

/** Of what the lake keeps for itself: as many files as there are objects, or what a process makes anew. */
const unwatched = ['meta', 'etags', 'tmp', 'scratch'];

function* pathsUnder(folder: string, without: readonly string[] = []): Generator<string> {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    // What is closed to this person, this person's process does not follow either.
    if (isMissing(error) || codeOf(error) === 'EACCES') return;
    throw error;
  }
  for (const name of names) {
    const path = join(folder, name);
    yield path;
    if (!without.includes(name) && statsAt(path)?.isDirectory() === true) yield* pathsUnder(path);
  }
}

/**
 * Looks at the lake's own folders before anything there is read or written. A zone that is a link, or a file, would
 * pass for an empty one, and every slice made from it for one to be removed.
 * @throws LakeUnavailable
 */
export function refuseStrange(root: string): void {
  const refusal = (what: string) => new LakeUnavailable(`The lake in ${root} cannot be used: ${what}`);
  const own = join(root, '.sillage');
  for (const path of [...[...zones, 'truth'].map((zone) => join(root, zone)), own]) {
    const stats = statsAt(path);
    if (stats?.isSymbolicLink() === true)
      throw refusal(`${path} is a link, and a lake follows none. Put the folder itself there, or mount it there.`);
    if (stats?.isDirectory() === false) throw refusal(`the file ${path} stands where a folder must be. Move it away.`);
  }
  for (const path of pathsUnder(own, unwatched)) {
    const stats = statsAt(path);
    if (stats !== undefined && !stats.isDirectory() && !stats.isFile())
      throw refusal(`${visible(path)} is a link, a pipe or a device. Put the file or the folder itself there.`);
  }
}
