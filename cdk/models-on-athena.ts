import { Stack } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { databaseOf, scratchPrefix, workgroupOf } from '../lambdas/shared/aws/athena-names.ts';
import { nameOf } from './config.ts';
import type { House } from './constructs/house-function.ts';
import type { LakeBucket } from './constructs/lake-statements.ts';
import { arnsOf, ofService } from './constructs/statements.ts';

export interface ModelsOnAthenaProps extends Pick<House, 'config'> {
  readonly lake: LakeBucket;
  readonly resultsName: string;
}

/**
 * A workgroup for models that outgrow a function, and what its function may do there: ask in it, make and drop tables
 * whose names begin with `scratch_`, and keep their objects under one prefix of the bucket of answers. Of the lake
 * itself it may nothing more than before.
 */
export class ModelsOnAthena extends Construct {
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, { config, lake, resultsName }: ModelsOnAthenaProps) {
    super(scope, id);
    const workgroup = nameOf(config, 'models');
    const database = databaseOf(workgroupOf(config.environment));
    const arn = arnsOf(this);
    const results = arn('s3', resultsName);
    const scratch = `${results}/${scratchPrefix}*`;
    const within = ['catalog', `database/${database}`].map((resource) => arn('glue', resource));
    new CfnWorkGroup(this, 'WorkGroup', {
      name: workgroup,
      description: 'Models of Sillage whose slices outgrow a function.',
      state: 'ENABLED',
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        // Each statement says where its table lies, which Athena refuses in a workgroup that enforces its own place.
        enforceWorkGroupConfiguration: false,
        publishCloudWatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        bytesScannedCutoffPerQuery: config.scanLimitGb * 1e9,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${resultsName}/${scratchPrefix}answers/`,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
          expectedBucketOwner: Stack.of(this).account,
        },
      },
    });
    this.environment = {
      SCRATCH_BUCKET: resultsName,
      SCRATCH_PREFIX: `${scratchPrefix}models`,
      ATHENA_WORKGROUP: workgroup,
      ATHENA_DATABASE: database,
    };
    this.statements = [
      ofService(
        'AskAthena',
        'athena',
        ['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults', 'StopQueryExecution'],
        [arn('athena', `workgroup/${workgroup}`)],
      ),
      ofService(
        'ReadCatalogue',
        'glue',
        ['GetDatabase', 'GetTable', 'GetPartitions'],
        // Athena looks for the default database whatever is asked.
        [...within, arn('glue', 'database/default'), arn('glue', `table/${database}/*`)],
      ),
      ofService(
        'MakeScratchTables',
        'glue',
        ['CreateTable', 'DeleteTable'],
        [...within, arn('glue', `table/${database}/scratch_*`)],
      ),
      ofService('UseScratch', 's3', ['GetObject', 'PutObject', 'AbortMultipartUpload', 'DeleteObject'], [scratch]),
      ofService('ListScratch', 's3', ['ListBucket'], [results], [scratchPrefix]),
      ofService('FindBuckets', 's3', ['GetBucketLocation'], [results, lake.arn]),
    ];
  }
}
