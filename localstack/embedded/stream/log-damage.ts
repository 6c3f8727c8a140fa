import { dirname, join } from 'node:path';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { isMissing } from '../lake/errors.ts';
import { type Disk, machineDisk, replaceFile } from './disk.ts';
import { type Segment, streamFolder } from './log-folder.ts';

/** Part of a segment that was acknowledged, and cannot be read. */
interface Span {
  readonly at: number;
  /** What stands there. */
  readonly bytes: Buffer;
  /** Bytes that are not even there. */
  readonly missing: number;
}

const damage = /^(?<first>\d{20})-(?<at>\d+)-(?<length>\d+)\.damaged$/u;

export const isDamageNote = (name: string): boolean => damage.test(name);

/**
 * Keeps what is damaged beside the segment that it stood in, for good. The file is the notice, too: while it is there,
 * it is told.
 */
export async function setAside(disk: Disk, { path, first }: Segment, { at, bytes, missing }: Span): Promise<void> {
  const folder = dirname(path);
  await replaceFile(
    disk,
    join(folder, `${String(first).padStart(20, '0')}-${at}-${bytes.length + missing}.damaged`),
    bytes,
  );
  await disk.syncFolder(folder);
}

/** Tells of every part of a stream that was damaged when it was opened, until its file is deleted. */
export async function damageOf(root: string, name: string, disk: Disk = machineDisk): Promise<StreamUnavailable[]> {
  const folder = streamFolder(root, name);
  const namesIn = (path: string): Promise<string[]> =>
    disk.list(path).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
  const told: StreamUnavailable[] = [];
  for (const shardId of (await namesIn(folder)).filter((one) => one.startsWith('shardId-'))) {
    for (const file of (await namesIn(join(folder, shardId))).toSorted()) {
      const { first, at, length } = damage.exec(file)?.groups ?? {};
      if (first === undefined) continue;
      told.push(
        new StreamUnavailable(
          `The stream ${name} lost records: ${join(folder, shardId, `${first}.log`)} was damaged from byte ` +
            `${at} on, for ${length} bytes that had been acknowledged. What stood there is kept in ` +
            `${join(folder, shardId, file)}; all other records are kept and land. Check the disk, send those ` +
            'events again if you have them elsewhere, and delete that file to hear no more of it.',
        ),
      );
    }
  }
  return told;
}
