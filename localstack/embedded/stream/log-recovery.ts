import { join } from 'node:path';
import { type Disk, type DiskFile, replaceFile } from './disk.ts';
import { setAside } from './log-damage.ts';
import { listSegments, type Segment, segmentPath } from './log-folder.ts';
import { findFrame, readAt, scanFrames } from './log-frames.ts';
import { type Mark, promisedEnd, readMark, unpromised, writeMark } from './log-mark.ts';

/** A segment as far as it is whole. */
interface Whole {
  readonly size: number;
  /** Bytes from its beginning that are whole frames. */
  readonly end: number;
  /** The number of the last of them. */
  readonly newest: bigint | undefined;
  /** The next whole frame behind, where anything broken stands between. */
  readonly behind: { readonly at: number; readonly sequence: bigint } | undefined;
}

async function inspect(file: DiskFile): Promise<Whole> {
  const { size } = await file.stat();
  let newest: bigint | undefined;
  const { at: end } = await scanFrames(file, 0, size, (frame) => {
    newest = frame.sequence;
    return true;
  });
  return { size, end, newest, behind: end < size ? await findFrame(file, end, size, newest ?? -1n) : undefined };
}

/** Bytes of a file. @throws Error where it has fewer */
async function bytesOf(file: DiskFile, from: number, to: number): Promise<Buffer> {
  const bytes = await readAt(file, from, to - from);
  if (bytes.length < to - from)
    throw new Error(`A segment ended at byte ${from + bytes.length} while it was read up to ${to}.`);
  return bytes;
}

/**
 * Makes one shard whole after whatever ended its last writer, or befell its disk since. At its end, what is no whole
 * frame and was never acknowledged goes. What was acknowledged and is damaged is set aside and told; every whole record
 * behind it is kept, in a segment of its own, since a position in a segment means the same record for ever.
 */
class ShardRecovery {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #shardId: string;
  #mark: Mark | undefined;

  constructor(disk: Disk, folder: string, shardId: string) {
    this.#disk = disk;
    this.#folder = folder;
    this.#shardId = shardId;
  }

  async run(done: bigint): Promise<bigint | undefined> {
    this.#mark = await readMark(this.#disk, this.#folder, this.#shardId);
    let newest: bigint | undefined;
    const segments = await listSegments(this.#disk, this.#folder, this.#shardId);
    for (const [index, segment] of segments.entries()) {
      const next = segments[index + 1];
      if (next === undefined || next.first > done + 1n) newest = (await this.#segment(segment)) ?? newest;
    }
    await this.#settle();
    return newest;
  }

  async #segment(segment: Segment): Promise<bigint | undefined> {
    const disk = this.#disk;
    const promised = promisedEnd(this.#mark, segment);
    const file = await disk.open(segment.path, 'r+');
    let found: Whole;
    let next: Segment | undefined;
    try {
      found = await inspect(file);
      const { size, end, behind } = found;
      const lost = behind?.at ?? Math.max(size, promised === Infinity ? size : promised);
      // Without a whole record behind it, it is a write that broke off, unless somebody was promised it.
      const isDamage = behind !== undefined || (end < promised && lost > end);
      if (isDamage)
        await setAside(disk, segment, {
          at: end,
          bytes: await bytesOf(file, end, behind?.at ?? size),
          missing: lost - (behind?.at ?? size),
        });
      if (behind !== undefined)
        next = await this.#moveOn(
          segment,
          behind.sequence,
          await bytesOf(file, behind.at, size),
          Math.max(0, promised - behind.at),
        );
      else if (end < promised && promised !== Infinity) await this.#remark({ first: segment.first, length: end });
      if (end < size) await file.truncate(end);
      // The last writer may have ended between writing and syncing.
      await file.datasync();
    } finally {
      await file.close();
    }
    if (found.end === 0) await disk.remove(segment.path);
    return (next && (await this.#segment(next))) ?? found.newest;
  }

  /**
   * Gives what stands behind a damage a segment of its own. Where it is ended in the middle, it is done again, to the
   * same end.
   */
  async #moveOn({ first }: Segment, sequence: bigint, bytes: Buffer, promised: number): Promise<Segment> {
    const path = segmentPath(this.#folder, this.#shardId, sequence);
    await replaceFile(this.#disk, path, bytes);
    await this.#disk.syncFolder(join(this.#folder, this.#shardId));
    if (this.#mark?.first === first) await this.#remark({ first: sequence, length: promised });
    return { path, first: sequence };
  }

  /** The segment of the mark may be gone as a whole. From here on, the mark is that of the last one there is. */
  async #settle(): Promise<void> {
    const mark = this.#mark;
    const segments = await listSegments(this.#disk, this.#folder, this.#shardId);
    if (mark !== undefined && mark.length !== 0 && !segments.some(({ first }) => first === mark.first)) {
      await setAside(
        this.#disk,
        { path: segmentPath(this.#folder, this.#shardId, mark.first), first: mark.first },
        { at: 0, bytes: Buffer.alloc(0), missing: mark.length },
      );
      await this.#remark(unpromised(mark.first));
    }
    const last = segments.at(-1);
    if (last === undefined || last.first === this.#mark?.first) return;
    const file = await this.#disk.open(last.path, 'r');
    try {
      await this.#remark({ first: last.first, length: (await file.stat()).size });
    } finally {
      await file.close();
    }
  }

  async #remark(mark: Mark): Promise<void> {
    await writeMark(this.#disk, this.#folder, this.#shardId, mark);
    this.#mark = mark;
  }
}

/**
 * Makes a shard whole, as `ShardRecovery` says, but for segments with nothing behind the number `done`, which nobody
 * will read.
 * @returns the number of its newest record; undefined where it has none
 */
export function recoverShard(disk: Disk, folder: string, shardId: string, done: bigint): Promise<bigint | undefined> {
  return new ShardRecovery(disk, folder, shardId).run(done);
}
