import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { codeOf, isMissing } from '../lake/errors.ts';
import { type Disk, type DiskFile, writeWhole } from './disk.ts';
import type { Segment } from './log-folder.ts';

/**
 * The commit mark of a shard, the file `acknowledged`: up to where its newest segment was promised to those who put. It
 * tells a torn write, which nobody was promised, from a damaged record. It is written at each commit and not synced
 * each time: what a power cut takes back of it only makes recovery ask less.
 */
export interface Mark {
  /** Of the segment. */
  readonly first: bigint;
  /** Bytes. */
  readonly length: number;
}

/** Nobody was promised anything of a segment. */
export const unpromised = (first: bigint): Mark => ({ first, length: 0 });

const pathOf = (folder: string, shardId: string) => join(folder, shardId, 'acknowledged');

/** Of one length, so that each takes the place of the one before. */
function textOf({ first, length }: Mark): string {
  const text = `${String(first).padStart(20, '0')} ${String(length).padStart(16, '0')}`;
  return `${text} ${crc32(text).toString(16).padStart(8, '0')}\n`;
}

/** The mark of a shard; undefined where there is none that can be read: streams of before have none. */
export async function readMark(disk: Disk, folder: string, shardId: string): Promise<Mark | undefined> {
  const text = await disk.readText(pathOf(folder, shardId)).catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
  const [first = '', length = ''] = text.split(' ');
  if (!/^\d{20}$/u.test(first) || !/^\d{16}$/u.test(length)) return undefined;
  const mark = { first: BigInt(first), length: Number(length) };
  return textOf(mark) === text ? mark : undefined;
}

/** Up to where a segment was promised, by the mark of its shard: an older one whole, a newer one not yet. */
export function promisedEnd(mark: Mark | undefined, { first }: Segment): number {
  if (mark === undefined || first < mark.first) return Infinity;
  return first === mark.first ? mark.length : 0;
}

/** Writes the mark of one shard. */
export class MarkWriter {
  readonly #disk: Disk;
  readonly #path: string;
  #file: DiskFile | undefined;

  constructor(disk: Disk, folder: string, shardId: string) {
    this.#disk = disk;
    this.#path = pathOf(folder, shardId);
  }

  async write(mark: Mark): Promise<void> {
    this.#file ??= await this.#disk.open(this.#path, 'r+').catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
      return this.#disk.open(this.#path, 'wx');
    });
    await writeWhole(this.#file, Buffer.from(textOf(mark)));
  }

  /** Makes it last, and closes it. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    try {
      await file?.datasync();
    } finally {
      await file?.close();
    }
  }
}

/** Writes a mark for good. */
export async function writeMark(disk: Disk, folder: string, shardId: string, mark: Mark): Promise<void> {
  const writer = new MarkWriter(disk, folder, shardId);
  try {
    await writer.write(mark);
  } finally {
    await writer.close();
  }
}
