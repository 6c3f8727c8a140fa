/** What `npx cdk synth` and `npx cdk deploy` run: makes the bundles, then the stacks of one environment. */
import { App } from 'aws-cdk-lib';
import { bundle, bundlesFolder } from '../cdk/bundle.ts';
import { configOf } from '../cdk/config.ts';
import { addStacks } from '../cdk/stacks.ts';

const app = new App();
const config = configOf(app.node);
const bundles = bundlesFolder(config.architecture);
await bundle({ platform: config.architecture, out: bundles });
addStacks(app, { config, bundles });
app.synth();
