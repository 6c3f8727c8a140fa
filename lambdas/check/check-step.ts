import { join } from 'node:path';
import { withWarehouse } from '../../localstack/embedded/warehouse/lake-warehouse.ts';
import { hold } from '../lease/lease.ts';
import type { StepEvent, StepPorts } from '../shared/step-ports.ts';
import { engineMemoryMb, withEngine } from '../shared/aws/lambda-engine.ts';
import { setAside } from '../shared/slices/ledger-rows.ts';
import { Ledger } from '../shared/slices/ledger.ts';
import { readKeyRecord, writeKeyRecord } from '../transform/key-record.ts';
import { check } from './check.ts';

/** What only damaged objects of the ledger named has been built again, with the present key. */
async function settle({ lake }: StepPorts, ledger: Ledger): Promise<void> {
  for (const damaged of ledger.damaged) await setAside(lake, damaged);
  const record = await readKeyRecord(lake);
  if (record !== undefined) await writeKeyRecord(lake, { ...record, isWhole: true });
}

/** Makes the checks of the schema documents, and says which of them found something. */
export function checkStep(ports: StepPorts, { execution, run }: StepEvent) {
  return withEngine(async ({ engine, scratch }) => {
    const { lake, catalog } = ports;
    await hold(lake, execution);
    const ledger = await Ledger.open(lake, catalog, await engine.connect(), join(scratch, 'ledger'), { runId: run });
    const results = await withWarehouse(lake, catalog, (warehouse) => check(lake, catalog, warehouse, run), {
      standings: ledger.standings(),
      scratch: join(scratch, 'lake'),
      memoryLimitMb: engineMemoryMb(),
    });
    const found = results.filter(({ failures }) => failures > 0);
    for (const { check_name, severity, failures, checked } of found)
      ports.warn(`${severity}: ${check_name} fails for ${failures} of ${checked}`);
    const failedChecks = found.filter(({ severity }) => severity === 'error').length;
    await settle(ports, ledger);
    return { checks: results.length, failedChecks, warnings: found.length - failedChecks };
  });
}
