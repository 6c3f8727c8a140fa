import { hash } from 'node:crypto';
import { type Stream, type StreamRecord, StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import type { Checkpoints } from './checkpoints.ts';
import { backoff, deliver, type Delivery } from './delivery.ts';
import { batched, isFull } from './event.ts';

/** "Lambda polls shards … at a base rate of once per second." */
const pollMs = 1000;

/** What a shard is polled with. */
export interface Polling extends Omit<Delivery, 'done'> {
  readonly stream: Pick<Stream, 'shards' | 'read'>;
  readonly checkpoints: Checkpoints;
  /** Called before each read; what it gives is called once all is done that stood in the shard before that read. */
  readonly reading: () => () => void;
}

interface Gathered {
  readonly records: readonly StreamRecord[];
  /** Nothing stands behind these records, nor ever will. */
  readonly isLast: boolean;
  /** To be called once these records are done; undefined where others may have stood behind them. */
  readonly reached: (() => void) | undefined;
}

/** A stream may end a read early at 10 MiB: a batch half as large need not be all that there was. */
const largeBytes = 5_242_880;

/** Whether a read that asked for more records found no others. */
function isShort(records: readonly StreamRecord[], asked: number): boolean {
  return records.length < asked && records.reduce((bytes, { data }) => bytes + data.length, 0) < largeBytes;
}

/** Reads records until they fill the lanes, the batching window has passed since the first, or the shard ends. */
async function gather(
  { stream, shardId, mapping, sleep, signal, reading }: Polling,
  from: string | undefined,
): Promise<Gathered> {
  const capacity = mapping.batchSize * mapping.parallelizationFactor;
  const records: StreamRecord[] = [];
  let after = from;
  // Counted by what was waited: a clock that is set back would keep the window open for as long.
  let left = mapping.batchingWindowSeconds * 1000;
  let reached: (() => void) | undefined;
  for (;;) {
    const found = reading();
    const asked = capacity - records.length;
    const batch = await stream.read(shardId, after, asked);
    records.push(...batch.records);
    after = batch.after ?? after;
    if (isShort(batch.records, asked)) reached = found;
    if (batch.isFinished || records.length === 0 || isFull(records, capacity))
      return { records, isLast: batch.isFinished, reached };
    if (left === 0) return { records, isLast: false, reached };
    const wait = Math.min(left, pollMs);
    await sleep(wait, signal);
    left -= wait;
  }
}

/** Records of one partition key go one way, so that they stay in order. */
function lanesOf(records: readonly StreamRecord[], count: number): StreamRecord[][] {
  const lanes = Array.from({ length: count }, (): StreamRecord[] => []);
  for (const record of records) lanes[hash('md5', record.partitionKey, 'buffer').readUInt32BE() % count]?.push(record);
  return lanes;
}

/** Delivers what was gathered, in lanes side by side; the checkpoint goes up to the lowest record that is not done. */
async function deliverAll(
  polling: Polling,
  records: readonly StreamRecord[],
  reached: (after: string) => Promise<void>,
): Promise<void> {
  const { mapping, signal } = polling;
  const open = new Set(records.map(({ sequenceNumber }) => sequenceNumber));
  let next = 0;
  let saving: Promise<void> = Promise.resolve();
  const done = async (taken: readonly StreamRecord[]) => {
    for (const { sequenceNumber } of taken) open.delete(sequenceNumber);
    const before = next;
    while (next < records.length && !open.has(records[next]?.sequenceNumber ?? '')) next++;
    const last = records[next - 1];
    if (next === before || last === undefined) return;
    // In order: an older checkpoint must not take a newer one's place.
    saving = saving.then(() => reached(last.sequenceNumber));
    await saving;
  };
  const lanes = lanesOf(records, mapping.parallelizationFactor).map(async (lane) => {
    for (const batch of batched(lane, mapping.batchSize)) await deliver({ ...polling, done }, batch);
  });
  // All have ended when this throws: no two deliveries of one record may be under way.
  for (const ended of await Promise.allSettled(lanes)) if (ended.status === 'rejected') throw ended.reason;
  signal.throwIfAborted();
}

/**
 * @throws StreamUnavailable where a checkpoint says that a shard is done, and it is not: all that it takes would be
 * passed over
 */
export async function checkFinished(
  { stream, shardId, name }: Pick<Polling, 'stream' | 'shardId' | 'name'>,
  after: string | undefined,
): Promise<void> {
  // One that was trimmed since is done.
  if (!(await stream.shards()).some((shard) => shard.shardId === shardId)) return;
  const { records, isFinished } = await stream.read(shardId, after, 1);
  if (records.length > 0 || !isFinished)
    throw new StreamUnavailable(
      `The checkpoint of ${shardId} of the stream ${name} says that the shard is done, and the shard is open ` +
        'or has more records. That checkpoint is of another stream, or was changed. Delete it: the shard is ' +
        'then read from its oldest record, and what was done already is recognised as repeated.',
    );
}

/** Polls a shard until it has ended, or the signal is aborted. */
export async function pollShard(polling: Polling): Promise<void> {
  const { shardId, checkpoints, signal, sleep, onProblem } = polling;
  let failures = 0;
  while (!signal.aborted) {
    try {
      // Loaded in every round: what a failed round has done is in it, and what it has not is delivered again.
      const { after, isFinished } = await checkpoints.load(shardId);
      if (isFinished) return await checkFinished(polling, after);
      const { records, isLast, reached } = await gather(polling, after);
      await deliverAll(polling, records, (last) => checkpoints.save(shardId, { after: last, isFinished: false }));
      failures = 0;
      if (!isLast) reached?.();
      if (isLast) await checkpoints.save(shardId, { after: records.at(-1)?.sequenceNumber ?? after, isFinished: true });
      else if (records.length === 0) await sleep(pollMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      onProblem(error);
      failures++;
      await sleep(backoff(failures), signal).catch(() => undefined);
    }
  }
}
