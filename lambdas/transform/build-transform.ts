import { withEngine } from '../shared/aws/lambda-engine.ts';
import { buildPlanned, type BuildEvent, type BuildSummary } from '../plan/build.ts';
import { transformBatch } from '../plan/planned.ts';
import type { StepPorts } from '../shared/step-ports.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { readProfile } from '../shared/shop/profile.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import { profileInputs } from '../shared/slices/profile-inputs.ts';
import { NamedSessions } from './named-sessions.ts';
import type { PseudonymKey } from './pseudonyms.ts';
import { TransformStep } from './transform.ts';

/** Builds one batch of a curated table, as it was planned. */
export function buildTransform(ports: StepPorts, event: BuildEvent, key: PseudonymKey): Promise<BuildSummary> {
  return withEngine(async ({ engine, scratch }) => {
    const { lake, catalog } = ports;
    const { profile } = await readProfile(lake);
    const inputs = new Inputs(lake, profileInputs(profile));
    const sessions = new NamedSessions(engine, profile, key);
    const table = tableNamed(catalog, event.table);
    const step = new TransformStep({ lake, catalog, inputs, profile, sessions, key, scratch }, table);
    return buildPlanned(ports, event, transformBatch, step);
  });
}
