import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { type PutOutcome, type Shard, type StreamEntry, StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { checkPut, router } from '../../../lambdas/shared/ports/stream-rules.ts';
import { evenShards, mergeShards, type Resharding, splitShard } from '../../../lambdas/shared/ports/stream-shards.ts';
import { acquireLock } from '../files/lock.ts';
import { LogAppender } from './log-appender.ts';
import { GroupCommit } from './log-commit.ts';
import { explainStream, guarded } from './log-errors.ts';
import { listSegments, type LoggedShard, readTable, streamFolder, sweepShards, syncFolder, writeTable } from './log-folder.ts';
import { arrivalOf, encodeFrames, type Numbered, scanFrames } from './log-frames.ts';
import { logReader } from './log-reader.ts';
import { recoverShard } from './log-recovery.ts';

export interface LogStreamOptions {
  /** As Kinesis names streams, and no dot at its beginning. */
  readonly name: string;
  /** How many shards a new stream begins with. One that is there keeps those it has. */
  readonly shards: number;
  /** Bytes at which a segment is full: what `trim` drops at once. */
  readonly segmentBytes?: number;
  /** The time, ms, for tests in which it passes. */
  readonly now?: () => number;
}

/** A stream on this machine's disk, of which this process is the one writer. */
export interface LogStream extends Resharding {
  /** Drops what arrived before a moment, segment by segment: a segment stays while any record of it is younger. One that has older records takes no more. */
  trim(olderThan: Date): Promise<void>;
  /** Waits for puts under way, and lets another process write. */
  close(): Promise<void>;
}

const SEGMENT_BYTES = 64 * 1024 * 1024;

/**
 * The first sequence numbers of a millisecond: numbers rise with the clock, so none is used twice even where a power cut took
 * records back that a reader had seen, and a split's children come behind their parents.
 */
const NUMBERS_A_MILLISECOND = 1_000_000n;

async function lockOf(root: string, name: string): Promise<{ release(): Promise<void> }> {
  try {
    return await acquireLock(root, `stream-${name}`);
  } catch (error) {
    throw error instanceof LakeUnavailable ? new StreamUnavailable(error.message, { cause: error }) : error;
  }
}

/** Arrival of the first record of a segment, ms; undefined where it has none. */
async function firstArrival(path: string): Promise<number | undefined> {
  let arrivedAt: number | undefined;
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    await scanFrames(handle, 0, size, (frame) => {
      arrivedAt = arrivalOf(frame);
      return false;
    });
  } finally {
    await handle.close();
  }
  return arrivedAt;
}

/**
 * Opens the stream `name` of a lake for writing, and makes it where there is none: a durable log of shards under
 * `.sillage/streams/<name>`. Puts that come while others are being made durable share the next commit. The data of an entry must
 * stay as it is until its put is settled. Other processes read by `openLogReader`.
 *
 * @throws LockHeld where another process writes it @throws StreamUnavailable
 */
