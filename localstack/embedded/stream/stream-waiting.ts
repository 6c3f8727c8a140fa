import { unpacked } from '../../../lambdas/land/aggregated.ts';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import { isLocked } from '../lake/lock.ts';
import { openLogReader } from './log-reader.ts';

/** Records that are held at once while they are counted. */
const atOnce = 1000;

/** How many events of a stream its consumer has not done anything with yet. */
async function waitingOf(root: string, name: string, consumer: string): Promise<number> {
  const stream = openLogReader(root, { name });
  const checkpoints = fileCheckpoints(root, name, consumer);
  let events = 0;
  for (const { shardId } of await stream.shards()) {
    const { after: done, isFinished } = await checkpoints.load(shardId);
    for (let after = done, isAtEnd = isFinished; !isAtEnd;) {
      const batch = await stream.read(shardId, after, atOnce);
      for (const { data } of batch.records) events += unpacked(Buffer.from(data)).length;
      after = batch.after;
      isAtEnd = batch.records.length === 0;
    }
  }
  return events;
}

/**
 * Tells of events that were acknowledged to browsers and that nobody lands: "sillage up" was killed, or the machine went
 * out. While it is at work they are on their way. What cannot be read is told elsewhere.
 *
 * @see streamFaults
 */
export async function waitingInStream(
  root: string,
  { name, consumer }: { readonly name: string; readonly consumer: string },
): Promise<string[]> {
  if (isLocked(root, `stream-${name}`)) return [];
  try {
    const events = await waitingOf(root, name, consumer);
    if (events === 0) return [];
    const counted = events === 1 ? '1 event waits' : `${events.toLocaleString('en-GB')} events wait`;
    return [
      `${counted} in the stream ${name}, and no figure has them: what took them did not come to its end. Start ` +
        '"sillage up" on this lake: it lands them.',
    ];
  } catch (error) {
    if (error instanceof StreamUnavailable || error instanceof LakeUnavailable) return [];
    throw error;
  }
}
