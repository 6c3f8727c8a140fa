import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { acquireLock } from '../localstack/embedded/lake/lock.ts';
import { done, folder, leftovers, serve, start } from './support-sillage.ts';

const lake = folder('orphan');

/** Lets every later `sillage run`, and no `up`, stand still for ever once it has the lake's lock. */
const standStill = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  if (process.argv[2] === 'run') {
    const { mkdir } = fs.promises;
    fs.promises.mkdir = (path, ...rest) => (String(path).endsWith('scratch') ? new Promise(() => setInterval(() => {}, 1000)) : mkdir(path, ...rest));
    syncBuiltinESMExports();
  }`;

const Lock = z.object({ pid: z.number() });
const lockOf = (path: string) =>
  existsSync(path) ? Lock.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data?.pid : undefined;

/** Whether a process runs: a dead one that nobody has waited for yet does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

const order = {
  email: 'lea@mail.example',
  first_name: 'Léa',
  last_name: 'Martin',
  address1: '1 rue du Port',
  city: 'Brest',
  zip: '29200',
  lines: [{ sku: 'SIL-CRE-001', quantity: 1 }],
};

beforeAll(async () => {
  await done([
    'generate',
    'all',
    '--start-date',
    '2025-01-01',
    '--end-date',
    '2025-01-01',
    '--events-per-day',
    '100',
    '--initial-customers',
    '60',
    '--lake',
    lake,
  ]);
});

/** What a failed test leaves behind. */
const started: number[] = [];
afterAll(() => started.filter(isAlive).forEach((pid) => process.kill(pid, 'SIGKILL')));

test('after a kill -9 of "sillage up" its run ends, and the next one begins without a word', async () => {
  const killed = await serve(lake, {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(standStill)}` },
  });
  const answer = await fetch(`${killed.url}/shop/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  expect(answer.status).toBe(201);
  const path = join(lake, '.sillage/locks/run');
  let run = lockOf(path);
  for (; run === undefined; run = lockOf(path)) await pause(20);
  started.push(run);
  expect(run).not.toBe(killed.child.pid);
  killed.child.kill('SIGKILL');
  await killed.end;
  while (isAlive(run)) await pause(20);

  const next = await serve(lake);
  next.child.kill('SIGINT');
  expect(await next.end).toMatchObject({ code: 0 });
  expect(leftovers(lake)).toEqual([]);
});

test('"sillage up" waits for a run that still has the lake, says for which, and goes on', async () => {
  const lock = await acquireLock(lake, 'run');
  const child = start(['up', '--port', '0', '--lake', lake]);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const serving = new Promise((resolve) => {
    child.stdout?.on('data', (text: Buffer) => text.includes('Ctrl-C') && resolve(undefined));
  });
  while (!said.includes('\n') && child.exitCode === null) await pause(20);
  expect(said).toBe(`Process ${process.pid} is bringing this lake up to date: waiting for it to end\n`);
  await lock.release();
  const end = once(child, 'exit');
  await Promise.race([serving, end]);
  child.kill('SIGINT');
  await end;
  expect([child.exitCode, said.match(/waiting/gu)]).toEqual([0, ['waiting']]);
});
