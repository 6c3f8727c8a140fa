import { buildPlanned, type BuildEvent, type BuildSummary } from '../plan/build.ts';
import { attributeBatch } from '../plan/planned.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { withFolder } from '../shared/scratch.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import type { StepPorts } from '../shared/step-ports.ts';
import { AttributeStep } from './attribute.ts';

/** Builds one batch of the weights of the data-driven attribution models. */
export function buildAttribute(ports: StepPorts, event: BuildEvent): Promise<BuildSummary> {
  return withFolder((scratch) => {
    const { lake, catalog } = ports;
    const context = { lake, catalog, inputs: new Inputs(lake, []), scratch };
    return buildPlanned(ports, event, attributeBatch, new AttributeStep(context, tableNamed(catalog, event.table)));
  });
}
