import type { RunOptions, RunSummary } from '../localstack/embedded/run/run-summary.ts';
import { inWords } from './context.ts';

/** What a run came to, in one line. */
export function outcome({ steps, checks }: Pick<RunSummary, 'steps' | 'checks'>, days: RunOptions['days']): string {
  const sum = (of: (step: RunSummary['steps'][number]) => number) => steps.reduce((total, step) => total + of(step), 0);
  const [built, slices, removed] = [
    sum((step) => step.built.length),
    sum((step) => step.slices),
    sum((step) => step.removed.length),
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
