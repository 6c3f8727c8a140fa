import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Shard } from '../../../lambdas/shared/ports/stream.ts';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { isMissing } from '../lake/errors.ts';
import { type Disk, replaceFile } from './disk.ts';
import { sealed, unsealed } from './sealed.ts';

/**
 * A stream's folder: `shards.json`, and a folder for each shard with its segments, files of frames that are named by
 * the first sequence number in them. A segment is written by one process, which never writes where something stood
 * before; so a position in it means the same record for ever, to every reader.
 */
export function streamFolder(root: string, name: string): string {
  if (!/^[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,127}$/u.test(name))
    throw new RangeError(
      'A stream is named with 1 to 128 of a–z, A–Z, 0–9, _, - and ., and no dot at its beginning; not ' +
        `${JSON.stringify(name)}.`,
    );
  return join(resolve(root), '.sillage', 'streams', name);
}

const LoggedShard = z.object({
  shardId: z.string().regex(/^shardId-\d{12}$/u),
  parents: z.array(z.string()),
  from: z.string().regex(/^\d+$/u),
  to: z.string().regex(/^\d+$/u),
  isClosed: z.boolean(),
  /** When it was closed, ms: nothing in it arrived later. */
  closedAt: z.number().optional(),
});

/**
 * `shards.json`: which shards there are, and the number that comes next at least. It names the format of the frames,
 * too.
 */
const Table = z.object({
  version: z.literal(1),
  /**
   * No record from here on was numbered when the table was written, and every reader stands before it. Tables of before
   * have none.
   */
  next: z.string().regex(/^\d+$/u).optional(),
  shards: z.array(LoggedShard),
});
export type LoggedShard = z.infer<typeof LoggedShard>;

export interface ShardTable {
  readonly shards: readonly LoggedShard[];
  /** Every record before this number was given it, or never will be; undefined where that is not known. */
  readonly next: bigint | undefined;
}

const tablePath = (folder: string) => join(folder, 'shards.json');

/** The shards of a stream; undefined where there is no stream. */
export async function readTable(disk: Disk, folder: string): Promise<ShardTable | undefined> {
  const text = await disk.readText(tablePath(folder)).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const { shards, next } = Table.parse(unsealed(text));
    return { shards, next: next === undefined ? undefined : BigInt(next) };
  } catch (error) {
    throw new StreamUnavailable(
      `${tablePath(folder)} does not hold the shards of a stream. Restore it, or delete its folder and begin ` +
        'a new stream.',
      { cause: error },
    );
  }
}

/** Replaces the shards of a stream, for good, and only once all their folders are there. */
export async function writeTable(
  disk: Disk,
  folder: string,
  shards: readonly LoggedShard[],
  next: bigint,
): Promise<void> {
  for (const { shardId } of shards) await disk.makeFolder(join(folder, shardId));
  await replaceFile(disk, tablePath(folder), sealed({ version: 1, next: String(next), shards }));
  await disk.syncFolder(folder);
}

/** The folders of shards that are not in the table: of such as never came to be in it, or were trimmed. */
export async function strayShards(disk: Disk, folder: string, shards: readonly LoggedShard[]): Promise<string[]> {
  const known = new Set(shards.map(({ shardId }) => shardId));
  return (await disk.list(folder)).filter((name) => name.startsWith('shardId-') && !known.has(name));
}

/** A shard as the port shows it. */
export function shownShard({ shardId, parents, from, to, isClosed }: LoggedShard): Shard {
  return { shardId, parents, from, to, isClosed };
}

/** A file of frames, and the first sequence number in it. */
export interface Segment {
  readonly path: string;
  readonly first: bigint;
}

const segment = /^(?<first>\d{20})\.log$/u;

export function segmentPath(folder: string, shardId: string, first: bigint): string {
  return join(folder, shardId, `${String(first).padStart(20, '0')}.log`);
}

/** The segments of a shard, oldest first. @throws the file system's ENOENT where there is no such shard */
export async function listSegments(disk: Disk, folder: string, shardId: string): Promise<Segment[]> {
  // All of one length, so that their order is that of their numbers.
  const names = (await disk.list(join(folder, shardId))).toSorted();
  return names.flatMap((name) => {
    const first = segment.exec(name)?.groups?.['first'];
    return first === undefined ? [] : [{ path: join(folder, shardId, name), first: BigInt(first) }];
  });
}
