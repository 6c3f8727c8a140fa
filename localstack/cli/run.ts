import { Command } from 'commander';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { visibleJson } from '../../lambdas/shared/visible.ts';
import { run, type RunOptions, type RunSummary } from '../embedded/runner.ts';
import { dayRange, existingLake, lakeFlag, lakeOption, withDays } from './context.ts';
import { outcome, refusedBy } from './outcome.ts';
import { Progress } from './progress.ts';
import { say } from './say.ts';
import { unreadLines } from './unread-lines.ts';

/** Runs the pipeline with progress, and says what it came to. @returns whether every check that must hold does */
export async function runPipeline(root: string, options: Omit<RunOptions, 'onProgress'> = {}): Promise<{ summary: RunSummary; ok: boolean }> {
  const progress = new Progress();
  try {
    const summary = await run(root, { ...options, onProgress: ({ step, table, done, of }) => progress.update(`${step} ${table}`, done, of, 'slices') });
    progress.done(outcome(summary, options.days));
    for (const line of unreadLines(summary.unread, loadCatalog())) say(`warning: ${line}`);
    const broken = summary.checks.filter((check) => check.failures > 0);
    for (const check of broken) say(`${check.severity}: ${check.check_name} fails for ${check.failures} of ${check.checked}`);
    const refused = refusedBy(summary);
    if (refused > 0) say(`${refused.toLocaleString('en-GB')} ${refused === 1 ? 'record' : 'records'} refused: sillage rejects${lakeFlag(root)}`);
    return { summary, ok: broken.every((check) => check.severity !== 'error') };
  } finally {
    progress.stop();
  }
}

/** The summary as a script reads it. */
export function summaryJson({ runId, seconds, steps, checks, unread }: RunSummary): string {
  return `${visibleJson({ run_id: runId, seconds, steps, checks, unread }, 2)}\n`;
}

/** `sillage run`. */
export function runCommand(): Command {
  return withDays(new Command('run').description('bring the lake up to date: only slices of which something changed are built'))
    .option('--json', 'print what was done as JSON: the slices built and why, the checks, raw objects that are not read').addOption(lakeOption())
    .addHelpText('after', `
Examples:
  sillage run
  sillage run --from 2025-02-01 --to 2025-02-28     only slices of these days

Exit code 1: a record was not accounted for, or a check failed. "sillage status" and "sillage rejects" show more.`)
    .action(async (flags: { from?: string; to?: string; json?: boolean; lake: string }) => {
      const days = dayRange(flags);
      const { summary, ok } = await runPipeline(existingLake(flags.lake), days ? { days } : {});
      if (flags.json) process.stdout.write(summaryJson(summary));
      if (!ok) process.exitCode = 1;
    });
}
