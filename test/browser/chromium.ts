import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import type { ChromiumFound } from '../../cli/chromium.ts';

export { findChromium } from '../../cli/chromium.ts';

/** Why tests must not go on without a browser: CI skips nothing, unless SILLAGE_ALLOW_SKIPS says that it may. */
export function complaint(found: ChromiumFound, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if ('executable' in found || env['CI'] !== 'true' || env['SILLAGE_ALLOW_SKIPS'] !== undefined) return undefined;
  return `${found.missing}. On CI this may only be skipped with SILLAGE_ALLOW_SKIPS=1.`;
}

/** What a person's browser says of itself: a headless one calls itself so, and is a robot to the transform. */
export const personSalts =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

/** A browser without a window that speaks to nobody but the pages it is given. */
export async function launch(executable: string): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    timeout: 0,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // The context's own setting does not reach the beacons of a page that closes.
      `--user-agent=${personSalts}`,
    ],
  });
}

/**
 * A visitor's browser. It waits for what is to come as long as the test may take: a busy machine is no fault of the
 * page.
 */
export async function visitor(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(0);
  return context;
}
