import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { filesLake } from '../localstack/embedded/files/lake.ts';
import { run } from '../localstack/embedded/runner.ts';
import { order, webEvent } from './small-lake.ts';

/** Another user of this machine: to root, whom no mode binds, one that has no rights. */
const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
/** A copy of the program where another user may read it. */
let home: string;
let lake: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'closed-raw-'));
  lake = join(home, 'lake');
  const files = filesLake(lake);
  await files.put('raw/crm/orders/dt=2025-01-05/orders.jsonl', `${JSON.stringify(order(1))}\n`);
  await files.put('raw/web/events/dt=2025-01-05/events.jsonl', `${JSON.stringify(webEvent(1))}\n${JSON.stringify({ ...webEvent(2), event_name: 'nothing', page: { url: 'https://shop.example/', referrer: '', title: 'camille@example.org' } })}\n`);
  await run(lake);
  for (const folder of ['', 'lake', 'lake/curated', 'lake/marts', 'lake/ops']) chmodSync(join(home, folder), 0o755);
  if (!('uid' in other)) for (const folder of ['raw', 'ops/rejects', '.sillage']) chmodSync(join(lake, folder), 0o000);
  for (const part of ['athena', 'bin', 'glue-schemas', 'lambdas', 'localstack', 'package.json', 'node_modules', 'tsconfig.json']) cpSync(new URL(`../${part}`, import.meta.url).pathname, join(home, part), { recursive: true, verbatimSymlinks: true, mode: 0 });
});
afterAll(async () => {
  for (const folder of ['raw', 'ops/rejects', '.sillage']) chmodSync(join(lake, folder), 0o700);
  await rm(home, { recursive: true });
});

const sillage = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(home, 'bin/sillage.mjs'), ...args, '--lake', lake], { ...other, encoding: 'utf8', env: { ...process.env, HOME: home, TMPDIR: tmpdir() } });
  return { status, stdout, stderr };
};

describe('who may read the figures and not what people sent', () => {
  test('asks curated tables', () => {
    expect(sillage('query', '--format', 'csv', 'SELECT count(*) AS n FROM orders')).toMatchObject({ status: 0, stdout: 'n\n1\n', stderr: '' });
  });

  test('sees the status, which says that raw could not be looked at', () => {
    const { status, stdout } = sillage('status');
    expect(stdout).toContain('raw/ is not read: you may not look into it');
    expect(status).toBe(0);
  });

  test('is told so where the rejects are asked for', () => {
    const { status, stderr, stdout } = sillage('query', 'SELECT count(*) FROM rejects');
    expect(`${stdout}${stderr}`).toMatch(/may not|permission|EACCES|cannot be/i);
    expect(status).not.toBe(0);
  });
});

test('the raw text of a reject is no column of a query, and is shown to its owner by name', async () => {
  if (!('uid' in other)) chmodSync(join(lake, 'ops/rejects'), 0o700);
  const asked = spawnSync(process.execPath, [new URL('../bin/sillage.mjs', import.meta.url).pathname, 'query', 'SELECT record FROM rejects', '--lake', lake], { encoding: 'utf8' });
  expect(asked.stderr).toContain("Column 'record' cannot be resolved");
  const raw = spawnSync(process.execPath, [new URL('../bin/sillage.mjs', import.meta.url).pathname, 'rejects', '--raw', '--lake', lake], { encoding: 'utf8' });
  expect(raw.stdout).toContain('camille@example.org');
});
