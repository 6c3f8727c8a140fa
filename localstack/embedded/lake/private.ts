import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './errors.ts';
import { statsAt } from './plain.ts';

/** Zones that hold what people and strangers sent as it came, or what may not leave the lake: their owner's alone. */
const closedPrefixes = ['raw/', 'ops/rejects/', 'ops/damaged/', 'truth/'];
/** The lake's own folder: the key of the pseudonyms, the stream's log, unfinished files (in `tmp`). */
const own = '.sillage';

const isPrivate = (key: string): boolean => closedPrefixes.some((prefix) => key.startsWith(prefix));

/**
 * The modes with which an object and its new folders are made: the owner's alone where it is private, else by the
 * umask.
 */
export function modesOf(key: string): { readonly file: number; readonly folder: number } {
  return isPrivate(key) ? { file: 0o600, folder: 0o700 } : { file: 0o666, folder: 0o777 };
}

/**
 * Makes the lake's own folder, closed to others; the lake around it by the umask, since others may read what is shared.
 */
export function makeOwnFolder(root: string): void {
  mkdirSync(root, { recursive: true });
  mkdirSync(join(root, own, 'tmp'), { recursive: true, mode: 0o700 });
}

/**
 * Closes to others what an older release, or a person's `cp`, left open; who may not change it leaves it as it is.
 * @returns the folders that were open
 */
export function closeToOthers(root: string): string[] {
  const open: string[] = [];
  for (const folder of [own, ...closedPrefixes.map((prefix) => prefix.slice(0, -1))]) {
    const stats = statsAt(join(root, folder));
    if (stats?.isDirectory() !== true || (stats.mode & 0o077) === 0) continue;
    try {
      chmodSync(join(root, folder), stats.mode & 0o700);
      open.push(folder);
    } catch (error) {
      if (!['EPERM', 'EACCES', 'EROFS'].includes(codeOf(error) ?? '')) throw error;
    }
  }
  return open;
}
