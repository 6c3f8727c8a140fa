import { expect, test } from '@jest/globals';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { codeOf, explain, isClosed, isMissing } from './errors.ts';

const systemError = (code: unknown) => Object.assign(new Error('no'), { code });

test.each([
  ['ENOSPC', 'its disk is full. Free some space, or choose another folder'],
  [
    'EFBIG',
    'a file may not become so large here. Raise the limit (ulimit -f), or choose a disk that takes large files',
  ],
  ['EDQUOT', 'your disk quota is used up. Free some space, or choose another folder'],
  ['EROFS', 'its file system is read-only. Choose another folder, or mount it for writing'],
  ['EACCES', 'permission is denied. Give yourself access to it, or choose another folder'],
  [
    'EPERM',
    'the system does not permit it. Give yourself access to it, or choose another folder whose file system ' +
      'has hard links',
  ],
  ['ENOTDIR', 'a file stands where a folder must be. Move the file away, or choose another folder'],
  ['EEXIST', 'a file stands where a folder must be. Move the file away, or choose another folder'],
  ['EIO', 'its disk reports an error. Check the disk, or choose another folder'],
])('%s concerns the whole lake, and the message says what to do', (code, advice) => {
  const cause = systemError(code);
  const told = explain('/lake', cause);
  expect(told).toBeInstanceOf(LakeUnavailable);
  expect(told).toMatchObject({ message: `The lake in /lake cannot be used: ${advice} (${code}).`, cause });
});

test.each([[systemError('EBADF')], [new Error('no code')], [undefined]])('another error stays: %s', (error) => {
  expect(explain('/lake', error)).toBe(error);
});

test.each([
  [systemError('ENOENT'), 'ENOENT'],
  [{ code: 'EIO' }, 'EIO'],
  [systemError(7), undefined],
  [new Error('none'), undefined],
  [null, undefined],
  [undefined, undefined],
  ['ENOENT', undefined],
])('the code of %p is %p', (error, code) => expect(codeOf(error)).toBe(code));

test('what is missing, and what is closed to this person', () => {
  const codes = ['ENOENT', 'ENOTDIR', 'EACCES', 'EIO'];
  expect(codes.filter((code) => isMissing(systemError(code)))).toEqual(['ENOENT', 'ENOTDIR']);
  expect(isMissing(new Error('none'))).toBe(false);
  expect(codes.filter((code) => isClosed(explain('/lake', systemError(code))))).toEqual(['EACCES']);
  expect(isClosed(systemError('EACCES'))).toBe(false);
});
