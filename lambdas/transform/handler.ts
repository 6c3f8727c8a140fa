/** Lambda: builds one batch of slices of a curated table, as it was planned. */
import { buildEvent, buildPlanned } from '../plan/build.ts';
import { transformBatch } from '../plan/planned.ts';
import { withEngine } from '../shared/aws/lambda-engine.ts';
import { stackKey } from '../shared/aws/pseudonym-secret.ts';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { readProfile } from '../shared/shop/profile.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import { profileInputs } from '../shared/slices/profile-inputs.ts';
import { NamedSessions } from './named-sessions.ts';
import type { PseudonymKey } from './pseudonyms.ts';
import { TransformStep } from './transform.ts';

export const transformHandler = (open: () => Lake, secret: () => Promise<PseudonymKey>) =>
  stepLambda(buildEvent, open, (ports, event) =>
    withEngine(async ({ engine, scratch }) => {
      const { profile } = await readProfile(ports.lake);
      const key = await secret();
      const inputs = new Inputs(ports.lake, profileInputs(profile));
      const sessions = new NamedSessions(engine, profile, key);
      const table = tableNamed(ports.catalog, event.table);
      const step = new TransformStep({ ...ports, inputs, profile, sessions, key, scratch }, table);
      return buildPlanned(ports, event, transformBatch, step);
    }),
  );

export const handler = transformHandler(stackLake, stackKey);
