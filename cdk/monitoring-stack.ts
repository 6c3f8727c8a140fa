import { CfnOutput, Duration, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { nameOf } from './config.ts';
import { MonthlyBudget } from './constructs/monthly-budget.ts';
import type { House } from './constructs/house-function.ts';
import { dataAlarms, figureOf, type Watched } from './data-alarms.ts';
import type { ErasureStack } from './erasure-stack.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { ReportStack } from './report-stack.ts';
import type { StreamStack } from './stream-stack.ts';
import type { WebStack } from './web-stack.ts';

const sumOf5Minutes = { statistic: Stats.SUM, period: Duration.minutes(5) };

/** The alarms, whom they tell, and a dashboard of what they watch. */
export class MonitoringStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    {
      config,
      stream,
      pipeline,
      web,
      erasure,
      report,
      ...props
    }: House &
      StackProps & {
        stream: StreamStack;
        pipeline: PipelineStack;
        web: WebStack;
        erasure: ErasureStack;
        report: ReportStack | undefined;
      },
  ) {
    super(scope, id, { ...props, description: 'Sillage: alarms, and a dashboard.' });
    // Not encrypted with a key of the account's own: CloudWatch may not use SNS's, and an alarm says nothing of
    // anybody.
    const topic = new Topic(this, 'Alarms', { topicName: nameOf(config, 'alarms'), enforceSSL: true });
    if (config.alarmEmail !== undefined) {
      topic.addSubscription(new EmailSubscription(config.alarmEmail));
      Validations.of(topic).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason:
          'A queue of e-mails that could not be sent would be read by nobody: the state of each alarm stays ' +
          'in CloudWatch, on the dashboard.',
      });
    }
    new MonthlyBudget(this, 'Budget', { name: nameOf(config, 'month'), usd: config.monthlyBudgetUsd, topic });
    const watched = [
      ...watchedOf({ serviceName: nameOf(config), stream, pipeline, web, erasure, report }),
      ...dataAlarms(nameOf(config), loadCatalog(), config),
    ];
    for (const { id: alarmId, says, runbook, metric, threshold, periods = 1, isFloor = false } of watched) {
      new Alarm(this, alarmId, {
        alarmName: nameOf(config, alarmId),
        alarmDescription: `${says} What to do: docs/operations.md, "${runbook}".`,
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator: isFloor
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: isFloor ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(new SnsAction(topic));
    }
    new Dashboard(this, 'Dashboard', {
      dashboardName: nameOf(config, 'operations'),
      defaultInterval: Duration.days(1),
      widgets: rowsOf(watched),
    });
    new CfnOutput(this, 'AlarmTopic', { value: topic.topicArn });
  }
}

/** Three graphs a row, each of one alarm's metric with the line that it must not cross. */
function rowsOf(watched: readonly Watched[]): GraphWidget[][] {
  const graphs = watched.map(
    ({ says, metric, threshold }) =>
      new GraphWidget({
        title: says,
        left: [metric],
        leftAnnotations: [{ value: threshold, label: 'alarm' }],
        width: 8,
      }),
  );
  return Array.from({ length: Math.ceil(graphs.length / 3) }, (_, row) => graphs.slice(row * 3, row * 3 + 3));
}

