import * as z from 'zod';
import { jsonObject } from '../shared/json-object.ts';
import { PreconditionFailed, type Lake } from '../shared/ports/lake.ts';
import { leaseKey } from '../shared/schema/ops-keys.ts';
import { newRunId } from '../shared/slices/ledger-writer.ts';

/**
 * A Lambda works for at most 15 minutes. Who holds the lease for longer than that when it begins, ends before another
 * may begin.
 */
const longestWorkMs = 15 * 60_000;
const leaseMs = 20 * 60_000;

const leaseSchema = z.strictObject({
  /** The execution of the state machine that holds the lease. */
  execution: z.string(),
  run: z.string(),
  /** From then on another may take it: this one has died. */
  until: z.iso.datetime(),
});
type Lease = z.infer<typeof leaseSchema>;

/** Another execution has taken the lease, since this one had not asked for too long: it must write no more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Who has the lease, and the etag of the object that says so. */
async function holder(lake: Lake): Promise<{ readonly lease?: Lease | undefined; readonly etag?: string }> {
  const head = await lake.head(leaseKey);
  return head === undefined ? {} : { etag: head.etag, lease: await jsonObject(lake, leaseKey, leaseSchema) };
}

/** Puts a lease in the place of what was there. @returns whether nobody was quicker */
async function put(lake: Lake, lease: Lease, etag: string | undefined): Promise<boolean> {
  try {
    await lake.put(leaseKey, `${JSON.stringify(lease)}\n`, {
      contentType: 'application/json',
      ...(etag === undefined ? { ifAbsent: true } : { ifMatch: etag }),
    });
    return true;
  } catch (error) {
    if (error instanceof PreconditionFailed) return false;
    throw error;
  }
}

const after = (now: Date, ms: number) => new Date(now.getTime() + ms).toISOString();

/**
 * Takes the lake's one lease for an execution. Asking again gives the same run, as where the answer to a first try was
 * lost.
 * @returns the run's name; `held` where another execution has the lease
 */
export async function begin(
  lake: Lake,
  execution: string,
  now = new Date(),
): Promise<{ readonly held: true } | { readonly held: false; readonly run: string }> {
  for (;;) {
    const { lease, etag } = await holder(lake);
    if (lease?.execution === execution) return { held: false, run: lease.run };
    if (lease !== undefined && lease.until > now.toISOString()) return { held: true };
    const mine: Lease = { execution, run: newRunId(now), until: after(now, leaseMs) };
    if (await put(lake, mine, etag)) return { held: false, run: mine.run };
  }
}

/** Makes sure that the lease is held for as long as a Lambda may work. @throws LeaseLost */
export async function hold(lake: Lake, execution: string, now = new Date()): Promise<void> {
  for (;;) {
    const { lease, etag } = await holder(lake);
    if (lease?.execution !== execution) {
      throw new LeaseLost(
        `The execution ${execution} has no lease of the lake ${lake.location} any more. Nothing was written; ` +
          'the next run goes on from what stands.',
      );
    }
    if (lease.until > after(now, longestWorkMs)) return;
    if (await put(lake, { ...lease, until: after(now, leaseMs) }, etag)) return;
  }
}

/** Whether somebody has the lease. */
export async function isHeld(lake: Lake, now = new Date()): Promise<boolean> {
  const { lease } = await holder(lake);
  return lease !== undefined && lease.until > now.toISOString();
}

/** Gives the lease back. Nothing happens where it is another's. */
export async function end(lake: Lake, execution: string): Promise<void> {
  const { lease, etag } = await holder(lake);
  if (lease?.execution !== execution || etag === undefined) return;
  try {
    await lake.delete(leaseKey, { ifMatch: etag });
  } catch (error) {
    // Somebody else renewed or took it in the meantime.
    if (!(error instanceof PreconditionFailed)) throw error;
  }
}
