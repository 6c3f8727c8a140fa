import { join } from 'node:path';
import { duckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { engineVersion } from '../../localstack/embedded/warehouse/engine-version.ts';
import { materialiseIn } from '../../localstack/embedded/warehouse/materialise.ts';
import { buildPlanned, type BuildEvent, type BuildSummary } from '../plan/build.ts';
import { modelBatch } from '../plan/planned.ts';
import type { StepPorts } from '../shared/step-ports.ts';
import { engineMemoryMb, spillOf, withScratch } from '../shared/aws/lambda-engine.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { readProfile } from '../shared/shop/profile.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import { profileInputs } from '../shared/slices/profile-inputs.ts';
import { ModelStep } from './model.ts';

/** Builds one batch of a mart, as it was planned. */
export function buildModel(ports: StepPorts, event: BuildEvent): Promise<BuildSummary> {
  return withScratch(async (scratch) => {
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
  });
}
