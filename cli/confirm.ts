import { basename } from 'node:path';
import { ask } from './ask.ts';
import { UsageError } from './context.ts';

async function askName(root: string, what: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  return ask(`This removes ${what} of ${root}. Type ${basename(root)} to go on: `);
}

/**
 * Deleting needs two keys to agree: what goes, and the lake's own name, which is asked for where it is not given.
 * @throws UsageError
 */
export async function confirmName(root: string, what: string, given: string | undefined): Promise<void> {
  const name = basename(root);
  if ((given ?? (await askName(root, what))) !== name)
    throw new UsageError(
      `Nothing was removed: to remove ${what} of ${root}, confirm with its name, --confirm ${name}.`,
    );
}