export async function openLogStream(root: string, { name, shards: count, segmentBytes = SEGMENT_BYTES, now = Date.now }: LogStreamOptions): Promise<LogStream> {
  const folder = streamFolder(root, name);
  const lock = await lockOf(root, name);
  try {
    return await guarded(root, name, () => start());
  } catch (error) {
    await lock.release();
    throw error;
  }

  async function start(): Promise<LogStream> {
    await mkdir(folder, { recursive: true });
    const found = await readTable(folder);
    let shards: readonly LoggedShard[] = found ?? evenShards(count).map((shard) => logged(shard));
    if (found === undefined) {
      await writeTable(folder, shards);
      // The way to a new stream must outlive a power cut, as the stream does.
      for (let above = dirname(folder); above !== dirname(resolve(root)); above = dirname(above)) await syncFolder(above);
    }
    await sweepShards(folder, shards);

    let next = 0n;
    let lastArrival = 0;
    for (const { shardId } of shards) {
      const newest = await recoverShard(folder, shardId);
      if (newest === undefined) continue;
      if (newest.sequence >= next) next = newest.sequence + 1n;
      lastArrival = Math.max(lastArrival, newest.arrivedAt);
    }
    const clock = BigInt(now()) * NUMBERS_A_MILLISECOND;
    if (clock > next) next = clock;

    const appenders = new Map<string, LogAppender>();
    const appenderOf = (shardId: string): LogAppender => {
      const appender = appenders.get(shardId) ?? new LogAppender(folder, shardId, segmentBytes);
      appenders.set(shardId, appender);
      return appender;
    };
    const commits = new GroupCommit((shardId, first, frames) => appenderOf(shardId).append(first, frames));
    const reader = logReader(root, name, {
      shards: async () => shards,
      durableEnd: (path) => [...appenders.values()].map((appender) => appender.durableEnd(path)).find((end) => end !== undefined),
    });
    let route = router(shards);
    let isClosed = false;

    /** Numbers, routes and encodes a put, all at once, so that the order in a shard is the order of the numbers. */
    function enqueue(entries: readonly StreamEntry[]): { outcomes: PutOutcome[]; written: Promise<void> } {
      // Arrival never goes back, whatever the clock does: `trim` relies on it.
      lastArrival = Math.max(lastArrival, now());
      const byShard = new Map<string, Numbered[]>();
      const outcomes = entries.map((entry) => {
        const shardId = route(entry.partitionKey);
        const numbered = { entry, sequence: next, arrivedAt: lastArrival };
        next += 1n;
        const records = byShard.get(shardId);
        if (records === undefined) byShard.set(shardId, [numbered]);
        else records.push(numbered);
        return { shardId, sequenceNumber: String(numbered.sequence) };
      });
      const frames = [...byShard].map(([shardId, records]) => ({ shardId, first: records[0]?.sequence ?? 0n, frames: encodeFrames(records) }));
      return { outcomes, written: commits.add(frames) };
    }

    function checkOpen(): void {
      if (isClosed) throw new StreamUnavailable(`The stream ${name} in ${root} was closed by this process. Open it again.`);
    }

    /** Changes the shards while no put is under way, so that each record is in the shard that was open for it. */
    const reshard = (change: (shards: readonly Shard[]) => Shard[]) =>
      guarded(root, name, () =>
        commits.alone(async () => {
          checkOpen();
          const after = change(shards).map((shard) => logged(shard, shards.find((one) => one.shardId === shard.shardId), lastArrival));
          await writeTable(folder, after);
          shards = after;
          route = router(shards);
          for (const { shardId } of shards.filter((shard) => shard.isClosed)) {
            await appenders.get(shardId)?.close();
            appenders.delete(shardId);
          }
        }),
      );

    return {
      ...reader,

      async put(entries) {
        checkPut(entries);
        if (entries.length === 0) return [];
        for (let { gate } = commits; gate !== undefined; { gate } = commits) await gate;
        checkOpen();
        const { outcomes, written } = enqueue(entries);
        try {
          await written;
        } catch (error) {
          throw explainStream(root, name, error);
        }
        return outcomes;
      },

      split: (shardId) => reshard((before) => splitShard(before, shardId)),
      merge: (a, b) => reshard((before) => mergeShards(before, a, b)),

      trim: (olderThan) =>
        guarded(root, name, () =>
          commits.alone(async () => {
            checkOpen();
            const kept: LoggedShard[] = [];
            for (const shard of shards) {
              const isGone = shard.closedAt !== undefined && shard.closedAt < olderThan.getTime();
              if (!isGone) kept.push(shard);
              if (!isGone) await trimShard(shard.shardId, olderThan.getTime());
            }
            if (kept.length === shards.length) return;
            await writeTable(folder, kept);
            shards = kept;
            await sweepShards(folder, shards);
          }),
        ),

      async close() {
        if (isClosed) return;
        await commits.alone(async () => {
          isClosed = true;
          for (const appender of appenders.values()) await appender.close();
        });
        await lock.release();
      },
    };

    /** Drops the old segments of a shard. A segment's records all arrived before the first one of the next segment, or before it was last written. */
    async function trimShard(shardId: string, olderThan: number): Promise<void> {
      const segments = await listSegments(folder, shardId);
      for (const [index, { path }] of segments.entries()) {
        const following = segments[index + 1];
        if (following === undefined && ((await firstArrival(path)) ?? Infinity) < olderThan) await appenders.get(shardId)?.close();
        const written = (await stat(path)).mtimeMs;
        const until = following === undefined ? written : Math.min(written, (await firstArrival(following.path)) ?? Infinity);
        if (until >= olderThan) return;
        await rm(path);
      }
    }
  }
}

/** A shard as the folder keeps it: with the moment of its closing, once. */
function logged(shard: Shard, before?: LoggedShard, closedAt?: number): LoggedShard {
  const closed = shard.isClosed ? (before?.closedAt ?? closedAt) : undefined;
  return { ...shard, parents: [...shard.parents], ...(closed === undefined ? {} : { closedAt: closed }) };
}
