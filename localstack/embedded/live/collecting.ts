import type { Collector } from '../../../lambdas/collect/collect.ts';
import type { Landed } from '../../../lambdas/land/land.ts';
import { collectHere, collectorServer, type CollectorServerOptions } from '../http/collector.ts';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import { landedStream } from './landing.ts';
import { startLandingThread } from './landing-thread.ts';
import type { SeenEvent } from '../dashboard/live-feed.ts';
import { watchedStream } from './seen-events.ts';
import { openLogStream } from '../stream/log-stream.ts';

export interface CollectingOptions {
  /** 0 for any that is free. */
  readonly port: number;
  /** Pages of the shop that may send, besides those that the server itself shows. */
  readonly origins?: readonly string[];
  readonly pages?: CollectorServerOptions['pages'];
  readonly orders?: CollectorServerOptions['orders'];
  readonly onLanded?: (landed: Landed) => void;
  /** Sees some of the events that were taken. */
  readonly onEvent?: (event: SeenEvent) => void;
  /** Hears of every error that the way from the stream to the lake goes on from. */
  readonly onProblem: (error: unknown) => void;
  readonly log?: Collector['log'];
  /** How often what has landed, and is older than `retention`, goes from the log, ms. */
  readonly trimEvery?: number;
}

/** From HTTP to raw objects, as on AWS, in this process: one thread takes, another lands. */
export interface Collecting {
  /** `http://127.0.0.1:8787`; events go to `/collect`. */
  readonly url: string;
  /** Waits until all that was acknowledged so far has landed. */
  landed(): Promise<void>;
  /** Takes no more, lands what was acknowledged as far as the lake takes it, and closes. */
  close(): Promise<void>;
}

/** Enough for the two cores of a laptop. */
const shards = 2;
/** What has landed is kept at least this long in the log, and at most twice as long, ms. */
const retention = 24 * 3_600_000;
const tenMinutes = 10 * 60_000;

/**
 * Starts to take events for the lake in `root`: collector, stream, event-source mapping, `land`. What was acknowledged
 * and had not landed when it last ended lands now, and what was given up is tried once more.
 * @throws LockHeld where another process does so already @throws Error where the port is taken
 */
export async function startCollecting(
  root: string,
  { port, origins = [], pages, orders, onLanded, onEvent, onProblem, log, trimEvery = tenMinutes }: CollectingOptions,
): Promise<Collecting> {
  const { name, consumer } = landedStream;
  const events = await openLogStream(root, { name, shards, onDamage: onProblem });
  const checkpoints = fileCheckpoints(root, name, consumer);
  try {
    const server = await collectorServer({
      collect: collectHere({
        stream: onEvent === undefined ? events : watchedStream(events, onEvent),
        clock: Date.now,
        origins,
        ...(log && { log }),
      }),
      port,
      ...(pages && { pages }),
      ...(orders && { orders }),
    });
    let isClosing = false;
    const landing = startLandingThread(root, { onLanded: (landed) => onLanded?.(landed), onProblem });
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
    return {
      url: server.url,
      landed: () => landing.landed(),
      async close() {
        isClosing = true;
        clearInterval(trimming);
        await server.close();
        await landing.close();
        await trimmed;
        await events.close();
      },
    };
  } catch (error) {
    await events.close();
    throw error;
  }
}
