import type { Inbox } from '../../../lambdas/import/inbox.ts';
import type { Publication } from '../../../lambdas/publish/publish.ts';
import type { CheckResultsRow } from '../../../lambdas/shared/schema/rows.generated.ts';
import type { Damaged } from '../../../lambdas/shared/slices/ledger-rows.ts';
import type { StepOptions, StepSummary } from './pipeline-run.ts';
import type { RefusedFile } from './refused-files.ts';
import type { Unread } from './unread.ts';

/** What a run may be told. */
export interface RunOptions extends StepOptions {
  /** Takes another pseudonym key than before, or makes one. */
  readonly newKey?: boolean;
}

/** What a run came to. */
export interface RunSummary {
  readonly runId: string;
  readonly seconds: number;
  readonly steps: readonly StepSummary[];
  /** Those of an earlier run where nothing has changed since. */
  readonly checks: readonly CheckResultsRow[];
  /** What became of the marts that dashboards read. */
  readonly publication?: Publication | undefined;
  /** How long it took to publish, s; undefined where it was not done. */
  readonly publishingSeconds?: number | undefined;
  /** What stands in raw and is read by no table. */
  readonly unread: readonly Unread[];
  /** Objects of derived zones that the ledger does not name. */
  readonly strangers: readonly string[];
  /** Objects that the run found damaged, and did without or built again. */
  readonly damaged: readonly Damaged[];
  /** Files of which everything is refused, by whichever run. */
  readonly refusedFiles: readonly RefusedFile[];
  /** What else a person should know. */
  readonly warnings: readonly string[];
  /** Files of the lake's inbox that were imported first, and those that could not be. */
  readonly inbox: Inbox;
}
