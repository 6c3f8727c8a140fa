import { join } from 'node:path';
import { InvalidKey } from '../../../lambdas/shared/ports/lake-rules.ts';
import { foldersAbove, statsAt } from './plain.ts';

/** Says which other key is in the way where a write failed because files, unlike S3, cannot hold `a` beside `a/b`. */
export function explainClash(root: string, key: string, error: unknown): unknown {
  if (statsAt(join(root, key))?.isDirectory() === true)
    return new InvalidKey(key, `in ${root} it is a folder that holds other objects`);
  const above = foldersAbove(key).find((folder) => statsAt(join(root, folder))?.isFile() === true);
  return above === undefined
    ? error
    : new InvalidKey(key, `in ${root} the object ${above} stands where its folder must be`);
}
