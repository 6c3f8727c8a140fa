import { join } from 'node:path';
import type { RecordLog } from '../../../lambdas/shared/ports/record-log.ts';
import { isMissing } from '../lake/errors.ts';
import { type Disk, machineDisk, replaceFile } from './disk.ts';
import { isDamageNote } from './log-damage.ts';
import { listSegments, type Segment, streamFolder } from './log-folder.ts';
import { encodeFrames, type Numbered, recordOf, scanFrames } from './log-frames.ts';
import { readMark, unpromised, writeMark } from './log-mark.ts';
import { recoverShard } from './log-recovery.ts';
import { openLogStream } from './log-stream.ts';

/** The records of a segment. */
async function recordsIn(disk: Disk, { path }: Segment): Promise<Numbered[]> {
  const file = await disk.open(path, 'r');
  try {
    const { size } = await file.stat();
    const records: Numbered[] = [];
    await scanFrames(file, 0, size, (frame) => {
      const { data, partitionKey, sequenceNumber, arrivedAt } = recordOf(frame);
      records.push({ entry: { data, partitionKey }, sequence: BigInt(sequenceNumber), arrivedAt: arrivedAt.getTime() });
      return true;
    });
    return records;
  } finally {
    await file.close();
  }
}

const asBuffer = (data: Uint8Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/**
 * Replaces a segment whole. The mark promises nothing of it meanwhile: it may be longer than what stands there after a
 * kill.
 */
async function replaceSegment(
  disk: Disk,
  folder: string,
  shardId: string,
  { path, first }: Segment,
  bytes: Buffer,
): Promise<void> {
  const isMarked = (await readMark(disk, folder, shardId))?.first === first;
  if (isMarked) await writeMark(disk, folder, shardId, unpromised(first));
  if (bytes.length === 0) await disk.remove(path);
  else await replaceFile(disk, path, bytes);
  await disk.syncFolder(join(folder, shardId));
  if (isMarked) await writeMark(disk, folder, shardId, { first, length: bytes.length });
}

/** The log of a stream of a lake as an erasure changes it, and what lets others write it again. */
export interface ErasableLog extends RecordLog {
  release(): Promise<void>;
}

/**
 * Opens the log of a stream for an erasure: nobody writes or lands it meanwhile. Records keep their sequence numbers,
 * so that every checkpoint means what it meant. @throws LockHeld where another process writes it
 */
export async function openErasableLog(root: string, name: string, disk: Disk = machineDisk): Promise<ErasableLog> {
  // Whatever ended its last writer, it is whole from here on.
  await (await openLogStream(root, { name, shards: 1, disk })).close();
  const lock = await disk.lock(root, `stream-${name}`);
  try {
    return { ...(await recordLog(disk, streamFolder(root, name))), release: () => lock.release() };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The records of a stream that nobody writes. */
async function recordLog(disk: Disk, folder: string): Promise<RecordLog> {
  const shards = (await disk.list(folder)).filter((one) => one.startsWith('shardId-')).toSorted();
  const damaged: string[] = [];
  for (const shardId of shards) {
    // What everybody has done may still be damaged: what stands in the damage and behind it is theirs as well.
    await recoverShard(disk, folder, shardId, -1n);
    for (const file of await disk.list(join(folder, shardId)))
      if (isDamageNote(file)) damaged.push(join(folder, shardId, file));
  }

  return {
    async visit(see) {
      let records = 0;
      for (const shardId of shards)
        for (const segment of await listSegments(disk, folder, shardId))
          for (const { entry } of await recordsIn(disk, segment)) {
            records++;
            see(asBuffer(entry.data), entry.partitionKey);
          }
      return records;
    },

    async rewrite(change) {
      for (const shardId of shards) {
        for (const segment of await listSegments(disk, folder, shardId)) {
          const records = await recordsIn(disk, segment);
          let isChanged = false;
          const left = records.flatMap((one): Numbered[] => {
            const before = asBuffer(one.entry.data);
            const data = change(before);
            isChanged ||= data !== before;
            if (data === before) return [one];
            return data === undefined ? [] : [{ ...one, entry: { data, partitionKey: 'erased' } }];
          });
          if (isChanged) await replaceSegment(disk, folder, shardId, segment, encodeFrames(left));
        }
      }
    },

    async removeDamaged(isTheirs) {
      for (const path of damaged) {
        const bytes = await disk.readText(path).catch((error: unknown) => {
          if (isMissing(error)) return undefined;
          throw error;
        });
        if (bytes !== undefined && isTheirs(bytes)) await disk.remove(path);
      }
    },
  };
}
