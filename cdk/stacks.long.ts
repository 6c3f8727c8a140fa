import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { deployedMapping } from '../lambdas/land/mapping.ts';
import { sourcesOf } from '../lambdas/check/freshness.ts';
import { home } from '../lambdas/shared/home.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { optionalFunctions, functionNames } from './bundle.ts';
import { resourcesOf, templatesOf } from './templates.ts';

const templates = templatesOf();
const deployed = functionNames.filter((name) => !optionalFunctions.includes(name));
const { storage, stream, pipeline, web, monitoring } = templates;

describe('the buckets', () => {
  const buckets = resourcesOf(templates, 'AWS::S3::Bucket');

  test.each(buckets.map((bucket) => [bucket.id, bucket] as const))(
    '%s is private, and encrypted with SSE-S3',
    (_, bucket) => {
      expect(bucket.Properties).toMatchObject({
        // Not KMS: equal bytes must have equal etags.
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
    },
  );

  test.each(buckets.map(({ id }) => [id]))('%s refuses requests without TLS 1.2', (id) => {
    for (const condition of [
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    ]) {
      storage.hasResourceProperties('AWS::S3::BucketPolicy', {
        Bucket: { Ref: id },
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Principal: { AWS: '*' }, Condition: condition }),
          ]),
        },
      });
    }
  });

  test('the lake keeps versions for a while, logs who asks, and forgets plans, unfinished uploads and old versions', () => {
    const lake = buckets.find(({ Properties }) => Properties['VersioningConfiguration'] !== undefined);
    expect(lake?.Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      LoggingConfiguration: { LogFilePrefix: 'lake/' },
    });
    expect(lake?.Properties['LifecycleConfiguration']).toEqual({
      Rules: [
        { Id: 'unfinished-uploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
        {
          Id: 'old-versions',
          Status: 'Enabled',
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          ExpiredObjectDeleteMarker: true,
        },
        ...['curated', 'marts', 'ops'].map((zone) => ({
          Id: `old-versions-of-${zone}`,
          Status: 'Enabled',
          Prefix: `${zone}/`,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        })),
        {
          Id: 'old-raw',
          Status: 'Enabled',
          Prefix: 'raw/',
          Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
        },
        { Id: 'old-plans', Status: 'Enabled', Prefix: 'ops/plans/', ExpirationInDays: 7 },
        ...[
          ['raw_web_events', 'raw/web/events/'],
          ['rejects', 'ops/rejects/'],
          ['failed_batches', 'aws/lambda/'],
        ].map(([name, prefix]) => ({
          Id: `retention-of-${name}`,
          Status: 'Enabled',
          Prefix: prefix,
          ExpirationInDays: 760,
        })),
      ],
    });
  });
});

