/**
 * Lambda: erases a person. `erase` rewrites what was sent; then a run of the state machine builds the rest again;
 * `prove` searches the lake, and certifies. Both may be asked for again at any time, with the same request. Ask it by
 * `aws lambda invoke` and not through a state machine, whose history would keep who was asked for.
 */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import * as z from 'zod';
import { begin, end } from '../lease/lease.ts';
import { stackKey } from '../transform/stack-key.ts';
import { leftByQueries } from '../shared/aws/athena-names.ts';
import { s3Lake } from '../shared/aws/s3-lake.ts';
import { logger, stackLake, tellCauses } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import type { PseudonymKey } from '../transform/pseudonyms.ts';
import { eraseSources, forget } from './forget.ts';
import { emailOf, idOf } from './person.ts';

const list = (of: (text: string) => string | undefined) =>
  z
    .array(
      z
        .string()
        .transform((text) => of(text) ?? '')
        .pipe(z.string().min(1)),
    )
    .default([]);

const forgetEvent = z
  .strictObject({
    action: z.enum(['erase', 'prove']),
    emails: list(emailOf),
    customers: list(idOf),
    visitors: list(idOf),
    orders: z.enum(['keep', 'erase']).default('keep'),
  })
  .refine(({ emails, customers, visitors }) => emails.length + customers.length + visitors.length > 0, {
    message: 'Say who is meant: emails, customers or visitors.',
  });

/** Removes what queries have left behind. @returns how many objects */
async function emptied(answers: Lake): Promise<number> {
  let removed = 0;
  for (const prefix of leftByQueries)
    for await (const key of answers.keys(prefix)) {
      await answers.delete(key);
      removed++;
    }
  return removed;
}

const environment = z.object({ RESULTS_BUCKET: z.string().min(1) });
const stackAnswers = (): Lake => s3Lake({ bucket: environment.parse(process.env).RESULTS_BUCKET });

/** A run, or another erasure, is at work. */
export class LakeInUse extends Error {
  override readonly name = 'LakeInUse';
}

/** Its log has nothing of the event: that names a person. */
export const forgetHandler = (open: () => Lake, key: () => Promise<PseudonymKey>, answers: () => Lake) =>
  middy(async (given: unknown, { awsRequestId }: { readonly awsRequestId: string }): Promise<object> => {
    const { action, ...request } = forgetEvent.parse(given);
    const lake = open();
    const execution = `forget ${awsRequestId}`;
    const lease = await begin(lake, execution);
    if (lease.held) throw new LakeInUse(`The lake ${lake.location} is in use: ask again when the run has ended.`);
    try {
      const pseudonyms = await key();
      const ports = {
        lake,
        catalog: loadCatalog(),
        // The state machine does it, between the two.
        rebuild: async () => undefined,
        removeAnswers: () => emptied(answers()),
        pseudonym: (value: string) => pseudonyms.pseudonym(value),
      };
      if (action === 'prove') return await forget(ports, request);
      return { id: await eraseSources(ports, request), next: 'run the state machine, then ask for prove' };
    } finally {
      await end(lake, execution);
    }
  })
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(tellCauses);

export const handler = forgetHandler(stackLake, stackKey, stackAnswers);
