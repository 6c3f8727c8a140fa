import { join } from 'node:path';
import * as z from 'zod';
import { withWarehouse } from '../../localstack/embedded/warehouse/lake-warehouse.ts';
import { hold } from '../lease/lease.ts';
import type { StepEvent, StepPorts } from '../shared/step-ports.ts';
import { engineMemoryMb, withEngine } from '../shared/aws/lambda-engine.ts';
import { setAside } from '../shared/slices/ledger-rows.ts';
import { Ledger } from '../shared/slices/ledger.ts';
import { readKeyRecord, writeKeyRecord } from '../transform/key-record.ts';
import { check } from './check.ts';
import { daysBehind } from './freshness.ts';
import { hiddenDays } from './hidden-days.ts';
import { spendWithoutOrders } from './unanswered-spend.ts';

/** The first day of the deployment, where this is one. */
const environment = z.object({ FIRST_DAY: z.iso.date().optional() });

/** Warns of tables whose oldest days Athena does not see. @returns how many there are */
function warnOfHidden({ catalog, warn }: StepPorts, ledger: Ledger): number {
  const { FIRST_DAY: firstDay } = environment.parse(process.env);
  if (firstDay === undefined) return 0;
  const hidden = hiddenDays(catalog, ledger.standings(), firstDay);
  for (const { table, oldest, slices } of hidden)
    warn(
      `Athena answers without ${slices} days of ${table}, from ${oldest} on: they are before the first day of ` +
        `the deployment. Deploy with -c firstDay=${oldest}, or earlier.`,
    );
  return hidden.length;
}

/** What only damaged objects of the ledger named has been built again, with the present key. */
async function settle({ lake }: StepPorts, ledger: Ledger): Promise<void> {
  for (const damaged of ledger.damaged) await setAside(lake, damaged);
  const record = await readKeyRecord(lake);
  if (record !== undefined) await writeKeyRecord(lake, { ...record, isWhole: true });
}

/**
 * Makes the checks of the schema documents, and says which of them found something. Its answer has the figures that
 * alarms read; those that depend on the day of today are no checks: the same lake would pass today and fail tomorrow,
 * and a finished one would fail for ever.
 */
export function checkStep(ports: StepPorts, { execution, run }: StepEvent, now = new Date()) {
  return withEngine(async ({ engine, scratch }) => {
    const { lake, catalog } = ports;
    await hold(lake, execution);
    const ledger = await Ledger.open(lake, catalog, await engine.connect(), join(scratch, 'ledger'), { runId: run });
    const today = now.toISOString().slice(0, 10);
    const standings = ledger.standings();
    const { results, ...figures } = await withWarehouse(
      lake,
      catalog,
      async (warehouse) => ({
        results: await check(lake, catalog, warehouse, run, standings),
        spendWithoutOrdersEur: await spendWithoutOrders(warehouse, today),
        daysBehind: await daysBehind(catalog, warehouse, today),
      }),
      { standings, scratch: join(scratch, 'lake'), memoryLimitMb: engineMemoryMb() },
    );
    const found = results.filter(({ failures }) => failures > 0);
    for (const { check_name, severity, failures, checked } of found)
      ports.warn(`${severity}: ${check_name} fails for ${failures} of ${checked}`);
    const failedChecks = found.filter(({ severity }) => severity === 'error').length;
    await settle(ports, ledger);
    return {
      checks: results.length,
      failedChecks,
      warnings: found.length - failedChecks,
      tablesHidden: warnOfHidden(ports, ledger),
      ...figures,
    };
  });
}
