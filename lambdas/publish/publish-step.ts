import { join } from 'node:path';
import { withWarehouse } from '../../localstack/embedded/warehouse/lake-warehouse.ts';
import { readBudgetHistory } from '../attribute/response/history.ts';
import { knownResponse } from '../attribute/response/know-response.ts';
import { checksIn } from '../check/read-checks.ts';
import { hold } from '../lease/lease.ts';
import { engineMemoryMb, withEngine, type Tools } from '../shared/aws/lambda-engine.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { checkedRun } from '../shared/schema/ops-keys.ts';
import type { CheckResultsRow } from '../shared/schema/rows.generated.ts';
import { knownDays } from './known-days.ts';
import { readProfile } from '../shared/shop/profile.ts';
import { Ledger } from '../shared/slices/ledger.ts';
import type { StepEvent, StepPorts } from '../shared/step-ports.ts';
import { publishPage } from './page.ts';
import { publish } from './publish.ts';

/** What the checks of this run found. @throws Error where it made none: what nobody has checked is not published */
async function checksOfRun(
  { lake, catalog }: StepPorts,
  { engine, scratch }: Tools,
  run: string,
): Promise<CheckResultsRow[]> {
  for await (const key of lake.keys(tableNamed(catalog, 'check_results').prefix)) {
    if (checkedRun(key) !== run) continue;
    const found = await checksIn({ lake, catalog, engine, scratch: join(scratch, 'checks') }, key);
    if ('problem' in found) throw new Error(`Nothing was published: of ${found.key}, ${found.problem}.`);
    return found;
  }
  throw new Error(`Nothing was published: the run ${run} has made no checks.`);
}

/**
 * Publishes the marts of a lake in a bucket, where the checks of the run hold, and the page that shows them.
 * @param page the folder of the built page
 */
export function publishStep(ports: StepPorts, { execution, run }: StepEvent, page: string) {
  return withEngine(async (tools) => {
    const { engine, scratch } = tools;
    const { lake, catalog } = ports;
    await hold(lake, execution);
    await publishPage(lake, page);
    const checks = await checksOfRun(ports, tools, run);
    const ledger = await Ledger.open(lake, catalog, await engine.connect(), join(scratch, 'ledger'), { runId: run });
    const standings = ledger.standings();
    const { state, ...figures } = await publish({
      lake,
      catalog,
      session: await engine.connect(),
      scratch: join(scratch, 'publication'),
      standings,
      checks,
      profile: (await readProfile(lake)).profile,
      removesOld: false,
      responseOf: async (asking) => knownResponse(await readBudgetHistory(asking)),
      knownDaysOf: knownDays,
      withWarehouse: (work) =>
        withWarehouse(lake, catalog, work, {
          standings,
          scratch: join(scratch, 'lake'),
          memoryLimitMb: engineMemoryMb(),
        }),
    });
    if (state === 'withheld')
      ports.warn(`Nothing new was published: ${figures.failedChecks} checks failed. What was published before stays.`);
    return { publication: state, filesPublished: figures.filesWritten };
  });
}
