/** Which Java runs a Trino: each release wants another. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A `java` that is new enough, or why there is none. */
export type JavaFound = { readonly java: string } | { readonly missing: string };

/** Where Debian's packages put what they install. */
const installed = '/usr/lib/jvm';

/** The release of a `java`; undefined where it is none. */
function releaseOf(java: string): number | undefined {
  const { status, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const release = /version "(?:1\.)?(\d+)/.exec(stderr ?? '')?.[1];
  return status === 0 && release !== undefined ? Number(release) : undefined;
}

/** Looks for a Java of a release or newer: on the PATH, then in JAVA_HOME, then among those that are installed. */
export function findJava(least: number, env: NodeJS.ProcessEnv = process.env): JavaFound {
  const homes = [
    ...(env['JAVA_HOME'] === undefined ? [] : [env['JAVA_HOME']]),
    ...(existsSync(installed) ? readdirSync(installed).map((name) => join(installed, name)) : []),
  ];
  const candidates = ['java', ...homes.map((home) => join(home, 'bin', 'java')).filter((path) => existsSync(path))];
  const releases = candidates.map(releaseOf);
  const found = candidates.find((_, i) => (releases[i] ?? 0) >= least);
  if (found !== undefined) return { java: found };
  const newest = Math.max(0, ...releases.map((release) => release ?? 0));
  return {
    missing:
      newest === 0
        ? `there is no java on the PATH, in JAVA_HOME or in ${installed}; install a JRE of ${least}`
        : `the newest java is of release ${newest}, and this Trino needs ${least}; name the home of one in JAVA_HOME`,
  };
}
