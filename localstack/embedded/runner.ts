import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { version } from '@duckdb/node-api';
import { check } from '../../lambdas/check/check.ts';
import { modelTable, type Materialise } from '../../lambdas/model/model.ts';
import { pipeline, type Step } from '../../lambdas/pipeline.ts';
import type { Day } from '../../lambdas/shared/days.ts';
import { openEngine, parquetFiles, type Engine } from '../../lambdas/shared/duckdb.ts';
import { LakeUnavailable, ObjectNotFound, type Lake } from '../../lambdas/shared/ports/lake.ts';
import { home, loadCatalog, tableNamed, type Catalog } from '../../lambdas/shared/schema/catalog.ts';
import type { CheckResultsRow } from '../../lambdas/shared/schema/rows.generated.ts';
import { Ledger } from '../../lambdas/shared/slices/ledger.ts';
import { transformTable } from '../../lambdas/transform/transform.ts';
import { duckdbWarehouse } from './duckdb-warehouse.ts';
import { codeOf } from './files/errors.ts';
import { filesLake } from './files/lake.ts';
import { acquireLock } from './files/lock.ts';
import { isGone, OWNER } from './files/owner.ts';
import { refuseStrange } from './files/plain.ts';
import { withWarehouse } from './lake-warehouse.ts';
import { pseudonymSecret } from './pseudonym-secret.ts';
import { unreadObjects, type Unread } from './unread.ts';

/** What a run may be told. */
export interface RunOptions {
  readonly days?: { readonly from: Day; readonly to: Day };
  /** Builds these slices although they are not stale. */
  readonly force?: (table: string, day: Day) => boolean;
  readonly onProgress?: (progress: { readonly step: string; readonly table: string; readonly done: number; readonly of: number }) => void;
}

/** What one step of a run came to. */
export interface StepSummary {
  readonly step: string;
  readonly table: string;
  readonly slices: number;
  /** `rejected`: records refused, null for a model, which reads none; `reason`: why it was built, as the ledger has it. */
  readonly built: readonly { readonly day: Day; readonly rowsOut: number; readonly rejected: number | null; readonly reason: string }[];
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
}

const engineMemoryMb = 900;

/** What the models run on: another release, or another meaning of a function, makes every slice of them stale. */
const engineVersion = `DuckDB ${version()}\n${readFileSync(new URL('localstack/embedded/trino/macros.sql', home), 'utf8')}`;

/** A folder in the lake for what a run needs only while it lasts. Its name tells the process: those of dead ones are swept. */
async function scratchFolder(root: string): Promise<string> {
  const parent = join(root, '.sillage', 'scratch');
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (isGone(name)) await rm(join(parent, name), { recursive: true, force: true });
  }
  const folder = join(parent, OWNER, randomBytes(3).toString('hex'));
  await mkdir(folder, { recursive: true });
  return folder;
}

/** What reads the lake: its objects, its schemas, an engine and the ledger. */
export interface House {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly scratch: string;
  readonly workers: number;
}