/** What is watched of the machinery. */
function watchedOf({
  serviceName,
  stream: { stream, land, mappingId },
  pipeline: { functions, machine, schedules },
  web: { api, collect, webhook },
  erasure: { forget },
  report,
}: {
  /** Name of the deployment, as its figures bear it. */
  serviceName: string;
  stream: StreamStack;
  pipeline: PipelineStack;
  web: WebStack;
  erasure: ErasureStack;
  report: ReportStack | undefined;
}): Watched[] {
  const all = [collect, land, ...Object.values(functions), forget, ...(webhook === undefined ? [] : [webhook])];
  return [
    {
      id: 'events-wait',
      says: 'Events have waited for more than 15 minutes in the stream.',
      runbook: 'Alarm: events wait in the stream',
      metric: stream.metricGetRecordsIteratorAgeMilliseconds({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) }),
      threshold: 15 * 60_000,
      periods: 2,
    },
    {
      id: 'batch-given-up',
      says: 'A batch of events was given up, and is kept for you.',
      runbook: 'Alarm: a batch was given up',
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'OnFailureDestinationDeliveredEventCount',
        dimensionsMap: { EventSourceMappingUUID: mappingId },
        ...sumOf5Minutes,
      }),
      threshold: 0,
    },
    {
      id: 'batch-lost',
      says: 'A batch of events was given up, and could not be kept.',
      runbook: 'Alarm: a batch was given up',
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'DestinationDeliveryFailures',
        dimensionsMap: { FunctionName: land.functionName },
        ...sumOf5Minutes,
      }),
      threshold: 0,
    },
    {
      id: 'stream-full',
      says: 'The stream took no more events for a while.',
      runbook: 'Alarm: the stream is full',
      metric: stream.metricPutRecordsThrottledRecords(sumOf5Minutes),
      threshold: 0,
      periods: 3,
    },
    {
      id: 'collector-fails',
      says: 'The collector answered with a fault of its own.',
      runbook: 'Alarm: the collector fails',
      metric: api.metricServerError(sumOf5Minutes),
      threshold: 5,
    },
    ...all.map((each): Watched => ({
      id: `${each.node.id.toLowerCase()}-fails`,
      says: `The function ${each.node.id.toLowerCase()} failed again and again.`,
      runbook: 'Alarm: a function fails',
      metric: each.metricErrors(sumOf5Minutes),
      threshold: 3,
      periods: 2,
    })),
    ...(webhook === undefined
      ? []
      : [
          {
            id: 'orders-refused',
            says: "Orders that a shop's server sent were refused.",
            runbook: 'Alarm: orders are refused',
            // An address is tried by strangers, too, and a platform sends again.
            metric: figureOf(serviceName, 'ordersRefused', { period: Duration.hours(1) }),
            threshold: 3,
          },
        ]),
    ...(report === undefined
      ? []
      : [
          {
            id: 'report-fails',
            says: 'The report of the week was not sent.',
            runbook: 'Alarm: the report was not sent',
            metric: report.mail.metricErrors(sumOf5Minutes),
            threshold: 0,
          },
        ]),
    {
      id: 'functions-throttled',
      says: 'Functions of the account could not start, since too many ran.',
      runbook: 'Alarm: functions are throttled',
      metric: LambdaFunction.metricAllThrottles(sumOf5Minutes),
      threshold: 0,
      periods: 3,
    },
    {
      id: 'run-failed',
      says: 'A run of the pipeline failed.',
      runbook: 'Alarm: a run failed',
      metric: machine.metricFailed(sumOf5Minutes),
      threshold: 0,
    },
    {
      id: 'check-failed',
      says: 'A check of the schema documents found errors.',
      runbook: 'Alarm: a check failed',
      metric: figureOf(serviceName, 'failedChecks'),
      threshold: 0,
    },
    {
      id: 'file-refused',
      says: 'A file in the inbox was refused.',
      runbook: 'Alarm: a file was refused',
      metric: figureOf(serviceName, 'filesRefused'),
      threshold: 0,
    },
    {
      id: 'run-too-long',
      says: 'A run of the pipeline was stopped after 24 hours.',
      runbook: 'Alarm: a run failed',
      metric: machine.metricTimedOut(sumOf5Minutes),
      threshold: 0,
    },
    {
      id: 'no-run',
      says: 'No run of the pipeline ended well for a day.',
      runbook: 'Alarm: nothing runs',
      metric: machine.metricSucceeded({ statistic: Stats.SUM, period: Duration.days(1) }),
      threshold: 1,
      isFloor: true,
    },
    {
      id: 'not-started',
      says: 'A schedule could not start a run.',
      runbook: 'Alarm: nothing runs',
      metric: schedules.metricTargetErrors(sumOf5Minutes),
      threshold: 0,
    },
  ];
}
