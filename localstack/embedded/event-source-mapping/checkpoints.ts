import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { codeOf, explain, isMissing } from '../lake/errors.ts';
import { type Disk, machineDisk, replaceFile } from '../stream/disk.ts';
import { sealed, unsealed } from '../stream/sealed.ts';

const checkpointSchema = z.object({ after: z.string().regex(/^\d+$/).optional(), isFinished: z.boolean() });

/** How far a consumer has come in a shard. */
export interface Checkpoint {
  /** Everything up to this sequence number is done; undefined where nothing is. */
  readonly after?: string | undefined;
  /** The shard is closed, and all of it is done. */
  readonly isFinished: boolean;
}

/** The checkpoints of one consumer of one stream. */
export interface Checkpoints {
  /** @returns where nothing was saved, a checkpoint before the oldest record */
  load(shardId: string): Promise<Checkpoint>;
  /** Replaces the shard's checkpoint whole; what a power cut takes back is delivered again. */
  save(shardId: string, checkpoint: Checkpoint): Promise<void>;
}

/** A checkpoint that is none, or not the one that was saved. */
class CheckpointDamaged extends LakeUnavailable {}

const start: Checkpoint = { isFinished: false };

/** Checkpoints that last as long as the process. */
export function memoryCheckpoints(): Checkpoints {
  const saved = new Map<string, Checkpoint>();
  return {
    load: async (shardId) => saved.get(shardId) ?? start,
    save: async (shardId, checkpoint) => {
      saved.set(shardId, checkpoint);
    },
  };
}

const folderOf = (root: string, stream: string) => join(resolve(root), '.sillage', 'streams', stream, 'checkpoints');

/**
 * Checkpoints in files beside the lake in `root`, one a shard:
 * `.sillage/streams/<stream>/checkpoints/<consumer>/<shard>.json`.
 */
export function fileCheckpoints(root: string, stream: string, consumer: string, disk: Disk = machineDisk): Checkpoints {
  const pathOf = (shardId: string) => join(folderOf(root, stream), consumer, `${shardId}.json`);
  return {
    async load(shardId) {
      const path = pathOf(shardId);
      const text = await disk.readText(path).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw explain(root, error);
      });
      if (text === undefined) return start;
      try {
        return checkpointSchema.parse(unsealed(text));
      } catch (error) {
        throw new CheckpointDamaged(
          `The checkpoint ${path} cannot be read. Delete it: the shard is then read from its oldest record, ` +
            'and what was done already is recognised as repeated.',
          { cause: error },
        );
      }
    },
    async save(shardId, checkpoint) {
      const path = pathOf(shardId);
      try {
        try {
          await replaceFile(disk, path, sealed(checkpoint));
        } catch (error) {
          if (codeOf(error) !== 'ENOENT') throw error;
          await disk.makeFolder(dirname(path));
          await replaceFile(disk, path, sealed(checkpoint));
        }
      } catch (error) {
        throw explain(root, error);
      }
    },
  };
}

/** Where a consumer stands in a shard, which may have vanished since. */
export interface Standing {
  readonly shardId: string;
  readonly after: bigint;
}

/**
 * Where the consumers of a stream stand, each in each shard in which it has done anything. A checkpoint that cannot be
 * read is not among them: its consumer refuses it in words, and then begins anew.
 */
export async function standings(root: string, stream: string, disk: Disk): Promise<Standing[]> {
  const namesIn = (folder: string) =>
    disk.list(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
  const folder = folderOf(root, stream);
  const found: Standing[] = [];
  for (const consumer of await namesIn(folder)) {
    const checkpoints = fileCheckpoints(root, stream, consumer, disk);
    for (const name of await namesIn(join(folder, consumer))) {
      if (!name.endsWith('.json')) continue;
      const shardId = name.slice(0, -'.json'.length);
      const { after } = await checkpoints.load(shardId).catch((error: unknown) => {
        if (error instanceof CheckpointDamaged) return start;
        throw error;
      });
      if (after !== undefined) found.push({ shardId, after: BigInt(after) });
    }
  }
  return found;
}
