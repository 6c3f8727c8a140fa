/** From the stream's log to raw objects: what feeds `land`, and `land`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { land, type Landed } from '../../../lambdas/land/land.ts';
import { landMapping, type EventSourceMapping } from '../../../lambdas/land/mapping.ts';
import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { loadCatalog, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../lake/files-lake.ts';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import { failedPrefix, lakeDestination } from '../event-source-mapping/failed.ts';
import { startMapping } from '../event-source-mapping/mapping.ts';
import { openLogReader } from '../stream/log-reader.ts';

/** Whoever hears of what lands. */
export interface LandingListener {
  readonly onLanded: (landed: Landed) => void;
  /** Hears of every error that landing goes on from. */
  readonly onProblem: (error: unknown) => void;
}

export interface Landing {
  /** Waits until all that was durable in the stream when it was called has landed. */
  landed(): Promise<void>;
  /** Lands what is in the stream as far as the lake takes it, and ends. What does not land stays there. */
  close(): Promise<void>;
}

/** The stream that the collector writes, and its consumer. */
export const landedStream = { name: 'web-events', consumer: 'land' } as const;
/** How long closing waits for a lake that does not take what was acknowledged, ms. */
export const closingPatience = 15_000;
/** A laptop may sleep over the weekend: here no record is too old to land. */
const mapping: EventSourceMapping = { ...landMapping, maximumRecordAgeSeconds: undefined };

/** Lands the batches that were given up before, each at most once more: what fails again stays where it is. */
async function redrive(
  workspace: { readonly lake: Lake; readonly catalog: Catalog },
  { onLanded, onProblem }: LandingListener,
): Promise<void> {
  for await (const { key } of workspace.lake.list(failedPrefix(landedStream.consumer))) {
    try {
      const landed = await land(workspace, JSON.parse((await workspace.lake.get(key)).toString('utf8')));
      await workspace.lake.delete(key);
      onLanded(landed);
    } catch (error) {
      onProblem(
        new Error(
          `${key} could not be landed again, and stays there: ${error instanceof Error ? error.message : String(error)}`,
          { cause: error },
        ),
      );
    }
  }
}

/**
 * Starts to land what is in the stream of the lake in `root`, from where the last landing ended; what was given up is
 * tried once more.
 */
export function startLanding(root: string, { onLanded, onProblem }: LandingListener): Landing {
  const { name, consumer } = landedStream;
  const workspace = { lake: filesLake(root), catalog: loadCatalog() };
  let onTrouble = (): void => undefined;
  const feeding = startMapping({
    stream: openLogReader(root, { name, isDurableOnly: true }),
    name,
    mapping,
    checkpoints: fileCheckpoints(root, name, consumer),
    onFailure: lakeDestination(workspace.lake, consumer),
    onProblem(error) {
      onProblem(error);
      onTrouble();
    },
    async invoke(event) {
      onLanded(await land(workspace, event));
    },
  });
  const redriven = redrive(workspace, { onLanded, onProblem }).catch(onProblem);
  return {
    async landed() {
      await redriven;
      await feeding.drained();
    },
    async close() {
      await redriven;
      // What cannot land now stays in the stream, and lands when it starts again.
      const troubled = new Promise<void>((resolve) => {
        onTrouble = resolve;
      });
      await Promise.race([feeding.drained(), troubled, sleep(closingPatience, undefined, { ref: false })]);
      await feeding.stop();
    },
  };
}
