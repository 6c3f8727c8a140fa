/** What of the synthesised templates a bill depends on. */
import type { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { daysOfMonth, hoursOfMonth } from './assumptions.ts';
import { resourcesOf } from '../templates.ts';

type Templates = Readonly<Record<string, Template>>;

const FunctionProperties = z.object({
  FunctionName: z.string(),
  MemorySize: z.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).default({ Variables: {} }),
  TracingConfig: z.object({ Mode: z.string() }).default({ Mode: 'PassThrough' }),
});
const StreamProperties = z.object({
  ShardCount: z.number().optional(),
  StreamModeDetails: z.object({ StreamMode: z.enum(['PROVISIONED', 'ON_DEMAND']) }),
});
const MappingProperties = z.object({ BatchSize: z.number(), MaximumBatchingWindowInSeconds: z.number() });
const ScheduleProperties = z.object({ ScheduleExpression: z.string(), Target: z.object({ Input: z.string() }) });
const BucketProperties = z.object({
  LifecycleConfiguration: z
    .object({
      Rules: z.array(
        z.looseObject({
          Transitions: z.array(z.object({ TransitionInDays: z.number(), StorageClass: z.string() })).default([]),
        }),
      ),
    })
    .default({ Rules: [] }),
});
const AlarmProperties = z.object({ Metrics: z.array(z.looseObject({ MetricStat: z.unknown() })).optional() });
/** A text with tokens in it, such as an ARN. */
const Joined = z.union([z.string(), z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) })]);
const Machine = z.object({
  StartAt: z.string(),
  States: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Next: z.string().optional(),
      Default: z.string().optional(),
      Choices: z
        .array(
          z.looseObject({ Next: z.string(), Variable: z.string().optional(), StringEquals: z.string().optional() }),
        )
        .default([]),
    }),
  ),
});
type Machine = z.infer<typeof Machine>;

export interface Deployed {
  readonly functions: ReadonlyMap<string, { readonly memoryGb: number; readonly isTraced: boolean }>;
  readonly stream: { readonly isOnDemand: boolean; readonly shards: number };
  readonly landing: { readonly batchSize: number; readonly windowSeconds: number };
  /** Runs of a month, and the states that each goes through. */
  readonly runs: Readonly<Record<'stream' | 'all', { readonly aMonth: number; readonly way: readonly string[] }>>;
  /** Events that a part of a day has at most. */
  readonly partRows: number;
  /** Months after which raw objects are kept in a cheaper way. */
  readonly warmMonths: number;
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly secrets: number;
}

/** Names of functions without those of the environment. */
const shortName = (name: string): string => name.slice(name.lastIndexOf('-') + 1);

/** Runs of a month that a schedule starts. @throws Error where it is written in a way that no schedule of ours is */
export function runsAMonth(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = new Map([
    ['minute', 1],
    ['hour', 60],
    ['day', 1440],
  ]).get(unit);
  if (minutes !== undefined) return (hoursOfMonth * 60) / (Number(count) * minutes);
  if (/^cron\(\d+ \d+ \* \* \? \*\)$/.test(expression)) return daysOfMonth;
  throw new Error(`How often does ${expression} start a run? Teach runsAMonth to read it.`);
}

function textOf(joined: unknown): string {
  const text = Joined.parse(joined);
  if (typeof text === 'string') return text;
  const [between, parts] = text['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : 'token')).join(between);
}

/** The states that a run of a scope goes through where all goes well. */
function wayOf({ StartAt, States }: Machine, scope: string): string[] {
  const way: string[] = [];
  for (let name: string | undefined = StartAt; name !== undefined;) {
    way.push(name);
    const state: Machine['States'][string] | undefined = States[name];
    const choice: { readonly Next: string } | undefined = state?.Choices.find(
      (each) => each.Variable === '$.scope' && each.StringEquals === scope,
    );
    name = choice?.Next ?? state?.Default ?? state?.Next;
  }
  return way;
}

/** @throws ZodError where a resource is not as the stacks make it */
export function deployedOf(templates: Templates): Deployed {
  const all = (type: string) => resourcesOf(templates, type).map(({ Properties }) => Properties);
  const one = <T>(type: string, schema: z.ZodType<T>): T => z.tuple([schema]).parse(all(type))[0];
  const stream = one('AWS::Kinesis::Stream', StreamProperties);
  const mapping = one('AWS::Lambda::EventSourceMapping', MappingProperties);
  const { DefinitionString } = one('AWS::StepFunctions::StateMachine', z.object({ DefinitionString: z.unknown() }));
  const machine = Machine.parse(JSON.parse(textOf(DefinitionString)));
  const schedules = all('AWS::Scheduler::Schedule').map((properties) => ScheduleProperties.parse(properties));
  const runsOf = (scope: 'stream' | 'all') => ({
    aMonth: schedules
      .filter(({ Target }) => z.object({ scope: z.string() }).parse(JSON.parse(Target.Input)).scope === scope)
      .reduce((sum, { ScheduleExpression }) => sum + runsAMonth(ScheduleExpression), 0),
    way: wayOf(machine, scope),
  });
  return {
    functions: new Map(
      all('AWS::Lambda::Function')
        .map((properties) => FunctionProperties.parse(properties))
        .map(({ FunctionName, MemorySize, TracingConfig }) => [
          shortName(FunctionName),
          { memoryGb: MemorySize / 1024, isTraced: TracingConfig.Mode === 'Active' },
        ]),
    ),
    stream: {
      isOnDemand: stream.StreamModeDetails.StreamMode === 'ON_DEMAND',
      shards: stream.ShardCount ?? 0,
    },
    landing: { batchSize: mapping.BatchSize, windowSeconds: mapping.MaximumBatchingWindowInSeconds },
    runs: { stream: runsOf('stream'), all: runsOf('all') },
    partRows: z.coerce.number().parse(
      all('AWS::Lambda::Function')
        .map((properties) => FunctionProperties.parse(properties).Environment.Variables['PART_ROWS'])
        .find((rows) => rows !== undefined),
    ),
    warmMonths: Math.min(
      ...all('AWS::S3::Bucket').flatMap((properties) =>
        BucketProperties.parse(properties).LifecycleConfiguration.Rules.flatMap(({ Transitions }) =>
          Transitions.map(({ TransitionInDays }) => TransitionInDays / daysOfMonth),
        ),
      ),
    ),
    alarmMetrics: all('AWS::CloudWatch::Alarm')
      .map((properties) => AlarmProperties.parse(properties))
      .reduce(
        (sum, { Metrics }) => sum + (Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1),
        0,
      ),
    dashboards: all('AWS::CloudWatch::Dashboard').length,
    secrets: all('AWS::SecretsManager::Secret').length,
  };
}
