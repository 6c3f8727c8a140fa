import type { Day } from '../../../lambdas/shared/days.ts';
import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { sliceKey } from '../../../lambdas/shared/schema/slice-key.ts';
import { tableNamed, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import type { Inputs } from '../../../lambdas/shared/slices/inputs.ts';
import type { SliceName } from '../../../lambdas/shared/slices/staleness.ts';
import {
  enter,
  removeOrphans,
  type Batch,
  type Built,
  type PlanOptions,
  type SliceMaker,
} from '../../../lambdas/shared/slices/slice-maker.ts';
import { Places, sideBySide } from './side-by-side.ts';

/** What plans a table, and what a run does with the plan. */
export interface StepContext extends PlanOptions {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly inputs: Inputs;
  /** What builds at a time, of all steps that are at work: batches share the memory of one engine. */
  readonly places?: Places | undefined;
  readonly onProgress?: ((table: string, done: number, of: number) => void) | undefined;
}

/** What a step of one table came to. */
export interface TableSummary<R extends Built = Built> {
  readonly table: string;
  readonly slices: number;
  readonly built: readonly (R & { readonly reason: string })[];
  readonly removed: readonly Day[];
  /** Slices that went since their days are cut otherwise now. */
  readonly outdated: readonly SliceName[];
  readonly behind: readonly Day[];
  /** What a person should know of slices that stay as they are. */
  readonly warnings: readonly string[];
}

/**
 * Brings one table up to date: plans, removes, builds its batches side by side, and enters each in the ledger once its
 * objects are in place.
 */
export async function runTableStep<B extends Batch, R extends Built>(
  context: StepContext,
  step: SliceMaker<B, R>,
): Promise<TableSummary<R>> {
  const { lake, catalog, ledger, inputs, workers, places = new Places(workers), onProgress } = context;
  const plan = await step.plan(context);
  await removeOrphans(ledger, lake, catalog, plan);
  const table = tableNamed(catalog, plan.table);
  const of = plan.batches.reduce((sum, { slices }) => sum + slices.length, 0);
  const done: (R & { readonly reason: string })[] = [];
  await sideBySide(plan.batches, workers, async (batch) => {
    const built = await places.take(() => step.build(batch));
    for (const { day, part, etag } of built) inputs.made(sliceKey(table, day, part), etag);
    await enter(ledger, batch, built);
    for (const one of built)
      done.push({ ...one, reason: batch.slices.find(({ day }) => day === one.day)?.reason ?? '' });
    onProgress?.(plan.table, done.length, of);
  });
  const { slices, orphans: removed, outdated = [], behind = [], warnings = [] } = plan;
  return { table: plan.table, slices, built: done, removed, outdated, behind, warnings };
}
