/** `npm run test:trino`: starts a Trino, makes the lakes, and has jest compare what Trino and DuckDB answer. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { placeLake } from './catalogue.ts';
import { LAKES, makeLake } from './lakes.ts';
import { javaMissing, obtain } from './release.ts';
import { startTrino } from './server.ts';

const say = (line: string): boolean => process.stderr.write(`${line}\n`);

/** Says that nothing was proven; on CI that is a failure where the repository answered, and so should have had a release. */
function skipped(why: string, answered: boolean): number {
  say(`Trino's proof was skipped: ${why}.`);
  return answered && process.env['CI'] === 'true' && process.env['SILLAGE_ALLOW_SKIPS'] === undefined ? 1 : 0;
}

async function jest(settings: Readonly<Record<string, string>>, args: readonly string[]): Promise<number> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const child = spawn(process.execPath, [
    '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--config', join(root, 'test', 'trino', 'jest.config.mjs'), '--runInBand', ...args,
  ], { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: '', ...settings } });
  await once(child, 'exit');
  return child.exitCode ?? 1;
}

async function main(args: readonly string[]): Promise<number> {
  const noJava = javaMissing();
  if (noJava !== undefined) return skipped(noJava, false);
  const release = await obtain();
  if ('missing' in release) return skipped(release.missing, release.answered);
  const folder = await mkdtemp(join(tmpdir(), 'sillage-trino-'));
  const started = performance.now();
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  const starting = startTrino(release.home, await mkdir(join(folder, 'server'), { recursive: true }).then(() => join(folder, 'server')));
  const clear = async (): Promise<void> => {
    const server = await starting.catch(() => undefined);
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  // Whoever ends the run ends the server with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { void clear().finally(() => process.exit(130)); });
  try {
    for (const lake of LAKES) await makeLake(join(folder, lake.name), lake);
    const { url } = await starting;
    for (const { name } of LAKES) await placeLake(url, name, join(folder, name), loadCatalog());
    say(`Trino ${release.version} answers, and ${LAKES.length} lakes are made (${seconds()}).`);
    return await jest({ SILLAGE_TRINO: url, SILLAGE_TRINO_RELEASE: release.version, SILLAGE_TRINO_LAKES: folder }, args);
  } finally {
    await clear();
    say(`Trino's proof took ${seconds()}.`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
