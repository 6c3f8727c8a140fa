import { hold } from '../lease/lease.ts';
import type { StepEvent, StepPorts } from '../shared/step-ports.ts';
import { joinSettled } from './join.ts';

/** Joins the small objects that `land` wrote, before a run plans anything. */
export async function joinStep(ports: StepPorts, { execution }: StepEvent) {
  await hold(ports.lake, execution);
  const { problems, ...joined } = await joinSettled(ports, new Date());
  for (const problem of problems) ports.warn(problem);
  return { ...joined, problems: problems.length };
}
