import { existsSync, readFileSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { version } from '@duckdb/node-api';
import { check } from '../../../lambdas/check/check.ts';
import { modelTable, type Materialise } from '../../../lambdas/model/model.ts';
import { pipeline, type Step } from '../../../lambdas/pipeline.ts';
import { bareSql } from '../../../lambdas/shared/bare-sql.ts';
import type { Day, DayRange } from '../../../lambdas/shared/days.ts';
import { LakeUnavailable, ObjectNotFound } from '../../../lambdas/shared/ports/lake.ts';
import { home, tableNamed } from '../../../lambdas/shared/schema/catalog.ts';
import type { CheckResultsRow } from '../../../lambdas/shared/schema/rows.generated.ts';
import { Inputs, InputsChanged } from '../../../lambdas/shared/slices/inputs.ts';
import type { Damaged } from '../../../lambdas/shared/slices/ledger-rows.ts';
import { profileInputs } from '../../../lambdas/shared/slices/profile-inputs.ts';
import { refuseLosingRaw } from '../../../lambdas/shared/slices/losses.ts';
import { profileKey, readProfile, type ShopProfile } from '../../../lambdas/shared/shop/profile.ts';
import { writeKeyRecord } from '../../../lambdas/transform/key-record.ts';
import type { PseudonymKey } from '../../../lambdas/transform/pseudonyms.ts';
import { transformTable } from '../../../lambdas/transform/transform.ts';
import { duckdbWarehouse } from '../warehouse/duckdb-warehouse.ts';
import { codeOf } from '../lake/errors.ts';
import { listKeys } from '../lake/list.ts';
import { acquireLock } from '../lake/lock.ts';
import { refuseStrange } from '../lake/plain.ts';
import { closeToOthers } from '../lake/private.ts';
import { engineMemoryMb, scratchFolder, setAside, withWorkspace, type Workspace } from './workspace.ts';
import { keyOfLake } from './lake-key.ts';
import { withWarehouse } from '../warehouse/lake-warehouse.ts';
import { standingChecks } from './standing-checks.ts';
import { survey } from './survey.ts';
import { unreadObjects, type Unread } from './unread.ts';

/** What a run may be told. */
export interface RunOptions {
  readonly days?: DayRange;
  /** Removes what was made from raw objects that are gone, however much it is. */
  readonly mayRemove?: boolean;
  /** Takes another pseudonym key than before, or makes one. */
  readonly newKey?: boolean;
  /** Builds these slices although they are not stale. */
  readonly force?: (table: string, day: Day) => boolean;
  readonly onProgress?: (progress: {
    readonly step: string;
    readonly table: string;
    readonly done: number;
    readonly of: number;
  }) => void;
}

/** What one step of a run came to. */
export interface StepSummary {
  readonly step: string;
  readonly table: string;
  readonly slices: number;
  /** `rejected`: records refused, null for a model, which reads none; `reason`: why it was built, as the ledger has it. */
  readonly built: readonly {
    readonly day: Day;
    readonly rowsOut: number;
    readonly rejected: number | null;
    readonly reason: string;
  }[];
  readonly removed: readonly Day[];
}

export interface RunSummary {
  readonly runId: string;
  readonly seconds: number;
  readonly steps: readonly StepSummary[];
  /** Those of an earlier run where nothing has changed since. */
  readonly checks: readonly CheckResultsRow[];
  /** What stands in raw and is read by no table. */
  readonly unread: readonly Unread[];
  /** Objects of derived zones that the ledger does not name. */
  readonly strangers: readonly string[];
  /** Objects that the run found damaged, and did without or built again. */
  readonly damaged: readonly Damaged[];
  /** What else a person should know. */
  readonly warnings: readonly string[];
}

/** What the models run on: another release, or another meaning of a function, makes every slice of them stale. */
const engineVersion = `DuckDB ${version()}\n${bareSql(readFileSync(new URL('localstack/embedded/warehouse/trino/macros.sql', home), 'utf8'))}`;

/** Whether an object was missed: by the lake, by the file system, or by the engine. */
function isMissed(error: unknown): boolean {
  return (
    error instanceof ObjectNotFound ||
    codeOf(error) === 'ENOENT' ||
    (error instanceof Error && /No files found|No such file or directory/.test(error.message))
  );
}

/** Works once more where an object vanished between its listing and its reading: the next listing does without it. */
async function retried<T>({ attempts }: Step, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isMissed(error) || attempt === attempts) throw error;
    }
  }
}

