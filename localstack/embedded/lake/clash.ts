import { join } from 'node:path';
import { InvalidKey } from '../../../lambdas/shared/ports/lake-rules.ts';
import { codeOf } from './errors.ts';
import { statsAt } from './plain.ts';

/** Says which other key is in the way where a write failed because files, unlike S3, cannot hold `a` beside `a/b`. */
export function explainClash(root: string, key: string, error: unknown): unknown {
  if (!['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY'].includes(codeOf(error) ?? '')) return error;
  if (statsAt(join(root, key))?.isDirectory() === true)
    return new InvalidKey(key, `in ${root} it is a folder that holds other objects`);
  const names = key.split('/');
  for (let depth = 1; depth < names.length; depth += 1) {
    const above = names.slice(0, depth).join('/');
    if (statsAt(join(root, above))?.isFile() === true)
      return new InvalidKey(key, `in ${root} the object ${above} stands where its folder must be`);
  }
  return error;
}
