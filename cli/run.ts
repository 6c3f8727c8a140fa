import { Command } from 'commander';
import { s3Lake } from '../lambdas/shared/aws/s3-lake.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { pseudonymKey, type PseudonymKey } from '../lambdas/transform/pseudonyms.ts';
import { runBucket, type BucketRun } from '../localstack/embedded/run/bucket-run.ts';
import { sentenceOf } from '../lambdas/check/cost-checks.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import type { RunOptions, RunSummary } from '../localstack/embedded/run/run-summary.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { afterOthers } from './after-others.ts';
import { bucketOf, dayRange, existingLake, lakeFlag, lakeOption, UsageError, withDays } from './context.ts';
import { helpText } from './help-text.ts';
import { outcome, refusedBy } from './outcome.ts';
import { Progress, type Stretch } from './progress.ts';
import { refusedFileLines } from './refused-files.ts';
import { say, warn } from './say.ts';
import { damagedLines, strangerLines } from './trust-lines.ts';
import { unreadLines } from './unread-lines.ts';
import { verifyLake } from './verify.ts';

/** What a run of the command line may be told. */
export interface PipelineOptions extends Omit<RunOptions, 'onProgress'> {
  /** Reads every byte first. */
  readonly verify?: boolean;
  /** Waits for another run of this machine, such as one of the live loop; else that is refused. */
  readonly waits?: boolean;
  readonly stretch?: Stretch;
}

/** Runs the pipeline with progress, and says what it came to. @returns whether every check that must hold does */
export async function runPipeline(
  root: string,
  { verify, waits = true, isFollowed = false, stretch, ...options }: PipelineOptions = {},
): Promise<{ summary: RunSummary; ok: boolean }> {
  const inTurn = waits ? afterOthers : async <T>(work: () => Promise<T>) => work();
  const found = verify === true ? (await inTurn(() => verifyLake(root))).damaged : [];
  const progress = new Progress(stretch);
  try {
    const done = await inTurn(() =>
      run(root, {
        publishes: !isFollowed,
        isFollowed,
        ...options,
        onProgress: (told) => progress.update({ ...told, unit: 'slices' }),
      }),
    );
    const summary = {
      ...done,
      damaged: [...found, ...done.damaged.filter(({ key }) => !found.some((one) => one.key === key))],
    };
    for (const line of inboxLines(summary.inbox)) say(line);
    progress.done(outcome(summary, options.days));
    if (isFollowed) return { summary, ok: true };
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
    const unreadFiles = await refusedFileLines(root, summary.refusedFiles);
    for (const line of unreadFiles) say(line);
    const isRefused = summary.inbox.refused.length + unreadFiles.length > 0;
    return { summary, ok: !isRefused && broken.every((check) => check.severity !== 'error') };
  } finally {
    progress.stop();
  }
}

/** What became of the files in the inbox. */
function inboxLines({ imported, refused, notes, replaced, left }: RunSummary['inbox']): string[] {
  return [
    ...replaced,
    ...imported.map((name) => `imported inbox/${name}`),
    ...notes.map(({ name, note }) => `note on inbox/${name}: ${note}`),
    ...refused.map(({ name, why }) => `inbox/${name} was NOT imported, and stays there: ${why}`),
    ...left.map((name) => `inbox/${name} changed while it was read, and waits for the next run`),
  ];
}

/** The summary as a script reads it. */
export function summaryJson({
  runId,
  seconds,
  steps,
  checks,
  publication,
  publishingSeconds,
  unread,
  strangers,
  damaged,
  warnings,
  inbox,
  refusedFiles,
}: RunSummary): string {
  const summary = {
    run_id: runId,
    seconds,
    steps,
    checks,
    publication,
    publishing_seconds: publishingSeconds,
    unread,
    strangers,
    damaged,
    warnings,
    refused_files: refusedFiles,
    inbox,
  };
  return `${visibleJson(summary, 2)}\n`;
}

/** The key of a lake in a bucket, which its stack keeps in a secret. @throws UsageError where it was not given */
export function keyOfBucket(): PseudonymKey {
  const secret = process.env['SILLAGE_PSEUDONYM_KEY'] ?? '';
  if (secret !== '') return pseudonymKey(secret);
  throw new UsageError(
    'A lake in a bucket has its pseudonym key in a secret of its stack: set SILLAGE_PSEUDONYM_KEY to what ' +
      '"aws secretsmanager get-secret-value --secret-id sillage-dev-pseudonym-key --query SecretString --output ' +
      'text" answers.',
  );
}