/** The bytes of an input are not those that are recorded of it: what the lake noted is set right, and all is planned anew. @throws InputsChanged where that was to no avail */
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

/** Where a run adds up what its steps come to: a step that is made twice is one step. */
class Steps {
  readonly #steps = new Map<string, StepSummary>();
  /** Of tables in which the day of a record may change: the days outside those asked for whose slices are stale. */
  readonly behind = new Map<string, readonly Day[]>();

  add(step: StepSummary): void {
    const name = `${step.step} ${step.table}`;
    const before = this.#steps.get(name);
    this.#steps.set(
      name,
      before === undefined
        ? step
        : { ...step, built: [...before.built, ...step.built], removed: [...before.removed, ...step.removed] },
    );
  }

  get all(): StepSummary[] {
    return [...this.#steps.values()];
  }
}

/** Brings every table up to date, in the order of the pipeline. */
async function buildTables(workspace: RunContext, options: RunOptions, steps: Steps): Promise<void> {
  const { lake, catalog, ledger, scratch } = workspace;
  const models = await duckdbWarehouse({
    relations: [],
    resolve: (object) => lake.localPath(object, scratch),
    memoryLimitMb: engineMemoryMb,
    tempDirectory: join(scratch, 'spill'),
  });
  const materialise: Materialise = (select, relations, orderBy, path) =>
    models.copyTo(select, path, { orderBy, relations });
  try {
    for (const step of pipeline(catalog)) {
      if (step.table === undefined) continue;
      const table = tableNamed(catalog, step.table);
      const onProgress = (name: string, done: number, of: number) =>
        options.onProgress?.({ step: step.name, table: name, done, of });
      const enter = (
        slices: number,
        removed: readonly Day[],
        built: readonly { readonly day: Day; readonly rowsOut: number; readonly rejected: number | null }[],
      ) =>
        steps.add({
          step: step.name,
          table: table.name,
          slices,
          removed,
          built: built.map((one) => ({ ...one, reason: ledger.entry(table.name, one.day)?.reason ?? '' })),
        });
      if (step.name === 'transform') {
        const { slices, built, removed, behind } = await retried(step, () =>
          transformTable({ ...workspace, ...options, onProgress }, table),
        );
        if (behind.length > 0) steps.behind.set(table.name, behind);
        enter(
          slices,
          removed,
          built.map(({ slice, rowsOut, rejected }) => ({ day: slice.day, rowsOut, rejected })),
        );
      } else {
        const { slices, built, removed } = await retried(step, () =>
          modelTable(
            { ...workspace, ...options, onProgress, materialise, engineVersion, scratch: join(scratch, 'models') },
            table,
          ),
        );
        enter(
          slices,
          removed,
          built.map(({ slice, rowsOut }) => ({ day: slice.day, rowsOut, rejected: null })),
        );
      }
    }
    await ledger.flush();
  } catch (error) {
    // What was built is entered all the same; a fault here too would only hide the first one.
    await ledger.flush().catch(() => undefined);
    throw error;
  } finally {
    await models.close();
  }
}

/** What reads and builds: the workspace, with the key of the lake's pseudonyms, the shop's profile, and what is known of the inputs. */
interface RunContext extends Workspace {
  readonly key: PseudonymKey;
  readonly profile: ShopProfile;
  readonly inputs: Inputs;
}

/** Says where a zone of slices is not there at all: they are built again, but a disk may be missing. */
function tellVanished(root: string, { catalog, ledger }: Workspace, onWarning: (line: string) => void): void {
  const { slices } = ledger.standings();
  for (const zone of ['curated', 'marts']) {
    const named = slices.filter(({ table }) => catalog.get(table)?.zone === zone).length;
    if (named > 0 && !existsSync(join(root, zone)))
      onWarning(`${zone}/ was not there, so its ${named} slices were built again. Is a disk not mounted?`);
  }
}

