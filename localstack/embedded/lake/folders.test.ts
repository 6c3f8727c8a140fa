import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fetchFile } from './fetch.ts';
import { intoFolder, pruneFolders } from './folders.ts';
import { tempPath } from './temp.ts';
import { inTurn } from './turn.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-folders-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const failing = (code: string) => Object.assign(new Error(code), { code });

test('a folder is made where it is missing, with the mode that is asked for, and the work done again', async () => {
  const path = join(root, 'a/b/file');
  let tries = 0;
  const write = () => {
    tries += 1;
    writeFileSync(path, 'x');
    return 'done';
  };
  expect(await intoFolder(path, write, 0o700)).toBe('done');
  expect(await intoFolder(path, write)).toBe('done');
  expect(tries).toBe(3);
  expect(statSync(join(root, 'a/b')).mode & 0o777).toBe(0o700);
  mkdirSync(join(root, 'plain'));
  await intoFolder(join(root, 'made/file'), () => writeFileSync(join(root, 'made/file'), 'x'));
  expect(statSync(join(root, 'made')).mode).toBe(statSync(join(root, 'plain')).mode);
});

test('work that fails otherwise is not done again, and a folder that vanishes each time is given up', async () => {
  let tries = 0;
  const fail = (code: string) => {
    tries += 1;
    throw failing(code);
  };
  await expect(intoFolder(join(root, 'a/file'), () => fail('EIO'))).rejects.toThrow('EIO');
  expect([tries, existsSync(join(root, 'a'))]).toEqual([1, false]);
  tries = 0;
  await expect(intoFolder(join(root, 'a/file'), () => fail('ENOENT'))).rejects.toThrow('ENOENT');
  expect([tries, existsSync(join(root, 'a'))]).toEqual([20, true]);
});

test('empty folders go, up to one that is not, and never the top', () => {
  mkdirSync(join(root, 'top/a/b/c'), { recursive: true });
  writeFileSync(join(root, 'top/a/kept'), '');
  pruneFolders(join(root, 'top/a/b/c/gone'), join(root, 'top'));
  expect([existsSync(join(root, 'top/a/kept')), existsSync(join(root, 'top/a/b'))]).toEqual([true, false]);
  rmSync(join(root, 'top/a/kept'));
  pruneFolders(join(root, 'top/a/gone'), join(root, 'top'));
  expect([existsSync(join(root, 'top')), existsSync(join(root, 'top/a'))]).toEqual([true, false]);
});

/** A file is moved into the lake; one of its own objects is not taken from it. */
test.each([
  ['outside/file', false],
  ['outside..file', false],
  ['lake/.sillage/scratch/file', false],
  ['lake/raw/object', true],
  ['lake/.hidden', true],
])('of %s a copy is made: %p', async (name, isCopied) => {
  const source = join(root, name);
  await intoFolder(source, () => writeFileSync(source, 'text'));
  const temp = tempPath(join(root, 'lake'));
  await fetchFile(join(root, 'lake'), source, temp);
  expect([existsSync(temp), existsSync(source)]).toEqual([true, isCopied]);
});

test('a file that is missing is an error, and neither copied nor made', async () => {
  const temp = tempPath(join(root, 'lake'));
  await expect(fetchFile(join(root, 'lake'), join(root, 'none'), temp)).rejects.toThrow('ENOENT');
  expect(existsSync(temp)).toBe(false);
});

test('who comes while the second of two is at work waits for it', async () => {
  const order: string[] = [];
  let open = (): void => undefined;
  const gate = new Promise<void>((done) => (open = done));
  const first = inTurn('a', async () => order.push('first'));
  const second = inTurn('a', async () => {
    await gate;
    order.push('second');
  });
  await first;
  const third = inTurn('a', async () => order.push('third'));
  await inTurn('b', async () => undefined);
  open();
  await Promise.all([second, third]);
  expect(order).toEqual(['first', 'second', 'third']);
});

test('writers of one path go one after the other, be the one before a failure; those of two paths do not wait', async () => {
  const order: string[] = [];
  let open = (): void => undefined;
  const gate = new Promise<void>((done) => (open = done));
  const first = inTurn('a', async () => {
    order.push('first begins');
    await gate;
    order.push('first ends');
    throw failing('first');
  });
  const second = inTurn('a', async () => order.push('second'));
  await inTurn('b', async () => order.push('other'));
  expect(order).toEqual(['first begins', 'other']);
  open();
  await expect(first).rejects.toThrow('first');
  await second;
  await inTurn('a', async () => order.push('third'));
  expect(order).toEqual(['first begins', 'other', 'first ends', 'second', 'third']);
});
