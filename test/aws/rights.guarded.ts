/**
 * Least privilege, judged by another than who wrote it: each deployed role tries each call, and the answers are held
 * against the table of rights.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { AthenaClient, GetWorkGroupCommand } from '@aws-sdk/client-athena';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  paginateListRoles,
  UpdateAssumeRolePolicyCommand,
  type Role,
} from '@aws-sdk/client-iam';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, STSClient, type Credentials } from '@aws-sdk/client-sts';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { generate } from '../../lambdas/generate/generate.ts';
import { s3Lake } from '../../lambdas/shared/aws/s3-lake.ts';
import { erasureSuite } from './erasure-suite.ts';
import { output } from './outputs.ts';
import { calls, rights, untold } from './rights.ts';
import { callsOf, fill, mayCall, readingOf, type Targets } from './tried.ts';

const iam = new IAMClient({});

/** Lets this account assume a role. */
const trustInUs = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'sts:AssumeRole' }],
});

/** A role as a person of the shop would have it: it has one policy of the stacks, and nothing else. */
async function personsRole(name: string, policy: string): Promise<Role> {
  const RoleName = `${name}-${randomUUID()}`;
  const { Role: made } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustInUs }));
  if (made === undefined) throw new Error('IAM made no role.');
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: output(policy) }));
  return made;
}

/** Whom the stacks have policies for, beside their own roles. */
const persons = { analyst: 'AnalystsPolicyArn', eraser: 'ErasersPolicyArn' };

/** What AWS gives to whoever takes on a role. */
async function assumed({ Arn: RoleArn }: Role): Promise<Credentials> {
  const { Credentials: given } = await new STSClient({}).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'tries' }),
  );
  if (given === undefined) throw new Error(`Nobody may be ${RoleArn}.`);
  return given;
}

/** `sillage-dev-stream-LandRole…`: a role's name in its stack. */
const named = /^sillage-dev-[a-z]+-(?<name>[A-Z][a-z]+)Role/u;

/** The roles of the stacks, by what the house calls them. */
async function deployedRoles(): Promise<Map<string, Role>> {
  const found = new Map<string, Role>();
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {}))
    for (const role of Roles) {
      const { RoleName = '' } = role;
      const name = named.exec(RoleName)?.groups?.['name']?.toLowerCase() ?? RoleName;
      // CDK's own name of the role that every schedule of a group has.
      if (RoleName.startsWith('sillage-dev-')) found.set(name === 'scheduler' ? 'schedules' : name, role);
    }
  return found;
}

const Trust = z.object({
  Statement: z.array(z.looseObject({ Effect: z.literal('Allow'), Principal: z.record(z.string(), z.string()) })),
});

/** Who may assume a role. */
function trusted({ AssumeRolePolicyDocument: document = '' }: Role): string[] {
  const { Statement } = Trust.parse(JSON.parse(decodeURIComponent(document)));
  return Statement.flatMap(({ Principal }) => Object.values(Principal));
}

let roles: ReadonlyMap<string, Role>;
let targets: Targets;
let allowed: ReadonlyMap<string, readonly string[]>;

/** Who may do what, as the calls were answered. */
async function tried(): Promise<ReadonlyMap<string, readonly string[]>> {
  const verdicts = new Map<string, readonly string[]>();
  const reading = await readingOf(targets.stream);
  const ofPersons = Object.entries(persons).map(
    async ([name, policy]) => [name, await personsRole(name, policy)] as const,
  );
  for (const [name, role] of [...roles, ...(await Promise.all(ofPersons))]) {
    await fill(targets);
    // Services alone may assume it, which says nothing of what it may do.
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: role.RoleName, PolicyDocument: trustInUs }));
    const may: string[] = [];
    for (const [call, make] of Object.entries(callsOf(targets, reading, await assumed(role))))
      if (await mayCall(make).catch((cause: unknown) => Promise.reject(new Error(`${name}: ${call}`, { cause }))))
        may.push(call);
    verdicts.set(name, may);
  }
  return verdicts;
}

beforeAll(async () => {
  const athena = new AthenaClient({});
  const workgroup = output('WorkGroupName');
  const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: workgroup }));
  targets = {
    lake: output('LakeBucket'),
    results: new URL(WorkGroup?.Configuration?.ResultConfiguration?.OutputLocation ?? '').host,
    stream: output('StreamName'),
    secret: output('PseudonymSecret'),
    machine: output('Machine'),
    step: 'sillage-dev-plan',
    forget: output('ForgetFunction'),
    workgroup,
    models: 'sillage-dev-models',
    database: output('DatabaseName'),
  };
});

/** Starts an execution over everything, and waits for its end. */
async function execution() {
  const machines = new SFNClient({});
  const { executionArn } = await machines.send(
    new StartExecutionCommand({ stateMachineArn: targets.machine, input: JSON.stringify({ scope: 'all' }) }),
  );
  for (;;) {
    const { status, error, cause } = await machines.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return { status, error, cause };
    await sleep(250);
  }
}

