/** The handlers of the pipeline's Lambdas over any lake, one after the other, as the state machine calls them. */
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { buildDashboard } from '../../dashboard/build.ts';
import { attributeHandler } from '../../lambdas/attribute/handler.ts';
import { checkHandler } from '../../lambdas/check/handler.ts';
import { publishHandler } from '../../lambdas/publish/handler.ts';
import type { Publication } from '../../lambdas/publish/publish.ts';
import { importHandler } from '../../lambdas/import/handler.ts';
import { joinHandler } from '../../lambdas/join/handler.ts';
import { leaseHandler } from '../../lambdas/lease/handler.ts';
import { modelHandler } from '../../lambdas/model/handler.ts';
import { pipeline, tablesOfStream, type TableStep } from '../../lambdas/pipeline.ts';
import { planHandler } from '../../lambdas/plan/handler.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { logger } from '../../lambdas/shared/aws/step-lambda.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { pseudonymKey } from '../../lambdas/transform/pseudonyms.ts';
import { transformHandler } from '../../lambdas/transform/handler.ts';

logger.setLogLevel('SILENT');

/** What Lambda tells a handler of its invocation. */
const context: Context = {
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'step',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-3:000000000000:function:step',
  logGroupName: '/aws/lambda/step',
  logStreamName: 'a test',
  memoryLimitInMB: '1500',
  done: () => undefined,
  fail: () => undefined,
  getRemainingTimeInMillis: () => 900_000,
  succeed: () => undefined,
};

const Begun = z.object({ held: z.literal(false), run: z.string() });

/** What an execution came to. */
export interface Execution {
  readonly run: string;
  /** How many slices of each table were built. */
  readonly built: Readonly<Record<string, number>>;
  readonly errors: number;
  /** What became of the marts for dashboards; a run over the stream publishes nothing. */
  readonly publication: Publication['state'] | undefined;
}

export interface ExecutionOptions {
  readonly scope?: 'all' | 'stream';
  /** Called before each batch is built. */
  readonly onBatch?: (step: TableStep, batch: number) => void;
}

/** The machine over a lake: each call is one execution. */
export async function machineOver(lake: Lake, secret: string) {
  const open = () => lake;
  const key = () => Promise.resolve(pseudonymKey(secret));
  const page = await buildDashboard();
  const handlers = {
    lease: leaseHandler(open),
    import: importHandler(open),
    join: joinHandler(open),
    plan: planHandler(open, key),
    transform: transformHandler(open, key),
    model: modelHandler(open),
    attribute: attributeHandler(open),
    check: checkHandler(open),
    publish: publishHandler(open, page),
  };
  return async (execution: string, { scope = 'all', onBatch }: ExecutionOptions = {}): Promise<Execution> => {
    const { run } = Begun.parse(await handlers.lease({ action: 'begin', execution }, context));
    const told = { run, execution };
    const built: Record<string, number> = {};
    let errors = 0;
    let publication: Execution['publication'];
    const ofStream = tablesOfStream(loadCatalog());
    if (scope === 'all') await handlers.import(told, context);
    for (const step of pipeline(loadCatalog())) {
      if (step.table === undefined) {
        if (scope === 'stream') continue;
        if (step.name === 'join') await handlers.join(told, context);
        else if (step.name === 'publish') ({ publication } = await handlers.publish(told, context));
        else errors = (await handlers.check(told, context)).failedChecks;
      } else if (scope === 'all' || ofStream.has(step.table)) {
        const { name, table } = step;
        const { batches } = await handlers.plan({ ...told, step: name, table }, context);
        built[table] = 0;
        for (const batch of batches) {
          onBatch?.(step, batch);
          built[table] += (await handlers[name]({ ...told, table, batch }, context)).slicesBuilt;
        }
      }
    }
    await handlers.lease({ action: 'end', execution }, context);
    return { run, built, errors, publication };
  };
}
