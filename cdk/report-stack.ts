import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { databaseOf, workgroupOf } from '../lambdas/shared/aws/athena-names.ts';
import { nameOf } from './config.ts';
import { askStatements } from './constructs/ask-statements.ts';
import { HouseFunction, type House } from './constructs/house-function.ts';
import type { LakeBucket } from './constructs/lake-statements.ts';
import type { ReportConfig } from './report-config.ts';

export interface ReportStackProps extends StackProps {
  readonly report: ReportConfig;
  readonly lake: LakeBucket;
  /** Where answers to queries are kept. */
  readonly results: LakeBucket;
}

/**
 * The report of the week, mailed on a schedule: a function asks Athena what "sillage report" asks, and sends it by SES.
 */
export class ReportStack extends Stack {
  readonly mail: HouseFunction;

  constructor(
    scope: Construct,
    id: string,
    { config, bundles, report, lake, results, ...props }: House & ReportStackProps,
  ) {
    super(scope, id, { ...props, description: 'Sillage: mails the report of the week.' });
    const workgroup = workgroupOf(config.environment);
    const database = databaseOf(workgroup);
    const domain = report.from.slice(report.from.indexOf('@') + 1);
    const identities = [domain, report.from].map(
      (name) => `arn:${this.partition}:ses:${this.region}:${this.account}:identity/${name}`,
    );
    this.mail = new HouseFunction(this, 'Report', {
      config,
      bundles,
      name: 'report',
      description: 'Mails the report of the week.',
      environment: {
        WORKGROUP: workgroup,
        DATABASE: database,
        TIME_ZONE: config.timeZone,
        LANGUAGE: report.language,
        MAIL_FROM: report.from,
        MAIL_TO: report.to.join(','),
      },
      statements: [
        ...askStatements(this, { workgroup, database, lake, results }),
        new PolicyStatement({
          sid: 'Mail',
          actions: ['ses:SendEmail'],
          // The identity is the address or its domain, whichever SES has verified.
          resources: identities,
          conditions: { StringEquals: { 'ses:FromAddress': report.from } },
        }),
      ],
      timeout: Duration.minutes(10),
    });
    // A role of its own: the construct's may invoke every version of the function.
    const starter = new Role(this, 'StarterRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    starter.addToPolicy(
      new PolicyStatement({ sid: 'Start', actions: ['lambda:InvokeFunction'], resources: [this.mail.functionArn] }),
    );
    const group = new ScheduleGroup(this, 'Schedules', {
      scheduleGroupName: nameOf(config, 'report'),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnSchedule(this, 'Weekly', {
      groupName: group.scheduleGroupName,
      scheduleExpression: report.schedule,
      scheduleExpressionTimezone: config.timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      description: 'Mails the report of the week.',
      target: {
        arn: this.mail.functionArn,
        roleArn: starter.roleArn,
        retryPolicy: { maximumEventAgeInSeconds: Duration.hours(1).toSeconds(), maximumRetryAttempts: 2 },
      },
    });
  }
}