/** Opens the house over a scratch folder, and removes that at the end. */
async function withHouse<T>(root: string, scratch: string, work: (house: House) => Promise<T>): Promise<T> {
  try {
    const lake = filesLake(root);
    const catalog = loadCatalog();
    const workers = availableParallelism();
    await mkdir(join(scratch, 'spill'), { recursive: true });
    const engine = await openEngine({ threads: workers, memoryMb: engineMemoryMb, spill: join(scratch, 'spill') });
    try {
      const session = await engine.connect();
      const ledger = await Ledger.open(lake, catalog, session, scratch);
      session.close();
      return await work({ lake, catalog, engine, ledger, scratch, workers });
    } finally {
      engine.close();
    }
  } catch (error) {
    throw inWords(root, error);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A full disk in the words of the port, whoever met it: the file system, or the engine where its files or its spill found no room. */
function inWords(root: string, error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  if (error instanceof LakeUnavailable || !/ENOSPC|No space left on device/.test(message)) return error;
  return new LakeUnavailable(`The lake in ${root} cannot be used: its disk, or that of ${tmpdir()}, is full. Free some space and run again; nothing that stands was harmed (${message.split('\n')[0]}).`, { cause: error });
}

/** Looks at the lake without writing to it: it may be read-only, or full. */
export async function withLake<T>(root: string, work: (house: House) => Promise<T>): Promise<T> {
  return withHouse(root, await mkdtemp(join(tmpdir(), 'sillage-')), work);
}

/** Whether an object was missed: by the lake, by the file system, or by the engine. */
function isMissed(error: unknown): boolean {
  return error instanceof ObjectNotFound || codeOf(error) === 'ENOENT' || (error instanceof Error && /No files found|No such file or directory/.test(error.message));
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

/** The last object of an ops table: each is named after its run, and runs are named after their start. */
async function lastOf({ lake, catalog }: House, table: string): Promise<{ readonly key: string; readonly run: string } | undefined> {
  let last: { key: string; run: string } | undefined;
  for await (const { key } of lake.list(tableNamed(catalog, table).prefix)) {
    const id = /\/(?<run>\d{8}T\d{6}Z-[0-9a-f]{6})[^/]*\.parquet$/.exec(key)?.groups?.['run'];
    if (id !== undefined && (last === undefined || id > last.run)) last = { key, run: id };
  }
  return last;
}

/** What the last checks found, where no run has built or removed anything since; undefined where they must be made again. */
async function standingChecks(house: House): Promise<CheckResultsRow[] | undefined> {
  const [checked, built] = [await lastOf(house, 'check_results'), await lastOf(house, 'pipeline_runs')];
  if (checked === undefined || (built !== undefined && built.run > checked.run)) return undefined;
  const session = await house.engine.connect();
  try {
    const rows = await session.rows(`SELECT * FROM ${parquetFiles([await house.lake.localPath(checked.key, house.scratch)])} ORDER BY check_name`);
    return rows.map((row) => {
      const text = (name: string) => (typeof row[name] === 'string' ? row[name] : '');
      return {
        run_id: text('run_id'), check_name: text('check_name'), table_name: text('table_name'), severity: text('severity') === 'error' ? 'error' : 'warning',
        failures: Number(row['failures']), checked: Number(row['checked']), checked_at: new Date(`${text('checked_at').replace(' ', 'T')}Z`),
      };
    });
  } finally {
    session.close();
  }
}

/** Runs the pipeline over the lake in a folder: one run at a time, each slice only where something that it is made from changed. */
export async function run(root: string, options: RunOptions = {}): Promise<RunSummary> {
  const startedAt = performance.now();
  refuseStrange(root);
  const lock = await acquireLock(root, 'run');
  let made: string | undefined;
  try {
    const key = await pseudonymSecret(root);
    made = await scratchFolder(root);
    return await withHouse(root, made, async (house) => {
      const { lake, catalog, ledger, scratch } = house;
      const steps: StepSummary[] = [];
      const models = await duckdbWarehouse({ relations: [], resolve: (object) => lake.localPath(object, scratch), memoryLimitMb: engineMemoryMb, tempDirectory: join(scratch, 'spill') });
      const materialise: Materialise = (select, relations, orderBy, path) => models.copyTo(select, path, { orderBy, relations });
      let checks: CheckResultsRow[] = [];
      try {
        for (const step of pipeline(catalog)) {
          if (step.table === undefined) {
            // What was built stays built, whatever becomes of the checks.
            await ledger.flush();
            checks = await standingChecks(house) ?? await withWarehouse(lake, catalog, (warehouse) => check(lake, catalog, warehouse, ledger.runId));
            continue;
          }
          const table = tableNamed(catalog, step.table);
          const onProgress = (name: string, done: number, of: number) => options.onProgress?.({ step: step.name, table: name, done, of });
          const enter = (slices: number, removed: readonly Day[], built: readonly { readonly day: Day; readonly rowsOut: number; readonly rejected: number | null }[]) => steps.push({
            step: step.name, table: table.name, slices, removed, built: built.map((one) => ({ ...one, reason: ledger.entry(table.name, one.day)?.reason ?? '' })),
          });
          if (step.name === 'transform') {
            const { slices, built, removed } = await retried(step, () => transformTable({ ...house, key, ...options, onProgress }, table));
            enter(slices, removed, built.map(({ slice, rowsOut, rejected }) => ({ day: slice.day, rowsOut, rejected })));
          } else {
            const { slices, built, removed } = await retried(step, () => modelTable({ ...house, ...options, onProgress, materialise, engineVersion, scratch: join(scratch, 'models') }, table));
            enter(slices, removed, built.map(({ slice, rowsOut }) => ({ day: slice.day, rowsOut, rejected: null })));
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
      return { runId: ledger.runId, seconds: (performance.now() - startedAt) / 1000, steps, checks, unread: await unreadObjects(root, catalog) };
    });
  } finally {
    if (made !== undefined) await rmdir(dirname(made)).catch(() => undefined);
    await lock.release();
  }
}
