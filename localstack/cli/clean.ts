import { createInterface } from 'node:readline/promises';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { acquireLock } from '../embedded/files-lock.ts';
import { filesLake } from '../embedded/files-lake.ts';
import { existingLake, lakeOption, UsageError } from './context.ts';

/** What a clean takes: derived data comes back with the next run; raw does not. */
const scopes = { derived: ['curated/', 'marts/', 'ops/'], all: ['curated/', 'marts/', 'ops/', 'raw/', 'truth/'] } as const;

/** `sillage clean`: deleting needs two keys to agree, the scope and the lake's own name. */
export function cleanCommand(): Command {
  return new Command('clean').description('remove what the pipeline made (derived), or everything (all)')
    .addOption(new Option('--what <scope>', 'derived: curated, marts and ops, which the next run makes again; all: raw and truth too').choices(['derived', 'all']).default('derived'))
    .option('--confirm <name>', "the name of the lake's folder, so that no other is meant").addOption(lakeOption())
    .addHelpText('after', '\nExample:\n  sillage clean --what all --confirm lake')
    .action(async (flags: { what: keyof typeof scopes; confirm?: string; lake: string }) => {
      const root = existingLake(flags.lake);
      const name = basename(root);
      if ((flags.confirm ?? await askName(root, flags.what)) !== name) throw new UsageError(`Nothing was removed: to remove ${flags.what} of ${root}, confirm with its name, --confirm ${name}.`);
      const lock = await acquireLock(root, 'run');
      try {
        const lake = filesLake(root);
        let removed = 0;
        for (const prefix of scopes[flags.what]) {
          for await (const object of lake.list(prefix)) {
            await lake.delete(object.key);
            removed++;
          }
        }
        process.stderr.write(`removed ${removed} objects of ${root}\n`);
      } finally {
        await lock.release();
      }
    });
}

async function askName(root: string, what: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(`This removes ${what} of ${root}. Type ${basename(root)} to go on: `);
  } finally {
    lines.close();
  }
}
