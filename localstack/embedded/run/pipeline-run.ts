import { join } from 'node:path';
import { readBudgetHistory } from '../../../lambdas/attribute/response/history.ts';
import { knownResponse } from '../../../lambdas/attribute/response/know-response.ts';
import { AttributeStep } from '../../../lambdas/attribute/attribute.ts';
import { check } from '../../../lambdas/check/check.ts';
import { ModelStep } from '../../../lambdas/model/model.ts';
import { pipeline, stepName, type Step, type TableStep } from '../../../lambdas/pipeline.ts';
import { publish, type Publication } from '../../../lambdas/publish/publish.ts';
import type { Day, DayRange } from '../../../lambdas/shared/days.ts';
import { ObjectNotFound } from '../../../lambdas/shared/ports/lake.ts';
import { tableNamed } from '../../../lambdas/shared/schema/catalog.ts';
import { knownDays } from '../../../lambdas/publish/known-days.ts';
import type { CheckResultsRow } from '../../../lambdas/shared/schema/rows.generated.ts';
import type { Expirations } from '../../../lambdas/shared/slices/expirations.ts';
import type { Inputs } from '../../../lambdas/shared/slices/inputs.ts';
import type { SliceName } from '../../../lambdas/shared/slices/staleness.ts';
import type { Batch, Built, SliceMaker } from '../../../lambdas/shared/slices/slice-maker.ts';
import { setAside, type Damaged } from '../../../lambdas/shared/slices/ledger-rows.ts';
import type { ShopProfile } from '../../../lambdas/shared/shop/profile.ts';
import type { PseudonymKey } from '../../../lambdas/transform/pseudonyms.ts';
import type { Listings } from '../../../lambdas/shared/slices/listings.ts';
import { NamedSessions } from '../../../lambdas/transform/named-sessions.ts';
import { TransformStep } from '../../../lambdas/transform/transform.ts';
import { codeOf } from '../lake/errors.ts';
import { duckdbWarehouse, type DuckdbWarehouse } from '../warehouse/duckdb-warehouse.ts';
import { withWarehouse } from '../warehouse/lake-warehouse.ts';
import { engineVersion } from '../warehouse/engine-version.ts';
import { materialiseIn } from '../warehouse/materialise.ts';
import { joinStream } from './join-stream.ts';
import { standingChecks } from './standing-checks.ts';
import { Places, takeSteps } from './side-by-side.ts';
import { sharesOf } from './step-shares.ts';
import { runTableStep } from './table-steps.ts';
import { engineMemoryMb, readerMemoryMb, type Workspace } from './workspace.ts';

/**
 * What reads and builds: the workspace, with the key of the lake's pseudonyms, the shop's profile, and what is known of
 * the inputs.
 */
export interface RunContext extends Workspace {
  readonly key: PseudonymKey;
  readonly profile: ShopProfile;
  readonly inputs: Inputs;
  readonly listings: Listings;
  readonly expired: Expirations;
}

/** How far a run is. */
export interface RunProgress {
  /** The step at work: "transform web_events". */
  readonly step: string;
  /** Slices that it has built, of those that are stale; 0 of 0 for a step that counts none. */
  readonly done: number;
  readonly of: number;
  /** Of the whole run, 0 to 1: about, since what is stale is known step by step. */
  readonly share: number;
}

/** What the steps of a run may be told. */
export interface StepOptions {
  readonly days?: DayRange;
  /** Removes what was made from raw objects that are gone, however much it is. */
  readonly mayRemove?: boolean;
  /** Builds these slices although they are not stale. */
  readonly force?: (table: string, day: Day) => boolean;
  /**
   * Publishes the marts of dashboards at its end. The runs of the live loop do not: it takes as long as all else that
   * they do.
   */
  readonly publishes?: boolean;
  /** Another run follows at once, whose checks are of both. */
  readonly isFollowed?: boolean;
  readonly onProgress?: (progress: RunProgress) => void;
}

/** What one step of a run came to. */
export interface StepSummary {
  readonly step: string;
  readonly table: string;
  readonly slices: number;
  /**
   * `rejected`: records refused, null for a model, which reads none; `reason`: why it was built, as the ledger has it.
   */
  readonly built: readonly {
    readonly day: Day;
    readonly rowsOut: number;
    readonly rejected: number | null;
    readonly reason: string;
  }[];
  readonly removed: readonly Day[];
  /** Slices that went since their days are cut otherwise now. */
  readonly outdated?: readonly SliceName[] | undefined;
}

