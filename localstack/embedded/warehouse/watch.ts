import { LimitReached, type QueryOptions } from '../../../lambdas/shared/ports/warehouse.ts';

/**
 * How long the engine is given to let go once it was told to end, ms: one operation on one list of a hundred million
 * goes on to its end.
 */
const graceMs = 1500;
/** What interrupts an engine between two steps is forgotten by the next: so it is told again, ms. */
const againMs = 50;
/** The longest that a timer can wait, ms. */
const longestMs = 2 ** 31 - 1;

/** Lets an engine work on one query as long as its signal and its time allow; the time of its reader is not counted. */
export class Watch {
  readonly #signal: AbortSignal | undefined;
  readonly #timeoutMs: number;
  readonly #interrupt: () => void;
  #leftMs: number;
  #unended: Promise<unknown> | undefined;

  constructor({ signal, timeoutMs = longestMs }: QueryOptions, interrupt: () => void) {
    this.#signal = signal;
    this.#timeoutMs = Math.min(timeoutMs, longestMs);
    this.#leftMs = this.#timeoutMs;
    this.#interrupt = interrupt;
  }

  /** Work that the engine was told to end and goes on with: what it works on must not be taken from it. */
  get unended(): Promise<unknown> | undefined {
    return this.#unended;
  }

  /** Waits for a piece of the engine's work. @throws LimitReached, or the signal's reason */
  async during<T>(begin: () => Promise<T>): Promise<T> {
    this.#signal?.throwIfAborted();
    const startedAt = performance.now();
    const timers: NodeJS.Timeout[] = [];
    let isOver = false;
    let end: (reason: unknown) => void = () => undefined;
    let reason: unknown;
    const givenUp = new Promise<never>((_, reject) => {
      end = (why) => {
        if (isOver || reason !== undefined) return;
        reason = why;
        this.#interrupt();
        timers.push(
          setInterval(() => this.#interrupt(), againMs),
          setTimeout(() => reject(reason), graceMs),
        );
      };
    });
    const aborted = () => end(this.#signal?.reason);
    this.#signal?.addEventListener('abort', aborted);
    timers.push(
      setTimeout(
        () => end(new LimitReached('time', `The query was ended: it took longer than ${this.#timeoutMs / 1000} s.`)),
        this.#leftMs,
      ),
    );
    const work = begin();
    const ended = () => {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
    };
    work.then(ended, ended);
    try {
      const done = await Promise.race([work, givenUp]);
      if (reason !== undefined) throw reason;
      return done;
    } catch (error) {
      if (reason === undefined) throw error;
      if (!isOver) this.#unended = work.catch(() => undefined);
      throw reason;
    } finally {
      this.#signal?.removeEventListener('abort', aborted);
      this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - startedAt));
    }
  }
}
