import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { answersPrefix } from '../../lambdas/shared/aws/athena-names.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { lakePrefixes } from '../analysts-policy.ts';
import type { LakeBucket } from './lake-statements.ts';
import { arnsOf, ofService } from './statements.ts';

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
  const arn = arnsOf(scope);
  const { other } = lakePrefixes(loadCatalog());
  const listed = (sid: string, bucket: LakeBucket, prefixes: readonly string[]) =>
    ofService(sid, 's3', ['ListBucket'], [bucket.arn], prefixes);
  return [
    ofService(
      'Ask',
      'athena',
      ['StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'GetQueryResults'],
      [arn('athena', `workgroup/${workgroup}`)],
    ),
    // Athena looks for the default database whatever is asked.
    ofService(
      'ReadCatalogue',
      'glue',
      ['GetDatabase', 'GetTable', 'GetTables', 'GetPartition', 'GetPartitions', 'BatchGetPartition'],
      ['catalog', 'database/default', `database/${database}`, `table/${database}/*`].map((one) => arn('glue', one)),
    ),
    ofService(
      'ReadTables',
      's3',
      ['GetObject'],
      other.map((prefix) => `${lake.arn}/${prefix}*`),
    ),
    listed('ListTables', lake, other),
    ofService(
      'KeepAnswers',
      's3',
      ['GetObject', 'PutObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'],
      [`${results.arn}/${answersPrefix}*`],
    ),
    listed('ListAnswers', results, [answersPrefix]),
    ofService('FindBuckets', 's3', ['GetBucketLocation'], [lake.arn, results.arn]),
  ];
}
