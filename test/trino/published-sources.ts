/** Where Trino's own tests are had from: Maven Central, as its release published them. Nothing of them is kept here. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, inPlace } from '../../localstack/trino/release.ts';
import { engine } from './engine-435.ts';

/** A folder of sources, or why there is none. */
export type Sources = { readonly folder: string } | { readonly missing: string };

const artifact = `io.trino:trino-main:${engine}:jar:test-sources`;

/** Finds the sources of the tests in the cache, or has Maven fetch them. */
export async function publishedSources(env: NodeJS.ProcessEnv = process.env): Promise<Sources> {
  const folder = join(cacheFolder(env), `trino-tests-${engine}`);
  if (existsSync(folder)) return { folder };
  const run = (command: string, args: readonly string[], cwd: string): boolean =>
    spawnSync(command, args, { cwd, stdio: 'ignore' }).status === 0;
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
  let had = false;
  await inPlace(folder, async (partial) => {
    const jar = join(partial, `trino-main-${engine}-test-sources.jar`);
    had =
      run(
        'mvn',
        ['-B', '-q', '--strict-checksums', copy, `-Dartifact=${artifact}`, `-DoutputDirectory=${partial}`],
        partial,
      ) && // prettier-ignore
      run('jar', ['--extract', '--file', jar], partial);
    await rm(jar, { force: true });
  });
  if (had) return { folder };
  await rm(folder, { recursive: true, force: true });
  return { missing: `Maven could not fetch ${artifact}, or there is no jar of a JDK to unpack it` };
}

/** The texts of all sources in a folder. */
export async function javaIn(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith('.java') && !name.includes('jmh_generated'),
  );
  return Promise.all(names.toSorted().map((name) => readFile(join(folder, name), 'utf8')));
}