/**
 * Runs the pipeline over a bucket with progress, and says what it came to.
 * @returns whether every check that must hold does, and every file of the inbox was imported
 */
export async function runBucketPipeline(lake: Lake): Promise<{ readonly ok: boolean; readonly summary: BucketRun }> {
  const key = keyOfBucket();
  const progress = new Progress();
  try {
    const done = await runBucket(lake, key, {
      warn,
      onProgress: ({ name, table }, built, of) =>
        progress.update({ step: `${name} ${table}`, done: built, of, unit: 'batches' }),
    });
    const { slicesBuilt, checks, failedChecks, recordsRejected } = done;
    for (const line of inboxLines(done.inbox)) say(line);
    progress.done(
      `${slicesBuilt === 0 ? 'nothing new' : `built ${slicesBuilt} slices`}; ${checks - failedChecks} of ` +
        `${checks} checks hold`,
    );
    if (recordsRejected > 0)
      say(`${recordsRejected.toLocaleString('en-GB')} records refused: sillage rejects --lake ${lake.location}`);
    return { ok: failedChecks === 0 && done.inbox.refused.length === 0, summary: done };
  } finally {
    progress.stop();
  }
}

/** `sillage run`. */
export function runCommand(): Command {
  return withDays(
    new Command('run').description('bring the lake up to date: build only slices whose inputs or code changed'),
  )
    .option('--verify', 'read every byte of the lake first, and build again what is damaged')
    .option('--allow-removal', 'remove slices even where more than a tenth of what they were made from is gone')
    .option('--no-wait', 'end with code 3 where another run is at work, in place of waiting for it')
    .option('--no-publish', 'leave what is published for dashboards as it is, which is quicker')
    .option('--new-key', 'use a different pseudonym key than before, or make one, and build every slice again')
    .option(
      '--json',
      'print what was done as JSON: the slices built and why, the checks, the publication, what is not read, ' +
        'not named or damaged',
    )
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
Examples:
  sillage run
  sillage run --from 2025-02-01 --to 2025-02-28     only slices of these days
  sillage run --verify
  sillage run --lake s3://sillage-dev-storage-lake-abc123   from this machine, as the state machine on AWS would

A run refuses to go on if raw/ or a feed has become empty, if more than a tenth of a feed's objects or of a table's
slices would be lost (one or two may: somebody removed an export), or if the pseudonym key is missing or is a different
one.

While "sillage up" serves the lake, its runs and this one take turns: each waits for the other.

Files in inbox/ of the lake are imported first, as "sillage import" does; those that are refused stay there.

Exit code 1: a record was not accounted for, a check failed, or nothing of a file could be read. Exit code 3: the run
was refused; the message says what to do. "sillage status" and "sillage rejects" show more.`),
    )
    .action(
      async (flags: {
        from?: string;
        to?: string;
        verify?: boolean;
        allowRemoval?: boolean;
        newKey?: boolean;
        publish: boolean;
        wait: boolean;
        json?: boolean;
        lake: string;
      }) => {
        const days = dayRange(flags);
        const bucket = bucketOf(flags.lake);
        if (bucket !== undefined) {
          const unused = (['from', 'to', 'verify', 'allowRemoval', 'newKey'] as const).find((name) => flags[name]);
          if (unused !== undefined)
            throw new UsageError(
              `--${unused.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is for a lake in a ` +
                'folder: a run over a bucket brings all of it up to date.',
            );
          const { ok, summary } = await runBucketPipeline(s3Lake(bucket));
          if (flags.json) process.stdout.write(`${visibleJson(summary, 2)}\n`);
          if (!ok) process.exitCode = 1;
          return;
        }
        if (days !== undefined && flags.newKey === true)
          throw new UsageError('--new-key builds every slice anew: leave out --from and --to.');
        const { summary, ok } = await runPipeline(existingLake(flags.lake), {
          ...(days && { days }),
          verify: flags.verify === true,
          mayRemove: flags.allowRemoval === true,
          newKey: flags.newKey === true,
          publishes: flags.publish,
          waits: flags.wait,
        });
        if (flags.json) process.stdout.write(summaryJson(summary));
        if (!ok) process.exitCode = 1;
      },
    );
}
