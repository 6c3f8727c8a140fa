import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { line } from './measure.ts';

/** What a cold start of `collect` loads: its bundle without the SDK, which the Lambda runtime brings. */
export async function benchCollect(folder: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../lambdas/collect/handler.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['@aws-sdk/*', '@smithy/*'],
    write: false,
    logLevel: 'silent',
  });
  const bundle = outputFiles[0]?.contents ?? new Uint8Array();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'collect.mjs');
  // The SDK is there before the function's code: its own import is not the bundle's.
  const text = Buffer.from(bundle)
    .toString()
    .replaceAll(
      /from\s*"(@(?:aws-sdk|smithy)\/[^"]+)"/g,
      (_, name: string) => `from ${JSON.stringify(import.meta.resolve(name))}`,
    );
  writeFileSync(path, text);
  const script = `await import(${JSON.stringify(import.meta.resolve('@aws-sdk/client-kinesis'))}); await import(${JSON.stringify(import.meta.resolve('@smithy/node-http-handler'))});
    const before = performance.now(); await import(${JSON.stringify(pathToFileURL(path).href)}); console.log(performance.now() - before);`;
  const took = Array.from({ length: 5 }, () =>
    Number(spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout),
  ).toSorted((a, b) => a - b);
  process.stdout.write('\ncollect as a Lambda\n');
  line('bundle, gzip, without the SDK', `${(gzipSync(bundle).length / 1024).toFixed(0)} kB`, 'target: 150 kB zipped');
  line('import, median of 5', `${took[2]?.toFixed(0)} ms`, 'target: 150 ms');
}
