/** The embedded event-source mapping: what AWS Lambda does between a Kinesis stream and a function. */
import { setTimeout as pause } from 'node:timers/promises';
import type { KinesisStreamEvent } from 'aws-lambda';
import type { EventSourceMapping } from '../../../lambdas/land/mapping.ts';
import type { Stream } from '../../../lambdas/shared/ports/stream.ts';
import type { Checkpoints } from './checkpoints.ts';
import { backoff } from './delivery.ts';
import type { FailureDestination } from './failed.ts';
import { pollShard } from './shard.ts';

export interface MappingOptions {
  /** Only read: another process may be the one that writes it. */
  readonly stream: Pick<Stream, 'shards' | 'read'>;
  /** The stream's name, which the records tell as part of their ARN. */
  readonly name: string;
  readonly mapping: EventSourceMapping;
  /** Calls the function with a Lambda's Kinesis event; a rejection is an error of the function. */
  readonly invoke: (event: KinesisStreamEvent) => Promise<unknown>;
  readonly checkpoints: Checkpoints;
  readonly onFailure: FailureDestination;
  /**
   * Hears of every error that the mapping goes on from: of the function, the stream, the checkpoints, the destination.
   */
  readonly onProblem?: (error: unknown) => void;
  readonly clock?: () => Date;
  /** Waits, and rejects where the signal is aborted meanwhile. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Mapping {
  /** Ends after the invocations under way. What they did not finish is delivered again by the next mapping. */
  stop(): Promise<void>;
  /**
   * Waits until all that stood in the stream when it was called is done.
   * @throws Error where the mapping is stopped before
   */
  drained(): Promise<void>;
}

const stopped = 'The mapping was stopped before its stream was drained.';

interface Waiter {
  readonly ticket: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts to feed a function from a stream: from the checkpoints, or from the oldest record. A shard begins when its
 * parents have ended (Lambda Developer Guide, "Process Amazon Kinesis Data Streams records with Lambda", "Polling and
 * batching streams"). Nothing is lost where it is stopped or killed; what was not checkpointed is delivered again.
 */
export function startMapping({
  clock = () => new Date(),
  sleep = (ms, signal) => pause(ms, undefined, { signal }),
  onProblem = () => undefined,
  ...options
}: MappingOptions): Mapping {
  const { stream } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const started = new Map<string, Promise<void>>();
  const ended = new Set<string>();
  /** Of each shard, the newest ticket before a read behind which everything is done. */
  const doneAt = new Map<string, number>();
  let waiters: Waiter[] = [];
  let ticket = 0;
  /** Shards are being listed: some may not have been started yet. */
  let listing = 0;

  const settle = () => {
    if (listing > 0) return;
    const running = [...started.keys()].filter((shardId) => !ended.has(shardId));
    const isDrained = (waiter: Waiter) =>
      running.every((shardId) => (doneAt.get(shardId) ?? -Infinity) >= waiter.ticket);
    for (const waiter of waiters.filter(isDrained)) waiter.resolve();
    waiters = waiters.filter((waiter) => !isDrained(waiter));
  };

  const follow = async (shardId: string) => {
    const reading = () => {
      const before = ticket;
      return () => {
        doneAt.set(shardId, before);
        settle();
      };
    };
    await pollShard({ ...options, clock, sleep, onProblem, shardId, signal, reading });
    listing++;
    ended.add(shardId);
    await startShards();
  };

  /** Starts every shard whose parents have ended; parents that are no longer listed have expired. */
  const startShards = async (): Promise<void> => {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        const shards = await stream.shards();
        const listed = new Set(shards.map(({ shardId }) => shardId));
        for (const { shardId, parents } of shards) {
          const isWaiting = parents.some((parent) => listed.has(parent) && !ended.has(parent));
          if (!started.has(shardId) && !isWaiting) started.set(shardId, follow(shardId));
        }
        break;
      } catch (error) {
        onProblem(error);
        await sleep(backoff(failures), signal).catch(() => undefined);
      }
    }
    listing--;
    settle();
  };

  listing++;
  const first = startShards();

  return {
    async stop() {
      stopping.abort();
      for (const waiter of waiters) waiter.reject(new Error(stopped));
      await first;
      // A shard that ends meanwhile may start others: the walk through the map comes to them too.
      for (const shard of started.values()) await shard;
    },
    drained: () =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Error(stopped));
        ticket++;
        waiters.push({ ticket, resolve, reject });
      }),
  };
}
