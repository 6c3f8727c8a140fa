import type { KinesisStreamEvent } from 'aws-lambda';
import type { EventSourceMapping } from '../../../lambdas/land/mapping.ts';
import type { StreamRecord } from '../../../lambdas/shared/ports/stream.ts';
import { firstFailure } from './answer.ts';
import { kinesisEvent } from './event.ts';
import type { FailureDestination } from './failed.ts';

/** What a batch is delivered with. */
export interface Delivery {
  /** Name of the stream. */
  readonly name: string;
  readonly shardId: string;
  readonly mapping: EventSourceMapping;
  /** Calls the function; a rejection is an error of the function. */
  readonly invoke: (event: KinesisStreamEvent) => Promise<unknown>;
  readonly onFailure: FailureDestination;
  readonly clock: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Ends the delivery between two invocations. */
  readonly signal: AbortSignal;
  /** Hears of each failed invocation, and of each batch that is given up. */
  readonly onProblem: (error: unknown) => void;
  /** Records, in order, that were taken, or given up. @throws what keeps the checkpoint from being saved */
  readonly done: (records: readonly StreamRecord[]) => Promise<void>;
}

/** Part of a batch that is still to be delivered, and how often it has been tried again. */
interface Piece {
  readonly records: readonly StreamRecord[];
  readonly retries: number;
}

/** Wait before the nth try in a row: AWS says "exponential backoff", and no more. */
const firstWaitMs = 1000;
const longestWaitMs = 60_000;

export function backoff(failures: number): number {
  return Math.min(firstWaitMs * 2 ** Math.max(failures - 1, 0), longestWaitMs);
}

function halves({ records, retries }: Piece): [Piece, Piece] {
  const middle = Math.ceil(records.length / 2);
  return [
    { records: records.slice(0, middle), retries },
    { records: records.slice(middle), retries },
  ];
}

/**
 * Delivers a batch until each of its records was taken or given up, in order.
 *
 * Lambda Developer Guide, "Retain discarded batch records for a Kinesis Data Streams event source in Lambda": after an
 * error the batch is tried again until its retries are used up or its records are too old; with bisecting it is split
 * first, which costs no retry. And "Configuring partial batch response", "Bisecting a batch": where the answer names
 * records, the split is at the lowest of them, and only what stands from there on is tried again. Without bisecting,
 * that costs a retry.
 *
 * @throws the signal's reason where it was aborted @throws what `done` and `onFailure` throw; what is not done is to be
 * delivered again
 */
export async function deliver(delivery: Delivery, batch: readonly StreamRecord[]): Promise<void> {
  const { mapping, signal } = delivery;
  const { maximumRetries = Infinity } = mapping;
  /** The next piece stands last. */
  const pieces: Piece[] = [{ records: batch, retries: 0 }];
  let failures = 0;
  for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
    signal.throwIfAborted();
    const expired = piece.records.slice(0, countExpired(delivery, piece.records));
    if (expired.length > 0) {
      await giveUp(delivery, { records: expired, retries: piece.retries }, 'RecordAgeExceeded', piece.retries);
      if (expired.length < piece.records.length)
        pieces.push({ records: piece.records.slice(expired.length), retries: piece.retries });
      continue;
    }
    const failed = await invoke(delivery, piece.records);
    const taken = piece.records.slice(0, failed ?? piece.records.length);
    await delivery.done(taken);
    if (failed === undefined) {
      failures = 0;
      continue;
    }
    const rest: Piece = { records: piece.records.slice(failed), retries: piece.retries };
    if (mapping.bisectOnError && failed > 0) pieces.push(rest);
    else if (mapping.bisectOnError && rest.records.length > 1) pieces.push(...halves(rest).toReversed());
    else if (rest.retries < maximumRetries) pieces.push({ ...rest, retries: rest.retries + 1 });
    else {
      await giveUp(delivery, rest, 'RetryAttemptsExhausted', rest.retries + 1);
      continue;
    }
    failures++;
    await delivery.sleep(backoff(failures), signal);
  }
}

/** Records arrive in order, so the oldest stand first. */
function countExpired(
  { mapping: { maximumRecordAgeSeconds }, clock }: Delivery,
  records: readonly StreamRecord[],
): number {
  if (maximumRecordAgeSeconds === undefined) return 0;
  const oldest = clock().getTime() - maximumRecordAgeSeconds * 1000;
  const fresh = records.findIndex(({ arrivedAt }) => arrivedAt.getTime() >= oldest);
  return fresh < 0 ? records.length : fresh;
}

/** The place of the first record that failed; undefined where none did. */
async function invoke(
  { name, shardId, mapping, invoke: call, onProblem }: Delivery,
  records: readonly StreamRecord[],
): Promise<number | undefined> {
  try {
    const answer = await call(kinesisEvent(name, shardId, records));
    return mapping.reportsItemFailures ? firstFailure(answer, records) : undefined;
  } catch (error) {
    onProblem(error);
    return 0;
  }
}

async function giveUp(
  delivery: Delivery,
  { records }: Piece,
  condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded',
  invocations: number,
): Promise<void> {
  delivery.onProblem(
    new Error(
      `${records.length} records of ${delivery.name}, ${delivery.shardId}, from ${records[0]?.sequenceNumber} ` +
        `on, were given up and are kept apart: ${condition}.`,
    ),
  );
  await delivery.onFailure({
    stream: delivery.name,
    shardId: delivery.shardId,
    records,
    condition,
    invocations,
    failedAt: delivery.clock(),
  });
  await delivery.done(records);
}
