import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isGone, thisOwner } from './owner.ts';
import { makeOwnFolder } from './private.ts';

/** Where unfinished files of a lake lie: in its own file system, so that a rename can finish them. */
const folderOf = (root: string) => join(root, '.sillage', 'tmp');

/**
 * A new name for an unfinished file, in the lake's own folder. It tells its owner, so that a later process can clear it
 * away.
 */
export function tempPath(root: string): string {
  makeOwnFolder(root);
  return join(folderOf(root), `${thisOwner}.${randomUUID()}`);
}

/** Removes the unfinished files of processes that are gone. */
export async function sweepTemp(root: string): Promise<void> {
  makeOwnFolder(root);
  const left = (await readdir(folderOf(root))).filter((name) => isGone(name.split('.')[0] ?? ''));
  await Promise.all(left.map((name) => rm(join(folderOf(root), name), { force: true })));
}
