import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { GetFunctionConfigurationCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { optionalFunctions, functionNames } from './bundle.ts';
import type { Platform } from './duckdb-package.ts';
import {
  judgeAlarm,
  judgeBucket,
  judgeFunction,
  judgeMapping,
  judgeSecret,
  judgeSubscriptions,
  type Finding,
} from './smoke-judges.ts';

/** What was deployed, as its stacks say. */
export interface DeployedStacks {
  /** `sillage-dev`: every name begins with it. */
  readonly prefix: string;
  readonly output: (name: string) => string;
  /** Names of the storage stack's buckets. */
  readonly buckets: readonly string[];
}

/** What a look came to; what could not be looked at is not known, and says why. */
export async function looked(
  about: string,
  look: () => Promise<Finding | readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    const says = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return [{ state: 'not known', about, says: `${says} Ask as somebody who may look at it.` }];
  }
}

/** Looks at what AWS says of the settings that no emulator can prove. */
export async function settings(
  { prefix, output, buckets }: DeployedStacks,
  architecture: Platform,
): Promise<readonly Finding[]> {
  const lambda = new LambdaClient({});
  const s3 = new S3Client({});
  const lake = output('LakeBucket');
  const looks: readonly (readonly [string, () => Promise<Finding | readonly Finding[]>])[] = [
    ...functionNames
      .filter((name) => !optionalFunctions.includes(name))
      .map((name) => {
        const look = async () => {
          const asked = new GetFunctionConfigurationCommand({ FunctionName: `${prefix}-${name}` });
          return judgeFunction(name, architecture, await lambda.send(asked));
        };
        return [`function ${name}`, look] as const;
      }),
    [
      'mapping of the stream',
      async () => {
        const asked = new ListEventSourceMappingsCommand({ FunctionName: `${prefix}-land` });
        const { EventSourceMappings: [mapping = {}] = [] } = await lambda.send(asked);
        return judgeMapping(`arn:aws:s3:::${lake}`, mapping);
      },
    ],
    [
      'key of the pseudonyms',
      async () => {
        const asked = new GetSecretValueCommand({ SecretId: output('PseudonymSecret') });
        return judgeSecret((await new SecretsManagerClient({}).send(asked)).SecretString);
      },
    ],
    [
      'alarms',
      async () => {
        const found: Finding[] = [];
        const client = new CloudWatchClient({});
        for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmNamePrefix: `${prefix}-` }))
          found.push(...MetricAlarms.map(judgeAlarm));
        if (found.length === 0) throw new Error('There are no alarms.');
        return found;
      },
    ],
    [
      'who is told by the alarms',
      async () => {
        const asked = new ListSubscriptionsByTopicCommand({ TopicArn: output('AlarmTopic') });
        return judgeSubscriptions((await new SNSClient({}).send(asked)).Subscriptions ?? []);
      },
    ],
    ...buckets.map((Bucket) => {
      const look = async () => {
        const [encryption, versioning, access] = await Promise.all([
          s3.send(new GetBucketEncryptionCommand({ Bucket })),
          s3.send(new GetBucketVersioningCommand({ Bucket })),
          s3.send(new GetPublicAccessBlockCommand({ Bucket })),
        ]);
        const [rule] = encryption.ServerSideEncryptionConfiguration?.Rules ?? [];
        return judgeBucket(Bucket, Bucket === lake, {
          algorithm: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
          versioning: versioning.Status,
          publicAccess: access.PublicAccessBlockConfiguration,
        });
      };
      return [`bucket ${Bucket}`, look] as const;
    }),
  ];
  return (await Promise.all(looks.map(([about, look]) => looked(about, look)))).flat();
}
