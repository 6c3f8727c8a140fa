import { build, type Metafile, type Plugin } from 'esbuild';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from '../dashboard/build.ts';
import { home } from '../lambdas/shared/home.ts';
import { duckdbFolder, type Platform } from './duckdb-package.ts';

/** The functions of a deployment: each is the `handler` of `lambdas/<name>/handler.ts`. */
export const functionNames = [
  'collect',
  'webhook',
  'land',
  'lease',
  'plan',
  'transform',
  'model',
  'attribute',
  'import',
  'join',
  'check',
  'publish',
  'session',
  'ask',
  'report',
  'forget',
] as const;
export type FunctionName = (typeof functionNames)[number];

/**
 * Those of them that are deployed where the context describes what they are for: a dashboard, a report that is mailed,
 * webhooks of orders.
 */
export const optionalFunctions: readonly FunctionName[] = ['session', 'ask', 'report', 'webhook'];

/** The module of a function, from the top of the repository. */
const moduleOf = (name: FunctionName) => `lambdas/${name}/handler.ts`;

interface FilesRead {
  /** Where the module looks for them, from the top of the repository or of a bundle. */
  readonly folder: string;
  readonly files: RegExp;
  /** Makes them, where they are not in the repository. @returns the folder that has them */
  readonly made?: () => Promise<string>;
}

/** Modules that read files as they run, and which: a bundle with the module ships the files. */
export const filesReadBy: Readonly<Record<string, FilesRead>> = {
  'lambdas/attribute/sources.ts': { folder: 'lambdas/attribute', files: /(?<!\.test|\.samples|^samples)\.ts$/ },
  'dashboard/report/style.ts': { folder: 'dashboard/style', files: /^(tokens|charts)\.css$/ },
  'lambdas/publish/page.ts': { folder: 'dashboard/site', files: /./, made: buildDashboard },
  'lambdas/shared/schema/catalog.ts': { folder: 'glue-schemas', files: /\.json$/ },
  'lambdas/shared/attribution-models.ts': { folder: 'athena', files: /^attribution\.sql$/ },
  // Their names are those of the files.
  'lambdas/shared/data-driven-models.ts': { folder: 'lambdas/attribute/models', files: /\.ts$/ },
  'lambdas/shared/libraries.ts': { folder: '.', files: /^package\.json$/ },
  'lambdas/shared/shop/traffic-source.ts': { folder: 'lambdas/transform', files: /^traffic-sources\.csv$/ },
  'lambdas/transform/names.ts': { folder: 'lambdas/transform', files: /\.(sql|csv)$/ },
  'localstack/embedded/warehouse/sandbox.ts': { folder: 'localstack/embedded/warehouse/trino', files: /^macros\.sql$/ },
  'lambdas/model/narrowed.ts': { folder: 'lambdas/model', files: /\.sql$/ },
  'lambdas/model/relations.ts': { folder: 'athena', files: /\.sql$/ },
};

/** Never bundled: it loads a library of the machine's own, which goes beside the bundle. */
const native = '@duckdb/node-api';

/**
 * Where the SDK looks for credentials on a person's machine. In a Lambda they are in the environment, which it asks
 * first; these are loaded only where it has none, and then the error names them.
 */
const otherCredentials = ['ini', 'sso', 'login', 'process', 'web-identity', 'http'].map(
  (kind) => `@aws-sdk/credential-provider-${kind}`,
);

/**
 * Parts of libraries that no function reaches: Thrift's WebSocket transport, parquetjs's columns of BSON, and zod's
 * messages in other languages than English, 250 kB of each bundle.
 */
const unreached = /^(ws|bson|\.\.\/locales\/index\.js)$/;

/** Gives `unreached` an empty module: they are asked for as soon as their library is loaded. */
const withoutUnreached: Plugin = {
  name: 'without-unreached',
  setup(building) {
    building.onResolve({ filter: unreached }, ({ path }) => ({ path, namespace: 'unreached' }));
    building.onLoad({ filter: /./, namespace: 'unreached' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Libraries in the older format ask for Node's modules by `require`, which a module of the newer one does not have. */
const requireBanner =
  "import { createRequire as sillageRequire } from 'node:module'; const require = sillageRequire(import.meta.url);";

export interface BundleOptions {
  readonly platform: Platform;
  /** Takes one folder a function. */
  readonly out: string;
}

/** The folder of the bundles for a platform, where the stacks look for them. */
export const bundlesFolder = (platform: Platform) => fileURLToPath(new URL(`.cache/bundles/${platform}`, home));

/** Copies the files that the modules of a bundle read as they run, each under its path in the repository. */
async function copyFiles(inputs: Metafile['inputs'], to: string): Promise<void> {
  for (const [module, { folder, files, made }] of Object.entries(filesReadBy)) {
    if (!(module in inputs)) continue;
    const from = made === undefined ? fileURLToPath(new URL(folder, home)) : await made();
    // `package.json` stands at the top, where a search below would meet all packages.
    const found = await readdir(from, { recursive: folder !== '.', withFileTypes: true });
    const paths = found.filter((file) => file.isFile()).map((file) => relative(from, join(file.parentPath, file.name)));
    for (const file of paths.filter((path) => files.test(path))) {
      await mkdir(dirname(join(to, folder, file)), { recursive: true });
      await cp(join(from, file), join(to, folder, file));
    }
  }
}

/**
 * Makes one bundle in a folder: `index.mjs`, the files that it reads, and DuckDB where it is asked for.
 * @returns the modules in it
 */
async function bundleOne(name: FunctionName, platform: Platform, to: string): Promise<string[]> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: fileURLToPath(home),
    entryPoints: [moduleOf(name)],
    outfile: join(to, 'index.mjs'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Of a library in both formats, the one of which what is not used can be left out.
    mainFields: ['module', 'main'],
    external: [native, ...otherCredentials],
    plugins: [withoutUnreached],
    banner: { js: requireBanner },
    sourcemap: 'external',
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  await mkdir(to, { recursive: true });
  const maps = fileURLToPath(new URL('.cache/source-maps', home));
  await mkdir(maps, { recursive: true });
  for (const { path, contents } of outputFiles) {
    // A map is for whoever reads a stack trace: a function that ships it starts later.
    await writeFile(path.endsWith('.map') ? join(maps, `${name}.mjs.map`) : path, contents);
  }
  await copyFiles(metafile.inputs, to);
  const asked = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  if (asked.includes(native)) {
    const isNeeded = (path: string) => !/\.d\.ts$|\/README\.md$/.test(path);
    await cp(await duckdbFolder(platform), to, { recursive: true, filter: isNeeded });
  }
  return Object.keys(metafile.inputs);
}

/**
 * Makes the bundles, each put in place whole. What is there already is made again: an old one would be deployed unseen.
 * @returns the modules of each
 */
export async function bundle({ platform, out }: BundleOptions): Promise<Map<FunctionName, readonly string[]>> {
  const modules = new Map<FunctionName, readonly string[]>();
  await mkdir(out, { recursive: true });
  for (const name of functionNames) {
    const made = await mkdtemp(join(out, `.${name}-`));
    await chmod(made, 0o755);
    modules.set(name, await bundleOne(name, platform, made));
    await rm(join(out, name), { recursive: true, force: true });
    await rename(made, join(out, name));
  }
  return modules;
}
