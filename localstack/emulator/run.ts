/**
 * `npm run localstack`: AWS on this machine, without Docker and without an account. The stacks are deployed to
 * ministack, the demo shop posts to the deployed collector, and the pipeline of the deployed state machine runs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { s3Lake } from '../../lambdas/shared/aws/s3-lake.ts';
import { demoShop } from '../demo-shop/shop.ts';
import { collectorServer } from '../embedded/http/collector.ts';
import { assemble, cdk, deploy, outputOf } from './deployment.ts';
import { collectDeployed } from './forward.ts';
import { startMinistack } from './ministack.ts';
import { pythonWithMinistack } from './python.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '4566' }, 'shop-port': { type: 'string', default: '8090' } },
});
const say = (line: string): boolean => process.stderr.write(`${line}\n`);
/** The deployed schedule runs every 5 minutes; who looks at a demo shop is not so patient. */
const runEveryMs = 30_000;

const python = await pythonWithMinistack(say);
const folder = await mkdtemp(join(tmpdir(), 'sillage-localstack-'));
say('Starting ministack …');
const emulator = await startMinistack(python, join(folder, 'ministack'), Number(values.port));
const stop = async (): Promise<void> => {
  await emulator.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    void stop().finally(() => process.exit(0));
  });
try {
  Object.assign(process.env, emulator.env);
  say('Deploying the stacks …');
  const origins = ['localhost', '127.0.0.1'].map((host) => `http://${host}:${values['shop-port']}`);
  const context = { shopOrigins: origins.join(','), firstDay: new Date().toISOString().slice(0, 10) };
  const run = cdk(emulator.env);
  const deployed = await deploy(run, await assemble(run, folder, context), emulator.env.AWS_REGION);
  const lake = s3Lake({ bucket: outputOf(deployed, 'LakeBucket') });
  const { url } = await collectorServer({
    collect: collectDeployed(outputOf(deployed, 'CollectUrl'), emulator.endpoint),
    pages: await demoShop({ lake }),
    port: Number(values['shop-port']),
  });
  const machines = new SFNClient({});
  const machine = { stateMachineArn: outputOf(deployed, 'Machine'), input: '{"scope":"all"}' };
  setInterval(() => {
    machines.send(new StartExecutionCommand(machine)).catch((error: unknown) => say(String(error)));
  }, runEveryMs);
  const settings = Object.entries(emulator.env).map(([name, value]) => `${name}=${value}`);
  process.stdout.write(`
Demo shop:    ${url}/shop/   (posts to the deployed collector; orders go to the bucket)
Collector:    POST ${url}/collect   (the deployed one)
Pipeline:     the deployed state machine starts every ${runEveryMs / 1000} s
Ask, in another terminal:
  export ${settings.join(' ')}
  npx sillage query --lake ${lake.location} "SELECT event_name, count(*) FROM web_events GROUP BY 1"
  npx sillage status --lake ${lake.location}
Ctrl-C ends it, and all that was in it is gone.
`);
} catch (error) {
  await stop();
  throw error;
}
