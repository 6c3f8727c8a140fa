import { Command } from 'commander';
import { visibleJson, visibleLines } from '../lambdas/shared/visible.ts';
import { verify, type Verified } from '../localstack/embedded/run/verify.ts';
import { existingLake, lakeFlag, lakeOption } from './context.ts';
import { helpText } from './help-text.ts';
import { Progress } from './progress.ts';
import { damagedLines, missingLines, strangerLines } from './trust-lines.ts';

/** Reads every byte of the lake, with progress. */
export async function verifyLake(root: string): Promise<Verified> {
  const progress = new Progress();
  try {
    const found = await verify(root, (done, of) =>
      progress.update({ step: 'verify', done, of, unit: 'objects', share: done / of }),
    );
    progress.done(
      `read ${found.objects.toLocaleString('en-GB')} objects, ${(found.bytes / 1e6).toFixed(1)} MB: ` +
        `${found.damaged.length} damaged, ${found.missing.length} missing, ` +
        `${found.strangers.length} that the ledger does not name`,
    );
    return found;
  } finally {
    progress.stop();
  }
}

/** What was found, and what is to be done about it. */
function shown(root: string, { damaged, missing, strangers, isMarked }: Verified): string {
  const said = [...damagedLines(damaged), ...missingLines(missing), ...strangerLines(strangers)];
  if (!isMarked && damaged.length > 0)
    said.push('The lake may not be written, so nothing was marked: verify it again where it may.');
  if (damaged.length + missing.length > 0) said.push(`What can be made again is made by: sillage run${lakeFlag(root)}`);
  return said.map((line) => `${line}\n`).join('');
}

/** `sillage verify`. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('read every byte of the lake, and find what is damaged, changed or missing')
    .option('--json', 'print what was found as JSON: objects, bytes, damaged, missing, strangers')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
Slices are compared with the etags in the ledger, raw objects and rejects with what was noted when they were written.
What is damaged is marked, so that the next run builds it again; "sillage run --verify" does both. Without verify, a run
still reads the objects again before it builds a slice from them; a query does not check the bytes.

Example:
  sillage verify
  sillage verify --json | jq -r '.damaged[].key'

Exit code 1: something is damaged or missing. An object that the ledger does not name is listed, but it is not an error:
nothing counts it.`),
    )
    .action(async (flags: { json?: boolean; lake: string }) => {
      const root = existingLake(flags.lake);
      const { isMarked: marked, ...found } = await verifyLake(root);
      process.stdout.write(
        flags.json
          ? `${visibleJson({ ...found, marked }, 2)}\n`
          : visibleLines(shown(root, { ...found, isMarked: marked })),
      );
      if (found.damaged.length + found.missing.length > 0) process.exitCode = 1;
    });
}
