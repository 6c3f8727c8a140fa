import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Shard } from '../../../lambdas/shared/ports/stream.ts';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { isMissing } from '../files/errors.ts';

/**
 * A stream's folder: `shards.json`, and a folder for each shard with its segments, files of frames that are named by the first
 * sequence number in them. A segment is written by one process, which never writes where something stood before; so a position
 * in it means the same record for ever, to every reader.
 */
export function streamFolder(root: string, name: string): string {
  if (!/^[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,127}$/u.test(name)) throw new RangeError(`A stream is named with 1 to 128 of a–z, A–Z, 0–9, _, - and ., and no dot at its beginning; not ${JSON.stringify(name)}.`);
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

/** `shards.json`: which shards there are. It names the format of the frames, too. */
const Table = z.object({ version: z.literal(1), shards: z.array(LoggedShard) });
export type LoggedShard = z.infer<typeof LoggedShard>;

const tablePath = (folder: string) => join(folder, 'shards.json');

/** Makes what was renamed or made in a folder outlive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The shards of a stream; undefined where there is no stream. */
export async function readTable(folder: string): Promise<LoggedShard[] | undefined> {
  const text = await readFile(tablePath(folder), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return Table.parse(JSON.parse(text)).shards;
  } catch (error) {
    throw new StreamUnavailable(`${tablePath(folder)} does not hold the shards of a stream. Restore it, or delete its folder and begin a new stream.`, { cause: error });
  }
}

/** Replaces the shards of a stream, for good, and only once all their folders are there. */
export async function writeTable(folder: string, shards: readonly LoggedShard[]): Promise<void> {
  for (const { shardId } of shards) await mkdir(join(folder, shardId), { recursive: true });
  const temp = `${tablePath(folder)}.new`;
  try {
    const handle = await open(temp, 'w');
    try {
      await handle.writeFile(JSON.stringify({ version: 1, shards }, undefined, 2));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temp, tablePath(folder));
  } catch (error) {
    await rm(temp, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** Removes the folders of shards that are in the table no more, or never came to be in it. */
export async function sweepShards(folder: string, shards: readonly LoggedShard[]): Promise<void> {
  const known = new Set(shards.map(({ shardId }) => shardId));
  for (const name of await readdir(folder)) {
    if (name.startsWith('shardId-') && !known.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
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

const SEGMENT = /^(?<first>\d{20})\.log$/u;

export function segmentPath(folder: string, shardId: string, first: bigint): string {
  return join(folder, shardId, `${String(first).padStart(20, '0')}.log`);
}

/** The segments of a shard, oldest first. @throws the file system's ENOENT where there is no such shard */
export async function listSegments(folder: string, shardId: string): Promise<Segment[]> {
  const names = await readdir(join(folder, shardId));
  const segments = names.flatMap((name) => {
    const first = SEGMENT.exec(name)?.groups?.['first'];
    return first === undefined ? [] : [{ path: join(folder, shardId, name), first: BigInt(first) }];
  });
  return segments.sort((a, b) => (a.first < b.first ? -1 : 1));
}