/** What is taken for granted of a shop that has no profile. */
function assumed({ currency, time_zone, costs: [cost] }: ShopProfile): string {
  return `There is no ${profileKey}, so a shop in ${time_zone} with prices in ${currency} was assumed, whose orders each cost EUR ${cost?.fulfilment_eur.toFixed(2)} for fulfilment and ${((cost?.payment_rate ?? 0) * 100).toFixed(1)} % and EUR ${cost?.payment_fixed_eur.toFixed(2)} for payment. "sillage shop" shows and sets it.`;
}

/** What a run over some days leaves undone: a record that moved between one of them and another day counts on both, or on none. */
function leftBehind(tables: ReadonlyMap<string, readonly Day[]>): string {
  const slices = [...tables].map(
    ([table, [first, ...more]]) => `${table} of ${first}${more.length > 0 ? ` and ${more.length} more` : ''}`,
  );
  return `Outside the days asked for, slices are not up to date: ${slices.join(', ')}. A record whose day was corrected may count there too, or nowhere: run without --from and --to.`;
}

/** Runs the pipeline over the lake in a folder: one run at a time, each slice only where something that it is made from changed. */
export async function run(root: string, options: RunOptions = {}): Promise<RunSummary> {
  const startedAt = performance.now();
  refuseStrange(root);
  const lock = await acquireLock(root, 'run');
  let made: string | undefined;
  try {
    const opened = closeToOthers(root);
    made = await scratchFolder(root);
    return await withWorkspace(root, made, async (workspace) => {
      const { lake, catalog, ledger } = workspace;
      const warnings: string[] = [];
      const onWarning = (line: string) => warnings.push(line);
      if (opened.length > 0)
        onWarning(
          `${opened.map((folder) => `${folder}/`).join(', ')} could be read by other users of this machine; now only by you.`,
        );
      const damaged: Damaged[] = [...ledger.damaged];
      const [broken] = ledger.damaged;
      if (options.days !== undefined && broken !== undefined) {
        throw new LakeUnavailable(
          `Nothing was done: of ${broken.key}, ${broken.problem}. Slices of the days asked for may be made from others that only it names: run without --from and --to.`,
        );
      }
      refuseLosingRaw(catalog, ledger, await listKeys(root, 'raw/'), options.mayRemove === true);
      if (
        ledger.standings().slices.length === 0 &&
        ledger.damaged.length === 0 &&
        (await listKeys(root, 'curated/')).length > 0
      ) {
        onWarning(
          'The ledger was empty, though curated/ holds slices: every slice was built again. Is ops/ not mounted?',
        );
      }
      tellVanished(root, workspace, onWarning);
      const { profile, isThere } = await readProfile(lake);
      if (!isThere) onWarning(assumed(profile));
      const key = await keyOfLake(root, workspace, options, onWarning);
      const running: RunContext = { ...workspace, key, profile, inputs: new Inputs(lake, profileInputs(profile)) };
      const steps = new Steps();
      for (const before = new Set<string>(); ;) {
        try {
          await buildTables(running, options, steps);
          break;
        } catch (error) {
          planAnew(error, before, damaged, options);
        }
      }
      if (steps.behind.size > 0) onWarning(leftBehind(steps.behind));
      // What was built stays built, whatever becomes of the checks.
      const standing = await standingChecks(workspace);
      if (standing.damaged !== undefined) damaged.push(standing.damaged);
      const checks =
        standing.checks ??
        (await withWarehouse(lake, catalog, (warehouse) => check(lake, catalog, warehouse, ledger.runId), {
          standings: ledger.standings(),
        }));
      if (standing.damaged !== undefined) await setAside(lake, standing.damaged);
      if (options.days === undefined) {
        for (const one of ledger.damaged) await setAside(lake, one);
        await writeKeyRecord(lake, { fingerprint: key.fingerprint, isWhole: true });
      }
      const session = await workspace.engine.connect();
      await ledger.compact(session, join(workspace.scratch, 'ledger')).finally(() => session.close());
      const { strangers } = await survey(root, catalog, ledger.standings());
      return {
        runId: ledger.runId,
        seconds: (performance.now() - startedAt) / 1000,
        steps: steps.all,
        checks,
        unread: await unreadObjects(root, catalog),
        strangers,
        damaged,
        warnings,
      };
    });
  } finally {
    if (made !== undefined) await rmdir(dirname(made)).catch(() => undefined);
    await lock.release();
  }
}
