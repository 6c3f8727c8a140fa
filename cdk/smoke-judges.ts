import type { FunctionConfiguration, EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Subscription } from '@aws-sdk/client-sns';
import type { PublicAccessBlockConfiguration } from '@aws-sdk/client-s3';
import { landMapping } from '../lambdas/land/mapping.ts';
import type { Platform } from './duckdb-package.ts';

/** What is said of one thing: whether it is as it should be, and what to do where it is not. */
export interface Finding {
  readonly state: 'ok' | 'failed' | 'not known';
  readonly about: string;
  /** What is wrong, and what to do. */
  readonly says?: string;
}

/** A finding over what differs: it is ok where nothing does. */
function judged(about: string, wrong: readonly string[], todo: string): Finding {
  return wrong.length === 0 ? { state: 'ok', about } : { state: 'failed', about, says: `${wrong.join('; ')}. ${todo}` };
}

const deployAgain = 'Deploy again: cdk deploy mends what was changed by hand.';

/** How values differ from those that are wanted, in words. */
const differing = (wanted: Readonly<Record<string, unknown>>, is: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(wanted).flatMap(([name, value]) =>
    JSON.stringify(is[name]) === JSON.stringify(value)
      ? []
      : [`${name} is ${JSON.stringify(is[name]) ?? 'not set'}, not ${JSON.stringify(value) ?? 'left out'}`],
  );

/** Lambda's names of the processors that a deployment may be for. */
const processors: Readonly<Record<Platform, string>> = { arm64: 'arm64', x64: 'x86_64' };

/** A function: for its processor, up to date, traced. */
export function judgeFunction(name: string, architecture: Platform, found: FunctionConfiguration): Finding {
  const wanted = {
    Architectures: [processors[architecture]],
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Tracing: 'Active',
  };
  const is = { ...found, Tracing: found.TracingConfig?.Mode };
  return judged(`function ${name}`, differing(wanted, is), deployAgain);
}

/** The mapping between the stream and `land`, held against what the code asks for. */
export function judgeMapping(lakeArn: string, found: EventSourceMappingConfiguration): Finding {
  const wanted = {
    State: 'Enabled',
    BatchSize: landMapping.batchSize,
    MaximumBatchingWindowInSeconds: landMapping.batchingWindowSeconds,
    ParallelizationFactor: landMapping.parallelizationFactor,
    BisectBatchOnFunctionError: landMapping.bisectOnError,
    // Lambda says -1 where there is no end.
    MaximumRetryAttempts: landMapping.maximumRetries ?? -1,
    MaximumRecordAgeInSeconds: landMapping.maximumRecordAgeSeconds ?? -1,
    FunctionResponseTypes: landMapping.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
    'destination of what is given up': lakeArn,
  };
  const is = {
    ...found,
    FunctionResponseTypes: found.FunctionResponseTypes ?? [],
    'destination of what is given up': found.DestinationConfig?.OnFailure?.Destination,
  };
  return judged('mapping of the stream', differing(wanted, is), deployAgain);
}

/** The key of the pseudonyms: its form alone is looked at, and nothing of it is said. */
export function judgeSecret(text: string | undefined): Finding {
  const isKey = text !== undefined && /^[\da-f]{64}$/u.test(text);
  return judged(
    'key of the pseudonyms',
    isKey ? [] : ['it is not 64 hexadecimal digits'],
    'If a run has made pseudonyms with it, keep it; else put another: docs/operations.md, "Key: loss, leak, rotation".',
  );
}

/** An alarm: its description names the runbook. */
export function judgeAlarm({
  AlarmName = '',
  StateValue,
  AlarmDescription = '',
  ActionsEnabled,
}: MetricAlarm): Finding {
  const about = `alarm ${AlarmName}`;
  if (ActionsEnabled === false)
    return judged(about, ['it tells nobody'], 'Enable its actions: aws cloudwatch enable-alarm-actions.');
  if (StateValue === 'OK') return { state: 'ok', about };
  if (StateValue === 'ALARM') return { state: 'failed', about, says: AlarmDescription };
  return { state: 'not known', about, says: 'CloudWatch has no figures yet. Ask again in ten minutes.' };
}

/** Who is told by the alarms. */
export function judgeSubscriptions(found: readonly Subscription[]): Finding {
  const about = 'who is told by the alarms';
  const pending = found.filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation');
  if (found.length === 0)
    return { state: 'not known', about, says: 'Nobody is. Deploy with -c alarmEmail=you@your-shop.fr.' };
  return judged(
    about,
    pending.map(({ Endpoint }) => `${Endpoint} has not confirmed`),
    'Open the e-mail of AWS Notifications, and confirm.',
  );
}

/** What AWS says of a bucket. */
export interface BucketSettings {
  readonly algorithm: string | undefined;
  readonly versioning: string | undefined;
  readonly publicAccess: PublicAccessBlockConfiguration | undefined;
}

/** A bucket: private, encrypted with SSE-S3, and the lake's versioned. */
export function judgeBucket(name: string, isLake: boolean, found: BucketSettings): Finding {
  const wanted = {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
    encryption: 'AES256',
    ...(isLake ? { versioning: 'Enabled' } : {}),
  };
  const is = { ...found.publicAccess, encryption: found.algorithm, versioning: found.versioning };
  return judged(`bucket ${name}`, differing(wanted, is), deployAgain);
}
