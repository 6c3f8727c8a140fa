/** One Trino on a free port of this machine, with one connector. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { freePort } from '../embedded/http/free-port.ts';

/**
 * Where tables are: in the lake's own files, under a metastore of files; or in the server's memory, and their rows must
 * be put there.
 */
export type Connector = 'hive' | 'memory';

/** A release, unpacked, with the connector that it is asked through. */
export interface Distribution {
  readonly version: string;
  readonly home: string;
  readonly connector: Connector;
}

export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** A query may take 30 % of it, so that a small machine holds the server beside the tests, MB. */
const defaultHeapMb = 2048;
const patienceMs = 900_000;

const info = z.looseObject({ starting: z.boolean() });

/** Lines of a file of properties, by their names. */
export type Properties = Readonly<Record<string, string>>;

const properties = (lines: Properties): string =>
  Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** The first release that reads no files of this machine unless it is told to. */
const firstWithChosenFiles = 458;

/** A catalogue over files of this machine, read as Athena reads them: milliseconds, and columns by their names. */
export const overFiles = (version: string, folder: string): Properties => ({
  'connector.name': 'hive',
  'hive.metastore': 'file',
  'hive.metastore.catalog.dir': pathToFileURL(join(folder, 'metastore')).href,
  'hive.timestamp-precision': 'MILLISECONDS',
  'hive.parquet.use-column-names': 'true',
  ...(Number(version) >= firstWithChosenFiles && { 'fs.hadoop.enabled': 'true' }),
});

/** The catalogue `lake` of the proof. */
function lakeCatalog({ version, connector }: Distribution, folder: string): Properties {
  if (connector === 'memory') return { 'connector.name': connector, 'memory.max-data-per-node': '512MB' };
  // As a model on Athena does: a table of a SELECT at a place of its own.
  return { ...overFiles(version, folder), 'hive.non-managed-table-writes-enabled': 'true' };
}

/** Writes the server's configuration into a folder of its own. */
async function configure(
  { home, connector }: Distribution,
  folder: string,
  port: number,
  {
    catalogs: catalogsByName,
    accessRules,
  }: Required<Pick<StartOptions, 'catalogs'>> & Pick<StartOptions, 'accessRules'>,
): Promise<void> {
  const [catalogs, plugins] = [join(folder, 'etc', 'catalog'), join(folder, 'plugin')];
  for (const made of [catalogs, plugins, join(folder, 'metastore')]) await mkdir(made, { recursive: true });
  await symlink(join(home, 'plugin', connector), join(plugins, connector));
  await writeFile(
    join(folder, 'etc', 'config.properties'),
    properties({
      coordinator: 'true',
      'node-scheduler.include-coordinator': 'true',
      'http-server.http.port': String(port),
      'discovery.uri': `http://127.0.0.1:${port}`,
      // A query here is small and there are two cores: what is made ready for many threads is time lost.
      'task.concurrency': '2',
      'query.execution-policy': 'all-at-once',
      'plugin.dir': plugins,
      'catalog.config-dir': catalogs,
      'node.id': 'sillage',
      'node.environment': 'test',
      'node.bind-ip': '127.0.0.1',
      'node.internal-address': '127.0.0.1',
      // A column that may not be seen is none in `SELECT *`.
      ...(accessRules !== undefined && { 'hide-inaccessible-columns': 'true' }),
    }),
  );
  if (accessRules !== undefined)
    await writeFile(
      join(folder, 'etc', 'access-control.properties'),
      properties({
        'access-control.name': 'file',
        'security.config-file': accessRules,
        'security.refresh-period': '1s',
      }),
    );
  for (const [name, lines] of Object.entries(catalogsByName))
    await writeFile(join(catalogs, `${name}.properties`), properties(lines));
}

async function isUp(url: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/info`).catch(() => undefined);
  if (response?.ok !== true) return false;
  return !info.parse(await response.json()).starting;
}

/** What a log says of a failure: from its first error on. */
async function errorsOf(log: string): Promise<string> {
  const lines = (await readFile(log, 'utf8')).split('\n');
  const first = lines.findIndex((line) => line.includes('\tERROR\t') || line.startsWith('Error'));
  return lines.slice(first < 0 ? -15 : first, first < 0 ? undefined : first + 15).join('\n');
}

export interface StartOptions {
  /** The `java` that it runs on. */
  readonly java: string;
  /** Its catalogues by their names; else the one of the lake's files or rows, `lake`. */
  readonly catalogs?: Readonly<Record<string, Properties>>;
  /**
   * The file that says who may see and do what (Trino's file-based access control), which is read again each second;
   * none lets all do all.
   */
  readonly accessRules?: string;
  /** What its Java may take, MB. */
  readonly heapMb?: number;
  /** Where it listens on this machine; else where nobody does. */
  readonly port?: number;
  /** Ends the start. */
  readonly signal?: AbortSignal;
}

/** Starts a server, with its files in a folder, and waits until it answers. @throws Error with what its log says */
export async function startTrino(distribution: Distribution, folder: string, options: StartOptions): Promise<Server> {
  const { java, catalogs = { lake: lakeCatalog(distribution, folder) }, heapMb = defaultHeapMb } = options;
  // 0 stands for any that is free.
  const port = options.port || (await freePort());
  const url = `http://127.0.0.1:${port}`;
  await configure(distribution, folder, port, { ...options, catalogs });
  const log = join(folder, 'server.log');
  const output = openSync(log, 'w');
  const child = spawn(
    java,
    [
      `-Xmx${heapMb}m`,
      '-XX:+UseG1GC',
      // A query here is over before its code is hot: the second compiler takes half of the processor's time for nothing.
      // With one compiler Java keeps 48 MB of code, too few for what Trino generates.
      '-XX:TieredStopAtLevel=1',
      '-XX:ReservedCodeCacheSize=400m',
      '-XX:+ExitOnOutOfMemoryError',
      '-Djdk.attach.allowAttachSelf=true',
      '-Djdk.nio.maxCachedBufferSize=2000000',
      '-Duser.timezone=UTC',
      `-Dconfig=${join(folder, 'etc', 'config.properties')}`,
      '-cp',
      join(distribution.home, 'lib', '*'),
      'io.trino.server.TrinoServer',
    ],
    { cwd: folder, stdio: ['ignore', output, output] },
  );
  closeSync(output);
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const deadline = Date.now() + patienceMs;
  while (!(await isUp(url))) {
    if (child.exitCode !== null)
      throw new Error(`Trino ended at once, with exit code ${child.exitCode}:\n${await errorsOf(log)}`);
    if (options.signal?.aborted === true) {
      await stop();
      throw options.signal.reason;
    }
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`Trino did not answer within ${patienceMs / 1000} s:\n${await errorsOf(log)}`);
    }
    await sleep(200);
  }
  return { url, stop };
}
