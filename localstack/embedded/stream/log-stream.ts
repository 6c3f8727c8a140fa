import { dirname, join, resolve } from 'node:path';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import {
  type PutOutcome,
  type Shard,
  type StreamEntry,
  StreamUnavailable,
} from '../../../lambdas/shared/ports/stream.ts';
import { checkPut, router } from '../../../lambdas/shared/ports/stream-rules.ts';
import { evenShards, mergeShards, type Resharding, splitShard } from '../../../lambdas/shared/ports/stream-shards.ts';
import { type Checkpoints, standings } from '../event-source-mapping/checkpoints.ts';
import { type Disk, machineDisk } from './disk.ts';
import { LogAppender } from './log-appender.ts';
import { GroupCommit } from './log-commit.ts';
import { damageOf, isDamageNote } from './log-damage.ts';
import { explainStream, inOurErrors } from './log-errors.ts';
import { type LoggedShard, readTable, streamFolder, strayShards, writeTable } from './log-folder.ts';
import { encodeFrames, type Numbered } from './log-frames.ts';
import { readMark } from './log-mark.ts';
import { logReader } from './log-reader.ts';
import { recoverShard } from './log-recovery.ts';
import { arrivalIn, trimShard } from './log-trim.ts';

export interface LogStreamOptions {
  /** As Kinesis names streams, and no dot at its beginning. */
  readonly name: string;
  /** How many shards a new stream begins with. One that is there keeps those it has. */
  readonly shards: number;
  /** Bytes at which a segment is full: what `trim` drops at once. */
  readonly segmentBytes?: number;
  /** The time, ms, for tests in which it passes. */
  readonly now?: () => number;
  /** Hears of what was damaged and is set aside; without it, the process warns. */
  readonly onDamage?: (error: StreamUnavailable) => void;
  readonly disk?: Disk;
}

/** A stream on this machine's disk, of which this process is the one writer. */
export interface LogStream extends Resharding {
  /**
   * Drops what arrived before a moment, segment by segment: a segment stays while any record of it is younger, or has
   * not been done by the consumer, whatever the clock says. One that has older records takes no more.
   */
  trim(olderThan: Date, consumer?: Pick<Checkpoints, 'load'>): Promise<void>;
  /** Waits for puts under way, and lets another process write. */
  close(): Promise<void>;
}

const defaultSegmentBytes = 64 * 1024 * 1024;

/**
 * The first sequence numbers of a millisecond: numbers rise with the clock, so that a stream that was deleted and begun
 * again has others. A clock that is wrong only makes them leap, since they begin behind all that is known too: records,
 * readers, the table.
 */
const numbersAMillisecond = 1_000_000n;
/** A frame has 64 bits for a number. A clock of the year 2262 or later is not followed, or none would be left. */
const clockBefore = 2n ** 63n;

const clockNumber = (now: number): bigint => {
  const number = BigInt(Math.trunc(now)) * numbersAMillisecond;
  return number < clockBefore ? number : 0n;
};

async function lockOf(disk: Disk, root: string, name: string): Promise<{ release(): Promise<void> }> {
  try {
    return await disk.lock(root, `stream-${name}`);
  } catch (error) {
    throw error instanceof LakeUnavailable ? new StreamUnavailable(error.message, { cause: error }) : error;
  }
}

const highest = (...numbers: readonly bigint[]): bigint => numbers.reduce((high, one) => (one > high ? one : high), 0n);

/**
 * Opens the stream `name` of a lake for writing, and makes it where there is none: a durable log of shards under
 * `.sillage/streams/<name>`. Puts that come while others are being made durable share the next commit. The data of an
 * entry must stay as it is until its put is settled. Other processes read by `openLogReader`.
 *
 * @throws LockHeld where another process writes it @throws StreamUnavailable
 */
