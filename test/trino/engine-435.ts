/**
 * The engine of Trino 435 with its memory connector, put together from Maven artifacts: mirrors that do not hold the
 * tarball, nor what reads files, hold these.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadDownload, cacheFolder, checksum, inPlace, type Obtained } from '../../localstack/trino/release.ts';

export const engine = '435';

/** Each artifact goes, with what it runs with, into a folder of a server's home. */
const namedParts = [
  { artifact: 'trino-main', folder: 'lib' },
  { artifact: 'trino-memory', folder: join('plugin', 'memory') },
] as const;

/** What was seen here; of all else Maven compares the sums that the repository publishes. */
const sha256: Readonly<Record<string, string>> = {
  [join('lib', `trino-main-${engine}.jar`)]: '8e772ee881ad02ff89257b5aa4d128ffafc1f7333f9f445b4176bc4c5fabfb42',
  [join('lib', `trino-spi-${engine}.jar`)]: '78b0493ec48d38166515c4b2f0ed158feeed0ac974c2551b5c6166c1b61ed949',
  [join('plugin', 'memory', `trino-memory-${engine}.jar`)]:
    '905f169894c515ca6568ad1529e322bb4475949f11d226c477bd5b0d446c2176',
};

/** The versions of everything are those that the release was built with. */
const project = (artifact: string): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sillage</groupId><artifactId>engine</artifactId><version>1</version>
  <dependencyManagement><dependencies><dependency>
    <groupId>io.trino</groupId><artifactId>trino-root</artifactId><version>${engine}</version><type>pom</type><scope>import</scope>
  </dependency></dependencies></dependencyManagement>
  <dependencies><dependency><groupId>io.trino</groupId><artifactId>${artifact}</artifactId></dependency></dependencies>
</project>
`;

/** The one class of the module trino-server-main, which the mirrors lack too. */
const main = `package io.trino.server;
public final class TrinoServer { public static void main(String[] args) { new Server().start("${engine}"); } }
`;

/** What is needed of the artifacts could not be had; nothing is wrong with what was. */
class NotToBeHad extends Error {
  override readonly name = 'NotToBeHad';
}

function run(command: string, args: readonly string[], folder: string): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return;
  const told = error?.message ?? `${stdout}${stderr}`.split('\n').find((line) => line.includes('ERROR')) ?? '';
  throw new NotToBeHad(`${command} failed: ${told.slice(0, 400)}`);
}

async function assembleInto(home: string): Promise<void> {
  const work = join(home, 'work');
  for (const { artifact, folder } of namedParts) {
    await mkdir(work, { recursive: true });
    await writeFile(join(work, 'pom.xml'), project(artifact));
    run(
      'mvn',
      [
        '-B',
        '-q',
        '--strict-checksums',
        'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${join(home, folder)}`,
      ],
      work,
    );
  }
  for (const [path, wanted] of Object.entries(sha256)) {
    const sum = await checksum(join(home, path), 'sha256');
    if (sum !== wanted) throw new BadDownload(`${path} has the sha256 ${sum} instead of ${wanted}: it was not used.`);
  }
  await writeFile(join(work, 'TrinoServer.java'), main);
  run('javac', ['-cp', join(home, 'lib', '*'), '-d', 'classes', 'TrinoServer.java'], work);
  run('jar', ['--create', '--file', join(home, 'lib', `trino-server-main-${engine}.jar`), '-C', 'classes', '.'], work);
  // Trino's own build says in another artifact which class a plugin is.
  const services = join(home, 'plugin', 'memory', 'services', 'META-INF', 'services');
  await mkdir(services, { recursive: true });
  await writeFile(join(services, 'io.trino.spi.Plugin'), 'io.trino.plugin.memory.MemoryPlugin\n');
  await rm(work, { recursive: true });
}

/** Finds the engine in the cache, or puts it together. @throws BadDownload where a jar has another checksum */
export async function assemble(env: NodeJS.ProcessEnv = process.env): Promise<Obtained> {
  const home = join(cacheFolder(env), `trino-engine-${engine}`);
  const missing = ['mvn', 'javac', 'jar'].find(
    (tool) => !existsSync(home) && spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0,
  );
  if (missing !== undefined)
    return {
      missing: `there is no ${missing} on the PATH; install Maven and a JDK of 17 (maven, openjdk-17-jdk-headless)`,
      answered: false,
    };
  try {
    if (!existsSync(home)) await inPlace(home, assembleInto);
  } catch (error) {
    if (error instanceof NotToBeHad) return { missing: error.message, answered: false };
    throw error;
  }
  return { version: engine, home, connector: 'memory' };
}
