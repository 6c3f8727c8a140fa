/**
 * `npm run test:aws`: deploys the stacks to an emulator of AWS, and has jest prove that what was deployed does its work (`*.aws.ts`); then to one that
 * judges every request, and has jest prove who may do what (`*.guarded.ts`). SILLAGE_PROOF names one of them alone: aws or guarded.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { assemble, cdk, deploy } from '../../localstack/emulator/deployment.ts';
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

/** What is proved, each on an emulator of its own: which tests, and whether it judges requests. */
const proofs = [
  { name: 'aws', says: 'deployment', guarded: false },
  { name: 'guarded', says: 'rights', guarded: true },
].filter(({ name }) => [undefined, name].includes(process.env['SILLAGE_PROOF']));

if (proofs.length === 0) throw new Error('SILLAGE_PROOF is aws, guarded, or not set.');

const region = 'eu-west-3';
const context = { shopOrigins: 'https://shop.example', firstDay: '2025-01-01', region };

async function prove(python: string, args: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sillage-aws-'));
  try {
    const assembled = await assemble(cdk({}), folder, context);
    for (const { name, says, guarded } of proofs) {
      const started = performance.now();
      const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
      const emulator = await startMinistack(python, join(folder, name), await freePort(), { guarded });
      try {
        const deployed = await deploy(cdk(emulator.env), assembled, region);
        const told = join(folder, `${name}.json`);
        await writeFile(told, JSON.stringify(deployed));
        say(`The stacks are deployed to ministack (${seconds()}).`);
        const code = await jest({ ...emulator.env, SILLAGE_DEPLOYED: told, SILLAGE_PROOF: name }, args);
        say(`The proof of the ${says} took ${seconds()}.`);
        if (code !== 0) return code;
      } finally {
        await emulator.stop();
      }
    }
    return 0;
  } finally {
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
