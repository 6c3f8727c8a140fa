import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import * as z from 'zod';
import { sentEvent } from '../lambdas/collect/samples.ts';
import { sampleEvent } from '../lambdas/land/samples.ts';
import { home } from '../lambdas/shared/home.ts';
import { bundle, filesReadBy, functionNames, type FunctionName } from './bundle.ts';
import { platforms } from './duckdb-package.ts';

// Not within the repository, whose packages a bundle must not find.
const out = mkdtempSync(join(tmpdir(), 'sillage-bundles-'));
let modules: Map<FunctionName, readonly string[]>;

beforeAll(async () => {
  // For the processor of this machine, which is to run them.
  modules = await bundle({ platform: z.enum(platforms).parse(process.arch), out });
});
afterAll(() => rmSync(out, { recursive: true }));

/** Runs a module's text in a process of its own, as Lambda would: with the bundle's folder and nothing of ours. */
async function run(name: FunctionName, code: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: tmpdir(),
    env: { LAMBDA_TASK_ROOT: join(out, name), ...env },
  });
  return stdout;
}

const entry = (name: FunctionName) => JSON.stringify(join(out, name, 'index.mjs'));

test.each(functionNames)('%s is loaded by itself, and has a handler', async (name) => {
  expect(await run(name, `console.log(typeof (await import(${entry(name)})).handler);`)).toBe('function\n');
});

const kB = 1000;
const MB = 1000 * kB;

test.each([
  ['collect', 370 * kB],
  ['webhook', 560 * kB],
  ['land', 870 * kB],
  ['lease', 890 * kB],
  ['plan', 1.1 * MB],
  ['transform', 1.1 * MB],
  ['model', 1.2 * MB],
  ['attribute', 1.1 * MB],
  ['import', 1.3 * MB],
  ['join', 900 * kB],
  ['check', 1.2 * MB],
  ['publish', 1.3 * MB],
  ['session', 340 * kB],
  ['ask', 480 * kB],
  ['report', 700 * kB],
  ['forget', 1.2 * MB],
] as const)('the code of %s has at most %d bytes: what is loaded is waited for', (name, most) => {
  expect(statSync(join(out, name, 'index.mjs')).size).toBeLessThanOrEqual(most);
});

test('a bundle with DuckDB has room below what Lambda takes, 250 MB, and its library for one processor', () => {
  for (const name of ['plan', 'transform', 'model', 'check', 'publish', 'forget'] as const) {
    const files = readdirSync(join(out, name), { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    const paths = files.map((file) => join(file.parentPath, file.name));
    expect(paths.reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThan(100 * MB);
    expect(paths.filter((path) => path.endsWith('libduckdb.so'))).toHaveLength(1);
  }
  for (const name of ['land', 'attribute'] as const)
    expect(() => statSync(join(out, name, 'node_modules'))).toThrow('ENOENT');
});

test('whatever reads files as it runs has them in its bundle', () => {
  const ours = new Set([...modules.values()].flat().filter((path) => /^(lambdas|localstack|dashboard)\//.test(path)));
  const readers = [...ours].filter((path) => /from '[^']*\/home\.ts'/.test(readFileSync(new URL(path, home), 'utf8')));
  expect(readers.toSorted()).toEqual(Object.keys(filesReadBy).toSorted());
  for (const [name, inputs] of modules) {
    for (const [module, { folder, files }] of Object.entries(filesReadBy)) {
      if (!inputs.includes(module)) continue;
      const shipped = readdirSync(join(out, name, folder), { recursive: true, encoding: 'utf8' });
      expect([name, module, shipped.some((file) => files.test(file))]).toEqual([name, module, true]);
    }
  }
});

test('functions import Zod as a namespace: with { z } a bundle holds all of it, its fifty languages too', () => {
  const ours = [...modules.values()].flat().filter((path) => path.startsWith('lambdas/'));
  expect(ours.filter((path) => /import \{[^}]*\} from 'zod'/.test(readFileSync(new URL(path, home), 'utf8')))).toEqual(
    [],
  );
});

describe('what is left out of the libraries is missed by nobody', () => {
  /** An S3 that takes whatever is put. */
  async function withStore(work: (endpoint: string) => Promise<unknown>): Promise<Map<string, Buffer>> {
    const objects = new Map<string, Buffer>();
    const server = createServer((request, response) => {
      void buffer(request).then((body) => {
        objects.set(`${request.method} ${decodeURIComponent(request.url?.split('?')[0] ?? '')}`, body);
        return response.setHeader('etag', '"1"').end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = z.object({ port: z.number() }).parse(server.address());
    await work(`http://127.0.0.1:${port}`).finally(() => server.close());
    return objects;
  }

  test('land writes lines and a Parquet file of rejects', async () => {
    const good = JSON.stringify({ ...sentEvent(1), received_at: '2025-03-31T12:00:01.000Z' });
    const event = sampleEvent([
      { data: good, sequenceNumber: '1', arrivedAt: '2025-03-31T12:00:01Z' },
      { data: 'poison', sequenceNumber: '2', arrivedAt: '2025-03-31T12:00:01Z' },
    ]);
    const objects = await withStore((endpoint) =>
      run('land', `await (await import(${entry('land')})).handler(${JSON.stringify(event)}, {});`, {
        LAKE_BUCKET: 'lake',
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: 'eu-west-3',
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
      }),
    );
    const [lines, rejects] = [...objects].toSorted(([a], [b]) => (a < b ? 1 : -1));
    expect(lines?.[0]).toMatch(/^PUT \/lake\/raw\/web\/.*\.jsonl\.gz$/);
    expect(gunzipSync(lines?.[1] ?? '').toString()).toBe(`${good}\n`);
    expect(rejects?.[0]).toMatch(/^PUT \/lake\/ops\/rejects\/dt=2025-03-31\/land-.*\.parquet$/);
    const file = Uint8Array.from(rejects?.[1] ?? []).buffer;
    expect(await parquetReadObjects({ file, compressors })).toMatchObject([{ record: 'poison' }]);
  });
});
