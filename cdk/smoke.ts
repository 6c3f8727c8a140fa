import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { setTimeout as sleep } from 'node:timers/promises';
import { Origins } from '../lambdas/collect/origins.ts';
import { athenaWarehouse } from '../lambdas/shared/aws/athena-warehouse.ts';
import { s3Lake } from '../lambdas/shared/aws/s3-lake.ts';
import type { Platform } from './duckdb-package.ts';
import { journey, testEvents, testUserAgent, type Deployment } from './smoke-journey.ts';
import type { Finding } from './smoke-judges.ts';
import { settings, type DeployedStacks } from './smoke-settings.ts';

export interface SmokeOptions {
  /** `sillage-dev`: what the names of the stacks begin with. */
  readonly stack: string;
  /** What the functions were deployed for. */
  readonly architecture: Platform;
}

const parts = ['storage', 'stream', 'pipeline', 'web', 'monitoring', 'catalogue'];

/** What the stacks say of themselves. @throws Error where one is not there */
export async function stacksOf(prefix: string): Promise<DeployedStacks> {
  const client = new CloudFormationClient({});
  const outputs = new Map<string, string>();
  for (const part of parts) {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: `${prefix}-${part}` }));
    for (const { OutputKey = '', OutputValue = '' } of stack?.Outputs ?? []) outputs.set(OutputKey, OutputValue);
  }
  const buckets: string[] = [];
  const ofStorage = { StackName: `${prefix}-storage` };
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, ofStorage))
    for (const { ResourceType, PhysicalResourceId = '' } of StackResourceSummaries)
      if (ResourceType === 'AWS::S3::Bucket') buckets.push(PhysicalResourceId);
  const output = (name: string) => {
    const found = outputs.get(name);
    if (found === undefined) throw new Error(`No stack of ${prefix} says its ${name}: deploy it again.`);
    return found;
  };
  return { prefix, output, buckets };
}

/** An origin whose pages may send events. */
async function originOf(prefix: string): Promise<string> {
  const asked = new GetFunctionConfigurationCommand({ FunctionName: `${prefix}-collect` });
  const { Environment } = await new LambdaClient({}).send(asked);
  const [origin = ''] = Origins.parse(Environment?.Variables?.['SHOP_ORIGINS'] ?? '');
  return origin;
}

/** How long between two looks at an execution, ms. */
const betweenLooks = 2000;

/** Runs an execution over everything. */
async function execution(machine: string): Promise<{ readonly status: string; readonly cause?: string }> {
  const machines = new SFNClient({});
  const asked = new StartExecutionCommand({ stateMachineArn: machine, input: JSON.stringify({ scope: 'all' }) });
  const { executionArn } = await machines.send(asked);
  for (;;) {
    const { status = '', cause } = await machines.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return { status, ...(cause !== undefined && { cause }) };
    await sleep(betweenLooks);
  }
}

/** Landing takes seconds; a stream that was deployed a moment ago takes minutes. */
const patience = { longest: 600_000, between: 5000 };

/** A finding in one line. */
const inWords = ({ state, about, says }: Finding) =>
  `${state.padEnd(9)}  ${about}${says === undefined ? '' : `: ${says}`}`;

/**
 * Proves a deployment that is there: events go through all of it, and AWS is asked for the settings that no emulator
 * proves. It removes nothing.
 * @returns whether nothing failed
 */
export async function smoke({ stack, architecture }: SmokeOptions, say: (line: string) => void): Promise<boolean> {
  const stacks = await stacksOf(stack);
  const { output } = stacks;
  let failures = 0;
  const tell = (finding: Finding): void => {
    if (finding.state === 'failed') failures++;
    say(inWords(finding));
  };
  for (const finding of await settings(stacks, architecture)) tell(finding);
  const origin = await originOf(stack);
  const events = testEvents(origin, new Date());
  const warehouse = athenaWarehouse({ workgroup: output('WorkGroupName'), database: output('DatabaseName') });
  const deployed: Deployment = {
    post: async (body) => {
      const headers = { origin, 'content-type': 'application/json', 'user-agent': testUserAgent };
      const answer = await fetch(output('CollectUrl'), { method: 'POST', headers, body });
      return { status: answer.status, body: await answer.text() };
    },
    lake: s3Lake({ bucket: output('LakeBucket') }),
    execute: () => execution(output('Machine')),
    warehouse,
  };
  try {
    await journey(deployed, events, patience, tell);
  } finally {
    await warehouse.close();
  }
  say(
    `Left behind: up to ${events.count} events of ${events.day} with the page ${events.path}, sent by a bot, ` +
      'which no session and no figure counts; they stand among others in raw/web, and are found by page_path in ' +
      'web_events.',
  );
  say(failures === 0 ? 'Nothing failed.' : `${failures} failed.`);
  return failures === 0;
}
