import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { home } from '../lambdas/shared/home.ts';
import { alsoRead } from './sources.ts';

const folder = fileURLToPath(new URL('dashboard', home));
const top = fileURLToPath(home);

/** SHA-256 over all that a build is made from. */
async function digestOfSources(): Promise<string> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found
    .filter((file) => file.isFile() && !/\.test\.tsx?$/.test(file.name))
    .map((file) => relative(top, join(file.parentPath, file.name)));
  const digest = createHash('sha256');
  for (const file of [...files, ...alsoRead].toSorted())
    digest.update(`${file}\0`).update(await readFile(join(top, file)));
  return digest.digest('hex').slice(0, 16);
}

/**
 * Vite in a process of its own: whoever builds once does not keep it in memory, and Jest, whose arrays are not Node's,
 * can build, too.
 */
async function buildInto(out: string): Promise<void> {
  const script = fileURLToPath(new URL('dashboard/vite-build.ts', home));
  // A test's own NODE_ENV would give a development build: larger, and with the paths of this machine in it.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, ['--import', 'tsx', script, out], { cwd: top, env });
}

/**
 * Builds the dashboard, or finds the build of the same sources.
 * @returns the folder: `index.html`, and `assets/` whose names tell their content
 */
export async function buildDashboard(): Promise<string> {
  const cache = fileURLToPath(new URL('.cache/dashboard', home));
  const out = join(cache, await digestOfSources());
  if (existsSync(join(out, 'index.html'))) return out;
  await mkdir(cache, { recursive: true });
  const made = await mkdtemp(join(cache, '.building-'));
  try {
    await buildInto(made);
    await rename(made, out);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another process has made it meanwhile.
    if (!existsSync(join(out, 'index.html'))) throw error;
  }
  return out;
}