describe('what holds data goes only where both keys agree', () => {
  const holding = ['AWS::S3::Bucket', 'AWS::Kinesis::Stream', 'AWS::SecretsManager::Secret'];

  test.each([
    ['neither', {}, 'Retain'],
    ['the context alone', { deleteData: true, environment: 'prod', shopOrigins: 'https://www.shop.fr' }, 'Retain'],
    ['the environment alone', { deleteData: false, environment: 'dev' }, 'Retain'],
    ['both', { deleteData: true, environment: 'dev' }, 'Delete'],
  ])('%s', (_, context, policy) => {
    const made = templatesOf(context);
    const found = holding.flatMap((type) => resourcesOf(made, type));
    expect([...new Set(found.map(({ Type }) => Type))]).toEqual(holding);
    expect(found.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(found.map(() => policy));
    const buckets = found.filter(({ Type }) => Type === 'AWS::S3::Bucket').length;
    expect(resourcesOf(made, 'Custom::S3AutoDeleteObjects')).toHaveLength(policy === 'Delete' ? buckets : 0);
  });
});

describe('the functions', () => {
  const functions = resourcesOf(templates, 'AWS::Lambda::Function');

  test('each has the defaults of the house', () => {
    expect(functions.map(({ Properties }) => String(Properties['FunctionName'])).toSorted()).toEqual(
      deployed.map((name) => `sillage-dev-${name}`).toSorted(),
    );
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON', LogGroup: expect.anything() },
      });
      // A trace of each batch, or of a twentieth of the requests, would cost more than the calls.
      const isTraced = !['sillage-dev-collect', 'sillage-dev-land'].includes(String(Properties['FunctionName']));
      expect(Properties['TracingConfig']).toEqual(isTraced ? { Mode: 'Active' } : undefined);
      expect(Properties['ReservedConcurrentExecutions']).toBeUndefined();
    }
    expect(
      resourcesOf(templatesOf({ architecture: 'x64' }), 'AWS::Lambda::Function').map(
        ({ Properties }) => Properties['Architectures'],
      ),
    ).toEqual(functions.map(() => ['x86_64']));
  });

  test.each([
    ['collect', 512, 10, 512, ['SHOP_ORIGINS', 'STREAM_NAME']],
    ['land', 512, 60, 512, ['LAKE_BUCKET']],
    ['lease', 512, 30, 512, ['LAKE_BUCKET', 'POWERTOOLS_SERVICE_NAME']],
    ['import', 3008, 900, 10_240, ['LAKE_BUCKET', 'POWERTOOLS_SERVICE_NAME']],
    [
      'plan',
      1769,
      300,
      512,
      [
        'ATHENA_ABOVE_MB',
        'ATHENA_MODELS',
        'LAKE_BUCKET',
        'PART_ROWS',
        'POWERTOOLS_SERVICE_NAME',
        'PSEUDONYM_SECRET_ARN',
      ],
    ],
    ['transform', 3008, 900, 4096, ['LAKE_BUCKET', 'POWERTOOLS_SERVICE_NAME', 'PSEUDONYM_SECRET_ARN']],
    [
      'model',
      3008,
      900,
      4096,
      [
        'ATHENA_DATABASE',
        'ATHENA_WORKGROUP',
        'LAKE_BUCKET',
        'POWERTOOLS_SERVICE_NAME',
        'SCRATCH_BUCKET',
        'SCRATCH_PREFIX',
      ],
    ],
    ['attribute', 1769, 900, 512, ['LAKE_BUCKET', 'POWERTOOLS_SERVICE_NAME']],
    ['join', 1769, 900, 512, ['LAKE_BUCKET', 'POWERTOOLS_SERVICE_NAME']],
    ['check', 3008, 900, 4096, ['FIRST_DAY', 'LAKE_BUCKET', 'POWERTOOLS_SERVICE_NAME']],
    ['publish', 3008, 900, 4096, ['LAKE_BUCKET', 'POWERTOOLS_SERVICE_NAME']],
    ['forget', 1769, 900, 4096, ['LAKE_BUCKET', 'POWERTOOLS_SERVICE_NAME', 'PSEUDONYM_SECRET_ARN', 'RESULTS_BUCKET']],
  ])('%s has %d MB, %d s, %d MB of disk and its environment', (name, memory, seconds, disk, variables) => {
    const found = functions.find(({ Properties }) => Properties['FunctionName'] === `sillage-dev-${name}`);
    expect(found?.Properties).toMatchObject({
      MemorySize: memory,
      Timeout: seconds,
      EphemeralStorage: { Size: disk },
    });
    const { Variables } = z
      .object({ Variables: z.record(z.string(), z.unknown()) })
      .parse(found?.Properties['Environment']);
    expect(Object.keys(Variables).toSorted()).toEqual(variables);
  });

  test('every log ends', () => {
    const logs = resourcesOf(templates, 'AWS::Logs::LogGroup');
    expect(logs.length).toBe(functions.length + 2);
    expect(logs.map(({ Properties }) => Properties['RetentionInDays'])).toEqual(logs.map(() => 30));
  });
});

