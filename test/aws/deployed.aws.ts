/**
 * What was deployed, as a shop uses it: events are posted and landed, exports are dropped, the machine runs, and the
 * lake is the laptop's.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { generate } from '../../lambdas/generate/generate.ts';
import { addDays } from '../../lambdas/shared/days.ts';
import { s3Lake } from '../../lambdas/shared/aws/s3-lake.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { run } from '../../localstack/embedded/run/runner.ts';
import { webEvent } from '../small-lake.ts';
import { contents, done } from '../support-sillage.ts';
import { cdk, unknownToEmulator } from '../../localstack/emulator/deployment.ts';
import { athenaSuite } from './athena-suite.ts';
import { deployed, output } from './outputs.ts';

/** The last day that is generated at first. */
const lastDay = addDays(deployed.from, 6);

const home = mkdtempSync(join(tmpdir(), 'sillage-deployed-'));
const machines = new SFNClient({});
let lake: Lake;

beforeAll(() => {
  lake = s3Lake({ bucket: output('LakeBucket') });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function keys(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const key of lake.keys(prefix)) found.push(key);
  return found;
}

/** Copies what the bucket holds under some prefixes into a folder. */
async function fetched(name: string, ...prefixes: readonly string[]): Promise<string> {
  const root = join(home, name);
  for (const key of (await Promise.all(prefixes.map(keys))).flat()) {
    const path = join(root, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await lake.get(key));
  }
  return root;
}

/** What is looked for, once it is there. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(250);
  }
}

/** Starts an execution. @returns its ARN */
async function start(scope: 'all' | 'stream'): Promise<string> {
  const { executionArn } = await machines.send(
    new StartExecutionCommand({ stateMachineArn: output('Machine'), input: JSON.stringify({ scope }) }),
  );
  return executionArn ?? '';
}

/** Waits for the end of an execution. */
const ended = (executionArn: string): Promise<string> =>
  until(async () => {
    const { status, error, cause } = await machines.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'RUNNING') return undefined;
    return status === 'SUCCEEDED' ? status : `${status}: ${error} ${cause}`;
  });

const executed = async (scope: 'all' | 'stream'): Promise<string> => ended(await start(scope));

/** Posts events as a browser does. The API's host is a name that only the emulator knows. */
async function post(events: readonly object[]): Promise<number> {
  const { host, pathname } = new URL(output('CollectUrl'));
  const { hostname, port } = new URL(process.env['AWS_ENDPOINT_URL'] ?? '');
  const headers = { host, 'content-type': 'application/json', origin: 'https://shop.example' };
  const sent = request({ hostname, port, path: pathname, method: 'POST', headers });
  const answered = new Promise<number>((resolve, reject) => {
    sent.once('error', reject).once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  sent.end(JSON.stringify({ events }));
  return answered;
}

test('only what the emulator does not know was left out of the templates', () => {
  expect(deployed.stripped).toEqual(unknownToEmulator);
});

test('events that are posted to the deployed collector are landed by the deployed function', async () => {
  const now = Date.now();
  const events = Array.from({ length: 50 }, (_, i) =>
    webEvent(i + 1, { event_time: new Date(now - i * 1000).toISOString(), received_at: undefined }),
  );
  expect(await post(events)).toBe(200);
  const landed = await until(async () => {
    const found = await keys('raw/web/');
    return found.length > 0 ? found : undefined;
  });
  expect(landed[0]).toMatch(/^raw\/web\/events\/dt=[\d-]+\/stream-/u);
});

test('an execution over a generated week makes the lake that a laptop makes, object for object, also where one before it was stopped', async () => {
  const local = join(home, 'generated');
  await generate(filesLake(local), { from: deployed.from, to: lastDay, eventsPerDay: 300, initialCustomers: 80 });
  const source = filesLake(local);
  for (const prefix of ['raw/', 'shop.json'])
    for await (const { key } of source.list(prefix)) {
      const { metadata = {} } = (await source.head(key)) ?? {};
      await lake.put(key, await source.get(key), { metadata });
    }
  // An execution that is stopped in the midst of its work, as by a person, keeps its lease till that runs out.
  const stopped = await start('all');
  await until(async () => ((await keys('curated/orders/')).length > 0 ? true : undefined));
  await machines.send(new StopExecutionCommand({ executionArn: stopped }));
  expect(await ended(stopped)).toMatch(/^ABORTED/u);
  await lake.delete('ops/lease.json');
  expect(await executed('all')).toBe('SUCCEEDED');

  const { SecretString: secret } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: output('PseudonymSecret') }),
  );
  process.env['SILLAGE_PSEUDONYM_KEY'] = secret;
  const laptop = await fetched('laptop', 'raw/', 'shop.json');
  await run(laptop);
  const cloud = await fetched('cloud', 'curated/', 'marts/', 'ops/rejects/');
  const made = contents(laptop, 'curated', 'marts', 'ops/rejects');
  expect(Object.keys(made).length).toBeGreaterThan(80);
  expect(contents(cloud, 'curated', 'marts', 'ops/rejects')).toEqual(made);
});

