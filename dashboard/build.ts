import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { home } from '../lambdas/shared/home.ts';

const folder = fileURLToPath(new URL('dashboard', home));
const top = fileURLToPath(home);

/** What of the repository a build reads besides `dashboard/`; a build that reads anything else fails. */
const alsoRead = ['lambdas/publish/manifest-schema.ts', 'package-lock.json'];

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

/** Refuses a module whose change the digest would not see: an old build would be served unseen. */
const onlyWhatIsDigested: Plugin = {
  name: 'only-what-is-digested',
  moduleParsed({ id }) {
    const path = relative(top, id.split('?')[0] ?? '').replaceAll('\\', '/');
    const isKnown = /^(\.\.|\0|dashboard\/|node_modules\/)/.test(path) || alsoRead.includes(path);
    if (!isKnown) throw new Error(`The dashboard imports ${path}: add it to alsoRead in dashboard/build.ts.`);
  },
};

async function buildInto(out: string): Promise<void> {
  // Asked for here: whoever finds a build in the cache does not wait for Vite to be loaded.
  const { build } = await import('vite');
  await build({
    root: folder,
    configFile: false,
    base: './',
    logLevel: 'error',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    plugins: [onlyWhatIsDigested],
    worker: { format: 'es' },
    build: {
      outDir: out,
      emptyOutDir: true,
      target: 'es2022',
      // Everything is a file of its own, and named by its content: the page's policy allows nothing that is written into it.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
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