describe('the stream', () => {
  test('feeds land as the code says, and what is given up is kept in the lake', () => {
    const [mapping] = resourcesOf(templates, 'AWS::Lambda::EventSourceMapping');
    const landMapping = deployedMapping(60);
    expect(mapping?.Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: landMapping.batchSize,
      MaximumBatchingWindowInSeconds: landMapping.batchingWindowSeconds,
      ParallelizationFactor: landMapping.parallelizationFactor,
      BisectBatchOnFunctionError: landMapping.bisectOnError,
      MaximumRetryAttempts: landMapping.maximumRetries,
      MaximumRecordAgeInSeconds: landMapping.maximumRecordAgeSeconds,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::ImportValue': expect.stringMatching(/Lake/) } } },
    });
    expect(mapping?.Properties['FunctionResponseTypes'] === undefined).toBe(!landMapping.reportsItemFailures);
  });

  test.each([
    [
      { streamMode: 'provisioned', shards: '3' },
      { ShardCount: 3, StreamModeDetails: { StreamMode: 'PROVISIONED' } },
    ],
    [{ streamMode: 'onDemand' }, { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }],
  ])('%j', (context, expected) => {
    templatesOf(context).stream.hasResourceProperties('AWS::Kinesis::Stream', {
      ...expected,
      StreamEncryption: { EncryptionType: 'KMS' },
    });
  });
});

test('the collector is throttled, takes posts and preflights alone, and its log has no addresses', () => {
  web.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    AccessLogSettings: { Format: Match.not(Match.stringLikeRegexp('sourceIp|userAgent|authorizer')) },
  });
  expect(resourcesOf(templates, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties['RouteKey'])).toEqual([
    'POST /collect',
    'OPTIONS /collect',
  ]);
  web.hasResourceProperties('AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '2.0' });
  web.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { SHOP_ORIGINS: 'https://www.maison-lune.example' } },
  });
});

test('the key of the pseudonyms is 64 hexadecimal digits', () => {
  pipeline.hasResourceProperties('AWS::SecretsManager::Secret', {
    Name: 'sillage-dev-pseudonym-key',
    GenerateSecretString: {
      PasswordLength: 64,
      ExcludeUppercase: true,
      ExcludePunctuation: true,
      IncludeSpace: false,
      RequireEachIncludedType: false,
      ExcludeCharacters: 'ghijklmnopqrstuvwxyz',
    },
  });
});

describe('the schedules', () => {
  test.each([
    ['rate(5 minutes)', 'stream'],
    ['cron(0 6 * * ? *)', 'all'],
  ])('%s starts a run over %s, in the time of Paris', (expression, scope) => {
    pipeline.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: 'Europe/Paris',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Input: JSON.stringify({ scope }) },
    });
  });

  test('the context may say others', () => {
    const other = templatesOf({
      dailySchedule: 'cron(30 4 * * ? *)',
      streamSchedule: 'rate(1 hour)',
      timeZone: 'Europe/Lisbon',
    });
    expect(
      resourcesOf(other, 'AWS::Scheduler::Schedule').map(({ Properties }) => [
        Properties['ScheduleExpression'],
        Properties['ScheduleExpressionTimezone'],
      ]),
    ).toEqual([
      ['rate(1 hour)', 'Europe/Lisbon'],
      ['cron(30 4 * * ? *)', 'Europe/Lisbon'],
    ]);
  });
});

test('a file that is put into the inbox of the lake, and no other object, starts a run of it', () => {
  const [rule, ...others] = resourcesOf(templates, 'AWS::Events::Rule');
  expect(others).toEqual([]);
  expect(rule?.Properties).toMatchObject({
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: { name: [{ 'Fn::ImportValue': expect.stringMatching(/RefLake/) }] },
        object: { key: [{ prefix: 'inbox/' }] },
      },
    },
    Targets: [{ Arn: { Ref: expect.stringMatching(/^Pipeline/) }, Input: '{"scope":"inbox"}' }],
  });
  const telling = resourcesOf(templates, 'AWS::S3::Bucket').filter(
    ({ Properties }) => 'NotificationConfiguration' in Properties,
  );
  expect(telling.map(({ Properties }) => Properties['NotificationConfiguration'])).toEqual([
    { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  ]);
  // CDK's own way would be a function that may change the notifications of every bucket.
  expect(resourcesOf(templates, 'Custom::S3BucketNotifications')).toEqual([]);
});

test('the machine is a standard one, with a log and traces', () => {
  pipeline.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    StateMachineName: 'sillage-dev-pipeline',
    LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    TracingConfiguration: { Enabled: true },
  });
});

