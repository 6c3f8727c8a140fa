import { Command } from 'commander';
import { run, type RunOptions, type RunSummary } from '../embedded/runner.ts';
import { dayRange, existingLake, lakeOption, withDays } from './context.ts';
import { Progress } from './progress.ts';

/** Runs the pipeline with progress, and says what it came to. @returns whether every check that must hold does */
export async function runPipeline(root: string, options: Omit<RunOptions, 'onProgress'> = {}): Promise<{ summary: RunSummary; ok: boolean }> {
  const progress = new Progress();
  try {
    const summary = await run(root, { ...options, onProgress: ({ step, table, done, of }) => progress.update(`${step} ${table}`, done, of, 'slices') });
    const built = summary.steps.reduce((sum, step) => sum + step.built.length, 0);
    const slices = summary.steps.reduce((sum, step) => sum + step.slices, 0);
    const removed = summary.steps.reduce((sum, step) => sum + step.removed.length, 0);
    const broken = summary.checks.filter((check) => check.failures > 0);
    const errors = broken.filter((check) => check.severity === 'error');
    progress.done(built + removed === 0 ? `nothing new: ${slices} slices stand` : `built ${built} of ${slices} slices${removed > 0 ? `, removed ${removed}` : ''}; ${summary.checks.length - broken.length} of ${summary.checks.length} checks hold`);
    for (const check of broken) process.stderr.write(`${check.severity}: ${check.check_name} fails for ${check.failures} of ${check.checked}\n`);
    return { summary, ok: errors.length === 0 };
  } finally {
    progress.stop();
  }
}

/** The summary as a script reads it. */
export function summaryJson({ runId, seconds, steps, checks }: RunSummary): string {
  return `${JSON.stringify({ run_id: runId, seconds, steps, checks }, null, 2)}\n`;
}

/** `sillage run`. */
export function runCommand(): Command {
  return withDays(new Command('run').description('bring the lake up to date: only slices of which something changed are built'))
    .option('--json', 'print what was done as JSON').addOption(lakeOption())
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
