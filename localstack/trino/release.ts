/** A Trino server from Maven Central, kept unpacked outside the tree. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { findJava } from './java.ts';
import type { Distribution } from './server.ts';

export interface Release {
  readonly version: string;
  /** Of the tar.gz; undefined where nobody here has seen it: then the sum that the repository publishes must do. */
  readonly sha256: string | undefined;
}

/** The newest that is known here; it wants the Java below. */
export const newest: Release = {
  version: '476',
  sha256: 'cfd5accde17e8ebd251eeeb78aed1f490e77bb3a164d95a0f454bf8a7c1cbd3f',
};
/** The first Java that it runs on, and that of the releases below. */
export const leastJava = { newest: 24, known: 17 } as const;

/**
 * The releases that the suite knows, the one it would rather have first; all run on Java 17. 435 is the last that does.
 * 368 is there because some mirrors of Maven Central do not hold the other.
 */
const knownReleases: readonly Release[] = [
  { version: '435', sha256: undefined },
  { version: '368', sha256: '794a7df6faae51895183b52c6d7f36f0a9715140fab317dac5400f71729c05cd' },
];

/** A server, or why there is none; `answered` where the repository was reached and so has not got it. */
export type Obtained = Distribution | { readonly missing: string; readonly answered: boolean };

const tarball = (version: string): string => `trino-server-${version}.tar.gz`;

