import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { leftByQueries } from '../lambdas/shared/aws/athena-names.ts';
import { loadCatalog, type Catalog } from '../lambdas/shared/schema/catalog.ts';
import { coreMb, nameOf } from './config.ts';
import { acknowledgeWildcards } from './constructs/allow.ts';
import { HouseFunction, type House } from './constructs/house-function.ts';
import { lakeStatements, type LakeBucket } from './constructs/lake-statements.ts';
import type { PipelineStack } from './pipeline-stack.ts';

/**
 * What a run makes of the rest: erasure reads it, has it built again, and never writes it itself, but for what no run
 * can make again.
 */
function madeAgain(catalog: Catalog): string[] {
  const expires = (name: string) => catalog.get(name)?.retentionDays !== undefined;
  const curated = [...catalog.values()].filter(
    ({ zone, reads }) => zone === 'curated' && !reads.some(({ table }) => expires(table)),
  );
  const others = ['marts/', 'ops/check_results/', 'ops/checked/', 'ops/ledger/', 'ops/routes/', 'ops/plans/'];
  return [...curated.map(({ prefix }) => prefix), ...others].map((prefix) => `${prefix}*`);
}

export interface ErasureStackProps extends House, StackProps {
  readonly lake: LakeBucket;
  /** The bucket of what queries answer. */
  readonly results: LakeBucket;
  readonly pipeline: Pick<PipelineStack, 'machine' | 'pseudonyms'>;
}

/**
 * The function that erases a person, and who may ask it. It alone of all roles may remove versions of objects, so
 * nothing that it does can be taken back; nothing starts it by itself.
 */
export class ErasureStack extends Stack {
  readonly forget: HouseFunction;

  constructor(scope: Construct, id: string, { config, bundles, lake, results, pipeline, ...props }: ErasureStackProps) {
    super(scope, id, { ...props, description: 'Sillage: erases a person on request.' });
    this.forget = new HouseFunction(this, 'Forget', {
      config,
      bundles,
      name: 'forget',
      description: 'Erases a person on request, and proves it.',
      environment: {
        LAKE_BUCKET: lake.name,
        RESULTS_BUCKET: results.name,
        POWERTOOLS_SERVICE_NAME: nameOf(config),
        PSEUDONYM_SECRET_ARN: pipeline.pseudonyms.secretArn,
      },
      // A core's worth of memory, since it unpacks and searches every object; it holds 64 MB of them.
      memoryMb: coreMb,
      timeout: Duration.minutes(15),
      diskMb: 4096,
      statements: [...onLake(lake), ...onAnswers(results), pipeline.pseudonyms.statement],
    });
    const policy = new ManagedPolicy(this, 'Erasers', {
      description: 'Asks Sillage to erase a person, and starts the run between the two halves. It sees no data.',
    });
    for (const [sid, actions, resource] of [
      ['Ask', ['lambda:InvokeFunction'], this.forget.functionArn],
      ['BuildAgain', ['states:StartExecution'], pipeline.machine.stateMachineArn],
      ['FollowTheRun', ['states:DescribeExecution'], this.#executionsOf(nameOf(config, 'pipeline'))],
    ] as const) {
      const statement = new PolicyStatement({ sid, actions: [...actions], resources: [resource] });
      policy.addStatements(statement);
      acknowledgeWildcards(policy, statement, 'The executions of this one machine are named as they start.');
    }
    new CfnOutput(this, 'ForgetFunction', { value: this.forget.functionName });
    new CfnOutput(this, 'ErasersPolicyArn', {
      value: policy.managedPolicyArn,
      description: 'For whoever answers requests for erasure.',
    });
  }

  #executionsOf(machine: string): string {
    return `arn:${this.partition}:states:${this.region}:${this.account}:execution:${machine}:*`;
  }
}

/**
 * A person may stand in any object, also in one that somebody put beside the house's own: all but what is made again
 * may be rewritten.
 */
function onLake(lake: LakeBucket): PolicyStatement[] {
  return [
    ...lakeStatements(lake, { get: ['*'], put: ['*'], delete: ['*'] }),
    new PolicyStatement({
      sid: 'NeverWhatIsMadeAgain',
      effect: Effect.DENY,
      actions: ['s3:PutObject', 's3:DeleteObject'],
      resources: madeAgain(loadCatalog()).map((keys) => `${lake.arn}/${keys}`),
    }),
    // It says in the ledger what it did to a slice whose raw has expired, and takes nothing out of it.
    new PolicyStatement({
      sid: 'NeverTheHistory',
      effect: Effect.DENY,
      actions: ['s3:DeleteObject'],
      resources: [`${lake.arn}/ops/pipeline_runs/*`],
    }),
    new PolicyStatement({ sid: 'ListVersions', actions: ['s3:ListBucketVersions'], resources: [lake.arn] }),
    new PolicyStatement({
      sid: 'EraseVersions',
      actions: ['s3:GetObjectVersion', 's3:DeleteObjectVersion'],
      resources: [`${lake.arn}/*`],
    }),
  ];
}

/**
 * What queries have answered, or models left in scratch, may hold the person, and can be asked again: it goes unread.
 */
const onAnswers = ({ arn }: LakeBucket): PolicyStatement[] => [
  new PolicyStatement({ sid: 'ListAnswers', actions: ['s3:ListBucket'], resources: [arn] }),
  new PolicyStatement({
    sid: 'RemoveAnswers',
    actions: ['s3:DeleteObject'],
    resources: leftByQueries.map((prefix) => `${arn}/${prefix}*`),
  }),
];
