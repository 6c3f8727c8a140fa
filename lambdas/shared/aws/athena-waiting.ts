import { setTimeout as after } from 'node:timers/promises';
import { LimitReached } from '../ports/warehouse.ts';

/** The time that passes, and what is left to chance in it. */
export interface Timing {
  /** Milliseconds, from whenever. */
  readonly now: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** From 0 to 1. */
  readonly random: () => number;
}

export const realTiming: Timing = {
  now: () => performance.now(),
  sleep: (ms, signal) => after(ms, undefined, { signal }),
  random: () => Math.random(),
};

/** The time that one query may take; its reader's is not counted. It is looked at between two requests. */
export class Allowance {
  readonly signal: AbortSignal;
  readonly #timeoutMs: number;
  readonly #now: () => number;
  #spentMs = 0;

  constructor(signal: AbortSignal, timeoutMs: number | undefined, now: () => number) {
    this.signal = signal;
    this.#timeoutMs = timeoutMs ?? Infinity;
    this.#now = now;
  }

  /** Counts the time of the work. @throws the signal's reason where it aborted meanwhile */
  async during<T>(work: (leftMs: () => number) => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const startedAt = this.#now() - this.#spentMs;
    const spentMs = () => this.#now() - startedAt;
    try {
      return await work(() => {
        const left = this.#timeoutMs - spentMs();
        if (left > 0) return left;
        throw new LimitReached('time', `The query was ended: it took longer than ${this.#timeoutMs / 1000} s.`);
      });
    } catch (error) {
      this.signal.throwIfAborted();
      throw error;
    } finally {
      this.#spentMs = spentMs();
    }
  }
}

/** What is begun, or the signal's reason as soon as it aborts; what is begun goes on to `late` then. */
export async function unlessAborted<T>(
  begun: Promise<T>,
  signal: AbortSignal,
  late: (begun: Promise<T>) => unknown,
): Promise<T> {
  let aborted: () => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    aborted = () => {
      late(begun);
      reject(signal.reason);
    };
    signal.addEventListener('abort', aborted);
  });
  try {
    return await Promise.race([begun, ended]);
  } finally {
    signal.removeEventListener('abort', aborted);
  }
}
