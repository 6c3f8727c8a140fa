import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { isMissing } from './errors.ts';
import { openPlain } from './plain.ts';
import type { Version } from './sidecar.ts';

/** A version, with its time in the form that people and listings use. */
export interface DatedVersion extends Version {
  readonly lastModified: Date;
}

const dated = (stats: BigIntStats): DatedVersion => ({
  size: Number(stats.size),
  mtimeNs: String(stats.mtimeNs),
  lastModified: new Date(Number(stats.mtimeMs)),
});

/**
 * The version of the file at `path`; undefined where no plain file stands. Synchronous: 10 µs, for listings of
 * thousands.
 */
export function versionAt(path: string): DatedVersion | undefined {
  try {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stats?.isFile() === true ? dated(stats) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The MD5 of the content in hex, as S3 gives it for a simple upload. Reads in pieces. */
export async function digest(handle: FileHandle): Promise<string> {
  const md5 = createHash('md5');
  // Of most files all at once: a megabyte for each of them sets the collector of garbage to work again and again.
  const { size } = await handle.stat();
  const piece = Buffer.allocUnsafe(Math.max(1, Math.min(size, 1 << 20)));
  for (let position = 0; ;) {
    const { bytesRead } = await handle.read(piece, 0, piece.length, position);
    if (bytesRead === 0) return md5.digest('hex');
    md5.update(piece.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** How often a file that changes while it is read is read again. */
const mostAttempts = 3;

/** Etag and version of a file, which belong together unless someone keeps writing into it. */
export async function versionOf(path: string): Promise<{ readonly etag: string; readonly version: DatedVersion }> {
  const handle = await openPlain(path);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const before = await handle.stat({ bigint: true });
      const etag = await digest(handle);
      const after = await handle.stat({ bigint: true });
      if (before.mtimeNs === after.mtimeNs || attempt === mostAttempts) return { etag, version: dated(before) };
    }
  } finally {
    await handle.close();
  }
}

let lastStamp = -Infinity;

/**
 * A time of modification, in seconds, that no other write of this process has. The kernel's own clock ticks only every
 * few milliseconds, so two versions of equal size could carry the same time, and one pass for the other.
 */
function nextStamp(): number {
  lastStamp = Math.max(lastStamp + 1, Math.round((performance.timeOrigin + performance.now()) * 1000));
  // The middle of the microsecond: Node cuts off what is below one, and a double is no exact number of them.
  return (lastStamp + 0.5) / 1e6;
}

/**
 * Finishes a file that is about to be renamed into its place: a time of its own, and the bytes on disk before the name.
 *
 * The sync is what keeps an object whole through a power cut (0.2 ms each where measured). The folder is not synced
 * (0.6 ms more): a power cut may take back the last objects, each whole, and the next run writes them again.
 */
export async function seal(handle: FileHandle): Promise<DatedVersion> {
  const stamp = nextStamp();
  await handle.utimes(stamp, stamp);
  await handle.sync();
  return dated(await handle.stat({ bigint: true }));
}
