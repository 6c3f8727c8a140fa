import { StreamUnavailable, type Stream, type StreamEntry } from '../shared/ports/stream.ts';

/** Puts of one delivery at most. */
const mostAttempts = 4;
/** The longest wait before the second put; it doubles with each one. */
const baseMs = 50;
/** No further put after this: the sender waits for an answer, and keeps its events anyway. */
const budgetMs = 3000;

export interface Pace {
  /** ms since 1970. */
  readonly clock: () => number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What could not be put, and why: names of errors, or what the stream says of itself; they hold nothing personal. */
export interface Undelivered {
  readonly entries: number;
  readonly attempts: number;
  readonly reasons: readonly string[];
}

/** One put: the entries that it left behind, and why. */
async function attempt(
  stream: Stream,
  entries: readonly StreamEntry[],
): Promise<{ left: readonly StreamEntry[]; reasons: string[] }> {
  try {
    const outcomes = await stream.put(entries);
    const left = entries.filter((_, index) => {
      const outcome = outcomes[index];
      return outcome === undefined || 'errorCode' in outcome;
    });
    return {
      left,
      reasons: [...new Set(outcomes.flatMap((outcome) => ('errorCode' in outcome ? [outcome.errorCode] : [])))],
    };
  } catch (error) {
    // The entries break the stream's limits: trying again is of no use, and neither is coming back.
    if (error instanceof RangeError) throw error;
    // It may have written any of them: they are put again, and known by their event_id later.
    return {
      left: entries,
      reasons: [error instanceof StreamUnavailable ? error.message : error instanceof Error ? error.name : 'Error'],
    };
  }
}

/**
 * Puts all entries, again those that failed and no others, after waits of random length (full jitter).
 * @returns undefined where every entry is durable
 */
export async function deliver(
  stream: Stream,
  entries: readonly StreamEntry[],
  { clock, random, sleep }: Pace,
): Promise<Undelivered | undefined> {
  const deadline = clock() + budgetMs;
  let left = entries;
  for (let attempts = 1; ; attempts += 1) {
    const tried = await attempt(stream, left);
    ({ left } = tried);
    if (left.length === 0) return undefined;
    const wait = random() * baseMs * 2 ** (attempts - 1);
    if (attempts === mostAttempts || clock() + wait > deadline)
      return { entries: left.length, attempts, reasons: tried.reasons };
    await sleep(wait);
  }
}