export async function openLogStream(
  root: string,
  {
    name,
    shards: count,
    segmentBytes = defaultSegmentBytes,
    now = Date.now,
    onDamage = ({ name: type, message }) => process.emitWarning(message, type),
    disk = machineDisk,
  }: LogStreamOptions,
): Promise<LogStream> {
  const folder = streamFolder(root, name);
  const lock = await lockOf(disk, root, name);
  try {
    return await inOurErrors(root, name, () => start());
  } catch (error) {
    await lock.release();
    throw error;
  }

  async function start(): Promise<LogStream> {
    await disk.makeFolder(folder);
    const found = await readTable(disk, folder);
    let shards: readonly LoggedShard[] = found?.shards ?? evenShards(count).map((shard) => logged(shard));
    await refuseStrangers(found === undefined ? [] : shards);
    const stand = await standings(root, name, disk);
    let next = highest(found?.next ?? 0n, clockNumber(now()), ...stand.map(({ after }) => after + 1n));
    for (const { shardId } of found?.shards ?? []) {
      const own = stand.filter((one) => one.shardId === shardId).map(({ after }) => after);
      const newest = await recoverShard(
        disk,
        folder,
        shardId,
        own.reduce((least, one) => (one < least ? one : least), own[0] ?? -1n),
      );
      if (newest !== undefined) next = highest(next, newest + 1n);
    }
    // Kept, so that who reads can tell a checkpoint beyond all numbers, also when the records before them are gone.
    await writeTable(disk, folder, shards, next);
    // The way to a new stream must outlive a power cut, as the stream does.
    if (found === undefined)
      for (let above = dirname(folder); above !== dirname(resolve(root)); above = dirname(above))
        await disk.syncFolder(above);
    for (const error of await damageOf(root, name, disk)) onDamage(error);

    const appenders = new Map<string, LogAppender>();
    const appenderOf = (shardId: string): LogAppender => {
      const appender = appenders.get(shardId) ?? new LogAppender(disk, folder, shardId, segmentBytes);
      appenders.set(shardId, appender);
      return appender;
    };
    const commits = new GroupCommit((shardId, first, frames) => appenderOf(shardId).append(first, frames));
    const reader = logReader(root, name, {
      disk,
      table: async () => ({ shards, next }),
      // A segment that nobody writes was whole when the stream was opened, or when it was ended.
      durableEnd: (_, { path }) =>
        [...appenders.values()].map((appender) => appender.durableEnd(path)).find((end) => end !== undefined) ??
        Infinity,
    });
    let route = router(shards);
    let isClosed = false;

    /** Numbers, routes and encodes a put, all at once, so that the order in a shard is the order of the numbers. */
    function enqueue(entries: readonly StreamEntry[]): { outcomes: PutOutcome[]; written: Promise<void> } {
      const arrivedAt = Math.max(0, now());
      const byShard = new Map<string, Numbered[]>();
      const outcomes = entries.map((entry) => {
        const shardId = route(entry.partitionKey);
        const numbered = { entry, sequence: next, arrivedAt };
        next += 1n;
        const records = byShard.get(shardId);
        if (records === undefined) byShard.set(shardId, [numbered]);
        else records.push(numbered);
        return { shardId, sequenceNumber: String(numbered.sequence) };
      });
      const frames = [...byShard].map(([shardId, records]) => ({
        shardId,
        first: records[0]?.sequence ?? 0n,
        frames: encodeFrames(records),
      }));
      return { outcomes, written: commits.add(frames) };
    }

    function checkOpen(): void {
      if (isClosed)
        throw new StreamUnavailable(`The stream ${name} in ${root} was closed by this process. Open it again.`);
    }

    /** Changes the shards while no put is under way, so that each record is in the shard that was open for it. */
    const reshard = (change: (shards: readonly Shard[]) => Shard[]) =>
      inOurErrors(root, name, () =>
        commits.alone(async () => {
          checkOpen();
          const after = change(shards).map((shard) =>
            logged(
              shard,
              shards.find((one) => one.shardId === shard.shardId),
              now(),
            ),
          );
          await writeTable(disk, folder, after, next);
          shards = after;
          route = router(shards);
          for (const { shardId } of shards.filter((shard) => shard.isClosed)) await appenders.get(shardId)?.close();
        }),
      );

    return {
      ...reader,

      async put(entries) {
        checkPut(entries);
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

      trim: (olderThan, consumer) =>
        inOurErrors(root, name, () =>
          commits.alone(async () => {
            checkOpen();
            // Before any record goes: behind its number, too, none is given again.
            await writeTable(disk, folder, shards, next);
            const kept: LoggedShard[] = [];
            for (const shard of shards) {
              const done = consumer === undefined ? undefined : await consumer.load(shard.shardId);
              const closedAt = shard.closedAt === undefined ? undefined : Math.min(shard.closedAt, now());
              const isGone = closedAt !== undefined && closedAt < olderThan.getTime() && done?.isFinished !== false;
              if (isGone) await trimShard(disk, folder, shard.shardId, { olderThan: Infinity, now: now() });
              else {
                kept.push(closedAt === undefined ? shard : { ...shard, closedAt });
                const upTo = done === undefined ? undefined : BigInt(done.after ?? '-1');
                await trimShard(disk, folder, shard.shardId, {
                  olderThan: olderThan.getTime(),
                  upTo,
                  now: now(),
                  finish: async () => appenders.get(shard.shardId)?.finish(),
                });
              }
            }
            await writeTable(disk, folder, kept, next);
            shards = kept;
            await sweepShards(shards);
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

    async function sweepShards(known: readonly LoggedShard[]): Promise<void> {
      for (const shardId of await strayShards(disk, folder, known)) {
        // What was set aside is told until somebody has seen it.
        const isTold = (await disk.list(join(folder, shardId))).some((file) => isDamageNote(file));
        if (!isTold) await disk.remove(join(folder, shardId));
      }
    }

    /**
     * A shard's folder that the table does not know is of no use, or the table is not the one that was written last.
     */
    async function refuseStrangers(known: readonly LoggedShard[]): Promise<void> {
      for (const shardId of await strayShards(disk, folder, known)) {
        // Records that are damaged or gone were promised all the same.
        const promised = (await readMark(disk, folder, shardId))?.length ?? 0;
        if (promised === 0 && (await arrivalIn(disk, folder, shardId)) === undefined) continue;
        const table = join(folder, 'shards.json');
        throw new StreamUnavailable(
          `${join(folder, shardId)} has records, and ${table} does not know that shard. Restore the ${table} ` +
            'that was there last; or move the folder of the shard away to go on without its records.',
        );
      }
      await sweepShards(known);
    }
  }
}

/** A shard as the folder keeps it: with the moment of its closing, once. */
function logged(shard: Shard, before?: LoggedShard, closedAt?: number): LoggedShard {
  const closed = shard.isClosed ? (before?.closedAt ?? closedAt) : undefined;
  return { ...shard, parents: [...shard.parents], ...(closed === undefined ? {} : { closedAt: closed }) };
}
