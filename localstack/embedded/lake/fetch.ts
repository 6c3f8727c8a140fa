import { constants } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { codeOf } from './errors.ts';
import { intoFolder } from './folders.ts';

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
      return await intoFolder(temp, () => rename(source, temp));
    } catch (error) {
      if (codeOf(error) !== 'EXDEV') throw error;
    }
  }
  return await intoFolder(temp, () => copyFile(source, temp, constants.COPYFILE_FICLONE));
}
