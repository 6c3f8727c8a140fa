import type { RunOptions, RunSummary } from '../localstack/embedded/run/run-summary.ts';
import { inWords } from './context.ts';

type Steps = RunSummary['steps'];
const sum = (steps: Steps, of: (step: Steps[number]) => number) => steps.reduce((total, step) => total + of(step), 0);

/** Whether a run built or took away anything. */
export const hasBuilt = ({ steps }: Pick<RunSummary, 'steps'>): boolean =>
  sum(steps, ({ built, removed }) => built.length + removed.length) > 0;

/** How many checks hold, and which of two things is of the others: `; 353 of 355 checks hold, 2 warn`. */
function heldInWords(checks: RunSummary['checks']): string {
  const broken = checks.filter((check) => check.failures > 0);
  const warning = broken.filter((check) => check.severity === 'warning').length;
  const failing = broken.length - warning;
  return [
    `; ${checks.length - broken.length} of ${checks.length} checks hold`,
    ...(failing > 0 ? [`${failing} ${failing === 1 ? 'fails' : 'fail'}`] : []),
    ...(warning > 0 ? [`${warning} ${warning === 1 ? 'warns' : 'warn'}`] : []),
  ].join(', ');
}

/** What a run came to, in one line. */
export function outcome({ steps, checks }: Pick<RunSummary, 'steps' | 'checks'>, days: RunOptions['days']): string {
  const [built, slices, removed] = [
    sum(steps, (step) => step.built.length),
    sum(steps, (step) => step.slices),
    sum(steps, (step) => step.removed.length),
  ];
  if (days !== undefined && slices + removed === 0) return `nothing to do: there is no slice ${inWords(days)}`;
  if (built + removed === 0) return `nothing new: ${slices} slices stand`;
  const held = checks.length === 0 ? '' : heldInWords(checks);
  return `built ${built} of ${slices} slices${removed > 0 ? `, removed ${removed}` : ''}${held}`;
}

/** Records that the slices built by the run refused. */
export function refusedBy({ steps }: Pick<RunSummary, 'steps'>): number {
  return steps.flatMap((step) => step.built).reduce((total, { rejected }) => total + (rejected ?? 0), 0);
}
