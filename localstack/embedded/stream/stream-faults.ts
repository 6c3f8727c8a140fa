import { join } from 'node:path';
import { codeOf, isMissing } from '../lake/errors.ts';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import { machineDisk } from './disk.ts';
import { checkFinished } from '../event-source-mapping/shard.ts';
import { damageOf } from './log-damage.ts';
import { openLogReader } from './log-reader.ts';

/** The names in a folder; none where there is no such folder, or where it is closed to this person. */
const namesIn = (folder: string): Promise<string[]> =>
  machineDisk.list(folder).catch((error: unknown) => {
    if (isMissing(error) || codeOf(error) === 'EACCES') return [];
    throw error;
  });

/**
 * What is wrong with the streams of a lake, in words that say what to do: records that were damaged, checkpoints that
 * cannot be.
 */
export async function streamFaults(root: string): Promise<string[]> {
  const found: string[] = [];
  const told = async (action: () => Promise<unknown>) => {
    try {
      await action();
    } catch (error) {
      found.push(error instanceof Error ? error.message : String(error));
    }
  };
  const folder = join(root, '.sillage', 'streams');
  for (const name of await namesIn(folder)) {
    const stream = openLogReader(root, { name });
    found.push(...(await damageOf(root, name)).map(({ message }) => message));
    await told(async () => {
      const shards = await stream.shards();
      for (const consumer of await namesIn(join(folder, name, 'checkpoints'))) {
        const checkpoints = fileCheckpoints(root, name, consumer);
        for (const { shardId } of shards) {
          await told(async () => {
            const { after, isFinished } = await checkpoints.load(shardId);
            if (isFinished) await checkFinished({ stream, name, shardId }, after);
            else await stream.read(shardId, after, 1);
          });
        }
      }
    });
  }
  return found;
}
