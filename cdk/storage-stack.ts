import { CfnOutput, Duration, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { StorageClass, type LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { landedFeed } from '../lambdas/land/land.ts';
import { scratchPrefix } from '../lambdas/shared/aws/athena-names.ts';
import { loadCatalog, type Catalog } from '../lambdas/shared/schema/catalog.ts';
import { sitePrefix } from '../lambdas/shared/schema/site-keys.ts';
import { failurePrefix } from './constructs/failure-prefix.ts';
import { HouseBucket } from './constructs/house-bucket.ts';
import type { House } from './constructs/house-function.ts';
import type { LakeBucket } from './constructs/lake-statements.ts';

/** Zones that are made from the raw one, and can be made again. */
const madeZones = ['curated', 'marts', 'ops'];

/** The retention of tables, as their documents have it; what land gives up are records of its feed. */
function retentionRules(catalog: Catalog): LifecycleRule[] {
  const kept = [...catalog.values()].flatMap(({ name, prefix, retentionDays }) =>
    retentionDays === undefined ? [] : [{ name, prefix, retentionDays }],
  );
  const landed = kept.filter(({ name }) => name === landedFeed);
  return [...kept, ...landed.map((feed) => ({ ...feed, name: 'failed_batches', prefix: failurePrefix }))].map(
    ({ name, prefix, retentionDays }) => ({
      id: `retention-of-${name}`,
      prefix,
      expiration: Duration.days(retentionDays),
    }),
  );
}

/** The lake's bucket, the bucket of what queries answer, and that of their access logs. */
export class StorageStack extends Stack {
  /** The lake, for the stacks that come after this one. */
  readonly lake: LakeBucket;
  /** The bucket that takes the answers of Athena. */
  readonly results: LakeBucket;

  constructor(scope: Construct, id: string, { config, ...props }: House & StackProps) {
    super(scope, id, { ...props, description: 'Sillage: the lake.' });
    const accessLogs = new HouseBucket(this, 'AccessLogs', {
      removal: config.dataRemoval,
      lifecycleRules: [{ id: 'old-logs', expiration: Duration.days(90) }],
    });
    const lake = new HouseBucket(this, 'Lake', {
      removal: config.dataRemoval,
      accessLogs: { bucket: accessLogs, prefix: 'lake/' },
      // A raw object that was deleted or overwritten by mistake comes from nowhere else. Erasure removes the versions,
      // too.
      versioned: true,
      lifecycleRules: [
        { id: 'old-versions', noncurrentVersionExpiration: Duration.days(30), expiredObjectDeleteMarker: true },
        ...madeZones.map((zone) => ({
          id: `old-versions-of-${zone}`,
          prefix: `${zone}/`,
          noncurrentVersionExpiration: Duration.days(1),
        })),
        // Read again where a release makes other rows of them: each GB then costs what a month and a half of the
        // cheaper place have saved. S3 itself leaves objects below 128 kB where they are.
        {
          id: 'old-raw',
          prefix: 'raw/',
          transitions: [{ storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) }],
        },
        { id: 'old-plans', prefix: 'ops/plans/', expiration: Duration.days(7) },
        ...retentionRules(loadCatalog()),
      ],
    });
    lake.tellEvents();
    const results = new HouseBucket(this, 'QueryResults', {
      removal: config.dataRemoval,
      accessLogs: { bucket: accessLogs, prefix: 'query-results/' },
      // Athena can compute each again; an answer that is reused is at most a week old.
      lifecycleRules: [
        { id: 'old-answers', expiration: Duration.days(30) },
        // What Athena computed for a model that was cut short.
        { id: 'old-scratch', prefix: scratchPrefix, expiration: Duration.days(1) },
      ],
    });
    if (config.dashboard !== undefined) {
      // Not of the one distribution alone: its stack needs this one, and may not be needed by it.
      lake.addToResourcePolicy(
        new PolicyStatement({
          sid: 'DashboardReadsItsSite',
          principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
          actions: ['s3:GetObject'],
          resources: [lake.arnForObjects(`${sitePrefix}*`)],
          conditions: {
            StringEquals: { 'aws:SourceAccount': this.account },
            ArnLike: { 'aws:SourceArn': `arn:${this.partition}:cloudfront::${this.account}:distribution/*` },
          },
        }),
      );
    }
    if (config.dataRemoval === RemovalPolicy.DESTROY) {
      Validations.of(this).acknowledge(
        {
          id: 'AwsSolutions-L1',
          reason: "The function that empties the buckets is CDK's own, in the runtime that CDK was tested with.",
        },
        {
          id: 'AwsSolutions-IAM4',
          reason:
            "CDK's own function that empties the buckets writes its log by the managed policy; it exists only " +
            'where data may be deleted.',
        },
      );
    }
    // Exported by hand, so that a grant can say which resource it names before the templates are made.
    const exported = ({ bucketName, bucketArn }: HouseBucket): LakeBucket => ({
      name: this.exportValue(bucketName),
      arn: this.exportValue(bucketArn),
    });
    this.lake = exported(lake);
    this.results = exported(results);
    new CfnOutput(this, 'ResultsBucket', { value: results.bucketName, description: 'What Athena answered.' });
    new CfnOutput(this, 'LakeBucket', { value: lake.bucketName, description: 'sillage query --lake s3://…' });
  }
}
