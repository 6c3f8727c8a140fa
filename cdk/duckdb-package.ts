import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { home } from '../lambdas/shared/home.ts';

/** Processors that Lambda offers, as npm names them. */
export const platforms = ['arm64', 'x64'] as const;
export type Platform = (typeof platforms)[number];

const Package = z.object({ version: z.string(), integrity: z.string() });
const Lock = z.object({ packages: z.record(z.string(), z.unknown()) });

const at = (path: string) => fileURLToPath(new URL(path, home));

/** What DuckDB consists of on a platform of Lambda's: `@duckdb/node-api`, what loads its library, and the library. */
const parts = (platform: Platform) => [
  '@duckdb/node-api',
  '@duckdb/node-bindings',
  `@duckdb/node-bindings-linux-${platform}`,
  'detect-libc',
];

/**
 * These packages of a lock file, as a lock file of their own.
 * @throws ZodError where it has none of them, or one without a checksum
 */
export function lockOf(lockText: string, platform: Platform) {
  const { packages } = Lock.parse(JSON.parse(lockText));
  const kept = Object.fromEntries(
    parts(platform).map((name) => {
      // Not for which machines it is: this one need not be of that kind.
      const { version, integrity } = Package.parse(packages[`node_modules/${name}`]);
      return [`node_modules/${name}`, { version, integrity }];
    }),
  );
  const dependencies = Object.fromEntries(
    parts(platform).map((name) => [name, Package.parse(packages[`node_modules/${name}`]).version]),
  );
  return {
    manifest: { name: 'sillage-duckdb', private: true, dependencies },
    lock: {
      name: 'sillage-duckdb',
      lockfileVersion: 3,
      requires: true,
      packages: { '': { name: 'sillage-duckdb', dependencies }, ...kept },
    },
  };
}

/** Fetches the packages of a lock file into a folder by `npm ci`, which refuses what has another checksum. */
export async function fetchPackages({ manifest, lock }: ReturnType<typeof lockOf>, to: string): Promise<void> {
  await writeFile(join(to, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(to, 'package-lock.json'), JSON.stringify(lock));
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--force', '--loglevel=error'], {
    cwd: to,
  });
  await rm(join(to, 'package.json'));
  await rm(join(to, 'package-lock.json'));
}

/**
 * A folder with `node_modules` in which DuckDB stands for a platform: taken from this installation where it has it,
 * else fetched once.
 * @throws Error where it has to be fetched and there is no network
 */
export async function duckdbFolder(platform: Platform): Promise<string> {
  const lockText = readFileSync(at('package-lock.json'), 'utf8');
  const { manifest, lock } = lockOf(lockText, platform);
  const version = manifest.dependencies['@duckdb/node-api'];
  const folder = at(`.cache/duckdb/${version}-linux-${platform}`);
  if (existsSync(folder)) return folder;
  await mkdir(at('.cache/duckdb'), { recursive: true });
  const made = await mkdtemp(`${folder}.`);
  if (parts(platform).every((name) => existsSync(at(`node_modules/${name}`)))) {
    for (const name of parts(platform))
      await cp(at(`node_modules/${name}`), join(made, 'node_modules', name), { recursive: true });
  } else {
    try {
      await fetchPackages({ manifest, lock }, made);
    } catch (error) {
      await rm(made, { recursive: true, force: true });
      throw new Error(
        `DuckDB ${version} for linux-${platform} could not be fetched by npm: npm run bundle needs a network once.`,
        {
          cause: error,
        },
      );
    }
  }
  // What npm notes for itself changes with the day.
  await rm(join(made, 'node_modules', '.package-lock.json'), { force: true });
  await rm(join(made, 'node_modules', '.bin'), { recursive: true, force: true });
  await rename(made, folder).catch(async (error: unknown) => {
    // Another process was faster.
    await rm(made, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
}
