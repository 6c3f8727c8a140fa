import { join } from 'node:path';
import { duckdbWarehouse, type DuckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { engineVersion } from '../../localstack/embedded/warehouse/engine-version.ts';
import { materialiseIn } from '../../localstack/embedded/warehouse/materialise.ts';
import { buildPlanned, type BuildEvent, type BuildSummary } from '../plan/build.ts';
import { modelBatch } from '../plan/planned.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { StepPorts } from '../shared/step-ports.ts';
import { engineMemoryMb, spillOf, withScratch } from '../shared/aws/lambda-engine.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { readProfile } from '../shared/shop/profile.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import { profileInputs } from '../shared/slices/profile-inputs.ts';
import { materialiseApart, type Apart } from './materialise-apart.ts';
import { ModelStep } from './model.ts';

/** An engine over objects, for the life of an invocation. */
const engineOver = (objects: Pick<Lake, 'localPath'>, scratch: string): Promise<DuckdbWarehouse> =>
  duckdbWarehouse({
    relations: [],
    resolve: (key) => objects.localPath(key, join(scratch, 'inputs')),
    memoryLimitMb: engineMemoryMb(),
    tempDirectory: spillOf(scratch),
  });

/** Builds one batch of a mart, as it was planned: here, or on the distributed engine where it was planned for that. */
export function buildModel(
  ports: StepPorts,
  event: BuildEvent,
  distributed?: Omit<Apart, 'here'>,
): Promise<BuildSummary> {
  return withScratch(async (scratch) => {
    const { lake, catalog } = ports;
    const { profile } = await readProfile(lake);
    const inputs = new Inputs(lake, profileInputs(profile));
    const engine = await engineOver(inputs, scratch);
    const sorting = distributed && (await engineOver(distributed.scratch, join(scratch, 'parts')));
    try {
      const folder = join(scratch, 'models');
      const materialise = materialiseIn(folder, engine);
      const apart = sorting && materialiseApart({ ...distributed, here: materialiseIn(folder, sorting) });
      const table = tableNamed(catalog, event.table);
      const context = { lake, catalog, inputs, profile, materialise, materialiseApart: apart, engineVersion };
      return await buildPlanned(ports, event, modelBatch, new ModelStep(context, table));
    } finally {
      await engine.close();
      await sorting?.close();
    }
  });
}
