import {
  ArnFormat,
  CfnOutput,
  Duration,
  RemovalPolicy,
  Stack,
  TimeZone,
  Validations,
  type StackProps,
} from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine as StartAtEvent } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { answersPrefix, dealsPrefix, inboxPrefix, ordersPrefix } from '../lambdas/import/land.ts';
import { pipeline, tablesOfStream } from '../lambdas/pipeline.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { leaseKey, plansPrefix, importsPrefix } from '../lambdas/shared/schema/ops-keys.ts';
import { sitePrefix } from '../lambdas/shared/schema/site-keys.ts';
import { profileKeys } from '../lambdas/shared/shop/profile.ts';
import { coreMb, nameOf, type Config } from './config.ts';
import { HouseFunction, type House, type HouseFunctionProps } from './constructs/house-function.ts';
import { readSecret } from './constructs/read-secret.ts';
import { allow } from './constructs/allow.ts';
import { lakeStatements, type LakeAccess, type LakeBucket } from './constructs/lake-statements.ts';
import { ModelsOnAthena } from './models-on-athena.ts';
import { machineOf, type CalledFunction, type ExecutionInput } from './machine.ts';

/** Orders that came by a webhook. */
const byWebhook = `${ordersPrefix}*/webhook-*`;

/** What each function of the pipeline may do with the lake. */
const lakeAccess: Readonly<Record<CalledFunction, LakeAccess>> = {
  lease: { get: [leaseKey], put: [leaseKey], delete: [leaseKey] },
  // It lands what it reads, and can read nothing that was landed but what it noted of files, and what an export is
  // held against: deals, which a newer sheet may replace, and orders, which an older export must not.
  import: {
    get: [
      `${inboxPrefix}*`,
      `${answersPrefix}*`,
      `${importsPrefix}*`,
      `${dealsPrefix}*`,
      `${ordersPrefix}*`,
      leaseKey,
      ...profileKeys,
    ],
    put: ['raw/*', `${answersPrefix}*`, leaseKey],
    delete: [`${inboxPrefix}*`, `${answersPrefix}*`],
  },
  // It takes away slices that have nothing left to be made from, and what is remembered of raw objects that are gone.
  plan: {
    get: ['raw/*', 'curated/*', 'marts/*', 'ops/*', ...profileKeys],
    put: ['ops/*'],
    delete: ['curated/*', 'marts/*', 'ops/rejects/*', 'ops/routes/*'],
  },
  transform: {
    get: ['raw/*', 'curated/*', 'ops/*', ...profileKeys],
    put: ['curated/*', 'ops/*'],
    delete: ['ops/rejects/*'],
  },
  model: { get: ['curated/*', 'marts/*', 'ops/*', ...profileKeys], put: ['marts/*', 'ops/*'] },
  // It holds the lease, reads its batch, and tells the ledger.
  attribute: {
    get: ['marts/path_types/*', `${plansPrefix}*`, leaseKey],
    put: ['marts/attribution_weights/*', 'ops/pipeline_runs/*', leaseKey],
  },
  // Of orders it touches those alone that came by a webhook.
  join: {
    get: ['raw/web/*', byWebhook, 'ops/joins/*', leaseKey],
    put: ['raw/web/*', byWebhook, 'ops/joins/*', leaseKey],
    delete: ['raw/web/*', byWebhook, 'ops/joins/*'],
  },
  // It sets damaged objects of the ledger aside.
  check: {
    get: ['curated/*', 'marts/*', 'ops/*', ...profileKeys],
    put: ['ops/*'],
    delete: ['ops/pipeline_runs/*'],
  },
  // It holds the lease; what it published before stays.
  publish: {
    get: ['curated/*', 'marts/*', 'ops/*', ...profileKeys, `${sitePrefix}*`],
    put: [leaseKey, `${sitePrefix}*`],
  },
};

/** Sizes of the functions, and what they are for. */
type Sizing = Pick<HouseFunctionProps, 'description' | 'memoryMb' | 'timeout' | 'diskMb'>;

const diskMb = 4096;
const longest = Duration.minutes(15);

