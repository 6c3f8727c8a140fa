import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { home } from '../lambdas/shared/home.ts';

const repository = fileURLToPath(home);

/** Runs Jest over a proof that is a run of its own, by the configuration in its folder. @returns its exit code */
export async function runJest(
  folder: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(repository, 'node_modules/jest/bin/jest.js'),
      '--config',
      join(folder, 'jest.config.mjs'),
      '--runInBand',
      ...args,
    ],
    { cwd: repository, stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: '', ...env } },
  );
  await once(child, 'exit');
  return child.exitCode ?? 1;
}
