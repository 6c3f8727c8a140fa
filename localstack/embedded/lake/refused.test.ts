/** What is done where the system refuses a call, by its code. */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';

let code: string | undefined;
const refusing =
  <A extends readonly unknown[], R>(call: (...given: A) => R) =>
  (...given: A): R => {
    if (code !== undefined) throw Object.assign(new Error(code), { code });
    return call(...given);
  };
jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  chmodSync: refusing(fs.chmodSync),
  readdirSync: refusing((path: string) => fs.readdirSync(path)),
}));
const { refuseStrange } = await import('./plain.ts');
const { closeToOthers } = await import('./private.ts');

const root = fs.mkdtempSync(join(tmpdir(), 'sillage-refused-'));
afterAll(() => fs.rmSync(root, { recursive: true }));
fs.mkdirSync(join(root, '.sillage'), { mode: 0o755 });

const attempt = <T>(refusal: string, work: () => T): T | string => {
  code = refusal;
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? `throws ${error.message}` : 'throws';
  } finally {
    code = undefined;
  }
};

test('a folder that is missing or closed is not looked into; one that cannot be read otherwise is an error', () => {
  const looks = ['ENOENT', 'ENOTDIR', 'EACCES', 'EIO'].map((refusal) => attempt(refusal, () => refuseStrange(root)));
  expect(looks).toEqual([undefined, undefined, undefined, 'throws EIO']);
});

test('an open folder that may not be closed stays as it is; where it cannot be closed otherwise it is an error', () => {
  const closed = ['EPERM', 'EACCES', 'EROFS', 'EIO'].map((refusal) => attempt(refusal, () => closeToOthers(root)));
  expect(closed).toEqual([[], [], [], 'throws EIO']);
  expect(closeToOthers(root)).toEqual(['.sillage']);
});
