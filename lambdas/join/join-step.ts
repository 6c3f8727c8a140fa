import * as z from 'zod';
import { hold } from '../lease/lease.ts';
import { stepEvent, type StepPorts } from '../shared/step-ports.ts';
import { joinLimits, joinSettled } from './join.ts';

/** A run over the stream joins what is of the last days: what came late waits for a run over everything. */
export const joinEvent = stepEvent.extend({ lastDays: z.int().min(1).optional() });

/** Joins the small objects that `land` wrote, before a run plans anything. */
export async function joinStep(ports: StepPorts, { execution, lastDays }: z.output<typeof joinEvent>) {
  await hold(ports.lake, execution);
  const limits = { ...joinLimits, ...(lastDays !== undefined && { lastDays }) };
  const { problems, ...joined } = await joinSettled(ports, new Date(), limits);
  for (const problem of problems) ports.warn(problem);
  return { ...joined, problems: problems.length };
}
