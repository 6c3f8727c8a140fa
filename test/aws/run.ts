/** `npm run test:aws`: deploys the stacks to an emulator of AWS, and has jest prove that what was deployed does its work. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addDays } from '../../lambdas/shared/days.ts';
import { skipped } from '../skipped.ts';
import type { Server } from '../trino/server.ts';
import { cdk, deploy } from './deployment.ts';
import { ministackMissing, startMinistack } from './ministack.ts';
import { findQueryEngine, startQueryEngine } from './query-engine.ts';

const say = (line: string): boolean => process.stderr.write(`${line}\n`);
const root = fileURLToPath(new URL('../../', import.meta.url));

async function jest(env: Readonly<Record<string, string>>, args: readonly string[]): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/jest/bin/jest.js'),
      '--config',
      join(root, 'test/aws/jest.config.mjs'),
      '--runInBand',
      ...args,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: '', ...env } },
  );
  await once(child, 'exit');
  return child.exitCode ?? 1;
}

async function prove(python: string, args: readonly string[]): Promise<number> {
  const engine = await findQueryEngine();
  const unproven =
    'missing' in engine ? skipped("The proof of Athena's answers", engine.missing, { couldBeMade: engine.couldBe }) : 0;
  const folder = await mkdtemp(join(tmpdir(), 'sillage-aws-'));
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  const emulator = await startMinistack(python, join(folder, 'ministack'));
  let starting: Promise<Server> | undefined;
  const clear = async (): Promise<void> => {
    await (await starting?.catch(() => undefined))?.stop();
    await emulator.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  // Whoever ends the run ends the servers with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void clear().finally(() => process.exit(130));
    });
  try {
    const region = emulator.env['AWS_REGION'] ?? '';
    // Lately, since what is posted is of today, and a query looks into each day until now: from the one on which the oldest product was made.
    const from = addDays(new Date().toISOString().slice(0, 10), -9);
    const firstDay = addDays(from, -370);
    const context = { shopOrigins: 'https://shop.example', firstDay, region };
    const deployed = await deploy(cdk(emulator.env), folder, context, region);
    const told = join(folder, 'deployed.json');
    await writeFile(told, JSON.stringify({ ...deployed, from }));
    say(`The stacks are deployed to ministack, to be asked about days from ${from} on (${seconds()}).`);
    if (!('missing' in engine)) starting = startQueryEngine(engine, emulator, join(folder, 'trino'));
    const trino = await starting;
    if (trino !== undefined) say(`Trino answers over the emulator's Glue and S3 (${seconds()}).`);
    const code = await jest(
      { ...emulator.env, SILLAGE_DEPLOYED: told, ...(trino !== undefined && { SILLAGE_TRINO: trino.url }) },
      args,
    );
    say(`The proof of the deployment took ${seconds()}.`);
    return code === 0 ? unproven : code;
  } finally {
    await clear();
  }
}

const python = process.env['MINISTACK_PYTHON'] ?? 'python3';
const missing = ministackMissing(python);
try {
  process.exitCode =
    missing === undefined
      ? await prove(python, process.argv.slice(2))
      : skipped('The proof of the deployment', missing, { couldBeMade: true });
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
