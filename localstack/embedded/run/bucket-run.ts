import { buildDashboard } from '../../../dashboard/build.ts';
import { buildAttribute } from '../../../lambdas/attribute/build-attribute.ts';
import { checkStep } from '../../../lambdas/check/check-step.ts';
import { joinStep } from '../../../lambdas/join/join-step.ts';
import { importInbox, type Inbox } from '../../../lambdas/import/inbox.ts';
import { underLease } from '../../../lambdas/lease/under-lease.ts';
import { buildModel } from '../../../lambdas/model/build-model.ts';
import { pipeline, type TableStep } from '../../../lambdas/pipeline.ts';
import type { BuildEvent, BuildSummary } from '../../../lambdas/plan/build.ts';
import { plan } from '../../../lambdas/plan/plan.ts';
import { publishStep } from '../../../lambdas/publish/publish-step.ts';
import type { Publication } from '../../../lambdas/publish/publish.ts';
import type { StepEvent, StepPorts } from '../../../lambdas/shared/step-ports.ts';
import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { loadCatalog } from '../../../lambdas/shared/schema/catalog.ts';
import { withFolder } from '../../../lambdas/shared/scratch.ts';
import { buildTransform } from '../../../lambdas/transform/build-transform.ts';
import type { PseudonymKey } from '../../../lambdas/transform/pseudonyms.ts';

export interface BucketRunOptions {
  readonly warn: (line: string) => void;
  readonly onProgress?: (step: TableStep, done: number, of: number) => void;
}

/** What a run over a bucket came to. */
export interface BucketRun {
  readonly run: string;
  readonly slicesBuilt: number;
  readonly recordsRejected: number;
  readonly checks: number;
  readonly failedChecks: number;
  readonly publication: Publication['state'];
  /** What became of the files in the inbox. */
  readonly inbox: Inbox;
}

/**
 * Runs the pipeline over a lake in a bucket from this machine: what is in its inbox is imported, then come the steps
 * that the state machine on AWS takes, one after the other, under the same lease.
 * @throws LakeUnavailable where another run holds the lease
 */
export const runBucket = (lake: Lake, key: PseudonymKey, options: BucketRunOptions): Promise<BucketRun> =>
  underLease(lake, (held) => runHeld(lake, key, held, options));

async function runHeld(
  lake: Lake,
  key: PseudonymKey,
  { run, execution }: { readonly run: string; readonly execution: string },
  { warn, onProgress }: BucketRunOptions,
): Promise<BucketRun> {
  const inbox = await withFolder((scratch) => importInbox(lake, scratch));
  const ports: StepPorts = { lake, catalog: loadCatalog(), warn };
  const told: StepEvent = { run, execution };
  const sum = { run, slicesBuilt: 0, recordsRejected: 0, checks: 0, failedChecks: 0 };
  let publication: Publication['state'] = 'withheld';
  const builders: Readonly<Record<TableStep['name'], (event: BuildEvent) => Promise<BuildSummary>>> = {
    transform: (event) => buildTransform(ports, event, key),
    model: (event) => buildModel(ports, event),
    attribute: (event) => buildAttribute(ports, event),
  };
  for (const step of pipeline(ports.catalog)) {
    if (step.table === undefined) {
      if (step.name === 'join') await joinStep(ports, told);
      else if (step.name === 'publish') ({ publication } = await publishStep(ports, told, await buildDashboard()));
      else ({ checks: sum.checks, failedChecks: sum.failedChecks } = await checkStep(ports, told));
    } else {
      const { name, table } = step;
      const { batches } = await plan(ports, { ...told, step: name, table }, () => Promise.resolve(key));
      for (const [done, batch] of batches.entries()) {
        const event = { ...told, table, batch };
        const built = await builders[name](event);
        sum.slicesBuilt += built.slicesBuilt;
        sum.recordsRejected += built.recordsRejected;
        onProgress?.(step, done + 1, batches.length);
      }
    }
  }
  return { ...sum, publication, inbox };
}
