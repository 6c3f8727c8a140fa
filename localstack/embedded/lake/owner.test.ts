import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { isGone, thisOwner } from './owner.ts';

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
