import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { home } from '../lambdas/shared/home.ts';

/** The tracker as one script for browsers, minified. */
export async function buildTracker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('tracker/sillage.ts', home))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2020',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error('esbuild made no tracker.');
  return script.text;
}
