import { open } from 'node:fs/promises';
import type { Stream, StreamBatch, StreamRecord } from '../../../lambdas/shared/ports/stream.ts';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { checkLimit } from '../../../lambdas/shared/ports/stream-rules.ts';
import { isMissing } from '../files/errors.ts';
import { guarded } from './log-errors.ts';
import { listSegments, type LoggedShard, readTable, type Segment, shownShard, streamFolder } from './log-folder.ts';
import { recordOf, scanFrames } from './log-frames.ts';
import { type SparseIndex, SparseIndexes } from './log-index.ts';

/** A batch ends behind the record with which it has so many bytes, as Kinesis's batches do, so that no reader needs more memory. */
const BATCH_BYTES = 10 * 1024 * 1024;

/** How often segments may be trimmed away under a reader before it gives up. */
const ATTEMPTS = 20;

export interface ReaderOptions {
  /** The shards, fresh each time; undefined where there is no stream. */
  readonly shards: () => Promise<readonly LoggedShard[] | undefined>;
  /** Up to where a segment is known to be durable; undefined where the whole file is. */
  readonly durableEnd: (path: string) => number | undefined;
}

export type StreamReader = Omit<Stream, 'put'>;

interface Taken {
  readonly records: StreamRecord[];
  /** Whether the end of the shard was reached, as it is now. */
  readonly isAtEnd: boolean;
}

/** The reading half of a log. */
export function logReader(root: string, name: string, { shards, durableEnd }: ReaderOptions): StreamReader {
  const folder = streamFolder(root, name);
  const indexes = new SparseIndexes();

  async function table(): Promise<readonly LoggedShard[]> {
    const found = await shards();
    if (found === undefined) throw new StreamUnavailable(`There is no stream ${name} in the lake in ${root}. Start what writes it first, or check the folder.`);
    return found;
  }

  /** Takes records behind `after` from one segment. @returns whether it was read to its end */
  async function takeFrom({ path }: Segment, index: SparseIndex, isLast: boolean, after: bigint, limit: number, records: StreamRecord[]): Promise<boolean> {
    const handle = await open(path, 'r');
    try {
      // Asked in this order: what is durable only grows.
      const durable = durableEnd(path);
      const { size } = await handle.stat();
      const end = Math.min(size, durable ?? size);
      let bytes = records.reduce((sum, { data }) => sum + data.byteLength, 0);
      const { at, isTorn } = await scanFrames(handle, index.before(after), end, (frame, position) => {
        if (records.length >= limit || bytes >= BATCH_BYTES) return false;
        index.note(frame.sequence, position);
        if (frame.sequence > after) {
          bytes += frame.body.length;
          records.push(recordOf(frame));
        }
        return true;
      });
      // At the end of the last segment a writer may be in the middle of a frame. Behind it another segment begins only once it is whole.
      if (isTorn && !isLast) throw new StreamUnavailable(`The segment ${path} is damaged at byte ${at}: the records behind it cannot be read. Restore it from a copy, or delete it to go on without them.`);
      return at >= end || isTorn;
    } finally {
      await handle.close();
    }
  }

  async function take(shardId: string, after: bigint, limit: number): Promise<Taken> {
    const segments = await listSegments(folder, shardId);
    const noted = indexes.of(shardId, segments);
    // The last segment that begins at or before what is wanted, for it may hold it.
    const behind = segments.findIndex(({ first }) => first > after);
    const start = Math.max(0, (behind === -1 ? segments.length : behind) - 1);
    const records: StreamRecord[] = [];
    for (const [index, segment] of segments.entries()) {
      const positions = noted.get(segment.path);
      if (index < start || positions === undefined) continue;
      const isRead = await takeFrom(segment, positions, index === segments.length - 1, after, limit, records);
      if (!isRead) return { records, isAtEnd: false };
    }
    return { records, isAtEnd: true };
  }

  async function read(shardId: string, after: string | undefined, limit: number): Promise<StreamBatch> {
    checkLimit(limit);
    for (let attempt = 1; ; attempt += 1) {
      // Asked before the records: a shard that is closed now has all that it will ever have.
      const shard = (await table()).find((one) => one.shardId === shardId);
      if (shard === undefined) throw new StreamUnavailable(`The stream ${name} in ${root} has no shard ${shardId}. List its shards again: old ones vanish with their records.`);
      try {
        const { records, isAtEnd } = await take(shardId, after === undefined ? -1n : BigInt(after), limit);
        return { records, after: records.at(-1)?.sequenceNumber ?? after, isFinished: shard.isClosed && isAtEnd };
      } catch (error) {
        // Trimmed between listing and opening: what is older than all that is left is gone.
        if (!isMissing(error) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  return {
    location: folder,
    shards: () => guarded(root, name, async () => (await table()).map((shard) => shownShard(shard))),
    read: (shardId, after, limit) => guarded(root, name, () => read(shardId, after, limit)),
  };
}

/**
 * A stream of another process, for reading only: any number may read while one writes. It sees whole records only, but may see
 * them a moment before they are durable.
 */
export function openLogReader(root: string, { name }: { readonly name: string }): StreamReader {
  const folder = streamFolder(root, name);
  return logReader(root, name, { shards: () => readTable(folder), durableEnd: () => undefined });
}
