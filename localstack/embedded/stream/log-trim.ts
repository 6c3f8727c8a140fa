import { join } from 'node:path';
import type { Disk } from './disk.ts';
import { listSegments, type Segment } from './log-folder.ts';
import { arrivalOf, type Frame, scanFrames } from './log-frames.ts';
import { readMark, unpromised, writeMark } from './log-mark.ts';

/** The first frame of a segment, or its last one; undefined where it has none. */
async function frameOf(disk: Disk, { path }: Segment, which: 'first' | 'last'): Promise<Frame | undefined> {
  let found: Frame | undefined;
  const file = await disk.open(path, 'r');
  try {
    const { size } = await file.stat();
    await scanFrames(file, 0, size, (frame) => {
      if (found !== undefined && which === 'first') return false;
      found = frame;
      return true;
    });
  } finally {
    await file.close();
  }
  return found;
}

const firstArrival = async (disk: Disk, segment: Segment): Promise<number | undefined> => {
  const frame = await frameOf(disk, segment, 'first');
  return frame && arrivalOf(frame);
};

/** When the oldest record of a shard's folder arrived, ms; undefined where it has none. */
export async function arrivalIn(disk: Disk, folder: string, shardId: string): Promise<number | undefined> {
  for (const segment of await listSegments(disk, folder, shardId)) {
    const arrival = await firstArrival(disk, segment);
    if (arrival !== undefined) return arrival;
  }
  return undefined;
}

export interface Trimming {
  /** Drops what arrived before, ms. */
  readonly olderThan: number;
  /** The consumer has done everything up to this number; undefined where there is none to wait for. */
  readonly upTo?: bigint | undefined;
  readonly now: number;
  /** Ends the segment that is being written. */
  readonly finish?: () => Promise<void>;
}

/**
 * Drops the old segments of a shard, from its oldest on. A segment's records all arrived before the first one of the
 * next segment, before it was last written, and before all that holds for a segment behind it: so one of a time when
 * the clock was ahead goes with those that came after it.
 */
export async function trimShard(
  disk: Disk,
  folder: string,
  shardId: string,
  { olderThan, upTo, now, finish }: Trimming,
): Promise<void> {
  const segments = await listSegments(disk, folder, shardId);
  const last = segments.at(-1);
  if (last === undefined) return;
  const begun = (await firstArrival(disk, last)) ?? olderThan;
  // What arrived in a time to come arrived under a wrong clock: its age is not known.
  const isEnded = begun < olderThan || begun > now;
  if (isEnded) await finish?.();
  const until: number[] = [];
  let bound = Infinity;
  let following: Segment | undefined;
  for (const segment of segments.toReversed()) {
    bound = Math.min(
      bound,
      await disk.writtenAt(segment.path),
      (following && (await firstArrival(disk, following))) ?? Infinity,
    );
    until.unshift(bound);
    following = segment;
  }
  for (const [index, segment] of segments.entries()) {
    if ((until[index] ?? Infinity) >= olderThan || (segment === last && !isEnded)) break;
    const newest = upTo === undefined ? undefined : await frameOf(disk, segment, 'last');
    if (upTo !== undefined && newest !== undefined && newest.sequence > upTo) break;
    // Recovery must not miss it.
    if ((await readMark(disk, folder, shardId))?.first === segment.first)
      await writeMark(disk, folder, shardId, unpromised(segment.first));
    await disk.remove(segment.path);
  }
  await disk.syncFolder(join(folder, shardId));
}
