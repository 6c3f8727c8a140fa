import { execFileSync, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, jest, test } from '@jest/globals';
import { isGone, thisOwner } from './owner.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

/** The owner that tells this process by its pid, when it began, and its machine. */
const told = (start: string) =>
  [process.pid, ...[start, hostname()].map((text) => hash('md5', text).slice(0, 8))].join('-');

/** The module as it is on a system without `/proc`. */
async function elsewhere<T>(look: (owners: typeof import('./owner.ts')) => T): Promise<T> {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform');
  jest.resetModules();
  Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
  try {
    return look(await import('./owner.ts'));
  } finally {
    Object.defineProperty(process, 'platform', { ...platform });
  }
}

(process.platform === 'linux' ? test : test.skip)('on Linux the start is told by the boot and its ticks', () => {
  const [, ticks] = /\) (?:\S+ ){19}(\d+) /u.exec(readFileSync(`/proc/${process.pid}/stat`, 'latin1')) ?? [];
  expect(thisOwner).toBe(told(`${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')}${ticks}`));
});

test('on another system the start is told by ps, and not at all where there is none', async () => {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const start = execFileSync('ps', ['-o', 'lstart=', '-p', String(process.pid)], { encoding: 'utf8', env });
  expect(start).toMatch(/\d\d:\d\d:\d\d/u);
  const look = () => elsewhere(({ thisOwner: owner, isGone: goes }) => [owner, goes(owner)]);
  expect(await look()).toEqual([told(start), false]);
  const path = process.env['PATH'];
  process.env['PATH'] = '';
  try {
    expect(await look()).toEqual([told('unknown'), false]);
  } finally {
    process.env['PATH'] = path;
  }
});

test('a process of somebody else lives', () => {
  const owner = thisOwner.replace(/-[0-9a-f]{8}-/u, '-00000000-').replace(/^\d+/u, '4194999');
  const answer = (code: string) =>
    jest.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('no'), { code });
    });
  answer('EPERM');
  expect(isGone(owner)).toBe(false);
  answer('ESRCH');
  expect(isGone(owner)).toBe(true);
});

test('this process is not gone, and neither is one of another machine', () => {
  expect(isGone(thisOwner)).toBe(false);
  expect(isGone(thisOwner.replace(/[0-9a-f]{8}$/u, '00000000'))).toBe(false);
  expect(isGone('no owner')).toBe(false);
});

test('a pid that is used again is another process', () => {
  expect(isGone(thisOwner.replace(/-[0-9a-f]{8}-/u, '-00000000-'))).toBe(true);
});

(process.platform === 'linux' ? test : test.skip)(
  'a process that has ended is gone, though its parent never asked for its end (a zombie)',
  async () => {
    const program = `import { thisOwner } from ${JSON.stringify(join(import.meta.dirname, 'owner.ts'))}; console.log(thisOwner); process.stdin.resume();`;
    const node = `'${process.execPath}' --import tsx --input-type=module -e '${program}'`;
    // The shell becomes `cat`, which asks for nobody's end.
    const parent = spawn('sh', ['-c', `${node} <&0 & exec cat <&3`], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
    const first: readonly unknown[] = await once(parent.stdout ?? parent, 'data');
    const owner = String(first[0]).trim();
    expect(isGone(owner)).toBe(false);
    const pid = Number(owner.split('-')[0]);
    process.kill(pid, 'SIGKILL');
    while (!/\) Z /u.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) await pause(5);
    expect(isGone(owner)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  },
);
