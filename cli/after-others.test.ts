import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { acquireLock } from '../localstack/embedded/lake/lock.ts';
import { noteServing, refuseServed, servingOf } from '../localstack/embedded/live/serving.ts';
import { folder } from '../test/support-sillage.ts';
import { afterOthers } from './after-others.ts';

const lake = folder('after-others');

test('work waits for who has the lock, and is done once it is free', async () => {
  const first = await acquireLock(lake, 'run');
  let isDone = false;
  const second = afterOthers(() => acquireLock(lake, 'run')).finally(() => {
    isDone = true;
  });
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  expect(isDone).toBe(false);
  await first.release();
  await (await second).release();
});

test('another error is not waited for', async () => {
  await expect(afterOthers(() => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
});

test('who serves a lake is told with its process and its address, and forgotten when it ends or dies', async () => {
  const forget = await noteServing(lake, 'http://127.0.0.1:8787');
  expect(() => refuseServed(lake)).toThrow(
    new RegExp(`^Process ${process.pid} has served the lake in .* since .*: open http://127\\.0\\.0\\.1:8787/\\.`, 'u'),
  );
  await forget();
  expect(servingOf(lake)).toBeUndefined();
  const program = `
    const { noteServing } = await import(${JSON.stringify(new URL('../localstack/embedded/live/serving.ts', import.meta.url).href)});
    await noteServing(${JSON.stringify(lake)}, 'http://127.0.0.1:1');`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { stdio: 'ignore' });
  const [code]: readonly unknown[] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(() => refuseServed(lake)).not.toThrow();
});
