import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** `-F` ends at once where all fits on the screen, `-K` at Ctrl-C. */
const less = ['less', '-F', '-R', '-X', '-K'] as const;

/**
 * Has a person read what is written page by page: through `PAGER`, or `less`. Without a terminal, without a pager, or
 * with `PAGER=cat`, it goes to standard output as it is.
 */
export async function throughPager(write: (to: Writable) => Promise<void>): Promise<void> {
  const named = process.env['PAGER']?.trim();
  if (!process.stdout.isTTY || named === 'cat') return write(process.stdout);
  const pager =
    named === undefined || named === ''
      ? spawn(less[0], less.slice(1), { stdio: ['pipe', 'inherit', 'inherit'] })
      : spawn(named, { shell: true, stdio: ['pipe', 'inherit', 'inherit'] });
  // An error ends the waiting, too.
  const isThere = await once(pager, 'spawn').then(
    () => true,
    () => false,
  );
  if (!isThere) return write(process.stdout);
  const ended = once(pager, 'close');
  // Who leaves the pager has seen enough: `print` finds that nobody reads on.
  pager.stdin.on('error', () => undefined);
  // Ctrl-C reaches the pager too, which decides by itself.
  try {
    await write(pager.stdin);
  } finally {
    pager.stdin.end();
    await ended;
  }
}
