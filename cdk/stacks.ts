import { Tags, Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { CatalogueStack } from './catalogue-stack.ts';
import { nameOf } from './config.ts';
import type { House } from './constructs/house-function.ts';
import { DashboardStack } from './dashboard-stack.ts';
import { ErasureStack } from './erasure-stack.ts';
import { MonitoringStack } from './monitoring-stack.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { ReportStack } from './report-stack.ts';
import { QuestionsStack } from './questions-stack.ts';
import { StorageStack } from './storage-stack.ts';
import { StreamStack } from './stream-stack.ts';
import { WebStack } from './web-stack.ts';

/** Adds the stacks of one environment to an app, each named after it, and the rules that they are checked by. */
export function addStacks(app: App, house: House) {
  const { config } = house;
  const stackOf = (part: string) => ({
    stackName: nameOf(config, part),
    env: { region: config.region, ...accountOf(process.env) },
  });
  const of = (part: string) => ({ ...stackOf(part), ...house });
  const storage = new StorageStack(app, nameOf(config, 'storage'), of('storage'));
  const { lake, results } = storage;
  const stream = new StreamStack(app, nameOf(config, 'stream'), { ...of('stream'), lake });
  const pipeline = new PipelineStack(app, nameOf(config, 'pipeline'), {
    ...of('pipeline'),
    lake,
    resultsName: results.name,
  });
  const dashboard =
    config.dashboard &&
    new DashboardStack(app, nameOf(config, 'dashboard'), {
      ...of('dashboard'),
      dashboard: config.dashboard,
      lake,
      results,
    });
  const report =
    config.report &&
    new ReportStack(app, nameOf(config, 'report'), { ...of('report'), report: config.report, lake, results });
  const web = new WebStack(app, nameOf(config, 'web'), { ...of('web'), stream: stream.stream });
  const erasure = new ErasureStack(app, nameOf(config, 'erasure'), { ...of('erasure'), lake, results, pipeline });
  const monitoring = new MonitoringStack(app, nameOf(config, 'monitoring'), {
    ...of('monitoring'),
    stream,
    pipeline,
    web,
    erasure,
    report,
  });
  const { environment, firstDay, scanLimitGb } = config;
  const catalogue = new CatalogueStack(app, nameOf(config, 'catalogue'), {
    ...stackOf('catalogue'),
    lakeBucketName: lake.name,
    resultsBucketName: results.name,
    firstDay,
    environment,
    scanLimitBytes: scanLimitGb * 1e9,
  });
  const questions = new QuestionsStack(app, nameOf(config, 'questions'), { ...stackOf('questions'), catalogue });
  report?.addStackDependency(catalogue, 'It asks in the workgroup.');
  // What they know of the lake is a name that the first stack exports, which CDK does not take for a reference.
  for (const reader of [stream, pipeline, erasure, catalogue, dashboard, report]) reader?.addStackDependency(storage);
  Tags.of(app).add('application', 'sillage');
  Tags.of(app).add('environment', config.environment);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return {
    storage,
    stream,
    pipeline,
    erasure,
    web,
    monitoring,
    catalogue,
    questions,
    ...(dashboard && { dashboard }),
    ...(report && { report }),
  };
}

/** The CLI knows the account where it has credentials; without any the templates are made for whichever it will be. */
function accountOf({ CDK_DEFAULT_ACCOUNT: account }: NodeJS.ProcessEnv): { readonly account?: string } {
  return account === undefined ? {} : { account };
}
