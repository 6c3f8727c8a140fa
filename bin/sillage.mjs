#!/usr/bin/env node
/**
 * Starts `sillage.ts`. Node 20 does not read TypeScript by itself, and reading it and its packages file by file took more
 * than half of the time of a query: so all are bundled once into `.cache/`, under a name that changes with any of them,
 * or read by tsx where that cannot be written.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Changes with the name, the size or the time of any source, and with the installed packages. */
function version() {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ path) => {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  };
  for (const folder of ['bin', 'cli', 'dashboard', 'lambdas', 'localstack', 'tracker']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && /(?<!\.test)\.(tsx?|mjs)$/.test(entry.name)) add(join(entry.parentPath, entry.name));
    }
  }
  add(join(root, 'package-lock.json'));
  return hash.digest('hex').slice(0, 16);
}

/** Packages in the older format ask for Node's modules by `require`, which a module of the newer one does not have. */
const requireBanner =
  "import { createRequire as sillageRequire } from 'node:module'; const require = sillageRequire(import.meta.url);";

/** The bundle's entry; made where it is not there yet, in a folder of its own that is put in place whole. */
async function bundled() {
  const cache = join(root, '.cache', 'bundle');
  const folder = join(cache, version());
  if (!existsSync(folder)) {
    const { build } = await import('esbuild');
    const made = `${folder}.${process.pid}`;
    mkdirSync(cache, { recursive: true });
    // Not those of today: a process that still runs loads its commands from one, and another may be making one.
    for (const name of readdirSync(cache)) {
      const old = join(cache, name);
      if (Date.now() - statSync(old).mtimeMs > 86_400_000) rmSync(old, { recursive: true, force: true });
    }
    await build({
      // Worker threads, too: each would read and translate its sources anew.
      entryPoints: Object.fromEntries(
        ['bin/sillage', 'localstack/embedded/generate/generate-worker', 'localstack/embedded/live/landing-worker'].map(
          (path) => [basename(path), join(root, `${path}.ts`)],
        ),
      ),
      outdir: made,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      // With the packages, whose thousand files took half of a start; not those that have native code or files of their
      // own, or of whose age Node would warn outside of node_modules.
      external: ['@duckdb/node-bindings*', '@dsnp/parquetjs', 'esbuild', 'tsx', 'vite'],
      banner: { js: requireBanner },
      logLevel: 'silent',
    });
    if (existsSync(folder)) rmSync(made, { recursive: true, force: true });
    else renameSync(made, folder);
  }
  return join(folder, 'sillage.mjs');
}

process.env.SILLAGE_HOME ??= root.replace(/[\\/]$/, '');
const entry = await bundled().catch(() => undefined);
if (entry === undefined) {
  const { register } = await import('tsx/esm/api');
  register();
}
await import(entry === undefined ? './sillage.ts' : pathToFileURL(entry).href);
