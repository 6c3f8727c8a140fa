/**
 * `npm run localstack:deploy`: deploys the stacks to an emulator that runs already, such as the LocalStack of
 * `localstack/compose.yaml`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assemble, cdk, deploy, outputOf } from './deployment.ts';
import { emulatorEnv } from './ministack.ts';

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: 'http://127.0.0.1:4566' },
    'shop-origins': { type: 'string', default: 'http://localhost:8080' },
  },
});
const folder = await mkdtemp(join(tmpdir(), 'sillage-localstack-'));
try {
  const env = emulatorEnv(values.endpoint);
  const context = { shopOrigins: values['shop-origins'], firstDay: new Date().toISOString().slice(0, 10) };
  const run = cdk(env);
  const deployed = await deploy(run, await assemble(run, folder, context), env.AWS_REGION);
  for (const name of ['LakeBucket', 'CollectUrl', 'Machine'])
    process.stdout.write(`${name.padEnd(12)} ${outputOf(deployed, name)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
