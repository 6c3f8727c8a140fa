import { existsSync } from 'node:fs';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { emptyInbox, importInbox, inboxInTheWay, type Inbox } from '../../../lambdas/import/inbox.ts';
import { answersPrefix, inboxPrefix } from '../../../lambdas/import/land.ts';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { sliceKey } from '../../../lambdas/shared/schema/slice-key.ts';
import { tableNamed, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import { readProfile } from '../../../lambdas/shared/shop/profile.ts';
import { expirations, type Expirations } from '../../../lambdas/shared/slices/expirations.ts';
import { Inputs, InputsChanged } from '../../../lambdas/shared/slices/inputs.ts';
import { setAside, type Damaged } from '../../../lambdas/shared/slices/ledger-rows.ts';
import { refuseLosingRaw } from '../../../lambdas/shared/slices/losses.ts';
import { profileInputs } from '../../../lambdas/shared/slices/profile-inputs.ts';
import { Listings } from '../../../lambdas/shared/slices/listings.ts';
import type { SliceName } from '../../../lambdas/shared/slices/staleness.ts';
import { writeKeyRecord } from '../../../lambdas/transform/key-record.ts';
import { filesLake } from '../lake/files-lake.ts';
import { listKeys, standingUnder } from '../lake/list.ts';
import { acquireLock } from '../lake/lock.ts';
import { refuseStrange } from '../lake/plain.ts';
import { closeToOthers } from '../lake/private.ts';
import { landedStream } from '../live/landing.ts';
import { waitingInStream } from '../stream/stream-waiting.ts';
import { keyOfLake } from './lake-key.ts';
import { newRunId } from '../../../lambdas/shared/slices/ledger-writer.ts';
import { keepSettled, settledAt, stateOf } from './settled.ts';
import { PipelineRun } from './pipeline-run.ts';
import { refusedFiles } from './refused-files.ts';
import type { RunOptions, RunSummary } from './run-summary.ts';
import { strangersAmong } from './survey.ts';
import { unreadAmong } from './unread.ts';
import { assumed, leftBehind, unmountedZones } from './warnings.ts';
import { scratchFolder, withWorkspace, type Workspace } from './workspace.ts';

/**
 * The bytes of an input are not those that are recorded of it: what the lake noted is set right, and all is planned
 * anew.
 * @throws InputsChanged where that was to no avail
 */
function planAnew(error: unknown, before: Set<string>, damaged: Damaged[], { days }: RunOptions): void {
  if (!(error instanceof InputsChanged)) throw error;
  const known = before.size;
  for (const { key, etag, found, isDamage } of error.inputs) {
    before.add(`${key} ${etag} ${found}`);
    if (isDamage) damaged.push({ key, problem: 'its bytes are not those that were written' });
  }
  if (before.size > known) return;
  const advice =
    days === undefined
      ? 'It changes while it is read: run again when nothing else writes to it'
      : 'Slices of the days asked for are made from it, but it is of another day: run without --from and --to';
  throw new Error(`${error.message} ${advice}.`, { cause: error });
}

/** @throws LakeUnavailable where a run would lose what it cannot make again */
async function refuseUnsafe(
  { catalog, ledger }: Workspace,
  raw: readonly string[],
  expired: Expirations,
  options: RunOptions,
): Promise<void> {
  const [broken] = ledger.damaged;
  if (options.days !== undefined && broken !== undefined) {
    throw new LakeUnavailable(
      `Nothing was done: of ${broken.key}, ${broken.problem}. Slices of the days asked for may be made from ` +
        'others that only it names: run without --from and --to.',
    );
  }
  const curated = [...catalog.values()].flatMap(({ name, zone }) => (zone === 'curated' ? [name] : []));
  refuseLosingRaw(catalog, await ledger.madeFromRaw(curated), raw, expired, options.mayRemove === true);
}

/** Takes the steps of the pipeline, and plans anew where an input was found to be another than was recorded. */
async function execute(pipeline: PipelineRun, inputs: Inputs, damaged: Damaged[], options: RunOptions): Promise<void> {
  for (const before = new Set<string>(); ;) {
    try {
      return await pipeline.execute();
    } catch (error) {
      planAnew(error, before, damaged, options);
      inputs.lookAgain();
    }
  }
}

/** What stands in the derived zones, as the run has found it and left it. */
async function derivedKeys(
  catalog: Catalog,
  root: string,
  listings: Listings,
  { steps }: PipelineRun,
): Promise<string[]> {
  const removed = new Set(
    steps.flatMap(({ table, removed: days, outdated = [] }) =>
      [...days.map((day) => ({ day })), ...outdated].map(({ day, part }: SliceName) =>
        sliceKey(tableNamed(catalog, table), day, part),
      ),
    ),
  );
  const found = [...(await listings.of('curated/')), ...(await listings.of('marts/'))].map(({ key }) => key);
  return [...found.filter((key) => !removed.has(key)), ...listKeys(root, 'ops/')];
}

async function runIn(
  root: string,
  workspace: Workspace,
  options: RunOptions,
): Promise<Omit<RunSummary, 'seconds' | 'inbox'>> {
  const { lake, catalog, ledger, engine, scratch } = workspace;
  const raw = [...standingUnder(root, 'raw/')];
  const expired = await expirations(lake, catalog);
  await refuseUnsafe(
    workspace,
    raw.flatMap(({ path, strange }) => (strange === undefined ? [path] : [])),
    expired,
    options,
  );
  const warnings = await unmountedZones(root, workspace);
  const { profile, isThere } = await readProfile(lake);
  if (!isThere) warnings.push(assumed(profile));
  const key = await keyOfLake(root, workspace, options, (line) => warnings.push(line));
  const damaged: Damaged[] = [...ledger.damaged];
  const inputs = new Inputs(lake, profileInputs(profile));
  const listings = new Listings(lake);
  const pipeline = new PipelineRun({ ...workspace, key, profile, inputs, listings, expired }, options);
  await execute(pipeline, inputs, damaged, options);
  if (pipeline.behind.size > 0) warnings.push(leftBehind(pipeline.behind));
  if (options.days === undefined) {
    for (const one of ledger.damaged) await setAside(lake, one);
    await writeKeyRecord(lake, { fingerprint: key.fingerprint, isWhole: true });
  }
  const session = await engine.connect();
  await ledger.compact(session, join(scratch, 'ledger')).finally(() => session.close());
  const strangers = strangersAmong(await derivedKeys(catalog, root, listings, pipeline), catalog, ledger.standings());
  return {
    runId: ledger.runId,
    steps: pipeline.steps,
    checks: pipeline.checks,
    publication: pipeline.publication,
    publishingSeconds: pipeline.publishingSeconds,
    unread: unreadAmong(raw, catalog),
    refusedFiles: await refusedFiles(workspace),
    strangers,
    damaged: [...damaged, ...pipeline.damaged],
    warnings: [...warnings, ...pipeline.warnings],
  };
}

/** Whether a run has no wish of its own: what another run found nothing new in, it would find nothing new in. */
const asksForAll = ({ days, force, newKey, mayRemove, isFollowed }: RunOptions) =>
  days === undefined && force === undefined && newKey !== true && mayRemove !== true && isFollowed !== true;

/** The run's work, where something may be new. */
async function runAll(root: string, options: RunOptions): Promise<Omit<RunSummary, 'seconds' | 'inbox'>> {
  const made = await scratchFolder(root);
  try {
    return await withWorkspace(filesLake(root), made, (workspace) => runIn(root, workspace, options));
  } finally {
    await rmdir(dirname(made)).catch(() => undefined);
  }
}

/**
 * Runs the pipeline over the lake in a folder: one run at a time, each slice only where something that it is made from
 * changed.
 */
export async function run(root: string, options: RunOptions = {}): Promise<RunSummary> {
  refuseStrange(root);
  const lock = await acquireLock(root, 'run');
  try {
    return await runLocked(root, options);
  } finally {
    await lock.release();
  }
}

/** Imports what people put into the lake's inbox. */
async function importedInbox(root: string): Promise<Inbox> {
  const lake = filesLake(root);
  const why = await inboxInTheWay(lake);
  if (why !== undefined) return { ...emptyInbox, refused: [{ name: '', why }] };
  const hasInbox = existsSync(join(root, inboxPrefix));
  if (!hasInbox && !existsSync(join(root, answersPrefix))) return emptyInbox;
  const scratch = await scratchFolder(root);
  try {
    return await importInbox(lake, scratch, undefined, true);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    // A lake leaves no empty folder; who copies the next file there would make a file of its name.
    if (hasInbox) await mkdir(join(root, inboxPrefix), { recursive: true });
  }
}

/** The same for who holds the lake's lock. */
export async function runLocked(root: string, options: RunOptions = {}): Promise<RunSummary> {
  const startedAt = performance.now();
  const opened = closeToOthers(root).map((folder) => `${folder}/`);
  const inbox = await importedInbox(root);
  // As it is before anything is read: what changes while the run works is for the next one.
  const state = asksForAll(options) ? stateOf(root, options) : undefined;
  const settled = settledAt(root, state);
  const summary = settled ? { ...settled, runId: newRunId(), damaged: [] } : await runAll(root, options);
  if (settled === undefined) await keepSettled(root, state, summary);
  return {
    ...summary,
    inbox,
    seconds: (performance.now() - startedAt) / 1000,
    warnings: [
      ...(opened.length > 0
        ? [`${opened.join(', ')} could be read by other users of this machine; now only by you.`]
        : []),
      ...(await waitingInStream(root, landedStream)),
      ...summary.warnings,
    ],
  };
}
