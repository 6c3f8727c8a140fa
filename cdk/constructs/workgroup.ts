import { Stack } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { Construct } from 'constructs';
import { answersPrefix } from '../../lambdas/shared/aws/athena-names.ts';

export interface WorkgroupProps {
  readonly name: string;
  readonly description: string;
  /** dev, staging or prod. */
  readonly environment: string;
  readonly resultsBucketName: string;
  /** What one query may scan, at least 10 MB. */
  readonly scanLimitBytes: number;
}

/**
 * A workgroup of Athena: what it says holds for every query, whatever a client asks for. Whether a result is used again
 * is each query's own choice.
 */
export function limitedWorkgroup(scope: Construct, id: string, props: WorkgroupProps): CfnWorkGroup {
  const { name, description, environment, resultsBucketName, scanLimitBytes } = props;
  return new CfnWorkGroup(scope, id, {
    name,
    description,
    state: 'ENABLED',
    // In production the history of queries and what analysts saved must be removed by hand first.
    recursiveDeleteOption: environment !== 'prod',
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      publishCloudWatchMetricsEnabled: true,
      requesterPaysEnabled: false,
      bytesScannedCutoffPerQuery: scanLimitBytes,
      engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
      resultConfiguration: {
        outputLocation: `s3://${resultsBucketName}/${answersPrefix}`,
        encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        // A bucket of that name in another account is not the one that is meant.
        expectedBucketOwner: Stack.of(scope).account,
      },
    },
  });
}
