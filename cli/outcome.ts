import type { RunOptions, RunSummary } from '../localstack/embedded/run/run-summary.ts';
import { inWords } from './context.ts';

type Steps = RunSummary['steps'];
const sum = (steps: Steps, of: (step: Steps[number]) => number) => steps.reduce((total, step) => total + of(step), 0);

/** Whether a run built or took away anything. */
export const hasBuilt = ({ steps }: Pick<RunSummary, 'steps'>): boolean =>
  sum(steps, ({ built, removed }) => built.length + removed.length) > 0;

/** What a run came to, in one line. */
export function outcome({ steps, checks }: Pick<RunSummary, 'steps' | 'checks'>, days: RunOptions['days']): string {
  const [built, slices, removed] = [
    sum(steps, (step) => step.built.length),
    sum(steps, (step) => step.slices),
    sum(steps, (step) => step.removed.length),
  ];
  if (days !== undefined && slices + removed === 0) return `nothing to do: there is no slice ${inWords(days)}`;
  if (built + removed === 0) return `nothing new: ${slices} slices stand`;
  const holding = checks.filter((check) => check.failures === 0).length;
  const held = checks.length === 0 ? '' : `; ${holding} of ${checks.length} checks hold`;
  return `built ${built} of ${slices} slices${removed > 0 ? `, removed ${removed}` : ''}${held}`;
}

/** Records that the slices built by the run refused. */
export function refusedBy({ steps }: Pick<RunSummary, 'steps'>): number {
  return steps.flatMap((step) => step.built).reduce((total, { rejected }) => total + (rejected ?? 0), 0);
}
