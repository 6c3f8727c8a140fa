import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { KinesisEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import { deployedMapping } from '../lambdas/land/mapping.ts';
import { FailurePrefix } from './constructs/failure-prefix.ts';
import { HouseFunction, type House } from './constructs/house-function.ts';
import { lakeStatements, type LakeBucket } from './constructs/lake-statements.ts';

/** CDK's name of "without an end". */
const endless = -1;

/** The stream of the shop's events, and the function that lands them in the lake. */
export class StreamStack extends Stack {
  readonly stream: Stream;
  readonly land: HouseFunction;
  readonly mappingId: string;

  constructor(
    scope: Construct,
    id: string,
    { config, bundles, lake, ...props }: House & StackProps & { lake: LakeBucket },
  ) {
    super(scope, id, { ...props, description: 'Sillage: the stream of events, and how it lands.' });
    this.stream = new Stream(this, 'Web', {
      ...(config.streamMode === 'provisioned'
        ? { streamMode: StreamMode.PROVISIONED, shardCount: config.shards }
        : { streamMode: StreamMode.ON_DEMAND }),
      // Included in the price. What is not landed by then was given up long before: see the mapping.
      retentionPeriod: Duration.hours(24),
      encryption: StreamEncryption.MANAGED,
      removalPolicy: config.dataRemoval,
    });
    this.land = new HouseFunction(this, 'Land', {
      config,
      bundles,
      name: 'land',
      description: 'Lands batches of the stream in the lake.',
      environment: { LAKE_BUCKET: lake.name },
      statements: lakeStatements(lake, { put: ['raw/web/*', 'ops/rejects/*'] }),
      timeout: Duration.minutes(1),
      isTraced: false,
    });
    const mapping = deployedMapping(config.landingWindowSeconds);
    const source = new KinesisEventSource(this.stream, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: mapping.batchSize,
      maxBatchingWindow: Duration.seconds(mapping.batchingWindowSeconds),
      parallelizationFactor: mapping.parallelizationFactor,
      bisectBatchOnError: mapping.bisectOnError,
      retryAttempts: mapping.maximumRetries ?? endless,
      ...(mapping.maximumRecordAgeSeconds === undefined
        ? {}
        : { maxRecordAge: Duration.seconds(mapping.maximumRecordAgeSeconds) }),
      reportBatchItemFailures: mapping.reportsItemFailures,
      onFailure: new FailurePrefix(lake, this.land.ownRole),
      // The alarm of what was given up reads them.
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    this.land.addEventSource(source);
    this.mappingId = source.eventSourceMappingId;
    new CfnOutput(this, 'StreamName', { value: this.stream.streamName });
  }
}
