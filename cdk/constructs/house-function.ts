import { Duration, RemovalPolicy, Size, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { join } from 'node:path';
import type { FunctionName } from '../bundle.ts';
import { nameOf, type Config } from '../config.ts';
import { allow } from './allow.ts';
import { whyPrefixes } from './lake-statements.ts';

/** What every stack is given. */
export interface House {
  readonly config: Config;
  /** Folder of the bundles, one folder a function. @see bundle */
  readonly bundles: string;
}

export interface HouseFunctionProps extends House {
  /** Name of its bundle, and of the function within its environment. */
  readonly name: FunctionName;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What it may do, besides writing its own log and traces. */
  readonly statements: readonly PolicyStatement[];
  /** Default: 512. A whole core is 1,769. */
  readonly memoryMb?: number;
  /** Default: 30 s. */
  readonly timeout?: Duration;
  /** Of `/tmp`. Default: 512. */
  readonly diskMb?: number;
  /** Default: yes. */
  readonly isTraced?: boolean;
}

/**
 * A Lambda with the defaults of the house: the newest Node, a bundle made beforehand, JSON logs that end after a month,
 * traces, and a role that may do what is listed and nothing else.
 *
 * @example
 * new HouseFunction(this, 'Land', {
 *   ...house,
 *   name: 'land',
 *   description: 'Lands batches of the stream in the lake.',
 *   environment: { LAKE_BUCKET: lake.bucketName },
 *   statements: lakeStatements(lake, { put: ['raw/web/*'] }),
 * });
 */
export class HouseFunction extends LambdaFunction {
  /** Its role, which nothing else has. */
  readonly ownRole: Role;

  constructor(scope: Construct, id: string, props: HouseFunctionProps) {
    const { config, bundles, name, description, environment, statements, isTraced = true } = props;
    // Not under `/aws/lambda/`, where a function that was left out of the stack would make its group again, without an
    // end.
    const logGroup = new LogGroup(scope, `${id}Log`, {
      logGroupName: `/sillage/${config.environment}/${name}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of its own: the managed policy that CDK would attach may write to every log of the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    allow(role, statements, whyPrefixes);
    if (isTraced) {
      allow(
        role,
        [
          new PolicyStatement({
            sid: 'Trace',
            actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
            resources: ['*'],
          }),
        ],
        'X-Ray has no resources that a grant could name.',
      );
    }
    super(scope, id, {
      functionName: nameOf(config, name),
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: config.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      code: Code.fromAsset(join(bundles, name)),
      handler: 'index.handler',
      environment: { ...environment },
      memorySize: props.memoryMb ?? 512,
      timeout: props.timeout ?? Duration.seconds(30),
      ephemeralStorageSize: Size.mebibytes(props.diskMb ?? 512),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // Two lines about each invocation would cost more than the invocation.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(isTraced ? { tracing: Tracing.ACTIVE } : {}),
    });
    this.ownRole = role;
    if (!isTraced) {
      Validations.of(this).acknowledge({
        id: 'Serverless-LambdaTracing',
        reason:
          'It is called for each request or each batch of the stream, makes one call of its own, and logs ' +
          'what fails: its traces would cost more than its calls. Lambda has no rate of sampling that could ' +
          'be set.',
      });
    }
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'Its callers wait for its answer and know what to do without one: API Gateway, CloudFront, the ' +
        'mapping of the stream, the state machine, a person. The one that a schedule starts has nothing to ' +
        'keep: an alarm tells when it fails, and it is invoked again by hand.',
    });
  }
}
