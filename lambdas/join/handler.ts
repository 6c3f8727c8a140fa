/** Lambda: joins the small objects that `land` wrote, before a run plans anything. */
import { hold } from '../lease/lease.ts';
import { logger, stackLake, stepEvent, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { joinSettled } from './join.ts';

export const joinHandler = (open: () => Lake) =>
  stepLambda(stepEvent, open, async (ports, { execution }) => {
    await hold(ports.lake, execution);
    const { problems, ...joined } = await joinSettled(ports, new Date());
    for (const problem of problems) logger.warn(problem);
    return { ...joined, problems: problems.length };
  });

export const handler = joinHandler(stackLake);
