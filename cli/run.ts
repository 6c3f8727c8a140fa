import { Command } from 'commander';
import { sentenceOf } from '../lambdas/check/cost-checks.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { run, type RunOptions, type RunSummary } from '../localstack/embedded/run/runner.ts';
import { dayRange, existingLake, lakeFlag, lakeOption, UsageError, withDays } from './context.ts';
import { outcome, refusedBy } from './outcome.ts';
import { Progress } from './progress.ts';
import { say, warn } from './say.ts';
import { damagedLines, strangerLines } from './trust-lines.ts';
import { unreadLines } from './unread-lines.ts';
import { verifyLake } from './verify.ts';

/** Runs the pipeline with progress, and says what it came to. @returns whether every check that must hold does */
export async function runPipeline(
  root: string,
  { verify, ...options }: Omit<RunOptions, 'onProgress'> & { readonly verify?: boolean } = {},
): Promise<{ summary: RunSummary; ok: boolean }> {
  const found = verify === true ? (await verifyLake(root)).damaged : [];
  const progress = new Progress();
  try {
    const done = await run(root, {
      ...options,
      onProgress: ({ step, table, done: built, of }) => progress.update(`${step} ${table}`, built, of, 'slices'),
    });
    const summary = {
      ...done,
      damaged: [...found, ...done.damaged.filter(({ key }) => !found.some((one) => one.key === key))],
    };
    progress.done(outcome(summary, options.days));
    const warnings = [
      ...summary.warnings,
      ...damagedLines(summary.damaged.map(({ key, problem }) => ({ key, problem }))),
      ...strangerLines(summary.strangers),
      ...unreadLines(summary.unread, loadCatalog()),
    ];
    for (const line of warnings) warn(line);
    const broken = summary.checks.filter((check) => check.failures > 0);
    for (const check of broken) say(`${check.severity}: ${sentenceOf(check)}`);
    const refused = refusedBy(summary);
    if (refused > 0)
      say(
        `${refused.toLocaleString('en-GB')} ${refused === 1 ? 'record' : 'records'} refused: sillage rejects${lakeFlag(root)}`,
      );
    return { summary, ok: broken.every((check) => check.severity !== 'error') };
  } finally {
    progress.stop();
  }
}

/** The summary as a script reads it. */
export function summaryJson({
  runId,
  seconds,
  steps,
  checks,
  unread,
  strangers,
  damaged,
  warnings,
}: RunSummary): string {
  return `${visibleJson({ run_id: runId, seconds, steps, checks, unread, strangers, damaged, warnings }, 2)}\n`;
}

/** `sillage run`. */
export function runCommand(): Command {
  return withDays(
    new Command('run').description('bring the lake up to date: build only slices whose inputs or code changed'),
  )
    .option('--verify', 'read every byte of the lake first, and build again what is damaged')
    .option('--allow-removal', 'remove slices even where more than a tenth of what they were made from is gone')
    .option('--new-key', 'use a different pseudonym key than before, or make one, and build every slice again')
    .option(
      '--json',
      'print what was done as JSON: the slices built and why, the checks, what is not read, not named or damaged',
    )
    .addOption(lakeOption())
    .addHelpText(
      'after',
      `
Examples:
  sillage run
  sillage run --from 2025-02-01 --to 2025-02-28     only slices of these days
  sillage run --verify

A run refuses to go on if raw/ or a feed has become empty, if more than a tenth of a feed's objects or of a table's slices would be
lost (one or two may: somebody removed an export), or if the pseudonym key is missing or is a different one.

Exit code 1: a record was not accounted for, or a check failed. Exit code 3: the run was refused; the message says what to do. "sillage status"
and "sillage rejects" show more.`,
    )
    .action(
      async (flags: {
        from?: string;
        to?: string;
        verify?: boolean;
        allowRemoval?: boolean;
        newKey?: boolean;
        json?: boolean;
        lake: string;
      }) => {
        const days = dayRange(flags);
        if (days !== undefined && flags.newKey === true)
          throw new UsageError('--new-key builds every slice anew: leave out --from and --to.');
        const { summary, ok } = await runPipeline(existingLake(flags.lake), {
          ...(days && { days }),
          verify: flags.verify === true,
          mayRemove: flags.allowRemoval === true,
          newKey: flags.newKey === true,
        });
        if (flags.json) process.stdout.write(summaryJson(summary));
        if (!ok) process.exitCode = 1;
      },
    );
}
