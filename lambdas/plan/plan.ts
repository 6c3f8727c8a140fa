import { join } from 'node:path';
import * as z from 'zod';
import { engineVersion } from '../../localstack/embedded/warehouse/engine-version.ts';
import { planAttribute } from '../attribute/plan.ts';
import { hold } from '../lease/lease.ts';
import { ModelStep, type ModelContext } from '../model/model.ts';
import { withEngine, type Tools } from '../shared/aws/lambda-engine.ts';
import { LakeUnavailable } from '../shared/ports/lake.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { readProfile, type ShopProfile } from '../shared/shop/profile.ts';
import { expirations } from '../shared/slices/expirations.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import { Ledger } from '../shared/slices/ledger.ts';
import { Listings } from '../shared/slices/listings.ts';
import { refuseLosingRaw } from '../shared/slices/losses.ts';
import { profileInputs } from '../shared/slices/profile-inputs.ts';
import { removeOrphans, type Plan } from '../shared/slices/slice-maker.ts';
import { readKeyRecord, writeKeyRecord } from '../transform/key-record.ts';
import { NamedSessions } from '../transform/named-sessions.ts';
import type { PseudonymKey } from '../transform/pseudonyms.ts';
import { TransformStep } from '../transform/transform.ts';
import { putBatches } from './planned.ts';
import { stepEvent, writerName, type StepPorts } from '../shared/step-ports.ts';

/** Which tables a run plans is the machine's to say: those that the stream changes, or all. */
export const planEvent = stepEvent.extend({
  step: z.enum(['transform', 'model', 'attribute']),
  table: z.string(),
});
export type PlanEvent = z.output<typeof planEvent>;

/** Batches to be worked on at a time: many small ones would each pay for the start of a Lambda. */
const workers = 10;

/**
 * Holds the key against the lake's record of it.
 * @throws LakeUnavailable where the slices that stand were made with another
 */
async function checkKey({ lake }: StepPorts, ledger: Ledger, { fingerprint }: PseudonymKey): Promise<void> {
  const hasSlices = ledger.standings().slices.length > 0;
  const record = await readKeyRecord(lake);
  if (hasSlices && record !== undefined && record.fingerprint !== fingerprint) {
    throw new LakeUnavailable(
      `Nothing was done: the slices of the lake ${lake.location} were made with another pseudonym key than ` +
        'that of the secret. Put the key back; a new key is a new lake (docs/operations.md).',
    );
  }
  await writeKeyRecord(lake, { fingerprint, isWhole: !hasSlices || record?.isWhole === true });
}

type Outgrows = ModelContext['outgrows'];

/** From where on one machine does not do. */
export interface Thresholds {
  /** Whether a mart's slice that reads so many bytes is computed on the distributed engine. */
  readonly outgrows?: Outgrows;
  /** Records of a part of a day. */
  readonly partRows?: number | undefined;
}

/** What a plan of any kind of table is made with. */
interface Planning extends Tools {
  readonly ledger: Ledger;
  readonly listings: Listings;
  readonly profile: ShopProfile;
}

/** The plan of a curated table. @throws LakeUnavailable where much of its raw is gone, or its key */
async function planTransform(
  ports: StepPorts,
  { engine, scratch, ledger, listings, profile }: Planning,
  table: Table,
  key: PseudonymKey,
  partRows: number | undefined,
): Promise<Plan> {
  const { lake, catalog } = ports;
  await checkKey(ports, ledger, key);
  const raw = (await listings.of('raw/')).map((object) => object.key);
  const expired = await expirations(lake, catalog);
  refuseLosingRaw(catalog, await ledger.madeFromRaw([table.name]), raw, expired, false);
  const inputs = new Inputs(lake, profileInputs(profile));
  const sessions = new NamedSessions(engine, profile, key);
  const step = new TransformStep({ lake, catalog, inputs, profile, sessions, key, scratch }, table);
  return step.plan({ ledger, listings, workers, expired, partRows });
}

/** The plan of a mart. */
function planModel(
  { lake, catalog }: StepPorts,
  { ledger, listings, profile }: Planning,
  table: Table,
  outgrows: Outgrows,
): Promise<Plan> {
  const inputs = new Inputs(lake, profileInputs(profile));
  const materialise = () => {
    throw new Error('A plan materialises nothing.');
  };
  const step = new ModelStep({ lake, catalog, inputs, profile, materialise, outgrows, engineVersion }, table);
  return step.plan({ ledger, listings, workers });
}

/** The plan of a table. */
function planOf(
  ports: StepPorts,
  { step }: PlanEvent,
  planning: Planning,
  table: Table,
  key: () => Promise<PseudonymKey>,
  { outgrows, partRows }: Thresholds,
): Promise<Plan> {
  switch (step) {
    case 'transform':
      return key().then((read) => planTransform(ports, planning, table, read, partRows));
    case 'model':
      return planModel(ports, planning, table, outgrows);
    case 'attribute':
      return planAttribute(ports.catalog, table, { ...planning, workers });
  }
}

/**
 * Plans one table: its stale slices lie in the lake as batches, and what has nothing left to be made from is gone.
 * @returns the numbers of the batches @throws LakeUnavailable where a run would lose what it cannot make again
 */
export async function plan(
  ports: StepPorts,
  event: PlanEvent,
  key: () => Promise<PseudonymKey>,
  thresholds: Thresholds = {},
): Promise<{ readonly batches: readonly number[] }> {
  const { lake, catalog } = ports;
  const { run, execution, table } = event;
  await hold(lake, execution);
  return withEngine(async (tools) => {
    const session = await tools.engine.connect();
    const folder = join(tools.scratch, 'ledger');
    const ledger = await Ledger.open(lake, catalog, session, folder, { runId: run, writer: writerName() });
    for (const { key: damaged, problem } of ledger.damaged) ports.warn(`Of ${damaged}, ${problem}: done without it.`);
    await ledger.compact(session, folder);
    const { profile } = await readProfile(lake);
    const listings = new Listings(lake);
    const planning: Planning = { ...tools, ledger, listings, profile };
    const planned = await planOf(ports, event, planning, tableNamed(catalog, table), key, thresholds);
    for (const line of planned.warnings ?? []) ports.warn(line);
    await removeOrphans(ledger, lake, catalog, planned);
    await ledger.flush();
    return { batches: await putBatches(lake, run, table, planned.batches) };
  });
}
