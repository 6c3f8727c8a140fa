/** `npm run test:aws`: deploys the stacks to an emulator of AWS, and has jest prove that what was deployed does its work. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { cdk, deploy } from '../../localstack/emulator/deployment.ts';
import { ministackMissing, startMinistack } from '../../localstack/emulator/ministack.ts';

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
  const folder = await mkdtemp(join(tmpdir(), 'sillage-aws-'));
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  const emulator = await startMinistack(python, join(folder, 'ministack'), await freePort());
  try {
    const region = emulator.env['AWS_REGION'] ?? '';
    const context = { shopOrigins: 'https://shop.example', firstDay: '2025-01-01', region };
    const deployed = await deploy(cdk(emulator.env), folder, context, region);
    const told = join(folder, 'deployed.json');
    await writeFile(told, JSON.stringify(deployed));
    say(`The stacks are deployed to ministack (${seconds()}).`);
    const code = await jest({ ...emulator.env, SILLAGE_DEPLOYED: told }, args);
    say(`The proof of the deployment took ${seconds()}.`);
    return code;
  } finally {
    await emulator.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const python = process.env['MINISTACK_PYTHON'] ?? 'python3';
const missing = ministackMissing(python);
if (missing === undefined) process.exitCode = await prove(python, process.argv.slice(2));
else {
  say(`The proof of the deployment was skipped: ${missing}.`);
  // CI skips nothing, unless SILLAGE_ALLOW_SKIPS says that it may.
  process.exitCode = process.env['CI'] === 'true' && process.env['SILLAGE_ALLOW_SKIPS'] === undefined ? 1 : 0;
}
