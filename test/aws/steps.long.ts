/** The Lambdas of the pipeline, one after the other, make the lake that the runner of a laptop makes. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { resourcesOf, templatesOf } from '../../cdk/templates.ts';
import { sourcesOf } from '../../lambdas/check/freshness.ts';
import { LeaseLost, begin } from '../../lambdas/lease/lease.ts';
import { metricsNamespace } from '../../lambdas/shared/metrics-namespace.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { runBucket } from '../../localstack/embedded/run/bucket-run.ts';
import { run } from '../../localstack/embedded/run/runner.ts';
import { pseudonymKey } from '../../lambdas/transform/pseudonyms.ts';
import { verify } from '../../localstack/embedded/run/verify.ts';
import { house, type Workspace } from '../house.ts';
import { contents } from '../support-sillage.ts';
import { machineOver, type Execution } from './steps.ts';
import { figuresOf, toldAs } from './told-figures.ts';

const secret = '5e'.repeat(32);
const home = mkdtempSync(join(tmpdir(), 'sillage-steps-'));
const derived = ['curated', 'marts', 'ops/rejects'];
let made: Workspace;
let n = 0;

beforeAll(async () => {
  process.env['SILLAGE_PSEUDONYM_KEY'] = secret;
  process.env['FIRST_DAY'] = '2025-01-02';
  made = await house({ from: '2025-01-01', to: '2025-01-03', eventsPerDay: 1000, initialCustomers: 60 });
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

/** What the first execution of these tests told CloudWatch. */
let figures: ReadonlyMap<string, readonly number[]>;

const sum = (built: Readonly<Record<string, number>>) => Object.values(built).reduce((total, one) => total + one, 0);

test('an execution makes each object that a run makes, and the next has nothing to do', async () => {
  const root = unbuilt();
  const execute = await machineOver(filesLake(root), secret);
  let first: Execution | undefined;
  figures = await figuresOf(async () => {
    first = await execute('first');
  });
  expect(first).toMatchObject({ errors: 0, publication: 'published' });
  expect(contents(root, ...derived)).toEqual(contents(made.root, ...derived));
  expect(sum(first?.built ?? {})).toBeGreaterThan(30);
  const second = await execute('second');
  expect([sum(second.built), second.publication]).toEqual([0, 'unchanged']);
  // The laptop's runner finds what the Lambdas made to be its own, too.
  expect((await run(root)).steps.flatMap(({ built }) => built)).toEqual([]);
  expect(await verify(root)).toMatchObject({ damaged: [], missing: [], strangers: [] });
});

test('a run over a bucket from this machine makes the same objects', async () => {
  const root = unbuilt();
  const done = await runBucket(filesLake(root), pseudonymKey(secret), { warn: () => undefined });
  expect(done).toMatchObject({ failedChecks: 0, publication: 'published' });
  expect(contents(root, ...derived)).toEqual(contents(made.root, ...derived));
});

/** An alarm on a figure of ours. */
const Alarm = z.object({
  Namespace: z.literal(metricsNamespace),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })),
  Threshold: z.number(),
  ComparisonOperator: z.literal('GreaterThanThreshold'),
});
const alarms = resourcesOf(templatesOf(), 'AWS::CloudWatch::Alarm')
  .flatMap(({ Properties }) => Alarm.safeParse(Properties).data ?? [])
  .map((alarm) => ({
    ...alarm,
    reads: toldAs(alarm.MetricName, Object.fromEntries(alarm.Dimensions.map(({ Name, Value }) => [Name, Value]))),
  }));

describe('the alarms on the data', () => {
  test('are on late sources, refused records and files, failed checks, spend without orders and hidden days', () => {
    expect([...new Set(alarms.map(({ MetricName }) => MetricName))].toSorted()).toEqual([
      'DaysBehind',
      'FailedChecks',
      'FilesRefused',
      'RefusedPercent',
      'SpendWithoutOrdersEur',
      'TablesHidden',
    ]);
  });

  test.each(alarms.map(({ reads, ...alarm }) => [reads, alarm] as const))(
    '%s is a figure that an execution tells, with these dimensions and no other',
    (reads, { Dimensions }) => {
      expect([...figures.keys()]).toContain(reads);
      expect(Dimensions.find(({ Name }) => Name === 'service')?.Value).toBe('sillage-dev');
    },
  );

  test('go off where they should: each source of a lake that ended long ago is late, and the first day is too late', () => {
    const isOff = ({ reads, Threshold }: (typeof alarms)[number]) =>
      Math.max(...(figures.get(reads) ?? [])) > Threshold;
    expect(
      alarms
        .filter(isOff)
        .map(({ MetricName }) => MetricName)
        .toSorted(),
    ).toEqual([...sourcesOf(loadCatalog()).map(() => 'DaysBehind'), 'TablesHidden']);
  });
});

test('an execution that dies at any batch leaves nothing half: the next one ends at the same lake', async () => {
  const root = unbuilt();
  const execute = await machineOver(filesLake(root), secret);
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
  const execute = await machineOver(lake, secret);
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
