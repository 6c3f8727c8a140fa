import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';

/** The system's code of an error (`ENOENT`…). Not by `instanceof`: jest runs modules in a realm of their own. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a part of a lake is closed to this person. */
export function isClosed(error: unknown): boolean {
  return error instanceof LakeUnavailable && codeOf(error.cause) === 'EACCES';
}

/** The codes by which a path says that nothing stands there; ENOTDIR where one of its folders is a file. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

const adviceFor: Readonly<Record<string, string>> = {
  ENOSPC: 'its disk is full. Free some space, or choose another folder',
  EDQUOT: 'your disk quota is used up. Free some space, or choose another folder',
  EFBIG: 'a file may not become so large here. Raise the limit (ulimit -f), or choose a disk that takes large files',
  EROFS: 'its file system is read-only. Choose another folder, or mount it for writing',
  EACCES: 'permission is denied. Give yourself access to it, or choose another folder',
  EPERM:
    'the system does not permit it. Give yourself access to it, or choose another folder whose file system ' +
    'has hard links',
  ENOTDIR: 'a file stands where a folder must be. Move the file away, or choose another folder',
  EEXIST: 'a file stands where a folder must be. Move the file away, or choose another folder',
  EIO: 'its disk reports an error. Check the disk, or choose another folder',
};

/** The error in the words of the port where the whole lake is concerned, else as it is. */
export function explain(root: string, error: unknown): unknown {
  const code = codeOf(error);
  const advice = code === undefined ? undefined : adviceFor[code];
  return advice === undefined
    ? error
    : new LakeUnavailable(`The lake in ${root} cannot be used: ${advice} (${code}).`, { cause: error });
}