describe('the alarms', () => {
  const alarms = resourcesOf(templates, 'AWS::CloudWatch::Alarm');
  const runbooks = readFileSync(new URL('docs/operations.md', home), 'utf8');

  test('each tells the topic, and names a runbook', () => {
    // Of the machinery and the checks, of the functions, of the data, of its sources.
    expect(alarms.length).toBe(12 + deployed.length + 3 + sourcesOf(loadCatalog()).length);
    for (const { Properties } of alarms) {
      expect(Properties['AlarmActions']).toEqual([{ Ref: expect.stringMatching(/^Alarms/) }]);
      const [, heading = ''] =
        /What to do: docs\/operations\.md, "(Alarm: [^"]+)"\.$/.exec(String(Properties['AlarmDescription'])) ?? [];
      expect(runbooks).toContain(`\n### ${heading}\n`);
    }
  });

  test('a source that the shop has given up is left in peace, and one that is none is refused', () => {
    const without = resourcesOf(
      templatesOf({ unwatchedSources: 'ad_spend.tiktok_ads,orders' }),
      'AWS::CloudWatch::Alarm',
    );
    expect(without.length).toBe(alarms.length - 2);
    expect(() => templatesOf({ unwatchedSources: 'tiktok' })).toThrow(
      'unwatchedSources has tiktok, which is no source. There are ad_spend.google_ads,',
    );
  });

  test('the context sets what is too much', () => {
    const thresholds = Object.fromEntries(
      resourcesOf(
        templatesOf({ refusedPercent: '7', spendWithoutOrdersEur: '90', monthlyBudgetUsd: '12' }),
        'AWS::CloudWatch::Alarm',
      ).map(({ Properties }): [string, unknown] => [String(Properties['MetricName']), Properties['Threshold']]),
    );
    expect(thresholds).toMatchObject({ RefusedPercent: 7, SpendWithoutOrdersEur: 90 });
  });

  test('a month that costs more than the context says is told to the topic, by a service that may, and has its runbook', () => {
    const subscribers = [{ Address: { Ref: expect.stringMatching(/^Alarms/) }, SubscriptionType: 'SNS' }];
    const [budget] = resourcesOf(templatesOf({ monthlyBudgetUsd: '12' }), 'AWS::Budgets::Budget');
    expect(budget?.Properties).toMatchObject({
      Budget: {
        BudgetName: 'sillage-dev-month',
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: 12, Unit: 'USD' },
      },
      NotificationsWithSubscribers: ['FORECASTED', 'ACTUAL'].map((type) => ({
        Notification: {
          NotificationType: type,
          ComparisonOperator: 'GREATER_THAN',
          Threshold: 100,
          ThresholdType: 'PERCENTAGE',
        },
        Subscribers: subscribers,
      })),
    });
    monitoring.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'budgets.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
    expect(runbooks).toContain('\n### Alarm: a dearer month\n');
  });

  test('each is drawn on the dashboard', () => {
    const text = JSON.stringify(resourcesOf(templates, 'AWS::CloudWatch::Dashboard'));
    expect(text.match(/\\"title\\":/g)).toHaveLength(alarms.length);
  });

  test('the topic is reached over TLS alone, and an e-mail goes to whom the context names', () => {
    monitoring.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
    monitoring.resourceCountIs('AWS::SNS::Subscription', 0);
    templatesOf({ alarmEmail: 'ops@shop.fr' }).monitoring.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@shop.fr',
    });
  });
});

test('every flag that CDK recommends is set', () => {
  const flags = z
    .record(z.string(), z.unknown())
    .parse(
      JSON.parse(
        readFileSync(new URL('../node_modules/aws-cdk-lib/recommended-feature-flags.json', import.meta.url), 'utf8'),
      ),
    );
  const { context } = z
    .object({ context: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')));
  // A stack cannot be removed while another one needs it.
  expect(context).toMatchObject({ ...flags, '@aws-cdk/core:defaultCrossStackReferences': 'strong' });
});

test('stream is deployed behind the lake that it needs', () => {
  expect(JSON.stringify(stream.toJSON())).toContain('"Fn::ImportValue":"sillage-dev-storage:');
});
