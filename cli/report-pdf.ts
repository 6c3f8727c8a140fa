import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { findChromium } from './chromium.ts';
import { UsageError } from './context.ts';

/** Prints a page as a PDF by Chromium. @throws UsageError where there is none */
export async function pdfOf(html: string): Promise<Buffer> {
  const found = findChromium();
  if ('missing' in found)
    throw new UsageError(
      `${found.missing}. Without it, take --format html and print that page: its print style is made for A4.`,
    );
  const folder = await mkdtemp(join(tmpdir(), 'sillage-report-'));
  try {
    const [page, pdf] = [join(folder, 'report.html'), join(folder, 'report.pdf')];
    await writeFile(page, html);
    await promisify(execFile)(found.executable, [
      '--headless',
      '--disable-gpu',
      // As root, as in a container, Chromium starts in no other way. What it opens is our own page, without a script.
      '--no-sandbox',
      '--no-pdf-header-footer',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--print-to-pdf=${pdf}`,
      pathToFileURL(page).href,
    ]);
    return await readFile(pdf);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
