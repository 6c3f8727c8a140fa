import type { Stream, StreamBatch, StreamRecord } from '../../../lambdas/shared/ports/stream.ts';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { checkLimit } from '../../../lambdas/shared/ports/stream-rules.ts';
import { isMissing } from '../lake/errors.ts';
import { type Disk, machineDisk } from './disk.ts';
import { inOurErrors } from './log-errors.ts';
import { listSegments, readTable, type Segment, type ShardTable, shownShard, streamFolder } from './log-folder.ts';
import { recordOf, scanFrames } from './log-frames.ts';
import { type SparseIndex, SparseIndexes } from './log-index.ts';
import { promisedEnd, readMark, unpromised } from './log-mark.ts';

/**
 * A batch ends behind the record with which it has so many bytes, as Kinesis's batches do, so that no reader needs more
 * memory.
 */
const batchBytes = 10 * 1024 * 1024;

/** How often segments may be trimmed away under a reader before it gives up. */
const mostAttempts = 20;

export interface ReaderOptions {
  readonly disk: Disk;
  /** The shards, fresh each time; undefined where there is no stream. */
  readonly table: () => Promise<ShardTable | undefined>;
  /** Up to where a segment is durable, Infinity for its whole file; undefined where only its writer knows. */
  readonly durableEnd: (shardId: string, segment: Segment) => number | undefined | Promise<number | undefined>;
}

export type StreamReader = Omit<Stream, 'put'>;

interface Taken {
  readonly records: StreamRecord[];
  /** Whether the end of the shard was reached, as it is now. */
  readonly isAtEnd: boolean;
  /** Every number before this one was given. */
  readonly given: bigint;
}

