import { resolve } from 'node:path';
import { LakeUnavailable } from './ports/lake.ts';
import { visible } from './visible.ts';

/** What the engine reads as a pattern, in every path that it is given to read, and in every list of paths. */
const glob = /[*?[]/g;

/**
 * A path as the engine's pattern that only this path matches. It is absolute, so that no `~`, `file:` or `s3:` can
 * begin it.
 *
 * Beside a `*`, `?` or `[` a backslash counts as a slash, and nothing escapes it: a path with both is refused.
 * @throws LakeUnavailable
 */
export function pathPattern(path: string): string {
  const whole = resolve(path);
  if (whole.search(glob) < 0) return whole;
  if (whole.includes('\\')) {
    throw new LakeUnavailable(
      `The query engine cannot be told ${visible(whole)}: a backslash together with *, ? or [ means other ` +
        'files to it. Rename the folder, or choose another one.',
    );
  }
  return whole.replaceAll(glob, '[$&]');
}