/** The functions that bring the lake up to date, the machine that calls them, and its schedules. */
export class PipelineStack extends Stack {
  readonly functions: Readonly<Record<CalledFunction, HouseFunction>>;
  readonly machine: StateMachine;
  readonly schedules: ScheduleGroup;
  /** Where the key of the pseudonyms is kept, and the right to read it. */
  readonly pseudonyms: { readonly secretArn: string; readonly statement: PolicyStatement };

  constructor(
    scope: Construct,
    id: string,
    { config, bundles, lake, resultsName, ...props }: House & StackProps & { lake: LakeBucket; resultsName: string },
  ) {
    super(scope, id, { ...props, description: 'Sillage: brings the lake up to date.' });
    this.pseudonyms = this.#pseudonymSecret({ config, bundles });
    const { secretArn, statement } = this.pseudonyms;
    const athena = new ModelsOnAthena(this, 'ModelsOnAthena', { config, lake, resultsName });
    const functionOf = (
      name: CalledFunction,
      sizing: Sizing,
      {
        isKeyed = false,
        environment = {},
        statements = [],
      }: Partial<Pick<HouseFunctionProps, 'environment' | 'statements'>> & { readonly isKeyed?: boolean } = {},
    ) =>
      new HouseFunction(this, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, {
        config,
        bundles,
        name,
        ...sizing,
        environment: {
          LAKE_BUCKET: lake.name,
          // Figures of the environments of one account stay apart.
          POWERTOOLS_SERVICE_NAME: nameOf(config),
          ...(isKeyed ? { PSEUDONYM_SECRET_ARN: secretArn } : {}),
          ...environment,
        },
        statements: [...lakeStatements(lake, lakeAccess[name]), ...(isKeyed ? [statement] : []), ...statements],
      });
    const building = { memoryMb: config.buildMemoryMb, timeout: longest, diskMb };
    this.functions = {
      lease: functionOf('lease', { description: 'Lets one run at a time work on the lake.' }),
      import: functionOf('import', {
        description: 'Imports the files that people put into the inbox.',
        ...building,
        // A file, unpacked, and the records that are made of it.
        diskMb: 10_240,
      }),
      plan: functionOf(
        'plan',
        { description: 'Finds the slices of a table that are stale.', memoryMb: coreMb, timeout: Duration.minutes(5) },
        {
          isKeyed: true,
          environment: {
            PART_ROWS: String(config.partRows),
            ATHENA_ABOVE_MB: String(config.athenaAboveMb),
            ATHENA_MODELS: config.athenaModels.join(','),
          },
        },
      ),
      transform: functionOf(
        'transform',
        { description: 'Builds slices of curated tables.', ...building },
        { isKeyed: true },
      ),
      model: functionOf('model', { description: 'Builds slices of marts.', ...building }, athena),
      attribute: functionOf('attribute', {
        description: 'Learns the weights of the data-driven attribution models.',
        memoryMb: coreMb,
        timeout: longest,
      }),
      join: functionOf('join', {
        description: 'Joins the small objects of the stream and of webhooks.',
        memoryMb: coreMb,
        timeout: longest,
      }),
      check: functionOf(
        'check',
        { description: 'Tries what the schema documents promise.', ...building },
        // It warns of days that Athena does not see.
        { environment: { FIRST_DAY: config.firstDay } },
      ),
      publish: functionOf('publish', { description: 'Publishes the marts that dashboards read.', ...building }),
    };
    this.machine = this.#machine({ config, bundles });
    this.schedules = new ScheduleGroup(this, 'Schedules', {
      scheduleGroupName: nameOf(config, 'pipeline'),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#startAtFiles(config, lake);
    this.#schedule('Stream', config.streamSchedule, config.timeZone, { scope: 'stream' });
    this.#schedule('Daily', config.dailySchedule, config.timeZone, { scope: 'all' });
    new CfnOutput(this, 'Machine', { value: this.machine.stateMachineArn });
    new CfnOutput(this, 'PseudonymSecret', { value: nameOf(config, 'pseudonym-key') });
  }

  /**
   * The key of the pseudonyms, and who may read it. In this stack, since a key of another stack that a role here reads
   * is a circle.
   */
  #pseudonymSecret({ config }: House) {
    const secretName = nameOf(config, 'pseudonym-key');
    const secret = new Secret(this, 'PseudonymKey', {
      secretName,
      description:
        'Makes pseudonyms of visitors and customers. Who has it can tell them again; without it no pseudonym ' +
        'is made twice.',
      generateSecretString: {
        // 64 hexadecimal digits: 256 bits.
        passwordLength: 64,
        excludeUppercase: true,
        excludePunctuation: true,
        includeSpace: false,
        requireEachIncludedType: false,
        excludeCharacters: 'ghijklmnopqrstuvwxyz',
      },
      removalPolicy: config.dataRemoval,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Another key gives every person another pseudonym, so that visits before and after it are of two ' +
        'people: it is changed by hand, with a rebuild of the lake, as the runbook says, and not by a ' +
        'calendar.',
    });
    const statement = readSecret(this, 'ReadPseudonymKey', secretName);
    return { secretArn: secret.secretArn, statement };
  }

  #machine({ config }: House): StateMachine {
    const logs = new LogGroup(this, 'MachineLog', {
      // Step Functions asks for this prefix, where log groups share one resource policy.
      logGroupName: `/aws/vendedlogs/states/${nameOf(config, 'pipeline')}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const catalog = loadCatalog();
    const role = new Role(this, 'MachineRole', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        sid: 'CallTheSteps',
        actions: ['lambda:InvokeFunction'],
        resources: Object.values(this.functions).map(({ functionArn }) => functionArn),
      }),
    );
    const stateMachineName = nameOf(config, 'pipeline');
    // A distributed map starts executions of its own machine. Its ARN is written out, since the machine needs the role
    // first.
    const ofMachine = (resource: string, rest: string) =>
      this.formatArn({
        service: 'states',
        resource,
        resourceName: `${stateMachineName}${rest}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    allow(
      role,
      [
        new PolicyStatement({
          sid: 'StartBatches',
          actions: ['states:StartExecution'],
          resources: [ofMachine('stateMachine', '')],
        }),
        new PolicyStatement({
          sid: 'FollowBatches',
          actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
          resources: [ofMachine('execution', '/*')],
        }),
      ],
      'The executions of this machine are named as they start.',
    );
    // What Step Functions asks for to deliver its log and its traces; CDK adds these statements.
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: "CloudWatch's delivery of logs, and X-Ray, have no resources that a grant could name.",
    });
    return new StateMachine(this, 'Pipeline', {
      stateMachineName,
      role,
      definitionBody: DefinitionBody.fromString(
        this.toJsonString(
          machineOf(pipeline(catalog), {
            arnOf: (name) => this.functions[name].functionArn,
            maxConcurrency: config.maxConcurrency,
            ofStream: tablesOfStream(catalog),
          }),
        ),
      ),
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** A file that is put into the inbox starts a run. */
  #startAtFiles(config: Config, lake: LakeBucket): void {
    const rule = new Rule(this, 'InboxRule', {
      ruleName: nameOf(config, 'inbox'),
      description: 'A file was put into the inbox of the lake.',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [lake.name] }, object: { key: [{ prefix: inboxPrefix }] } },
      },
    });
    const input: ExecutionInput = { scope: 'inbox' };
    rule.addTarget(
      new StartAtEvent(this.machine, {
        role: new Role(this, 'InboxRole', { assumedBy: new ServicePrincipal('events.amazonaws.com') }),
        input: RuleTargetInput.fromObject(input),
      }),
    );
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'It tries for 24 hours, and the run of the next morning looks into the inbox, too.',
    });
  }

  #schedule(name: string, expression: string, timeZone: string, input: ExecutionInput): void {
    new Schedule(this, `${name}Schedule`, {
      scheduleGroup: this.schedules,
      schedule: ScheduleExpression.expression(expression, TimeZone.of(timeZone)),
      description: `Starts the pipeline over ${input.scope === 'all' ? 'everything' : 'what the stream landed'}.`,
      target: new StepFunctionsStartExecution(this.machine, {
        input: ScheduleTargetInput.fromObject(input),
        // The next one comes soon: one that is late by hours would only stand in its way.
        maxEventAge: Duration.minutes(15),
        retryAttempts: 3,
      }),
    });
  }
}
