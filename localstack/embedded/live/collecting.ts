import { setTimeout as sleep } from 'node:timers/promises';
import type { Collector } from '../../../lambdas/collect/collect.ts';
import { land, type Landed } from '../../../lambdas/land/land.ts';
import { landMapping, type EventSourceMapping } from '../../../lambdas/land/mapping.ts';
import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { loadCatalog, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../lake/files-lake.ts';
import { collectorServer, type Pages } from '../http/collector.ts';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import { failedPrefix, lakeDestination } from '../event-source-mapping/failed.ts';
import { startMapping } from '../event-source-mapping/mapping.ts';
import { openLogStream } from '../stream/log-stream.ts';

export interface CollectingOptions {
  /** 0 for any that is free. */
  readonly port: number;
  /** Pages of the shop that may send, besides those that the server itself shows. */
  readonly origins?: readonly string[];
  readonly pages?: Pages;
  readonly onLanded?: (landed: Landed) => void;
  /** Hears of every error that the way from the stream to the lake goes on from. */
  readonly onProblem: (error: unknown) => void;
  readonly log?: Collector['log'];
  /** How often what has landed, and is older than `retention`, goes from the log, ms. */
  readonly trimEvery?: number;
}

/** From HTTP to raw objects, as on AWS, in this process. */
export interface Collecting {
  /** `http://127.0.0.1:8787`; events go to `/collect`. */
  readonly url: string;
  /** Waits until all that was acknowledged so far has landed. */
  landed(): Promise<void>;
  /** Takes no more, lands what was acknowledged as far as the lake takes it, and closes. */
  close(): Promise<void>;
}

const stream = 'web-events';
/** Enough for the two cores of a laptop. */
const shards = 2;
/** What has landed is kept at least this long in the log, and at most twice as long, ms. */
const retention = 24 * 3_600_000;
const tenMinutes = 10 * 60_000;
/** How long closing waits for a lake that does not take what was acknowledged, ms. */
const patience = 15_000;
/** A laptop may sleep over the weekend: here no record is too old to land. */
const mapping: EventSourceMapping = { ...landMapping, maximumRecordAgeSeconds: undefined };

/** Lands the batches that were given up before, each at most once more: what fails again stays where it is. */
async function redrive(
  workspace: { readonly lake: Lake; readonly catalog: Catalog },
  onLanded: (landed: Landed) => void,
  onProblem: (error: unknown) => void,
): Promise<void> {
  for await (const { key } of workspace.lake.list(failedPrefix('land'))) {
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
 * Starts to take events for the lake in `root`: collector, stream, event-source mapping, `land`. What was acknowledged and had not
 * landed when it last ended lands now, and what was given up is tried once more.
 * @throws LockHeld where another process does so already @throws Error where the port is taken
 */
export async function startCollecting(
  root: string,
  { port, origins = [], pages, onLanded, onProblem, log, trimEvery = tenMinutes }: CollectingOptions,
): Promise<Collecting> {
  const workspace = { lake: filesLake(root), catalog: loadCatalog() };
  const events = await openLogStream(root, { name: stream, shards, onDamage: onProblem });
  const checkpoints = fileCheckpoints(root, stream, 'land');
  try {
    const server = await collectorServer({
      collector: { stream: events, clock: Date.now, origins, ...(log && { log }) },
      port,
      ...(pages && { pages }),
    });
    let isClosing = false;
    let onTrouble = (): void => undefined;
    const feeding = startMapping({
      stream: events,
      name: stream,
      mapping,
      checkpoints,
      onFailure: lakeDestination(workspace.lake, 'land'),
      onProblem(error) {
        onProblem(error);
        onTrouble();
      },
      async invoke(event) {
        const landed = await land(workspace, event);
        onLanded?.(landed);
      },
    });
    let trimmed: Promise<void> | undefined;
    // What has not landed is kept, however old it is, and whatever the clock says.
    const trim = () => events.trim(new Date(Date.now() - retention), checkpoints);
    const trimming = setInterval(() => {
      trimmed ??= trim()
        .catch((error: unknown) => {
          if (!isClosing) onProblem(error);
        })
        .finally(() => {
          trimmed = undefined;
        });
    }, trimEvery);
    const redriven = redrive(workspace, (landed) => onLanded?.(landed), onProblem).catch(onProblem);
    return {
      url: server.url,
      async landed() {
        await redriven;
        await feeding.drained();
      },
      async close() {
        isClosing = true;
        clearInterval(trimming);
        await server.close();
        await redriven;
        // What cannot land now stays in the stream, and lands when it starts again.
        const troubled = new Promise<void>((resolve) => {
          onTrouble = resolve;
        });
        await Promise.race([feeding.drained(), troubled, sleep(patience, undefined, { ref: false })]);
        await feeding.stop();
        await trimmed;
        await events.close();
      },
    };
  } catch (error) {
    await events.close();
    throw error;
  }
}