test('another execution builds nothing', async () => {
  const before = await keys('ops/pipeline_runs/');
  expect(await executed('all')).toBe('SUCCEEDED');
  expect(await keys('ops/pipeline_runs/')).toEqual(before);
  const { executions = [] } = await machines.send(
    new ListExecutionsCommand({ stateMachineArn: output('Machine'), statusFilter: 'FAILED' }),
  );
  expect(executions).toEqual([]);
});

test('the commands of the laptop work on the bucket: they see what the machine made, and add to it', async () => {
  const address = `s3://${output('LakeBucket')}`;
  const laptop = join(home, 'laptop');
  const sql =
    'SELECT channel, sum(spend_eur) AS spend, round(sum(net_revenue_eur), 2) AS revenue FROM ' +
    `roi_by_channel_daily WHERE attribution_model = 'linear' GROUP BY 1 ORDER BY 1`;
  const env = { SILLAGE_PSEUDONYM_KEY: process.env['SILLAGE_PSEUDONYM_KEY'] ?? '' };
  const sillage = (...args: readonly string[]) => done(args, { env });
  const asked = (one: string) => sillage('query', '--lake', one, '--json', sql);
  expect(JSON.parse(await asked(address))).toEqual(JSON.parse(await asked(laptop)));
  const Status = z.looseObject({ totals: z.record(z.string(), z.number()), strangers: z.array(z.string()) });
  const [cloud, local] = await Promise.all(
    [address, laptop].map(async (one) => Status.parse(JSON.parse(await sillage('status', '--lake', one, '--json')))),
  );
  expect(cloud).toMatchObject({ totals: local?.totals, strangers: [], missing: [], damaged: [] });
  expect(await sillage('rejects', '--lake', address)).toBe(await sillage('rejects', '--lake', laptop));
  const next = addDays(lastDay, 1);
  await sillage('generate', 'all', '--lake', address, '--start-date', next, '--end-date', next);
  const Run = z.looseObject({ slicesBuilt: z.number(), failedChecks: z.number() });
  const ran = async () => Run.parse(JSON.parse(await sillage('run', '--lake', address, '--json')));
  expect(await ran()).toMatchObject({ slicesBuilt: expect.any(Number), failedChecks: 0 });
  expect(await ran()).toMatchObject({ slicesBuilt: 0 });
  expect(await executed('all')).toBe('SUCCEEDED');
});

const trino = process.env['SILLAGE_TRINO'];
(trino === undefined ? describe.skip : describe)('Athena, by Trino over the Glue catalogue and the buckets', () => {
  athenaSuite(() => ({
    trino: trino ?? '',
    workgroup: output('WorkGroupName'),
    database: output('DatabaseName'),
    lake,
    results: output('ResultsBucket'),
  }));
});

test('files that are put into the inbox, two at once and one that is refused, become curated rows by themselves', async () => {
  // Of two days: two reports of one account and day are one and its correction.
  const report = (campaign: string, day: string, spend: string) =>
    `Campaign name,Day,Amount spent (EUR),Impressions,Link clicks\n${campaign},${day},"${spend}",1000,10\n`;
  await Promise.all([
    lake.put('inbox/meta-a.csv', report('Dropped A', lastDay, '12.34')),
    lake.put('inbox/meta-b.csv', report('Dropped B', addDays(lastDay, -1), '0.66')),
    lake.put('inbox/shot.png', Buffer.from('89504e470d0a1a0a', 'hex')),
  ]);
  const listed = async (statusFilter: 'RUNNING' | 'FAILED') =>
    (await machines.send(new ListExecutionsCommand({ stateMachineArn: output('Machine'), statusFilter }))).executions;
  await until(async () =>
    (await keys('inbox/')).length === 1 && (await listed('RUNNING'))?.length === 0 ? true : undefined,
  );
  expect(await keys('inbox')).toEqual(['inbox-answers/shot.png.txt', 'inbox/shot.png']);
  expect((await lake.get('inbox-answers/shot.png.txt')).toString()).toMatch(/^shot\.png: It is a PNG picture\./u);
  expect(await listed('FAILED')).toEqual([]);
  const sql = `SELECT campaign_name, spend_eur FROM ad_spend WHERE campaign_name LIKE 'Dropped%' ORDER BY 1`;
  const env = { SILLAGE_PSEUDONYM_KEY: process.env['SILLAGE_PSEUDONYM_KEY'] ?? '' };
  const args = ['query', '--lake', `s3://${output('LakeBucket')}`, '--json', sql];
  expect(JSON.parse(await done(args, { env }))).toEqual([
    { campaign_name: 'Dropped A', spend_eur: expect.stringMatching(/^12\.34/u) as unknown },
    { campaign_name: 'Dropped B', spend_eur: expect.stringMatching(/^0\.66/u) as unknown },
  ]);
});

test('what is deployed is what the templates say, and what holds data outlives the stacks', async () => {
  const command = cdk({});
  const app = ['--app', deployed.assembly];
  await command('diff', ...app, '--fail');
  const before = await keys('');
  await command('destroy', '--all', '--force', ...app);
  expect(await keys('')).toEqual(before);
  expect(before.length).toBeGreaterThan(100);
});
