/** Lambda: builds one slice of a mart, as it was planned. */
import { join } from 'node:path';
import { duckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { engineVersion } from '../../localstack/embedded/warehouse/engine-version.ts';
import { materialiseIn } from '../../localstack/embedded/warehouse/materialise.ts';
import { engineMemoryMb, spillOf, withScratch } from '../shared/aws/lambda-engine.ts';
import { buildEvent, buildPlanned } from '../plan/build.ts';
import { modelBatch } from '../plan/planned.ts';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { readProfile } from '../shared/shop/profile.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import { profileInputs } from '../shared/slices/profile-inputs.ts';
import { ModelStep } from './model.ts';

export const modelHandler = (open: () => Lake) =>
  stepLambda(buildEvent, open, (ports, event) =>
    withScratch(async (scratch) => {
      const { lake, catalog } = ports;
      const { profile } = await readProfile(lake);
      const engine = await duckdbWarehouse({
        relations: [],
        resolve: (key) => lake.localPath(key, join(scratch, 'inputs')),
        memoryLimitMb: engineMemoryMb(),
        tempDirectory: spillOf(scratch),
      });
      try {
        const inputs = new Inputs(lake, profileInputs(profile));
        const materialise = materialiseIn(join(scratch, 'models'), engine);
        const table = tableNamed(catalog, event.table);
        const step = new ModelStep({ lake, catalog, inputs, profile, materialise, engineVersion }, table);
        return await buildPlanned(ports, event, modelBatch, step);
      } finally {
        await engine.close();
      }
    }),
  );

export const handler = modelHandler(stackLake);
