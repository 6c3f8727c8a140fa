import { dirname } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';
import { segmentPath } from './log-folder.ts';
import { MarkWriter, unpromised } from './log-mark.ts';

/** A segment that is being written, durable up to `length`. */
interface Active {
  readonly path: string;
  readonly first: bigint;
  readonly handle: DiskFile;
  length: number;
}

/** Writes all of some buffers at a position: one writev, and more only where the system took a part. */
async function writeAll(handle: DiskFile, buffers: readonly Buffer[], position: number): Promise<number> {
  let rest = [...buffers];
  let at = position;
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest, at);
    at += bytesWritten;
    let skipped = 0;
    rest = rest.flatMap((buffer) => {
      const from = Math.min(buffer.length, Math.max(0, bytesWritten - skipped));
      skipped += buffer.length;
      return from === buffer.length ? [] : [buffer.subarray(from)];
    });
  }
  return at;
}

/** Cuts a file to its whole, durable part, for good; without one it goes. */
async function cut(disk: Disk, path: string, length: number): Promise<void> {
  if (length === 0) {
    await disk.remove(path);
    await disk.syncFolder(dirname(path));
    return;
  }
  const handle = await disk.open(path, 'r+');
  try {
    await handle.truncate(length);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/**
 * The writing end of one shard: appends to its newest segment, and begins a new one when that is full or was cut. Calls
 * must come one after the other.
 */
export class LogAppender {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #shardId: string;
  readonly #segmentBytes: number;
  readonly #mark: MarkWriter;
  #active: Active | undefined;
  /** A segment that a failed append left with more than is durable, and that could not be cut yet. */
  #torn: { readonly path: string; readonly length: number } | undefined;

  constructor(disk: Disk, folder: string, shardId: string, segmentBytes: number) {
    this.#disk = disk;
    this.#mark = new MarkWriter(disk, folder, shardId);
    this.#folder = folder;
    this.#shardId = shardId;
    this.#segmentBytes = segmentBytes;
  }

  /**
   * Appends frames, of which `first` is the first sequence number. They are durable once this returns; where it throws,
   * none was promised.
   */
  async append(first: bigint, frames: readonly Buffer[]): Promise<void> {
    await this.#mend();
    if (this.#active !== undefined && this.#active.length >= this.#segmentBytes) await this.finish();
    this.#active ??= await this.#begin(first);
    const active = this.#active;
    try {
      const end = await writeAll(active.handle, frames, active.length);
      await active.handle.datasync();
      // Before anybody is told: from now on these bytes are missed where they are gone.
      await this.#mark.write({ first: active.first, length: end });
      active.length = end;
    } catch (error) {
      this.#torn = { path: active.path, length: active.length };
      this.#active = undefined;
      await active.handle.close().catch(() => undefined);
      // Where it cannot be cut now, the next append does it before anything else.
      await this.#mend().catch(() => undefined);
      throw error;
    }
  }

  /** Up to where a segment of this shard is durable; undefined where its whole file is. */
  durableEnd(path: string): number | undefined {
    return [this.#active, this.#torn].find((one) => one?.path === path)?.length;
  }

  /** Ends the segment that is being written. */
  async finish(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    await active?.handle.close();
  }

  async close(): Promise<void> {
    await this.finish();
    await this.#mark.close();
  }

  async #mend(): Promise<void> {
    if (this.#torn === undefined) return;
    await cut(this.#disk, this.#torn.path, this.#torn.length);
    this.#torn = undefined;
  }

  async #begin(first: bigint): Promise<Active> {
    const path = segmentPath(this.#folder, this.#shardId, first);
    const handle = await this.#disk.open(path, 'wx');
    try {
      await this.#disk.syncFolder(dirname(path));
      await this.#mark.write(unpromised(first));
    } catch (error) {
      this.#torn = { path, length: 0 };
      await handle.close();
      throw error;
    }
    return { path, first, handle, length: 0 };
  }
}
