/** The part of the live loop that brings the lake up to date when something has landed. */
export interface Refreshing {
  /** Says that something has landed. */
  request(): void;
  /** Resolves when all that was requested until now has been brought up to date. */
  settled(): Promise<void>;
  /** Ends after the refresh under way. What was requested since is left to the next run. */
  stop(): Promise<void>;
}

export interface RefreshingOptions {
  /** Brings the lake up to date: one at a time. */
  readonly refresh: () => Promise<void>;
  /** Waits before a refresh that failed is tried again, ms. */
  readonly patienceMs?: number;
  readonly onProblem: (error: unknown) => void;
  /** Waits, and ends early where the signal is given. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Starts to refresh on request: what lands while a refresh is under way waits for the next one, and any number of
 * requests are one refresh. A refresh that fails is told, and tried again.
 */
export function startRefreshing({ refresh, patienceMs = 5000, onProblem, sleep }: RefreshingOptions): Refreshing {
  const stopping = new AbortController();
  let requested = 0;
  let done = 0;
  let working: Promise<void> | undefined;
  let waiting: { readonly ticket: number; readonly resolve: () => void }[] = [];

  const work = async () => {
    while (done < requested && !stopping.signal.aborted) {
      const ticket = requested;
      try {
        await refresh();
        done = ticket;
        for (const waiter of waiting.filter((one) => one.ticket <= done)) waiter.resolve();
        waiting = waiting.filter((one) => one.ticket > done);
      } catch (error) {
        onProblem(error);
        await sleep(patienceMs, stopping.signal);
      }
    }
    working = undefined;
  };

  return {
    request() {
      requested++;
      if (!stopping.signal.aborted) working ??= work();
    },
    settled: () =>
      done >= requested
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ ticket: requested, resolve });
          }),
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