/** The reading half of a log. */
export function logReader(
  root: string,
  name: string,
  { disk, table: tableNow, durableEnd }: ReaderOptions,
): StreamReader {
  const folder = streamFolder(root, name);
  const indexes = new SparseIndexes();

  async function table(): Promise<ShardTable> {
    const found = await tableNow();
    if (found === undefined)
      throw new StreamUnavailable(
        `There is no stream ${name} in the lake in ${root}. Start what writes it first, or check the folder.`,
      );
    return found;
  }

  /** Up to where a segment is promised by the mark of its shard; streams of before have none, and promise nothing. */
  const promisedBy = async (shardId: string, segment: Segment): Promise<number> =>
    promisedEnd((await readMark(disk, folder, shardId)) ?? unpromised(segment.first), segment);

  /**
   * Takes records behind `after` from one segment.
   * @returns whether it was read to its end, and the last number in it that was seen
   */
  async function takeFrom(
    shardId: string,
    segment: Segment,
    index: SparseIndex,
    isLast: boolean,
    after: bigint,
    limit: number,
    records: StreamRecord[],
  ): Promise<{ isRead: boolean; seen: bigint }> {
    const { path } = segment;
    const file = await disk.open(path, 'r');
    try {
      // Asked before the size: both only grow, and what is promised by now is whole in the bytes that are read. Of a
      // segment that is not the last all is.
      const durable = await durableEnd(shardId, segment);
      const promised = isLast ? (durable ?? (await promisedBy(shardId, segment))) : Infinity;
      const { size } = await file.stat();
      const end = Math.min(size, durable ?? size);
      let bytes = records.reduce((sum, { data }) => sum + data.byteLength, 0);
      let seen = -1n;
      const { at, isTorn } = await scanFrames(file, index.before(after), end, (frame, position) => {
        if (records.length >= limit || bytes >= batchBytes) return false;
        index.note(frame.sequence, position);
        seen = frame.sequence;
        if (frame.sequence > after) {
          bytes += frame.body.length;
          records.push(recordOf(frame));
        }
        return true;
      });
      // At the end of the last segment its writer may be in the middle of a frame, which it has promised nobody yet.
      const isCut = durable !== undefined && durable !== Infinity && size < durable && at >= end;
      const isDamaged = isCut || (isTorn && at < promised);
      if (isDamaged)
        throw new StreamUnavailable(
          `The segment ${path} is damaged at byte ${at}: the records behind it are not read until it is ` +
            'mended. Restore it from a copy; or end what writes the stream and start it again, which sets the ' +
            'damaged bytes aside and keeps all others.',
        );
      return { isRead: at >= end || isTorn, seen };
    } finally {
      await file.close();
    }
  }

  async function take(shardId: string, after: bigint, limit: number): Promise<Taken> {
    const segments = await listSegments(disk, folder, shardId);
    const noted = indexes.of(shardId, segments);
    // The last segment that begins at or before what is wanted, for it may hold it. Recovery leaves those before as
    // they are.
    const start = segments.findLastIndex(({ first }) => first <= after + 1n);
    const records: StreamRecord[] = [];
    let given = segments.at(-1)?.first ?? 0n;
    for (const [index, segment] of segments.entries()) {
      const positions = noted.get(segment.path);
      if (index < start || positions === undefined) continue;
      const { isRead, seen } = await takeFrom(
        shardId,
        segment,
        positions,
        index === segments.length - 1,
        after,
        limit,
        records,
      );
      if (seen >= given) given = seen + 1n;
      if (!isRead) return { records, isAtEnd: false, given };
    }
    return { records, isAtEnd: true, given };
  }

  async function read(shardId: string, after: string | undefined, limit: number): Promise<StreamBatch> {
    checkLimit(limit);
    for (let attempt = 1; ; attempt += 1) {
      // Asked before the records: a shard that is closed now has all that it will ever have.
      const { shards, next } = await table();
      const shard = shards.find((one) => one.shardId === shardId);
      if (shard === undefined)
        throw new StreamUnavailable(
          `The stream ${name} in ${root} has no shard ${shardId}. List its shards again: old ones vanish with ` +
            'their records.',
        );
      try {
        const from = after === undefined ? -1n : BigInt(after);
        const { records, isAtEnd, given } = await take(shardId, from, limit);
        // From there on a reader would wait for ever, and pass over all that comes until then.
        if (records.length === 0 && next !== undefined && from >= given && from >= next)
          throw new StreamUnavailable(
            `Somebody reads ${shardId} of the stream ${name} in ${root} from behind number ${from}, and no ` +
              `record has been given that number yet: the next one has ${given > next ? given : next}. That ` +
              'checkpoint is of another stream, or was changed. Delete it: the shard is then read from its ' +
              'oldest record, and what was done already is recognised as repeated.',
          );
        return { records, after: records.at(-1)?.sequenceNumber ?? after, isFinished: shard.isClosed && isAtEnd };
      } catch (error) {
        // Trimmed between listing and opening: what is older than all that is left is gone.
        if (!isMissing(error) || attempt === mostAttempts) throw error;
      }
    }
  }

  return {
    location: folder,
    shards: () => inOurErrors(root, name, async () => (await table()).shards.map((shard) => shownShard(shard))),
    read: (shardId, after, limit) => inOurErrors(root, name, () => read(shardId, after, limit)),
  };
}

export interface LogReaderOptions {
  readonly name: string;
  readonly disk?: Disk;
  /** Sees nothing before it is durable and promised, by the mark that its writer keeps. */
  readonly isDurableOnly?: boolean;
}

/**
 * A stream of another process or thread, for reading only: any number may read while one writes. It sees whole records
 * only, but may see them a moment before they are durable, unless it is told to wait.
 */
export function openLogReader(
  root: string,
  { name, disk = machineDisk, isDurableOnly = false }: LogReaderOptions,
): StreamReader {
  const folder = streamFolder(root, name);
  return logReader(root, name, {
    disk,
    table: () => readTable(disk, folder),
    async durableEnd(shardId, segment) {
      const mark = isDurableOnly ? await readMark(disk, folder, shardId) : undefined;
      return mark && promisedEnd(mark, segment);
    },
  });
}
