/** The Lambdas of the pipeline, one after the other, make the lake that the runner of a laptop makes. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LeaseLost, begin } from '../../lambdas/lease/lease.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { run } from '../../localstack/embedded/run/runner.ts';
import { verify } from '../../localstack/embedded/run/verify.ts';
import { house, type Workspace } from '../house.ts';
import { contents } from '../support-sillage.ts';
import { machineOver } from './steps.ts';

const secret = '5e'.repeat(32);
const home = mkdtempSync(join(tmpdir(), 'sillage-steps-'));
const derived = ['curated', 'marts', 'ops/rejects'];
let made: Workspace;
let n = 0;

beforeAll(async () => {
  process.env['SILLAGE_PSEUDONYM_KEY'] = secret;
  made = await house({ from: '2025-01-01', to: '2025-01-03', eventsPerDay: 300, initialCustomers: 60 });
});
afterAll(async () => {
  await made.remove();
  rmSync(home, { recursive: true, force: true });
});

/** A lake that has what the sources sent, and the profile of the shop. */
function unbuilt(): string {
  const root = join(home, `lake-${n++}`);
  mkdirSync(root);
  for (const name of ['raw', 'shop.json']) cpSync(join(made.root, name), join(root, name), { recursive: true });
  return root;
}

const sum = (built: Readonly<Record<string, number>>) => Object.values(built).reduce((total, one) => total + one, 0);

test('an execution makes each object that a run makes, and the next has nothing to do', async () => {
  const root = unbuilt();
  const execute = machineOver(filesLake(root), secret);
  const first = await execute('first');
  expect(first.errors).toBe(0);
  expect(contents(root, ...derived)).toEqual(contents(made.root, ...derived));
  expect(sum(first.built)).toBeGreaterThan(30);
  expect(sum((await execute('second')).built)).toBe(0);
  // The laptop's runner finds what the Lambdas made to be its own, too.
  expect((await run(root)).steps.flatMap(({ built }) => built)).toEqual([]);
  expect(await verify(root)).toMatchObject({ damaged: [], missing: [], strangers: [] });
});

test('an execution that dies at any batch leaves nothing half: the next one ends at the same lake', async () => {
  const root = unbuilt();
  const execute = machineOver(filesLake(root), secret);
  let batches = 0;
  for (const last of [3, 15]) {
    const dies = execute(`dies at ${last}`, {
      onBatch: () => {
        if (++batches % (last + 1) === last) throw new Error('killed');
      },
    });
    await expect(dies).rejects.toThrow('killed');
    // Its lease runs out.
    rmSync(join(root, 'ops/lease.json'));
  }
  await execute('whole');
  expect(contents(root, ...derived)).toEqual(contents(made.root, ...derived));
});

test('new events change the tables of the stream alone, and who has lost the lease writes no more', async () => {
  const root = unbuilt();
  const lake = filesLake(root);
  const execute = machineOver(lake, secret);
  const { built } = await execute('stream', { scope: 'stream' });
  expect(Object.keys(built).filter((table) => (built[table] ?? 0) > 0)).toEqual(
    expect.arrayContaining(['web_events', 'sessions']),
  );
  expect(Object.keys(built)).not.toContain('orders');
  const before = contents(root, 'curated', 'marts');
  const superseded = execute('slow', {
    onBatch: () => {
      rmSync(join(root, 'ops/lease.json'));
      void begin(lake, 'another');
    },
  });
  await expect(superseded).rejects.toThrow(LeaseLost);
  expect(contents(root, 'curated', 'marts')).toEqual(before);
});
