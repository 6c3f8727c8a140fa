import { Tags, Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { nameOf } from './config.ts';
import type { House } from './constructs/house-function.ts';
import { MonitoringStack } from './monitoring-stack.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { StorageStack } from './storage-stack.ts';
import { StreamStack } from './stream-stack.ts';
import { WebStack } from './web-stack.ts';

/** Adds the stacks of one environment to an app, each named after it, and the rules that they are checked by. */
export function addStacks(app: App, house: House) {
  const { config } = house;
  const of = (part: string) => ({
    stackName: nameOf(config, part),
    env: { region: config.region, ...accountOf(process.env) },
    ...house,
  });
  const storage = new StorageStack(app, nameOf(config, 'storage'), of('storage'));
  const { lake } = storage;
  const stream = new StreamStack(app, nameOf(config, 'stream'), { ...of('stream'), lake });
  const pipeline = new PipelineStack(app, nameOf(config, 'pipeline'), { ...of('pipeline'), lake });
  const web = new WebStack(app, nameOf(config, 'web'), { ...of('web'), stream: stream.stream });
  const monitoring = new MonitoringStack(app, nameOf(config, 'monitoring'), {
    ...of('monitoring'),
    stream,
    pipeline,
    web,
  });
  // What they know of the lake is a name that the first stack exports, which CDK does not take for a reference.
  for (const reader of [stream, pipeline]) reader.addStackDependency(storage);
  Tags.of(app).add('application', 'sillage');
  Tags.of(app).add('environment', config.environment);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { storage, stream, pipeline, web, monitoring };
}

/** The CLI knows the account where it has credentials; without any the templates are made for whichever it will be. */
function accountOf({ CDK_DEFAULT_ACCOUNT: account }: NodeJS.ProcessEnv): { readonly account?: string } {
  return account === undefined ? {} : { account };
}
