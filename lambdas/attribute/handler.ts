/** Lambda: builds one batch of the weights of the data-driven attribution models. */
import { buildEvent, buildPlanned } from '../plan/build.ts';
import { attributeBatch } from '../plan/planned.ts';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { withFolder } from '../shared/scratch.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import { AttributeStep } from './attribute.ts';

export const attributeHandler = (open: () => Lake) =>
  stepLambda(buildEvent, open, (ports, event) =>
    withFolder((scratch) => {
      const { lake, catalog } = ports;
      const context = { lake, catalog, inputs: new Inputs(lake, []), scratch };
      return buildPlanned(ports, event, attributeBatch, new AttributeStep(context, tableNamed(catalog, event.table)));
    }),
  );

export const handler = attributeHandler(stackLake);
