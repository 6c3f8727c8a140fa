/** Two processes find one stale lock: the slower of them must not take the faster one's new lock away. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, jest, test } from '@jest/globals';
import * as errors from './errors.ts';
import * as owners from './owner.ts';

const { isGone, thisOwner } = owners;
/** What happens between the two looks at a lock: right after it was found stale. */
let meanwhile: () => void = () => undefined;
jest.unstable_mockModule('./owner.ts', () => ({
  ...owners,
  isGone(owner: string) {
    const gone = isGone(owner);
    if (gone) meanwhile();
    return gone;
  },
}));
/** What happens between finding that a lock stands there and the look at who has it. */
let onClash: () => void = () => undefined;
jest.unstable_mockModule('./errors.ts', () => ({
  ...errors,
  codeOf(error: unknown) {
    const code = errors.codeOf(error);
    if (code === 'EEXIST') onClash();
    return code;
  },
}));
const { acquireLock } = await import('./lock.ts');

const root = mkdtempSync(join(tmpdir(), 'sillage-takeover-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const path = join(root, '.sillage/locks/run');
const held = (owner: string, since: string) => JSON.stringify({ owner, pid: 4_194_999, machine: hostname(), since });
const dead = thisOwner.replace(/^\d+/u, '4194999');

beforeEach(async () => {
  meanwhile = () => undefined;
  onClash = () => undefined;
  rmSync(path, { force: true });
  await (await acquireLock(root, 'run')).release();
  writeFileSync(path, held(dead, '2024-01-31T12:00:00.000Z'));
});

test.each([
  ['another process', thisOwner, '2024-01-31T12:00:01.000Z'],
  // A process may take a lock, end, and take it again: then it is the time that tells the two apart.
  ['the same owner a second later', dead, '2024-01-31T12:00:01.000Z'],
])('a lock that %s has taken over meanwhile is left alone', async (_, owner, since) => {
  let looks = 0;
  const left: boolean[] = [];
  meanwhile = () => {
    looks++;
    if (looks === 1) writeFileSync(path, held(owner, since));
    else {
      left.push(readFileSync(path, 'utf8') === held(owner, since));
      // Seen once more, it may go: the test is over.
      writeFileSync(path, held(thisOwner, since));
    }
  };
  await expect(acquireLock(root, 'run')).rejects.toThrow(`has held its "run" lock since ${since}`);
  expect(left).toEqual(owner === dead ? [true] : []);
  expect(readFileSync(path, 'utf8')).toBe(held(thisOwner, since));
  expect(existsSync(`${path}.takeover`)).toBe(false);
});

test('a lock that its holder gives back before it is looked at is free', async () => {
  onClash = () => rmSync(path, { force: true });
  const lock = await acquireLock(root, 'run');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ owner: thisOwner });
  await lock.release();
});

test('a stale lock that nobody else took is taken over', async () => {
  const lock = await acquireLock(root, 'run');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ owner: thisOwner, pid: process.pid });
  await lock.release();
  expect(existsSync(path)).toBe(false);
});