test('each function has the rights that a whole execution needs', async () => {
  const lake = s3Lake({ bucket: targets.lake });
  await generate(lake, { from: '2025-01-01', to: '2025-01-02', eventsPerDay: 200, initialCustomers: 50 });
  expect(await execution()).toEqual({ status: 'SUCCEEDED' });
  const made = await Promise.all(
    ['curated/orders/', 'marts/sessions/', 'ops/check_results/', 'site/data/channel_returns_daily/'].map(
      async (prefix) => {
        for await (const _ of lake.keys(prefix)) return true;
        return false;
      },
    ),
  );
  expect(made).toEqual([true, true, true, true]);
});

describe('erasure, asked for by who may', () => {
  erasureSuite({
    targets: () => targets,
    asEraser: async () => assumed(await personsRole('eraser', persons.eraser)),
    execution: async () => (await execution()).status,
  });
});

describe('who may do what', () => {
  beforeAll(async () => {
    roles = await deployedRoles();
    allowed = await tried();
  });

  test('the table speaks of every role that was deployed, and of no other', () => {
    expect([...allowed.keys()].toSorted()).toEqual([...rights.keys()].toSorted());
  });

  test('every call that the table speaks of is tried', () => {
    const made = callsOf(targets, { StreamARN: '', ShardIterator: '' }, undefined);
    expect(Object.keys(made).toSorted()).toEqual(calls.toSorted());
  });

  test('each role is of one service, and no person may assume it', () => {
    const services: Readonly<Record<string, string>> = { machine: 'states', schedules: 'scheduler', inbox: 'events' };
    expect(roles.size).toBe(15);
    for (const [name, role] of roles)
      expect([name, trusted(role)]).toEqual([name, [`${services[name] ?? 'lambda'}.amazonaws.com`]]);
  });

  test.each([...rights])('%s', (role, may) => {
    const isTold = (call: string) => !(`${role} ${call}` in untold);
    expect(allowed.get(role)?.filter(isTold).toSorted()).toEqual(may.toSorted());
  });

  const who = (call: string) => [...allowed].filter(([, may]) => may.includes(call)).map(([role]) => role);

  test.each([
    [
      'land cannot read what it lands, nor anything else of the lake',
      ['land'],
      calls.filter((call) => call.startsWith('get ')),
    ],
    [
      'analysts see neither raw objects nor rejects',
      ['analyst'],
      ['get raw/web', 'get raw/crm', 'get rejects', 'list:raw'],
    ],
    [
      'analysts change nothing of the lake',
      ['analyst'],
      calls.filter((call) => /^(?:put|delete) (?!answers)/u.test(call)),
    ],
    ['who talks to the outside knows no secret', ['collect', 'land', 'analyst', 'eraser'], ['key:read']],
    [
      'who asks for erasure sees nothing of the lake',
      ['eraser'],
      calls.filter((call) => !['machine:start', 'forget:invoke'].includes(call)),
    ],
    [
      'the machine and the schedules touch no data',
      ['machine', 'schedules', 'inbox'],
      calls.filter((call) => !/^(?:machine|step):/u.test(call)),
    ],
  ])('%s', (_, whose, denied) => {
    expect(denied).not.toEqual([]);
    for (const role of whose)
      expect([role, allowed.get(role)?.filter((call) => denied.includes(call))]).toEqual([role, []]);
  });

  test.each([
    ['events are put into the stream by the collector alone', 'stream:put', ['collect']],
    ['events are taken from the stream by land alone', 'stream:read', ['land']],
    [
      'raw events are deleted by join, which has put them together, and by erasure',
      'delete raw/web',
      ['join', 'forget'],
    ],
    ['what the shop exported is deleted by erasure alone', 'delete raw/crm', ['forget']],
    ['what the shop says of itself is changed by erasure alone', 'put profile', ['forget']],
    ['what was overwritten or deleted is removed for good by erasure alone', 'delete:version', ['forget']],
    ['what was overwritten or deleted is read by erasure alone', 'get:version', ['forget']],
    ['erasure is asked for by those who have the policy for it alone', 'forget:invoke', ['eraser']],
    ['files of the inbox are taken out by who imports them, or by erasure', 'delete inbox', ['import', 'forget']],
    ['tables are emptied by the planner alone', 'delete curated', ['plan']],
    ['marts, too', 'delete marts', ['plan']],
    ['what Athena left for a model is taken away by it, or by erasure', 'delete scratch', ['model', 'forget']],
    ['the history of runs loses damaged objects alone, by check', 'delete ledger', ['check']],
    [
      'a batch that was given up is kept by land, and taken away by a person, or by erasure',
      'delete given-up',
      ['forget'],
    ],
  ])('%s', (_, call, expected) => {
    expect(who(call)).toEqual(expected);
  });
});
