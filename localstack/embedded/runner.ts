import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { version } from '@duckdb/node-api';
import { check } from '../../lambdas/check/check.ts';
import { modelTable, type Materialise } from '../../lambdas/model/model.ts';
import { pipeline } from '../../lambdas/pipeline.ts';
import type { Day } from '../../lambdas/shared/days.ts';
import { openEngine, type Engine } from '../../lambdas/shared/duckdb.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { loadCatalog, tableNamed, type Catalog } from '../../lambdas/shared/schema/catalog.ts';
import type { CheckResultsRow } from '../../lambdas/shared/schema/rows.generated.ts';
import { Ledger } from '../../lambdas/shared/slices/ledger.ts';
import { transformTable } from '../../lambdas/transform/transform.ts';
import { duckdbWarehouse } from './duckdb-warehouse.ts';
import { filesLake } from './files-lake.ts';
import { acquireLock } from './files-lock.ts';
import { isGone, OWNER } from './files-owner.ts';
import { withWarehouse } from './lake-warehouse.ts';
import { pseudonymSecret } from './pseudonym-secret.ts';

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
  readonly built: readonly { readonly day: Day; readonly rowsOut: number }[];
  readonly removed: readonly Day[];
}

export interface RunSummary {
  readonly runId: string;
  readonly seconds: number;
  readonly steps: readonly StepSummary[];
  /** Empty where nothing had changed: the last results still hold. */
  readonly checks: readonly CheckResultsRow[];
}

const engineMemoryMb = 900;

/** What the models run on: another release, or another meaning of a function, makes every slice of them stale. */
const engineVersion = `DuckDB ${version()}\n${readFileSync(new URL('trino/macros.sql', import.meta.url), 'utf8')}`;

/** Scratch folders are named by the process: those of dead ones are swept. */
async function scratchFolder(root: string): Promise<string> {
  const parent = join(root, '.sillage', 'scratch');
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (isGone(name)) await rm(join(parent, name), { recursive: true, force: true });
  }
  const folder = join(parent, OWNER, randomBytes(3).toString('hex'));
  await mkdir(join(folder, 'spill'), { recursive: true });
  return folder;
}

/** Opens what reads the lake: its objects, its schemas, an engine and the ledger. */
export async function withLake<T>(root: string, work: (house: { lake: Lake; catalog: Catalog; engine: Engine; ledger: Ledger; scratch: string; workers: number }) => Promise<T>): Promise<T> {
  const lake = filesLake(root);
  const catalog = loadCatalog();
  const workers = availableParallelism();
  const scratch = await scratchFolder(root);
  try {
    const engine = await openEngine({ threads: workers, memoryMb: engineMemoryMb, spill: join(scratch, 'spill') });
    try {
      const session = await engine.connect();
      const ledger = await Ledger.open(lake, catalog, session, scratch);
      session.close();
      return await work({ lake, catalog, engine, ledger, scratch, workers });
    } finally {
      engine.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
    // Another piece of work of this process may still have its own beside it.
    await rmdir(dirname(scratch)).catch(() => undefined);
  }
}

/** Runs the pipeline over the lake in a folder: one run at a time, each slice only where something that it is made from changed. */
export async function run(root: string, options: RunOptions = {}): Promise<RunSummary> {
  const startedAt = performance.now();
  const lock = await acquireLock(root, 'run');
  try {
    const key = await pseudonymSecret(root);
    return await withLake(root, async (house) => {
      const { lake, catalog, ledger, scratch } = house;
      const steps: StepSummary[] = [];
      const models = await duckdbWarehouse({ relations: [], resolve: (key) => lake.localPath(key, scratch), memoryLimitMb: engineMemoryMb, tempDirectory: join(scratch, 'spill') });
      const materialise: Materialise = (select, relations, orderBy, path) => models.copyTo(select, path, { orderBy, relations });
      let checks: CheckResultsRow[] = [];
      try {
        for (const step of pipeline(catalog)) {
          if (step.table === undefined) {
            const changed = steps.some((summary) => summary.built.length > 0 || summary.removed.length > 0);
            if (changed) checks = await withWarehouse(lake, catalog, (warehouse) => check(lake, catalog, warehouse, ledger.runId));
            continue;
          }
          const table = tableNamed(catalog, step.table);
          const onProgress = (name: string, done: number, of: number) => options.onProgress?.({ step: step.name, table: name, done, of });
          if (step.name === 'transform') {
            const { slices, built, removed } = await transformTable({ ...house, key, ...options, onProgress }, table);
            steps.push({ step: step.name, table: table.name, slices, removed, built: built.map(({ slice, rowsOut }) => ({ day: slice.day, rowsOut })) });
          } else {
            const { slices, built, removed } = await modelTable({ ...house, ...options, onProgress, materialise, engineVersion, scratch: join(scratch, 'models') }, table);
            steps.push({ step: step.name, table: table.name, slices, removed, built: built.map(({ slice, rowsOut }) => ({ day: slice.day, rowsOut })) });
          }
        }
      } finally {
        await models.close();
        await ledger.flush();
      }
      return { runId: ledger.runId, seconds: (performance.now() - startedAt) / 1000, steps, checks };
    });
  } finally {
    await lock.release();
  }
}
