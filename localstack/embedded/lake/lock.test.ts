import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { acquireLock, isLocked, LockHeld, underLock } from './lock.ts';
import { thisOwner } from './owner.ts';

const made: string[] = [];

async function freshRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'sillage-lock-'));
  made.push(root);
  return root;
}

afterAll(() => Promise.all(made.map((root) => rm(root, { recursive: true, force: true }))));

/** A process that takes the run lock, says so, and then does what it is told. */
async function holder(root: string, then = "await new Promise((done) => process.stdin.resume().on('end', done));") {
  const program = `
    import { acquireLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    const lock = await acquireLock(${JSON.stringify(root)}, 'run').catch((error) => { console.log(error.name); process.exit(3); });
    console.log('held');
    ${then}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    // It ends with this process at the latest: then its input does.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const first: readonly unknown[] = await once(child.stdout, 'data');
  return { child, said: String(first[0]).trim() };
}

describe('the lock of a lake', () => {
  test('is held once, released once, and then free', async () => {
    const root = await freshRoot();
    const first = await acquireLock(root, 'run');
    await expect(acquireLock(root, 'run')).rejects.toThrow(LockHeld);
    await expect(acquireLock(root, 'other')).resolves.toBeDefined();
    await first.release();
    const second = await acquireLock(root, 'run');
    await first.release();
    await expect(acquireLock(root, 'run')).rejects.toThrow(LockHeld);
    await second.release();
    expect(await readdir(join(root, '.sillage/tmp'))).toEqual([]);
  });

  test('names the process that has it, and is taken over once that is killed, by one of many', async () => {
    const root = await freshRoot();
    const { child, said } = await holder(root);
    expect(said).toBe('held');
    await expect(acquireLock(root, 'run')).rejects.toThrow(
      new RegExp(
        `^The lake in ${root} is in use: process ${child.pid} has held its "run" lock since \\d{4}-.*Z\\. ` +
          `Wait for it to end, or stop it\\.$`,
        'u',
      ),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => acquireLock(root, 'run')));
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(join(root, '.sillage/locks'))).toEqual(['run']);
  });

  test('of a dead process is taken over by one of several processes', async () => {
    const root = await freshRoot();
    const { child } = await holder(root, 'process.kill(process.pid, "SIGKILL");');
    if (child.signalCode === null) await once(child, 'exit');
    const rivals = await Promise.all(Array.from({ length: 4 }, () => holder(root)));
    expect(rivals.map((one) => one.said).sort()).toEqual(['LockHeld', 'LockHeld', 'LockHeld', 'held']);
    for (const one of rivals) one.child.kill('SIGKILL');
  });

  test('of a dead process is taken over once, however often many try', async () => {
    const root = await freshRoot();
    await (await acquireLock(root, 'run')).release();
    const dead = {
      owner: thisOwner.replace(/^\d+/u, '4194999'),
      pid: 4194999,
      machine: hostname(),
      since: '2024-01-31T12:00:00.000Z',
    };
    for (let round = 0; round < 60; round += 1) {
      await writeFile(join(root, '.sillage/locks/run'), JSON.stringify(dead));
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(root, 'run')));
      const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(won).toHaveLength(1);
      await won[0]?.release();
    }
  });

  test('is seen from without: held by who lives, not by who is gone, and not by who cannot be read', async () => {
    const root = await freshRoot();
    expect(isLocked(root, 'run')).toBe(false);
    const lock = await acquireLock(root, 'run');
    expect([isLocked(root, 'run'), isLocked(root, 'other')]).toEqual([true, false]);
    const path = join(root, '.sillage/locks/run');
    const held = await readFile(path, 'utf8');
    await writeFile(path, held.replace(thisOwner, thisOwner.replace(/^\d+/u, '4194999')));
    expect(isLocked(root, 'run')).toBe(false);
    await writeFile(path, 'rubbish');
    expect(isLocked(root, 'run')).toBe(false);
    await lock.release();
    expect(isLocked(root, 'run')).toBe(false);
  });

  test('tells processes apart by more than their pid', async () => {
    const root = await freshRoot();
    const { child } = await holder(root);
    const held = await readFile(join(root, '.sillage/locks/run'), 'utf8');
    child.kill('SIGKILL');
    expect(held).toContain(`"owner":"${child.pid}-`);
    expect(held).not.toContain(thisOwner.split('-')[1]);
  });

  test('that cannot be made is an error in words', async () => {
    const root = await freshRoot();
    await mkdir(join(root, '.sillage'));
    await writeFile(join(root, '.sillage/locks'), 'x');
    await expect(acquireLock(root, 'run')).rejects.toThrow(
      `The lake in ${root} cannot be used: a file stands where a folder must be.`,
    );
  });

  test('that a person has removed is released without an error', async () => {
    const root = await freshRoot();
    const lock = await acquireLock(root, 'run');
    await rm(join(root, '.sillage/locks/run'));
    await expect(lock.release()).resolves.toBeUndefined();
  });

  test('is free again after the work under it has failed', async () => {
    const root = await freshRoot();
    const failing = underLock(root, 'moment', async () => {
      expect(isLocked(root, 'moment')).toBe(true);
      throw new Error('the work');
    });
    await expect(failing).rejects.toThrow('the work');
    expect(isLocked(root, 'moment')).toBe(false);
  });

  test('of a moment is waited for, a minute at most', async () => {
    const root = await freshRoot();
    const lock = await acquireLock(root, 'moment');
    const clock = jest.spyOn(performance, 'now').mockReturnValueOnce(7).mockReturnValueOnce(60_007);
    clock.mockReturnValue(60_008);
    const waiting = underLock(root, 'moment', async () => 'never');
    await expect(waiting).rejects.toThrow(LakeUnavailable);
    await expect(waiting).rejects.toThrow('has held its "moment" lock');
    const asked = clock.mock.calls.length;
    clock.mockRestore();
    expect(asked).toBe(3);
    await lock.release();
    await expect(underLock(root, 'moment', async () => 'at last')).resolves.toBe('at last');
    await writeFile(join(root, '.sillage/locks/moment'), 'rubbish');
    await expect(underLock(root, 'moment', async () => 'never')).rejects.toThrow('cannot be read');
  });

  test('of another machine is never taken over: whether its process lives cannot be known', async () => {
    const root = await freshRoot();
    await (await acquireLock(root, 'run')).release();
    const path = join(root, '.sillage/locks/run');
    await writeFile(
      path,
      JSON.stringify({ owner: '1-00000000-00000000', pid: 1, machine: 'another', since: '2024-01-31T12:00:00.000Z' }),
    );
    await expect(acquireLock(root, 'run')).rejects.toMatchObject({
      name: 'LockHeld',
      pid: 1,
      isElsewhere: true,
      since: new Date('2024-01-31T12:00:00.000Z'),
    });
    await expect(acquireLock(root, 'run')).rejects.toThrow(
      'process 1 on another has held its "run" lock since 2024-01-31T12:00:00.000Z. If it no longer runs ' +
        `there, delete ${path}.`,
    );
  });

  test('that cannot be read is left alone, and the message says what to do', async () => {
    const root = await freshRoot();
    await (await acquireLock(root, 'run')).release();
    const path = join(root, '.sillage/locks/run');
    await writeFile(path, 'rubbish');
    await expect(acquireLock(root, 'run')).rejects.toThrow(
      `The lock ${path} cannot be read. If no sillage runs, delete it.`,
    );
    expect(await readFile(path, 'utf8')).toBe('rubbish');
  });
});
