import { existsSync } from 'node:fs';

/** Where Chromium is, or why there is none. */
export type ChromiumFound = { readonly executable: string } | { readonly missing: string };

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Looks for the browser that CHROMIUM names, or in the usual places. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): ChromiumFound {
  const named = env['CHROMIUM'];
  const executable =
    named === undefined ? usual.find((path) => existsSync(path)) : existsSync(named) ? named : undefined;
  if (executable !== undefined) return { executable };
  return {
    missing: `There is no Chromium at ${named ?? usual.join(', ')}: apt-get install chromium, or name it in CHROMIUM`,
  };
}