/** Whether an object was missed: by the lake, by the file system, or by the engine. */
function isMissed(error: unknown): boolean {
  return (
    error instanceof ObjectNotFound ||
    codeOf(error) === 'ENOENT' ||
    (error instanceof Error && /No files found|No such file or directory/.test(error.message))
  );
}

/** Works once more where an object vanished between its listing and its reading: the next listing does without it. */
async function retried<T>({ attempts }: Step, listings: Listings, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isMissed(error) || attempt === attempts) throw error;
      listings.forget();
    }
  }
}

/**
 * A step that finds too much of its raw objects gone must end the run before another has removed anything: where
 * something stands in a lake, those that read raw are taken one at a time, and the others once all of them have ended.
 */
const readsRaw = ({ name }: Step): boolean => name === 'join' || name === 'transform';

/** Steps at a time. Each needs sessions of its own, and most wait for others. */
const mostSteps = 2;

/** The steps of one run over a lake, and what they came to: a step that is made twice is told as one. */
export class PipelineRun {
  readonly #context: RunContext;
  readonly #options: StepOptions;
  readonly #steps = new Map<string, StepSummary>();
  readonly #sessions: NamedSessions;
  readonly #plan: { readonly steps: readonly Step[]; readonly shareAt: (step: Step, part: number) => number };
  readonly #places: Places;
  /** The steps at work, with how many slices each has built, and of how many. */
  readonly #atWork = new Map<Step, { readonly done: number; readonly of: number }>();
  /** Objects of checks that could not be believed. */
  readonly damaged: Damaged[] = [];
  /** What a person should know of it. */
  readonly warnings: string[] = [];
  checks: readonly CheckResultsRow[] = [];
  /** What became of the marts that dashboards read; undefined until it is their turn. */
  publication: Publication | undefined;
  publishingSeconds: number | undefined;
  /** By table, the days outside those asked for that a moved record may have left as they were. */
  readonly behind = new Map<string, readonly Day[]>();

  constructor(context: RunContext, options: StepOptions) {
    this.#context = context;
    this.#options = options;
    const steps = pipeline(context.catalog).filter(
      ({ name }) =>
        (name !== 'publish' || options.publishes === true) && (name !== 'check' || options.isFollowed !== true),
    );
    this.#plan = { steps, shareAt: sharesOf(steps) };
    this.#places = new Places(context.workers);
    this.#sessions = new NamedSessions(context.engine, context.profile, context.key);
  }

  /** In the order of the pipeline. */
  get steps(): StepSummary[] {
    return this.#plan.steps.flatMap(({ table }) => (table === undefined ? [] : (this.#steps.get(table) ?? [])));
  }

  /**
   * Takes every step once those that it needs have ended, several at a time: to plan the statements of small tables takes
   * longer than to run them, and is one thread's work. What was built is in the ledger when this returns, and also when
   * it throws.
   */
  async execute(): Promise<void> {
    const { ledger, listings, workers } = this.#context;
    // Each time as raw stands then.
    listings.forget();
    const models = await this.#modelEngine();
    const take = async (step: Step): Promise<void> => {
      this.#tell(step, 0, 0);
      await retried(step, listings, () => this.#take(step, models));
      this.#atWork.delete(step);
      this.#plan.shareAt(step, 1);
    };
    try {
      const isNew = await this.#isNew();
      const alone = this.#plan.steps.filter((step) => !isNew && readsRaw(step));
      const others = this.#plan.steps.filter((step) => !alone.includes(step));
      await takeSteps(alone, 1, take);
      await takeSteps(others, Math.min(workers, mostSteps), take);
      await ledger.flush();
    } catch (error) {
      // A fault here too would only hide the first one.
      await ledger.flush().catch(() => undefined);
      throw error;
    } finally {
      await models.close();
      this.#sessions.close();
    }
  }

  /** Whether nothing stands in the lake: a ledger may be lost, so where it names nothing the objects are looked for. */
  async #isNew(): Promise<boolean> {
    const { ledger, listings } = this.#context;
    if (ledger.standings().slices.length > 0) return false;
    return [...(await listings.of('curated/')), ...(await listings.of('marts/'))].length === 0;
  }

  #tell(step: Step, done: number, of: number): void {
    const share = this.#plan.shareAt(step, of === 0 ? 0 : done / of);
    this.#atWork.set(step, { done, of });
    // Of several the first, so that what is told is not each time another; and each as it ends.
    const told = (done < of && this.#plan.steps.find((one) => this.#atWork.has(one))) || step;
    this.#options.onProgress?.({ step: stepName(told), ...(this.#atWork.get(told) ?? { done, of }), share });
  }

