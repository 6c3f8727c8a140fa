import { hostname } from 'node:os';
import { LakeUnavailable, type Lake } from '../shared/ports/lake.ts';
import { begin, end } from './lease.ts';

/**
 * Works while this process holds the lease of a lake in a bucket, as the state machine on AWS does.
 * @throws LakeUnavailable where another has it: nothing was done
 */
export async function underLease<T>(
  lake: Lake,
  work: (held: { readonly run: string; readonly execution: string }) => Promise<T>,
): Promise<T> {
  const execution = `${hostname()} ${process.pid} ${new Date().toISOString()}`;
  const begun = await begin(lake, execution);
  if (begun.held)
    throw new LakeUnavailable(
      `The lake ${lake.location} is in use: another run holds its lease (ops/lease.json). Wait for it to end; ` +
        'the lease of one that died ends by itself within 20 minutes.',
    );
  try {
    return await work({ run: begun.run, execution });
  } finally {
    await end(lake, execution);
  }
}
