import { constants } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

/** Whether a path lies among the objects of a lake, as what `localPath` gives does. */
function isObject(root: string, path: string): boolean {
  const inside = relative(root, resolve(path));
  return !inside.startsWith('..') && !inside.startsWith('.sillage');
}

/**
 * Brings a finished file to a temporary path: moved where possible, copied from another disk or out of the lake itself.
 */
export async function fetchFile(root: string, source: string, temp: string): Promise<void> {
  if (!isObject(root, source)) {
    try {
      await rename(source, temp);
      return;
    } catch {
      // From another disk, or a folder that may not be changed, it is copied; whatever else is wrong, the copy tells.
    }
  }
  await copyFile(source, temp, constants.COPYFILE_FICLONE);
}
