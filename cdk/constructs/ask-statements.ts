import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { answersPrefix } from '../../lambdas/shared/aws/athena-names.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { lakePrefixes } from '../analysts-policy.ts';
import type { LakeBucket } from './lake-statements.ts';

export interface AskProps {
  readonly workgroup: string;
  readonly database: string;
  readonly lake: LakeBucket;
  readonly results: LakeBucket;
}

/**
 * What a function needs that asks the lake on Athena: one workgroup, one database, the tables without personal data as
 * it came, its answers.
 */
export function askStatements(scope: Construct, { workgroup, database, lake, results }: AskProps): PolicyStatement[] {
  const { partition, region, account } = Stack.of(scope);
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const allowed = (sid: string, service: string, actions: readonly string[], resources: readonly string[]) =>
    new PolicyStatement({ sid, actions: actions.map((action) => `${service}:${action}`), resources: [...resources] });
  const { other } = lakePrefixes(loadCatalog());
  const listed = (sid: string, bucket: LakeBucket, prefixes: readonly string[]) =>
    new PolicyStatement({
      sid,
      actions: ['s3:ListBucket'],
      resources: [bucket.arn],
      conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
    });
  return [
    allowed(
      'Ask',
      'athena',
      ['StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'GetQueryResults'],
      [arn('athena', `workgroup/${workgroup}`)],
    ),
    // Athena looks for the default database whatever is asked.
    allowed(
      'ReadCatalogue',
      'glue',
      ['GetDatabase', 'GetTable', 'GetTables', 'GetPartition', 'GetPartitions', 'BatchGetPartition'],
      ['catalog', 'database/default', `database/${database}`, `table/${database}/*`].map((one) => arn('glue', one)),
    ),
    allowed(
      'ReadTables',
      's3',
      ['GetObject'],
      other.map((prefix) => `${lake.arn}/${prefix}*`),
    ),
    listed('ListTables', lake, other),
    allowed(
      'KeepAnswers',
      's3',
      ['GetObject', 'PutObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'],
      [`${results.arn}/${answersPrefix}*`],
    ),
    listed('ListAnswers', results, [answersPrefix]),
    allowed('FindBuckets', 's3', ['GetBucketLocation'], [lake.arn, results.arn]),
  ];
}
