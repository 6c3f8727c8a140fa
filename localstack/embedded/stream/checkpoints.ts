import { renameSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { explain, isMissing } from '../files/errors.ts';
import { intoFolder } from '../files/folders.ts';
import { tempPath } from '../files/temp.ts';

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

/** Checkpoints in files beside the lake in `root`, one a shard: `.sillage/streams/<stream>/checkpoints/<consumer>/<shard>.json`. */
export function fileCheckpoints(root: string, stream: string, consumer: string): Checkpoints {
  const pathOf = (shardId: string) => join(root, '.sillage', 'streams', stream, 'checkpoints', consumer, `${shardId}.json`);
  return {
    async load(shardId) {
      const path = pathOf(shardId);
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw explain(root, error);
      });
      if (text === undefined) return start;
      try {
        return checkpointSchema.parse(JSON.parse(text));
      } catch (error) {
        throw new LakeUnavailable(`The checkpoint ${path} cannot be read. Delete it: the shard is then read from its oldest record, and what was done already is recognised as repeated.`, { cause: error });
      }
    },
    async save(shardId, checkpoint) {
      const temp = tempPath(root);
      const path = pathOf(shardId);
      try {
        await intoFolder(temp, () => writeFileSync(temp, JSON.stringify(checkpoint), { flag: 'wx', flush: true }));
        await intoFolder(path, () => renameSync(temp, path));
      } catch (error) {
        await rm(temp, { force: true }).catch(() => undefined);
        throw explain(root, error);
      }
    },
  };
}
