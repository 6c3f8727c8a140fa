import { open, rm } from 'node:fs/promises';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { listSegments } from './log-folder.ts';
import { arrivalOf, findFrame, scanFrames } from './log-frames.ts';

/** The newest record of a shard: its sequence number, and its arrival in ms. */
export interface Newest {
  readonly sequence: bigint;
  readonly arrivedAt: number;
}

/** Cuts off what is no whole frame at the end of a segment, and makes the rest durable. @returns its newest record */
async function recoverSegment(path: string): Promise<Newest | undefined> {
  let newest: Newest | undefined;
  const handle = await open(path, 'r+');
  try {
    const { size } = await handle.stat();
    const { at } = await scanFrames(handle, 0, size, (frame) => {
      newest = { sequence: frame.sequence, arrivedAt: arrivalOf(frame) };
      return true;
    });
    if (at < size) {
      // A write that broke off has nothing whole behind it. Where something is, the disk is at fault, and a cut would lose it.
      const whole = await findFrame(handle, at, size);
      if (whole !== undefined) throw new StreamUnavailable(`The segment ${path} is damaged at byte ${at}, with whole records behind it, from byte ${whole}. Restore it from a copy, or cut it there (truncate -s ${at}) to go on without them.`);
      await handle.truncate(at);
    }
    // The last writer may have ended between writing and syncing.
    await handle.datasync();
  } finally {
    await handle.close();
  }
  return newest;
}

/**
 * Makes a shard whole after whatever ended its last writer: what is no whole frame at its end was never acknowledged, and goes.
 * @returns its newest record; undefined where it has none
 */
export async function recoverShard(folder: string, shardId: string): Promise<Newest | undefined> {
  const segments = await listSegments(folder, shardId);
  for (const { path } of segments.toReversed()) {
    const newest = await recoverSegment(path);
    if (newest !== undefined) return newest;
    await rm(path);
  }
  return undefined;
}
