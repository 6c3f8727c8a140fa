import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type IBucket,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

export interface HouseBucketProps {
  /** What becomes of the bucket, and of all in it, when it leaves the stack. */
  readonly removal: RemovalPolicy;
  /** Where requests are logged; undefined only for the bucket that takes the logs. */
  readonly accessLogs?: { readonly bucket: IBucket; readonly prefix: string };
  /** Keeps what was overwritten or deleted, until a rule of the lifecycle ends it. Default: no. */
  readonly versioned?: boolean;
  /** Besides the end of uploads that nobody finished. */
  readonly lifecycleRules?: readonly LifecycleRule[];
}

/**
 * A bucket with the defaults of the house: private, over TLS only, encrypted with SSE-S3.
 *
 * Not SSE-KMS: with it S3 gives every write an etag of its own, and a slice is known to be up to date by the etags of
 * what it was made from. Equal bytes must keep equal etags.
 *
 * @example new HouseBucket(this, 'Lake', { removal: config.dataRemoval, accessLogs: { bucket: logs, prefix: 'lake/' },
 * versioned: true });
 */
export class HouseBucket extends Bucket {
  /** CDK's interface does not take the undefined of its class. */
  override get isWebsite(): boolean {
    return super.isWebsite ?? false;
  }

  constructor(
    scope: Construct,
    id: string,
    { removal, accessLogs, versioned = false, lifecycleRules = [] }: HouseBucketProps,
  ) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned,
      removalPolicy: removal,
      // CloudFormation does not remove a bucket that has objects.
      autoDeleteObjects: removal === RemovalPolicy.DESTROY,
      lifecycleRules: [
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ...lifecycleRules,
      ],
      ...(accessLogs === undefined
        ? {}
        : { serverAccessLogsBucket: accessLogs.bucket, serverAccessLogsPrefix: accessLogs.prefix }),
    });
  }

  /**
   * Tells EventBridge of each object that is written. By the template itself: CDK's property adds a function of its own
   * to the stack, which may change the notifications of every bucket.
   */
  tellEvents(): void {
    const { defaultChild } = this.node;
    if (!(defaultChild instanceof CfnBucket)) throw new Error('A bucket has a bucket within.');
    defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }
}
