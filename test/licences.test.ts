import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { home } from '../lambdas/shared/home.ts';

/** Licences that ask for their text to be kept, or for nothing: SPDX identifiers. */
const allowed = new Set(['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'CC0-1.0']);

/** Vite's compiler of style sheets, one package a platform. */
const lightningCss = Object.fromEntries(
  [
    '',
    '-android-arm64',
    '-darwin-arm64',
    '-darwin-x64',
    '-freebsd-x64',
    '-linux-arm-gnueabihf',
    '-linux-arm64-gnu',
    '-linux-arm64-musl',
    '-linux-x64-gnu',
    '-linux-x64-musl',
    '-win32-arm64-msvc',
    '-win32-x64-msvc',
  ].map((platform) => [
    `lightningcss${platform}`,
    {
      license: 'MPL-2.0',
      reason:
        'its files are used as they are, from the registry, to build the dashboard: nothing of them is in ' +
        'what is built',
    },
  ]),
);

const fonts = Object.fromEntries(
  ['figtree', 'newsreader'].map((font) => [
    `@fontsource-variable/${font}`,
    { license: 'OFL-1.1', reason: 'a font may be shipped with any program, as long as it is not sold by itself' },
  ]),
);

/** Packages under another licence, and why they may be shipped. */
const exceptions: Readonly<Record<string, { readonly license: string; readonly reason: string }>> = {
  ...lightningCss,
  ...fonts,
  'graceful-fs': {
    license: 'BlueOak-1.0.0',
    reason:
      'as free as MIT, in plainer words: its text is to be kept. It comes with read-excel-file, for a door of ' +
      'it that is not used',
  },
  isbot: {
    license: 'Unlicense',
    reason: 'given to the public domain, and where that cannot be, free for any use without a condition',
  },
};

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      license: z.string().optional(),
      dev: z.boolean().default(false),
      link: z.boolean().default(false),
      resolved: z.string().optional(),
    }),
  ),
});
type Packages = z.infer<typeof Lock>['packages'];

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, home), 'utf8'));
const lock = Lock.parse(read('package-lock.json')).packages;

const nameOf = (path: string) => path.split('node_modules/').at(-1) ?? path;
/** What an installation without development tools has, on any platform. A link is listed as what it leads to. */
const shipped = (packages: Packages) =>
  Object.entries(packages)
    .filter(([path, { dev, link }]) => path !== '' && !dev && !link)
    .map(([path, { license }]) => ({ path, name: nameOf(path), license }));

/** Each package that may not be shipped, as a line. */
function faults(packages: Packages): string[] {
  return shipped(packages).flatMap(({ path, name, license }) => {
    if (license !== undefined && (allowed.has(license) || exceptions[name]?.license === license)) return [];
    return [`${path}: ${license ?? 'no licence'}`];
  });
}

test('all that is shipped, on every platform, has a licence that was looked at', () => {
  expect(faults(lock)).toEqual([]);
});

test.each([
  ['LGPL-3.0-or-later'],
  ['GPL-3.0-only'],
  ['AGPL-3.0'],
  ['SEE LICENSE IN LICENSE.md'],
  ['UNLICENSED'],
  ['(MIT OR GPL-3.0)'],
  [''],
  ['Unlicense'],
])('a package under %j would be named', (license) => {
  expect(faults({ 'node_modules/a/node_modules/@b/c': { license, dev: false, link: false } })).toEqual([
    `node_modules/a/node_modules/@b/c: ${license}`,
  ]);
});

test('a package that names no licence would be named, one for development alone would not', () => {
  expect(
    faults({
      'node_modules/a': { dev: false, link: false },
      'node_modules/b': { license: 'GPL-3.0', dev: true, link: false },
    }),
  ).toEqual(['node_modules/a: no licence']);
});

test('the engine and the bundler are listed for all platforms, not only for this one', () => {
  const names = shipped(lock).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('@duckdb/node-bindings-')).length).toBeGreaterThanOrEqual(5);
  expect(names.filter((name) => name.startsWith('@esbuild/')).length).toBeGreaterThanOrEqual(20);
});

test('every exception is still needed', () => {
  expect(
    Object.entries(exceptions).filter(
      ([name, { license }]) => !shipped(lock).some((each) => each.name === name && each.license === license),
    ),
  ).toEqual([]);
});

test('an installed package says of itself what the lock says of it', () => {
  const Manifest = z.object({ license: z.string().optional() });
  // Those of other platforms are not here.
  const installed = shipped(lock).filter(({ path }) => existsSync(new URL(`${path}/package.json`, home)));
  expect(installed).not.toEqual([]);
  expect(
    installed.filter(({ path, license }) => Manifest.parse(read(`${path}/package.json`)).license !== license),
  ).toEqual([]);
});

test('no package comes from the host of a private registry', () => {
  expect(
    Object.values(lock)
      .flatMap(({ resolved }) => resolved ?? [])
      .filter((from) => from.includes('://')),
  ).toEqual([]);
});

test("a bundle for Node has nothing of parquetjs's build for browsers, which holds LGPL code, nor of the package that stands in", async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('lambdas/shared/parquet-rows.ts', home))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs).toContainEqual(expect.stringMatching(/@dsnp\/parquetjs\/dist\/parquet\.js$/));
  expect(inputs.filter((path) => /parquetjs\/dist\/browser|zenfs|utilium|memium/.test(path))).toEqual([]);
});
