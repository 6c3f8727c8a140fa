/** What the Lambdas of the pipeline's steps have in common: the lake, the log and the figures. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import * as z from 'zod';
import { figureName, metricsNamespace, sourceDimension } from '../metrics-namespace.ts';
import type { Lake } from '../ports/lake.ts';
import type { StepPorts } from '../step-ports.ts';
import { loadCatalog } from '../schema/catalog.ts';
import { s3Lake } from './s3-lake.ts';

/** The stack says which deployment it is, `sillage-prod`: the figures of two are not added up. */
const serviceName = process.env['POWERTOOLS_SERVICE_NAME'] ?? 'sillage';
export const logger = new Logger({ serviceName });
const metrics = new Metrics({ namespace: metricsNamespace, serviceName });

/** A figure of this invocation: `FailedChecks` for `failedChecks`. One of several sources has a metric for each. */
function tell(field: string, value: unknown): void {
  if (typeof value === 'number') metrics.addMetric(figureName(field), MetricUnit.Count, value);
  const { data: bySource = {} } = figures.safeParse(value);
  for (const [source, figure] of Object.entries(bySource))
    metrics.singleMetric().addDimension(sourceDimension, source).addMetric(figureName(field), MetricUnit.Count, figure);
}

const figures = z.record(z.string(), z.number());

const environment = z.object({ LAKE_BUCKET: z.string().min(1) });

/** The lake of the stack. */
export const stackLake = (): Lake => s3Lake({ bucket: environment.parse(process.env).LAKE_BUCKET });

/** Logs an error with what caused it before it is thrown on: Step Functions keeps its first line alone. */
export const tellCauses = {
  onError({ error }: { error: unknown }): void {
    tell('stepsFailed', 1);
    for (let one = error; one instanceof Error; one = one.cause) logger.error(one.message, one);
  },
};

/**
 * A Lambda of a step: its event is parsed, its log lines bear the execution and the table, and the numbers of its
 * answer are metrics, those in a record by source.
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
    ports ??= { lake: open(), catalog: loadCatalog(), warn: (line) => logger.warn(line) };
    const result = await work(ports, parsed);
    logger.info('done', { result });
    for (const [field, value] of Object.entries({ ...result, stepsDone: 1 })) tell(field, value);
    return result;
  })
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics))
    .use(tellCauses);
}