/** Where servers are kept: never in the tree. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sillage');
}

export async function checksum(path: string, algorithm: 'sha1' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The body of an address; undefined where it is not there. @throws where nobody answers */
async function found(address: string): Promise<Response | undefined> {
  const response = await fetch(address);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${response.status} at ${address}`);
  return response;
}

/**
 * The tarball of a release by plain HTTPS, into a file; false where the repository has not got it.
 * @throws where nobody answers, or a sum is wrong
 */
async function download(
  repository: string,
  { version, sha256 }: Release,
  path: string,
  onDownload: (address: string) => void,
): Promise<boolean> {
  const address = `${repository.replace(/\/$/, '')}/io/trino/trino-server/${version}/${tarball(version)}`;
  const response = await found(address);
  if (!response?.body) return false;
  onDownload(address);
  await pipeline(Readable.from(response.body), createWriteStream(path));
  const published = (await (await found(`${address}.sha1`))?.text())?.trim().slice(0, 40);
  await verify(path, { version, sha256 }, published);
  return true;
}

async function verify(path: string, { version, sha256 }: Release, sha1?: string): Promise<void> {
  const wanted =
    sha256 === undefined ? { algorithm: 'sha1' as const, sum: sha1 } : { algorithm: 'sha256' as const, sum: sha256 };
  const sum = await checksum(path, wanted.algorithm);
  if (sum !== wanted.sum)
    throw new BadDownload(
      `${tarball(version)} has the ${wanted.algorithm} ${sum} instead of ${wanted.sum ?? 'a published one'}: ` +
        'it was not used. Try again, or name a good one in TRINO_TARBALL.',
    );
}

/** What came is not what was asked for. */
export class BadDownload extends Error {
  override readonly name = 'BadDownload';
}

/** The tarball by Maven, whose settings may know a mirror; false where Maven is not here or has not got it. */
function downloadByMaven({ version }: Release, folder: string): boolean {
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
  return (
    spawnSync(
      'mvn',
      ['-B', '-q', copy, `-Dartifact=io.trino:trino-server:${version}:tar.gz`, `-DoutputDirectory=${folder}`],
      { stdio: 'ignore' },
    ).status === 0
  );
}

/** Makes a server's folder: another process sees all of it or nothing. */
export async function inPlace(home: string, make: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${home}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  try {
    await make(partial);
    await rename(partial, home).catch((error: unknown) => {
      if (!existsSync(home)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Unpacks what the suite needs of a server: its own libraries and the Hive connector. */
async function unpack(path: string, partial: string): Promise<void> {
  // Whole, since jars of one connector may be hard links to those of another.
  const { status, stderr } = spawnSync('tar', ['-xzf', path, '-C', partial, '--strip-components=1'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new BadDownload(`${path} could not be unpacked: ${stderr.trim()}`);
  for (const plugin of await readdir(join(partial, 'plugin')))
    if (plugin !== 'hive') await rm(join(partial, 'plugin', plugin), { recursive: true });
}

/** The releases that may be taken: those that are known, or the one that TRINO_RELEASE names. */
function candidates(env: NodeJS.ProcessEnv): readonly Release[] {
  const asked = env['TRINO_RELEASE'];
  if (asked === undefined) return knownReleases;
  return [knownReleases.find(({ version }) => version === asked) ?? { version: asked, sha256: undefined }];
}

/**
 * Finds a Trino server: the tarball that TRINO_TARBALL names, one in the cache, or one from Maven Central (or the
 * repository that MAVEN_CENTRAL names), else by Maven. Where one release is wanted, no other will do, whatever the
 * environment names.
 * @throws BadDownload where what came has another checksum
 */
export async function obtain(
  env: NodeJS.ProcessEnv = process.env,
  wanted?: Release,
  onDownload: (address: string) => void = () => undefined,
): Promise<Obtained> {
  const cache = cacheFolder(env);
  const unpacked = (version: string): Distribution => ({
    version,
    home: join(cache, `trino-${version}`),
    connector: 'hive',
  });
  const unpackedFrom = async (path: string, version: string): Promise<Distribution> => {
    const distribution = unpacked(version);
    if (!existsSync(distribution.home)) await inPlace(distribution.home, (partial) => unpack(path, partial));
    return distribution;
  };
  await mkdir(cache, { recursive: true });
  const given = wanted === undefined ? env['TRINO_TARBALL'] : undefined;
  if (given !== undefined) {
    const version = /trino-server-(\w+)\.tar\.gz$/.exec(basename(given))?.[1];
    if (version === undefined || !existsSync(given))
      return { missing: `TRINO_TARBALL names ${given}, which is no trino-server-<release>.tar.gz`, answered: true };
    return await unpackedFrom(given, version);
  }
  const releases = wanted === undefined ? candidates(env) : [wanted];
  const kept = releases.map(({ version }) => unpacked(version)).find(({ home }) => existsSync(home));
  if (kept) return kept;
  const repository = env['MAVEN_CENTRAL'] ?? 'https://repo1.maven.org/maven2';
  let why = `${repository} has no io.trino:trino-server of ${releases.map(({ version }) => version).join(' or ')}`;
  let answered = true;
  for (const release of releases) {
    const path = join(cache, `${process.pid}-${tarball(release.version)}`);
    try {
      if (await download(repository, release, path, onDownload)) return await unpackedFrom(path, release.version);
    } catch (error) {
      if (error instanceof BadDownload) throw error;
      [why, answered] = [
        `${repository} could not be reached (${error instanceof Error ? error.message : String(error)})`,
        false,
      ];
      break;
    } finally {
      await rm(path, { force: true });
    }
  }
  for (const release of releases) {
    const folder = join(cache, `${process.pid}`);
    const path = join(folder, tarball(release.version));
    try {
      if (downloadByMaven(release, folder) && existsSync(path)) {
        if (release.sha256 !== undefined) await verify(path, release);
        return await unpackedFrom(path, release.version);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return { missing: why, answered };
}

/** A Trino that this machine can run, with its Java; or why there is none, and whether it could be had. */
export type TrinoFound =
  | { readonly distribution: Distribution; readonly java: string }
  | { readonly missing: string; readonly couldBe: boolean };

/**
 * Looks for a Java, and for the release that runs on it: the newest where it can be had.
 * @throws BadDownload where what came has another checksum
 */
export async function findTrino(
  env: NodeJS.ProcessEnv = process.env,
  onDownload?: (address: string) => void,
): Promise<TrinoFound> {
  const modern = findJava(leastJava.newest, env);
  const runtime = 'java' in modern ? modern : findJava(leastJava.known, env);
  if ('missing' in runtime) return { missing: runtime.missing, couldBe: false };
  const obtained = await obtain(env, 'java' in modern ? newest : undefined, onDownload);
  if ('missing' in obtained) return { missing: obtained.missing, couldBe: obtained.answered };
  return { distribution: obtained, java: runtime.java };
}
