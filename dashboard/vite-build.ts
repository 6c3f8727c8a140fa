/** Builds the dashboard into a folder: `node --import tsx dashboard/vite-build.ts FOLDER`. `buildDashboard` runs it. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { home } from '../lambdas/shared/home.ts';
import { alsoRead } from './sources.ts';

const [out] = process.argv.slice(2);
if (out === undefined) throw new Error('Name the folder that the dashboard is to be built into.');

/** Refuses a module whose change the digest of the sources would not see: an old build would be served unseen. */
const onlyWhatIsDigested: Plugin = {
  name: 'only-what-is-digested',
  moduleParsed({ id }) {
    const path = relative(fileURLToPath(home), id.split('?')[0] ?? '').replaceAll('\\', '/');
    const isKnown = /^(\.\.|\0|dashboard\/|node_modules\/)/.test(path) || alsoRead.includes(path);
    if (!isKnown) throw new Error(`The dashboard imports ${path}: add it to alsoRead in dashboard/sources.ts.`);
  },
};

const curveOfD3 = /^function (\w+)(\([\w, ]*\) \{\n(?:[^}\n].*\n|\n)*\})\n\n\1\.prototype = (\{[^]*?\n\});/gm;

/**
 * Lets a build leave out the curves that no chart uses: d3-shape is one file, which gives each of its twenty a prototype
 * when it is loaded, and so seems to need them all. They would be 1.3 kB of what every reader loads.
 */
const onlyCurvesInUse: Plugin = {
  name: 'only-curves-in-use',
  transform: {
    filter: { id: /\/d3-shape\// },
    handler: (code) =>
      code
        .replace(curveOfD3, 'var $1 = /* @__PURE__ */ (() => { function $1$2 $1.prototype = $3; return $1; })();')
        .replaceAll('(function custom(', '/* @__PURE__ */ (function custom('),
  },
};

await build({
  root: fileURLToPath(new URL('dashboard', home)),
  configFile: false,
  base: './',
  logLevel: 'error',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [onlyWhatIsDigested, onlyCurvesInUse],
  resolve: {
    alias: {
      'd3-format': fileURLToPath(new URL('dashboard/charts/no-number-formats.ts', home)),
      'd3-interpolate': fileURLToPath(new URL('dashboard/charts/interpolate-numbers.ts', home)),
    },
  },
  worker: { format: 'es', plugins: () => [onlyWhatIsDigested] },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    // Everything is a file of its own, and named by its content: the page's policy allows nothing that is written into
    // it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
