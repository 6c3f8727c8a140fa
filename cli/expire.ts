import { Command } from 'commander';
import { visibleJson, visibleLines } from '../lambdas/shared/visible.ts';
import { expire, type ExpiredTable } from '../localstack/embedded/run/expire.ts';
import { confirmName } from './confirm.ts';
import { bucketOf, existingLake, lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';

const number = (value: number) => value.toLocaleString('en-GB');

function inWords(expired: readonly ExpiredTable[], isDry: boolean): string {
  const some = (keys: readonly string[]) => `${number(keys.length)} objects, such as ${keys[0]},`;
  return expired
    .flatMap(({ table, retentionDays, before, objects, bytes, unbuilt, needed }) => [
      `${table}: ${isDry ? 'would remove' : 'removed'} ${number(objects)} objects, ` +
        `${(bytes / 1e6).toFixed(1)} MB, of days before ${before} (kept for ${retentionDays} days).`,
      ...(unbuilt.length > 0
        ? [`  ${some(unbuilt)} stay: no table has been made from them as they are now. First run: sillage run`]
        : []),
      ...(needed.length > 0 ? [`  ${some(needed)} stay: they hold records of ${before} or later.`] : []),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

/** `sillage expire`. */
export function expireCommand(): Command {
  return new Command('expire')
    .description('remove raw objects and rejects that are past the retention of their table')
    .option('--dry-run', 'tell what would be removed, and remove nothing')
    .option('--confirm <name>', "the name of the lake's folder, so that no other is meant")
    .option('--json', 'print it as JSON')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
How long a table is kept is in its schema document (sillage.retention_days), and in docs/data-dictionary.md; a table
without it is kept. Tables that were made from what is removed stay as they are, with all figures, and no run builds
them again: what comes late for such a day is told by "sillage run", and not counted. There is no way back.

In a bucket nothing is to be done: its lifecycle removes the same, counted from when an object was written.

Examples:
  sillage expire --dry-run
  sillage expire --confirm lake`),
    )
    .action(async (flags: { dryRun?: boolean; confirm?: string; json?: boolean; lake: string }) => {
      if (bucketOf(flags.lake) !== undefined)
        throw new UsageError(
          `The lifecycle of ${flags.lake} removes what is past its retention; nothing is to be done.`,
        );
      const root = existingLake(flags.lake);
      const isDry = flags.dryRun === true;
      if (!isDry) await confirmName(root, 'what is past its retention', flags.confirm);
      const expired = await expire(root, { isDry });
      process.stdout.write(flags.json ? `${visibleJson(expired, 2)}\n` : visibleLines(inWords(expired, isDry)));
    });
}
