/** What the Lambdas of the pipeline's steps have in common: the lake, the log and the figures. */
import { randomBytes } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { z } from 'zod';
import type { Lake } from '../ports/lake.ts';
import { loadCatalog, type Catalog } from '../schema/catalog.ts';
import { s3Lake } from './s3-lake.ts';

export const logger = new Logger({ serviceName: 'sillage' });
const metrics = new Metrics({ namespace: 'Sillage', serviceName: 'sillage' });

/** Adds to a figure of this invocation. */
export function count(name: string, value: number): void {
  metrics.addMetric(name, MetricUnit.Count, value);
}

/** Every step is told of which run and which execution of the state machine it is. */
export const stepEvent = z.object({
  run: z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{6}$/),
  execution: z.string().min(1),
});

/** What a step of the pipeline works on. */
export interface StepPorts {
  readonly lake: Lake;
  readonly catalog: Catalog;
}

const environment = z.object({ LAKE_BUCKET: z.string().min(1) });

/** The lake of the stack. */
export const stackLake = (): Lake => s3Lake({ bucket: environment.parse(process.env).LAKE_BUCKET });

/** Logs an error with what caused it before it is thrown on: Step Functions keeps its first line alone. */
export const tellCauses = {
  onError({ error }: { error: unknown }): void {
    count('StepsFailed', 1);
    for (let one = error; one instanceof Error; one = one.cause) logger.error(one.message, one);
  },
};

/**
 * A Lambda of a step: its event is parsed, its log lines bear the execution and the table, its figures go to CloudWatch with them.
 * @param open opens the lake, once for the life of the process: its connections stay open between invocations
 */
export function stepLambda<E extends z.ZodType, R extends object>(
  event: E,
  open: () => Lake,
  work: (ports: StepPorts, event: z.output<E>) => Promise<R>,
) {
  let ports: StepPorts | undefined;
  return middy(async (given: unknown): Promise<R> => {
    const parsed = event.parse(given);
    logger.appendKeys(typeof parsed === 'object' && parsed !== null ? parsed : {});
    ports ??= { lake: open(), catalog: loadCatalog() };
    const result = await work(ports, parsed);
    logger.info('done', { result });
    count('StepsDone', 1);
    return result;
  })
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics))
    .use(tellCauses);
}

/** A name for one of many who write to the ledger in one run. */
export const writerName = (): string => randomBytes(4).toString('hex');
