import { crc32 } from 'node:zlib';
import type { StreamEntry, StreamRecord } from '../../../lambdas/shared/ports/stream.ts';
import { streamLimits } from '../../../lambdas/shared/ports/stream.ts';
import type { DiskFile } from './disk.ts';

/**
 * A frame is one record on disk, big-endian: length of what follows the checksum u32, CRC-32 of that u32, sequence
 * number u64, arrival in ms since 1970 u64, length of the partition key in bytes u16, the partition key, the data.
 */
const headBytes = 8;
const fixedBytes = 18;
/** No frame is shorter, so a run of zeros, as a power cut may leave it, is none. */
const shortest = fixedBytes;
const longest = fixedBytes + streamLimits.recordBytes;

export interface Numbered {
  readonly entry: StreamEntry;
  readonly sequence: bigint;
  readonly arrivedAt: number;
}

/** The frames of some records, one behind the other. */
export function encodeFrames(records: readonly Numbered[]): Buffer {
  const keyBytes = records.map(({ entry }) => Buffer.byteLength(entry.partitionKey));
  const total = records.reduce(
    (sum, { entry }, index) => sum + headBytes + fixedBytes + (keyBytes[index] ?? 0) + entry.data.byteLength,
    0,
  );
  const buffer = Buffer.allocUnsafe(total);
  let at = 0;
  for (const [index, { entry, sequence, arrivedAt }] of records.entries()) {
    const key = keyBytes[index] ?? 0;
    const body = at + headBytes;
    const end = body + fixedBytes + key + entry.data.byteLength;
    buffer.writeBigUInt64BE(sequence, body);
    buffer.writeBigUInt64BE(BigInt(arrivedAt), body + 8);
    buffer.writeUInt16BE(key, body + 16);
    buffer.write(entry.partitionKey, body + fixedBytes);
    buffer.set(entry.data, body + fixedBytes + key);
    buffer.writeUInt32BE(end - body, at);
    buffer.writeUInt32BE(crc32(buffer.subarray(body, end)), at + 4);
    at = end;
  }
  return buffer;
}

/** A whole frame in a buffer: its checksum is right. */
export interface Frame {
  readonly sequence: bigint;
  /** All behind the checksum. */
  readonly body: Buffer;
}

/** When a frame's record arrived, ms. */
export function arrivalOf({ body }: Frame): number {
  return Number(body.readBigUInt64BE(8));
}

/** What a frame says. Its data is a view of the buffer that it was read into. */
export function recordOf(frame: Frame): StreamRecord {
  const { sequence, body } = frame;
  const data = fixedBytes + body.readUInt16BE(16);
  return {
    data: body.subarray(data),
    partitionKey: body.toString('utf8', fixedBytes, data),
    sequenceNumber: String(sequence),
    arrivedAt: new Date(arrivalOf(frame)),
  };
}

/**
 * The frame at an offset of a buffer; how many bytes it needs where the buffer has fewer; undefined where no frame is.
 */
function frameAt(buffer: Buffer, offset: number): Frame | number | undefined {
  const left = buffer.length - offset;
  if (left < headBytes) return headBytes;
  const length = buffer.readUInt32BE(offset);
  if (length < shortest || length > longest) return undefined;
  if (left < headBytes + length) return headBytes + length;
  const body = buffer.subarray(offset + headBytes, offset + headBytes + length);
  return crc32(body) === buffer.readUInt32BE(offset + 4) ? { sequence: body.readBigUInt64BE(0), body } : undefined;
}

/** Bytes of one read from a file: a good many frames, yet little memory. */
const chunkBytes = 256 * 1024;

/** So many bytes of a file from a position on; fewer where it ends before. */
export async function readAt(handle: DiskFile, at: number, length: number): Promise<Buffer> {
  // Not from Node's pool, for records that are kept keep their chunk.
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/**
 * Visits the frames of a file between two positions, chunk by chunk, until `visit` returns false, which leaves that
 * frame alone.
 * @returns the position of the first byte that was not visited, and whether what stands there is no whole frame
 */
export async function scanFrames(
  handle: DiskFile,
  from: number,
  end: number,
  visit: (frame: Frame, at: number) => boolean,
): Promise<{ at: number; isTorn: boolean }> {
  let at = from;
  let wanted = chunkBytes;
  while (at < end) {
    const asked = Math.min(wanted, end - at);
    const chunk = await readAt(handle, at, asked);
    let offset = 0;
    let found = frameAt(chunk, offset);
    for (; typeof found === 'object'; found = frameAt(chunk, offset)) {
      if (!visit(found, at + offset)) return { at: at + offset, isTorn: false };
      offset += headBytes + found.body.length;
    }
    at += offset;
    if (found === undefined) return { at, isTorn: true };
    // A frame that is larger than the chunk is read in one piece; one that goes beyond the end was never finished.
    if (offset === 0 && (chunk.length < asked || found > end - at)) return { at, isTorn: true };
    wanted = Math.max(chunkBytes, found);
  }
  return { at, isTorn: false };
}

/**
 * The first whole frame at or behind `from`, wherever it begins, of a record behind `after`; undefined where there is
 * none.
 */
export async function findFrame(
  handle: DiskFile,
  from: number,
  end: number,
  after: bigint,
): Promise<{ readonly at: number; readonly sequence: bigint } | undefined> {
  for (let start = from; start < end; start += longest) {
    // Twice the longest frame: one that begins in the first half is whole in it.
    const chunk = await readAt(handle, start, Math.min(2 * (headBytes + longest), end - start));
    for (let offset = 0; offset < Math.min(longest, chunk.length); offset += 1) {
      const frame = frameAt(chunk, offset);
      if (typeof frame === 'object' && frame.sequence > after) return { at: start + offset, sequence: frame.sequence };
    }
  }
  return undefined;
}
