/**
 * The JDBC driver of Trino over the protocol of `sillage serve --trino`. It asks no Trino, so it runs once: beside the
 * one that has files.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { localServer } from '../../localstack/embedded/http/local-server.ts';
import { protocolPages } from '../../localstack/embedded/trino-protocol/protocol-pages.ts';
import { duckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { cacheFolder, checksum } from '../../localstack/trino/release.ts';
import { connector } from './surroundings.ts';

const version = '435';
const sha256 = '75fd7373cd5d7d7d1fe272d936d436e4dca024ab3d901382277fcdfc46cad476';

/** The driver, in the cache. @throws Error where it cannot be had, or is another */
async function driver(): Promise<string> {
  const path = join(cacheFolder(process.env), `trino-jdbc-${version}.jar`);
  if (!existsSync(path)) {
    const repository = process.env['MAVEN_CENTRAL'] ?? 'https://repo1.maven.org/maven2';
    const { body } = await fetch(`${repository}/io/trino/trino-jdbc/${version}/trino-jdbc-${version}.jar`);
    if (!body) throw new Error(`${repository} has no trino-jdbc ${version}`);
    await mkdir(dirname(path), { recursive: true });
    await pipeline(Readable.from(body), createWriteStream(`${path}.part`));
    await rename(`${path}.part`, path);
  }
  expect(await checksum(path, 'sha256')).toBe(sha256);
  return path;
}

// A Java without a compiler runs no source.
const hasCompiler = spawnSync('javac', ['-version'], { stdio: 'ignore' }).status === 0;

(connector === 'hive' && hasCompiler ? describe : describe.skip)('the JDBC driver', () => {
  test('asks the lake as it asks a Trino', async () => {
    const warehouse = await duckdbWarehouse({
      relations: [
        {
          name: 'spend',
          kind: 'view',
          sql:
            "SELECT * FROM (VALUES ('ads', DECIMAL '1.50', DATE '2025-01-31'), ('it''s', DECIMAL '2.25', DATE " +
            "'2025-02-01')) AS t(channel, cost, day)",
        },
      ],
      resolve: () => Promise.reject(new Error('there are no files')),
    });
    const pages = protocolPages({
      answering: (sql) => async (signal, read) => read(await warehouse.stream(sql, { signal })),
      release: version,
      onProblem: (error) => {
        throw error;
      },
    });
    const server = await localServer({ bodyBytes: 300_000, answer: pages.answer });
    try {
      const source = fileURLToPath(new URL('JdbcClient.java', import.meta.url));
      const address = `jdbc:trino://${new URL(server.url).host}/awsdatacatalog/sillage?user=me`;
      const { stdout } = await promisify(execFile)('java', ['-cp', await driver(), source, address]);
      expect(stdout.trimEnd().split('\n')).toEqual([
        'product: Trino 435',
        'catalogs: awsdatacatalog / ',
        'schemas: information_schema, awsdatacatalog / sillage, awsdatacatalog / ',
        `tables: awsdatacatalog, sillage, spend, VIEW${', null'.repeat(6)} / `,
        'keys: ',
        'procedures: ',
        'column: channel varchar 12',
        'column: cost decimal(3,2) 3',
        'column: day date 91',
        'output: decimal(3,2)',
        'prepared: 2.25 / ',
        'nested: [1, 2], {a=1.5}, {a=1, b=x}, 2024-01-01 10:00:00.123, 1.0E10, null, 2 00:00:00.000 / ',
        'closed: true',
        "error: 47 line 1:8: Column 'nope' cannot be resolved",
      ]);
    } finally {
      pages.close();
      await server.close();
      await warehouse.close();
    }
  });
});
