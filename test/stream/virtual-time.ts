import { setImmediate as turn } from 'node:timers/promises';

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Turns without a timer after which somebody waits for what will never come. */
const patience = 20_000;

/**
 * Time that passes only when everybody waits for it: a run of hours takes as long as its work. All who sleep must sleep
 * here, and what waits for anything real (files, threads) must do so within `busy`.
 */
export class VirtualTime {
  /** Of a clock that is right, and that nobody sets. */
  #now: number;
  /** How far the machine's clock is from it, ms. */
  #wrong = 0;
  #timers: Timer[] = [];
  #busy = 0;

  constructor(start: Date | string) {
    this.#now = new Date(start).getTime();
  }

  /** What the machine's clock says. */
  readonly clock = (): Date => new Date(this.now());

  readonly now = (): number => this.#now + this.#wrong;

  /** The true time, ms. */
  readonly trueNow = (): number => this.#now;

  /** Sets the machine's clock so far from the true time, ms. Who sleeps does not notice. */
  readonly setClock = (wrongMs: number): void => {
    this.#wrong = wrongMs;
  };

  /** Rejects with the signal's reason where it is aborted meanwhile. */
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const aborted = () => reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
      if (signal?.aborted === true) return aborted();
      signal?.addEventListener('abort', aborted, { once: true });
      this.#timers.push({
        at: this.#now + ms,
        wake: () => {
          signal?.removeEventListener('abort', aborted);
          resolve();
        },
      });
    });

  /** Time stands still until the work is done. */
  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work();
    } finally {
      this.#busy--;
    }
  }

  /** Lets time pass until the promise settles. @throws Error where nobody waits for time, yet it does not settle */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    for (let idle = 0; ; idle++) {
      // All that can go on without time goes on in this turn.
      await turn();
      if (settled) return promise;
      if (this.#busy > 0) idle = 0;
      else if (this.#pass()) idle = 0;
      else if (idle > patience)
        throw new Error('Nobody waits for time any more, and what was waited for has not come.');
    }
  }

  /** Goes to the earliest timer; of those at one time the first set. */
  #pass(): boolean {
    const at = Math.min(...this.#timers.map((timer) => timer.at));
    const timer = this.#timers.find((one) => one.at === at);
    if (timer === undefined) return false;
    this.#timers = this.#timers.filter((one) => one !== timer);
    this.#now = Math.max(this.#now, at);
    timer.wake();
    return true;
  }
}