  async #take(step: Step, models: DuckdbWarehouse): Promise<void> {
    switch (step.name) {
      case 'transform':
        return this.#build(step, new TransformStep(this.#shared, tableNamed(this.#context.catalog, step.table)));
      case 'model':
        return this.#model(step, models);
      case 'attribute':
        return this.#build(step, new AttributeStep(this.#shared, tableNamed(this.#context.catalog, step.table)));
      case 'join':
        return this.#join();
      case 'check':
        return this.#check();
      case 'publish':
        return this.#publish();
    }
  }

  #modelEngine(): Promise<DuckdbWarehouse> {
    const { lake, scratch } = this.#context;
    return duckdbWarehouse({
      relations: [],
      resolve: (object) => lake.localPath(object, scratch),
      memoryLimitMb: engineMemoryMb,
      tempDirectory: join(scratch, 'spill'),
    });
  }

  #model(step: TableStep, engine: DuckdbWarehouse): Promise<void> {
    const { catalog, scratch } = this.#context;
    const materialise = materialiseIn(join(scratch, 'models'), engine);
    return this.#build(
      step,
      new ModelStep({ ...this.#shared, materialise, engineVersion }, tableNamed(catalog, step.table)),
    );
  }

  get #shared(): RunContext & StepOptions & { readonly sessions: NamedSessions; readonly places: Places } {
    return { ...this.#context, ...this.#options, sessions: this.#sessions, places: this.#places };
  }

  async #build<B extends Batch, R extends Built>(step: TableStep, maker: SliceMaker<B, R>): Promise<void> {
    const { name, table } = step;
    const { slices, built, removed, outdated, behind, warnings } = await runTableStep(
      { ...this.#shared, onProgress: (_, done, of) => this.#tell(step, done, of) },
      maker,
    );
    const told = built.map(({ day, rowsOut, rejected, reason }) => ({ day, rowsOut, rejected, reason }));
    if (behind.length > 0) this.behind.set(table, behind);
    this.warnings.push(...warnings.filter((line) => !this.warnings.includes(line)));
    const before = this.#steps.get(table);
    this.#steps.set(table, {
      step: name,
      table,
      slices,
      built: [...(before?.built ?? []), ...told],
      removed: [...(before?.removed ?? []), ...removed],
      outdated: [...(before?.outdated ?? []), ...outdated],
    });
  }

  /** A run of some days leaves the others as they are. */
  async #join(): Promise<void> {
    if (this.#options.days !== undefined) return;
    this.warnings.push(...(await joinStream(this.#context)));
    // Steps that read nothing of the stream may have had raw listed meanwhile.
    this.#context.listings.forget();
  }

  /**
   * What was built stays built, whatever becomes of the checks. Where nothing has changed since, those of an earlier
   * run hold.
   */
  async #check(): Promise<void> {
    const { lake, catalog, ledger } = this.#context;
    await ledger.flush();
    const { checks, damaged } = await standingChecks(this.#context);
    const standings = ledger.standings();
    this.checks =
      checks ??
      (await withWarehouse(lake, catalog, (warehouse) => check(lake, catalog, warehouse, ledger.runId, standings), {
        standings,
        memoryLimitMb: readerMemoryMb,
      }));
    if (damaged === undefined) return;
    this.damaged.push(damaged);
    await setAside(lake, damaged);
  }

  /** What the checks have found decides whether anything new is published. */
  async #publish(): Promise<void> {
    const { lake, catalog, ledger, engine, scratch, profile } = this.#context;
    const standings = ledger.standings();
    const startedAt = performance.now();
    const session = await engine.connect();
    try {
      this.publication = await publish({
        lake,
        catalog,
        session,
        scratch: join(scratch, 'publication'),
        standings,
        checks: this.checks,
        profile,
        removesOld: true,
        responseOf: async (asking) => knownResponse(await readBudgetHistory(asking)),
        knownDaysOf: knownDays,
        withWarehouse: (work) => withWarehouse(lake, catalog, work, { standings, memoryLimitMb: readerMemoryMb }),
      });
    } finally {
      session.close();
    }
    this.publishingSeconds = (performance.now() - startedAt) / 1000;
    const { state, failedChecks } = this.publication;
    if (state === 'withheld')
      this.warnings.push(
        'Nothing new was published for dashboards: ' +
          `${failedChecks === 1 ? 'a check' : `${failedChecks} checks`} failed. What was published before stays.`,
      );
  }
}
