import { rmdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './errors.ts';

/** How often a folder may vanish under a writer (another one prunes it) before the writer gives up. */
const mostAttempts = 20;

/** Does what needs the folder of `path`, and makes the folder first only where it is missing: mostly it is not. */
export async function intoFolder<T>(path: string, action: () => T | Promise<T>, mode?: number): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === mostAttempts) throw error;
      await mkdir(dirname(path), { recursive: true, mode });
    }
  }
}

/** Removes the folders above `path` that have become empty, up to but not including `top`. */
export function pruneFolders(path: string, top: string): void {
  try {
    for (let folder = dirname(path); folder !== top; folder = dirname(folder)) rmdirSync(folder);
  } catch {
    // Not empty, or already gone: either way there is no more to prune.
  }
}
